//! One record: where it stands, what the office asks, its way so far, its data.

use crate::components::frame::BackBar;
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::components::state::{Chip, can_correct, look};
use crate::components::sync_line::day_and_clock;
use crate::courier::Courier;
use crate::route::{Route, Step};
use crate::text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Promise, RecordView, Standing, Trigger};
use payung_domain::wire::{RefusalReason, Village};
use payung_domain::{Draft, Field, RecordId, State};

#[component]
pub fn Record(id: ReadSignal<RecordId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move {
            let is_on_wifi = device.are_photos_on_wifi().await?;
            Ok::<_, payung_device::DeviceError>((device.record(id()).await?, device.village().await?, is_on_wifi))
        }
    });
    let text = ui.text();
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {text.loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {text.store_trouble} } },
        Some(Ok((view, village, is_on_wifi))) => {
            rsx! { Page { view: view.clone(), village: village.clone(), is_on_wifi: *is_on_wifi } }
        }
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.tab_records, on_back: move |()| { navigator().push(Route::Records {}); } }
            {body}
        }
    }
}

#[component]
fn Page(view: RecordView, village: Village, is_on_wifi: bool) -> Element {
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
    let since = view.timeline.last().map(|entry| format!("{} {}", text.record_as_of, day_and_clock(lang, entry.at)));
    rsx! {
        main { class: "body",
            section { class: "stack", id: "standing",
                h1 { class: "lines", {view.row.name.clone()} }
                Chip { standing: view.row.standing.clone(), large: true }
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
                            span { class: "dot", Icon { shape: look(&Standing::State(entry.state.clone())).0, size: 20 } }
                            strong { {entry.state.word(lang)} }
                            p { class: "muted small", {day_and_clock(lang, entry.at)} }
                            if !entry.state.detail(lang).is_empty() {
                                p { class: "lines small", {entry.state.detail(lang)} }
                            }
                        }
                    }
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

/// Labels and values, below one another.
#[component]
pub fn Data(rows: Vec<(Field, String)>) -> Element {
    let lang = use_ui().lang();
    rsx! {
        dl { class: "card data",
            for (field, value) in rows {
                div { key: "{field.key()}",
                    dt { {field.label(lang)} }
                    dd { {value} }
                }
            }
        }
    }
}

/// What was typed, in the words that a person reads; empty fields are left out.
pub fn rows(draft: &Draft, village: &Village, lang: payung_domain::Lang) -> Vec<(Field, String)> {
    use payung_domain::enrolment::{ConsentManner, PhotoReason, Relation};
    let text = text::text(lang);
    let programme = &village.programme;
    let shown = |field: Field| {
        let typed = draft.get(field);
        match field {
            Field::Nik => draft.nik().map_or_else(|_| typed.to_owned(), |nik| nik.grouped()),
            Field::Sex if typed == "male" => text.male.to_owned(),
            Field::Sex if typed == "female" => text.female.to_owned(),
            Field::Village if typed == village.code.to_string() => village.name.clone(),
            Field::Occupation => programme
                .occupations
                .iter()
                .find(|occupation| occupation.id.0 == typed)
                .map_or_else(|| typed.to_owned(), |o| lang.pick(&o.label_id, &o.label_en).to_owned()),
            Field::Role => programme
                .roles
                .iter()
                .find(|role| role.id.0 == typed)
                .map_or_else(|| typed.to_owned(), |r| lang.pick(&r.label_id, &r.label_en).to_owned()),
            Field::Source => {
                programme.sources.iter().find(|s| s.id.0 == typed).map_or_else(|| typed.to_owned(), |s| s.name.clone())
            }
            Field::HeirRelation => Relation::from_key(typed).map_or(typed, |r| r.label(lang)).to_owned(),
            Field::Consent => ConsentManner::from_key(typed).map_or(typed, |m| m.label(lang)).to_owned(),
            Field::PhotoReason => PhotoReason::from_key(typed).map_or(typed, |r| r.label(lang)).to_owned(),
            Field::ConsentNotice | Field::ConsentTime | Field::Position | Field::KtpPhoto => String::new(),
            _ => typed.to_owned(),
        }
    };
    Field::ALL.iter().map(|&field| (field, shown(field))).filter(|(_, value)| !value.is_empty()).collect()
}
