//! The receipt at the door, over the whole screen: shown to the worker, photographed, sent or printed.

use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::print::qr::Qr;
use crate::print::{Paper, Sheet};
use crate::route::Route;
use crate::text::slip::slip;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use jiff::tz::TimeZone;
use payung_device::SlipView;
use payung_domain::{Lang, RecordId};

#[component]
pub fn Slip(id: ReadSignal<RecordId>) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let text = slip(ui.lang());
    let read = use_resource(move || {
        ui.changed();
        let device = device.clone();
        async move { device.slip(id()).await }
    });
    let body = match &*read.read() {
        None => rsx! { p { class: "muted", {ui.text().loading} } },
        Some(Err(_)) => rsx! { p { class: "card refuse", {ui.text().store_trouble} } },
        Some(Ok(view)) => rsx! { Paperless { view: view.clone() } },
    };
    let done = move |_| {
        navigator().replace(Route::Record { id: id() });
    };
    rsx! {
        div { class: "slip", id: "slip",
            header { class: "bar",
                button { id: "close-slip", "data-back": "true", class: "icon-button", r#type: "button", "aria-label": text.done, onclick: done,
                    Icon { shape: Shape::Close }
                }
                h1 { {text.title} }
            }
            main { class: "body", {body} }
            div { class: "foot",
                button { id: "slip-done", class: "button primary wide", r#type: "button", onclick: done, {text.done} }
            }
        }
    }
}

/// The receipt on the screen.
#[component]
fn Paperless(view: SlipView) -> Element {
    let ui = use_ui();
    let text = slip(ui.lang());
    let cover = view.state.cover_on(view.today);
    let badge = text.badge(cover);
    let lines = lines(&view, ui.lang());
    rsx! {
        p { class: "badge", id: "slip-badge",
            // broken where the sentence turns, if it must be
            for part in badge.split_inclusive("– ") {
                span { {part} }
            }
        }
        match &view.code {
            Err(why) => rsx! { Says { tone: Tone::Look, sentence: text.none(*why) } },
            Ok((number, code)) => rsx! {
                Qr { id: "slip-code", text: code.clone(), label: text.code_label }
                div { class: "slip-number",
                    span { {text.number} }
                    strong { id: "slip-number", {number.to_string()} }
                }
            },
        }
        dl { class: "data",
            for (label, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
                div { key: "{label}",
                    dt { {label} }
                    dd { {value} }
                }
            }
        }
        section { class: "stack",
            h2 { {text.next_title} }
            for sentence in text.next(cover, ui.lang(), &view.address) {
                p { {sentence} }
            }
            p { strong { {text.free} } }
        }
        if view.code.is_ok() {
            Give { view }
        }
    }
}

/// The ways in which it reaches the worker.
#[component]
fn Give(view: SlipView) -> Element {
    let text = slip(use_ui().lang());
    // of the paper's own language: the worker reads it
    let sheet = use_memo(use_reactive!(|view| sheet(&view, Lang::Id)));
    // no name of a person: it stands in lists of files
    let name = || format!("tanda-terima-{}", jiff::Zoned::now().date());
    rsx! {
        section { class: "stack",
            h2 { {text.give} }
            p { {text.keep} }
            button { id: "slip-picture", class: "button wide", r#type: "button", onclick: move |_| sheet.read().share_picture(&name()),
                Icon { shape: Shape::Picture }
                {text.picture}
            }
            div { class: "pair-of-buttons",
                button { id: "slip-a6", class: "button", r#type: "button", onclick: move |_| sheet.read().share_pdf(&name(), Paper::A6), {text.a6} }
                button { id: "slip-roll", class: "button", r#type: "button", onclick: move |_| sheet.read().share_pdf(&name(), Paper::Roll58), {text.roll} }
            }
            p { class: "small", {text.bright} }
        }
    }
}

fn lines(view: &SlipView, lang: Lang) -> Vec<(&'static str, String)> {
    let text = slip(lang);
    let day = lang.date(view.saved_at.to_zoned(TimeZone::system()).date());
    vec![
        (text.name, view.name.clone()),
        (text.programme, view.programme.clone()),
        (text.village, view.village.clone()),
        (text.saved, day),
        (text.kader, view.kader.clone()),
        (text.office, view.office.clone()),
        (text.address, view.address.clone()),
    ]
}

/// The receipt as it is printed and sent.
fn sheet(view: &SlipView, lang: Lang) -> Sheet {
    let text = slip(lang);
    let (number, code) =
        view.code.clone().map_or_else(|_| Default::default(), |(number, code)| (format!("No. {number}"), code));
    let cover = view.state.cover_on(view.today);
    let [next, opens] = text.next(cover, lang, &view.address);
    Sheet {
        title: text.title.to_owned(),
        badge: text.badge(cover).to_owned(),
        code,
        caption: number,
        lines: lines(view, lang).into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        notice: text.free.to_owned(),
        footer: vec![next, opens, text.keep.to_owned()],
    }
}
