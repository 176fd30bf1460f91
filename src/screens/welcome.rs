//! The first screen of a phone that nobody has used yet: who are you?

use super::HelpLink;
use crate::app::Entry;
use crate::components::icon::{Icon, Shape};
use crate::text::worker::worker;
use crate::ui::use_ui;
use dioxus::prelude::*;

#[component]
pub fn Welcome(on_choose: Callback<Entry>) -> Element {
    let ui = use_ui();
    let text = worker(ui.lang());
    let choice = |id: &'static str, entry: Entry, shape: Shape, word: &'static str, hint: &'static str| {
        rsx! {
            button { id, class: "way", r#type: "button", onclick: move |_| on_choose(entry),
                Icon { shape, size: 32 }
                span { class: "grow",
                    strong { {word} }
                    if !hint.is_empty() {
                        span { class: "small muted", {hint} }
                    }
                }
            }
        }
    };
    rsx! {
        div { class: "screen",
            main { class: "body",
                div { class: "welcome",
                    Icon { shape: Shape::Umbrella, size: 56 }
                    h1 { "Payung" }
                    p { {ui.text().tagline} }
                }
                h2 { {text.who} }
                div { class: "ways",
                    {choice("i-am-worker", Entry::Worker, Shape::Person, text.worker, text.worker_hint)}
                    {choice("i-am-kader", Entry::Kader, Shape::Pencil, text.kader, text.kader_hint)}
                }
                HelpLink {}
            }
        }
    }
}
