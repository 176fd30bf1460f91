//! What the dashboard shows, as numbers: each chart, its table and its download come from the same rows.

use crate::context::{day_here, day_number, day_of};
use crate::error::HubError;
use crate::hub::Hub;
use crate::rights::Scope;
use crate::store::device::{self, Device};
use crate::store::sql::Connection;
use crate::store::village::{self, VillageRow};
use crate::store::{pictures, quota as quota_store, search};
use jiff::Timestamp;
use payung_domain::Programme;
use payung_domain::programme::Commitment;
use payung_domain::region::{DistrictCode, VillageCode};
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;

/// How many people of a village, or of several, stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// The places; nothing where villages have none of their own.
    pub quota: Option<u32>,
    /// Covered.
    pub active: u32,
    /// Agreed to with a place, not covered yet.
    pub placed: u32,
    /// On the waiting list.
    pub waiting: u32,
    /// Waiting for the office's word.
    pub undecided: u32,
    /// Waiting for a kader's correction.
    pub returned: u32,
}

impl Fill {
    /// People who have a place.
    pub fn taken(self) -> u32 {
        self.active.saturating_add(self.placed)
    }

    fn count(&mut self, state: &str, records: u32) {
        let field = match state {
            "active" => &mut self.active,
            "verified" | "placed" => &mut self.placed,
            "waiting_list" => &mut self.waiting,
            "received" | "corrected" => &mut self.undecided,
            "needs_correction" => &mut self.returned,
            _ => return,
        };
        *field = field.saturating_add(records);
    }

    /// Both together. A sum of places counts where each of them has some.
    pub fn and(self, other: Self) -> Self {
        Self {
            quota: self.quota.zip(other.quota).map(|(one, other)| one.saturating_add(other)),
            active: self.active.saturating_add(other.active),
            placed: self.placed.saturating_add(other.placed),
            waiting: self.waiting.saturating_add(other.waiting),
            undecided: self.undecided.saturating_add(other.undecided),
            returned: self.returned.saturating_add(other.returned),
        }
    }
}

/// Each village within the scope with its places, by code.
pub fn villages(hub: &Hub, connection: &Connection, scope: Scope) -> Result<Vec<(VillageRow, Fill)>, HubError> {
    let mut counted: BTreeMap<VillageCode, Fill> = BTreeMap::new();
    for (village, state, records) in pictures::standing(connection, scope)? {
        counted.entry(village).or_default().count(&state, records);
    }
    let mut changed = BTreeMap::new();
    for programme in hub.catalogue.programmes() {
        changed.insert(programme.id.clone(), quota_store::places(connection, &programme.id)?);
    }
    let rows = village::list_within(connection, scope)?.into_iter().map(|row| {
        let mut fill = counted.get(&row.code).copied().unwrap_or_default();
        let of_file = hub.catalogue.programme(&row.programme).and_then(|programme| programme.places_for(row.code));
        // a village that the file gives no place has none, whatever the office gave to the others
        fill.quota = of_file.map(|places| changed.get(&row.programme).copied().flatten().unwrap_or(places));
        (row, fill)
    });
    Ok(rows.collect())
}

/// The villages' numbers put together by district, the fullest first.
pub fn districts(villages: &[(VillageRow, Fill)]) -> Vec<(DistrictCode, String, Fill)> {
    let mut found: BTreeMap<DistrictCode, (String, Fill)> = BTreeMap::new();
    for (row, fill) in villages {
        found
            .entry(row.code.district())
            .and_modify(|(_, sum)| *sum = sum.and(*fill))
            .or_insert_with(|| (row.district.clone(), *fill));
    }
    let mut found: Vec<_> = found.into_iter().map(|(code, (name, fill))| (code, name, fill)).collect();
    found.sort_by(|one, other| other.2.taken().cmp(&one.2.taken()).then_with(|| one.1.cmp(&other.1)));
    found
}

/// From the day on which the hub heard of somebody to the first day of cover.
pub struct Waits {
    /// So many people after so many days, ascending.
    pub days: Vec<(i64, u32)>,
    /// Half of them waited no longer.
    pub median: Option<i64>,
}

/// How long those who are or were covered waited for it.
pub fn waits(connection: &Connection, scope: Scope) -> Result<Waits, HubError> {
    let days = pictures::waits(connection, scope)?;
    let all: u64 = days.iter().map(|(_, people)| u64::from(*people)).sum();
    let mut before = 0;
    let median = days.iter().find_map(|(day, people)| {
        before += u64::from(*people);
        (before * 2 >= all).then_some(*day)
    });
    Ok(Waits { days, median })
}

/// A phone and for how many whole days it has been silent.
pub struct Silence {
    /// The phone.
    pub device: Device,
    /// The village's name.
    pub village: String,
    /// Since its last call.
    pub days: i64,
}

/// Phones that may call, the longest silent first.
pub fn silences(connection: &Connection, scope: Scope, now: Timestamp) -> Result<Vec<Silence>, HubError> {
    let names: BTreeMap<VillageCode, String> =
        village::list_within(connection, scope)?.into_iter().map(|row| (row.code, row.name)).collect();
    let devices = device::list_within(connection, scope)?.into_iter().filter(|device| !device.is_blocked);
    let mut silences: Vec<_> = devices
        .map(|device| Silence {
            village: names.get(&device.village).cloned().unwrap_or_default(),
            days: (now.as_millisecond() - device.last_seen_at).max(0) / DAY,
            device,
        })
        .collect();
    silences.sort_by_key(|silence| silence.device.last_seen_at);
    Ok(silences)
}

/// The ends of the gap's steps in whole days, each below the next one; the last step has no end.
pub const GAP_STEPS: [i64; 6] = [0, 7, 14, 30, 60, 90];

/// Why people who are enrolled are not covered, as the gap tells it: at the office, back at the kader, agreed to, in line.
pub const GAP_STATES: [&[&str]; 4] =
    [&["received", "corrected"], &["needs_correction"], &["verified", "placed"], &["waiting_list"]];

/// People who are enrolled and not covered yet: for each of [`GAP_STEPS`] those of each of [`GAP_STATES`].
pub fn gap(connection: &Connection, scope: Scope, now: Timestamp) -> Result<Vec<[u32; 4]>, HubError> {
    let now = now.as_millisecond();
    let mut steps = Vec::with_capacity(GAP_STEPS.len());
    for (index, from) in GAP_STEPS.iter().enumerate() {
        let until = if index == 0 { i64::MAX } else { now - from * DAY };
        let after = GAP_STEPS.get(index + 1).map_or(i64::MIN, |days| now - days * DAY);
        let mut counts = [0; 4];
        for (count, states) in counts.iter_mut().zip(GAP_STATES) {
            for state in states {
                *count += pictures::came_between(connection, scope, state, (after, until))?;
            }
        }
        steps.push(counts);
    }
    Ok(steps)
}

/// Months ahead for which covers that end are told, this one included.
pub const MONTHS_AHEAD: i32 = 6;

/// How many covers end in this month and in the next ones: year, month, people.
pub fn ends(connection: &Connection, scope: Scope, now: Timestamp) -> Result<Vec<(i16, i8, u32)>, HubError> {
    let today = day_here(now);
    let mut months: Vec<(i16, i8, u32)> = (0..MONTHS_AHEAD)
        .filter_map(|months| today.first_of_month().checked_add(jiff::Span::new().months(months)).ok())
        .map(|day| (day.year(), day.month(), 0))
        .collect();
    let first = today.first_of_month();
    let last = first.checked_add(jiff::Span::new().months(MONTHS_AHEAD)).unwrap_or(today);
    for (day, people) in pictures::ends(connection, scope, day_number(last) - 1)? {
        let day = day_of(day);
        // what ended last month and was not yet noted so counts with this one
        let wanted = if day < first { first } else { day };
        let month = months.iter_mut().find(|(year, month, _)| (*year, *month) == (wanted.year(), wanted.month()));
        if let Some((.., count)) = month {
            *count += people;
        }
    }
    Ok(months)
}

/// Weeks back that the enrolments are told for.
pub const WEEKS: i64 = 60;

/// The Monday of each week from the first enrolment on, no more than [`WEEKS`], and how many came in it.
pub fn weeks(connection: &Connection, scope: Scope, now: Timestamp) -> Result<Vec<(jiff::civil::Date, u32)>, HubError> {
    let counted: BTreeMap<i64, u32> = pictures::weeks(connection, scope)?.into_iter().collect();
    let this = (day_number(day_here(now)) + 3) / 7;
    let Some((&first, _)) = counted.range(this - WEEKS + 1..).next() else { return Ok(Vec::new()) };
    let weeks = (first..=this).map(|week| (day_of(week * 7 - 3), counted.get(&week).copied().unwrap_or(0)));
    Ok(weeks.collect())
}

/// What a programme has promised to pay, beside its money.
pub struct Budget {
    /// The programme.
    pub programme: Programme,
    /// For who has a place today.
    pub commitment: Commitment,
}

/// The money of each programme that the hub serves villages for.
pub fn budgets(hub: &Hub, connection: &Connection) -> Result<Vec<Budget>, HubError> {
    let villages = village::list(connection)?;
    let mut budgets = Vec::new();
    for programme in hub.catalogue.programmes() {
        let served = villages.iter().filter(|row| row.programme == programme.id);
        let paid = served.clone().filter(|row| programme.accepts_village(row.code).is_ok()).count();
        if served.count() == 0 {
            continue;
        }
        let taken = search::use_of(connection, &programme.id, None)?.taken;
        let commitment = programme.commitment(taken, u32::try_from(paid).unwrap_or(u32::MAX));
        budgets.push(Budget { programme: programme.clone(), commitment });
    }
    Ok(budgets)
}
