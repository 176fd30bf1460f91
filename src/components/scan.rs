//! The camera over the whole screen until it has read one code.

use super::camera::{Aim, Camera};
use crate::intake::codes_in_frame;
use dioxus::prelude::*;

/// Gives the text of the first code that is seen; the parent closes it. `say` is shown meanwhile.
#[component]
pub fn Scan(on_text: Callback<String>, on_close: Callback, #[props(default)] say: String) -> Element {
    let mut last = use_signal(String::new);
    let on_frame = move |frame: Vec<u8>| {
        spawn(async move {
            let code = codes_in_frame(frame).await.into_iter().find(|code| !code.text.is_empty());
            // a code that has been looked at is said once, however long the camera is held over it
            if let Some(code) = code.filter(|code| *last.peek() != code.text) {
                last.set(code.text.clone());
                document::eval("window.payung.buzz()");
                on_text(code.text);
            }
        });
    };
    rsx! {
        Camera { aim: Aim::Check, on_frame, on_close, say }
    }
}
