//! One more card: the receipt's code, or its number.

use super::receipt::{Read, read};
use super::{Desk, Place, refresh};
use crate::components::camera::{Aim, Camera};
use crate::components::frame::BackBar;
use crate::components::icon::{Icon, Shape};
use crate::intake::codes_in_frame;
use crate::text::worker::worker;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_device::{OfficeLink, Wallet};

#[component]
pub fn Add() -> Element {
    let (ui, device) = (use_ui(), use_device());
    let (wallet, desk) = (use_context::<Wallet>(), use_context::<Desk>());
    let text = worker(ui.lang());
    let mut is_scanning = use_signal(|| false);
    let mut trouble = use_signal(String::new);
    let on_frame = move |frame: Vec<u8>| {
        let (wallet, device) = (wallet.clone(), device.clone());
        spawn(async move {
            let codes = codes_in_frame(frame).await;
            let Some(code) = codes.first().filter(|_| *is_scanning.peek()) else { return };
            let scanned = match read(&code.text) {
                Read::Receipt(scanned) => *scanned,
                Read::Card => return trouble.set(text.scan_card.into()),
                Read::Pairing => return trouble.set(text.scan_pair.into()),
                Read::Other => return trouble.set(text.scan_other.into()),
            };
            is_scanning.set(false);
            document::eval("window.payung.buzz()");
            let kept = wallet.add(scanned).await;
            // so that this phone can report what is not right without another scan
            if let (Some(office), None) = (OfficeLink::parse(&code.text), device.office().await)
                && let Err(error) = device.meet_office(office).await
            {
                tracing::warn!(%error, "the office of a receipt was not noted");
            }
            match kept {
                Ok(id) => {
                    refresh(wallet);
                    desk.go(Place::Card(id));
                }
                Err(error) => ui.fail(error, "the receipt was not kept"),
            }
        });
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.add, on_back: move |()| desk.go(Place::Cards) }
            main { class: "body",
                p { {text.add_lead} }
                button { id: "scan-receipt", class: "button primary wide", r#type: "button",
                    onclick: move |_| { trouble.set(String::new()); is_scanning.set(true); },
                    Icon { shape: Shape::Scan }
                    {text.scan}
                }
                button { id: "type-receipt", class: "button wide", r#type: "button", onclick: move |_| desk.go(Place::Typed),
                    Icon { shape: Shape::Pencil }
                    {text.type_it}
                }
            }
            if is_scanning() {
                Camera { aim: Aim::Receipt, on_frame, on_close: move |()| is_scanning.set(false), say: trouble() }
            }
        }
    }
}
