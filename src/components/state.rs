//! A record's state as icon, word and colour, and its line in a list.

use super::icon::{Icon, Shape};
use crate::route::{Route, Step};
use crate::text;
use crate::text::card::cards;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::{CardRow, RecordRow, Standing};
use payung_domain::card::CardStanding;
use payung_domain::wire::RefusalReason;
use payung_domain::{Cover, State};

/// The icon and the colour of a state. What a cover is worth today is asked elsewhere.
pub fn look(standing: &Standing) -> (Shape, &'static str) {
    let Standing::State(state) = standing else {
        return (Shape::Pencil, "chip warn");
    };
    match state {
        State::Draft => (Shape::Pencil, "chip"),
        State::Queued => (Shape::Clock, "chip"),
        State::Sending => (Shape::Arrow, "chip"),
        State::Received | State::Corrected => (Shape::Tick, "chip"),
        State::NeedsCorrection { .. } => (Shape::Pencil, "chip warn"),
        State::Verified | State::Placed { .. } => (Shape::TwoTicks, "chip good"),
        State::WaitingList { .. } => (Shape::Queue, "chip"),
        State::Active { .. } => (Shape::Umbrella, "chip good"),
        State::Ended { .. } | State::Withdrawn => (Shape::Close, "chip"),
        State::Rejected { .. } => (Shape::Cross, "chip refuse"),
    }
}

/// The state of a record, and what it is worth today: who was told to be covered may not be yet, or no more.
#[component]
pub fn Chip(
    standing: Standing,
    #[props(default = Cover::None)] cover: Cover,
    #[props(default)] large: bool,
) -> Element {
    let lang = use_ui().lang();
    let word = match &standing {
        Standing::State(state) => state.word(lang),
        Standing::SetAside(_) => State::NeedsCorrection { comments: Vec::new() }.word(lang),
    };
    let (shape, class, word) = match (cover, look(&standing)) {
        (Cover::From(_), _) => (Shape::Clock, "chip", cards(lang).not_yet),
        (Cover::Over(_), _) => (Shape::Clock, "chip warn", cards(lang).expired),
        (_, (shape, class)) => (shape, class, word),
    };
    let size = if large { " large" } else { "" };
    rsx! {
        span { class: "{class}{size}",
            Icon { shape, size: 18 }
            {word}
        }
    }
}

/// Whether the kader may change the fields of a saved record.
pub fn can_correct(standing: &Standing) -> bool {
    match standing {
        Standing::SetAside(reason) => *reason != RefusalReason::AlreadyDecided,
        Standing::State(state) => matches!(state, State::Queued | State::Sending) || state.is_correctable(),
    }
}

/// A record in a list; what is being filled in or corrected opens its form, anything else its page.
#[component]
pub fn RecordLine(row: RecordRow, #[props(default = Cover::None)] cover: Cover) -> Element {
    let ui = use_ui();
    let lang = ui.lang();
    let name = if row.name.trim().is_empty() { ui.text().home_no_name.to_owned() } else { row.name.clone() };
    let is_draft = row.standing == Standing::State(State::Draft);
    let to = if is_draft { Route::Enrol { id: row.id, step: Step::Card } } else { Route::Record { id: row.id } };
    let detail = match &row.standing {
        Standing::State(state @ (State::WaitingList { .. } | State::Placed { .. })) => state.detail(lang),
        _ if row.photos_to_send > 0 => text::photos_to_send(lang, row.photos_to_send),
        _ => String::new(),
    };
    rsx! {
        Link { class: "row", to,
            span { class: "grow",
                span { class: "name", {name} }
                if !row.nik_masked.is_empty() {
                    span { class: "nik", {row.nik_masked.clone()} }
                }
                Chip { standing: row.standing.clone(), cover }
                if !detail.is_empty() {
                    span { class: "small muted", {detail} }
                }
            }
        }
    }
}

/// Somebody whom another phone has enrolled, by the card that this one holds.
#[component]
pub fn CardLine(row: CardRow) -> Element {
    let lang = use_ui().lang();
    let text = cards(lang);
    let (shape, tone, word) = match row.standing {
        CardStanding::Valid => (Shape::Umbrella, " good", text.valid),
        CardStanding::NotYet => (Shape::Clock, " warn", text.not_yet),
        CardStanding::Expired => (Shape::Clock, " warn", text.expired),
        CardStanding::Ended => (Shape::Cross, " refuse", text.ended),
    };
    rsx! {
        Link { class: "row", to: Route::Record { id: row.record },
            span { class: "grow",
                span { class: "name", {row.name.clone()} }
                span { class: "nik", {row.nik_masked.clone()} }
                span { class: "chip{tone}",
                    Icon { shape, size: 18 }
                    {word}
                }
            }
        }
    }
}
