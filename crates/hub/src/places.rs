//! How many places a programme has, what is promised and given of them, and which are lent to phones.
//!
//! docs/adr/0013-waiting-list.md says who comes before whom.

use crate::error::HubError;
use crate::hub::Hub;
use crate::line;
use crate::store::device::Device;
use crate::store::lease::{self, Pool};
use crate::store::record;
use crate::store::search::{self, Use};
use crate::store::sql::{self, Connection, Transaction};
use crate::store::village::VillageRow;
use crate::store::{line as line_store, quota as quota_store};
use payung_domain::programme::{ProgrammeId, QuotaRule};
use payung_domain::region::VillageCode;
use payung_domain::state::{Event, State};
use payung_domain::wire::{Change, Lease, LeaseAsk, Places, Receipt, Village};
use payung_domain::{Programme, RecordId};

/// How long a phone may promise a place without being heard of.
const LEASE_DAYS: i64 = 14;
/// Places that one phone has at most.
const MOST_LENT: u32 = 50;
/// Of the free places a phone gets one in so many, so that the village's other phones have some too.
const FAIR_SHARE: u32 = 4;

/// The places that a village shares in, with the number in the programme's file; nothing where it counts none.
pub fn pool_of(programme: &Programme, village: VillageCode) -> Option<Pool> {
    let (village, quota) = match programme.quota {
        QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } => (None, places),
        // a village that the programme does not pay for has no place at all
        QuotaRule::PerVillage { .. } => (Some(village), programme.places_for(village).unwrap_or(0)),
        QuotaRule::Listed => return None,
    };
    Some(Pool { programme: programme.id.clone(), village, quota })
}

/// The places that a village shares in, with the number that counts today: the office's where it has changed the file's.
pub fn pool(connection: &Connection, programme: &Programme, village: VillageCode) -> sql::Result<Option<Pool>> {
    let Some(pool) = pool_of(programme, village) else { return Ok(None) };
    // a village that the programme does not pay for has no place, however many there are elsewhere
    let has_none = pool.village.is_some() && programme.places_for(village).is_none();
    let changed = if has_none { None } else { quota_store::places(connection, &programme.id)? };
    Ok(Some(Pool { quota: changed.unwrap_or(pool.quota), ..pool }))
}

/// How many hold a place, wait for one, or are still undecided, among those who share places with a village.
pub fn use_in(connection: &Connection, programme: &Programme, village: VillageCode) -> sql::Result<Use> {
    let is_shared = matches!(pool_of(programme, village), Some(Pool { village: None, .. }));
    search::use_of(connection, &programme.id, (!is_shared).then_some(village))
}

/// A village's pool with its use.
pub(crate) struct Counted {
    /// Where places are counted, and how many there are.
    pub pool: Pool,
    /// What has become of them.
    pub used: Use,
}

impl Counted {
    pub(crate) fn of(
        hub: &Hub,
        connection: &Connection,
        id: &ProgrammeId,
        village: VillageCode,
    ) -> Result<Option<Self>, HubError> {
        let programme = hub.programme(id)?;
        let Some(pool) = pool(connection, programme, village)? else { return Ok(None) };
        let used = use_in(connection, programme, village)?;
        Ok(Some(Self { pool, used }))
    }

    /// The numbers of up to `most` free places.
    pub(crate) fn free(&self, connection: &Connection, most: u32) -> sql::Result<Vec<u32>> {
        self.pool.free(connection, (self.used.taken, self.used.lent), most)
    }
}

/// Keeps the place that a phone promised to somebody until the office decides, or another one if that was not the phone's to
/// promise and nobody waits. For whom nothing was promised nothing is kept: an approved person waits for no undecided one.
pub fn keep(
    hub: &Hub,
    transaction: &Transaction,
    device: &Device,
    village: &VillageRow,
    id: RecordId,
    promised: Option<u32>,
) -> Result<(), HubError> {
    let Some(promised) = promised else { return Ok(()) };
    let Some(counted) = Counted::of(hub, transaction, &village.programme, village.code)? else { return Ok(()) };
    if lease::kept_for(transaction, id)?.is_some() {
        return Ok(());
    }
    let place = match promised {
        place if may_use(transaction, &counted, device, place)? => Some(place),
        _ if counted.used.waiting == 0 => counted.free(transaction, 1)?.first().copied(),
        _ => None,
    };
    if let Some(place) = place {
        counted.pool.keep(transaction, place, &device.id, id)?;
        line_store::set_told_at(transaction, id, line::enrolled_at(&line_store::beginning(transaction, id)?))?;
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

/// What follows an approval: the place that was promised, a free one, or a turn on the waiting list.
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
        let mut place = free_one(hub, transaction, programme, village)?;
        if place.is_none() {
            counted.pool.take_back_expired(transaction, now)?;
            place = free_one(hub, transaction, programme, village)?;
        }
        if let Some(place) = place {
            return Ok(Event::Place(Some(place)));
        }
    }
    Ok(Event::Wait(line::join(transaction, hub.programme(programme)?, &counted.pool, id)?))
}

/// The number of a place that nobody has, and none of those lent and run out.
fn free_one(
    hub: &Hub,
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
) -> Result<Option<u32>, HubError> {
    let Some(counted) = Counted::of(hub, transaction, programme, village)? else { return Ok(None) };
    Ok(counted.free(transaction, 1)?.first().copied())
}

/// When a village's phone calls: gives the places that have become free to those who come next, and tells the ranks of the
/// others.
pub fn move_up(
    hub: &Hub,
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
    now: i64,
) -> Result<(), HubError> {
    line::move_up(hub, transaction, programme, village, now)?;
    line::tell(hub, transaction, programme, village, now)
}

/// Receipts for the phone's undecided records whose state the hub has told again: each says which place is promised now. A
/// quota that shrank may have taken it, and the kader should know before the person asks.
pub fn told_anew(
    connection: &Connection,
    device: &Device,
    news: &[(u64, Change)],
    told: &[Receipt],
) -> sql::Result<Vec<Receipt>> {
    let mut receipts: Vec<Receipt> = Vec::new();
    for (seq, change) in news {
        let is_told = told.iter().chain(&receipts).any(|receipt| receipt.id == change.id);
        let is_undecided = matches!(change.state, State::Received | State::Corrected);
        // what a phone itself has brought about was receipted then
        if is_told || !is_undecided || line_store::is_of_phone(connection, *seq)? {
            continue;
        }
        if record::get(connection, change.id)?.is_some_and(|row| row.device_id == device.id) {
            receipts.extend(record::receipt(connection, change.id, device.village)?);
        }
    }
    Ok(receipts)
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
fn take_back(transaction: &Transaction, pool: &Pool, device: &Device, ask: &LeaseAsk) -> sql::Result<()> {
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
    let programme = hub.programme(&village.programme)?;
    let used = use_in(connection, programme, village.code)?;
    // the programme goes as its file has it: phones check its sense, and read the number of places beside it
    let quota = pool(connection, programme, village.code)?.map(|pool| pool.quota);
    Ok(Village {
        code: village.code,
        name: village.name.clone(),
        district: village.district.clone(),
        regency: village.regency.clone(),
        programme: programme.for_phones(),
        places: Places { quota, taken: used.taken, kept: used.kept, waiting: used.waiting },
    })
}
