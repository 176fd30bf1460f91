//! A photo out of the encrypted store.

use crate::platform::bridge::data_url;
use crate::ui::{use_device, use_ui};
use dioxus::prelude::*;
use payung_domain::{PhotoHash, RecordId};

#[component]
pub fn StoredPhoto(id: RecordId, sha256: ReadSignal<PhotoHash>, is_small: bool) -> Element {
    let (ui, device) = (use_ui(), use_device());
    let jpeg = use_resource(move || {
        let (device, sha256) = (device.clone(), sha256());
        async move { device.photo(id, sha256, is_small).await.ok().flatten() }
    });
    match &*jpeg.read() {
        Some(Some(jpeg)) => {
            rsx! { img { class: "photo", src: data_url(jpeg), alt: ui.text().photo_alt } }
        }
        _ => rsx! { div { class: "photo-empty", {ui.text().loading} } },
    }
}
