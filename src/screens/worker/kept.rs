//! What the wallet has, as screens need it, and the line that says how old it is.

use super::refresh;
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::sync_line::{Status, day_and_clock};
use crate::text::worker::{self, worker};
use crate::ui::use_ui;
use dioxus::prelude::*;
use jiff::Timestamp;
use payung_device::{CardId, KeptCard, Wallet};
use payung_domain::card::Checked;
use payung_domain::worker::{Reminder, reminders};

/// The cards, or why there are none to show.
#[derive(Clone, PartialEq)]
pub enum Kept {
    Opening,
    Cards(Vec<KeptCard>),
    /// The key is gone.
    Lost,
    /// The phone can't read.
    Trouble,
}

impl Kept {
    /// One of them.
    pub fn card(&self, id: CardId) -> Option<KeptCard> {
        match self {
            Self::Cards(cards) => cards.iter().find(|card| card.id == id).cloned(),
            _ => None,
        }
    }
}

/// What there is to say about a card today without being asked.
pub fn reminders_of(card: &KeptCard) -> Vec<Reminder> {
    // of an ended card nothing else matters
    if matches!(card.checked, Some(Checked::Ended(_) | Checked::Expired(_))) {
        return Vec::new();
    }
    card.answer.as_ref().map(|answer| reminders(&answer.steps, card.today)).unwrap_or_default()
}

/// How old the news is, and a way to ask now.
#[component]
pub fn NewsLine(as_of: Option<Timestamp>) -> Element {
    let (ui, wallet) = (use_ui(), use_context::<Wallet>());
    let (lang, text) = (ui.lang(), worker(ui.lang()));
    ui.changed();
    let is_running = wallet.is_refreshing();
    let failure = wallet.last_refresh().and_then(|last| last.failure);
    let outcome = match as_of {
        Some(at) => worker::as_of(lang, &day_and_clock(lang, at)),
        None => text.no_news.to_owned(),
    };
    rsx! {
        div { class: "stack",
            div { class: "sync-line long",
                Icon { shape: Shape::Sync, size: 20, turning: is_running }
                Status { outcome, running: is_running.then_some(text.refreshing) }
                button { id: "refresh", class: "button quiet", r#type: "button", disabled: is_running, onclick: move |_| refresh(wallet.clone()), {text.refresh} }
            }
            if let Some(failure) = failure {
                p { id: "no-news", class: if is_running { "small muted unseen" } else { "small muted" }, role: "status", {worker::failed(lang, failure)} }
            }
        }
    }
}

/// What should be known or done.
#[component]
pub fn Reminders(card: KeptCard) -> Element {
    let lang = use_ui().lang();
    rsx! {
        for reminder in reminders_of(&card) {
            div { class: "card warn reminder",
                Says { tone: Tone::Look, sentence: reminder.sentence(lang) }
            }
        }
    }
}
