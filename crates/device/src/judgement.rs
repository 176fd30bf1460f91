//! What stands against saving a draft: faults, warnings, eligibility, a double.

use crate::env::Env;
use crate::store::{self, StoreError, record, setting};
use payung_domain::draft::{Problem, ProblemKind, Setting};
use payung_domain::eligibility::{Ineligible, reasons_against};
use payung_domain::enrolled::EnrolledFilter;
use payung_domain::{Enrolment, Field, Nik, NikWarning, RecordId};
use rusqlite::Connection;

/// What stands against a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// What must be mended before it can be saved.
    pub problems: Vec<Problem>,
    /// What to look at twice.
    pub warnings: Vec<NikWarning>,
    /// Why the programme may not be for this person, as far as can be told.
    pub ineligible: Vec<Ineligible>,
    /// The living record of this phone that has the NIK already.
    pub duplicate: Option<RecordId>,
}

/// Whether somebody has enrolled a person already, as far as the phone can tell without a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Not on this phone, and the regency's filter has not heard of it or has not come yet.
    #[default]
    Nowhere,
    /// By this living record of this phone.
    Here(RecordId),
    /// Perhaps by another kader of the regency; less than one stranger in 1,000 is called so by chance.
    PerhapsElsewhere,
}

/// What is known of a NIK that stands in this record.
pub(crate) fn known(db: &Connection, id: RecordId, nik: &Nik) -> store::Result<Known> {
    if let Some(other) = record::with_nik(db, nik, id)? {
        return Ok(Known::Here(other));
    }
    if record::is_of(db, id, nik)? {
        return Ok(Known::Nowhere);
    }
    let filter: Option<EnrolledFilter> = setting::get(db, setting::ENROLLED)?;
    let is_perhaps = filter.is_some_and(|filter| filter.may_have(nik));
    Ok(if is_perhaps { Known::PerhapsElsewhere } else { Known::Nowhere })
}

/// Judges a draft; the enrolment is there when every field can be read.
pub(crate) fn judge(env: &Env, db: &Connection, id: RecordId) -> store::Result<(Judgement, Option<Enrolment>)> {
    let view = store::draft::view(db, id)?;
    let village = setting::village(db)?.ok_or(StoreError::NoSuchRecord)?;
    let regions = &env.regions;
    let today = env.clock.today();
    let knows_district = |nik: &Nik| regions.contains_district(nik.district());
    let setting = Setting { programme: &village.programme, today, knows_district: &knows_district };
    let mut judgement = Judgement { warnings: view.draft.warnings(&setting), ..Judgement::default() };
    if let Ok(nik) = view.draft.nik() {
        judgement.duplicate = record::with_nik(db, &nik, id)?;
    }
    let enrolment = match view.draft.enrolment(&setting, &view.photos) {
        Ok(enrolment) => {
            judgement.ineligible =
                reasons_against(&enrolment, &village.programme, today, judgement.duplicate.is_some());
            if !judgement.ineligible.is_empty() && enrolment.warning_reason.is_none() {
                judgement.problems.push(Problem { field: Field::WarningReason, kind: ProblemKind::NeedsReason });
            }
            Some(enrolment)
        }
        Err(problems) => {
            judgement.problems = problems;
            None
        }
    };
    Ok((judgement, enrolment))
}
