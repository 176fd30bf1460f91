//! How many places a programme has, who gets the next one, and which are lent to phones.

use crate::error::HubError;
use crate::hub::Hub;
use crate::store::device::Device;
use crate::store::lease::{self, Pool};
use crate::store::record;
use crate::store::search::{self, Use};
use crate::store::village::VillageRow;
use payung_domain::programme::{ProgrammeId, QuotaRule};
use payung_domain::region::VillageCode;
use payung_domain::state::Event;
use payung_domain::wire::{Lease, LeaseAsk, Places, Village};
use payung_domain::{Programme, RecordId};
use rusqlite::{Connection, Transaction};

/// How long a phone may promise a place without being heard of.
const LEASE_DAYS: i64 = 14;
/// Places that one phone has at most.
const MOST_LENT: u32 = 50;
/// Of the free places a phone gets one in so many, so that the village's other phones have some too.
const FAIR_SHARE: u32 = 4;

/// The places that a village shares in, with their number; nothing where the programme counts none.
pub fn pool_of(programme: &Programme, village: VillageCode) -> Option<Pool> {
    let (village, quota) = match programme.quota {
        QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } => (None, places),
        // a village that the programme does not pay for has no place at all
        QuotaRule::PerVillage { .. } => (Some(village), programme.places_for(village).unwrap_or(0)),
        QuotaRule::Listed => return None,
    };
    Some(Pool { programme: programme.id.clone(), village, quota })
}

/// How many hold a place, wait for one, or are still undecided, among those who share places with a village.
pub fn use_in(connection: &Connection, programme: &Programme, village: VillageCode) -> rusqlite::Result<Use> {
    let is_shared = matches!(pool_of(programme, village), Some(Pool { village: None, .. }));
    search::use_of(connection, &programme.id, (!is_shared).then_some(village))
}

/// A village's pool with its use.
struct Counted {
    pool: Pool,
    used: Use,
}

impl Counted {
    fn of(
        hub: &Hub,
        connection: &Connection,
        id: &ProgrammeId,
        village: VillageCode,
    ) -> Result<Option<Self>, HubError> {
        let programme = programme(hub, id)?;
        let Some(pool) = pool_of(programme, village) else { return Ok(None) };
        let used = use_in(connection, programme, village)?;
        Ok(Some(Self { pool, used }))
    }

    fn free(&self, connection: &Connection, most: u32) -> rusqlite::Result<Vec<u32>> {
        self.pool.free(connection, (self.used.taken, self.used.lent), most)
    }
}

/// What a phone's record may count on from now until the office decides: the place that the phone promised if it was the
/// phone's to promise, else a free one if nobody waits.
pub fn keep(
    hub: &Hub,
    transaction: &Transaction,
    device: &Device,
    village: &VillageRow,
    id: RecordId,
    promised: Option<u32>,
) -> Result<(), HubError> {
    let Some(counted) = Counted::of(hub, transaction, &village.programme, village.code)? else { return Ok(()) };
    if lease::kept_for(transaction, id)?.is_some() {
        return Ok(());
    }
    let place = match promised {
        Some(place) if may_use(transaction, &counted, device, place)? => Some(place),
        _ if counted.used.waiting == 0 => counted.free(transaction, 1)?.first().copied(),
        _ => None,
    };
    if let Some(place) = place {
        counted.pool.keep(transaction, place, &device.id, id)?;
    }
    Ok(())
}

/// Whether a phone may keep a place for a record: it is lent to it, or to the kader's phone before this one, or to nobody.
fn may_use(transaction: &Transaction, counted: &Counted, device: &Device, place: u32) -> Result<bool, HubError> {
    let Counted { pool, used } = counted;
    if !(1..=pool.quota).contains(&place) || pool.is_given(transaction, place)? {
        return Ok(false);
    }
    Ok(match pool.holder(transaction, place)? {
        Some(holder) => holder.record.is_none() && crate::intake::is_of(transaction, device, &holder.device_id)?,
        None => used.waiting == 0 && used.taken.saturating_add(used.lent) < pool.quota,
    })
}

/// What follows an approval: the place that was kept, a free one, or the end of the waiting list.
pub fn after_approval(
    hub: &Hub,
    transaction: &Transaction,
    id: RecordId,
    programme: &ProgrammeId,
    village: VillageCode,
    now: i64,
) -> Result<Event, HubError> {
    let Some(counted) = Counted::of(hub, transaction, programme, village)? else { return Ok(Event::Place(None)) };
    let kept = lease::kept_for(transaction, id)?;
    lease::let_go(transaction, id)?;
    let is_full = counted.used.taken >= counted.pool.quota;
    if let Some(place) = kept.filter(|place| !is_full && *place <= counted.pool.quota) {
        return Ok(Event::Place(Some(place)));
    }
    // nobody passes those who wait already, even where the quota has grown since
    if !is_full && counted.used.waiting == 0 {
        counted.pool.take_back_expired(transaction, now)?;
        let counted = Counted::of(hub, transaction, programme, village)?;
        let free = counted.map(|counted| counted.free(transaction, 1)).transpose()?;
        if let Some(&place) = free.as_ref().and_then(|free| free.first()) {
            return Ok(Event::Place(Some(place)));
        }
    }
    Ok(Event::Wait(counted.pool.last_rank(transaction)? + 1))
}

/// Gives the places that have become free to those who have waited longest.
pub fn move_up(
    hub: &Hub,
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
    now: i64,
) -> Result<(), HubError> {
    while let Some(counted) = Counted::of(hub, transaction, programme, village)? {
        if counted.used.waiting == 0 {
            break;
        }
        counted.pool.take_back_expired(transaction, now)?;
        let Some(counted) = Counted::of(hub, transaction, programme, village)? else { break };
        let Some(&place) = counted.free(transaction, 1)?.first() else { break };
        let Some(first) = counted.pool.first_waiting(transaction)? else { break };
        let row = record::get(transaction, first)?.ok_or(HubError::Corrupt("a waiting list"))?;
        let placed = row.state.after(Event::Place(Some(place))).map_err(|_| HubError::Corrupt("a waiting list"))?;
        record::set_state(transaction, first, &placed, now, "hub")?;
    }
    Ok(())
}

/// Lends places to a phone: those that it still counts on, and more as far as there are some to spare. What it does not
/// name goes back. To one that has not heard the last answer that answer is given again.
pub fn lend(
    hub: &Hub,
    transaction: &Transaction,
    device: &Device,
    village: &VillageRow,
    ask: &LeaseAsk,
) -> Result<Option<Lease>, HubError> {
    let Some(counted) = Counted::of(hub, transaction, &village.programme, village.code)? else { return Ok(None) };
    let pool = &counted.pool;
    if lease::serial(transaction, &device.id)? == ask.serial {
        lease::count_up(transaction, &device.id)?;
        take_back(transaction, pool, device, ask)?;
        lend_more(hub, transaction, device, village, ask.wanted.min(MOST_LENT))?;
    }
    let places = pool.lent_to(transaction, &device.id)?;
    let until = hub.context.now().as_millisecond() + LEASE_DAYS * 86_400_000;
    pool.renew(transaction, &device.id, until)?;
    let serial = lease::serial(transaction, &device.id)?;
    Ok(Some(Lease { serial, places, until: crate::context::moment(until) }))
}

/// What a phone does not name, what is more than it wants, and what a smaller quota has not.
fn take_back(transaction: &Transaction, pool: &Pool, device: &Device, ask: &LeaseAsk) -> rusqlite::Result<()> {
    let counts_on = |place: &u32| ask.places.contains(place) && *place <= pool.quota;
    let (stays, goes): (Vec<u32>, Vec<u32>) = pool.lent_to(transaction, &device.id)?.into_iter().partition(counts_on);
    let surplus = stays.into_iter().skip(ask.wanted.min(MOST_LENT) as usize);
    goes.into_iter().chain(surplus).try_for_each(|place| pool.take_back(transaction, place))
}

/// Up to a fair share of the places that nobody has or waits for.
fn lend_more(
    hub: &Hub,
    transaction: &Transaction,
    device: &Device,
    village: &VillageRow,
    wanted: u32,
) -> Result<(), HubError> {
    let Some(counted) = Counted::of(hub, transaction, &village.programme, village.code)? else { return Ok(()) };
    let Use { taken, waiting, undecided, lent, kept } = counted.used;
    if waiting > 0 {
        return Ok(());
    }
    let pool = &counted.pool;
    // whoever was enrolled when all were lent comes first
    let spare = pool.quota.saturating_sub(taken.saturating_add(lent)).saturating_sub(undecided.saturating_sub(kept));
    let (held, now) = (pool.lent_to(transaction, &device.id)?.len() as u32, hub.context.now().as_millisecond());
    for place in counted.free(transaction, spare.div_ceil(FAIR_SHARE).min(wanted.saturating_sub(held)))? {
        pool.lend(transaction, place, &device.id, now)?;
    }
    Ok(())
}

/// The village as a phone hears of it.
pub fn village_of(hub: &Hub, connection: &Connection, village: &VillageRow) -> Result<Village, HubError> {
    let programme = programme(hub, &village.programme)?;
    let used = use_in(connection, programme, village.code)?;
    let quota = pool_of(programme, village.code).map(|pool| pool.quota);
    Ok(Village {
        code: village.code,
        name: village.name.clone(),
        district: village.district.clone(),
        regency: village.regency.clone(),
        programme: programme.clone(),
        places: Places { quota, taken: used.taken, kept: used.kept, waiting: used.waiting },
    })
}

fn programme<'a>(hub: &'a Hub, id: &ProgrammeId) -> Result<&'a Programme, HubError> {
    hub.catalogue.programme(id).ok_or_else(|| HubError::Programme {
        name: id.to_string(),
        reason: "a village or a record names it, but there is no such programme".into(),
    })
}
