//! "Cari warga": every record on this phone and every card of the village, found by name, NIK, KPJ or a scanned code.

use crate::components::frame::{Says, Tabs, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::scan::Scan;
use crate::components::state::{CardLine, RecordLine};
use crate::components::verdict::VerdictView;
use crate::route::Route;
use crate::text::card::cards;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{CheckedCode, Scanned, Villager};

/// More than anybody scrolls through; the search finds the rest.
const MOST_ROWS: u32 = 100;

#[component]
pub fn Records() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let mut search = use_signal(String::new);
    let mut is_scanning = use_signal(|| false);
    let mut says = use_signal(|| false);
    let mut stranger = use_signal(|| None::<CheckedCode>);
    let rows = use_resource({
        let device = device.clone();
        move || {
            ui.changed();
            let (device, wanted) = (device.clone(), search());
            async move { device.villagers(&wanted, MOST_ROWS).await }
        }
    });
    let on_text = use_callback(move |code: String| {
        let (device, navigator) = (device.clone(), navigator());
        is_scanning.set(false);
        stranger.set(None);
        says.set(false);
        spawn(async move {
            match device.lead(code).await {
                Ok(Scanned::Person(id)) => {
                    navigator.push(Route::Record { id });
                }
                Ok(Scanned::Search(number)) => search.set(number),
                Ok(Scanned::Stranger(checked)) => stranger.set(Some(*checked)),
                Ok(Scanned::Other) => says.set(true),
                Err(error) => ui.fail(error, "nobody can be looked for"),
            }
        });
    });
    let (text, words) = (ui.text(), cards(ui.lang()));
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
                for villager in rows.clone() {
                    match villager {
                        Villager::Record(row, cover) => rsx! { li { key: "{row.id}", RecordLine { row, cover } } },
                        Villager::Card(row) => rsx! { li { key: "{row.record}", CardLine { row } } },
                    }
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
                        value: search(),
                        oninput: move |event| search.set(event.value()),
                    }
                }
                div { class: "pair-of-buttons tight",
                    button { id: "find", class: "button", r#type: "button", onclick: move |_| is_scanning.set(true),
                        Icon { shape: Shape::Scan }
                        {words.find}
                    }
                    Link { id: "check", class: "button", to: Route::Check {},
                        Icon { shape: Shape::Umbrella }
                        {words.check}
                    }
                }
                if says() {
                    Says { tone: Tone::Look, sentence: words.find_other.to_owned() }
                }
                if let Some(CheckedCode { verdict, ended_as_of, .. }) = stranger() {
                    VerdictView { verdict, ended_as_of }
                }
                {list}
            }
            Tabs {}
            if is_scanning() {
                Scan { on_text, on_close: move |()| is_scanning.set(false) }
            }
        }
    }
}
