//! The camera over the whole screen: to take a photo, or to read a code or the NIK.

use super::frame::{Says, Tone};
use super::icon::{Icon, Shape};
use crate::platform::bridge::{FromPage, Pieces};
use crate::text::card::cards;
use crate::text::handover::handover;
use crate::text::worker::worker;
use crate::ui::use_ui;
use dioxus::prelude::*;

/// What the camera is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Aim {
    /// One photo, in colour, when the shutter is pressed; its frames are looked at meanwhile.
    Photo,
    /// Grey frames until somebody is content.
    Code,
    /// The same, of codes on another phone's screen.
    Series,
    /// The same, of one code on a card or a receipt.
    Check,
    /// The same, of the code on a worker's receipt.
    Receipt,
    /// The same, of the office's code: on its screen, or on a notice board.
    Office,
}

/// The camera. `on_photo` gets a photo's bytes, `on_frame` those of a grey frame; `say` is shown above the buttons.
#[component]
pub fn Camera(
    aim: Aim,
    #[props(default)] on_photo: Callback<Vec<u8>>,
    on_frame: Callback<Vec<u8>>,
    on_close: Callback,
    #[props(default)] say: String,
) -> Element {
    let ui = use_ui();
    let text = ui.text();
    let mut trouble = use_signal(String::new);
    let mut is_ready = use_signal(|| false);
    let mut has_torch = use_signal(|| false);
    let mut is_torch_on = use_signal(|| false);
    let mut film = use_future(move || async move {
        let mut page = document::eval(
            "try { await window.payung.camera(dioxus, 'camera-video'); }
             catch (error) { dioxus.send({ error: String(error) }); }",
        );
        let mut pieces = Pieces::default();
        while let Ok(message) = page.recv::<FromPage>().await {
            match message {
                FromPage { error: Some(name), .. } => trouble.set(name),
                FromPage { ready: true, torch, .. } => {
                    is_ready.set(true);
                    has_torch.set(torch);
                    is_torch_on.set(false);
                }
                message => {
                    let is_frame = message.frame.is_some();
                    if let Some(bytes) = pieces.take(message) {
                        if is_frame { on_frame(bytes) } else { on_photo(bytes) }
                    }
                }
            }
        }
    });
    let sentence = match trouble().as_str() {
        "" => None,
        "NotAllowedError" | "SecurityError" => Some(text.camera_refused),
        "NotReadableError" | "AbortError" => Some(text.camera_busy),
        _ => Some(text.camera_absent),
    };
    let lead = match aim {
        Aim::Photo => text.photo_frame,
        Aim::Code => text.scan_lead,
        Aim::Series => handover(ui.lang()).scan_lead,
        Aim::Check => cards(ui.lang()).scan_lead,
        Aim::Receipt => worker(ui.lang()).scan_lead,
        Aim::Office => text.scan_office,
    };
    rsx! {
        div { class: "camera", role: "dialog", "aria-modal": "true", "aria-label": "{lead}",
            div { class: "top",
                button {
                    id: "close-camera",
                    "data-back": "true",
                    class: "icon-button",
                    r#type: "button",
                    "aria-label": text.close,
                    onmounted: move |event| async move { drop(event.set_focus(true).await) },
                    onclick: move |_| on_close(()),
                    Icon { shape: Shape::Close }
                }
                span { class: "grow", {lead} }
                if has_torch() {
                    button {
                        id: "torch",
                        class: "icon-button",
                        r#type: "button",
                        "aria-label": text.torch,
                        "aria-pressed": is_torch_on(),
                        onclick: move |_| {
                            is_torch_on.toggle();
                            document::eval(&format!("window.payung.torch({})", is_torch_on()));
                        },
                        Icon { shape: Shape::Torch }
                    }
                }
            }
            div { class: "view",
                video { id: "camera-video", "playsinline": "true", "muted": "true", "autoplay": "true" }
                div { class: if matches!(aim, Aim::Photo | Aim::Code) { "outline" } else { "outline square" } }
                div { class: "focus-ring" }
            }
            div { class: "bottom",
                if let Some(sentence) = sentence {
                    p { role: "status", {sentence} }
                }
                if !say.is_empty() {
                    p { role: "status", {say} }
                }
                if sentence.is_some() {
                    button {
                        id: "camera-again",
                        class: "button wide",
                        r#type: "button",
                        onclick: move |_| {
                            trouble.set(String::new());
                            is_ready.set(false);
                            film.restart();
                        },
                        {text.camera_again}
                    }
                }
                if aim == Aim::Photo && sentence.is_none() && is_ready() {
                    button {
                        id: "shutter",
                        class: "shutter",
                        r#type: "button",
                        "aria-label": text.photo_shoot,
                        onclick: move |_| { document::eval("window.payung.shoot()"); },
                    }
                } else {
                    button { id: "leave-camera", class: "button wide", r#type: "button", onclick: move |_| on_close(()),
                        if matches!(aim, Aim::Code | Aim::Office) { {text.scan_type} } else { {text.close} }
                    }
                }
            }
        }
    }
}

/// The sentence under a field about a photo that failed.
#[component]
pub fn PhotoTrouble(sentence: &'static str) -> Element {
    rsx! {
        if !sentence.is_empty() {
            Says { tone: Tone::Wrong, sentence: sentence.to_owned() }
        }
    }
}
