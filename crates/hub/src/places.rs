//! How many places a programme has, and who gets the next one.

use crate::error::HubError;
use crate::hub::Hub;
use crate::store::search::{self, Use};
use crate::store::village::VillageRow;
use payung_domain::Programme;
use payung_domain::programme::QuotaRule;
use payung_domain::region::VillageCode;
use payung_domain::state::Event;
use payung_domain::wire::{Places, Village};
use rusqlite::Connection;

/// The places that a village shares in: how many there are, and their use.
pub fn places_in(
    connection: &Connection,
    programme: &Programme,
    village: VillageCode,
) -> rusqlite::Result<(Option<u32>, Use)> {
    Ok(match programme.quota {
        QuotaRule::PerVillage { .. } => (
            // a village that the programme does not pay for has no place at all
            Some(programme.places_for(village).unwrap_or(0)),
            search::use_in_village(connection, &programme.id, village)?,
        ),
        QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } => {
            (Some(places), search::use_in_programme(connection, &programme.id)?)
        }
        QuotaRule::Listed => (None, search::use_in_village(connection, &programme.id, village)?),
    })
}

/// What follows an approval: a place, or the end of the waiting list. Inside a writing transaction only.
pub fn after_approval(quota: Option<u32>, used: &Use) -> Event {
    match quota {
        None => Event::Place(None),
        // Nobody passes those who wait already, even where the quota has grown since.
        Some(quota) if used.taken < quota && used.waiting == 0 => Event::Place(Some(used.first_free_place)),
        Some(_) => Event::Wait(used.last_rank + 1),
    }
}

/// The village as a phone hears of it.
pub fn village_of(hub: &Hub, connection: &Connection, village: &VillageRow) -> Result<Village, HubError> {
    let programme = hub.catalogue.programme(&village.programme).ok_or_else(|| HubError::Programme {
        name: village.programme.to_string(),
        reason: "a village names it, but there is no such programme".into(),
    })?;
    let (quota, used) = places_in(connection, programme, village.code)?;
    Ok(Village {
        code: village.code,
        name: village.name.clone(),
        district: village.district.clone(),
        regency: village.regency.clone(),
        programme: programme.clone(),
        places: Places { quota, taken: used.taken, waiting: used.waiting },
    })
}
