//! What a correction changed.

use super::fields::shown;
use crate::catalogue::Catalogue;
use payung_domain::{Draft, Enrolment, Field};

/// One field before and after.
#[derive(Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub field: Field,
    /// As it was; empty where nothing stood.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// Every field that differs between two revisions.
pub fn between(before: &Enrolment, after: &Enrolment, catalogue: &Catalogue) -> Vec<Changed> {
    let (old, new) = (Draft::from(before), Draft::from(after));
    let mut changed: Vec<Changed> = Field::ALL
        .iter()
        .filter(|&&field| old.get(field) != new.get(field))
        .map(|&field| Changed { field, before: shown(before, field, catalogue), after: shown(after, field, catalogue) })
        .collect();
    if before.photos != after.photos {
        changed.push(Changed { field: Field::KtpPhoto, before: "foto lama".into(), after: "foto baru".into() });
    }
    changed
}
