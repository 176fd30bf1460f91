//! Step 1: the photo of the KTP, and the NIK from a code or by hand.

use crate::components::camera::{Aim, Camera, PhotoTrouble};
use crate::components::coach::Coach;
use crate::components::field::{FormField, Typed};
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::form::use_form;
use crate::intake::{FrameRead, FrameReader, NikRead, PhotoIntake};
use crate::platform::bridge::data_url;
use crate::screens::enrol::check::KnownAlready;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::draft::sex_key;
use payung_domain::lang::typed_date;
use payung_domain::{Field, Sex};
use payung_ktp::NikLine;

#[component]
pub fn Card() -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let text = ui.text();
    let PhotoIntake { is_working, trouble, mut nik_read, uncut, take, take_whole } = use_context();
    let mut camera = use_signal(|| None::<Aim>);
    let mut reader = use_signal(FrameReader::default);
    let mut scan_says = use_signal(|| "");
    let mut open_camera = move |aim| {
        scan_says.set("");
        reader.set(FrameReader::default());
        camera.set(Some(aim));
    };
    let on_photo = move |bytes: Vec<u8>| {
        camera.set(None);
        take(bytes);
    };
    let on_frame = move |bytes: Vec<u8>| {
        let reader = reader.peek().clone();
        spawn(async move {
            let read = reader.read(bytes).await;
            // while the camera was for a photo, a NIK on the way is welcome, but nothing that was typed gives way to it
            let is_for_photo = *camera.peek() == Some(Aim::Photo);
            match read {
                FrameRead::Nik(read) if camera.peek().is_some() && !(is_for_photo && form.nik().is_some()) => {
                    form.take_nik(read.nik());
                    nik_read.set(Some(read));
                    document::eval("window.payung.buzz()");
                    if is_for_photo {
                        scan_says.set(text.scan_found);
                    } else {
                        camera.set(None);
                    }
                }
                FrameRead::Nik(_) | FrameRead::Nothing => {}
                _ if is_for_photo => {}
                FrameRead::FamilyCard => scan_says.set(text.scan_kk),
                FrameRead::DigitalId => scan_says.set(text.scan_ikd),
                FrameRead::Other => scan_says.set(text.scan_other),
            }
        });
    };
    let photo = (form.photos)().first().cloned();
    let faults = photo.as_ref().map(|photo| photo.faults.clone()).unwrap_or_default();
    rsx! {
        p { class: "muted", {text.card_lead} }
        section { class: "stack",
            if let Some(photo) = &photo {
                StoredPhoto { id: form.id, sha256: photo.sha256, is_small: true }
            } else {
                div { class: "photo-empty",
                    Icon { shape: Shape::Picture, size: 40 }
                    span { if is_working() { {text.photo_working} } else { {Field::KtpPhoto.label(ui.lang())} } }
                }
            }
            if is_working() {
                p { class: "muted", role: "status", {text.photo_working} }
            } else if photo.is_some() && faults.is_empty() {
                Says { tone: Tone::Good, sentence: text.photo_stored }
            }
            if !is_working() && uncut().is_some() {
                div { class: "section-head",
                    span { class: "small muted", {text.photo_cropped} }
                    button { id: "photo-whole", class: "button quiet", r#type: "button", onclick: move |_| take_whole(()), {text.photo_whole} }
                }
            }
            PhotoTrouble { sentence: trouble() }
            if let Some(photo) = photo.as_ref().filter(|_| !faults.is_empty() && !is_working()) {
                Coach { key: "{photo.sha256}", faults: faults.clone() }
            }
            div { class: "pair-of-buttons",
                button { id: "take-photo", class: "button", class: if !faults.is_empty() { "primary" }, r#type: "button", disabled: is_working(),
                    onclick: move |_| open_camera(Aim::Photo),
                    Icon { shape: Shape::Camera }
                    if photo.is_some() { {text.photo_again} } else { {text.photo_take} }
                }
                label { class: "button",
                    Icon { shape: Shape::Picture }
                    {text.photo_gallery}
                    // string handlers, because Dioxus takes over the events of file inputs: docs/adr/0002-photo-route.md
                    input {
                        id: "photo",
                        class: "file-input",
                        r#type: "file",
                        accept: "image/*",
                        disabled: is_working(),
                        "onclick": "event.stopPropagation()",
                        "onchange": "event.stopPropagation()",
                        "oninput": "event.stopPropagation()",
                    }
                }
            }
        }
        section { class: "stack",
            if let Some(NikRead::Print(line)) = nik_read() {
                PrintedLine { line: *line }
            }
            FormField { field: Field::Nik, typed: Typed::Nik, hint: text.nik_hint }
            if let Some(read) = nik_read().filter(|read| read.nik().is_some() && read.nik() == form.nik()) {
                Says { tone: Tone::Good, sentence: if matches!(read, NikRead::Code(_)) { text.nik_from_code } else { text.nik_from_print } }
            }
            NikSays {}
            KnownAlready {}
            button { id: "scan", class: "button", r#type: "button", onclick: move |_| open_camera(Aim::Code),
                Icon { shape: Shape::Scan }
                {text.scan_code}
            }
        }
        if let Some(aim) = camera() {
            Camera { aim, on_photo, on_frame, on_close: move |()| camera.set(None), say: scan_says().to_owned() }
        }
    }
}

/// The NIK's line as the camera saw it, above what was read of it: one look is enough to compare.
#[component]
fn PrintedLine(line: NikLine) -> Element {
    let (text, mut form) = (use_ui().text(), use_form());
    let nik = line.print.nik();
    let is_doubtful = nik.is_none();
    // not once for every key that is pressed in the field below
    let picture = use_memo(use_reactive!(|line| data_url(&line.jpeg)));
    let other = nik.filter(|nik| form.nik().is_some_and(|typed| typed != *nik));
    rsx! {
        figure { class: "nik-line", id: "nik-line",
            img { src: picture, alt: text.nik_line_alt }
            if is_doubtful {
                figcaption {
                    div { class: "digits",
                        for (index, digit) in line.print.digits.iter().enumerate() {
                            span { key: "{index}", class: if digit.is_doubtful() { "doubtful" }, "{digit.value}" }
                        }
                    }
                    Says { tone: Tone::Look, sentence: text.nik_doubtful }
                }
            }
            if let Some(nik) = other {
                figcaption {
                    Says { tone: Tone::Look, sentence: text.nik_differs }
                    button { id: "nik-take", class: "button", r#type: "button", onclick: move |_| form.take_nik(Some(nik)), {text.nik_take} " {nik.grouped()}" }
                }
            }
        }
    }
}

/// What the NIK says of its holder, and what it fills in.
#[component]
fn NikSays() -> Element {
    let (ui, device, mut form) = (use_ui(), use_device(), use_form());
    let (lang, text) = (ui.lang(), ui.text());
    let env = device.env().clone();
    let today = env.clock.today();
    let nik = form.nik();
    use_effect(use_reactive!(|nik| {
        if let Some(nik) = nik {
            let born = nik.birth_date(today).map(|date| (Field::BirthDate, typed_date(date)));
            form.fill_from_nik(born.into_iter().chain([(Field::Sex, sex_key(nik.sex()).to_owned())]));
        }
    }));
    let Some(nik) = form.nik() else {
        return rsx! {};
    };
    let Some(born) = nik.birth_date(today) else {
        return rsx! {};
    };
    let sex = if nik.sex() == Sex::Male { text.male } else { text.female };
    let district = nik.district();
    let region = env.regions.district(district).zip(env.regions.regency(district.regency()));
    let region = region.map(|(district, regency)| format!("{district}, {regency}"));
    rsx! {
        if let Some(region) = region {
            Says { tone: Tone::Good, sentence: crate::text::nik_says(lang, sex, &lang.date(born), &region) }
        }
        for warning in form.warnings() {
            Says { key: "{warning:?}", tone: Tone::Look, sentence: warning.sentence(lang) }
        }
    }
}
