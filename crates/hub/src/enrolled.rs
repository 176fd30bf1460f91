//! The filter of who is enrolled in a regency, for its phones.

use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::search;
use jiff::Timestamp;
use payung_domain::enrolled::EnrolledFilter;
use payung_domain::region::VillageCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A filter is made anew when it is asked for and older than this.
const MADE_EVERY_MINUTES: i64 = 60;

/// The filters that were made last, by regency.
#[derive(Default)]
pub struct Filters(Mutex<HashMap<String, Made>>);

/// A filter and when it was made.
#[derive(Clone)]
pub struct Made {
    /// What came later is not in it.
    pub at: Timestamp,
    /// Of all living records of the regency.
    pub filter: Arc<EnrolledFilter>,
}

/// The filter of the regency that a village belongs to.
pub fn filter_for(hub: &Hub, village: VillageCode) -> Result<Made, HubError> {
    let code = village.to_string();
    // 35.22.28.2004: the province and the regency
    let regency = format!("{}.", code.splitn(3, '.').take(2).collect::<Vec<_>>().join("."));
    let now = hub.context.now().as_millisecond();
    let is_fresh = |made: &&Made| (0..MADE_EVERY_MINUTES * 60_000).contains(&(now - made.at.as_millisecond()));
    let known = || hub.filters.0.lock().unwrap_or_else(PoisonError::into_inner).get(&regency).filter(is_fresh).cloned();
    if let Some(made) = known() {
        return Ok(made);
    }
    let niks = hub.store.read::<_, HubError>(|connection| Ok(search::niks_of(connection, &regency)?))?;
    let key = hub.key.secret_for("the filter of enrolled NIKs", regency.as_bytes());
    let made = Made { at: moment(now), filter: Arc::new(EnrolledFilter::of(key, niks.iter().map(String::as_str))) };
    hub.filters.0.lock().unwrap_or_else(PoisonError::into_inner).insert(regency, made.clone());
    Ok(made)
}
