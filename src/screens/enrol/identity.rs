//! Step 2: who it is and where the person lives, as on the KTP.

use crate::components::choices::{Choice, Choices};
use crate::components::field::{FormField, Typed};
use crate::components::frame::{Says, Tone};
use crate::components::position::HousePosition;
use crate::form::use_form;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::region::Regions;
use payung_domain::{Field, NikWarning};

#[component]
pub fn Identity() -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    let warnings = form.warnings();
    let warning = |kind: NikWarning| warnings.contains(&kind).then(|| kind.sentence(lang));
    let village = form.village();
    rsx! {
        FormField { field: Field::Name, typed: Typed::Name, hint: text.name_hint }
        BirthPlace {}
        FormField { field: Field::BirthDate, typed: Typed::Date, hint: text.date_hint }
        if let Some(sentence) = warning(NikWarning::BirthDate) {
            Says { tone: Tone::Look, sentence }
        }
        Choices {
            name: "sex",
            label: Field::Sex.label(lang),
            choices: vec![Choice::new("male", text.male), Choice::new("female", text.female)],
            chosen: form.get(Field::Sex),
            on_choose: move |key: String| form.set(Field::Sex, &key),
            problem: form.shown_problem(Field::Sex).map(|problem| problem.sentence(lang)),
        }
        if let Some(sentence) = warning(NikWarning::Sex) {
            Says { tone: Tone::Look, sentence }
        }
        FormField { field: Field::Address, hint: text.address_hint }
        div { class: "row-of-fields",
            FormField { field: Field::Rt, typed: Typed::Number }
            FormField { field: Field::Rw, typed: Typed::Number }
        }
        p { class: "muted", "{Field::Village.label(lang)}: {village.name}, {village.district}" }
        FormField { field: Field::Phone, typed: Typed::Phone, hint: text.phone_hint }
        HousePosition {}
    }
}

/// The place of birth, with the regencies whose names begin like what was typed.
#[component]
fn BirthPlace() -> Element {
    let (device, mut form) = (use_device(), use_form());
    let typed = form.get(Field::BirthPlace);
    let regions = device.env().regions.clone();
    let found: Vec<String> = if typed.chars().count() < 3 { Vec::new() } else { beginning_with(&regions, &typed) };
    rsx! {
        div {
            FormField { field: Field::BirthPlace, typed: Typed::Name, hint: "" }
            if !found.is_empty() {
                div { class: "choices suggestions",
                    for name in found {
                        button {
                            key: "{name}",
                            class: "choice",
                            r#type: "button",
                            onclick: move |_| form.replace(Field::BirthPlace, &name),
                            {name.clone()}
                        }
                    }
                }
            }
        }
    }
}

/// How many names are offered.
const MOST_NAMES: usize = 4;

/// Regencies and towns by the beginning of their names, as KTPs print them: in capitals, without the kind before it.
fn beginning_with(regions: &Regions, typed: &str) -> Vec<String> {
    let wanted = typed.trim().to_uppercase();
    let bare = |name: &str| {
        let name = name.to_uppercase();
        ["KABUPATEN ADMINISTRASI ", "KOTA ADMINISTRASI ", "KABUPATEN ", "KOTA "]
            .iter()
            .find_map(|kind| name.strip_prefix(kind))
            .unwrap_or(&name)
            .to_owned()
    };
    let mut names: Vec<String> = regions
        .provinces()
        .flat_map(|(province, _)| regions.regencies(province))
        .map(|(_, name)| bare(name))
        .filter(|name| name.starts_with(&wanted) && *name != wanted)
        .collect();
    names.sort();
    names.dedup();
    names.truncate(MOST_NAMES);
    names
}
