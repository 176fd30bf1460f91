//! One record: where it stands, what the office asks, its way so far, its data.

use crate::components::data::{Data, rows};
use crate::components::frame::BackBar;
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::components::state::{Chip, can_correct, look};
use crate::components::sync_line::day_and_clock;
use crate::components::verdict::{self, VerdictView};
use crate::courier::Courier;
use crate::route::{Route, Step};
use crate::text;
use crate::text::card::{self, cards};
use crate::text::slip::slip;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{CheckedCode, Person, Promise, RecordView, Standing, Trigger};
use payung_domain::wire::{RefusalReason, Village};
use payung_domain::{Cover, Draft, Lang, RecordId, State};

#[component]
pub fn Record(id: ReadSignal<RecordId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move {
            let is_on_wifi = device.are_photos_on_wifi().await?;
            Ok::<_, payung_device::DeviceError>((device.person(id()).await?, device.village().await?, is_on_wifi))
        }
    });
    let text = ui.text();
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {text.loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {text.store_trouble} } },
        Some(Ok((Person { record: Some(view), cover, card, heard_at }, village, is_on_wifi))) => rsx! {
            Page { view: view.clone(), cover: *cover, card: card.clone(), heard_at: *heard_at, village: village.clone(), is_on_wifi: *is_on_wifi }
        },
        Some(Ok((Person { card: Some(card), .. }, _, _))) => rsx! { Stranger { id: id(), card: card.clone() } },
        Some(Ok(_)) => rsx! { p { class: "card refuse", {text.store_trouble} } },
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.tab_records, on_back: move |()| { navigator().push(Route::Records {}); } }
            {body}
        }
    }
}

#[component]
fn Page(
    view: RecordView,
    cover: Cover,
    card: Option<CheckedCode>,
    heard_at: Option<jiff::Timestamp>,
    village: Village,
    is_on_wifi: bool,
) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let (lang, text, id) = (ui.lang(), ui.text(), view.row.id);
    let is_correctable = can_correct(&view.row.standing);
    let third_device = device.clone();
    let other_device = device.clone();
    let (fourth_device, courier) = (device.clone(), use_context::<Courier>());
    let correct = move |_| {
        let (device, navigator) = (device.clone(), navigator());
        async move {
            match device.reopen(id).await {
                Ok(()) => {
                    navigator.push(Route::Enrol { id, step: Step::Check });
                }
                Err(error) => ui.fail(error, "a record can't be opened for a correction"),
            }
        }
    };
    let give_up = move |_| {
        let device = other_device.clone();
        async move {
            if let Err(error) = device.give_up_correction(id).await {
                ui.fail(error, "a late correction can't be given up");
            }
        }
    };
    // the office decided while a correction was open: what was typed can only be let go
    let let_go = move |_| {
        let device = third_device.clone();
        async move {
            if let Err(error) = device.discard(id).await {
                ui.fail(error, "a correction was not thrown away");
            }
        }
    };
    let hurry = move |_| {
        let (device, courier) = (fourth_device.clone(), courier.clone());
        async move {
            match device.hurry(id).await {
                Ok(()) => courier.go(Trigger::Hand),
                Err(error) => ui.fail(error, "photos can't be hurried"),
            }
        }
    };
    let word = match &view.row.standing {
        Standing::SetAside(reason) => reason.sentence(lang).to_owned(),
        Standing::State(State::Queued) => text.record_saved.to_owned(),
        Standing::State(State::NeedsCorrection { .. }) => String::new(),
        Standing::State(state) => state.detail(lang),
    };
    // who gets no cover by this record needs no receipt of it
    let has_slip =
        view.enrolment.is_some() && !matches!(&view.row.standing, Standing::State(state) if state.is_final());
    let since = view.timeline.last().map(|entry| format!("{} {}", text.record_as_of, day_and_clock(lang, entry.at)));
    rsx! {
        main { class: "body",
            section { class: "stack", id: "standing",
                h1 { class: "lines", {view.row.name.clone()} }
                Chip { standing: view.row.standing.clone(), cover, large: true }
                if !word.is_empty() {
                    p { class: "lines", {word} }
                }
                if view.row.standing == Standing::SetAside(RefusalReason::AlreadyDecided) {
                    button { id: "give-up", class: "button", r#type: "button", onclick: give_up, {text.record_give_up} }
                }
                if view.row.is_editing && !is_correctable {
                    button { id: "let-go", class: "button", r#type: "button", onclick: let_go, {text.enrol_discard} }
                }
                match view.promise {
                    Promise::Place { place, quota } => rsx! {
                        p { id: "promise", class: "lines", {text::place_promised(lang, place, quota)} }
                    },
                    Promise::InLine => rsx! {
                        p { id: "promise", class: "lines", {text.record_in_line} }
                    },
                    Promise::Nothing => rsx! {},
                }
                if view.row.photos_to_send > 0 {
                    p { class: "muted small", {text::photos_to_send(lang, view.row.photos_to_send)} }
                    if is_on_wifi {
                        button { id: "hurry", class: "button", r#type: "button", onclick: hurry, {text.record_hurry} }
                    }
                }
                if let Some(since) = since {
                    p { class: "muted small", {since} }
                }
                if has_slip {
                    Link { id: "open-slip", class: "button", to: Route::Slip { id },
                        Icon { shape: Shape::Scan }
                        {slip(lang).open}
                    }
                }
                if let Some(card) = card {
                    ShowCard { id, card }
                }
            }
            if let Standing::State(State::NeedsCorrection { comments }) = &view.row.standing {
                section { class: "card warn stack", id: "comments",
                    h2 { {text.record_comments} }
                    for (index, comment) in comments.iter().enumerate() {
                        p { key: "{index}", strong { "{comment.field.label(lang)}: " } {comment.text.clone()} }
                    }
                }
            }
            if let Some((photo, _)) = view.photos.first() {
                StoredPhoto { id, sha256: photo.sha256, is_small: false }
            }
            section { class: "stack",
                h2 { {text.record_timeline} }
                ol { class: "timeline",
                    for (index, entry) in view.timeline.iter().enumerate() {
                        li { key: "{index}",
                            span { class: "dot", Icon { shape: taken(&entry.state, lang).0, size: 20 } }
                            strong { {taken(&entry.state, lang).1} }
                            p { class: "muted small", {day_and_clock(lang, entry.at)} }
                            if !entry.state.detail(lang).is_empty() {
                                p { class: "lines small", {entry.state.detail(lang)} }
                            }
                        }
                    }
                    for state in ahead(&view.row.standing) {
                        li { key: "{state.key()}", class: "ahead",
                            span { class: "dot", Icon { shape: Shape::Clock, size: 20 } }
                            span { {state.word(lang)} }
                            p { class: "muted small", {cards(lang).not_yet_there} }
                        }
                    }
                }
                if let Some(heard_at) = heard_at {
                    p { id: "as-of", class: "muted small", {card::heard(lang, &day_and_clock(lang, heard_at))} }
                }
            }
            if let Some(enrolment) = &view.enrolment {
                section { class: "stack",
                    h2 { {text.record_data} }
                    Data { rows: rows(&Draft::from(enrolment), &village, lang) }
                }
            }
        }
        if is_correctable {
            div { class: "foot",
                button { id: "correct", class: "button primary wide", r#type: "button", onclick: correct,
                    Icon { shape: Shape::Pencil }
                    {text.record_correct}
                }
            }
        }
    }
}

/// How a step that was taken is shown: what waited for a signal had been kept.
fn taken(state: &State, lang: Lang) -> (Shape, &'static str) {
    match state {
        State::Queued => (Shape::Tick, text::text(lang).record_kept),
        state => (look(&Standing::State(state.clone())).0, state.word(lang)),
    }
}

/// Steps that are still to come, in their order; nothing once it is decided otherwise.
fn ahead(standing: &Standing) -> Vec<State> {
    let placed = || State::Placed { place: None, covered_until: None };
    let active = || State::Active { from: jiff::civil::Date::ZERO, until: jiff::civil::Date::ZERO };
    match standing {
        Standing::State(State::Queued | State::Sending) => vec![State::Received, State::Verified, placed(), active()],
        Standing::State(State::Received | State::Corrected) => vec![State::Verified, placed(), active()],
        Standing::State(State::Verified | State::WaitingList { .. }) => vec![placed(), active()],
        Standing::State(State::Placed { .. }) => vec![active()],
        _ => Vec::new(),
    }
}

/// The way to a person's card: what it is worth today, and the card itself.
#[component]
fn ShowCard(id: RecordId, card: CheckedCode) -> Element {
    let lang = use_ui().lang();
    let (shape, tone, word) = verdict::look(&card.verdict, lang);
    rsx! {
        section { class: "card stack", id: "has-card",
            h2 { {cards(lang).title} }
            span { class: "chip {tone}",
                Icon { shape, size: 18 }
                {word}
            }
            Link { id: "show-card", class: "button primary", to: Route::Card { id },
                Icon { shape: Shape::Scan }
                {cards(lang).show}
            }
        }
    }
}

/// Somebody whom another phone has enrolled: all that this one holds is the card.
#[component]
fn Stranger(id: RecordId, card: CheckedCode) -> Element {
    let lang = use_ui().lang();
    rsx! {
        main { class: "body",
            VerdictView { verdict: card.verdict.clone(), ended_as_of: card.ended_as_of }
            p { class: "muted small", id: "standing", {cards(lang).not_mine} }
            Link { id: "show-card", class: "button primary", to: Route::Card { id },
                Icon { shape: Shape::Scan }
                {cards(lang).show}
            }
        }
    }
}
