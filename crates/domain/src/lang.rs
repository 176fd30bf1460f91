//! The two languages that people read, and the forms that Indonesian gives to dates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The language of a sentence; Indonesian comes first everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// The one of two texts that is in this language.
    pub fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    /// `21 November 2026`, with the month's name in this language.
    pub fn date(self, date: Date) -> String {
        const ID: [&str; 12] = [
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ];
        const EN: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let month = usize::try_from(date.month() - 1).unwrap_or(0);
        format!("{} {} {}", date.day(), self.pick(ID[month], EN[month]), date.year())
    }
}

/// A date as people type it, day–month–year: `05-04-1985`, also with slashes, dots or blanks between.
///
/// Returns nothing when the day does not exist or the year has not four digits.
pub fn parse_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else {
        return None;
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A date in the form that [`parse_date`] reads: `05-04-1985`.
pub fn typed_date(date: Date) -> String {
    format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_read_as_people_type_them() {
        for text in ["05-04-1985", "5/4/1985", "5.4.1985", " 05 04 1985 "] {
            assert_eq!(parse_date(text), Some(date(1985, 4, 5)), "{text}");
        }
        for text in ["", "5-4-85", "31-02-1985", "1985-04-05", "5 April 1985"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_date_names_the_month() {
        assert_eq!(Lang::Id.date(date(2026, 11, 21)), "21 November 2026");
        assert_eq!(Lang::Id.date(date(1985, 5, 1)), "1 Mei 1985");
        assert_eq!(Lang::En.date(date(1985, 5, 1)), "1 May 1985");
    }
}
