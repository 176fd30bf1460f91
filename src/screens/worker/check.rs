//! Somebody else's card, checked on this phone: by the offices whose hubs have answered here, for a receipt or for the code on a
//! notice board.

use crate::components::check::{CheckScreen, Checking, Found};
use crate::components::frame::Tone;
use crate::text::worker::{call_failed, met, worker};
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_device::{AddError, OfficeLink, Wallet};

#[component]
pub fn Check(on_leave: Callback) -> Element {
    let (lang, wallet) = (use_ui().lang(), use_context::<Wallet>());
    let check = use_callback(move |code: String| -> Checking {
        let wallet = wallet.clone();
        Box::pin(async move {
            let Some(link) = OfficeLink::of_board(&code) else {
                return Ok(Found::Code(Box::new(wallet.check(code).await?)));
            };
            Ok(match wallet.meet(&link).await {
                Ok(office) => Found::Office(Tone::Good, met(lang, &office)),
                Err(AddError::Call(failure)) => Found::Office(Tone::Look, call_failed(lang, failure).to_owned()),
                Err(error) => return Err(error.into()),
            })
        })
    });
    rsx! { CheckScreen { check, on_leave, meet: worker(lang).meet } }
}
