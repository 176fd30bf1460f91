//! What surrounds every screen behind the PIN: it remembers the place, the language and the appearance.

use crate::components::frame::{Says, Tone};
use crate::route::Route;
use crate::ui::{to_top, use_device, use_ui};
use dioxus::prelude::*;
use payung_device::SyncFailure;
use payung_domain::Lang;
use tokio::sync::watch;

/// Names of the values that the screens keep in the device's settings.
pub const ROUTE: &str = "route";
pub const LANGUAGE: &str = "language";
pub const THEME: &str = "theme";

/// Goes to the place where the app was left (the system may have ended it behind the camera), then follows.
#[component]
pub fn Shell() -> Element {
    let (mut ui, device) = (use_ui(), use_device());
    let here = use_route::<Route>().to_string();
    let mut is_restored = use_signal(|| false);
    let navigator = use_navigator();
    use_future({
        let device = device.clone();
        move || {
            let device = device.clone();
            async move {
                if let Ok(Some(lang)) = device.setting::<Lang>(LANGUAGE).await {
                    ui.lang_signal.set(lang);
                }
                if let Ok(Some(theme)) = device.setting::<String>(THEME).await {
                    show_theme(&theme);
                }
                let left = device.setting::<String>(ROUTE).await.ok().flatten();
                if let Some(route) = left.and_then(|path| path.parse::<Route>().ok()) {
                    navigator.replace(route);
                }
                is_restored.set(true);
            }
        }
    });
    // one after the other and the newest last: two writes at once may end in either order
    let place = use_hook(|| watch::Sender::new(String::new()));
    use_future({
        let place = place.clone();
        move || {
            let (device, mut places) = (device.clone(), place.subscribe());
            async move {
                while places.changed().await.is_ok() {
                    let here = places.borrow_and_update().clone();
                    if let Err(error) = device.set_setting(ROUTE, here).await {
                        tracing::warn!(%error, "the place was not remembered");
                    }
                }
            }
        }
    });
    use_effect(use_reactive!(|here| {
        ui.passed();
        to_top();
        // before that the screen is only where every start begins
        if *is_restored.peek() {
            place.send_replace(here);
        }
    }));
    let lang = ui.lang();
    use_effect(use_reactive!(|lang| {
        document::eval(&format!("window.payung.language('{}')", lang.pick("id", "en")));
    }));
    if !is_restored() {
        return rsx! { p { class: "body muted", {ui.text().loading} } };
    }
    rsx! {
        FailNote {}
        Outlet::<Route> {}
    }
}

/// Says that the last tap could not be carried out, above whatever is shown.
#[component]
pub fn FailNote() -> Element {
    let ui = use_ui();
    if !(ui.has_failed)() {
        return rsx! {};
    }
    rsx! {
        // what was tapped may lie far below
        div { class: "screen-note", onmounted: move |_| to_top(),
            Says { tone: Tone::Wrong, sentence: SyncFailure::Phone.sentence(ui.lang()) }
        }
    }
}

/// Shows an appearance: `system` or `sunlight`.
pub fn show_theme(theme: &str) {
    // only our own two words reach the script
    let theme = if theme == "sunlight" { "sunlight" } else { "system" };
    document::eval(&format!("window.payung.theme('{theme}')"));
}
