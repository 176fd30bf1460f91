//! A card or receipt, checked against the office that this kader's phone is paired with.

use crate::components::check::{CheckScreen, Checking, Found};
use crate::route::Route;
use crate::ui::use_device;
use dioxus::prelude::*;

#[component]
pub fn Check() -> Element {
    let device = use_device();
    let check = use_callback(move |code: String| -> Checking {
        let device = device.clone();
        Box::pin(async move { Ok(Found::Code(Box::new(device.check(code).await?))) })
    });
    let on_leave = move |()| {
        navigator().push(Route::Records {});
    };
    rsx! { CheckScreen { check, on_leave } }
}
