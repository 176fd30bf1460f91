//! Whom to see again: covers that end, long waits, good news, last year's people.

use crate::components::frame::BackBar;
use crate::components::icon::{Icon, Shape};
use crate::route::Route;
use crate::text::reminders::{reminders, stopped, why};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{DeviceError, RecordRow, Reminder, Why};

#[component]
pub fn Reminders() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move { Ok::<_, DeviceError>((device.reminders().await?, device.renewals_stopped().await?)) }
    });
    let text = reminders(ui.lang());
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {ui.text().loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {ui.text().store_trouble} } },
        Some(Ok((found, let_go))) => rsx! {
            p { class: "muted small", {text.lead} }
            if found.is_empty() {
                p { class: "card muted", {text.none} }
            } else {
                ul { class: "list",
                    for reminder in found.clone() {
                        li { key: "{reminder.row.id}", Line { reminder } }
                    }
                }
            }
            if !let_go.is_empty() {
                section { class: "stack", id: "stopped",
                    h2 { {text.stopped} }
                    ul { class: "list",
                        for (row, reason) in let_go.clone() {
                            li { key: "{row.id}", Stopped { row, reason: stopped(ui.lang(), reason) } }
                        }
                    }
                }
            }
        },
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.title, on_back: move |()| { navigator().push(Route::Home {}); } }
            main { class: "body", {body} }
        }
    }
}

#[component]
fn Line(reminder: Reminder) -> Element {
    let lang = use_ui().lang();
    let Reminder { row, why: reason } = reminder;
    let to = match reason {
        Why::Renew { .. } => Route::Renewal { id: row.id },
        _ => Route::Record { id: row.id },
    };
    let shape = match reason {
        Why::Turn { .. } => Shape::TwoTicks,
        Why::Renew { .. } => Shape::Sync,
        Why::EndsSoon { .. } => Shape::Umbrella,
        Why::LongWait { .. } => Shape::Clock,
    };
    rsx! {
        Link { class: "row", to,
            Icon { shape, size: 22 }
            span { class: "grow",
                span { class: "name", {row.name.clone()} }
                span { class: "nik", {row.nik_masked.clone()} }
                span { class: "small", {why(lang, reason)} }
            }
        }
    }
}

#[component]
fn Stopped(row: RecordRow, reason: &'static str) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let id = row.id;
    let take_back = move |_| {
        let device = device.clone();
        async move {
            if let Err(error) = device.stop_renewal(id, None).await {
                ui.fail(error, "a renewal can't be taken up again");
            }
        }
    };
    rsx! {
        div { class: "row",
            span { class: "grow",
                span { class: "name", {row.name.clone()} }
                span { class: "small muted", {reason} }
            }
            button { class: "button quiet", r#type: "button", onclick: take_back, {reminders(ui.lang()).take_back} }
        }
    }
}
