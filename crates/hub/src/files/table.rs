//! CSV and XLSX as rows of text, one at a time and within bounds: a file of 40 MB must not need a gigabyte.

mod text;
mod workbook;

use super::stored::Reading;
use crate::error::HubError;
use crate::hub::Hub;
use serde::{Deserialize, Serialize};
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of a file that comes in.
pub const MOST_BYTES: u64 = 40 << 20;
/// Rows, empty ones too.
pub const MOST_ROWS: u32 = 300_000;
/// Columns; more are left out.
pub const MOST_COLUMNS: usize = 60;
/// Characters of a cell; more are left out.
pub const MOST_CHARACTERS: usize = 200;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Without blanks around it.
    pub text: String,
    /// A number of a spreadsheet, which keeps 15 digits only.
    pub is_number: bool,
}

/// Why a file can't be read. Its text is for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It has nothing in it.
    Empty,
    /// An old or a locked workbook.
    OldWorkbook,
    /// Neither XLSX nor text.
    Strange,
    /// It has two bytes for each character.
    Wide,
    /// A part of it is too large when unpacked.
    Bomb,
    /// More rows than [`MOST_ROWS`].
    TooManyRows,
    /// A column that must be there is not.
    NoColumns,
    /// All NIKs have lost their last digit.
    LostDigits,
}

impl Unreadable {
    const ALL: [Self; 8] = [
        Self::Empty,
        Self::OldWorkbook,
        Self::Strange,
        Self::Wide,
        Self::Bomb,
        Self::TooManyRows,
        Self::NoColumns,
        Self::LostDigits,
    ];

    /// As the database has it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::OldWorkbook => "old_workbook",
            Self::Strange => "strange",
            Self::Wide => "wide",
            Self::Bomb => "bomb",
            Self::TooManyRows => "too_many_rows",
            Self::NoColumns => "no_columns",
            Self::LostDigits => "lost_digits",
        }
    }

    /// What is wrong, and what to do.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Berkas ini kosong. Periksa apakah lembar pertamanya berisi daftar.",
            Self::OldWorkbook => {
                "Berkas ini Excel lama (.xls) atau terkunci dengan kata sandi. Buka di Excel, lalu simpan sebagai .xlsx tanpa kata sandi."
            }
            Self::Strange => "Berkas ini bukan CSV atau XLSX yang utuh. Simpan ulang dari Excel, lalu coba lagi.",
            Self::Wide => "Teks berkas ini memakai UTF-16. Simpan sebagai “CSV UTF-8” atau .xlsx.",
            Self::Bomb => "Isi berkas ini terlalu besar setelah dibuka. Bagi daftarnya menjadi beberapa berkas.",
            Self::TooManyRows => "Berkas ini lebih dari 300.000 baris. Bagi menjadi beberapa berkas.",
            Self::NoColumns => "Kolom yang wajib belum dipilih. Pilih dulu kolomnya.",
            Self::LostDigits => {
                "Hampir semua NIK berakhiran 0: Excel telah memotong angka terakhirnya, dan tidak ada cara memulihkannya. Minta berkas asli dengan kolom NIK berjenis teks."
            }
        }
    }

    /// From the database.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.key() == key)
    }
}

/// Why reading ended early.
#[derive(Debug)]
pub enum Stop {
    /// The file is no table that can be taken.
    Unreadable(Unreadable),
    /// The hub failed.
    Hub(HubError),
}

impl<E: Into<HubError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Hub(error.into())
    }
}

/// Where the headings are, and what comes first below them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// As a spreadsheet counts, from 1.
    pub line: u32,
    /// The headings.
    pub headings: Vec<String>,
    /// The first rows.
    pub examples: Vec<Vec<String>>,
}

/// What is done with each row: its line and cells. `false` ends the reading.
pub type EachRow<'a> = dyn FnMut(u32, &[Cell]) -> Result<bool, Stop> + 'a;

/// Reads a stored file row by row, those that are empty left out.
pub fn each_row(hub: &Hub, file: &str, each: &mut EachRow) -> Result<(), Stop> {
    let mut reading = Reading::open(hub, file)?;
    let mut start = [0; 8];
    let length = fill(&mut reading, &mut start)?;
    reading.seek(SeekFrom::Start(0))?;
    match &start[..length] {
        [] => Err(Stop::Unreadable(Unreadable::Empty)),
        [b'P', b'K', 3, 4, ..] => {
            // a library that panics over a forged file must not take the job with it
            let read = catch_unwind(AssertUnwindSafe(|| workbook::read(reading, each)));
            read.unwrap_or(Err(Stop::Unreadable(Unreadable::Strange)))
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Stop::Unreadable(Unreadable::OldWorkbook)),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Stop::Unreadable(Unreadable::Wide)),
        _ => text::read(reading, each),
    }
}

fn fill(from: &mut impl Read, to: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < to.len() {
        match from.read(&mut to[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// One line without blanks around it, not too long, without what no eye sees.
fn tidy(text: &str) -> String {
    let seen = |c: char| if c.is_control() || c == '\u{a0}' { ' ' } else { c };
    let kept: String = text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).map(seen).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_eye_sees_is_left_out() {
        assert_eq!(tidy(" a\u{a0}b\r\n\u{feff}c "), "a b c");
    }
}
