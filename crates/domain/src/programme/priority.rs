//! By what a programme tells people apart when there are more of them than places.

use super::Programme;
use serde::{Deserialize, Serialize};

/// One thing that the order of a waiting list may follow. Which ones count, and in which order, is each programme's own:
/// a regency writes it into the programme's file. What is not known of a person comes after what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Whoever had a place, or was promised one, and lost it to a smaller quota, comes first.
    LostPlace,
    /// The lists in the order in which the programme names them; who is on none comes last.
    SourceList,
    /// The list that shows a later day comes first.
    ListDate,
    /// Decile 1, the poorest, comes first. Told by a list (DTSEN, P3KE), never asked at the door.
    WelfareDecile,
    /// Whoever has a disability comes first. Told by a list, never asked at the door.
    Disability,
    /// By age in whole years on the day of enrolment.
    OldestFirst,
    /// By age in whole years on the day of enrolment.
    YoungestFirst,
    /// Whoever was enrolled first; in one moment, by the record's random number. Always the last criterion.
    OrderOfEnrolment,
}

/// The order of a programme that states none: no ranking is invented for it.
const BY_ENROLMENT: [Criterion; 2] = [Criterion::LostPlace, Criterion::OrderOfEnrolment];

pub(super) fn by_enrolment() -> Vec<Criterion> {
    BY_ENROLMENT.to_vec()
}

pub(super) fn is_by_enrolment(priority: &[Criterion]) -> bool {
    priority == BY_ENROLMENT
}

impl Programme {
    /// The programme as phones get it: they rank nobody, and an older one that does not know the order would ask for the
    /// whole programme with each sync, because it can't say that it has it ([`crate::wire::Village::digest`]).
    pub fn for_phones(&self) -> Self {
        Self { priority: by_enrolment(), ..self.clone() }
    }
}
