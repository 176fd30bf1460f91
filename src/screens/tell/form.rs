//! What is told. Each key press is kept, also when the phone ends the app in the middle.

use super::office::NewOffice;
use super::village::Village;
use crate::components::ask::AskFirst;
use crate::components::choices::{Choice, Choices};
use crate::components::frame::{Says, Tone};
use crate::post::Post;
use crate::text::help::help as words;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{LetterError, Office, OfficeLink, ReportDraft, Status, Told};
use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::{Kind, MOST_CONTACT, MOST_WORDS};

/// The form with what was typed before: read when it is shown, because the store behind the PIN may have been closed meanwhile.
#[component]
pub fn Paper(office: Option<Office>, is_busy: Signal<bool>, on_written: Callback<IrregularityId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let mut drops = use_signal(|| 0);
    let draft = use_resource(move || {
        let device = device.clone();
        async move { device.report_draft().await.map_err(|error| tracing::error!(%error, "the draft can't be read")) }
    });
    match draft() {
        None => rsx! { p { class: "muted", {ui.text().loading} } },
        Some(Err(())) => rsx! { Says { tone: Tone::Wrong, sentence: ui.text().store_trouble } },
        Some(Ok(draft)) => rsx! {
            // a list of one: only within a list a new key makes a new form
            for number in [drops()] {
                Form {
                    key: "{number}",
                    office: office.clone(),
                    draft: if number == 0 { draft.clone() } else { ReportDraft::default() },
                    is_busy,
                    on_written,
                    on_drop: move |()| drops += 1,
                }
            }
        },
    }
}

#[component]
fn Form(
    office: Option<Office>,
    draft: ReportDraft,
    mut is_busy: Signal<bool>,
    on_written: Callback<IrregularityId>,
    on_drop: Callback,
) -> Element {
    let (ui, device, post) = (use_ui(), use_device(), use_context::<Post>());
    let (lang, text) = (ui.lang(), words(ui.lang()));
    let mut trouble = use_signal(|| None::<&'static str>);
    let mut is_changing = use_signal(|| !draft.address.is_empty());
    let mut typed = use_signal(|| draft.clone());
    // an address at which nobody was heard stands in the field, and the one that was put in its place
    let unheard = office.as_ref().filter(|office| office.hub_key.is_empty()).map(|office| office.hub_url.clone());
    let unheard = unheard.unwrap_or_default();
    let mut filled = use_signal(String::new);
    use_effect(use_reactive!(|unheard| {
        if typed.peek().address == *filled.peek() {
            typed.write().address.clone_from(&unheard);
            filled.set(unheard);
        }
    }));
    // nobody has answered there: it may be mistyped
    let known = office.filter(|office| !office.hub_key.is_empty() && !is_changing());
    let is_new_office = known.is_none();
    let keep = use_callback({
        let device = device.clone();
        move |next: ReportDraft| {
            if is_busy() {
                return;
            }
            let kept = device.keep_report_draft(&next);
            typed.set(next);
            trouble.set(kept.err().map(|error| {
                tracing::error!(%error, "a draft of a report was not kept");
                text.draft_unkept
            }));
        }
    });
    let submit = {
        let device = device.clone();
        move |event: FormEvent| {
            event.prevent_default();
            let ReportDraft { kind, village, words, contact, address } = typed();
            let Some(kind) = kind else { return trouble.set(Some(text.what_missing)) };
            if words.trim().is_empty() {
                return trouble.set(Some(text.words_missing));
            }
            let link = is_new_office.then(|| OfficeLink::typed(&address));
            if link == Some(None) {
                return trouble.set(Some(text.office_bad));
            }
            let (device, post) = (device.clone(), post.clone());
            trouble.set(None);
            is_busy.set(true);
            spawn(async move {
                // on the runtime and not on this screen: whoever leaves it has written the report all the same
                let written = tokio::spawn(async move {
                    if let Some(link) = link.flatten() {
                        device.meet_office(link).await?;
                    }
                    let id = device.report(Told { kind, village, words, contact }).await?;
                    post.go();
                    Ok::<_, LetterError>(id)
                });
                let written = written.await;
                is_busy.set(false);
                match written {
                    Ok(Ok(id)) => on_written(id),
                    Ok(Err(LetterError::TooMany)) => trouble.set(Some(text.too_many)),
                    Ok(Err(error)) => {
                        tracing::error!(%error, "a report was not kept");
                        trouble.set(Some(text.not_saved));
                    }
                    Err(_) => trouble.set(Some(text.not_saved)),
                }
            });
        }
    };
    let meet = {
        let device = device.clone();
        move |link: OfficeLink| {
            let (device, address) = (device.clone(), link.hub_url.clone());
            let is_sure = link.hub_key.is_some();
            spawn(async move {
                match device.meet_office(link).await {
                    Ok(()) => {
                        is_changing.set(false);
                        keep(ReportDraft { address: if is_sure { String::new() } else { address }, ..typed() });
                    }
                    Err(error) => {
                        tracing::error!(%error, "the office was not noted");
                        trouble.set(Some(text.not_saved));
                    }
                }
            });
        }
    };
    let choices: Vec<Choice> = Kind::ALL.iter().map(|kind| Choice::new(kind.key(), kind.label(lang))).collect();
    let ReportDraft { kind, village, address, .. } = typed();
    let has_text = !typed.read().words.is_empty() || !typed.read().contact.is_empty();
    rsx! {
        form { class: "stack wide-gap", onsubmit: submit,
            Choices {
                name: "kind",
                label: text.what,
                choices,
                chosen: kind.map_or("", Kind::key),
                on_choose: move |key: String| keep(ReportDraft { kind: Kind::from_key(&key), ..typed() }),
            }
            div { class: "field",
                label { r#for: "said", {text.words} }
                span { class: "hint", id: "hint-said", {text.words_hint} }
                textarea { id: "said", rows: 4, maxlength: "{MOST_WORDS}", "aria-describedby": "hint-said", initial_value: "{draft.words}", oninput: move |event| keep(ReportDraft { words: event.value(), ..typed() }) }
            }
            Village {
                chosen: village.and_then(|code| device.env().regions.village(code)),
                on_choose: move |code| keep(ReportDraft { village: code, ..typed() }),
            }
            div { class: "field",
                label { r#for: "contact", {text.contact} }
                span { class: "hint", id: "hint-contact", {text.contact_hint} }
                input { id: "contact", r#type: "tel", maxlength: "{MOST_CONTACT}", autocomplete: "off", "aria-describedby": "hint-contact", initial_value: "{draft.contact}", oninput: move |event| keep(ReportDraft { contact: event.value(), ..typed() }) }
            }
            if let Some(office) = known {
                p { id: "known-office", class: "small muted",
                    "{text.office_known} "
                    if !office.hub_name.is_empty() {
                        strong { {office.hub_name.clone()} }
                        ", "
                    }
                    // where it goes is seen before it is sent: a code on a wall can be forged
                    strong { class: "lines", {office.hub_url.clone()} }
                    " "
                    button { id: "change-office", class: "button quiet", r#type: "button", onclick: move |_| is_changing.set(true), {text.office_change} }
                }
            } else {
                NewOffice { address, on_address: move |address| keep(ReportDraft { address, ..typed() }), on_link: meet }
            }
            if let Some(sentence) = trouble() {
                Says { tone: Tone::Wrong, sentence }
            }
            button { id: "send", class: "button primary wide", r#type: "submit", disabled: is_busy(),
                if is_busy() { {text.saving} } else { {text.send} }
            }
        }
        if has_text {
            section { class: "stack",
                p { class: "small muted",
                    {text.draft_kept}
                    if device.status() != Status::Open {
                        " {text.draft_open}"
                    }
                }
                AskFirst {
                    id: "drop-draft",
                    label: text.draft_drop,
                    question: text.draft_drop_sure,
                    yes: text.draft_drop,
                    no: text.forget_no,
                    on_yes: move |()| {
                        keep(ReportDraft::default());
                        if trouble().is_none() {
                            on_drop(());
                        }
                    },
                }
            }
        }
    }
}
