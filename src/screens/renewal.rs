//! One of last year's people: the same again in one tap, or what has changed, or why not.

use crate::components::data::{Data, rows};
use crate::components::frame::{BackBar, Says, Tone};
use crate::courier::Courier;
use crate::notice::NOTICE;
use crate::route::{Route, Step};
use crate::text::reminders::{reminders, stopped, why};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Device, DeviceError, RecordView, SaveError, Stopped, Trigger, Why};
use payung_domain::wire::Village;
use payung_domain::{Draft, Field, RecordId, State};

/// What the kader should look at once more; the rest stands in the former record.
const ASKED: [Field; 8] = [
    Field::Nik,
    Field::Address,
    Field::Occupation,
    Field::Role,
    Field::Workplace,
    Field::Phone,
    Field::HeirName,
    Field::HeirRelation,
];

#[component]
pub fn Renewal(id: ReadSignal<RecordId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move {
            let edited = match device.open_renewal(id()).await? {
                Some(open) => Some(device.draft(open).await?.draft),
                None => None,
            };
            Ok::<_, DeviceError>((device.record(id()).await?, edited, device.village().await?))
        }
    });
    let body = match &*read.read() {
        None => rsx! { main { class: "body", p { class: "muted", {ui.text().loading} } } },
        Some(Err(_)) => rsx! { main { class: "body", p { class: "card refuse", {ui.text().store_trouble} } } },
        Some(Ok((view, edited, village))) => rsx! {
            Person { view: view.clone(), edited: edited.clone(), village: village.clone() }
        },
    };
    rsx! {
        div { class: "screen",
            BackBar { title: reminders(ui.lang()).renew_title, on_back: move |()| { navigator().push(Route::Reminders {}); } }
            {body}
        }
    }
}

/// `edited` is what was changed before, if this year's record was begun.
#[component]
fn Person(view: RecordView, edited: Option<Draft>, village: Village) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let courier = use_context::<Courier>();
    let mut is_saving = use_signal(|| false);
    let mut is_stopping = use_signal(|| false);
    let (lang, text, id) = (ui.lang(), reminders(ui.lang()), view.row.id);
    let until = view.timeline.iter().rev().find_map(|step| match step.state {
        State::Active { until, .. } => Some(until),
        _ => None,
    });
    // any field may have been changed, and what is saved is what is shown
    let is_asked = |field: &Field| edited.is_some() || ASKED.contains(field);
    let draft = edited.clone().or_else(|| view.enrolment.as_ref().map(Draft::from)).unwrap_or_default();
    let asked: Vec<_> = rows(&draft, &village, lang).into_iter().filter(|(field, _)| is_asked(field)).collect();
    let same_device = device.clone();
    let same = move |_| {
        let (device, courier) = (same_device.clone(), courier.clone());
        is_saving.set(true);
        async move {
            match renewed(&device, id).await {
                Ok(Saved::Done(fresh)) => {
                    courier.go(Trigger::Saved);
                    document::eval("window.payung.buzz()");
                    navigator().replace(Route::Slip { id: fresh });
                }
                Ok(Saved::Asks(fresh)) => {
                    navigator().replace(Route::Enrol { id: fresh, step: Step::Check });
                }
                Err(error) => ui.fail(error, "a renewal was not saved"),
            }
            is_saving.set(false);
        }
    };
    let changed = move |_| {
        let device = device.clone();
        async move {
            match device.start_renewal(id, None).await {
                Ok(fresh) => {
                    navigator().replace(Route::Enrol { id: fresh, step: Step::Card });
                }
                Err(error) => ui.fail(error, "a renewal could not be started"),
            }
        }
    };
    if is_stopping() {
        return rsx! {
            main { class: "body",
                h1 { class: "lines", {view.row.name.clone()} }
                Stop { id, on_back: move |()| is_stopping.set(false) }
            }
        };
    }
    rsx! {
        main { class: "body",
            section { class: "stack",
                h1 { class: "lines", {view.row.name.clone()} }
                p { {why(lang, Why::Renew { until })} }
                p { strong { {text.renew_lead} } }
            }
            Data { rows: asked }
            section { class: "stack",
                h2 { {text.renew_notice} }
                div { class: "card notice",
                    for paragraph in NOTICE.paragraphs(lang) {
                        p { key: "{paragraph}", {paragraph} }
                    }
                }
            }
        }
        div { class: "foot",
            button { id: "renew", class: "button primary wide", r#type: "button", disabled: is_saving(), onclick: same,
                if is_saving() { {text.renew_saving} } else { {text.renew_same} }
            }
            div { class: "pair-of-buttons",
                button { id: "renew-changed", class: "button", r#type: "button", onclick: changed, {text.renew_changed} }
                button { id: "renew-stop", class: "button", r#type: "button", onclick: move |_| is_stopping.set(true), {text.renew_stop} }
            }
        }
    }
}

#[component]
fn Stop(id: RecordId, on_back: Callback) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let (lang, text) = (ui.lang(), reminders(ui.lang()));
    let stop = move |why: Stopped| {
        let device = device.clone();
        async move {
            match device.stop_renewal(id, Some(why)).await {
                Ok(()) => {
                    navigator().replace(Route::Reminders {});
                }
                Err(error) => ui.fail(error, "that a renewal stops was not noted"),
            }
        }
    };
    rsx! {
        h2 { {text.why_stop} }
        Says { tone: Tone::Look, sentence: text.died_note }
        for why in [Stopped::Died, Stopped::Moved, Stopped::OtherWork, Stopped::Declined] {
            button {
                key: "{why:?}",
                class: "button wide",
                r#type: "button",
                "data-why": "{why:?}",
                onclick: {
                    let stop = stop.clone();
                    move |_| stop(why)
                },
                {stopped(lang, why)}
            }
        }
        button { class: "button quiet", r#type: "button", onclick: move |_| on_back(()), {text.back} }
    }
}

/// How the tap on "all the same" went.
enum Saved {
    /// It is queued.
    Done(RecordId),
    /// Something must be looked at first, because the programme or the card asks for it.
    Asks(RecordId),
}

async fn renewed(device: &Device, former: RecordId) -> Result<Saved, DeviceError> {
    let fresh = device.start_renewal(former, Some(&NOTICE.version)).await?;
    match device.save(fresh).await {
        Ok(()) => Ok(Saved::Done(fresh)),
        Err(SaveError::Device(error)) => Err(error),
        Err(SaveError::Problems(_) | SaveError::AlreadyEnrolled(_) | SaveError::Decided) => Ok(Saved::Asks(fresh)),
    }
}
