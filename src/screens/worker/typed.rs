//! A receipt's number, typed; the hub asks for the heir's first name beside it.

use super::{Desk, Place};
use crate::components::frame::{BackBar, Says, Tone};
use crate::text::worker::{self, worker};
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::{AddError, Wallet};
use payung_domain::ReceiptNumber;

/// The regency's own hub, where the build or whoever starts the app names it: nobody should have to type an address.
fn usual_hub() -> String {
    std::env::var("PAYUNG_HUB").ok().or(option_env!("PAYUNG_HUB").map(str::to_owned)).unwrap_or_default()
}

#[component]
pub fn Typed() -> Element {
    let (ui, wallet, desk) = (use_ui(), use_context::<Wallet>(), use_context::<Desk>());
    let (lang, text) = (ui.lang(), worker(ui.lang()));
    let mut hub = use_signal(usual_hub);
    let (mut number, mut heir) = (use_signal(String::new), use_signal(String::new));
    let mut trouble = use_signal(String::new);
    let mut is_busy = use_signal(|| false);
    use_future({
        let wallet = wallet.clone();
        move || {
            let wallet = wallet.clone();
            async move {
                // the hub of the family's other cards
                if let Some(known) = wallet.hub_urls().await.unwrap_or_default().into_iter().next()
                    && hub.peek().is_empty()
                {
                    hub.set(known);
                }
            }
        }
    });
    let submit = move |event: FormEvent| {
        event.prevent_default();
        let Ok(typed) = number().parse::<ReceiptNumber>() else { return trouble.set(text.bad_number.into()) };
        if heir().trim().is_empty() {
            return trouble.set(text.no_heir.into());
        }
        if hub().trim().is_empty() {
            return trouble.set(text.no_hub.into());
        }
        let wallet = wallet.clone();
        trouble.set(String::new());
        is_busy.set(true);
        spawn(async move {
            let (hub, heir) = (hub(), heir());
            let opened = tokio::spawn(async move { wallet.add_typed(&hub, typed, &heir).await }).await;
            is_busy.set(false);
            match opened {
                Ok(Ok(id)) => desk.go(Place::Card(id)),
                Ok(Err(AddError::NotFound)) => trouble.set(text.not_found.into()),
                Ok(Err(AddError::Wait { .. })) => trouble.set(text.wait.into()),
                Ok(Err(AddError::BadAddress)) => trouble.set(ui.text().pair_bad_address.into()),
                Ok(Err(AddError::Call(failure))) => trouble.set(worker::call_failed(lang, failure).into()),
                Ok(Err(AddError::Wallet(_))) | Err(_) => trouble.set(ui.text().store_trouble.into()),
            }
        });
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.type_it, on_back: move |()| desk.go(Place::Add) }
            form { class: "body", onsubmit: submit,
                p { class: "muted", {text.type_lead} }
                div { class: "field",
                    label { r#for: "number", {text.number} }
                    span { class: "hint", {text.number_hint} }
                    input { id: "number", class: "digits", r#type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", value: "{number}", oninput: move |e| number.set(e.value()) }
                }
                div { class: "field",
                    label { r#for: "heir", {text.heir} }
                    span { class: "hint", {text.heir_hint} }
                    input { id: "heir", r#type: "text", autocomplete: "off", value: "{heir}", oninput: move |e| heir.set(e.value()) }
                }
                div { class: "field",
                    label { r#for: "hub", {text.hub} }
                    span { class: "hint", {text.hub_hint} }
                    input { id: "hub", r#type: "url", inputmode: "url", autocomplete: "off", autocapitalize: "none", value: "{hub}", oninput: move |e| hub.set(e.value()) }
                }
                if !trouble().is_empty() {
                    Says { tone: Tone::Wrong, sentence: trouble() }
                }
                button { id: "open-card", class: "button primary wide", r#type: "submit", disabled: is_busy(),
                    if is_busy() { {text.opening} } else { {text.open} }
                }
            }
        }
    }
}
