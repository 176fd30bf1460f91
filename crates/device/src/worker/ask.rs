//! What a wallet asks hubs, and what becomes of the answers.

use super::Wallet;
use crate::env::Env;
use crate::store::wallet::{self, CardRow, HubRow};
use crate::sync::call::{Hub, post_signed};
use crate::sync::ended::{EndedPage, pages};
use crate::sync::failure::SyncFailure;
use payung_domain::wire::{ErrorCode, VERSION};
use payung_domain::worker::{CardAccess, CardRequest, CardResponse};

/// How a refresh went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Cards about which a hub has answered.
    pub answered: u32,
    /// Cards that their hub does not know.
    pub unknown: u32,
    /// Why the others were not asked.
    pub failure: Option<SyncFailure>,
}

/// Asks one hub about one card. Without a key the one that the answer names is taken: TLS vouches for the address.
pub(super) async fn card(
    env: &Env,
    url: &str,
    key: Option<&str>,
    by: &CardAccess,
) -> Result<CardResponse, SyncFailure> {
    let nonce = nonce(env)?;
    let request = CardRequest { version: VERSION, nonce: nonce.clone(), by: by.clone() };
    let hub = Hub { url, token: None, key };
    let answer: CardResponse = post_signed(env.transport.as_ref(), &hub, "/v1/card", &request).await?;
    let is_named = key.is_none_or(|key| key == answer.hub_key);
    if answer.nonce == nonce && is_named { Ok(answer) } else { Err(SyncFailure::NotTheHub) }
}

fn nonce(env: &Env) -> Result<String, SyncFailure> {
    env.random::<16>().map(hex::encode).map_err(|_| SyncFailure::Phone)
}

pub(super) async fn all(wallet: &Wallet) -> Refreshed {
    let mut done = Refreshed::default();
    let rows = wallet.with_store(|store| store.read(|db| Ok((wallet::hubs(db)?, wallet::cards(db)?)))).await;
    let (hubs, cards) = match rows {
        Ok(rows) => rows.unwrap_or_default(),
        Err(_) => return Refreshed { failure: Some(SyncFailure::Phone), ..done },
    };
    for hub in hubs {
        // A heir who is called otherwise by now: each asking would count as a guess, so the owner types the name anew.
        let is_guess = |card: &CardRow| !card.is_known && matches!(card.access, CardAccess::Number { .. });
        let asked: Vec<_> = cards.iter().filter(|card| card.hub_id == hub.id && !is_guess(card)).collect();
        let mut went = at(wallet, &hub, &hub.url, &asked).await;
        // where one has answered before, no other server learns the key as long as that one can be asked
        let is_lost = went.answered == 0 && (went.failure.is_some() || !hub.has_answered);
        if let Some(other) = hub.other_url.as_ref().filter(|_| is_lost) {
            let there = at(wallet, &hub, other, &asked).await;
            if there.answered > 0 {
                went = there;
            }
        }
        done.answered += went.answered;
        done.unknown += went.unknown;
        done.failure = done.failure.or(went.failure);
    }
    done
}

/// Asks a hub at an address about its cards and for those that were ended.
async fn at(wallet: &Wallet, hub: &HubRow, url: &str, cards: &[&CardRow]) -> Refreshed {
    let mut went = Refreshed::default();
    for card in cards {
        match one(wallet, hub, url, card).await {
            Ok(true) => went.answered += 1,
            Ok(false) => went.unknown += 1,
            Err(failure) => went.failure = Some(failure),
        }
        // what does not reach it once does not reach it again, and each try may take half a minute
        if matches!(went.failure, Some(SyncFailure::NoSignal | SyncFailure::Interrupted | SyncFailure::NotTheHub)) {
            return went;
        }
    }
    // other people's cards are checked by this list: it is asked for also when none of ours is known
    if let Err(failure) = ended(wallet, hub, url).await {
        went.failure = went.failure.or(Some(failure));
    }
    went
}

/// Whether the hub knows the card.
async fn one(wallet: &Wallet, hub: &HubRow, url: &str, row: &CardRow) -> Result<bool, SyncFailure> {
    let answer = match card(&wallet.0.env, url, Some(&hub.key), &row.access).await {
        Ok(answer) => Some(answer),
        Err(SyncFailure::Refused(ErrorCode::NotFound)) => None,
        Err(failure) => return Err(failure),
    };
    let (hub, id, url, now) = (hub.id, row.id, url.to_owned(), wallet.0.env.clock.now());
    let is_known = answer.is_some();
    let kept = wallet.with_store(move |store| {
        store.write(|tx| {
            let text = answer.as_ref().map(serde_json::to_string).transpose()?;
            if let Some(answer) = &answer {
                wallet::has_answered(tx, hub, &url, &answer.hub_name, now)?;
            }
            wallet::set_answer(tx, id, text.as_deref())
        })
    });
    kept.await.map_err(|_| SyncFailure::Phone)?;
    Ok(is_known)
}

/// Hears which cards of a hub were ended since it was asked last.
pub(super) async fn ended(wallet: &Wallet, hub: &HubRow, url: &str) -> Result<(), SyncFailure> {
    let (id, called) = (hub.id, Hub { url, token: None, key: Some(&hub.key) });
    let keep = |page: EndedPage| async move {
        let rest = (page.upto, page.as_of);
        let kept = wallet.with_store(move |store| store.write(|tx| wallet::add_ended(tx, id, &page.numbers, rest)));
        kept.await.map(drop).map_err(|_| SyncFailure::Phone)
    };
    pages(&wallet.0.env, &called, hub.ended_upto, keep).await.map(drop)
}
