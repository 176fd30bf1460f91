//! Every record on this phone, with a search.

use crate::components::frame::Tabs;
use crate::components::icon::{Icon, Shape};
use crate::components::state::RecordLine;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;

/// More than anybody scrolls through; the search finds the rest.
const MOST_ROWS: u32 = 100;

#[component]
pub fn Records() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let mut search = use_signal(String::new);
    let rows = use_resource(move || {
        ui.changed();
        let (device, wanted) = (device.clone(), search());
        async move { device.records(&wanted, MOST_ROWS).await }
    });
    let text = ui.text();
    let list = match &*rows.read() {
        None => rsx! { p { class: "muted", {text.loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {text.store_trouble} } },
        Some(Ok(rows)) if rows.is_empty() && search().is_empty() => {
            rsx! { p { class: "card muted", {text.records_none} } }
        }
        Some(Ok(rows)) if rows.is_empty() => {
            rsx! { p { class: "card muted", {text.records_not_found} } }
        }
        Some(Ok(rows)) => rsx! {
            ul { class: "list",
                for row in rows.clone() {
                    li { key: "{row.id}", RecordLine { row } }
                }
            }
        },
    };
    rsx! {
        div { class: "screen",
            header { class: "bar plain", h1 { {text.tab_records} } }
            main { class: "body",
                div { class: "search",
                    Icon { shape: Shape::Search }
                    input {
                        id: "search",
                        r#type: "search",
                        "aria-label": text.records_search,
                        placeholder: text.records_search,
                        oninput: move |event| search.set(event.value()),
                    }
                }
                {list}
            }
            Tabs {}
        }
    }
}
