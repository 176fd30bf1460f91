//! What became of reports: by number only, because this phone can't read them any more.

use super::office::{AddressField, ScanOffice};
use crate::components::ask::AskFirst;
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::sync_line::clock_or_day;
use crate::post::Post;
use crate::text::help::{self, help as words};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Delay, OfficeLink, Waiting};
use payung_domain::Lang;
use payung_domain::ids::IrregularityId;

/// What became of the report that was written just now: it is sent when the office has signed for it, and not before.
#[component]
pub fn Written(id: IrregularityId, waiting: Option<Waiting>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = words(ui.lang());
    ui.changed();
    let has_arrived = device.has_arrived(id);
    let can_go = !has_arrived && !waiting.as_ref().is_some_and(Waiting::is_stuck);
    rsx! {
        section { class: "card stack", id: "written", role: "status",
            h2 { {if has_arrived { text.sent } else { text.kept }} }
            if has_arrived {
                Says { tone: Tone::Good, sentence: text.arrived }
            } else if let Some(waiting) = waiting {
                Why { waiting }
            } else {
                Says { tone: Tone::Look, sentence: text.waits }
            }
            p { "{text.number}: " strong { class: "letter-number", {id.short()} } }
            p { class: "small muted", "{text.number_hint} {text.unreadable}" }
            if can_go {
                SendNow {}
            }
        }
    }
}

/// Why a report is still here.
#[component]
fn Why(waiting: Waiting) -> Element {
    let lang = use_ui().lang();
    let sentence = reason(lang, &waiting);
    let tried = match waiting.delay {
        Delay::Failed { at, .. } => help::tried(lang, &clock_or_day(lang, at)),
        _ => String::new(),
    };
    rsx! {
        Says { tone: Tone::Look, sentence }
        if !tried.is_empty() {
            p { class: "small muted", {tried} }
        }
    }
}

fn reason(lang: Lang, waiting: &Waiting) -> &'static str {
    match waiting.delay {
        Delay::Turn => words(lang).waits,
        Delay::Failed { failure, .. } => help::held_up(lang, failure, waiting.unheard.is_some()),
        Delay::Refused => words(lang).refused,
        Delay::Damaged => words(lang).damaged,
    }
}

#[component]
fn SendNow() -> Element {
    let (ui, device, post) = (use_ui(), use_device(), use_context::<Post>());
    let text = words(ui.lang());
    ui.changed();
    let is_sending = device.is_sending_reports();
    rsx! {
        button { id: "send-now", class: "button", r#type: "button", disabled: is_sending, onclick: move |_| post.go(),
            Icon { shape: Shape::Sync, turning: is_sending }
            {if is_sending { text.sending } else { text.send_now }}
        }
    }
}

/// Reports that wait. `can_send`: nothing else on the screen sends them.
#[component]
pub fn Queue(waiting: Vec<Waiting>, can_send: bool) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = words(ui.lang());
    if waiting.is_empty() {
        return rsx! {};
    }
    let is_sendable = waiting.iter().any(|one| !one.is_stuck());
    let forget = move |id| {
        let device = device.clone();
        spawn(async move {
            if let Err(error) = device.forget_report(id).await {
                ui.fail(error, "a report could not be removed");
            }
        });
    };
    rsx! {
        section { class: "stack", id: "letters",
            h2 { {text.waiting} }
            ul { class: "list",
                for one in waiting {
                    li { key: "{one.id}", class: "row",
                        div { class: "grow stack",
                            span { class: "letter-number", {one.id.short()} }
                            Why { waiting: one.clone() }
                            AskFirst {
                                id: "forget-{one.id.short()}",
                                label: text.forget,
                                about: one.id.short(),
                                question: text.forget_sure,
                                yes: text.forget_yes,
                                no: text.forget_no,
                                on_yes: {
                                    let forget = forget.clone();
                                    move |()| forget(one.id)
                                },
                            }
                        }
                    }
                }
            }
            if can_send && is_sendable {
                SendNow {}
            }
        }
    }
}

/// Nobody has answered at an address that was typed: it can be mended, and what waits goes to the new one.
#[component]
pub fn Readdress(from: String) -> Element {
    let (ui, device, post) = (use_ui(), use_device(), use_context::<Post>());
    let text = words(ui.lang());
    let mut address = use_signal(|| from.clone());
    let mut is_open = use_signal(|| false);
    let mut is_busy = use_signal(|| false);
    let mut trouble = use_signal(|| None::<&'static str>);
    let go = use_callback({
        let from = from.clone();
        move |link: OfficeLink| {
            let (device, post, from) = (device.clone(), post.clone(), from.clone());
            trouble.set(None);
            is_busy.set(true);
            spawn(async move {
                let moved = tokio::spawn(async move {
                    device.readdress_reports(from, link).await?;
                    post.go();
                    Ok::<_, payung_device::LetterError>(())
                });
                let moved = moved.await;
                is_busy.set(false);
                match moved {
                    Ok(Ok(())) => is_open.set(false),
                    Ok(Err(error)) => {
                        tracing::error!(%error, "reports were not given another address");
                        trouble.set(Some(ui.text().store_trouble));
                    }
                    Err(_) => trouble.set(Some(ui.text().store_trouble)),
                }
            });
        }
    });
    let submit = move |event: FormEvent| {
        event.prevent_default();
        match OfficeLink::typed(&address()) {
            Some(link) => go(link),
            None => trouble.set(Some(text.office_bad)),
        }
    };
    rsx! {
        section { class: "card stack", id: "unreached",
            p { "{text.goes_to} " strong { class: "lines", {from} } }
            if is_open() {
                ScanOffice { on_link: go }
                form { class: "stack", onsubmit: submit,
                    AddressField { id: "right-office", address: address(), on_address: move |typed| address.set(typed) }
                    if let Some(sentence) = trouble() {
                        Says { tone: Tone::Wrong, sentence }
                    }
                    button { id: "readdress-go", class: "button", r#type: "submit", disabled: is_busy(),
                        if is_busy() { {text.saving} } else { {text.readdress_go} }
                    }
                }
            } else {
                button { id: "readdress", class: "button", r#type: "button", onclick: move |_| is_open.set(true),
                    Icon { shape: Shape::Pencil }
                    {text.readdress}
                }
            }
        }
    }
}
