//! The root: who may see what, and what every screen shares.

use crate::courier::Courier;
use crate::route::Route;
use crate::screens::{Pair, Unlock};
use crate::ui::{Ui, use_device};
use dioxus::prelude::*;
use jiff::{SignedDuration, Timestamp};
use payung_device::{Link, Status, Trigger};
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

#[component]
pub fn App() -> Element {
    let device = use_device();
    let ui = use_context_provider(|| Ui {
        lang_signal: Signal::new(Lang::Id),
        changes: Signal::new(0),
        has_failed: Signal::new(false),
    });
    let mut touched_at = use_signal(Timestamp::now);
    use_future({
        let device = device.clone();
        move || {
            let (mut changes, mut news) = (device.changes(), ui.changes);
            async move {
                while changes.changed().await.is_ok() {
                    let count = *changes.borrow_and_update();
                    news.set(count);
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
    use_future({
        let courier = courier.clone();
        move || {
            let courier = courier.clone();
            async move {
                let mut page = document::eval("await window.payung.awaken(dioxus);");
                while let Ok(Awake { why, link }) = page.recv::<Awake>().await {
                    courier.link_is(match link.as_str() {
                        "wifi" | "ethernet" => Link::Wifi,
                        "cellular" => Link::Cellular,
                        _ => Link::Unknown,
                    });
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
    use_effect(use_reactive!(|is_open| {
        if is_open {
            touched_at.set(Timestamp::now());
            courier.go(Trigger::Start);
        }
    }));
    rsx! {
        div {
            onpointerdown: move |_| touched_at.set(Timestamp::now()),
            onkeydown: move |_| touched_at.set(Timestamp::now()),
            match status {
                Status::Unpaired => rsx! { Pair { is_again: false } },
                Status::Locked { wait_until } => rsx! { Unlock { wait_until } },
                Status::Open => rsx! { Router::<Route> {} },
            }
        }
    }
}
