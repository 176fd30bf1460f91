//! Where the house is, if the person allows it. Never required: a wait or a refusal blocks nothing.

use super::frame::{Says, Tone};
use super::icon::{Icon, Shape};
use crate::form::use_form;
use crate::platform::bridge::FromPage;
use crate::text;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_domain::{Field, draft::parse_position};

#[component]
pub fn HousePosition() -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let text = ui.text();
    let mut is_searching = use_signal(|| false);
    let mut has_failed = use_signal(|| false);
    let search = move |_| async move {
        is_searching.set(true);
        has_failed.set(false);
        let mut page = document::eval("await window.payung.position(dioxus);");
        match page.recv::<FromPage>().await {
            Ok(FromPage { position: Some([latitude, longitude, metres]), .. }) => {
                form.set(Field::Position, &format!("{latitude} {longitude} {metres}"));
            }
            _ => has_failed.set(true),
        }
        is_searching.set(false);
    };
    let taken = parse_position(&form.get(Field::Position));
    rsx! {
        section { class: "stack",
            button { id: "position", class: "button", r#type: "button", disabled: is_searching(), onclick: search,
                Icon { shape: Shape::Pin }
                if is_searching() { {text.position_searching} } else { "{text.position_note} ({text.optional})" }
            }
            if let Some(position) = taken {
                Says { tone: Tone::Good, sentence: text::position_taken(ui.lang(), position.accuracy_metres) }
            } else if has_failed() {
                Says { tone: Tone::Look, sentence: text.position_none }
            }
        }
    }
}
