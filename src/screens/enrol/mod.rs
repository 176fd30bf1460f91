//! The form in five short steps. Each key press is stored; going back loses nothing.

mod card;
mod check;
mod heir;
mod identity;
mod work;

use crate::components::frame::{BackBar, Says, Tone};
use crate::form::use_form_provider;
use crate::intake::use_photo_intake;
use crate::route::{Route, Step};
use crate::text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{DeviceError, DraftView, StoreError};
use payung_domain::wire::Village;
use payung_domain::{RecordId, State};

#[component]
pub fn Enrol(id: ReadSignal<RecordId>, step: Step) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let read = use_resource(move || {
        let device = device.clone();
        async move { Ok::<_, DeviceError>((device.draft(id()).await?, device.village().await?)) }
    });
    match &*read.read() {
        None => rsx! { p { class: "body muted", {ui.text().loading} } },
        // a route that was left behind by a record that was thrown away or saved
        Some(Err(DeviceError::Store(StoreError::NoSuchRecord))) => {
            navigator().replace(Route::Home {});
            rsx! {}
        }
        Some(Ok((view, _))) if !view.is_editing => {
            navigator().replace(Route::Record { id: view.id });
            rsx! {}
        }
        Some(Err(error)) => {
            tracing::warn!(%error, "a draft can't be shown");
            rsx! {
                div { class: "screen",
                    BackBar { title: "", on_back: move |()| { navigator().replace(Route::Home {}); } }
                    p { class: "body", {ui.text().store_trouble} }
                }
            }
        }
        Some(Ok((view, village))) => {
            rsx! { Steps { key: "{view.id}", view: view.clone(), village: village.clone(), step } }
        }
    }
}

#[component]
fn Steps(view: DraftView, village: Village, step: Step) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let (lang, text, id) = (ui.lang(), ui.text(), view.id);
    let is_correction = view.state != State::Draft;
    let comments = match &view.state {
        State::NeedsCorrection { comments } => comments.clone(),
        _ => Vec::new(),
    };
    let mut form = use_form_provider(view, village);
    let intake = use_photo_intake(form);
    let mut has_checked = use_signal(|| is_correction);
    use_effect(use_reactive!(|step| {
        has_checked.set(*has_checked.peek() || step == Step::Check);
    }));
    let go = move |to: Option<Step>| {
        for field in step.fields() {
            form.leave(field);
        }
        match to {
            Some(step) => navigator().push(Route::Enrol { id, step }),
            None if is_correction => navigator().push(Route::Record { id }),
            None => {
                if form.is_untouched() && !*intake.is_working.peek() {
                    // opened by mistake: nothing that would have to be kept
                    let device = device.clone();
                    tokio::spawn(async move { drop(device.discard(id).await) });
                }
                navigator().push(Route::Home {})
            }
        };
    };
    let (mut go_back, mut go_next, mut go_check) = (go.clone(), go.clone(), go);
    rsx! {
        div { class: "screen",
            BackBar { title: text.steps[step.index()], on_back: move |()| go_back(step.previous()),
                span { class: "step", {text::step_of(lang, step.index() + 1, Step::ALL.len())} }
            }
            main { class: "body", key: "{step}",
                if form.is_store_in_trouble() {
                    Says { tone: Tone::Wrong, sentence: payung_device::SyncFailure::Phone.sentence(lang) }
                }
                for comment in comments.into_iter().filter(|comment| Step::of(comment.field) == step || step == Step::Check) {
                    div { class: "card warn", key: "{comment.field.key()}",
                        strong { "{comment.field.label(lang)}: " }
                        {comment.text}
                    }
                }
                match step {
                    Step::Card => rsx! { card::Card {} },
                    Step::Identity => rsx! { identity::Identity {} },
                    Step::Work => rsx! { work::Work {} },
                    Step::Heir => rsx! { heir::Heir {} },
                    Step::Check => rsx! { check::Check {} },
                }
            }
            if let Some(next) = step.next() {
                div { class: "foot side-by-side",
                    if has_checked() && next != Step::Check {
                        button { id: "to-check", class: "button", r#type: "button", onclick: move |_| go_check(Some(Step::Check)), {text.to_check} }
                    }
                    button { id: "next", class: "button primary", r#type: "button", onclick: move |_| go_next(Some(next)), {text.next} }
                }
            }
        }
    }
}
