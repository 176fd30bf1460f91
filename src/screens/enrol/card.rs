//! Step 1: the photo of the KTP, and the NIK from a code or by hand.

use crate::components::camera::{Aim, Camera, PhotoTrouble};
use crate::components::field::{FormField, Typed};
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::form::use_form;
use crate::intake::{self, PhotoIntake};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::draft::sex_key;
use payung_domain::lang::typed_date;
use payung_domain::{Field, Sex};

#[component]
pub fn Card() -> Element {
    let (ui, mut form) = (use_ui(), use_form());
    let text = ui.text();
    let PhotoIntake { is_working, trouble, mut nik_read, take } = use_context();
    let mut camera = use_signal(|| None::<Aim>);
    let mut scan_says = use_signal(|| "");
    let mut open_camera = move |aim| {
        scan_says.set("");
        camera.set(Some(aim));
    };
    let mut on_photo = move |bytes: Vec<u8>| {
        camera.set(None);
        take(bytes);
    };
    let on_frame = move |bytes: Vec<u8>| {
        spawn(async move {
            match intake::read_code(bytes).await {
                intake::CodeRead::Nothing => {}
                intake::CodeRead::Nik(nik) => {
                    form.replace(Field::Nik, &nik.grouped());
                    nik_read.set(Some(nik));
                    camera.set(None);
                    document::eval("window.payung.buzz()");
                }
                intake::CodeRead::FamilyCard => scan_says.set(text.scan_kk),
                intake::CodeRead::DigitalId => scan_says.set(text.scan_ikd),
                intake::CodeRead::Other => scan_says.set(text.scan_other),
            }
        });
    };
    let photo = (form.photos)().first().copied();
    rsx! {
        p { class: "muted", {text.card_lead} }
        section { class: "stack",
            if let Some(photo) = photo {
                StoredPhoto { id: form.id, sha256: photo.sha256, is_small: true }
            } else {
                div { class: "photo-empty",
                    Icon { shape: Shape::Picture, size: 40 }
                    span { if is_working() { {text.photo_working} } else { {Field::KtpPhoto.label(ui.lang())} } }
                }
            }
            if is_working() {
                p { class: "muted", role: "status", {text.photo_working} }
            } else if photo.is_some() {
                Says { tone: Tone::Good, sentence: text.photo_stored }
            }
            PhotoTrouble { sentence: trouble() }
            div { class: "pair-of-buttons",
                button { id: "take-photo", class: "button", r#type: "button", disabled: is_working(),
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
            FormField { field: Field::Nik, typed: Typed::Nik, hint: text.nik_hint }
            if nik_read().is_some() && nik_read() == form.nik() {
                Says { tone: Tone::Good, sentence: text.nik_from_code }
            }
            NikSays {}
            button { id: "scan", class: "button", r#type: "button", onclick: move |_| open_camera(Aim::Code),
                Icon { shape: Shape::Scan }
                {text.scan_code}
            }
        }
        if let Some(aim) = camera() {
            Camera {
                aim,
                on_picture: move |bytes| if aim == Aim::Photo { on_photo(bytes) } else { on_frame(bytes) },
                on_close: move |()| camera.set(None),
                say: scan_says().to_owned(),
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
