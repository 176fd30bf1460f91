//! A row of a list: read, judged, taken.

use super::cell;
use super::columns::{Column, Plan};
use super::damage::{self, Mended};
use super::problem::Problem;
use super::table::Cell;
use super::villages::Villages;
use crate::error::HubError;
use crate::line;
use crate::store::candidate;
use crate::store::import::Import;
use crate::store::line::{self as line_store, ListEntry};
use crate::store::sql::{Connection, Transaction};
use payung_domain::region::VillageCode;
use payung_domain::wire::Candidate;
use payung_domain::{Nik, Programme};

/// What a good row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Welfare and disability, for the waiting list.
    pub entry: ListEntry,
    /// Whom to visit.
    pub one: Candidate,
    /// Where.
    pub village: VillageCode,
    /// What had to be mended.
    pub mended: Vec<Mended>,
}

/// A bad cell: which column, why, and what belongs to the sentence.
pub type Fault = (Column, Problem, String);

/// Reads a row, whatever came before it.
pub fn read(row: &[Cell], plan: &Plan, import: &Import, villages: &Villages) -> Result<Entry, Fault> {
    let fault = |column, problem| (column, problem, String::new());
    let empty = Cell::default();
    let (nik, mended) =
        damage::nik(plan.cell(row, Column::Nik).unwrap_or(&empty)).map_err(|problem| fault(Column::Nik, problem))?;
    let name: String = plan.text(row, Column::Name).to_uppercase().chars().take(80).collect();
    if name.is_empty() {
        return Err(fault(Column::Name, Problem::NameMissing));
    }
    let village = village(row, plan, import, villages)?;
    let decile = match plan.text(row, Column::Decile) {
        "" | "-" => None,
        text => match cell::number(text) {
            Some(decile @ 1..=10) => u8::try_from(decile).ok(),
            _ => return Err(fault(Column::Decile, Problem::Decile)),
        },
    };
    let (both_rt, both_rw) = cell::pair(plan.text(row, Column::RtRw));
    let small = |number: Option<u32>| number.and_then(|n| u16::try_from(n).ok()).filter(|n| (1..=999).contains(n));
    let one = Candidate {
        nik,
        name,
        source: import.source.clone(),
        address: plan.text(row, Column::Address).chars().take(120).collect(),
        rt: small(cell::number(plan.text(row, Column::Rt)).or(both_rt)),
        rw: small(cell::number(plan.text(row, Column::Rw)).or(both_rw)),
        outcome: None,
    };
    let has_disability = cell::yes(plan.text(row, Column::Disability));
    Ok(Entry { entry: ListEntry { nik, decile, has_disability }, one, village, mended })
}

fn village(row: &[Cell], plan: &Plan, import: &Import, villages: &Villages) -> Result<VillageCode, Fault> {
    let text = plan.text(row, Column::Village);
    let fixed = import.village.or_else(|| plan.village.parse().ok());
    let found = match (text, fixed) {
        ("", Some(village)) => village,
        ("", None) => return Err((Column::Village, Problem::VillageMissing, String::new())),
        (text, _) => villages
            .find(text, plan.text(row, Column::District))
            .map_err(|(problem, detail)| (Column::Village, problem, detail))?,
    };
    match import.village {
        Some(own) if own != found => Err((Column::Village, Problem::VillageOther, String::new())),
        _ => Ok(found),
    }
}

/// What taking a row would change, or has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nobody knew the person by this list.
    New,
    /// The list says something else now.
    Changed,
    /// All is known.
    Same,
}

/// Compares a row with what is known; also tells whether the person is enrolled.
pub fn effect(
    connection: &Connection,
    programme: &Programme,
    new: &Entry,
) -> crate::store::sql::Result<(Effect, bool)> {
    let entries = line_store::entries_of(connection, &programme.id, &new.entry.nik)?;
    let entry = entries.into_iter().find(|(source, _)| *source == new.one.source).map(|(_, entry)| entry);
    let known = candidate::get(connection, &programme.id, &new.entry.nik)?;
    let is_enrolled = candidate::is_enrolled(connection, &new.entry.nik)?;
    let is_same =
        entry.as_ref() == Some(&new.entry) && known.is_some_and(|known| known == (new.village, new.one.clone()));
    let effect = match entry {
        _ if is_same => Effect::Same,
        None => Effect::New,
        Some(_) => Effect::Changed,
    };
    Ok((effect, is_enrolled))
}

/// Takes a row, and gives those who wait their new turn.
pub fn take(
    transaction: &Transaction,
    programme: &Programme,
    new: &Entry,
    now: i64,
) -> Result<(Effect, bool), HubError> {
    let (effect, is_enrolled) = effect(transaction, programme, new)?;
    if effect != Effect::Same {
        candidate::put(transaction, &programme.id, new.village, &new.one, now)?;
        line::take_entry(transaction, programme, &new.one.source, &new.entry, now)?;
    }
    Ok((effect, is_enrolled))
}

/// Where a NIK stands above, if it does.
pub type Seen = std::collections::HashMap<Nik, u32>;
