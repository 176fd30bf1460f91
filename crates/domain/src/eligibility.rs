//! Who a programme is for, answered with reasons.

use crate::enrolment::Enrolment;
use crate::lang::Lang;
use crate::programme::Programme;
use jiff::civil::Date;

/// Why the programme is not for this person. The kader may still record it; the office decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// Younger than the programme takes.
    TooYoung {
        /// Age on the day of registration, in whole years.
        age: i16,
        /// The least.
        min: u8,
    },
    /// Older than the programme takes.
    TooOld {
        /// Age on the day of registration, in whole years.
        age: i16,
        /// The first age that is too high.
        max_exclusive: u8,
    },
    /// The village lies outside, or is of a kind that the programme does not pay for.
    Village,
    /// Neither the occupation nor the role is among the programme's.
    Work,
    /// The programme is for people of its lists, and the record names none of them.
    NotListed {
        /// The lists' names, as people say them.
        lists: String,
    },
    /// A record with this NIK exists already.
    AlreadyEnrolled,
}

/// A person's age in whole years on a day. Somebody born on 29 February has the birthday on 1 March in other years.
pub fn age(born: Date, on: Date) -> i16 {
    let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!had_birthday)
}

/// Every reason why the programme is not for this person; none when it is.
///
/// `today` is the day of registration: the age is tested then and at the first payment only (BPJS, Perdir 22/2022).
pub fn reasons_against(
    enrolment: &Enrolment,
    programme: &Programme,
    today: Date,
    is_already_enrolled: bool,
) -> Vec<Ineligible> {
    let mut reasons = Vec::new();
    let age = age(enrolment.identity.birth_date, today);
    let range = &programme.age;
    if age < i16::from(range.min) {
        reasons.push(Ineligible::TooYoung { age, min: range.min });
    }
    if age >= i16::from(range.max_exclusive) {
        reasons.push(Ineligible::TooOld { age, max_exclusive: range.max_exclusive });
    }
    if programme.accepts_village(enrolment.residence.village).is_err() {
        reasons.push(Ineligible::Village);
    }
    let work = &enrolment.work;
    let is_covered = work.occupation.as_ref().is_some_and(|id| programme.occupations.iter().any(|o| o.id == *id))
        || work.role.as_ref().is_some_and(|id| programme.roles.iter().any(|r| r.id == *id));
    if !is_covered {
        reasons.push(Ineligible::Work);
    }
    let is_listed = enrolment.source.as_ref().is_some_and(|id| programme.source(id).is_some());
    if programme.listed_only && !is_listed {
        let names: Vec<&str> = programme.sources.iter().map(|source| source.name.as_str()).collect();
        reasons.push(Ineligible::NotListed { lists: names.join(", ") });
    }
    if is_already_enrolled {
        reasons.push(Ineligible::AlreadyEnrolled);
    }
    reasons
}

impl Ineligible {
    /// What stands against it, for the kader and for the office.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TooYoung { age, min }, Lang::Id) => {
                format!("Umur {age} tahun; program ini mulai {min} tahun.")
            }
            (Self::TooYoung { age, min }, Lang::En) => {
                format!("{age} years old; this programme starts at {min}.")
            }
            (Self::TooOld { age, max_exclusive }, Lang::Id) => {
                format!("Umur {age} tahun; program ini untuk yang belum {max_exclusive} tahun.")
            }
            (Self::TooOld { age, max_exclusive }, Lang::En) => {
                format!("{age} years old; this programme is for people under {max_exclusive}.")
            }
            (Self::Village, Lang::Id) => "Desa ini tidak termasuk program.".into(),
            (Self::Village, Lang::En) => "This village is not part of the programme.".into(),
            (Self::Work, Lang::Id) => "Pekerjaan ini tidak termasuk program.".into(),
            (Self::Work, Lang::En) => "This occupation is not part of the programme.".into(),
            (Self::NotListed { lists }, Lang::Id) => {
                format!("Program ini hanya untuk orang yang tercatat di {lists}; pendaftaran ini tidak menyebutnya.")
            }
            (Self::NotListed { lists }, Lang::En) => {
                format!("This programme is only for people on {lists}; this enrolment names none of these.")
            }
            (Self::AlreadyEnrolled, Lang::Id) => {
                "NIK ini sudah didaftarkan. Buka catatannya, jangan daftar dua kali.".into()
            }
            (Self::AlreadyEnrolled, Lang::En) => "This NIK is enrolled already. Open its record instead.".into(),
        }
    }
}
