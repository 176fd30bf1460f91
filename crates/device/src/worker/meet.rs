//! An office that a notice board names: met once, with a signal, so that its cards can be checked here without one.

use super::{AddError, Wallet, ask, kept};
use crate::letters::office::{self, OfficeLink};
use crate::store::wallet;

impl Wallet {
    /// Asks an address whether the office of a notice board's code is there, and believes its cards from then on. Tells the office's
    /// name with its address: a code can be forged, and a name can be chosen by anybody. Needs a signal.
    pub async fn meet(&self, link: &OfficeLink) -> Result<String, AddError> {
        let key = link.hub_key.clone().ok_or(AddError::BadAddress)?;
        let office = office::ask(&self.0.env, &link.hub_url, Some(&key)).await?;
        let now = self.0.env.clock.now();
        let hubs = self
            .make_store(move |store| {
                store.write(|tx| {
                    let id = wallet::hub_of(tx, &office.hub_url, &key)?;
                    wallet::has_answered(tx, id, &office.hub_url, &office.hub_name, now)?;
                    Ok(wallet::hubs(tx)?.into_iter().find(|hub| hub.id == id))
                })
            })
            .await?;
        let Some(hub) = hubs else { return Err(AddError::BadAddress) };
        // a list that does not come now comes with the next refresh; until then a check says that there is none
        let _ = ask::ended(self, &hub, &hub.url).await;
        self.say_changed();
        Ok(kept::issuer(&hub).map(|issuer| issuer.name).unwrap_or_default())
    }
}
