//! Which office a report goes to, on a phone that does not know.

use crate::components::camera::{Aim, Camera};
use crate::components::icon::{Icon, Shape};
use crate::intake::codes_in_frame;
use crate::screens::help::CallCentre;
use crate::text::help::help as words;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::OfficeLink;

/// A phone that belongs to nobody is told which office: by the code on a notice board, or by an address.
#[component]
pub fn NewOffice(address: String, on_address: Callback<String>, on_link: Callback<OfficeLink>) -> Element {
    let text = words(use_ui().lang());
    rsx! {
        section { class: "card stack", id: "new-office",
            h2 { {text.office} }
            p { {text.office_lead} }
            ScanOffice { on_link }
            AddressField { id: "office", address, on_address }
            p { class: "small muted", {text.office_else} }
            CallCentre {}
        }
    }
}

/// The address, typed.
#[component]
pub fn AddressField(id: &'static str, address: String, on_address: Callback<String>) -> Element {
    let text = words(use_ui().lang());
    rsx! {
        div { class: "field",
            label { r#for: id, {text.office_address} }
            span { class: "hint", id: "hint-{id}", {text.office_address_hint} }
            input { id, r#type: "url", inputmode: "url", autocomplete: "off", autocapitalize: "none", "aria-describedby": "hint-{id}", value: "{address}", oninput: move |event| on_address(event.value()) }
        }
    }
}

/// The code of a notice board or of a receipt.
#[component]
pub fn ScanOffice(on_link: Callback<OfficeLink>) -> Element {
    let text = words(use_ui().lang());
    let mut is_scanning = use_signal(|| false);
    let mut says = use_signal(String::new);
    let on_frame = move |bytes: Vec<u8>| {
        spawn(async move {
            let codes = codes_in_frame(bytes).await;
            let Some(read) = codes.first().filter(|_| *is_scanning.peek()) else { return };
            match OfficeLink::parse(&read.text) {
                Some(link) => {
                    is_scanning.set(false);
                    document::eval("window.payung.buzz()");
                    on_link(link);
                }
                None => says.set(text.office_not_a_code.into()),
            }
        });
    };
    rsx! {
        button { class: "button", r#type: "button", onclick: move |_| { says.set(String::new()); is_scanning.set(true); },
            Icon { shape: Shape::Scan }
            {text.office_scan}
        }
        if is_scanning() {
            Camera { aim: Aim::Office, on_frame, on_close: move |()| is_scanning.set(false), say: says() }
        }
    }
}
