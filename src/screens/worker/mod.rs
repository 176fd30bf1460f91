//! A worker's own phone: the cards of a family. No PIN, no account, and nothing that needs a signal to be read.

mod add;
mod card;
mod cards;
mod check;
mod kept;
mod receipt;
mod typed;

use crate::ui::{to_top, use_ui};
use add::Add;
use card::CardPage;
use cards::Cards;
use check::Check;
use dioxus::prelude::*;
use kept::Kept;
use payung_device::{CardId, Wallet, WalletError};
use std::time::Duration;
use typed::Typed;

/// Where the worker is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Cards,
    Card(CardId),
    Add,
    Typed,
    Check,
}

/// What the screens of a wallet share.
#[derive(Clone, Copy)]
struct Desk {
    place: Signal<Place>,
    kept: Signal<Kept>,
}

impl Desk {
    fn go(mut self, place: Place) {
        self.place.set(place);
    }
}

/// Without a signal hubs are asked this often again while the screen is open.
const AGAIN: Duration = Duration::from_secs(30);

/// Asks the hubs, on the runtime: what is under way goes on when the screen is left.
fn refresh(wallet: Wallet) {
    tokio::spawn(async move { wallet.refresh().await });
}

/// The worker's screens. `on_leave` leads to where the app begins.
#[component]
pub fn Worker(on_leave: Callback) -> Element {
    let (ui, wallet) = (use_ui(), use_context::<Wallet>());
    let desk = use_context_provider(|| Desk { place: Signal::new(Place::Cards), kept: Signal::new(Kept::Opening) });
    use_effect(move || {
        (desk.place)();
        ui.passed();
        to_top();
    });
    use_resource({
        let wallet = wallet.clone();
        move || {
            ui.changed();
            let (wallet, mut kept) = (wallet.clone(), desk.kept);
            async move {
                let found = match wallet.cards().await {
                    Ok(cards) => Kept::Cards(cards),
                    Err(WalletError::KeyLost) => Kept::Lost,
                    Err(WalletError::Store(error)) => {
                        tracing::error!(%error, "the cards can't be read");
                        Kept::Trouble
                    }
                };
                let is_first = *kept.peek() == Kept::Opening;
                // who has one card came to see it
                if let (true, Kept::Cards(cards)) = (is_first, &found)
                    && let [one] = cards.as_slice()
                {
                    desk.go(Place::Card(one.id));
                }
                kept.set(found);
            }
        }
    });
    use_future(move || {
        let wallet = wallet.clone();
        async move {
            loop {
                // waited for: on a bad link it takes longer than the pause
                let asking = wallet.clone();
                drop(tokio::spawn(async move { asking.refresh().await }).await);
                tokio::time::sleep(AGAIN).await;
                while wallet.last_refresh().is_some_and(|last| last.failure.is_none()) {
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    });
    // who has one card is led to it: nothing to press shows before that is known
    if *desk.kept.read() == Kept::Opening {
        return rsx! { p { class: "body muted", {ui.text().loading} } };
    }
    match (desk.place)() {
        Place::Cards => rsx! { Cards { on_leave } },
        Place::Card(id) => rsx! { CardPage { key: "{id}", id } },
        Place::Add => rsx! { Add {} },
        Place::Typed => rsx! { Typed {} },
        Place::Check => rsx! { Check { on_leave: move |()| desk.go(Place::Cards) } },
    }
}
