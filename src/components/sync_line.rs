//! One calm line: when the phone last reached the office, and a way to try now.

use super::icon::{Icon, Shape};
use crate::text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use jiff::tz::TimeZone;
use payung_device::{JournalEntry, NextStep, Trigger};

/// Characters that fit beside the button on a small phone.
const SHORT_SENTENCE: usize = 30;

/// `last` is the newest line of the journal.
#[component]
pub fn SyncLine(last: Option<JournalEntry>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let courier = use_context::<crate::courier::Courier>();
    let mut next_try = use_signal(|| *courier.next_try().borrow());
    use_future({
        let told = courier.next_try();
        move || {
            let mut told = told.clone();
            async move {
                loop {
                    // while it is tried, the time stays in the sentence behind
                    if let at @ Some(_) = *told.borrow_and_update() {
                        next_try.set(at);
                    }
                    if told.changed().await.is_err() {
                        break;
                    }
                }
            }
        }
    });
    let (lang, text) = (ui.lang(), ui.text());
    ui.changed();
    let is_running = device.is_syncing();
    let outcome = match last {
        Some(entry) => match entry.report.failure {
            Some(failure) => match next_try().filter(|_| failure.next_step() == NextStep::RetryLater) {
                Some(at) => format!("{} {}", failure.sentence(lang), text::next_try(lang, &clock(at))),
                None => failure.sentence(lang).to_owned(),
            },
            None if entry.report.waits_for_wifi => text::waits_for_wifi(lang, entry.report.photos_left),
            None => text::last_sync(lang, &clock_or_day(lang, entry.at)),
        },
        None => text.sync_never.to_owned(),
    };
    let is_long = outcome.chars().count() > SHORT_SENTENCE;
    rsx! {
        div { class: if is_long { "sync-line long" } else { "sync-line" },
            Icon { shape: Shape::Sync, size: 20, turning: is_running }
            Status { outcome, running: is_running.then_some(text.sync_running) }
            button { class: "button quiet", r#type: "button", disabled: is_running, onclick: move |_| courier.go(Trigger::Hand), {text.sync_now} }
        }
    }
}

/// How it went, or that it is under way: in the same room, so that nothing below moves.
#[component]
pub fn Status(outcome: String, running: Option<&'static str>) -> Element {
    rsx! {
        div { class: "grow status",
            span { role: "status", {running.map_or(outcome.clone(), str::to_owned)} }
            if running.is_some() {
                span { class: "unseen", "aria-hidden": "true", {outcome} }
            }
        }
    }
}

/// `14.02`, as clocks are written in Indonesia, in the phone's time zone.
pub fn clock(at: jiff::Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%H.%M").to_string()
}

/// The clock for today, day and clock for any other day.
pub fn clock_or_day(lang: payung_domain::Lang, at: jiff::Timestamp) -> String {
    let is_today = at.to_zoned(TimeZone::system()).date() == jiff::Zoned::now().date();
    if is_today { clock(at) } else { day_and_clock(lang, at) }
}

/// `21 November 2026, 14.02`.
pub fn day_and_clock(lang: payung_domain::Lang, at: jiff::Timestamp) -> String {
    format!("{}, {}", lang.date(at.to_zoned(TimeZone::system()).date()), clock(at))
}
