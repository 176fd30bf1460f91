//! A worker's card over the whole screen: the code, what it says, and a picture or a sheet for people without a phone.

use crate::components::frame::BackBar;
use crate::components::icon::{Icon, Shape};
use crate::components::verdict::{ListAge, VerdictView, covers, look, proven};
use crate::print::qr::Qr;
use crate::print::{Paper, Sheet};
use crate::route::Route;
use crate::text::card::{self, cards};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{CheckedCode, Person};
use payung_domain::card::Checked;
use payung_domain::code::Verdict;
use payung_domain::{Lang, RecordId};

/// What a file is called; it may not tell whose card it is.
const FILE: &str = "kartu-payung";

#[component]
pub fn Card(id: ReadSignal<RecordId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = cards(ui.lang());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move { device.person(id()).await }
    });
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {ui.text().loading} } },
        Some(Ok(Person { card: Some(checked), .. })) => rsx! { Shown { checked: checked.clone() } },
        Some(_) => rsx! { p { class: "card refuse", {ui.text().store_trouble} } },
    };
    rsx! {
        div { class: "screen card-sheet",
            BackBar { title: text.title, on_back: move |()| { navigator().push(Route::Record { id: id() }); } }
            {body}
        }
    }
}

#[component]
fn Shown(checked: CheckedCode) -> Element {
    let lang = use_ui().lang();
    let text = cards(lang);
    let CheckedCode { text: code, verdict, ended_as_of } = checked;
    let Verdict::Card(Checked::Valid(card) | Checked::NotYet(card)) = &verdict else {
        // one that is over is no longer shown as a card
        return rsx! { main { class: "body", VerdictView { verdict, ended_as_of } } };
    };
    let has_begun = matches!(verdict, Verdict::Card(Checked::Valid(_)));
    let (shape, tone, word) = look(&verdict, lang);
    let sheet = sheet(lang, &code, &verdict);
    let (picture, a6, roll) = (sheet.clone(), sheet.clone(), sheet);
    rsx! {
        main { class: "body",
            p { class: "name lines", id: "card-name", {card.name.clone()} }
            p { class: "nik", {card.masked_nik.clone()} }
            p { id: "card-word", class: "chip large {tone}",
                Icon { shape, size: 20 }
                {word}
            }
            Qr { id: "card-code", text: code, label: text.code_label }
            p { class: "covered", strong { {card::covered(lang, card, has_begun)} } " – " {covers(text, card)} }
            dl { class: "data",
                for (label, value) in proven(&verdict, lang).into_iter().filter(|(label, _)| *label != text.name && *label != "NIK" && *label != text.covers) {
                    div { key: "{label}",
                        dt { {label} }
                        dd { {value} }
                    }
                }
            }
            p { id: "no-money", class: "no-money",
                Icon { shape: Shape::Alert, size: 24 }
                strong { {text.no_money} }
            }
            ListAge { ended_as_of }
            section { class: "stack",
                h2 { {text.give} }
                button { id: "card-picture", class: "button primary wide", r#type: "button", onclick: move |_| picture.share_picture(FILE),
                    Icon { shape: Shape::Picture }
                    {text.picture}
                }
                div { class: "pair-of-buttons tight",
                    button { id: "card-a6", class: "button", r#type: "button", onclick: move |_| a6.share_pdf(FILE, Paper::A6), {text.a6} }
                    button { id: "card-roll", class: "button", r#type: "button", onclick: move |_| roll.share_pdf(FILE, Paper::Roll58), {text.roll} }
                }
                p { class: "small muted", {text.any_phone} }
            }
        }
    }
}

/// The card as it is shared and printed.
fn sheet(lang: Lang, code: &str, verdict: &Verdict) -> Sheet {
    let text = cards(lang);
    let (name, badge) = match verdict {
        Verdict::Card(Checked::Valid(card)) => (card.name.clone(), card::covered(lang, card, true)),
        Verdict::Card(Checked::NotYet(card)) => (card.name.clone(), card::covered(lang, card, false)),
        _ => Default::default(),
    };
    let lines = proven(verdict, lang).into_iter().filter(|(label, _)| *label != text.name);
    Sheet {
        title: text.title.to_owned(),
        badge,
        code: code.to_owned(),
        caption: name,
        lines: lines.map(|(label, value)| (label.to_owned(), value)).collect(),
        notice: text.no_money.to_owned(),
        footer: vec![text.any_phone.to_owned()],
    }
}
