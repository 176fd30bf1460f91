//! What the protection is worth, for anybody who holds the phone: before the PIN, without a pairing, without a signal.

use super::tell::TellForm;
use crate::components::frame::{BackBar, Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::help::{self, FREE, picture};
use crate::route::Route;
use crate::text::help::help as words;
use crate::ui::{to_top, use_ui};
use dioxus::prelude::*;
use payung_domain::benefits::{Paper, Part, Sure};

/// Where somebody is among these pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The list of pages.
    Menu,
    /// A page by its key.
    Page(String),
    /// The form of a report.
    Tell,
}

/// One of these places. `on_go` leads to another, `on_leave` back to where the person came from.
#[component]
pub fn HelpAt(place: Place, on_go: Callback<Place>, on_leave: Callback) -> Element {
    let here = place.clone();
    use_effect(use_reactive!(|here| {
        drop(here);
        to_top();
    }));
    match place {
        Place::Menu => rsx! { Menu { on_go, on_leave } },
        Place::Page(page) => rsx! { OnePage { key: "{page}", page, on_go } },
        Place::Tell => rsx! { TellForm { on_back: move |()| on_go(Place::Menu) } },
    }
}

/// Goes between these places by the router, behind the PIN.
fn by_route(place: Place) -> Route {
    match place {
        Place::Menu => Route::Help {},
        Place::Page(page) => Route::HelpPage { page },
        Place::Tell => Route::Tell {},
    }
}

#[component]
fn Routed(place: Place) -> Element {
    let go = move |place| {
        navigator().replace(by_route(place));
    };
    let leave = move |()| {
        navigator().replace(Route::Home {});
    };
    rsx! { HelpAt { place, on_go: go, on_leave: leave } }
}

#[component]
pub fn Help() -> Element {
    rsx! { Routed { place: Place::Menu } }
}

#[component]
pub fn HelpPage(page: String) -> Element {
    rsx! { Routed { place: Place::Page(page) } }
}

#[component]
pub fn Tell() -> Element {
    rsx! { Routed { place: Place::Tell } }
}

/// A way in for a screen before the PIN.
#[component]
pub fn HelpLink() -> Element {
    let mut ui = use_ui();
    rsx! {
        button { id: "help", class: "button quiet", r#type: "button", onclick: move |_| ui.visiting.set(Some(Place::Menu)),
            Icon { shape: Shape::Umbrella }
            {words(ui.lang()).link}
        }
    }
}

/// To be called with one tap; the number stands there to be dialled from another phone.
#[component]
pub fn CallCentre() -> Element {
    let text = words(use_ui().lang());
    let number = help::call_centre();
    rsx! {
        a { class: "button call", href: "tel:{number}",
            Icon { shape: Shape::Phone }
            "{text.call} {number} (BPJS)"
        }
    }
}

/// The sentence that stands on every card too, and the way to a report.
#[component]
fn Free(on_go: Callback<Place>) -> Element {
    let text = words(use_ui().lang());
    rsx! {
        section { class: "card warn stack", id: "free",
            strong { {text.free} }
            button { id: "tell", class: "button", r#type: "button", onclick: move |_| on_go(Place::Tell),
                Icon { shape: Shape::Alert }
                {text.tell}
            }
        }
    }
}

#[component]
fn Menu(on_go: Callback<Place>, on_leave: Callback) -> Element {
    let ui = use_ui();
    let text = words(ui.lang());
    rsx! {
        div { class: "screen",
            BackBar { title: text.title, on_back: on_leave }
            main { class: "body",
                p { class: "muted", {text.lead} }
                Free { on_go }
                ul { class: "list",
                    for page in help::pages(ui.lang()) {
                        li { key: "{page.key}",
                            button { id: "page-{page.key}", class: "row visit", r#type: "button", onclick: move |_| on_go(Place::Page(page.key.clone())),
                                span { class: "picture small", dangerous_inner_html: picture(&page.picture) }
                                span { class: "grow name", {page.title.clone()} }
                                Icon { shape: Shape::Next }
                            }
                        }
                    }
                }
                CallCentre {}
            }
        }
    }
}

#[component]
fn OnePage(page: String, on_go: Callback<Place>) -> Element {
    let ui = use_ui();
    let text = words(ui.lang());
    let all = help::pages(ui.lang());
    let Some(at) = all.iter().position(|one| one.key == page) else {
        return rsx! { Menu { on_go, on_leave: move |()| on_go(Place::Menu) } };
    };
    let (page, next) = (&all[at], all.get(at + 1));
    let mut sources: Vec<&str> = Vec::new();
    for part in &page.parts {
        if !sources.contains(&part.source.as_str()) {
            sources.push(&part.source);
        }
    }
    rsx! {
        div { class: "screen",
            BackBar { title: page.title.clone(), on_back: move |()| on_go(Place::Menu) }
            main { class: "body help",
                div { class: "picture", dangerous_inner_html: picture(&page.picture) }
                for (number, part) in page.parts.iter().enumerate() {
                    OnePart { key: "{number}", page: page.key.clone(), part: part.clone() }
                }
                if page.key == FREE {
                    button { id: "tell", class: "button primary wide", r#type: "button", onclick: move |_| on_go(Place::Tell),
                        Icon { shape: Shape::Alert }
                        {text.tell}
                    }
                } else {
                    Free { on_go }
                }
                CallCentre {}
                if let Some(next) = next {
                    button { id: "next", class: "button", r#type: "button", onclick: move |_| on_go(Place::Page(next.key.clone())),
                        "{text.next}: {next.title}"
                    }
                }
                p { class: "small muted", "{text.sources}: {sources.join(\"; \")}. {text.checked} {help::checked(ui.lang())}." }
            }
        }
    }
}

#[component]
fn OnePart(page: String, part: Part) -> Element {
    let text = words(use_ui().lang());
    rsx! {
        section { class: "stack",
            if !part.heading.is_empty() {
                h2 { {part.heading.clone()} }
            }
            for (number, line) in part.says.iter().enumerate() {
                p { key: "{number}", {line.clone()} }
            }
            if !part.rows.is_empty() {
                dl { class: "sums",
                    for row in &part.rows {
                        div { key: "{row.what}",
                            dt { {row.what.clone()} }
                            dd { {row.fact.clone()} }
                        }
                    }
                }
            }
            if !part.points.is_empty() {
                ul { class: "points",
                    for line in &part.points {
                        li { key: "{line}", {line.clone()} }
                    }
                }
            }
            if !part.steps.is_empty() {
                ol { class: "steps",
                    for line in &part.steps {
                        li { key: "{line}", {line.clone()} }
                    }
                }
            }
            if !part.papers.is_empty() {
                Papers { page, papers: part.papers.clone() }
            }
            if part.sure < Sure::High {
                Says { tone: Tone::Look, sentence: format!("{} {}.", text.unsure, help::call_centre()) }
            }
        }
    }
}

/// Papers that can be ticked off; the page keeps the ticks, which say nothing about anybody, and one shows once it is kept.
#[component]
fn Papers(page: String, papers: Vec<Paper>) -> Element {
    let text = words(use_ui().lang());
    let mut ticked = use_signal(Vec::<String>::new);
    let ask = move |script: String| async move {
        if let Ok(names) = document::eval(&script).join().await {
            ticked.set(names);
        }
    };
    use_future(move || ask("return window.payung.ticks();".to_owned()));
    // our own keys, without a quotation mark
    let turn = move |name: String| {
        spawn(ask(format!("return window.payung.turn('{name}');")));
    };
    rsx! {
        p { class: "small muted", {text.papers_hint} }
        div { class: "choices",
            for paper in papers {
                Tick {
                    key: "{paper.key}",
                    name: format!("{page}.{}", paper.key),
                    what: paper.what.clone(),
                    is_ticked: ticked().contains(&format!("{page}.{}", paper.key)),
                    on_turn: turn,
                }
            }
        }
    }
}

#[component]
fn Tick(name: String, what: String, is_ticked: bool, on_turn: Callback<String>) -> Element {
    rsx! {
        button { class: "choice tick", r#type: "button", role: "checkbox", "aria-checked": is_ticked, onclick: move |_| on_turn(name.clone()),
            span { class: "mark",
                if is_ticked {
                    Icon { shape: Shape::Tick, size: 16 }
                }
            }
            span { {what} }
        }
    }
}
