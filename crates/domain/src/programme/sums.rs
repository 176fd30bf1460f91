//! What a programme costs, and how long a budget lasts.

use super::{Programme, QuotaRule};
use crate::money::Rupiah;
use crate::region::VillageCode;

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

impl Programme {
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
