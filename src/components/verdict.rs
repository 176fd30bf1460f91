//! What a checked code is worth: one word, large, with icon and colour, and no more of the person than it proves.
//!
//! The verdict is [`Verdict::of`]'s: of a text, the offices that are believed, and the cards that were ended.

use super::icon::{Icon, Shape};
use super::sync_line::day_and_clock;
use crate::text::card::{self, Cards, cards};
use crate::ui::use_ui;
use dioxus::prelude::*;
use jiff::Timestamp;
use payung_domain::Lang;
use payung_domain::card::{Card, Checked, Refusal};
use payung_domain::code::Verdict;
use payung_domain::slip;

/// Icon, colour and word of a verdict.
pub fn look(verdict: &Verdict, lang: Lang) -> (Shape, &'static str, &'static str) {
    let text = cards(lang);
    match verdict {
        Verdict::Card(Checked::Valid(_)) => (Shape::Umbrella, "good", text.valid),
        Verdict::Card(Checked::NotYet(_)) => (Shape::Clock, "warn", text.not_yet),
        Verdict::Card(Checked::Expired(_)) => (Shape::Clock, "warn", text.expired),
        Verdict::Card(Checked::Ended(_)) => (Shape::Cross, "refuse", text.ended),
        Verdict::Slip(slip::Checked::Genuine(_)) => (Shape::Pencil, "plain", text.slip),
        Verdict::Slip(slip::Checked::CertificateOver(_)) => (Shape::Clock, "warn", text.slip_old),
        Verdict::Card(Checked::Refused(refusal)) | Verdict::Slip(slip::Checked::Refused(refusal)) => match refusal {
            Refusal::UnknownIssuer { .. } => (Shape::Alert, "warn", text.unknown),
            Refusal::NotGenuine => (Shape::Cross, "refuse", text.not_genuine),
            Refusal::NoCard => (Shape::Scan, "plain", text.no_card),
        },
        Verdict::Other => (Shape::Scan, "plain", text.no_card),
    }
}

/// What to do next.
fn next(verdict: &Verdict, lang: Lang) -> String {
    let text = cards(lang);
    match verdict {
        Verdict::Card(Checked::Valid(_)) => text.valid_next.to_owned(),
        Verdict::Card(Checked::NotYet(signed)) => card::begins(lang, signed.from),
        Verdict::Card(Checked::Expired(_)) => text.expired_next.to_owned(),
        Verdict::Card(Checked::Ended(_)) => text.ended_next.to_owned(),
        Verdict::Slip(slip::Checked::Genuine(_)) => text.slip_next.to_owned(),
        Verdict::Slip(slip::Checked::CertificateOver(_)) => text.slip_old_next.to_owned(),
        Verdict::Card(Checked::Refused(refusal)) | Verdict::Slip(slip::Checked::Refused(refusal)) => match refusal {
            Refusal::UnknownIssuer { claimed } => card::claims(lang, claimed),
            Refusal::NotGenuine => text.not_genuine_next.to_owned(),
            Refusal::NoCard => text.no_card_next.to_owned(),
        },
        Verdict::Other => text.no_card_next.to_owned(),
    }
}

/// Labels and values of what is proven; nothing of what is not.
pub fn proven(verdict: &Verdict, lang: Lang) -> Vec<(&'static str, String)> {
    let text = cards(lang);
    match verdict {
        Verdict::Card(Checked::Valid(card) | Checked::NotYet(card) | Checked::Expired(card) | Checked::Ended(card)) => {
            vec![
                (text.name, card.name.clone()),
                ("NIK", card.masked_nik.clone()),
                (text.kpj, card.kpj.clone()),
                (text.covers, covers(text, card)),
                (text.valid_days, card::days(lang, card.from, card.until)),
                (text.programme, card.programme.clone()),
                (text.issuer, card.issuer.clone()),
            ]
        }
        Verdict::Slip(slip::Checked::Genuine(signed) | slip::Checked::CertificateOver(signed)) => vec![
            (text.name, signed.slip.name.clone()),
            (text.programme, signed.slip.programme.clone()),
            (text.saved, day_and_clock(lang, signed.slip.saved_at)),
            (text.kader, signed.certificate.kader.clone()),
            (text.village, signed.certificate.village.clone()),
            (text.issuer, signed.certificate.office.clone()),
        ],
        _ => Vec::new(),
    }
}

/// What a card covers, in words.
pub fn covers(text: &Cards, card: &Card) -> String {
    let word = |cover: &String| match cover.as_str() {
        "JKK" => text.jkk.to_owned(),
        "JKM" => text.jkm.to_owned(),
        other => other.to_owned(),
    };
    card.covers.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The verdict on a code; `ended_as_of` is how old the list of ended cards is, by the hub's clock.
#[component]
pub fn VerdictView(verdict: Verdict, ended_as_of: Option<Timestamp>) -> Element {
    let lang = use_ui().lang();
    let (shape, tone, word) = look(&verdict, lang);
    let is_card = matches!(
        verdict,
        Verdict::Card(Checked::Valid(_) | Checked::NotYet(_) | Checked::Expired(_) | Checked::Ended(_))
    );
    let rows: Vec<_> = proven(&verdict, lang).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    rsx! {
        section { id: "verdict", class: "verdict {tone}", role: "status", "data-verdict": tone,
            p { class: "word",
                Icon { shape, size: 44 }
                strong { {word} }
            }
            p { {next(&verdict, lang)} }
        }
        if !rows.is_empty() {
            dl { class: "card data",
                for (label, value) in rows {
                    div { key: "{label}",
                        dt { {label} }
                        dd { {value} }
                    }
                }
            }
        }
        if is_card {
            ListAge { ended_as_of }
        }
    }
}

/// How old the list of ended cards is.
#[component]
pub fn ListAge(ended_as_of: Option<Timestamp>) -> Element {
    let lang = use_ui().lang();
    let text = cards(lang);
    rsx! {
        match ended_as_of {
            Some(at) => rsx! {
                p { id: "list-as-of", class: "small muted", {card::list_as_of(lang, &day_and_clock(lang, at))} }
                if card::is_old(at, Timestamp::now()) {
                    p { class: "card warn", {text.as_of_old} }
                }
            },
            None => rsx! { p { id: "list-as-of", class: "card warn", {text.as_of_none} } },
        }
    }
}
