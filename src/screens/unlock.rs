//! The PIN, before anything is shown.

use super::HelpLink;
use super::pair::PinField;
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::sync_line::clock;
use crate::text::{self, worker::worker};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use jiff::Timestamp;
use payung_device::{Pin, UnlockError};

#[component]
pub fn Unlock(wait_until: Option<Timestamp>, on_worker: Callback) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = ui.text();
    let mut pin = use_signal(String::new);
    let mut is_busy = use_signal(|| false);
    // rounded up to the next whole minute
    let waits = move |until: Timestamp| text::pin_wait(ui.lang(), &clock(until + jiff::SignedDuration::from_secs(59)));
    let mut trouble = use_signal(|| wait_until.map(waits).unwrap_or_default());
    let submit = move |event: FormEvent| {
        event.prevent_default();
        let Some(typed) = Pin::parse(&pin()) else {
            return trouble.set(text.pin_short.into());
        };
        let device = device.clone();
        is_busy.set(true);
        trouble.set(String::new());
        spawn(async move {
            match device.unlock(typed).await {
                Ok(()) => {}
                Err(UnlockError::Wait { until } | UnlockError::WrongPin { wait_until: Some(until) }) => {
                    trouble.set(waits(until));
                }
                Err(UnlockError::WrongPin { wait_until: None }) => trouble.set(text.pin_wrong.into()),
                Err(UnlockError::Key(error)) => {
                    tracing::error!(%error, "the key can't be read");
                    trouble.set(text.store_trouble.into());
                }
                Err(UnlockError::Store(error)) => {
                    tracing::error!(%error, "the store can't be opened");
                    trouble.set(text.store_trouble.into());
                }
            }
            is_busy.set(false);
            // six dots of a wrong PIN help nobody
            pin.set(String::new());
            document::eval("const pin = document.getElementById('pin'); if (pin) { pin.value = ''; pin.focus(); }");
        });
    };
    rsx! {
        div { class: "screen",
            form { class: "body", onsubmit: submit,
                div { class: "welcome",
                    Icon { shape: Shape::Umbrella, size: 56 }
                    h1 { "Payung" }
                    p { {text.pin_lead} }
                }
                PinField { id: "pin", label: text.pin_enter, on_input: move |value| pin.set(value) }
                if !trouble().is_empty() {
                    Says { tone: Tone::Wrong, sentence: trouble() }
                }
                button { class: "button primary wide", r#type: "submit", disabled: is_busy(),
                    if is_busy() { {text.pin_opening} } else { {text.pin_open} }
                }
                button { id: "my-cards", class: "button quiet", r#type: "button", onclick: move |_| on_worker(()),
                    Icon { shape: Shape::Person, size: 20 }
                    {worker(ui.lang()).my_cards}
                }
                HelpLink {}
            }
        }
    }
}
