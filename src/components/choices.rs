//! Choices as big rows, with a search once there are more than eight.

use super::frame::{Says, Tone};
use super::icon::{Icon, Shape};
use crate::ui::use_ui;
use dioxus::prelude::*;

/// A row that can be chosen.
#[derive(Clone, PartialEq)]
pub struct Choice {
    /// What is stored.
    pub key: String,
    /// What is read.
    pub label: String,
    /// Beside it, in small.
    pub note: String,
}

impl Choice {
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), note: String::new() }
    }
}

const MOST_WITHOUT_SEARCH: usize = 8;

#[component]
pub fn Choices(
    name: String,
    label: String,
    choices: Vec<Choice>,
    chosen: String,
    on_choose: Callback<String>,
    #[props(default)] problem: Option<String>,
) -> Element {
    let text = use_ui().text();
    let mut search = use_signal(String::new);
    let mut is_open = use_signal(|| false);
    let is_long = choices.len() > MOST_WITHOUT_SEARCH;
    let current = choices.iter().find(|choice| choice.key == chosen).cloned();
    let wanted = search().to_lowercase();
    let shown: Vec<Choice> = match (&current, is_long && !is_open()) {
        // a long list folds to what was chosen
        (Some(choice), true) => vec![choice.clone()],
        _ => choices.into_iter().filter(|choice| choice.label.to_lowercase().contains(&wanted)).collect(),
    };
    let is_folded = is_long && current.is_some() && !is_open();
    rsx! {
        fieldset { class: "stack", role: "radiogroup", "aria-label": "{label}",
            legend { class: "legend", {label.clone()} }
            if is_long && !is_folded {
                div { class: "search",
                    Icon { shape: Shape::Search }
                    input {
                        r#type: "search",
                        id: "search-{name}",
                        "aria-label": "{text.search} {label}",
                        placeholder: text.search,
                        oninput: move |event| search.set(event.value()),
                    }
                }
            }
            div { class: "choices",
                for choice in shown {
                    button {
                        key: "{choice.key}",
                        id: "choice-{name}-{choice.key}",
                        class: "choice",
                        r#type: "button",
                        role: "radio",
                        "aria-checked": choice.key == chosen,
                        onclick: move |_| {
                            if is_folded {
                                is_open.set(true);
                            } else {
                                is_open.set(false);
                                search.set(String::new());
                                on_choose(choice.key.clone());
                            }
                        },
                        span { class: "mark",
                            if choice.key == chosen {
                                Icon { shape: Shape::Tick, size: 16 }
                            }
                        }
                        span { {choice.label.clone()} }
                        if is_folded {
                            span { class: "note", {text.change} }
                        } else if !choice.note.is_empty() {
                            span { class: "note", {choice.note.clone()} }
                        }
                    }
                }
            }
            if let Some(sentence) = problem {
                Says { tone: Tone::Wrong, sentence }
            }
        }
    }
}
