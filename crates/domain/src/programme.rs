//! What a regency pays for: who, where, how many, for how long, from which fund.
//!
//! A programme is a TOML file in `assets/programmes`; between hub and phone it travels as JSON.

mod check;
mod file;
mod ids;
mod priority;
pub mod rank;
pub mod resize;
mod sums;

pub use check::Fault;
pub use file::ProgrammeError;
pub use ids::{OccupationId, ProgrammeId, ProgrammeIdError, RoleId, SourceId};
pub use priority::Criterion;
pub use sums::{BudgetMonths, Commitment};

use crate::money::Rupiah;
use crate::region::{RegencyCode, VillageCode, VillageKind};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One regency's programme. Both [`Programme::from_toml`] and JSON refuse one that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Programme {
    /// Its name for machines.
    pub id: ProgrammeId,
    /// Its name for people, Indonesian.
    pub name: String,
    /// The regency or city that it is for.
    pub regency: RegencyCode,
    /// The budget year.
    pub year: i16,
    /// The first day of cover, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "file::date")]
    pub start: Option<Date>,
    /// For how many months it pays, 1 to 120.
    pub months: u32,
    /// The premium of one person for one month; the sum of [`Programme::premium_parts`].
    pub monthly_premium: Rupiah,
    /// What the premium is made of.
    pub premium_parts: PremiumParts,
    /// How many places there are.
    pub quota: QuotaRule,
    /// The kinds of village that it pays for; empty means every kind.
    #[serde(default)]
    pub village_kinds: Vec<VillageKind>,
    /// Whose money it is, Indonesian.
    pub fund: String,
    /// The regulations that it stands on, Indonesian; empty where the sources name none.
    #[serde(default)]
    pub legal_basis: Vec<String>,
    /// The office that decides about each person.
    pub verifier: String,
    /// The ages that it takes.
    pub age: AgeRange,
    /// The occupations that it takes.
    pub occupations: Vec<Occupation>,
    /// The incentive recipients that it takes.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The lists that its people come from.
    #[serde(default)]
    pub sources: Vec<SourceList>,
    /// Only people on one of the sources, not whoever fits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub listed_only: bool,
    /// Who comes first on the waiting list: the first criterion that tells two people apart decides. An older hub says
    /// nothing, and then whoever was enrolled first comes first.
    #[serde(default = "priority::by_enrolment", skip_serializing_if = "priority::is_by_enrolment")]
    pub priority: Vec<Criterion>,
    /// The money for the whole programme, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Rupiah>,
    /// The money of one village, where each village has its own; only beside [`QuotaRule::PerVillage`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_per_village: Option<Rupiah>,
    /// What else the sources say, and how sure it is.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// The two insurances in the premium, for one person and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PremiumParts {
    /// Work accident.
    pub jkk: Rupiah,
    /// Death.
    pub jkm: Rupiah,
}

/// How many places a programme has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum QuotaRule {
    /// The same number in every village.
    PerVillage {
        /// Places in each village.
        places: u32,
    },
    /// One number for the regency, whoever comes first or ranks highest.
    RegencyTotal {
        /// Places in the whole regency.
        places: u32,
    },
    /// As many as a fund of its own pays for.
    Fund {
        /// Places in the whole regency.
        places: u32,
    },
    /// No number: the members come from lists.
    Listed,
}

/// The ages that a programme takes, in whole years on the day of registration; not tested again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeRange {
    /// The least.
    pub min: u8,
    /// The first age that is too high.
    pub max_exclusive: u8,
}

/// An occupation of vulnerable workers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupation {
    /// Its name for machines.
    pub id: OccupationId,
    /// Its Indonesian name.
    pub label_id: String,
    /// Its English name.
    pub label_en: String,
    /// What the KTP's field Pekerjaan may say for it; empty means anything. Our judgement, no regulation.
    #[serde(default)]
    pub ktp_values: Vec<String>,
}

/// A paid role in village life whose holders are covered too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name for machines.
    pub id: RoleId,
    /// Its Indonesian name.
    pub label_id: String,
    /// Its English name.
    pub label_en: String,
}

/// A list that people come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceList {
    /// Its name for machines.
    pub id: SourceId,
    /// Its name for people.
    pub name: String,
    /// The day it shows, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "file::date")]
    pub date: Option<Date>,
    /// A village brings its own part of it to the office; otherwise only the office does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_village: bool,
}

/// A reported figure or doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What is reported, Indonesian.
    pub text: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Two or more independent sources, or counted by hand.
    High,
    /// One decent source.
    Medium,
    /// Sources contradict each other, or nobody has checked it.
    Low,
}

/// Why a programme does not pay for a village.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VillageRefusal {
    /// It lies in another regency.
    #[error("the village lies in {found}, the programme is for {expected}")]
    OtherRegency {
        /// The programme's.
        expected: RegencyCode,
        /// The village's.
        found: RegencyCode,
    },
    /// It is of a kind that the fund may not pay for.
    #[error("the programme does not pay for a village of the kind {found:?}")]
    Kind {
        /// The village's.
        found: VillageKind,
    },
}

impl Programme {
    /// Whether it pays for people of this village.
    pub fn accepts_village(&self, village: VillageCode) -> Result<(), VillageRefusal> {
        if village.regency() != self.regency {
            return Err(VillageRefusal::OtherRegency { expected: self.regency, found: village.regency() });
        }
        if !self.village_kinds.is_empty() && !self.village_kinds.contains(&village.kind()) {
            return Err(VillageRefusal::Kind { found: village.kind() });
        }
        Ok(())
    }

    /// What its premium covers, by BPJS's abbreviations.
    pub fn covers(&self) -> Vec<String> {
        let parts = [("JKK", self.premium_parts.jkk), ("JKM", self.premium_parts.jkm)];
        parts.into_iter().filter(|(_, premium)| *premium > Rupiah(0)).map(|(name, _)| name.to_owned()).collect()
    }

    /// One of its occupations.
    pub fn occupation(&self, id: &OccupationId) -> Option<&Occupation> {
        self.occupations.iter().find(|occupation| occupation.id == *id)
    }

    /// One of its roles.
    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    /// One of its source lists.
    pub fn source(&self, id: &SourceId) -> Option<&SourceList> {
        self.sources.iter().find(|source| source.id == *id)
    }
}

// `remote = "Self"` gives the two plain functions that these wrap: reading JSON checks the sense as well.
impl Serialize for Programme {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Programme::serialize(self, serializer)
    }
}
impl<'de> Deserialize<'de> for Programme {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let programme = Programme::deserialize(deserializer)?;
        programme.check().map_err(serde::de::Error::custom)?;
        Ok(programme)
    }
}
