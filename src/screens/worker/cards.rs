//! The cards of a family.

use super::kept::{Kept, NewsLine, reminders_of};
use super::{Desk, Place};
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::screens::HelpLink;
use crate::text::card::cards;
use crate::text::worker::worker;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::{KeptCard, Wallet};
use payung_domain::Cover;
use payung_domain::card::Checked;

#[component]
pub fn Cards(on_leave: Callback) -> Element {
    let (ui, wallet, desk) = (use_ui(), use_context::<Wallet>(), use_context::<Desk>());
    let text = worker(ui.lang());
    let start_anew = move |_| {
        let wallet = wallet.clone();
        spawn(async move {
            match wallet.start_anew().await {
                Ok(()) => ui.passed(),
                Err(error) => ui.fail(error, "the wallet was not emptied"),
            }
        });
    };
    let list = match (desk.kept)() {
        Kept::Opening | Kept::Trouble => rsx! { p { class: "card refuse", {ui.text().store_trouble} } },
        Kept::Lost => rsx! {
            div { class: "card warn stack",
                p { id: "lost", role: "status", {text.lost} }
                button { id: "start-anew", class: "button", r#type: "button", onclick: start_anew, {text.lost_again} }
            }
        },
        Kept::Cards(cards) if cards.is_empty() => rsx! { p { class: "card muted", {text.none} } },
        Kept::Cards(cards) => {
            let as_of = cards.iter().filter_map(|card| Some(card.answer.as_ref()?.as_of)).max();
            rsx! {
                ul { class: "list",
                    for card in cards {
                        li { key: "{card.id}", CardLine { card } }
                    }
                }
                NewsLine { as_of }
            }
        }
    };
    rsx! {
        div { class: "screen",
            BackBar { title: text.my_cards, on_back: on_leave }
            main { class: "body",
                {list}
                button { id: "check-card", class: "button wide", r#type: "button", onclick: move |_| desk.go(Place::Check),
                    Icon { shape: Shape::Search }
                    {cards(ui.lang()).check}
                }
                p { class: "small muted", {text.no_money} }
                HelpLink {}
            }
            div { class: "foot",
                button { id: "add-card", class: "button primary wide", r#type: "button", disabled: (desk.kept)() == Kept::Lost, onclick: move |_| desk.go(Place::Add),
                    Icon { shape: Shape::Scan }
                    {text.add}
                }
            }
        }
    }
}

#[component]
fn CardLine(card: KeptCard) -> Element {
    let (ui, desk) = (use_ui(), use_context::<Desk>());
    let lang = ui.lang();
    let (shape, class, word) = look(&card, lang);
    let (id, reminder) = (card.id, reminders_of(&card).first().map(|reminder| reminder.sentence(lang)));
    rsx! {
        button { class: "row visit", r#type: "button", onclick: move |_| desk.go(Place::Card(id)),
            span { class: "grow",
                span { class: "name", {card.name().to_owned()} }
                if card.name().is_empty() {
                    span { class: "nik", {card.number.clone()} }
                }
                span { class,
                    Icon { shape, size: 18 }
                    {word}
                }
                if let Some(sentence) = reminder {
                    Says { tone: Tone::Look, sentence }
                }
            }
        }
    }
}

/// Where a card stands, as icon, colour and words.
pub fn look(card: &KeptCard, lang: payung_domain::Lang) -> (Shape, &'static str, String) {
    let text = worker(lang);
    match (&card.checked, card.answer.as_ref().and_then(|answer| answer.steps.last())) {
        (Some(Checked::Valid(_)), _) => (Shape::Umbrella, "chip good", text.covered.to_owned()),
        (Some(Checked::NotYet(_)), _) => (Shape::Clock, "chip", text.not_begun.to_owned()),
        (Some(Checked::Expired(_)), _) => (Shape::Close, "chip warn", text.over.to_owned()),
        (Some(Checked::Ended(_)), _) => (Shape::Close, "chip refuse", text.ended.to_owned()),
        (_, Some(step)) => {
            if let Cover::Over(_) = step.state.cover_on(card.today) {
                return (Shape::Close, "chip warn", text.over.to_owned());
            }
            let (shape, class) = crate::components::state::look(&payung_device::Standing::State(step.state.clone()));
            (shape, class, step.headline(lang))
        }
        (_, None) => (Shape::Tick, "chip", text.recorded.to_owned()),
    }
}
