//! Step 1: the photo of the KTP, and the NIK from a code or by hand.

use crate::components::camera::{Aim, Camera, PhotoTrouble};
use crate::components::field::{FormField, Typed};
use crate::components::frame::{Says, Tone};
use crate::components::icon::{Icon, Shape};
use crate::components::photo::StoredPhoto;
use crate::form::use_form;
use crate::intake::{self, Intake};
use crate::platform::bridge::{FromPage, Parcel};
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::draft::sex_key;
use payung_domain::enrolment::PhotoKind;
use payung_domain::lang::typed_date;
use payung_domain::{Field, Nik, Sex};

#[component]
pub fn Card() -> Element {
    let (ui, device, mut form) = (use_ui(), use_device(), use_form());
    let text = ui.text();
    let mut camera = use_signal(|| None::<Aim>);
    let mut is_working = use_signal(|| false);
    let mut trouble = use_signal(|| "");
    let mut scan_says = use_signal(|| "");
    let mut is_from_code = use_signal(|| false);

    let mut take_nik = move |nik: Nik| {
        form.replace(Field::Nik, &nik.grouped());
        is_from_code.set(true);
        scan_says.set("");
        document::eval("window.payung.buzz()");
    };
    let on_photo = use_callback({
        let device = device.clone();
        move |bytes: Vec<u8>| {
            let device = device.clone();
            camera.set(None);
            is_working.set(true);
            trouble.set("");
            // on the runtime and not on this component: the photo is stored even when the kader has gone on
            let stored = tokio::spawn(intake::take_photo(device, form.id, PhotoKind::Ktp, bytes));
            spawn(async move {
                match stored.await {
                    Ok(Ok(Intake { photo, nik })) => {
                        form.photos.set(vec![photo]);
                        if let Some(nik) = nik.filter(|_| form.nik().is_none()) {
                            take_nik(nik);
                        }
                    }
                    Ok(Err(failure)) => trouble.set(failure.sentence(text)),
                    Err(_) => trouble.set(text.photo_broken),
                }
                is_working.set(false);
            });
        }
    });
    use_future(move || async move {
        let mut page = document::eval(
            "try { await window.payung.pick(dioxus, 'photo'); } catch (error) { return String(error); }",
        );
        let mut parcel = Parcel::default();
        while let Ok(message) = page.recv::<FromPage>().await {
            if message.start {
                is_working.set(true);
            }
            if message.error.is_some() {
                is_working.set(false);
                trouble.set(text.photo_broken);
            }
            if let Some(bytes) = parcel.take(message) {
                on_photo(bytes);
            }
        }
    });
    let on_frame = move |bytes: Vec<u8>| {
        spawn(async move {
            match intake::read_code(bytes).await {
                intake::CodeRead::Nothing => {}
                intake::CodeRead::Nik(nik) => {
                    take_nik(nik);
                    camera.set(None);
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
                button { id: "take-photo", class: "button", r#type: "button", onclick: move |_| camera.set(Some(Aim::Photo)),
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
                        "onclick": "event.stopPropagation()",
                        "onchange": "event.stopPropagation()",
                        "oninput": "event.stopPropagation()",
                    }
                }
            }
        }
        section { class: "stack",
            FormField { field: Field::Nik, typed: Typed::Nik, hint: text.nik_hint }
            if is_from_code() {
                Says { tone: Tone::Good, sentence: text.nik_from_code }
            }
            NikSays {}
            button { id: "scan", class: "button", r#type: "button", onclick: move |_| camera.set(Some(Aim::Code)),
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
            form.prefill(born.into_iter().chain([(Field::Sex, sex_key(nik.sex()).to_owned())]));
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
