//! Whether a programme makes sense.

use super::ids::is_slug;
use super::{Criterion, Programme, QuotaRule};
use crate::money::Rupiah;
use std::collections::HashSet;
use std::fmt;

/// The longest that a programme may pay, in months.
const MOST_MONTHS: u32 = 12 * 10;
/// The highest monthly premium that is no typing slip, in rupiah; the highest BPU band of 2026 is 213,800.
const MOST_PREMIUM: u64 = 1_000_000;
/// The largest quota that is no typing slip; the largest regency has fewer people.
const MOST_PLACES: u32 = 10_000_000;
/// The programmes of BPJS Ketenagakerjaan are younger than the first year; a later one is a typing slip.
const YEARS: std::ops::RangeInclusive<i16> = 2014..=2100;

/// What makes no sense, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field with a dot before each part and numbers from 0: `occupations.2.id`.
    pub field: String,
    /// Why, in plain English.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

fn require(holds: bool, field: impl Into<String>, reason: impl Into<String>) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault { field: field.into(), reason: reason.into() }) }
}

fn filled(text: &str, field: impl Into<String>) -> Result<(), Fault> {
    require(!text.trim().is_empty(), field, "may not be empty")
}

/// Each id is a slug and stands once in its list.
fn distinct<'a>(list: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    for (index, id) in ids.enumerate() {
        let field = format!("{list}.{index}.id");
        require(is_slug(id), field.as_str(), "an id is 1 to 64 of a-z, 0-9 and _")?;
        require(seen.insert(id), field, format!("{id} stands twice"))?;
    }
    Ok(())
}

impl Programme {
    /// The first thing that makes no sense, if any.
    pub fn check(&self) -> Result<(), Fault> {
        filled(&self.name, "name")?;
        filled(&self.fund, "fund")?;
        filled(&self.verifier, "verifier")?;
        require(YEARS.contains(&self.year), "year", format!("{} is not a year of such a programme", self.year))?;
        require(self.months > 0, "months", "may not be 0")?;
        require(self.months <= MOST_MONTHS, "months", format!("more than {MOST_MONTHS} months"))?;
        self.check_premium()?;
        self.check_places()?;
        require(
            self.age.min < self.age.max_exclusive,
            "age",
            format!("the least age {} is not under {}", self.age.min, self.age.max_exclusive),
        )?;
        self.check_lists()?;
        self.check_priority()?;
        self.check_budget()
    }

    fn check_premium(&self) -> Result<(), Fault> {
        let premium = self.monthly_premium;
        require(premium > Rupiah::ZERO, "monthly_premium", "may not be 0")?;
        require(premium.0 <= MOST_PREMIUM, "monthly_premium", format!("more than {}", Rupiah(MOST_PREMIUM)))?;
        let parts = self.premium_parts;
        require(
            parts.jkk.checked_add(parts.jkm) == Some(premium),
            "premium_parts",
            format!("JKK {} and JKM {} do not add up to {premium}", parts.jkk, parts.jkm),
        )
    }

    fn check_places(&self) -> Result<(), Fault> {
        if let QuotaRule::PerVillage { places } | QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } =
            self.quota
        {
            require(places > 0, "quota", "may not be 0 places")?;
            require(places <= MOST_PLACES, "quota", format!("more than {MOST_PLACES} places"))?;
        }
        let mut seen = HashSet::new();
        for (index, kind) in self.village_kinds.iter().enumerate() {
            require(seen.insert(kind), format!("village_kinds.{index}"), "stands twice")?;
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), Fault> {
        require(!self.occupations.is_empty(), "occupations", "a programme is for at least one occupation")?;
        distinct("occupations", self.occupations.iter().map(|occupation| occupation.id.as_str()))?;
        distinct("roles", self.roles.iter().map(|role| role.id.as_str()))?;
        distinct("sources", self.sources.iter().map(|source| source.id.as_str()))?;
        let occupations = self.occupations.iter().map(|o| ("occupations", &o.label_id, &o.label_en)).enumerate();
        let roles = self.roles.iter().map(|r| ("roles", &r.label_id, &r.label_en)).enumerate();
        for (index, (list, label_id, label_en)) in occupations.chain(roles) {
            filled(label_id, format!("{list}.{index}.label_id"))?;
            filled(label_en, format!("{list}.{index}.label_en"))?;
        }
        for (index, source) in self.sources.iter().enumerate() {
            filled(&source.name, format!("sources.{index}.name"))?;
        }
        Ok(())
    }

    /// The last criterion leaves nobody beside another, so that the order is never chance.
    fn check_priority(&self) -> Result<(), Fault> {
        let mut seen = HashSet::new();
        for (index, criterion) in self.priority.iter().enumerate() {
            require(seen.insert(criterion), format!("priority.{index}"), "stands twice")?;
        }
        let is_last = self.priority.last() == Some(&Criterion::OrderOfEnrolment);
        require(is_last, "priority", "the last criterion is order_of_enrolment")?;
        let has_both = seen.contains(&Criterion::OldestFirst) && seen.contains(&Criterion::YoungestFirst);
        require(!has_both, "priority", "the oldest and the youngest can't both come first")?;
        require(!self.listed_only || !self.sources.is_empty(), "listed_only", "there are no sources")
    }

    /// A budget pays for one month of the places it is for, and for no more than twice the whole period.
    fn check_budget(&self) -> Result<(), Fault> {
        let within = |budget: Option<Rupiah>, field, places: Option<u32>| {
            let Some(budget) = budget else { return Ok(()) };
            let people = places.unwrap_or(1);
            let month = self.cost(people, 1);
            require(budget >= month, field, format!("{budget} does not pay {people} people for one month, {month}"))?;
            let most = places.and_then(|places| self.cost(places, self.months).checked_mul(2));
            require(
                most.is_none_or(|most| budget <= most),
                field,
                format!("{budget} is more than twice what {people} people cost in {} months", self.months),
            )
        };
        match self.quota {
            QuotaRule::PerVillage { places } => {
                within(self.budget_per_village, "budget_per_village", Some(places))?;
                within(self.budget, "budget", None)
            }
            QuotaRule::RegencyTotal { places } | QuotaRule::Fund { places } => {
                self.check_no_village_budget()?;
                within(self.budget, "budget", Some(places))
            }
            QuotaRule::Listed => {
                self.check_no_village_budget()?;
                within(self.budget, "budget", None)
            }
        }
    }

    fn check_no_village_budget(&self) -> Result<(), Fault> {
        let reason = "only a programme with places per village has a budget per village";
        require(self.budget_per_village.is_none(), "budget_per_village", reason)
    }
}
