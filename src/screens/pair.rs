//! The first screen of a fresh phone: the office's code, and a PIN.

use crate::components::camera::{Aim, Camera};
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::intake::codes_in_frame;
use crate::text::Text;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{PairError, PairLink, Pin};
use payung_domain::Lang;

/// `is_again`: the phone has records and a PIN already; the office does not know it any more.
#[component]
pub fn Pair(is_again: bool, #[props(default)] on_done: Callback) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let mut hub = use_signal(String::new);
    let mut code = use_signal(String::new);
    let mut scanned = use_signal(|| None::<PairLink>);
    let (mut pin, mut repeated) = (use_signal(String::new), use_signal(String::new));
    let mut trouble = use_signal(String::new);
    let mut is_busy = use_signal(|| false);
    let mut is_scanning = use_signal(|| false);
    let text = ui.text();

    let submit = move |_: FormEvent| {
        let link = scanned().filter(|link| link.hub_url == hub() && link.code == code());
        // a pasted link does what a scanned one does
        let link = link.or_else(|| PairLink::parse(&code())).or_else(|| PairLink::typed(&hub(), &code()));
        let Some(link) = link else {
            let is_filled = !hub().trim().is_empty() && !code().trim().is_empty();
            return trouble.set(if is_filled { text.pair_bad_address } else { text.pair_incomplete }.into());
        };
        let new_pin = match Pin::parse(&pin()) {
            Some(_) if !is_again && pin() != repeated() => {
                return trouble.set(text.pin_differs.into());
            }
            None if !is_again => return trouble.set(text.pin_short.into()),
            new_pin => new_pin,
        };
        let device = device.clone();
        let lang = ui.lang();
        trouble.set(String::new());
        is_busy.set(true);
        spawn(async move {
            // on the runtime and not on this screen: the hub uses the code up, so the answer must not be dropped
            let paired = tokio::spawn(async move {
                match new_pin {
                    Some(pin) if !is_again => device.pair(link, pin, device_name()).await,
                    _ => device.pair_again(link, device_name()).await,
                }
            });
            match paired.await {
                Ok(Ok(())) if is_again => on_done(()),
                Ok(Ok(())) => {}
                Ok(Err(error)) => trouble.set(sentence(&error, text, lang)),
                Err(_) => trouble.set(text.store_trouble.into()),
            }
            is_busy.set(false);
        });
    };
    let on_frame = move |bytes: Vec<u8>| {
        spawn(async move {
            let codes = codes_in_frame(bytes).await;
            let Some(read) = codes.first() else { return };
            match PairLink::parse(&read.text) {
                Some(link) => {
                    hub.set(link.hub_url.clone());
                    code.set(link.code.clone());
                    scanned.set(Some(link));
                    trouble.set(String::new());
                    is_scanning.set(false);
                    document::eval("window.payung.buzz()");
                }
                None => trouble.set(text.pair_not_a_link.into()),
            }
        });
    };
    rsx! {
        div { class: "screen",
            BackBar { title: if is_again { text.pair_again } else { text.pair_title }, on_back: move |()| if !is_busy() { on_done(()) } }
            form { class: "body", onsubmit: move |event| { event.prevent_default(); submit.clone()(event) },
                p { class: "muted", {text.pair_lead} }
                button { class: "button", r#type: "button", onclick: move |_| is_scanning.set(true),
                    Icon { shape: Shape::Scan }
                    {text.pair_scan}
                }
                div { class: "field",
                    label { r#for: "hub", {text.pair_hub} }
                    span { class: "hint", {text.pair_hub_hint} }
                    input { id: "hub", r#type: "url", inputmode: "url", autocomplete: "off", autocapitalize: "none", value: "{hub}", oninput: move |e| hub.set(e.value()) }
                }
                div { class: "field",
                    label { r#for: "code", {text.pair_code} }
                    span { class: "hint", {text.pair_code_hint} }
                    input { id: "code", r#type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", value: "{code}", oninput: move |e| code.set(e.value()) }
                }
                if !is_again {
                    PinField { id: "pin", label: text.pin_new, hint: text.pin_new_hint, on_input: move |value| pin.set(value) }
                    PinField { id: "pin-again", label: text.pin_repeat, on_input: move |value| repeated.set(value) }
                }
                if !trouble().is_empty() {
                    Says { tone: Tone::Wrong, sentence: trouble() }
                }
                button { class: "button primary wide", r#type: "submit", disabled: is_busy(),
                    if is_busy() { {text.pairing} } else { {text.pair_go} }
                }
            }
            if is_scanning() {
                Camera { aim: Aim::Office, on_frame, on_close: move |()| is_scanning.set(false), say: trouble() }
            }
        }
    }
}

/// Digits that nobody beside may read.
#[component]
pub fn PinField(
    id: &'static str,
    label: &'static str,
    #[props(default)] hint: &'static str,
    on_input: Callback<String>,
) -> Element {
    rsx! {
        div { class: "field",
            label { r#for: id, {label} }
            if !hint.is_empty() {
                span { class: "hint", {hint} }
            }
            input { id, class: "digits", r#type: "password", inputmode: "numeric", autocomplete: "off", oninput: move |e| on_input(e.value()) }
        }
    }
}

/// What the office sees in its list of phones.
fn device_name() -> &'static str {
    match std::env::consts::OS {
        "android" => "Android",
        "ios" => "iPhone",
        _ => "Komputer",
    }
}

fn sentence(error: &PairError, text: &Text, lang: Lang) -> String {
    match error {
        PairError::CodeUnknown => text.pair_code_unknown.into(),
        PairError::CodeUsed => text.pair_code_used.into(),
        PairError::CodeExpired => text.pair_code_expired.into(),
        PairError::WrongHub => text.pair_wrong_hub.into(),
        PairError::OtherVillage => text.pair_other_village.into(),
        PairError::Call(payung_device::SyncFailure::NoSignal) => text.pair_no_signal.into(),
        PairError::Call(failure) => failure.sentence(lang).into(),
        PairError::Key(_) | PairError::Store(_) | PairError::AlreadyPaired => text.store_trouble.into(),
    }
}
