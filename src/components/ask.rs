//! What can't be taken back is asked first.

use super::icon::{Icon, Shape};
use crate::ui::to_end_of;
use dioxus::prelude::*;

/// A button that asks before it does anything. `about`: which one it is, for who hears the screen.
#[component]
pub fn AskFirst(
    id: String,
    label: String,
    #[props(default)] about: String,
    question: String,
    yes: String,
    no: String,
    on_yes: Callback,
) -> Element {
    let mut is_asking = use_signal(|| false);
    // the question is taller than the button, which may lie at the edge of the screen
    let answer = format!("{id}-yes");
    use_effect(move || {
        if is_asking() {
            to_end_of(&answer);
        }
    });
    rsx! {
        if is_asking() {
            div { class: "card refuse stack",
                p { role: "status", {question} }
                div { class: "pair-of-buttons",
                    button { id: "{id}-no", class: "button", r#type: "button", onclick: move |_| is_asking.set(false), {no} }
                    button {
                        id: "{id}-yes",
                        class: "button danger",
                        r#type: "button",
                        onclick: move |_| {
                            is_asking.set(false);
                            on_yes(());
                        },
                        {yes}
                    }
                }
            }
        } else {
            button { id, class: "button quiet", r#type: "button", "aria-label": "{label} {about}", onclick: move |_| is_asking.set(true),
                Icon { shape: Shape::Bin, size: 20 }
                {label.clone()}
            }
        }
    }
}
