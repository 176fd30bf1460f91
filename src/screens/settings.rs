//! Language, appearance, how sending went, the office.

use super::Pair;
use super::home::{RUPIAH_PER_MB, USUAL_RUPIAH_PER_MB};
use crate::components::choices::{Choice, Choices};
use crate::components::frame::Tabs;
use crate::components::icon::{Icon, Shape};
use crate::components::sync_line::{SyncLine, clock_or_day};
use crate::route::Route;
use crate::shell::{LANGUAGE, THEME, show_theme};
use crate::text;
use crate::text::handover::handover;
use crate::text::help::help;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::Lang;

#[component]
pub fn Settings() -> Element {
    let (mut ui, device) = (use_ui(), use_device());
    let (lang, text) = (ui.lang(), ui.text());
    let mut theme = use_signal(|| "system".to_owned());
    let mut is_pairing = use_signal(|| false);
    let mut is_on_wifi = use_signal(|| false);
    let mut price = use_signal(|| USUAL_RUPIAH_PER_MB.to_string());
    use_future({
        let device = device.clone();
        move || {
            let device = device.clone();
            async move {
                if let Ok(Some(stored)) = device.setting::<String>(THEME).await {
                    theme.set(stored);
                }
                is_on_wifi.set(device.are_photos_on_wifi().await.unwrap_or_default());
                if let Ok(Some(stored)) = device.setting::<u32>(RUPIAH_PER_MB).await {
                    price.set(stored.to_string());
                }
            }
        }
    });
    let office = use_resource({
        let device = device.clone();
        move || {
            ui.changed();
            let device = device.clone();
            async move { (device.pairing().await.ok(), device.journal(20).await.unwrap_or_default()) }
        }
    });
    let choose_language = {
        let device = device.clone();
        move |key: String| {
            let lang = if key == "en" { Lang::En } else { Lang::Id };
            ui.lang_signal.set(lang);
            let device = device.clone();
            spawn(async move { drop(device.set_setting(LANGUAGE, lang).await) });
        }
    };
    let choose_theme = {
        let device = device.clone();
        move |key: String| {
            show_theme(&key);
            theme.set(key.clone());
            let device = device.clone();
            spawn(async move { drop(device.set_setting(THEME, key).await) });
        }
    };
    let choose_photos = {
        let device = device.clone();
        move |key: String| {
            is_on_wifi.set(key == "wifi");
            let device = device.clone();
            spawn(async move { drop(device.set_photos_on_wifi(key == "wifi").await) });
        }
    };
    let set_price = {
        let device = device.clone();
        move |event: FormEvent| {
            price.set(event.value().chars().filter(char::is_ascii_digit).collect());
            let device = device.clone();
            // an empty field is typed on
            let Ok(rupiah) = price.peek().parse::<u32>() else { return };
            spawn(async move { drop(device.set_setting(RUPIAH_PER_MB, rupiah).await) });
        }
    };
    if is_pairing() {
        return rsx! { Pair { is_again: true, on_done: move |()| is_pairing.set(false) } };
    }
    // the office and the journal first: coming later they would push away what a finger is on
    let Some((pairing, journal)) = office() else {
        return rsx! {
            div { class: "screen",
                header { class: "bar plain", h1 { {text.tab_settings} } }
                main { class: "body", p { class: "muted", {text.loading} } }
                Tabs {}
            }
        };
    };
    rsx! {
        div { class: "screen",
            header { class: "bar plain", h1 { {text.tab_settings} } }
            main { class: "body",
                Choices {
                    name: "language",
                    label: text.settings_language,
                    choices: vec![Choice::new("id", "Bahasa Indonesia"), Choice::new("en", "English")],
                    chosen: lang.pick("id", "en"),
                    on_choose: choose_language,
                }
                Choices {
                    name: "theme",
                    label: text.settings_theme,
                    choices: vec![Choice::new("system", text.theme_system), Choice::new("sunlight", text.theme_sunlight)],
                    chosen: theme(),
                    on_choose: choose_theme,
                }
                section { class: "stack",
                    h2 { {text.settings_sending} }
                    Choices {
                        name: "photos",
                        label: text.settings_photos,
                        choices: vec![Choice::new("always", text.photos_always), Choice::new("wifi", text.photos_wifi)],
                        chosen: if is_on_wifi() { "wifi" } else { "always" },
                        on_choose: choose_photos,
                    }
                    div { class: "field",
                        label { r#for: "price", {text.settings_price} }
                        span { class: "hint", id: "hint-price", {text.settings_price_hint} }
                        input {
                            id: "price",
                            class: "digits",
                            r#type: "text",
                            inputmode: "numeric",
                            maxlength: 5,
                            autocomplete: "off",
                            "aria-describedby": "hint-price",
                            value: "{price}",
                            oninput: set_price,
                        }
                    }
                }
                section { class: "stack",
                    h2 { {text.settings_office} }
                    if let Some(pairing) = pairing {
                        div { class: "card stack",
                            strong { {pairing.hub_name.clone()} }
                            span { class: "small muted lines", "{pairing.hub_url}" }
                            if !pairing.kader_name.is_empty() {
                                span { {pairing.kader_name.clone()} }
                            }
                        }
                    }
                    SyncLine { last: journal.first().copied() }
                    Link { to: Route::Handover {}, id: "handover", class: "button", {handover(lang).settings_link} }
                    button { class: "button", r#type: "button", onclick: move |_| is_pairing.set(true), {text.pair_again} }
                    button { id: "lock", class: "button", r#type: "button", onclick: move |_| device.lock(),
                        Icon { shape: Shape::Lock }
                        {text.settings_lock}
                    }
                }
                if !journal.is_empty() {
                    section { class: "stack",
                        h2 { {text.sync_journal} }
                        ul { class: "list", id: "journal",
                            for (index, entry) in journal.into_iter().enumerate() {
                                li { key: "{index}", class: "row",
                                    span { class: "grow",
                                        span { class: "small muted", "{clock_or_day(lang, entry.at)} · {text::trigger(lang, entry.report.trigger)}" }
                                        span { {outcome(lang, entry.report)} }
                                    }
                                }
                            }
                        }
                    }
                }
                section { class: "stack",
                    h2 { {help(lang).title} }
                    Link { to: Route::Help {}, id: "help", class: "button",
                        Icon { shape: Shape::Umbrella }
                        {help(lang).link}
                    }
                    Link { to: Route::Tell {}, id: "tell", class: "button",
                        Icon { shape: Shape::Alert }
                        {help(lang).tell}
                    }
                }
                section { class: "stack muted small",
                    h2 { {text.settings_about} }
                    p { "Payung {env!(\"CARGO_PKG_VERSION\")}" }
                    p { {text.settings_regions} }
                }
            }
            Tabs {}
        }
    }
}

fn outcome(lang: Lang, report: payung_device::Report) -> String {
    let done = report.records_sent + report.photos_sent + report.changes;
    match report.failure {
        Some(failure) if done == 0 => failure.sentence(lang).to_owned(),
        Some(failure) => format!("{}. {}", text::sync_done(lang, &report), failure.sentence(lang)),
        None => text::sync_done(lang, &report),
    }
}
