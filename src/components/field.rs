//! A field of the form: label, input, what is wrong with it.

use super::frame::{Says, Tone};
use crate::form::use_form;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_domain::Field;

/// How a field is typed.
#[derive(Clone, Copy, PartialEq, Default)]
pub enum Typed {
    #[default]
    Words,
    Name,
    Nik,
    Date,
    Number,
    Phone,
    Lines,
}

/// One field. Every key press is on disk before the next one is handled.
#[component]
pub fn FormField(field: Field, #[props(default)] typed: Typed, #[props(default)] hint: String) -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let (id, hint_id) = (format!("field-{}", field.key()), format!("hint-{}", field.key()));
    let problem = form.shown_problem(field).map(|problem| problem.sentence(ui.lang()));
    let (mode, mask, class) = match typed {
        Typed::Nik => ("numeric", "nik", "digits"),
        Typed::Date => ("numeric", "date", "digits"),
        Typed::Number => ("numeric", "", "digits"),
        Typed::Phone => ("tel", "", ""),
        Typed::Words | Typed::Name | Typed::Lines => ("text", "", ""),
    };
    let capitals = if typed == Typed::Name { "characters" } else { "sentences" };
    let invalid = problem.is_some();
    // not controlled: a slow answer must never overwrite a letter that was typed since
    let initial = form.peek(field);
    rsx! {
        // keys count in lists only; a new one makes the input show what the app itself has filled in
        for generation in [form.generation(field)] {
        div { class: "field", key: "{generation}",
            label { r#for: "{id}", {field.label(ui.lang())} }
            if !hint.is_empty() {
                span { class: "hint", id: "{hint_id}", {hint.clone()} }
            }
            if typed == Typed::Lines {
                textarea {
                    id: "{id}",
                    rows: 3,
                    initial_value: "{initial}",
                    "aria-invalid": invalid,
                    oninput: move |event| form.set(field, &event.value()),
                    onfocusout: move |_| form.leave(field),
                }
            } else {
                input {
                    id: "{id}",
                    class,
                    r#type: "text",
                    inputmode: mode,
                    "data-mask": mask,
                    autocapitalize: capitals,
                    autocomplete: "off",
                    spellcheck: "false",
                    initial_value: "{initial}",
                    "aria-invalid": invalid,
                    "aria-describedby": "{hint_id}",
                    oninput: move |event| form.set(field, &event.value()),
                    onfocusout: move |_| form.leave(field),
                }
            }
            if let Some(sentence) = problem.clone() {
                Says { tone: Tone::Wrong, sentence }
            }
        }
        }
    }
}
