//! What people write into cells: dates, numbers, yes and no.

use jiff::Span;
use jiff::civil::Date;
use payung_domain::lang::{parse_date, typed_date};

/// A date of a spreadsheet, counted in days, as people type it.
pub fn serial_date(days: f64) -> Option<String> {
    // day 60 is the 29 February 1900 that spreadsheets believe in
    if !(61.0..80_000.0).contains(&days) {
        return None;
    }
    let date = Date::constant(1899, 12, 30).checked_add(Span::new().days(days as i64)).ok()?;
    Some(typed_date(date))
}

/// A day in one of the forms that lists have: `05-04-1985`, `5/4/85`, `1985-04-05`, `5 April 1985`, `19850405`, `31142`.
/// Two digits of a year are of this century when `today` has passed them.
pub fn date(text: &str, today: Date) -> Option<Date> {
    let text = text.split([' ', 'T']).next().filter(|first| first.len() >= 8).unwrap_or(text);
    if let Some(date) = parse_date(text) {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<i16>().ok();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => Date::new(number(year)?, month.parse().ok()?, day.parse().ok()?).ok(),
        [day, month, year] => {
            let month = month.parse().ok().or_else(|| month_named(month))?;
            let year = match (year.len(), number(year)?) {
                (4, year) => year,
                (2, short) => {
                    let this = today.year() / 100 * 100 + short;
                    if this > today.year() { this - 100 } else { this }
                }
                _ => return None,
            };
            Date::new(year, month, day.parse().ok()?).ok()
        }
        [digits] if digits.len() == 8 => {
            Date::new(number(digits.get(..4)?)?, digits.get(4..6)?.parse().ok()?, digits.get(6..)?.parse().ok()?).ok()
        }
        [days] if days.len() == 5 => parse_date(&serial_date(days.parse().ok()?)?),
        _ => None,
    }
}

fn month_named(text: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb", "peb"],
        &["mar"],
        &["apr"],
        &["mei", "may"],
        &["jun"],
        &["jul"],
        &["agu", "ags", "aug"],
        &["sep"],
        &["okt", "oct"],
        &["nov", "nop"],
        &["des", "dec"],
    ];
    let text = text.to_lowercase();
    let index = MONTHS.iter().position(|names| names.iter().any(|name| text.starts_with(name)))?;
    i8::try_from(index + 1).ok()
}

/// `ya`, `1`, `ada`, `disabilitas fisik`; `tidak`, `0`, `-`. Nothing where nothing is said.
pub fn yes(text: &str) -> Option<bool> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "" => None,
        "tidak" | "tdk" | "t" | "n" | "no" | "0" | "-" | "bukan" | "tidak ada" | "non disabilitas"
        | "non-disabilitas" => Some(false),
        _ => Some(true),
    }
}

/// The first number in a text: `RT 003` is 3, `Desil 2` is 2.
pub fn number(text: &str) -> Option<u32> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).take(9).collect();
    digits.parse().ok()
}

/// `003/005`, `RT 3 RW 5`: the two numbers.
pub fn pair(text: &str) -> (Option<u32>, Option<u32>) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|part| part.get(..part.len().min(9))?.parse().ok());
    (next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn days_are_read_in_the_forms_that_lists_have() {
        let today = day(2026, 11, 22);
        for text in [
            "05-04-1985",
            "5/4/85",
            "1985-04-05",
            "5 April 1985",
            "19850405",
            "31142",
            "1985-04-05 00:00:00",
            "5-Apr-85",
        ] {
            assert_eq!(date(text, today), Some(day(1985, 4, 5)), "{text}");
        }
        assert_eq!(date("1 Des 26", today), Some(day(2026, 12, 1)));
        assert_eq!(date("17 Agustus 2026", today), Some(day(2026, 8, 17)));
        for text in ["", "31/02/1985", "tahun lalu", "123", "99999999"] {
            assert_eq!(date(text, today), None, "{text}");
        }
    }

    #[test]
    fn yes_and_no_and_pairs() {
        assert_eq!((yes("Tidak"), yes("Ya"), yes("Tuna netra"), yes(" ")), (Some(false), Some(true), Some(true), None));
        assert_eq!(pair("RT 003/ RW 05"), (Some(3), Some(5)));
        assert_eq!(pair("7"), (Some(7), None));
        assert_eq!(number("Desil 2"), Some(2));
    }
}
