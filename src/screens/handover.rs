//! Records that another phone carries to the office: handing over, taking along, and the receipts on their way back.

use crate::components::camera::{Aim, Camera};
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::series::Series;
use crate::intake::codes_in_frame;
use crate::platform::bridge::{FromPage, Pieces, share};
use crate::route::Route;
use crate::text::handover::{self, handover};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{Carried, Counts, Device, DeviceError, ParcelError, TakenOver};
use payung_domain::series::{self, Collected, Collector};
use std::rc::Rc;

#[derive(Clone, Copy, Default, PartialEq)]
struct Waiting {
    counts: Counts,
    carried: Carried,
}

async fn waiting(device: Device) -> Result<Waiting, DeviceError> {
    Ok(Waiting { counts: device.counts().await?, carried: device.carried().await? })
}

/// What is made into a file or a series.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Text,
    Everything,
    Receipts,
}

async fn made(device: &Device, what: What) -> Result<Vec<u8>, DeviceError> {
    match what {
        What::Text => device.pack(false).await,
        What::Everything => device.pack(true).await,
        What::Receipts => device.answers().await,
    }
}

#[component]
pub fn Handover() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = handover(ui.lang());
    let mut shown = use_signal(|| None::<Rc<Vec<String>>>);
    let mut says = use_signal(|| None::<(Tone, String)>);
    let mut is_busy = use_signal(|| false);
    let now = use_resource({
        let device = device.clone();
        move || {
            ui.changed();
            waiting(device.clone())
        }
    });
    let show = use_callback({
        let device = device.clone();
        move |what: What| {
            let device = device.clone();
            says.set(None);
            spawn(async move {
                match made(&device, what).await.map(|file| series::codes(&file)) {
                    Ok(Some(codes)) => shown.set(Some(Rc::new(codes))),
                    Ok(None) => says.set(Some((Tone::Look, text.too_much.to_owned()))),
                    Err(error) => ui.fail(error, "nothing could be packed"),
                }
            });
        }
    });
    let send = use_callback({
        let device = device.clone();
        move |what: What| {
            let device = device.clone();
            says.set(None);
            spawn(async move {
                let name = if what == What::Receipts { "bukti" } else { "titipan" };
                match made(&device, what).await {
                    Ok(file) => share(&format!("{name}-{}.payung", jiff::Zoned::now().date()), &file),
                    Err(error) => ui.fail(error, "nothing could be packed"),
                }
            });
        }
    });
    let take = use_callback(move |file: Vec<u8>| {
        let device = device.clone();
        is_busy.set(true);
        spawn(async move {
            // on the runtime and not on this screen: it is kept even when the screen is left
            let taken = tokio::spawn(async move { device.take_over(file).await }).await;
            is_busy.set(false);
            says.set(match taken {
                Ok(Ok(TakenOver::Parcels(0))) => Some((Tone::Look, text.known_already.to_owned())),
                Ok(Ok(TakenOver::Parcels(count))) => Some((Tone::Good, handover::taken(ui.lang(), count))),
                Ok(Ok(TakenOver::Answers(0))) => Some((Tone::Look, text.not_for_us.to_owned())),
                Ok(Ok(TakenOver::Answers(_))) => Some((Tone::Good, text.arrived.to_owned())),
                Ok(Err(ParcelError::NotAFile)) => Some((Tone::Wrong, text.not_a_file.to_owned())),
                Ok(Err(ParcelError::Device(error))) => {
                    ui.fail(error, "nothing could be taken over");
                    None
                }
                Err(_) => Some((Tone::Wrong, ui.text().store_trouble.to_owned())),
            });
        });
    });
    let on_back = move |()| {
        navigator().replace(Route::Settings {});
    };
    // drawn when all is known: what came later would push away what a finger is on
    let Some(now) = now.read().as_ref().map(|now| now.as_ref().ok().copied().unwrap_or_default()) else {
        return rsx! { div { class: "screen", BackBar { title: text.title, on_back } } };
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.title, on_back }
            main { class: "body",
                p { class: "muted", {text.lead} }
                if let Some((tone, sentence)) = says() {
                    Says { tone, sentence }
                }
                Give { counts: now.counts, on_show: move |()| show(What::Text), on_send: move |()| send(What::Everything) }
                Take { carried: now.carried, is_busy: is_busy(), on_file: take }
                if now.carried.answered > 0 {
                    section { class: "card stack",
                        h2 { {text.back} }
                        p { id: "answered", {handover::answered(ui.lang(), now.carried.answered)} }
                        button { id: "back-code", class: "button", r#type: "button", onclick: move |_| show(What::Receipts), {text.back_code} }
                        button { class: "button quiet", r#type: "button", onclick: move |_| send(What::Receipts), {text.back_file} }
                    }
                }
            }
            if let Some(codes) = shown() {
                Series { codes, on_close: move |()| shown.set(None) }
            }
        }
    }
}

#[component]
fn Give(counts: Counts, on_show: Callback, on_send: Callback) -> Element {
    let ui = use_ui();
    let text = handover(ui.lang());
    let Counts { to_send, photos_to_send, .. } = counts;
    rsx! {
        section { class: "card stack",
            h2 { {text.give} }
            if to_send + photos_to_send == 0 {
                p { class: "muted", {text.give_nothing} }
            } else {
                p { id: "to-give", {handover::waiting(ui.lang(), to_send, photos_to_send)} }
                if to_send > 0 {
                    button { id: "give-code", class: "button", r#type: "button", onclick: move |_| on_show(()),
                        Icon { shape: Shape::Scan }
                        {text.give_code}
                    }
                    p { class: "small muted", {text.give_code_hint} }
                }
                button { id: "give-file", class: "button", r#type: "button", onclick: move |_| on_send(()),
                    Icon { shape: Shape::Arrow }
                    {text.give_file}
                }
                p { class: "small muted", {text.give_file_hint} }
            }
        }
    }
}

#[component]
fn Take(carried: Carried, is_busy: bool, on_file: Callback<Vec<u8>>) -> Element {
    let ui = use_ui();
    let (lang, text) = (ui.lang(), handover(ui.lang()));
    let mut is_scanning = use_signal(|| false);
    let mut seen = use_signal(String::new);
    let mut collector = use_signal(Collector::default);
    let on_frame = move |frame: Vec<u8>| {
        spawn(async move {
            for code in codes_in_frame(frame).await {
                match collector.write().take(&code.text) {
                    _ if !*is_scanning.peek() => {}
                    Collected::Other => seen.set(text.scan_other.to_owned()),
                    Collected::Some { have, of } => seen.set(handover::codes_seen(lang, have, of)),
                    Collected::Whole(file) => {
                        is_scanning.set(false);
                        document::eval("window.payung.buzz()");
                        on_file(file);
                    }
                }
            }
        });
    };
    use_future(move || async move {
        let mut page = document::eval("await window.payung.pick(dioxus, 'parcel-file');");
        let mut pieces = Pieces::default();
        while let Ok(message) = page.recv::<FromPage>().await {
            let is_over = message.error.is_some() || message.end.is_some();
            match pieces.take(message) {
                Some(file) => on_file(file),
                // torn on the way: it says so as for any file that is not whole
                None if is_over => on_file(Vec::new()),
                None => {}
            }
        }
    });
    rsx! {
        section { class: "card stack",
            h2 { {text.take} }
            p { class: "small muted", {text.take_hint} }
            if carried.waiting > 0 {
                p { id: "carried", strong { {handover::carried(lang, carried.waiting)} } }
            }
            if carried.refused > 0 {
                Says { tone: Tone::Look, sentence: handover::refused(lang, carried.refused) }
            }
            button {
                id: "take-code",
                class: "button",
                r#type: "button",
                disabled: is_busy,
                onclick: move |_| {
                    collector.set(Collector::default());
                    seen.set(String::new());
                    is_scanning.set(true);
                },
                Icon { shape: Shape::Camera }
                if is_busy { {text.taking} } else { {text.take_code} }
            }
            label { class: "button",
                Icon { shape: Shape::List }
                {text.take_file}
                // string handlers, because Dioxus takes over the events of file inputs: docs/adr/0002-photo-route.md
                input {
                    id: "parcel-file",
                    class: "file-input",
                    r#type: "file",
                    "onclick": "event.stopPropagation()",
                    "onchange": "event.stopPropagation()",
                    "oninput": "event.stopPropagation()",
                }
            }
        }
        if is_scanning() {
            Camera { aim: Aim::Series, on_frame, on_close: move |()| is_scanning.set(false), say: seen() }
        }
    }
}
