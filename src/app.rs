//! The root: who may see what, and what every screen shares.

use crate::courier::Courier;
use crate::post::Post;
use crate::route::Route;
use crate::screens::{HelpAt, Pair, Unlock, Welcome, Worker};
use crate::shell::FailNote;
use crate::ui::{Ui, use_device};
use dioxus::prelude::*;
use jiff::{SignedDuration, Timestamp};
use payung_device::{Link, Status, Trigger, Wallet};
use payung_domain::Lang;
use std::time::Duration;

/// What the page tells about the signal.
#[derive(serde::Deserialize)]
struct Awake {
    /// `online` or `resumed`; empty when only the link is told.
    why: String,
    /// `navigator.connection.type`, where there is one.
    link: String,
}

/// Untouched for so long, the app asks for the PIN.
const LOCK_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Who uses the phone just now, before any PIN.
#[derive(Clone, Copy, PartialEq)]
pub enum Entry {
    /// Nobody has said.
    Open,
    /// Somebody who enrols.
    Kader,
    /// Somebody who has a card, or looks at one.
    Worker,
}

#[component]
pub fn App() -> Element {
    let device = use_device();
    let wallet = use_context::<Wallet>();
    // a phone that has cards and no kader is a worker's: they are there at once
    let mut entry = use_signal(|| match device.status() {
        Status::Unpaired if wallet.exists() => Entry::Worker,
        Status::Unpaired => Entry::Open,
        _ => Entry::Kader,
    });
    let ui = use_context_provider(|| Ui {
        lang_signal: Signal::new(Lang::Id),
        changes: Signal::new(0),
        has_failed: Signal::new(false),
        visiting: Signal::new(None),
    });
    let mut touched_at = use_signal(Timestamp::now);
    use_future({
        let device = device.clone();
        move || {
            let (mut changes, mut news) = (device.changes(), ui.changes);
            async move {
                while changes.changed().await.is_ok() {
                    changes.borrow_and_update();
                    news += 1;
                }
            }
        }
    });
    use_future({
        let wallet = wallet.clone();
        move || {
            let (mut changes, mut news) = (wallet.changes(), ui.changes);
            async move {
                while changes.changed().await.is_ok() {
                    changes.borrow_and_update();
                    news += 1;
                }
            }
        }
    });
    use_future({
        let device = device.clone();
        move || {
            let device = device.clone();
            async move {
                loop {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                    // the wall clock, because timers stand still while a phone sleeps
                    let is_idle = Timestamp::now().duration_since(*touched_at.peek()) > LOCK_AFTER;
                    if is_idle && device.status() == Status::Open {
                        device.lock();
                    }
                }
            }
        }
    });
    use_future(move || {
        let mut lang = ui.lang_signal;
        async move {
            let kept = document::eval("return window.payung.kept('language');").join::<String>().await;
            if kept.is_ok_and(|tag| tag == "en") {
                lang.set(Lang::En);
            }
        }
    });
    let courier = use_context::<Courier>();
    let post = use_context::<Post>();
    use_future({
        let (courier, wallet) = (courier.clone(), wallet.clone());
        move || {
            let (courier, wallet, post) = (courier.clone(), wallet.clone(), post.clone());
            async move {
                let mut page = document::eval("await window.payung.awaken(dioxus);");
                while let Ok(Awake { why, link }) = page.recv::<Awake>().await {
                    courier.link_is(match link.as_str() {
                        "wifi" | "ethernet" => Link::Wifi,
                        "cellular" => Link::Cellular,
                        _ => Link::Unknown,
                    });
                    if matches!(why.as_str(), "online" | "resumed") && wallet.exists() {
                        let wallet = wallet.clone();
                        tokio::spawn(async move { wallet.refresh().await });
                    }
                    if !why.is_empty() {
                        post.go();
                    }
                    match why.as_str() {
                        "online" => courier.go(Trigger::Online),
                        "resumed" => courier.go(Trigger::Resumed),
                        _ => {}
                    }
                }
            }
        }
    });
    ui.changed();
    let status = device.status();
    let is_open = status == Status::Open;
    // the pages of help are for whoever holds the phone
    let mut visiting = ui.visiting;
    let visited = visiting().filter(|_| !is_open);
    let here = (visited.clone(), is_open, entry());
    use_effect(use_reactive!(|here| {
        drop(here);
        ui.passed();
    }));
    use_effect(use_reactive!(|is_open| {
        if is_open {
            visiting.set(None);
            touched_at.set(Timestamp::now());
            courier.go(Trigger::Start);
        }
    }));
    rsx! {
        div {
            onpointerdown: move |_| touched_at.set(Timestamp::now()),
            onkeydown: move |_| touched_at.set(Timestamp::now()),
            // behind the PIN the shell has it
            if !is_open {
                FailNote {}
            }
            match (visited, status, entry()) {
                (Some(place), ..) => rsx! {
                    HelpAt { place, on_go: move |place| visiting.set(Some(place)), on_leave: move |()| visiting.set(None) }
                },
                (None, Status::Open, _) => rsx! { Router::<Route> {} },
                (None, _, Entry::Worker) => rsx! {
                    Worker { on_leave: move |()| entry.set(if status == Status::Unpaired { Entry::Open } else { Entry::Kader }) }
                },
                (None, Status::Unpaired, Entry::Open) => rsx! { Welcome { on_choose: move |chosen| entry.set(chosen) } },
                (None, Status::Unpaired, Entry::Kader) => rsx! { Pair { is_again: false, on_done: move |()| entry.set(Entry::Open) } },
                (None, Status::Locked { wait_until }, _) => rsx! { Unlock { wait_until, on_worker: move |()| entry.set(Entry::Worker) } },
            }
        }
    }
}
