//! The frame of a screen: a bar with a title and a way back, the body, what the thumb reaches.

use super::icon::{Icon, Shape};
use crate::route::Route;
use crate::ui::use_ui;
use dioxus::prelude::*;

/// A bar with a back button. Android's back key presses it (`window.__back`).
#[component]
pub fn BackBar(title: String, on_back: Callback, #[props(default)] children: Element) -> Element {
    let text = use_ui().text();
    rsx! {
        header { class: "bar",
            button { id: "back", "data-back": "true", class: "icon-button", r#type: "button", "aria-label": text.back, onclick: move |_| on_back(()),
                Icon { shape: Shape::Back }
            }
            h1 { {title} }
            {children}
        }
    }
}

/// The three places that are always one tap away.
#[component]
pub fn Tabs() -> Element {
    let text = use_ui().text();
    let here = use_route::<Route>();
    let tab = |to: Route, shape: Shape, word: &'static str| {
        let current = if here == to { "page" } else { "false" };
        rsx! {
            Link { to, "aria-current": current,
                Icon { shape }
                span { {word} }
            }
        }
    };
    rsx! {
        nav { class: "tabs",
            {tab(Route::Home {}, Shape::Home, text.tab_home)}
            {tab(Route::Records {}, Shape::List, text.tab_records)}
            {tab(Route::Settings {}, Shape::Gear, text.tab_settings)}
        }
    }
}

/// How grave a remark is.
#[derive(Clone, Copy, PartialEq)]
pub enum Tone {
    Good,
    Look,
    Wrong,
}

/// A sentence with its sign, read out by a screen reader when it appears.
#[component]
pub fn Says(tone: Tone, sentence: String) -> Element {
    let (class, shape) = match tone {
        Tone::Good => ("says good", Shape::Tick),
        Tone::Look => ("says look", Shape::Alert),
        Tone::Wrong => ("says wrong", Shape::Alert),
    };
    rsx! {
        p { class, role: "status",
            Icon { shape, size: 20 }
            span { {sentence} }
        }
    }
}
