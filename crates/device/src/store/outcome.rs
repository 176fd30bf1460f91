//! What the kader has told of visits to people on the village's lists.

use super::{Result, setting};
use payung_domain::Nik;
use payung_domain::wire::{Candidate, Outcome, VisitOutcome};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    #[serde(flatten)]
    visit: VisitOutcome,
    /// The hub has said that it holds this; its list says it from then on, or what another kader has told since.
    is_held: bool,
}

fn all(db: &Connection) -> Result<Vec<Told>> {
    Ok(setting::get(db, setting::OUTCOMES)?.unwrap_or_default())
}

fn put(tx: &Transaction, told: impl Iterator<Item = Told>) -> Result<()> {
    setting::set(tx, setting::OUTCOMES, &told.collect::<Vec<_>>())
}

/// What the hub does not hold yet.
pub(crate) fn unheard(db: &Connection) -> Result<Vec<VisitOutcome>> {
    Ok(all(db)?.into_iter().filter(|told| !told.is_held).map(|told| told.visit).collect())
}

/// Keeps what became of a visit; nothing takes back what was told before.
pub(crate) fn tell(tx: &Transaction, nik: Nik, outcome: Option<Outcome>) -> Result<()> {
    let others = all(tx)?.into_iter().filter(|told| told.visit.nik != nik);
    put(tx, others.chain([Told { visit: VisitOutcome { nik, outcome }, is_held: false }]))
}

/// The hub holds these; what was told anew meanwhile it does not.
pub(crate) fn hold(tx: &Transaction, held: &[VisitOutcome]) -> Result<()> {
    put(tx, all(tx)?.into_iter().map(|told| Told { is_held: told.is_held || held.contains(&told.visit), ..told }))
}

/// Of whoever is on no list any more nothing needs to be told.
pub(crate) fn keep_listed(tx: &Transaction, listed: &[Candidate]) -> Result<()> {
    put(tx, all(tx)?.into_iter().filter(|told| listed.iter().any(|one| one.nik == told.visit.nik)))
}

/// The hub was put back to a backup: it hears everything again.
pub(crate) fn tell_again(tx: &Transaction) -> Result<()> {
    put(tx, all(tx)?.into_iter().map(|told| Told { is_held: false, ..told }))
}
