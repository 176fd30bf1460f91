//! NIKs and KPJs as spreadsheets leave them: what can be mended is mended and counted, what can't is told.

use super::problem::Problem;
use super::table::Cell;
use payung_domain::Nik;
use payung_domain::nik::NikError;

/// What was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mended {
    /// An apostrophe or quotes around it.
    Quotes,
    /// Blanks, dots or hyphens between the digits.
    Separators,
    /// `.0` or `,00` at the end.
    Decimals,
    /// An exponent that hides no digit.
    Exponent,
    /// A zero at the front that a spreadsheet has dropped.
    Zero,
}

impl Mended {
    /// As counts have it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Quotes => "quotes",
            Self::Separators => "separators",
            Self::Decimals => "decimals",
            Self::Exponent => "exponent",
            Self::Zero => "zero",
        }
    }

    /// What a person reads after the number.
    pub fn words(key: &str) -> &'static str {
        match key {
            "quotes" => "tanda petik dibuang",
            "separators" => "spasi, titik atau tanda hubung dibuang",
            "decimals" => "desimal “,0” dibuang",
            "exponent" => "bentuk ilmiah dikembalikan utuh",
            _ => "nol di depan dikembalikan",
        }
    }
}

/// A NIK, and what had to be mended.
pub fn nik(cell: &Cell) -> Result<(Nik, Vec<Mended>), Problem> {
    let mut mended = Vec::new();
    let text = unquoted(&cell.text, &mut mended);
    if text.is_empty() {
        return Err(Problem::NikMissing);
    }
    let mut text = match exponent(text) {
        Some(Ok(digits)) => {
            mended.push(Mended::Exponent);
            digits
        }
        Some(Err(())) => return Err(Problem::NikExponent),
        None => text.to_owned(),
    };
    if let Some(whole) = whole(&text) {
        mended.push(Mended::Decimals);
        text = whole.to_owned();
    }
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | ',' | '_' | '/')).collect();
    if plain.len() != text.len() {
        mended.push(Mended::Separators);
    }
    let nik = Nik::parse(&plain).map_err(|error| match error {
        NikError::Length { found } if found < 16 => Problem::NikShort,
        NikError::Length { .. } => Problem::NikLong,
        NikError::Character { meant: Some(_), .. } => Problem::NikLetter,
        NikError::Character { .. } => Problem::NikStrange,
        NikError::Date { .. } => Problem::NikDate,
        NikError::Serial => Problem::NikSerial,
    })?;
    // a number of a spreadsheet has 15 digits: a sixteenth that is 0 was probably another one
    if cell.is_number && nik.digits().ends_with('0') {
        return Err(Problem::NikCut);
    }
    Ok((nik, mended))
}

/// A KPJ: 11 of `0-9A-Z`.
pub fn kpj(cell: &Cell) -> Result<(String, Vec<Mended>), Problem> {
    let mut mended = Vec::new();
    let text = unquoted(&cell.text, &mut mended);
    let mut text = match exponent(text) {
        Some(Ok(digits)) => {
            mended.push(Mended::Exponent);
            digits
        }
        Some(Err(())) => return Err(Problem::KpjStrange),
        None => text.to_uppercase(),
    };
    if let Some(whole) = whole(&text) {
        mended.push(Mended::Decimals);
        text = whole.to_owned();
    }
    let mut plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | ',' | '_')).collect();
    if plain.len() != text.len() {
        mended.push(Mended::Separators);
    }
    if plain.len() == 10 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        plain.insert(0, '0');
        mended.push(Mended::Zero);
    }
    match plain.len() == 11 && plain.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        true => Ok((plain, mended)),
        false => Err(Problem::KpjStrange),
    }
}

/// Without the apostrophe that says "this is text", and without quotes.
fn unquoted<'a>(text: &'a str, mended: &mut Vec<Mended>) -> &'a str {
    let is_quote = |c: char| matches!(c, '\'' | '’' | '‘' | '`' | '´' | '"' | '“' | '”' | '=');
    let plain = text.trim_matches(is_quote).trim();
    if plain.len() != text.len() {
        mended.push(Mended::Quotes);
    }
    plain
}

/// `1234.0` or `1234,00` without its end.
fn whole(text: &str) -> Option<&str> {
    let (whole, decimals) = text.rsplit_once(['.', ','])?;
    let is_plain = whole.bytes().all(|byte| byte.is_ascii_digit());
    let is_nothing = matches!(decimals, "" | "0" | "00");
    (is_plain && is_nothing && !whole.is_empty()).then_some(whole)
}

/// The digits of `3.522280504859999E+15`, if none is hidden; an error if some are. Nothing where there is no exponent.
fn exponent(text: &str) -> Option<Result<String, ()>> {
    let (mantissa, power_text) = text.split_once(['e', 'E'])?;
    let power: usize = power_text.trim_start_matches('+').parse().ok()?;
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    // a KPJ may hold an E of its own
    if !power_text.starts_with('+') && mantissa == whole {
        return None;
    }
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    // as many digits behind the point as the exponent says: none is hidden
    Some(if decimals.len() == power { Ok(format!("{whole}{decimals}")) } else { Err(()) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn text(text: &str) -> Cell {
        Cell { text: text.into(), is_number: false }
    }

    fn number(text: &str) -> Cell {
        Cell { text: text.into(), is_number: true }
    }

    #[test]
    fn what_a_spreadsheet_did_to_a_nik_is_mended_and_named() {
        for (cell, wanted) in [
            ("3522280504859999", vec![]),
            ("'3522280504859999", vec![Mended::Quotes]),
            ("’3522280504859999", vec![Mended::Quotes]),
            ("=\"3522280504859999\"", vec![Mended::Quotes]),
            ("3522 2805 0485 9999", vec![Mended::Separators]),
            ("35.22.28.050485.9999", vec![Mended::Separators]),
            ("3522280504859999.0", vec![Mended::Decimals]),
            ("3522280504859999,00", vec![Mended::Decimals]),
            ("3.522280504859999E+15", vec![Mended::Exponent]),
            ("3,522280504859999e15", vec![Mended::Exponent]),
        ] {
            let (nik, mended) = nik(&text(cell)).unwrap_or_else(|problem| panic!("{cell}: {problem:?}"));
            assert_eq!((nik.digits(), mended), ("3522280504859999", wanted), "{cell}");
        }
        assert_eq!(nik(&number("3522280504859999")).unwrap().0.digits(), "3522280504859999");
    }

    #[test]
    fn what_is_lost_is_said_to_be_lost() {
        for (cell, wanted) in [
            (text(""), Problem::NikMissing),
            (text("3.52E+15"), Problem::NikExponent),
            (text("3,52228E+15"), Problem::NikExponent),
            (text("352228050485999"), Problem::NikShort),
            (text("35222805048599999"), Problem::NikLong),
            (text("352228O504859999"), Problem::NikLetter),
            (text("35222805048599??"), Problem::NikStrange),
            (text("3522283204859999"), Problem::NikDate),
            (text("3522280504850000"), Problem::NikSerial),
            (number("3522280504859990"), Problem::NikCut),
        ] {
            assert_eq!(nik(&cell).unwrap_err(), wanted, "{cell:?}");
        }
        assert!(nik(&text("3522280504859990")).is_ok(), "as text it may well end so");
    }

    #[test]
    fn a_kpj_keeps_its_zero() {
        assert_eq!(kpj(&number("1234567890")).unwrap(), ("01234567890".into(), vec![Mended::Zero]));
        assert_eq!(kpj(&text("26ab1234567")).unwrap().0, "26AB1234567");
        assert_eq!(kpj(&text("26E12345678")).unwrap().0, "26E12345678");
        assert_eq!(kpj(&text(" 260 1234 5678 ")).unwrap().0, "26012345678");
        for cell in ["", "123", "2.6E+10", "26-01234567890"] {
            assert_eq!(kpj(&text(cell)), Err(Problem::KpjStrange), "{cell}");
        }
    }
}
