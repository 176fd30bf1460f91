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
    Ok(match shared_quota(programme) {
        Some(places) => (Some(places), search::use_in_programme(connection, &programme.id)?),
        None => (quota_of_village(programme, village), search::use_in_village(connection, &programme.id, village)?),
    })
}

/// The places that all villages of a programme share, if it counts them so.
pub fn shared_quota(programme: &Programme) -> Option<u32> {
    match programme.quota {
        QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } => Some(places),
        QuotaRule::PerVillage { .. } | QuotaRule::Listed => None,
    }
}

/// The places that a village has for itself, if the programme counts them so.
pub fn quota_of_village(programme: &Programme, village: VillageCode) -> Option<u32> {
    match programme.quota {
        // a village that the programme does not pay for has no place at all
        QuotaRule::PerVillage { .. } => Some(programme.places_for(village).unwrap_or(0)),
        QuotaRule::RegencyTotal { .. } | QuotaRule::Fund { .. } | QuotaRule::Listed => None,
    }
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
    // Every sync comes here, with the one writer in its hands: of a whole programme it counts what it tells, no more.
    let (quota, taken, waiting) = match shared_quota(programme) {
        Some(quota) => {
            let (taken, waiting) = search::taken_and_waiting(connection, &programme.id)?;
            (Some(quota), taken, waiting)
        }
        None => {
            let (quota, used) = places_in(connection, programme, village.code)?;
            (quota, used.taken, used.waiting)
        }
    };
    Ok(Village {
        code: village.code,
        name: village.name.clone(),
        district: village.district.clone(),
        regency: village.regency.clone(),
        programme: programme.clone(),
        places: Places { quota, taken, waiting },
    })
}
