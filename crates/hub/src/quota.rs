//! A quota that grows or shrinks in mid-programme: seen first, agreed to, and then done exactly so or not at all.

use crate::error::HubError;
use crate::hub::Hub;
use crate::line;
use crate::store::lease::{self, Pool};
use crate::store::quota::{self, QuotaChange};
use crate::store::sql::{self, Connection, SqlError, Transaction};
use crate::store::{audit, line as line_store, record};
use payung_domain::ids::ContentHash;
use payung_domain::programme::resize::{Hold, Plan, Seat};
use payung_domain::programme::{ProgrammeId, QuotaRule};
use payung_domain::region::VillageCode;
use payung_domain::{Programme, RecordId};
use std::collections::HashMap;

/// The largest number that is no typing slip; as in the programmes' files.
pub const MOST_PLACES: u32 = 10_000_000;

/// What another quota would do.
pub struct Preview {
    /// The number that counts now: in each village, or in all, as the programme counts.
    pub from: u32,
    /// The number that was asked for.
    pub to: u32,
    /// For each village, or for all together, what would happen; those where nothing would are not among them.
    pub plans: Vec<(Option<VillageCode>, Plan)>,
    /// People who would keep what they have.
    pub kept: u32,
    /// People who would still wait.
    pub waiting: u32,
    /// Names everybody who is affected, and how.
    pub digest: ContentHash,
}

/// Why a quota was not changed. Everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// There is no such programme, or it counts no places.
    #[error("no quota to change")]
    NoQuota,
    /// More than any regency has people.
    #[error("more than {MOST_PLACES} places")]
    TooMany,
    /// Nobody said why.
    #[error("a reason is needed")]
    NoReason,
    /// Somebody else would be affected than the preview said.
    #[error("things have changed since the preview")]
    Stale,
    /// People who are covered would lose their places, and nobody has agreed to that.
    #[error("{0} covered people would lose their places")]
    Covered(u32),
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<SqlError> for QuotaError {
    fn from(error: SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// What somebody of the office has agreed to.
pub struct Agreed<'a> {
    /// The new number of places.
    pub places: u32,
    /// Of the preview that was seen.
    pub digest: &'a str,
    /// Why, in the office's words.
    pub reason: &'a str,
    /// Covered people may lose their places too.
    pub may_touch_covered: bool,
}

impl Preview {
    /// People who would get a place.
    pub fn gains(&self) -> impl Iterator<Item = RecordId> {
        self.plans.iter().flat_map(|(_, plan)| plan.gains.iter().map(|(record, _)| *record))
    }
    /// People who would lose one.
    pub fn losses(&self) -> impl Iterator<Item = &Seat> {
        self.plans.iter().flat_map(|(_, plan)| &plan.losses)
    }
    /// People who are covered among them.
    pub fn covered(&self) -> u32 {
        size(self.losses().filter(|seat| seat.hold == Hold::Covered).count())
    }
    /// Places that phones give back.
    pub fn given_back(&self) -> usize {
        self.plans.iter().map(|(_, plan)| plan.given_back.len()).sum()
    }
    /// People whose place gets another number.
    pub fn moved(&self) -> usize {
        self.plans.iter().map(|(_, plan)| plan.moves.len()).sum()
    }
}

fn size(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The number of places that counts today: the office's, else the file's; nothing where the programme counts none.
pub fn current(connection: &Connection, programme: &Programme) -> sql::Result<Option<u32>> {
    let (QuotaRule::PerVillage { places } | QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places }) =
        programme.quota
    else {
        return Ok(None);
    };
    Ok(Some(quota::places(connection, &programme.id)?.unwrap_or(places)))
}

/// What so many places would do, without doing it.
pub fn preview(hub: &Hub, connection: &Connection, id: &ProgrammeId, places: u32) -> Result<Preview, QuotaError> {
    let programme = hub.catalogue.programme(id).ok_or(QuotaError::NoQuota)?;
    let from = current(connection, programme)?.ok_or(QuotaError::NoQuota)?;
    if places > MOST_PLACES {
        return Err(QuotaError::TooMany);
    }
    let is_shared = !matches!(programme.quota, QuotaRule::PerVillage { .. });
    let (mut plans, mut kept, mut waiting) = (Vec::new(), 0, 0);
    for (village, seats) in quota::seats(connection, id, is_shared, hub.context.now().as_millisecond())? {
        // a village that the programme does not pay for gets nothing of a larger quota either
        let has_none = village.is_some_and(|village| programme.places_for(village).is_none());
        let plan = seats.plan(if has_none { 0 } else { places });
        (kept, waiting) = (kept + plan.kept, waiting + plan.waiting);
        if !(plan.touches_nobody() && plan.given_back.is_empty()) {
            plans.push((village, plan));
        }
    }
    let named = |village: &Option<VillageCode>| village.map(|village| village.to_string()).unwrap_or_default();
    let names: Vec<String> = plans.iter().map(|(village, _)| named(village)).collect();
    // nobody is affected in a pool where phones give back only, and that changes with each sync
    let digest = Plan::digest(
        names
            .iter()
            .map(String::as_str)
            .zip(plans.iter().map(|(_, plan)| plan))
            .filter(|(_, plan)| !plan.touches_nobody()),
    );
    Ok(Preview { from, to: places, plans, kept, waiting, digest })
}

/// Does what the preview with this digest said, in one transaction, or nothing.
pub fn change(hub: &Hub, id: &ProgrammeId, agreed: &Agreed, actor: &str) -> Result<Preview, QuotaError> {
    let reason = agreed.reason.trim();
    if reason.is_empty() {
        return Err(QuotaError::NoReason);
    }
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let preview = preview(hub, transaction, id, agreed.places)?;
        if preview.digest.to_string() != agreed.digest {
            return Err(QuotaError::Stale);
        }
        let covered = preview.covered();
        if covered > 0 && !agreed.may_touch_covered {
            return Err(QuotaError::Covered(covered));
        }
        let programme = hub.programme(id)?;
        for (village, plan) in &preview.plans {
            let pool = Pool { programme: id.clone(), village: *village, quota: agreed.places };
            carry_out(transaction, programme, &pool, plan, (now, actor))?;
        }
        let change = QuotaChange {
            places: agreed.places,
            was: preview.from,
            at: now,
            actor: actor.to_owned(),
            reason: reason.to_owned(),
            gained: size(preview.gains().count()),
            lost: size(preview.losses().count()),
            covered,
            digest: agreed.digest.to_owned(),
        };
        quota::add(transaction, id, &change)?;
        let (before, after) = (preview.from.to_string(), agreed.places.to_string());
        audit::add_change(transaction, now, actor, "quota.change", &format!("programme:{id}"), (&before, &after))?;
        Ok(preview)
    })
}

/// First everything that is given up, so that each number is free when somebody else gets it.
fn carry_out(
    transaction: &Transaction,
    programme: &Programme,
    pool: &Pool,
    plan: &Plan,
    (now, actor): (i64, &str),
) -> Result<(), HubError> {
    pool.take_back_expired(transaction, now)?;
    for &place in &plan.given_back {
        pool.take_back(transaction, place)?;
    }
    for seat in &plan.losses {
        line_store::set_lost(transaction, seat.record, now)?;
        match seat.hold {
            // still undecided: the office's word comes later, and then at the front of the line
            Hold::Promised => {
                lease::let_go(transaction, seat.record)?;
                tell_promise(transaction, seat.record, (now, actor))?;
            }
            Hold::Placed | Hold::Covered => {
                line_store::set_key(
                    transaction,
                    seat.record,
                    &programme.rank_key(&line::facts(transaction, programme, seat.record)?),
                )?;
            }
        }
    }
    let line = pool.line(transaction)?;
    let ranks: HashMap<RecordId, u32> = line.iter().zip(1..).map(|(waiting, rank)| (waiting.record, rank)).collect();
    for seat in plan.losses.iter().filter(|seat| seat.hold != Hold::Promised) {
        let rank = ranks.get(&seat.record).copied().ok_or(HubError::Corrupt("a waiting list"))?;
        line::set_rank(transaction, seat.record, rank, (now, actor))?;
    }
    for &(seat, place) in &plan.moves {
        match seat.hold {
            Hold::Promised => {
                quota::renumber_kept(transaction, seat.record, place)?;
                tell_promise(transaction, seat.record, (now, actor))?;
            }
            Hold::Covered => quota::renumber(transaction, seat.record, place)?,
            Hold::Placed => line::set_place(transaction, seat.record, place, (now, actor))?,
        }
    }
    for &(record, place) in &plan.gains {
        line::set_place(transaction, record, place, (now, actor))?;
    }
    Ok(())
}

/// Says a state again, so that the phone hears with it what is promised now (`places::told_anew`).
fn tell_promise(transaction: &Transaction, id: RecordId, (now, actor): (i64, &str)) -> Result<(), HubError> {
    let row = record::get(transaction, id)?.ok_or(HubError::Corrupt("a promised place"))?;
    Ok(record::set_state(transaction, id, &row.state, now, actor)?)
}
