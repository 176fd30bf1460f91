//! What the phone thinks of a photo, with a picture of what to do, and the way to keep it all the same.

use super::choices::{Choice, Choices};
use crate::form::use_form;
use crate::text::advice;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_domain::Field;
use payung_domain::enrolment::{PhotoFault, PhotoReason};

/// The faults of the photo, the first of them large. The kader takes it again with the buttons below, or says here why
/// it is kept.
#[component]
pub fn Coach(faults: Vec<PhotoFault>) -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    let reason = form.get(Field::PhotoReason);
    let problem = form.shown_problem(Field::PhotoReason).map(|problem| problem.sentence(lang));
    let is_kept = PhotoReason::from_key(&reason).is_some();
    let mut is_asking = use_signal(|| false);
    let Some((&first, rest)) = faults.split_first() else {
        return rsx! {};
    };
    let reasons = PhotoReason::ALL.iter().map(|reason| Choice::new(reason.key(), reason.label(lang))).collect();
    let rest: Vec<&str> = rest.iter().map(|fault| fault.label(lang)).collect();
    rsx! {
        section { class: "card warn stack", id: "coach", role: "status",
            div { class: "coach",
                Drawing { fault: first }
                p { strong { {advice(lang, first)} } }
            }
            if !rest.is_empty() {
                p { class: "small", "{text.photo_also}: " {rest.join(", ")} }
            }
            if is_asking() || is_kept || problem.is_some() {
                Choices {
                    name: Field::PhotoReason.key(),
                    label: text.photo_keep_why,
                    choices: reasons,
                    chosen: reason,
                    problem,
                    on_choose: move |key: String| form.set(Field::PhotoReason, &key),
                }
            } else {
                button { id: "photo-keep", class: "button wide", r#type: "button", onclick: move |_| is_asking.set(true),
                    {text.photo_keep}
                }
            }
        }
    }
}

/// A card of 64 by 40 in a drawing of 96 by 72, with what is wrong and which way it gets better. The sentence beside it
/// says the same.
#[component]
fn Drawing(fault: PhotoFault) -> Element {
    const CARD: &str = "M16 16h64v40H16z";
    const PRINT: &str = "M22 24h22M22 31h28M22 38h24M22 45h26M58 26h14v20H58z";
    let (card, print, sign) = match fault {
        PhotoFault::NoCard => {
            ("M16 22v-6h6M74 16h6v6M80 50v6h-6M22 56h-6v-6", "", "M41 30a7 7 0 1 1 9 7q-2 1-2 4M48 47v.5")
        }
        PhotoFault::CutOff => {
            ("M40 16h64v40H40z", "M46 24h22M46 31h28M46 38h24M46 45h26", "M10 36h20M10 36l7-6M10 36l7 6")
        }
        PhotoFault::TooSmall => {
            ("M36 28h24v16H36z", "", "M8 8l18 13M26 21l-9-1M26 21l-3-8M88 64L70 51M70 51l9 1M70 51l3 8")
        }
        PhotoFault::TooDark => (CARD, PRINT, "M80 2v6M66 6l4 4M94 6l-4 4M64 16h6M80 24a8 8 0 1 1 0-12"),
        PhotoFault::Glare => (CARD, PRINT, "M28 58L52 10M40 62L66 10"),
        PhotoFault::Shaken => (CARD, PRINT, "M8 22q-6 14 0 28M3 28q-3 8 0 16M88 22q6 14 0 28M93 28q3 8 0 16"),
        PhotoFault::Blurred => {
            (CARD, PRINT, "M48 50a14 14 0 1 0 0-28 14 14 0 0 0 0 28zM48 16v10M48 46v10M28 36h10M58 36h10")
        }
        PhotoFault::UpsideDown => (
            CARD,
            "M74 48H52M74 41H46M74 34H50M74 27H48M38 46H24V26h14z",
            "M6 46a44 30 0 0 1 10-36M16 10l-8 1M16 10l1 8",
        ),
        PhotoFault::Mirrored => (
            CARD,
            "M74 24H52M74 31H46M74 38H50M74 45H48M38 26H24v20h14z",
            "M48 6v60M40 66h16M36 8l-8 4 8 4M60 8l8 4-8 4",
        ),
        PhotoFault::Photocopy => (CARD, PRINT, "M8 6h80v60H8zM88 6l-12 0"),
        PhotoFault::Screen => (CARD, PRINT, "M8 8h80v54H8zM38 68h20M48 62v6"),
    };
    rsx! {
        svg { class: "drawing", view_box: "0 0 96 72", width: 96, height: 72, fill: "none", stroke: "currentColor",
            "stroke-width": 2.5, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
            path { class: "faint", d: print }
            path { d: card }
            path { class: "sign", d: sign }
        }
    }
}
