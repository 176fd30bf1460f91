//! Where it happened: the village by a part of its name.

use crate::text::help::help as words;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::region::{Place, VillageCode};

/// How many villages are offered for what was typed.
const MOST_VILLAGES: usize = 5;

#[component]
pub fn Village(chosen: Option<Place>, on_choose: Callback<Option<VillageCode>>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = words(ui.lang());
    let mut typed = use_signal(String::new);
    if let Some(place) = chosen {
        return rsx! {
            div { class: "field",
                span { class: "legend", {text.village} }
                div { class: "choices",
                    button { id: "drop-village", class: "choice", r#type: "button", onclick: move |_| on_choose(None),
                        span { "{place.name}, {place.district}, {place.regency}" }
                        span { class: "note", {ui.text().change} }
                    }
                }
            }
        };
    }
    let is_long = typed().trim().chars().count() >= 3;
    let found = if is_long { device.env().regions.search(&typed(), None, MOST_VILLAGES) } else { Vec::new() };
    rsx! {
        div { class: "field",
            label { r#for: "village", {text.village} }
            span { class: "hint", id: "hint-village", {text.village_hint} }
            input { id: "village", r#type: "text", autocomplete: "off", "aria-describedby": "hint-village", oninput: move |event| typed.set(event.value()) }
            if !found.is_empty() {
                div { class: "choices suggestions",
                    for place in found {
                        button {
                            key: "{place.code}",
                            class: "choice",
                            r#type: "button",
                            onclick: move |_| {
                                typed.set(String::new());
                                on_choose(Some(place.code));
                            },
                            "{place.name}, {place.district}, {place.regency}"
                        }
                    }
                }
            }
        }
    }
}
