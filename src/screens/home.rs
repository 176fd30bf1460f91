//! Home: the village, the places that are left, what waits, what needs the kader.

use crate::components::frame::Tabs;
use crate::components::icon::{Icon, Shape};
use crate::components::state::RecordLine;
use crate::components::sync_line::SyncLine;
use crate::route::{Route, Step};
use crate::text;
use crate::text::handover::handover;
use crate::text::help::help;
use crate::text::reminders::to_see as to_see_line;
use crate::text::visits;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Counts, Device, DeviceError, JournalEntry, RecordRow};
use payung_domain::wire::Village;

/// The setting of what a megabyte costs the kader.
pub const RUPIAH_PER_MB: &str = "rupiah_per_mb";
/// A data package of 2026, before the kader has said what hers costs: about Rp 10.000 for a gigabyte.
pub const USUAL_RUPIAH_PER_MB: u32 = 10;

#[derive(Clone, PartialEq)]
struct Numbers {
    village: Village,
    counts: Counts,
    to_promise: usize,
    to_visit: Option<usize>,
    to_see: usize,
    last_sync: Option<JournalEntry>,
    rupiah_per_mb: u32,
    drafts: Vec<RecordRow>,
    needs_me: Vec<RecordRow>,
}

async fn numbers(device: Device) -> Result<Numbers, DeviceError> {
    Ok(Numbers {
        village: device.village().await?,
        counts: device.counts().await?,
        to_promise: device.places_to_promise().await?,
        to_visit: device.visits_open().await?,
        to_see: device.reminders().await?.len(),
        last_sync: device.journal(1).await?.first().copied(),
        rupiah_per_mb: device.setting(RUPIAH_PER_MB).await?.unwrap_or(USUAL_RUPIAH_PER_MB),
        drafts: device.open_drafts().await?,
        needs_me: device.needing_me().await?,
    })
}

#[component]
pub fn Home() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource({
        let device = device.clone();
        move || {
            ui.changed();
            numbers(device.clone())
        }
    });
    let text = ui.text();
    let start = move |_| {
        let (device, navigator) = (device.clone(), navigator());
        async move {
            match device.start_draft().await {
                Ok(id) => {
                    navigator.push(Route::Enrol { id, step: Step::Card });
                }
                Err(error) => ui.fail(error, "no record could be started"),
            }
        }
    };
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {text.loading} } },
        Some(Err(error)) => {
            tracing::error!(%error, "home can't be shown");
            rsx! { p { class: "card refuse", {text.store_trouble} } }
        }
        Some(Ok(numbers)) => {
            rsx! { Body { numbers: numbers.clone() } }
        }
    };
    rsx! {
        div { class: "screen",
            main { class: "body", {body} }
            div { class: "foot above-tabs",
                button { id: "enrol", class: "button primary wide", r#type: "button", onclick: start,
                    Icon { shape: Shape::Person }
                    {text.home_enrol}
                }
            }
            Tabs {}
        }
    }
}

#[component]
fn Body(numbers: Numbers) -> Element {
    let ui = use_ui();
    let Numbers { village, counts, to_promise, to_visit, to_see, last_sync, rupiah_per_mb, drafts, needs_me } = numbers;
    let (lang, text, places) = (ui.lang(), ui.text(), village.places);
    // placed, waiting for the office's word, or promised at the door
    let spoken_for = places.taken.saturating_add(places.kept).saturating_add(counts.places_promised);
    let is_cut_off = last_sync.is_some_and(|last| last.report.failure.is_some());
    let is_first = counts.records == 0 && drafts.is_empty();
    rsx! {
        header { class: "stack",
            h1 { {village.name.clone()} }
            p { class: "muted small", "{village.district}, {village.regency} · {village.programme.name}" }
            SyncLine { last: last_sync }
        }
        if !needs_me.is_empty() {
            section { class: "stack",
                h2 { "{text.home_needs_me} ({needs_me.len()})" }
                ul { class: "list",
                    for row in needs_me {
                        li { key: "{row.id}", RecordLine { row } }
                    }
                }
            }
        }
        section { class: "numbers",
            div { class: "card stack",
                if let Some(quota) = places.quota {
                    span { class: "number large", id: "places-left", {quota.saturating_sub(spoken_for).to_string()} }
                    span { "{text.home_places_left} {text::of_places(lang, quota)}" }
                    div { class: "meter", "aria-hidden": "true",
                        span { style: "width:{percent(spoken_for, quota)}%" }
                    }
                } else {
                    span { class: "number large", {places.taken.to_string()} }
                    span { {text.home_no_quota} }
                }
                if to_promise > 0 {
                    span { class: "small muted", id: "to-promise", {text::places_to_promise(lang, to_promise)} }
                }
                if places.waiting > 0 {
                    span { class: "small muted", {text::on_waiting_list(lang, places.waiting)} }
                }
            }
            div { class: "card stack",
                span { class: "number", id: "to-send", {counts.to_send.to_string()} }
                span { {text.home_to_send} }
                if counts.photos_to_send > 0 {
                    span { class: "small muted", {text::photos_to_send(lang, counts.photos_to_send)} }
                }
                if counts.bytes_to_send > 0 {
                    span { class: "small muted", id: "cost", {text::cost(lang, counts.bytes_to_send, rupiah_per_mb)} }
                }
            }
            div { class: "card stack",
                span { class: "number", {counts.records.to_string()} }
                span { {text.home_on_phone} }
            }
        }
        if let Some(to_visit) = to_visit {
            Link { to: Route::Visits {}, id: "visits", class: "button quiet", {visits::to_visit(lang, to_visit)} }
        }
        if to_see > 0 {
            Link { to: Route::Reminders {}, id: "reminders", class: "button quiet", {to_see_line(lang, to_see)} }
        }
        if is_cut_off && counts.to_send + counts.photos_to_send > 0 {
            Link { to: Route::Handover {}, id: "handover", class: "button quiet", {handover(lang).home_link} }
        }
        if !drafts.is_empty() {
            section { class: "stack",
                h2 { {text.home_drafts} }
                ul { class: "list",
                    for row in drafts {
                        li { key: "{row.id}", RecordLine { row } }
                    }
                }
            }
        }
        if is_first {
            p { class: "card muted", {text.home_first} }
        }
        Link { to: Route::Help {}, id: "help", class: "button quiet", {help(lang).link} }
    }
}

fn percent(part: u32, whole: u32) -> u64 {
    u64::from(part) * 100 / u64::from(whole.max(1))
}
