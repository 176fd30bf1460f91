//! One card, full screen: what it says today, the code, and how it came to be.

use super::cards::look;
use super::kept::{Kept, NewsLine, Reminders};
use super::{Desk, Place};
use crate::components::ask::AskFirst;
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::sync_line::day_and_clock;
use crate::print::qr::Qr;
use crate::screens::help::CallCentre;
use crate::text::card::cards;
use crate::text::worker::{self, Worker, worker};
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::{CardId, KeptCard, Wallet};
use payung_domain::Lang;
use payung_domain::card::{Card, Checked};
use payung_domain::worker::{WorkerStep, cover_name, cover_over, ended_because};

#[component]
pub fn CardPage(id: CardId) -> Element {
    let (ui, desk) = (use_ui(), use_context::<Desk>());
    let (lang, text) = (ui.lang(), worker(ui.lang()));
    // heard by whoever measures how long the way from the icon to the card is
    use_effect(|| {
        spawn(async {
            let painted =
                "await new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok))); return true;";
            if document::eval(painted).join::<bool>().await.is_ok() {
                tracing::info!("a card is on the screen");
            }
        });
    });
    let kept = desk.kept.read();
    let Some(card) = kept.card(id) else {
        let sentence = match *kept {
            Kept::Trouble => ui.text().store_trouble,
            Kept::Lost => text.lost,
            Kept::Opening | Kept::Cards(_) => ui.text().loading,
        };
        return rsx! {
            div { class: "screen",
                BackBar { title: text.my_cards, on_back: move |()| desk.go(Place::Cards) }
                main { class: "body", p { id: "no-card", class: "muted", role: "status", {sentence} } }
            }
        };
    };
    let steps = card.answer.as_ref().map(|answer| answer.steps.clone()).unwrap_or_default();
    let as_of = card.answer.as_ref().map(|answer| answer.as_of);
    rsx! {
        div { class: "screen",
            BackBar { title: text.my_cards, on_back: move |()| desk.go(Place::Cards) }
            main { class: "body",
                Reminders { card: card.clone() }
                Stand { card: card.clone() }
                if let Some(answer) = &card.answer {
                    p { class: "small muted", "NIK {answer.masked_nik} · {answer.village}, {answer.district} · {answer.programme}" }
                }
                if !card.is_known {
                    Says { tone: Tone::Look, sentence: unknown(&card, text) }
                }
                NewsLine { as_of }
                if !steps.is_empty() {
                    Steps { steps }
                }
                section { class: "card stack",
                    p { strong { {text.no_money} } }
                    CallCentre {}
                    p { class: "small muted", "{text.receipt_number}: ", span { class: "receipt-number", {card.number.clone()} } }
                }
                Remove { id, lang }
            }
        }
    }
}

/// The answer to the one question: am I covered?
#[component]
fn Stand(card: KeptCard) -> Element {
    let lang = use_ui().lang();
    let text = worker(lang);
    let (shape, class, word) = look(&card, lang);
    let tone = class.strip_prefix("chip").unwrap_or_default().trim();
    let code = card.answer.as_ref().and_then(|answer| answer.card.clone());
    let last = card.answer.as_ref().and_then(|answer| answer.steps.last()).cloned();
    rsx! {
        section { class: "worker-card {tone}",
            h2 { class: "whose", {card.name().to_owned()} }
            p { id: "stand", class: "stand",
                Icon { shape, size: 28 }
                {word}
            }
            match &card.checked {
                Some(Checked::Valid(signed) | Checked::NotYet(signed)) => rsx! {
                    Signed { card: signed.clone(), office: card.office.clone() }
                    Code { code: code.unwrap_or_default() }
                },
                Some(Checked::Expired(signed)) => rsx! {
                    Signed { card: signed.clone(), office: card.office.clone() }
                    p { {last.map_or_else(|| cover_over(lang).to_owned(), |step| step.meaning(lang, card.today))} }
                },
                Some(Checked::Ended(signed)) => rsx! {
                    Signed { card: signed.clone(), office: card.office.clone() }
                    p { {ended_because(last.as_ref(), lang, card.today)} }
                },
                Some(Checked::Refused(_)) => rsx! { p { {text.doubtful} } },
                None => match (last, &card.receipt) {
                    (Some(step), _) => rsx! { p { {step.meaning(lang, card.today)} } },
                    (None, Some(receipt)) => rsx! {
                        p { {text.not_covered} }
                        p { class: "small muted", {worker::recorded_by(lang, &receipt.kader, &receipt.village, &lang.date(receipt.saved_at.to_zoned(jiff::tz::TimeZone::system()).date()))} }
                    },
                    (None, None) => rsx! {},
                },
            }
        }
    }
}

/// What the hub's not knowing a card means, and what to do.
fn unknown(card: &KeptCard, text: &Worker) -> &'static str {
    match (&card.answer, card.is_typed) {
        (None, _) => text.unknown_yet,
        (Some(_), true) => text.unknown_heir,
        (Some(_), false) => text.unknown_now,
    }
}

/// What the signed card says, and which office has signed it.
#[component]
fn Signed(card: Card, office: String) -> Element {
    let lang = use_ui().lang();
    let text = worker(lang);
    let covers = card.covers.iter().map(|cover| cover_name(cover, lang)).collect::<Vec<_>>().join("\n");
    rsx! {
        dl { class: "data",
            div { dt { {text.valid} } dd { id: "valid", {worker::from_until(lang, card.from, card.until)} } }
            div { dt { {text.covers} } dd { class: "lines", {covers} } }
            div { dt { {text.kpj} } dd { class: "kpj", {card.kpj} } }
            div { dt { {cards(lang).issuer} } dd { class: "lines", {office} } }
        }
    }
}

#[component]
fn Code(code: String) -> Element {
    let text = worker(use_ui().lang());
    rsx! {
        figure { class: "card-code",
            Qr { id: "card-code", text: code, label: text.code_alt }
            figcaption { class: "small", {text.code_hint} }
        }
    }
}

/// What has happened, oldest first.
#[component]
fn Steps(steps: Vec<WorkerStep>) -> Element {
    let lang = use_ui().lang();
    rsx! {
        section { class: "stack",
            h2 { {worker(lang).steps} }
            ol { class: "timeline",
                for (number, step) in steps.into_iter().enumerate() {
                    li { key: "{number}",
                        span { class: "dot", Icon { shape: Shape::Tick, size: 20 } }
                        p { strong { {step.headline(lang)} } }
                        p { class: "small muted", {day_and_clock(lang, step.at)} }
                    }
                }
            }
        }
    }
}

#[component]
fn Remove(id: CardId, lang: Lang) -> Element {
    let (ui, wallet, desk) = (use_ui(), use_context::<Wallet>(), use_context::<Desk>());
    let text = worker(lang);
    let remove = move |()| {
        let wallet = wallet.clone();
        spawn(async move {
            match wallet.remove(id).await {
                Ok(()) => desk.go(Place::Cards),
                Err(error) => ui.fail(error, "the card was not removed"),
            }
        });
    };
    rsx! {
        AskFirst {
            id: "remove",
            label: text.remove,
            question: text.remove_sure,
            yes: text.remove_yes,
            no: text.remove_no,
            on_yes: remove,
        }
    }
}
