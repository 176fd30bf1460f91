//! Step 3: what the person does.

use crate::components::choices::{Choice, Choices};
use crate::components::field::FormField;
use crate::form::use_form;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::Field;

/// The setting that names the occupation chosen last, which is offered first: neighbours do the same work.
const LAST_OCCUPATION: &str = "last_occupation";

#[component]
pub fn Work() -> Element {
    let (ui, device, mut form) = (use_ui(), use_device(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    let last = use_resource({
        let device = device.clone();
        move || {
            let device = device.clone();
            async move { device.setting::<String>(LAST_OCCUPATION).await.ok().flatten() }
        }
    });
    // a list that changes its order under a finger records other work
    let Some(last) = last() else { return rsx! { p { class: "muted", {text.loading} } } };
    let last = last.unwrap_or_default();
    let programme = form.village().programme;
    let mut occupations: Vec<Choice> = programme
        .occupations
        .iter()
        .map(|occupation| {
            Choice::new(occupation.id.0.clone(), capitalised(lang.pick(&occupation.label_id, &occupation.label_en)))
        })
        .collect();
    if let Some(at) = occupations.iter().position(|choice| choice.key == last) {
        let mut first = occupations.remove(at);
        first.note = text.last_used.into();
        occupations.insert(0, first);
    }
    let with_none = |none: &str, rest: Vec<Choice>| {
        let mut choices = vec![Choice::new("", none)];
        choices.extend(rest);
        choices
    };
    let roles = programme
        .roles
        .iter()
        .map(|role| Choice::new(role.id.0.clone(), capitalised(lang.pick(&role.label_id, &role.label_en))));
    let sources = programme.sources.iter().map(|source| Choice::new(source.id.0.clone(), source.name.clone()));
    let choose_occupation = move |key: String| {
        form.set(Field::Occupation, &key);
        let device = device.clone();
        spawn(async move { drop(device.set_setting(LAST_OCCUPATION, key).await) });
    };
    rsx! {
        Choices {
            name: "occupation",
            label: Field::Occupation.label(lang),
            choices: occupations,
            chosen: form.get(Field::Occupation),
            on_choose: choose_occupation,
            problem: form.shown_problem(Field::Occupation).map(|problem| problem.sentence(lang)),
        }
        FormField { field: Field::Workplace, hint: text.workplace_hint }
        if !programme.roles.is_empty() {
            Choices {
                name: "role",
                label: "{text.role_lead} ({text.optional})",
                choices: with_none(text.role_none, roles.collect()),
                chosen: form.get(Field::Role),
                on_choose: move |key: String| form.set(Field::Role, &key),
            }
        }
        if !programme.sources.is_empty() {
            Choices {
                name: "source",
                label: "{Field::Source.label(lang)} ({text.optional})",
                choices: with_none(text.source_none, sources.collect()),
                chosen: form.get(Field::Source),
                on_choose: move |key: String| form.set(Field::Source, &key),
            }
        }
    }
}

fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
