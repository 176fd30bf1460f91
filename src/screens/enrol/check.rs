//! Step 5: everything once more, what is missing, what looks odd; then it is saved.

use crate::components::data::{Data, rows};
use crate::components::field::{FormField, Typed};
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::courier::Courier;
use crate::form::use_form;
use crate::route::{Route, Step};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Device, Judgement, Known, SaveError, Trigger};
use payung_domain::eligibility::Ineligible;
use payung_domain::merge::Conflict;
use payung_domain::{Draft, Field, Nik, RecordId, State};

/// What the phone has to say of a draft.
#[derive(Clone, PartialEq)]
struct Looked {
    judgement: Judgement,
    known: Known,
    conflicts: Vec<Conflict>,
}

async fn look(device: &Device, id: RecordId, nik: Option<Nik>) -> Looked {
    Looked {
        judgement: device.judge(id).await.unwrap_or_default(),
        known: known(device, id, nik).await,
        conflicts: device.conflicts(id).await.unwrap_or_default(),
    }
}

async fn known(device: &Device, id: RecordId, nik: Option<Nik>) -> Known {
    match nik {
        Some(nik) => device.known(id, nik).await.unwrap_or_default(),
        None => Known::Nowhere,
    }
}

#[component]
pub fn Check() -> Element {
    let (ui, device, form) = (use_ui(), use_device(), use_form());
    let courier = use_context::<Courier>();
    let (lang, text, id) = (ui.lang(), ui.text(), form.id);
    let mut is_saving = use_signal(|| false);
    let mut trouble = use_signal(String::new);
    let reason = form.get(Field::WarningReason);
    let photos = (form.photos)();
    let looked = use_resource(use_reactive!(|reason, photos| {
        let device = device.clone();
        async move {
            let _ = (reason, photos);
            look(&device, id, form.nik()).await
        }
    }));
    let device = use_device();
    let is_new = (form.state)() == State::Draft;
    let save = move |_| {
        let (device, courier, navigator) = (device.clone(), courier.clone(), navigator());
        is_saving.set(true);
        async move {
            match device.save(id).await {
                Ok(()) => {
                    courier.go(Trigger::Saved);
                    document::eval("window.payung.buzz()");
                    navigator.replace(if is_new { Route::Slip { id } } else { Route::Record { id } });
                }
                Err(SaveError::Problems(problems)) => {
                    let sentences: Vec<String> = problems.iter().map(|problem| problem.sentence(lang)).collect();
                    trouble.set(sentences.join("\n"));
                }
                Err(SaveError::AlreadyEnrolled(_)) => trouble.set(text.check_duplicate.into()),
                Err(SaveError::Decided) => trouble.set(text.check_decided.into()),
                Err(SaveError::Device(error)) => {
                    tracing::error!(%error, "a record was not saved");
                    trouble.set(payung_device::SyncFailure::Phone.sentence(lang).into());
                }
            }
            is_saving.set(false);
        }
    };
    // drawn when all is known: what came later would push away what a finger is on
    let Some(Looked { mut judgement, known, conflicts }) = looked() else {
        return rsx! { p { class: "muted", {text.loading} } };
    };
    // said by its own card, with the way to the other record
    judgement.ineligible.retain(|reason| *reason != Ineligible::AlreadyEnrolled);
    let problems: Vec<_> = judgement.problems.iter().filter(|p| p.field != Field::WarningReason).cloned().collect();
    let asks_reason =
        judgement.warnings.iter().any(|warning| warning.needs_reason()) || !judgement.ineligible.is_empty();
    let needs_reason = asks_reason && reason.is_empty();
    let can_save = problems.is_empty() && !needs_reason && judgement.duplicate.is_none();
    let mut draft = Draft::default();
    for field in Field::ALL {
        draft.set(*field, form.get(*field));
    }
    rsx! {
        p { class: "muted", {text.check_lead} }
        KnownNote { known }
        Conflicts { found: conflicts }
        if !problems.is_empty() {
            section { class: "card warn stack", id: "problems",
                h2 { {text.check_problems} }
                ul { class: "stack",
                    for problem in problems {
                        li { key: "{problem.field.key()}",
                            Link { class: "button wide", to: Route::Enrol { id, step: Step::of(problem.field) }, {problem.sentence(lang)} }
                        }
                    }
                }
            }
        }
        if !judgement.warnings.is_empty() || !judgement.ineligible.is_empty() {
            section { class: "card warn stack", id: "warnings",
                h2 { {text.check_warnings} }
                for warning in judgement.warnings.clone() {
                    Says { key: "{warning:?}", tone: Tone::Look, sentence: warning.sentence(lang) }
                }
                if !judgement.ineligible.is_empty() {
                    strong { {text.check_ineligible} }
                }
                for (index, reason) in judgement.ineligible.iter().enumerate() {
                    Says { key: "{index}", tone: Tone::Look, sentence: reason.sentence(lang) }
                }
                if asks_reason {
                    FormField { field: Field::WarningReason, typed: Typed::Lines, hint: text.check_reason_hint }
                }
            }
        }
        if let Some(photo) = (form.photos)().first().cloned() {
            StoredPhoto { id, sha256: photo.sha256, is_small: true }
        }
        for step in [Step::Card, Step::Identity, Step::Work, Step::Heir] {
            Part { key: "{step}", step, draft: rows(&draft, &form.village(), lang) }
        }
        if !trouble().is_empty() {
            Says { tone: Tone::Wrong, sentence: trouble() }
        }
        Discard { label: text.enrol_discard }
        div { class: "foot",
            button { id: "save", class: "button primary wide", r#type: "button", disabled: !can_save || is_saving(), onclick: save,
                if is_saving() { {text.check_saving} } else { {text.check_save} }
            }
        }
    }
}

/// The rows of one step, with a way back to it.
#[component]
fn Part(step: Step, draft: Vec<(Field, String)>) -> Element {
    let (ui, form) = (use_ui(), use_form());
    let rows: Vec<_> = draft.into_iter().filter(|(field, _)| Step::of(*field) == step).collect();
    rsx! {
        section { class: "stack",
            div { class: "section-head",
                h2 { {ui.text().steps[step.index()]} }
                Link { class: "button quiet", to: Route::Enrol { id: form.id, step },
                    Icon { shape: Shape::Pencil, size: 18 }
                    {ui.text().change}
                }
            }
            if !rows.is_empty() {
                Data { rows }
            }
        }
    }
}

/// Fields that were changed here and elsewhere: both texts, and one tap to take the office's.
#[component]
fn Conflicts(found: Vec<Conflict>) -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    // what was chosen is in the draft, and no conflict any more
    let open: Vec<_> = found.into_iter().filter(|c| form.get(c.field) != c.office).collect();
    if open.is_empty() {
        return rsx! {};
    }
    rsx! {
        section { class: "card warn stack", id: "conflicts",
            h2 { {text.conflict_title} }
            p { {text.conflict_lead} }
            for Conflict { field, here, office } in open {
                div { key: "{field.key()}", class: "stack",
                    strong { {field.label(lang)} }
                    p { "{text.conflict_here}: {here}" }
                    p { "{text.conflict_office}: {office}" }
                    button { class: "button", r#type: "button", onclick: move |_| form.replace(field, &office), {text.conflict_take} }
                }
            }
        }
    }
}

/// Says at once, without a signal, that the NIK has a record on this phone, or that another kader may have enrolled it.
#[component]
pub fn KnownAlready() -> Element {
    let (device, form) = (use_device(), use_form());
    let (id, nik) = (form.id, form.nik());
    let known = use_resource(use_reactive!(|nik| {
        let device = device.clone();
        async move { known(&device, id, nik).await }
    }));
    rsx! { KnownNote { known: known().unwrap_or_default() } }
}

#[component]
fn KnownNote(known: Known) -> Element {
    let text = use_ui().text();
    match known {
        Known::Nowhere => rsx! {},
        Known::Here(other) => rsx! {
            section { class: "card refuse stack", id: "duplicate",
                p { {text.check_duplicate} }
                Link { class: "button", to: Route::Record { id: other }, {text.check_open_other} }
            }
        },
        Known::PerhapsElsewhere => rsx! {
            section { class: "card warn", id: "elsewhere",
                Says { tone: Tone::Look, sentence: text.check_elsewhere }
            }
        },
    }
}

/// Throwing away takes two taps, and says what will be gone.
#[component]
pub fn Discard(label: &'static str) -> Element {
    let (ui, device, form) = (use_ui(), use_device(), use_form());
    let (text, id) = (ui.text(), form.id);
    let mut is_sure = use_signal(|| false);
    let is_new = (form.state)() == State::Draft;
    let discard = move |_| {
        let (device, navigator) = (device.clone(), navigator());
        async move {
            if let Err(error) = device.discard(id).await {
                return ui.fail(error, "a draft was not thrown away");
            }
            navigator.replace(if is_new { Route::Home {} } else { Route::Record { id } });
        }
    };
    rsx! {
        if is_sure() {
            div { class: "card refuse stack",
                p { {text.enrol_discard_sure} }
                div { class: "pair-of-buttons",
                    button { class: "button", r#type: "button", onclick: move |_| is_sure.set(false), {text.enrol_keep} }
                    button { class: "button danger", r#type: "button", onclick: discard, {text.enrol_discard_yes} }
                }
            }
        } else {
            button { class: "button quiet", r#type: "button", onclick: move |_| is_sure.set(true),
                Icon { shape: Shape::Bin }
                {label}
            }
        }
    }
}
