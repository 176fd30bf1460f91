//! The NIK, the sixteen digits that every Indonesian keeps for life.
//!
//! Six digits name the district of first registration, six the birth date as DDMMYY with 40 added to a woman's day,
//! four are a serial from 0001. There is no check digit, and the number never changes, not even when the person moves
//! or a birth date is corrected; therefore what disagrees with it is a [`NikWarning`], never a refusal.
//! Source: shared/domain/README.md, "NIK".

use crate::lang::Lang;
use crate::region::DistrictCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A NIK that is well formed: sixteen digits, a day that exists, a serial above zero. Shown masked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nik([u8; 16]);

/// Why a text is no NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NikError {
    /// Not sixteen characters.
    #[error("a NIK has 16 digits, this has {found}")]
    Length {
        /// How many characters there are, blanks and separators left out.
        found: usize,
    },
    /// Something else than a digit.
    #[error("character {position} is not a digit")]
    Character {
        /// Where it stands, from 1.
        position: usize,
        /// The digit that it resembles (O for 0, I for 1, B for 8, S for 5).
        meant: Option<char>,
    },
    /// Day, month and year name no day of the calendar.
    #[error("the birth date in the NIK does not exist (day {day}, month {month})")]
    Date {
        /// As printed, with 40 added for women.
        day: u8,
        /// As printed.
        month: u8,
    },
    /// The serial is 0000.
    #[error("the serial at the end of a NIK starts at 0001")]
    Serial,
}

/// A person's sex as the KTP prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// LAKI-LAKI.
    Male,
    /// PEREMPUAN.
    Female,
}

/// A reason to look twice at a well-formed NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NikWarning {
    /// No district has this code today; districts that were split or renumbered keep theirs in old NIKs.
    UnknownRegion,
    /// The birth date that was typed is another one.
    BirthDate,
    /// The sex that was typed is the other one.
    Sex,
    /// First registered in another regency than where the person lives now.
    Elsewhere,
}

impl Nik {
    /// Reads sixteen digits; blanks, dots and hyphens between them are left out.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
        let mut digits = [0; 16];
        if characters.len() != digits.len() {
            return Err(NikError::Length { found: characters.len() });
        }
        for (index, (&character, digit)) in characters.iter().zip(&mut digits).enumerate() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii_digit() => *digit = byte,
                _ => {
                    return Err(NikError::Character { position: index + 1, meant: resembled(character) });
                }
            }
        }
        let nik = Nik(digits);
        if nik.dates().next().is_none() {
            return Err(NikError::Date { day: nik.two(6), month: nik.two(8) });
        }
        if nik.serial() == 0 {
            return Err(NikError::Serial);
        }
        Ok(nik)
    }

    /// All sixteen digits. Never for a log, an error or a file name.
    pub fn digits(&self) -> &str {
        // the bytes are ASCII digits by construction
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The digits for a list: district and serial, the birth date covered: `352228••••••9999`.
    pub fn masked(&self) -> String {
        let digits = self.digits();
        format!("{}••••••{}", &digits[..6], &digits[12..])
    }

    /// The digits in groups of four, as they are typed and read aloud: `3522 2805 0485 9999`.
    pub fn grouped(&self) -> String {
        let digits = self.digits();
        format!("{} {} {} {}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..])
    }

    /// The district of first registration; it need not exist today.
    pub fn district(&self) -> DistrictCode {
        DistrictCode::from_blocks(self.two(0), self.two(2), self.two(4))
    }

    /// The holder's sex: a woman's day of birth carries 40 more.
    pub fn sex(&self) -> Sex {
        if self.two(6) > 40 { Sex::Female } else { Sex::Male }
    }

    /// The number within district and birth date, 1 to 9999.
    pub fn serial(&self) -> u16 {
        u16::from(self.two(12)) * 100 + u16::from(self.two(14))
    }

    /// The birth date: the latest reading of the two-digit year that is not in the future.
    ///
    /// Nothing when the clock that gave `today` stands before both readings.
    pub fn birth_date(&self, today: Date) -> Option<Date> {
        self.dates().filter(|&date| date <= today).max()
    }

    /// What does not agree with the NIK. `known_district` says whether its district exists today.
    pub fn warnings(
        &self,
        birth_date: Option<Date>,
        sex: Option<Sex>,
        home: Option<DistrictCode>,
        known_district: bool,
    ) -> Vec<NikWarning> {
        let mut found = Vec::new();
        if !known_district {
            found.push(NikWarning::UnknownRegion);
        } else if home.is_some_and(|home| home.regency() != self.district().regency()) {
            found.push(NikWarning::Elsewhere);
        }
        if birth_date.is_some_and(|typed| !self.dates().any(|date| date == typed)) {
            found.push(NikWarning::BirthDate);
        }
        if sex.is_some_and(|typed| typed != self.sex()) {
            found.push(NikWarning::Sex);
        }
        found
    }

    fn two(&self, start: usize) -> u8 {
        (self.0[start] - b'0') * 10 + (self.0[start + 1] - b'0')
    }

    /// The readings of DDMMYY in the last and in this century that are days of the calendar.
    fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let day = self.two(6);
        // day 40 is neither a man's (1–31) nor a woman's (41–71)
        let day = if day > 40 { day - 40 } else { day };
        let (month, year) = (self.two(8), self.two(10));
        [1900, 2000].into_iter().filter_map(move |century| {
            let (year, month, day) = (century + i16::from(year), i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            Date::new(year, month, day).ok()
        })
    }
}

/// The digit that a letter is often mistaken for by eyes and by text recognition.
fn resembled(character: char) -> Option<char> {
    match character.to_ascii_uppercase() {
        'O' | 'Q' | 'D' => Some('0'),
        'I' | 'L' | '|' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'G' => Some('6'),
        'B' => Some('8'),
        _ => None,
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nik(****************)")
    }
}

impl TryFrom<String> for Nik {
    type Error = NikError;
    fn try_from(text: String) -> Result<Self, NikError> {
        Nik::parse(&text)
    }
}

impl From<Nik> for String {
    fn from(nik: Nik) -> String {
        nik.digits().to_owned()
    }
}

impl NikError {
    /// What is wrong and what to do next, for the person who typed it.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (NikError::Length { found: 0 }, Lang::Id) => "NIK belum diisi. Ketik 16 angka dari KTP.".into(),
            (NikError::Length { found: 0 }, Lang::En) => "The NIK is empty. Type the 16 digits from the KTP.".into(),
            (NikError::Length { found }, Lang::Id) => {
                format!("NIK harus 16 angka, di sini ada {found}. Cocokkan lagi dengan KTP.")
            }
            (NikError::Length { found }, Lang::En) => {
                format!("A NIK has 16 digits, this has {found}. Compare it with the KTP.")
            }
            (NikError::Character { position, meant: Some(digit) }, Lang::Id) => {
                format!("Karakter ke-{position} bukan angka. Mungkin maksudnya {digit}?")
            }
            (NikError::Character { position, meant: Some(digit) }, Lang::En) => {
                format!("Character {position} is not a digit. Perhaps {digit}?")
            }
            (NikError::Character { position, .. }, Lang::Id) => {
                format!("Karakter ke-{position} bukan angka. NIK hanya berisi angka.")
            }
            (NikError::Character { position, .. }, Lang::En) => {
                format!("Character {position} is not a digit. A NIK holds digits only.")
            }
            (NikError::Date { .. }, Lang::Id) => {
                "Tanggal lahir di dalam NIK (angka ke-7 sampai ke-12) tidak ada di kalender. Periksa angkanya.".into()
            }
            (NikError::Date { .. }, Lang::En) => {
                "The birth date inside the NIK (digits 7 to 12) does not exist. Check the digits.".into()
            }
            (NikError::Serial, Lang::Id) => "Empat angka terakhir NIK tidak boleh 0000. Periksa angkanya.".into(),
            (NikError::Serial, Lang::En) => "The last four digits of a NIK can't be 0000. Check the digits.".into(),
        }
    }
}

impl NikWarning {
    /// What to look at, for the kader and for the office.
    pub fn sentence(&self, lang: Lang) -> &'static str {
        match self {
            NikWarning::UnknownRegion => lang.pick(
                "Kode wilayah di NIK tidak dikenal. Bisa jadi kode lama; cocokkan lagi dengan KTP.",
                "The region in the NIK is unknown. It may be an old code; compare it with the KTP.",
            ),
            NikWarning::BirthDate => lang.pick(
                "Tanggal lahir berbeda dengan NIK. Tulis yang tercetak di KTP.",
                "The birth date differs from the NIK. Enter what the KTP prints.",
            ),
            NikWarning::Sex => lang.pick(
                "Jenis kelamin berbeda dengan NIK. Tulis yang tercetak di KTP.",
                "The sex differs from the NIK. Enter what the KTP prints.",
            ),
            NikWarning::Elsewhere => lang.pick(
                "NIK pertama terdaftar di kabupaten lain. Wajar bila pindah; pastikan ia tinggal di sini.",
                "First registered in another regency. Usual for people who moved; make sure they live here.",
            ),
        }
    }

    /// Whether the kader must say why before the record can be saved.
    pub fn needs_reason(&self) -> bool {
        matches!(self, NikWarning::BirthDate | NikWarning::Sex)
    }
}
