//! A card by the number that is printed on its receipt, typed together with the heir's first name.

use super::{CardId, Wallet, WalletError, ask};
use crate::pairing::hub_address;
use crate::store::{Store, wallet};
use crate::sync::failure::SyncFailure;
use jiff::{SignedDuration, Timestamp};
use payung_domain::wire::ErrorCode;
use payung_domain::worker::CardAccess;
use payung_domain::worker_key::ReceiptNumber;

/// Typed numbers that may be wrong before this phone makes its owner wait. The hub counts for itself.
const FREE_TRIES: u32 = 5;
/// In so many seconds.
const TRIES_SECONDS: i64 = 3600;

/// Why a typed number was not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The address can't be called.
    #[error("the hub's address is not usable")]
    BadAddress,
    /// The hub knows no such record, or the heir is called otherwise.
    #[error("no such card")]
    NotFound,
    /// Too many wrong ones, here or at the hub.
    #[error("too many wrong tries")]
    Wait {
        /// As this phone counts; nothing where it is the hub that says so.
        until: Option<Timestamp>,
    },
    /// The call failed.
    #[error(transparent)]
    Call(#[from] SyncFailure),
    /// The phone failed.
    #[error(transparent)]
    Wallet(#[from] WalletError),
}

impl Wallet {
    /// Asks a hub with a typed number and the heir's first name, and keeps what it answers. Needs a signal.
    pub async fn add_typed(&self, address: &str, number: ReceiptNumber, heir: &str) -> Result<CardId, AddError> {
        let url = hub_address(address).ok_or(AddError::BadAddress)?;
        let now = self.0.env.clock.now();
        let since = now.as_second() - TRIES_SECONDS;
        let read = move |store: &mut Store| store.read(|db| Ok((wallet::wrong_since(db, since)?, wallet::hubs(db)?)));
        let ((wrong, first), hubs) = self.with_store(read).await?.unwrap_or_default();
        if wrong >= FREE_TRIES {
            let until = Timestamp::from_second(first).ok().map(|at| at + SignedDuration::from_secs(TRIES_SECONDS));
            return Err(AddError::Wait { until });
        }
        let known = hubs.into_iter().find(|hub| hub.url == url && hub.has_answered).map(|hub| hub.key);
        let access = CardAccess::Number { number, heir: heir.trim().to_owned() };
        let asked = ask::card(&self.0.env, &url, known.as_deref(), &access).await;
        let answer = match asked {
            Ok(answer) => answer,
            Err(SyncFailure::Refused(ErrorCode::NotFound)) => {
                self.make_store(move |store| store.write(|tx| wallet::add_wrong(tx, now.as_second(), since))).await?;
                return Err(AddError::NotFound);
            }
            Err(SyncFailure::TooMany) => return Err(AddError::Wait { until: None }),
            Err(failure) => return Err(failure.into()),
        };
        let id = self
            .make_store(move |store| {
                store.write(|tx| {
                    let hub = wallet::hub_of(tx, &url, &answer.hub_key)?;
                    wallet::has_answered(tx, hub, &url, &answer.hub_name, now)?;
                    let id = wallet::keep(tx, hub, &access, None)?;
                    wallet::set_answer(tx, id, Some(&serde_json::to_string(&answer)?))?;
                    Ok(CardId(id))
                })
            })
            .await?;
        self.say_changed();
        Ok(id)
    }
}
