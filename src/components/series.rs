//! Codes that are shown in turn, for another phone's camera.

use super::icon::{Icon, Shape};
use crate::print::qr::Drawing;
use crate::text::handover::{code_shown, handover};
use crate::ui::use_ui;
use dioxus::prelude::*;
use std::rc::Rc;
use std::time::Duration;

/// How long a code stays: a cheap phone looks at three to five frames a second.
const PAUSES: [Duration; 3] = [Duration::from_millis(250), Duration::from_millis(450), Duration::from_millis(900)];

/// Shows the texts as QR codes over the whole screen, one after the other, until it is closed.
#[component]
pub fn Series(codes: Rc<Vec<String>>, on_close: Callback) -> Element {
    let ui = use_ui();
    let (lang, text) = (ui.lang(), handover(ui.lang()));
    let mut shown = use_signal(|| 0_usize);
    let mut pause = use_signal(|| 1_usize);
    let count = codes.len();
    use_future(move || async move {
        loop {
            tokio::time::sleep(PAUSES[*pause.peek()]).await;
            shown.with_mut(|index| *index = (*index + 1) % count.max(1));
        }
    });
    let at = shown().min(count.saturating_sub(1));
    let drawing = codes.get(at).and_then(|code| Drawing::of(code));
    rsx! {
        div { class: "series", role: "dialog", "aria-modal": "true", "aria-label": text.show_lead,
            div { class: "bar",
                button {
                    id: "close-series",
                    "data-back": "true",
                    class: "icon-button",
                    r#type: "button",
                    "aria-label": text.done,
                    onmounted: move |event| async move { drop(event.set_focus(true).await) },
                    onclick: move |_| on_close(()),
                    Icon { shape: Shape::Close }
                }
                h1 { {text.show_lead} }
            }
            div { class: "codes",
                if let Some(drawing) = drawing {
                    // black on white in every theme: that is what cameras look for
                    svg { id: "code", "data-number": "{at + 1}", view_box: "0 0 {drawing.modules} {drawing.modules}", shape_rendering: "crispEdges", "aria-hidden": "true",
                        rect { width: "100%", height: "100%", fill: "#fff" }
                        path { d: drawing.path(), fill: "#000" }
                    }
                }
            }
            div { class: "foot",
                p { strong { id: "code-number", {code_shown(lang, at + 1, count)} } }
                p { class: "muted small", {text.show_hint} }
                if count > 1 {
                    div { class: "pair-of-buttons",
                        button { id: "slower", class: "button", r#type: "button", disabled: pause() + 1 == PAUSES.len(), onclick: move |_| pause += 1, {text.show_slower} }
                        button { id: "faster", class: "button", r#type: "button", disabled: pause() == 0, onclick: move |_| pause -= 1, {text.show_faster} }
                    }
                }
            }
        }
    }
}
