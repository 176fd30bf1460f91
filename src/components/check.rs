//! "Periksa kartu": anybody's code, checked on this phone without a signal.

use super::frame::{BackBar, Says, Tone};
use super::icon::{Icon, Shape};
use super::scan::Scan;
use super::verdict::VerdictView;
use crate::text::card::cards;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::CheckedCode;
use payung_domain::card::{Checked, Refusal};
use payung_domain::code::Verdict;
use payung_domain::slip;
use std::pin::Pin;

/// What a code turned out to be.
#[derive(Clone, PartialEq)]
pub enum Found {
    /// A card, a receipt, or none.
    Code(Box<CheckedCode>),
    /// An office's own code, and what became of it.
    Office(Tone, String),
}

/// What comes of a code, or why the phone can't tell.
pub type Checking = Pin<Box<dyn Future<Output = Result<Found, Box<dyn std::error::Error>>>>>;

/// The screen: `check` looks at the text of a code, by the offices that the kader's or the worker's store believes. `meet` says how
/// an office that is not known can be.
#[component]
pub fn CheckScreen(
    check: Callback<String, Checking>,
    on_leave: Callback,
    #[props(default)] meet: &'static str,
) -> Element {
    let ui = use_ui();
    let text = cards(ui.lang());
    let mut is_scanning = use_signal(|| false);
    let mut checked = use_signal(|| None::<Found>);
    let on_text = move |code: String| {
        is_scanning.set(false);
        spawn(async move {
            match check(code).await {
                Ok(found) => {
                    ui.passed();
                    checked.set(Some(found));
                }
                Err(error) => {
                    // what is known of the last card says nothing about this one
                    checked.set(None);
                    ui.fail(error, "a code can't be checked");
                }
            }
        });
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.check, on_back: on_leave }
            main { class: "body",
                match checked() {
                    Some(Found::Code(code)) => rsx! {
                        VerdictView { verdict: code.verdict.clone(), ended_as_of: code.ended_as_of }
                        if is_unknown(&code.verdict) && !meet.is_empty() {
                            p { id: "meet", {meet} }
                        }
                    },
                    Some(Found::Office(tone, sentence)) => rsx! { Says { tone, sentence } },
                    None => rsx! { p { class: "muted", {text.check_lead} } },
                }
            }
            div { class: "foot",
                button { id: "scan", class: "button primary wide", r#type: "button", onclick: move |_| is_scanning.set(true),
                    Icon { shape: Shape::Scan }
                    if checked.read().is_some() { {text.scan_again} } else { {text.scan} }
                }
            }
            if is_scanning() {
                Scan { on_text, on_close: move |()| is_scanning.set(false) }
            }
        }
    }
}

fn is_unknown(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Card(Checked::Refused(Refusal::UnknownIssuer { .. }))
            | Verdict::Slip(slip::Checked::Refused(Refusal::UnknownIssuer { .. }))
    )
}
