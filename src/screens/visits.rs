//! Whom the village's lists name: tap one to enrol the person with what the list says.

use crate::components::choices::{Choice, Choices};
use crate::components::frame::Tabs;
use crate::components::icon::{Icon, Shape};
use crate::route::{Route, Step};
use crate::text::visits::visits;
use crate::ui::{to_end_of, use_device, use_ui};
use dioxus::prelude::*;
use payung_device::Visit;
use payung_domain::Nik;
use payung_domain::wire::Outcome;

/// More than anybody scrolls through; the search finds the rest.
const MOST_ROWS: usize = 100;

#[component]
pub fn Visits() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let mut search = use_signal(String::new);
    let rows = use_resource(move || {
        ui.changed();
        let (device, wanted) = (device.clone(), search());
        async move { device.visits(&wanted, MOST_ROWS).await }
    });
    let text = visits(ui.lang());
    let list = match &*rows.read() {
        None => rsx! { p { class: "muted", {ui.text().loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {ui.text().store_trouble} } },
        Some(Ok(rows)) if rows.is_empty() && search().is_empty() => {
            rsx! { p { class: "card muted", {text.none} } }
        }
        Some(Ok(rows)) if rows.is_empty() => {
            rsx! { p { class: "card muted", {text.not_found} } }
        }
        Some(Ok(rows)) => rsx! {
            ul { class: "list",
                for visit in rows.clone() {
                    li { key: "{visit.candidate.nik.masked()}{visit.candidate.name}", VisitLine { visit } }
                }
            }
        },
    };
    rsx! {
        div { class: "screen",
            header { class: "bar plain", h1 { {text.title} } }
            main { class: "body",
                p { class: "muted small", {text.lead} }
                div { class: "search",
                    Icon { shape: Shape::Search }
                    input {
                        id: "search",
                        r#type: "search",
                        "aria-label": text.search,
                        placeholder: text.search,
                        oninput: move |event| search.set(event.value()),
                    }
                }
                {list}
            }
            Tabs {}
        }
    }
}

#[component]
fn VisitLine(visit: Visit) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = visits(ui.lang());
    let nik = visit.candidate.nik;
    let record = visit.record;
    let start = move |_| {
        let (device, navigator) = (device.clone(), navigator());
        async move {
            if let Some(id) = record {
                navigator.push(Route::Record { id });
                return;
            }
            match device.start_visit(nik).await {
                Ok(id) => {
                    navigator.push(Route::Enrol { id, step: Step::Card });
                }
                Err(error) => ui.fail(error, "no record could be started"),
            }
        }
    };
    let said = match (record, visit.is_perhaps_enrolled, visit.outcome) {
        (Some(_), ..) => text.here,
        (None, true, _) => text.perhaps,
        (None, false, Some(outcome)) => outcome.label(ui.lang()),
        (None, false, None) => "",
    };
    let can_tell = record.is_none() && !visit.is_perhaps_enrolled;
    let label = if visit.outcome.is_some() { text.change } else { text.not_enrolled };
    let mut is_asking = use_signal(|| false);
    rsx! {
        div { class: "visit-line",
            button { class: "row visit", r#type: "button", onclick: start,
                span { class: "grow",
                    span { class: "name", {visit.candidate.name.clone()} }
                    span { class: "nik", {nik.masked()} }
                    span { class: "small muted", {place(&visit)} }
                    if !said.is_empty() {
                        span { class: "small said", {said} }
                    }
                }
            }
            if can_tell {
                button {
                    class: "icon-button",
                    r#type: "button",
                    "aria-label": "{label}: {visit.candidate.name}",
                    "aria-expanded": is_asking(),
                    onclick: move |_| is_asking.toggle(),
                    Icon { shape: Shape::More }
                }
            }
        }
        if can_tell && is_asking() {
            Telling { nik, outcome: visit.outcome, on_done: move |()| is_asking.set(false) }
        }
    }
}

/// What became of the visit, where the person is not enrolled.
#[component]
fn Telling(nik: Nik, outcome: Option<Outcome>, on_done: Callback) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = visits(ui.lang());
    let tell = use_callback(move |outcome: Option<Outcome>| {
        let device = device.clone();
        spawn(async move {
            match device.tell_visit(nik, outcome).await {
                Ok(()) => on_done(()),
                Err(error) => ui.fail(error, "the outcome of a visit was not kept"),
            }
        });
    });
    use_effect(|| to_end_of("telling-end"));
    let choices: Vec<Choice> =
        Outcome::ALL.iter().map(|choice| Choice::new(choice.key(), choice.label(ui.lang()))).collect();
    rsx! {
        div { class: "telling",
            Choices {
                name: "outcome",
                label: text.why,
                choices,
                chosen: outcome.map_or("", Outcome::key),
                on_choose: move |key: String| tell(Outcome::from_key(&key)),
            }
            div { id: "telling-end", class: "pair-of-buttons",
                if outcome.is_some() {
                    button { id: "outcome-none", class: "button quiet", r#type: "button", onclick: move |_| tell(None), {text.again} }
                }
                button { class: "button quiet", r#type: "button", onclick: move |_| on_done(()), {text.leave} }
            }
        }
    }
}

/// `Dusun Contoh, RT 3 RW 5`, as far as the list says it.
fn place(visit: &Visit) -> String {
    let number = |name: &str, number: Option<u16>| number.map(|number| format!("{name} {number}"));
    let rt_rw: Vec<String> =
        [number("RT", visit.candidate.rt), number("RW", visit.candidate.rw)].into_iter().flatten().collect();
    let parts = [visit.candidate.address.clone(), rt_rw.join(" ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
