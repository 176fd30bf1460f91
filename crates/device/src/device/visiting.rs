//! Whom the kader is to visit.

use super::{Device, DeviceError};
use crate::store::{self, outcome, record, setting};
use crate::sync::candidates::Heard;
use payung_domain::enrolled::EnrolledFilter;
use payung_domain::wire::{Candidate, Outcome};
use payung_domain::{Draft, Field, Nik, RecordId};
use rusqlite::Connection;

/// Somebody on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The person.
    pub candidate: Candidate,
    /// This phone's record of the person.
    pub record: Option<RecordId>,
    /// Another kader has perhaps enrolled the person; less than one in 1,000 is called so by chance.
    pub is_perhaps_enrolled: bool,
    /// What became of the last visit, if the person was not enrolled.
    pub outcome: Option<Outcome>,
}

impl Visit {
    /// The person is to be visited, as far as this phone knows.
    pub fn is_open(&self) -> bool {
        self.record.is_none() && !self.is_perhaps_enrolled && self.outcome.is_none_or(Outcome::is_open)
    }
}

fn visits(db: &Connection) -> store::Result<Vec<Visit>> {
    let heard: Heard = setting::get(db, setting::CANDIDATES)?.unwrap_or_default();
    let filter: Option<EnrolledFilter> = setting::get(db, setting::ENROLLED)?;
    // of no record: every one counts
    let nobody = RecordId::from_bytes([0; 16]);
    // what the list does not say yet
    let unheard = outcome::unheard(db)?;
    let visit = |candidate: Candidate| {
        let record = record::with_nik(db, &candidate.nik, nobody)?;
        let is_perhaps_enrolled = filter.as_ref().is_some_and(|filter| filter.may_have(&candidate.nik));
        let own = unheard.iter().find(|told| told.nik == candidate.nik);
        let outcome = own.map_or(candidate.outcome, |told| told.outcome);
        Ok(Visit { candidate, record, is_perhaps_enrolled, outcome })
    };
    heard.candidates.into_iter().map(visit).collect()
}

impl Device {
    /// How many people on the village's lists are to be visited, as far as this phone knows; nothing where nobody is on one.
    pub async fn visits_open(&self) -> Result<Option<usize>, DeviceError> {
        let count = |visits: Vec<Visit>| visits.iter().filter(|visit| visit.is_open()).count();
        let look = move |db: &Connection| Ok(Some(visits(db)?).filter(|visits| !visits.is_empty()).map(count));
        self.with_store(move |s| s.read(look)).await
    }

    /// The people on the village's lists whose name or address holds the text, those to be visited first; at most so many.
    pub async fn visits(&self, search: &str, most: usize) -> Result<Vec<Visit>, DeviceError> {
        let search = search.trim().to_uppercase();
        let look = move |db: &Connection| {
            let mut found = visits(db)?;
            found.retain(|Visit { candidate, .. }| {
                let has = |text: &str| text.to_uppercase().contains(&search);
                has(&candidate.name) || has(&candidate.address) || candidate.nik.digits().starts_with(&search)
            });
            // whom nobody has met yet comes after whom nobody has gone to
            found.sort_by_key(|visit| (!visit.is_open(), visit.outcome.is_some()));
            found.truncate(most);
            Ok(found)
        };
        self.with_store(move |s| s.read(look)).await
    }

    /// Keeps what became of a visit, or takes it back; the office hears of it with the next sync.
    pub async fn tell_visit(&self, nik: Nik, outcome: Option<Outcome>) -> Result<(), DeviceError> {
        self.with_store(move |s| s.write(|tx| outcome::tell(tx, nik, outcome))).await?;
        self.say_changed();
        Ok(())
    }

    /// Starts a record of somebody on a list, with what the list says; an open draft of the person is gone on with.
    pub async fn start_visit(&self, nik: Nik) -> Result<RecordId, DeviceError> {
        let find = move |db: &Connection| Ok(visits(db)?.into_iter().find(|visit| visit.candidate.nik == nik));
        let visit = self.with_store(move |s| s.read(find)).await?;
        for row in self.open_drafts().await? {
            if self.draft(row.id).await?.draft.nik() == Ok(nik) {
                return Ok(row.id);
            }
        }
        let id = self.start_draft().await?;
        let Some(Visit { candidate, .. }) = visit else { return Ok(id) };
        let mut fields = Draft::default();
        fields.set(Field::Nik, candidate.nik.digits());
        fields.set(Field::Name, candidate.name);
        fields.set(Field::Address, candidate.address);
        fields.set(Field::Source, candidate.source.0);
        let number = |number: Option<u16>| number.map(|number| number.to_string()).unwrap_or_default();
        fields.set(Field::Rt, number(candidate.rt));
        fields.set(Field::Rw, number(candidate.rw));
        let fields = fields.fields().filter(|(_, text)| !text.is_empty());
        self.set_fields(id, fields.map(|(field, text)| (field, text.to_owned())).collect()).await?;
        self.say_changed();
        Ok(id)
    }
}
