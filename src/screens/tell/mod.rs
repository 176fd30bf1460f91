//! A report that something is not as it should be: no name needed, no signal needed.

mod form;
mod office;
mod village;
mod waiting;

use super::help::CallCentre;
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::text::help::help as words;
use crate::ui::{to_top, use_device, use_ui};
use dioxus::prelude::*;
use form::Paper;
use payung_device::{Delay, Waiting};
use payung_domain::ids::IrregularityId;
use waiting::{Queue, Readdress, Written};

#[component]
pub fn TellForm(on_back: Callback) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = words(ui.lang());
    let mut written = use_signal(|| None::<IrregularityId>);
    let is_busy = use_signal(|| false);
    let now = use_resource({
        let device = device.clone();
        move || {
            ui.changed();
            let device = device.clone();
            async move {
                let waiting = device.reports_waiting().await;
                let waiting = waiting.map_err(|error| tracing::error!(%error, "the reports can't be read"));
                (device.office().await, waiting)
            }
        }
    });
    use_effect(move || {
        // what became of it stands above, where the form began
        if written().is_some() {
            to_top();
        }
    });
    // the number of what is being written is to be seen
    let back = move |()| {
        if !is_busy() {
            on_back(());
        }
    };
    let Some((office, waiting)) = now() else {
        return rsx! { div { class: "screen", BackBar { title: text.tell, on_back } } };
    };
    let is_unread = waiting.is_err();
    let waiting = waiting.unwrap_or_default();
    let mine = written().and_then(|id| waiting.iter().find(|one| one.id == id).cloned());
    let is_mine_stuck = mine.as_ref().is_some_and(Waiting::is_stuck);
    // what can only be removed is removed in the list
    let others = waiting.iter().filter(|one| is_mine_stuck || Some(one.id) != written());
    let (others, unreached) = (others.cloned().collect::<Vec<_>>(), unreached(&waiting));
    rsx! {
        div { class: "screen",
            BackBar { title: text.tell, on_back: back }
            main { class: "body",
                if let Some(id) = written() {
                    Written { id, waiting: mine }
                    for from in unreached.clone() {
                        Readdress { key: "{from}", from }
                    }
                    button { id: "another", class: "button", r#type: "button", onclick: move |_| written.set(None), {text.another} }
                } else {
                    section { class: "stack",
                        p { {text.tell_lead} }
                        p { class: "says good",
                            Icon { shape: Shape::Lock, size: 20 }
                            span { {text.tell_secret} }
                        }
                    }
                    Paper { office: office.clone(), is_busy, on_written: move |id| written.set(Some(id)) }
                }
                if is_unread {
                    Says { tone: Tone::Wrong, sentence: text.unread }
                }
                Queue { waiting: others, can_send: written().is_none() }
                if written().is_none() {
                    for from in unreached {
                        Readdress { key: "{from}", from }
                    }
                }
                // where no office is known the number stands beside that
                if office.is_some_and(|office| !office.hub_key.is_empty()) || written().is_some() {
                    CallCentre {}
                }
            }
        }
    }
}

/// Addresses at which nobody was reached, and no office was ever heard.
fn unreached(waiting: &[Waiting]) -> Vec<String> {
    let failed = waiting.iter().filter(|one| matches!(one.delay, Delay::Failed { .. }));
    let mut addresses: Vec<_> = failed.filter_map(|one| one.unheard.clone()).collect();
    addresses.sort();
    addresses.dedup();
    addresses
}
