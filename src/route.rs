//! Every screen behind the PIN.

use crate::screens::{
    Card, Check, Enrol, Handover, Help, HelpPage, Home, Record, Records, Reminders, Renewal, Settings, Slip, Tell,
    Visits,
};
use crate::shell::Shell;
use dioxus::prelude::*;
use payung_domain::{Field, RecordId};
use std::fmt;
use std::str::FromStr;

/// Every screen behind the PIN.
#[derive(Clone, PartialEq, Debug, Routable)]
#[rustfmt::skip]
pub enum Route {
    #[layout(Shell)]
        #[route("/")]
        Home {},
        #[route("/enrol/:id/:step")]
        Enrol { id: RecordId, step: Step },
        #[route("/records")]
        Records {},
        #[route("/record/:id")]
        Record { id: RecordId },
        #[route("/receipt/:id")]
        Slip { id: RecordId },
        #[route("/card/:id")]
        Card { id: RecordId },
        #[route("/check")]
        Check {},
        #[route("/settings")]
        Settings {},
        #[route("/handover")]
        Handover {},
        #[route("/visits")]
        Visits {},
        #[route("/help")]
        Help {},
        #[route("/help/:page")]
        HelpPage { page: String },
        #[route("/tell")]
        Tell {},
        #[route("/reminders")]
        Reminders {},
        #[route("/renewal/:id")]
        Renewal { id: RecordId },
}

/// A page of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Card,
    Identity,
    Work,
    Heir,
    Check,
}

impl Step {
    /// In the order in which they are walked.
    pub const ALL: [Step; 5] = [Step::Card, Step::Identity, Step::Work, Step::Heir, Step::Check];

    /// From 0.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or(0)
    }

    pub fn next(self) -> Option<Step> {
        Self::ALL.get(self.index() + 1).copied()
    }

    pub fn previous(self) -> Option<Step> {
        Self::ALL.get(self.index().checked_sub(1)?).copied()
    }

    /// The page on which a field is mended.
    pub fn of(field: Field) -> Step {
        match field {
            Field::Nik | Field::KtpPhoto | Field::PhotoReason => Step::Card,
            Field::Name
            | Field::BirthPlace
            | Field::BirthDate
            | Field::Sex
            | Field::Address
            | Field::Village
            | Field::Rt
            | Field::Rw
            | Field::Phone => Step::Identity,
            Field::Occupation | Field::Role | Field::Workplace | Field::Source => Step::Work,
            Field::HeirName
            | Field::HeirRelation
            | Field::HeirPhone
            | Field::Consent
            | Field::ConsentNotice
            | Field::ConsentTime => Step::Heir,
            Field::Position | Field::WarningReason => Step::Check,
        }
    }

    /// The fields that are typed on this page.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(move |field| Step::of(*field) == self)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.index() + 1)
    }
}

impl FromStr for Step {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: usize = text.parse()?;
        Ok(Self::ALL.get(number.saturating_sub(1)).copied().unwrap_or(Step::Card))
    }
}
