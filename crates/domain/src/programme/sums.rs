//! What a programme costs, and how long a budget lasts.

use super::{Programme, QuotaRule};
use crate::money::Rupiah;
use crate::region::VillageCode;
use std::fmt;

/// For how long a budget pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetMonths {
    /// Months that are paid in full.
    pub whole: u64,
    /// Hundredths of a month, rounded to the nearest: 1109 is 11.09 months.
    pub hundredths: u64,
    /// What is left after the whole months.
    pub left: Rupiah,
}

impl fmt::Display for BudgetMonths {
    /// `11,09`, as Indonesian writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{:02}", self.hundredths / 100, self.hundredths % 100)
    }
}

/// What so many people cost, beside the money that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// How many.
    pub people: u32,
    /// Their premium for one month.
    pub month: Rupiah,
    /// Their premium for all the programme's months.
    pub whole: Rupiah,
    /// The money, where it is known.
    pub budget: Option<Rupiah>,
    /// For how long it lasts; nothing without people or money.
    pub lasts: Option<BudgetMonths>,
    /// What is missing for all months; nothing when the money is enough or not known.
    pub missing: Option<Rupiah>,
}

impl Programme {
    /// What so many people in so many villages cost, beside the money for these villages.
    pub fn commitment(&self, people: u32, villages: u32) -> Commitment {
        let of_villages = self.budget_per_village.and_then(|budget| budget.checked_mul(u64::from(villages)));
        let budget = self.budget.or(of_villages);
        let whole = self.cost(people, self.months);
        Commitment {
            people,
            month: self.cost(people, 1),
            whole,
            budget,
            lasts: budget.and_then(|budget| self.months_of_budget(budget, people)),
            missing: budget.and_then(|budget| whole.checked_sub(budget)).filter(|missing| *missing > Rupiah::ZERO),
        }
    }

    /// The premium of so many people for so many months.
    ///
    /// A sum beyond 64 bits stays at the largest amount; premiums of a checked programme never reach it.
    pub fn cost(&self, places: u32, months: u32) -> Rupiah {
        let person_months = u64::from(places) * u64::from(months);
        self.monthly_premium.checked_mul(person_months).unwrap_or(Rupiah(u64::MAX))
    }

    /// The premium of one person for the programme's months.
    pub fn person_period(&self) -> Rupiah {
        self.cost(1, self.months)
    }

    /// For how many months a budget covers so many people; nothing when there are none.
    pub fn months_of_budget(&self, budget: Rupiah, people: u32) -> Option<BudgetMonths> {
        let month = self.cost(people, 1).0;
        let whole = budget.0.checked_div(month)?;
        let left = budget.0 % month;
        let hundredths = (u128::from(budget.0) * 100 + u128::from(month) / 2) / u128::from(month);
        Some(BudgetMonths { whole, hundredths: u64::try_from(hundredths).unwrap_or(u64::MAX), left: Rupiah(left) })
    }

    /// Which share of the programme's months a budget covers for so many people, in thousandths, rounded to the
    /// nearest: 924 is 92.4 %. Nothing when there are no people.
    pub fn budget_share(&self, budget: Rupiah, people: u32) -> Option<u64> {
        let need = u128::from(self.cost(people, self.months).0);
        let share = (u128::from(budget.0) * 1000 + need / 2).checked_div(need)?;
        Some(u64::try_from(share).unwrap_or(u64::MAX))
    }

    /// The places of this village; nothing where the rule counts no villages or the village is not the programme's.
    pub fn places_for(&self, village: VillageCode) -> Option<u32> {
        match self.quota {
            QuotaRule::PerVillage { places } if self.accepts_village(village).is_ok() => Some(places),
            _ => None,
        }
    }
}
