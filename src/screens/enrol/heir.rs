//! Step 4: who receives the benefit, and that the person agrees.

use super::check::Discard;
use crate::components::choices::{Choice, Choices};
use crate::components::field::{FormField, Typed};
use crate::form::use_form;
use crate::notice::NOTICE;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::Field;
use payung_domain::enrolment::{ConsentManner, Relation};

#[component]
pub fn Heir() -> Element {
    let (ui, device, mut form) = (use_ui(), use_device(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    let agree = move |key: String| {
        if form.peek(Field::Consent) == key {
            return; // a second tap does not move the time at which it was given
        }
        form.set(Field::Consent, &key);
        form.set(Field::ConsentNotice, &NOTICE.version);
        form.set(Field::ConsentTime, &format!("{:.0}", device.env().clock.now()));
    };
    rsx! {
        p { class: "muted", {text.heir_lead} }
        FormField { field: Field::HeirName, typed: Typed::Name, hint: text.name_hint }
        Choices {
            name: "relation",
            label: Field::HeirRelation.label(lang),
            choices: Relation::ALL.iter().map(|relation| Choice::new(relation.key(), relation.label(lang))).collect::<Vec<_>>(),
            chosen: form.get(Field::HeirRelation),
            on_choose: move |key: String| form.set(Field::HeirRelation, &key),
            problem: form.shown_problem(Field::HeirRelation).map(|problem| problem.sentence(lang)),
        }
        FormField { field: Field::HeirPhone, typed: Typed::Phone, hint: text.phone_hint }
        section { class: "stack",
            h2 { {text.consent_title} }
            p { class: "muted", {text.consent_read} }
            div { class: "card notice",
                for (index, paragraph) in NOTICE.paragraphs(lang).enumerate() {
                    p { key: "{index}", {paragraph} }
                }
            }
        }
        Choices {
            name: "consent",
            label: text.consent_how,
            choices: ConsentManner::ALL.iter().map(|manner| Choice::new(manner.key(), manner.label(lang))).collect::<Vec<_>>(),
            chosen: form.get(Field::Consent),
            on_choose: agree,
            problem: form.shown_problem(Field::Consent).map(|problem| problem.sentence(lang)),
        }
        Discard { label: text.consent_refused }
    }
}
