//! CSV and XLSX as rows of text, one at a time and within bounds: a file of 40 MB must not need a gigabyte.

use crate::error::HubError;
use crate::hub::Hub;
use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use serde::{Deserialize, Serialize};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::stored::Reading;

/// Bytes of a file that comes in.
pub const MOST_BYTES: u64 = 40 << 20;
/// Rows, empty ones too.
pub const MOST_ROWS: u32 = 300_000;
/// Columns; more are left out.
pub const MOST_COLUMNS: usize = 60;
/// Characters of a cell; more are left out.
pub const MOST_CHARACTERS: usize = 200;
/// Bytes that a sheet may have when unpacked: 300,000 rows of 20 columns have about 250 MB.
const MOST_SHEET: u64 = 600 << 20;
/// Bytes of the texts of a workbook when unpacked, which are in memory.
const MOST_TEXTS: u64 = 96 << 20;
/// Bytes of every other part.
const MOST_PART: u64 = 16 << 20;
/// Parts of a workbook.
const MOST_PARTS: usize = 2_000;
/// Texts that a workbook says it has; memory is taken for them before they are read.
const MOST_TEXT_COUNT: u64 = 4_000_000;

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
            let read = catch_unwind(AssertUnwindSafe(|| workbook(reading, each)));
            read.unwrap_or(Err(Stop::Unreadable(Unreadable::Strange)))
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Stop::Unreadable(Unreadable::OldWorkbook)),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Stop::Unreadable(Unreadable::Wide)),
        _ => text(reading, each),
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

fn text(mut reading: Reading, each: &mut EachRow) -> Result<(), Stop> {
    let mut sample = vec![0; 16 << 10];
    let length = fill(&mut reading, &mut sample)?;
    let sample = &sample[..length];
    if sample.contains(&0) {
        return Err(Stop::Unreadable(Unreadable::Strange));
    }
    let bom = if sample.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    reading.seek(SeekFrom::Start(bom))?;
    let delimiter = delimiter(sample);
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        // with its own notion of line ends the reader counts lines of CRLF files one too low; the CR is trimmed with blanks
        .terminator(csv::Terminator::Any(b'\n'))
        .flexible(true)
        .has_headers(false)
        .from_reader(BufReader::with_capacity(64 << 10, reading));
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    loop {
        match csv.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Err(error.into()),
                _ => return Err(Stop::Unreadable(Unreadable::Strange)),
            },
        }
        rows += 1;
        if rows > MOST_ROWS {
            return Err(Stop::Unreadable(Unreadable::TooManyRows));
        }
        let line = record.position().map_or(rows, |at| u32::try_from(at.line()).unwrap_or(u32::MAX));
        // Excel's own hint to itself
        if rows == 1 && record.get(0).is_some_and(|cell| cell.to_ascii_lowercase().starts_with(b"sep=")) {
            continue;
        }
        let cells: Vec<Cell> = record
            .iter()
            .take(MOST_COLUMNS)
            .map(|bytes| Cell { text: tidy(&decoded(bytes)), is_number: false })
            .collect();
        if cells.iter().any(|cell| !cell.text.is_empty()) && !each(line, &cells)? {
            return Ok(());
        }
    }
}

/// The sign that stands most often outside quotes in the first lines, and in most of them equally often.
fn delimiter(sample: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = sample.split(|&byte| byte == b'\n').filter(|line| line.len() > 1).take(10).collect();
    let score = |sign: u8| {
        let counts = lines.iter().map(|line| {
            let (mut is_quoted, mut count) = (false, 0);
            for &byte in *line {
                is_quoted ^= byte == b'"';
                count += usize::from(byte == sign && !is_quoted);
            }
            count
        });
        let counts: Vec<usize> = counts.collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        (counts.iter().filter(|&&count| count == most).count() * most.min(30), most)
    };
    // at a tie the first one
    [b',', b'|', b'\t', b';'].into_iter().max_by_key(|&sign| score(sign)).unwrap_or(b',')
}

/// UTF-8, or else the Windows code page of western languages.
fn decoded(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes
            .iter()
            .map(|&byte| match byte {
                0x80..0xa0 => HIGH[usize::from(byte) - 0x80],
                _ => char::from(byte),
            })
            .collect(),
    }
}

/// One line without blanks around it, not too long, without what no eye sees.
fn tidy(text: &str) -> String {
    let seen = |c: char| if c.is_control() || c == '\u{a0}' { ' ' } else { c };
    let kept: String = text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).map(seen).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_CHARACTERS).collect()
}

fn workbook(mut reading: Reading, each: &mut EachRow) -> Result<(), Stop> {
    weigh(&mut reading)?;
    reading.seek(SeekFrom::Start(0))?;
    let strange = |error: XlsxError| match error {
        XlsxError::Io(error) => Stop::Hub(error.into()),
        XlsxError::Password => Stop::Unreadable(Unreadable::OldWorkbook),
        _ => Stop::Unreadable(Unreadable::Strange),
    };
    let mut book: Xlsx<_> = Xlsx::new(BufReader::with_capacity(64 << 10, reading)).map_err(strange)?;
    let sheet = book.sheet_names().first().cloned().ok_or(Stop::Unreadable(Unreadable::Empty))?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(strange)?;
    let (mut line, mut row, mut rows) = (0, Vec::new(), 0);
    loop {
        let next = cells.next_cell().map_err(strange)?;
        let at = next.as_ref().map(|cell| cell.get_position());
        if at.is_none_or(|(found, _)| found != line) {
            if row.iter().any(|cell: &Cell| !cell.text.is_empty()) {
                rows += 1;
                if rows > MOST_ROWS {
                    return Err(Stop::Unreadable(Unreadable::TooManyRows));
                }
                if !each(line + 1, &row)? {
                    return Ok(());
                }
            }
            row.clear();
        }
        let (Some(cell), Some((found, column))) = (next, at) else { return Ok(()) };
        line = found;
        let column = column as usize;
        if column >= MOST_COLUMNS {
            continue;
        }
        if row.len() <= column {
            row.resize(column + 1, Cell::default());
        }
        row[column] = shown(cell.get_value());
    }
}

/// A cell as it would be typed.
fn shown(value: &DataRef) -> Cell {
    let (text, is_number) = match value {
        DataRef::String(text) => (text.clone(), false),
        DataRef::SharedString(text) => ((*text).to_owned(), false),
        DataRef::Int(number) => (number.to_string(), true),
        // a float shows no exponent here: 3.52228E+15 is 3522280000000000
        DataRef::Float(number) => (number.to_string(), true),
        DataRef::Bool(true) => ("ya".to_owned(), false),
        DataRef::Bool(false) => ("tidak".to_owned(), false),
        DataRef::DateTime(date) => (super::cell::serial_date(date.as_f64()).unwrap_or_default(), false),
        DataRef::DateTimeIso(text) => (text.clone(), false),
        DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => (String::new(), false),
    };
    Cell { text: tidy(&text), is_number }
}

/// Unpacks every part once without keeping it: what a ZIP says of its sizes may be a lie.
fn weigh(reading: &mut Reading) -> Result<(), Stop> {
    let strange = |_| Stop::Unreadable(Unreadable::Strange);
    let mut archive = zip::ZipArchive::new(BufReader::with_capacity(64 << 10, reading)).map_err(strange)?;
    if archive.len() > MOST_PARTS {
        return Err(Stop::Unreadable(Unreadable::Bomb));
    }
    let mut sheets = MOST_SHEET;
    let mut buffer = vec![0; 64 << 10];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(strange)?;
        let name = part.name().map_err(strange)?.to_ascii_lowercase();
        let is_text = name.ends_with("sharedstrings.xml");
        let mut left = match () {
            () if is_text => MOST_TEXTS,
            () if name.contains("worksheets/") => sheets,
            () => MOST_PART,
        };
        let mut is_first = true;
        loop {
            let length = fill(&mut part, &mut buffer).map_err(|_| Stop::Unreadable(Unreadable::Strange))?;
            if length == 0 {
                break;
            }
            left = left.checked_sub(length as u64).ok_or(Stop::Unreadable(Unreadable::Bomb))?;
            if is_first && is_text && said_count(&buffer[..length]) > MOST_TEXT_COUNT {
                return Err(Stop::Unreadable(Unreadable::Bomb));
            }
            is_first = false;
        }
        if name.contains("worksheets/") {
            sheets = left;
        }
    }
    Ok(())
}

/// `uniqueCount="1234"` of a workbook's texts.
fn said_count(start: &[u8]) -> u64 {
    let start = String::from_utf8_lossy(&start[..start.len().min(4 << 10)]);
    let digits = start.split("uniqueCount").nth(1).unwrap_or_default();
    let digits: String = digits.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_between_columns_is_found() {
        assert_eq!(delimiter(b"NIK;Nama\n1;\"a,b,c,d\"\n2;b\n"), b';');
        assert_eq!(delimiter(b"NIK\tNama\n1\ta\n"), b'\t');
        assert_eq!(delimiter(b"NIK,Nama,Alamat\n1,a,b\n"), b',');
        assert_eq!(delimiter(b"NIK\n1\n"), b';');
    }

    #[test]
    fn what_is_no_utf8_is_read_as_windows_has_it() {
        assert_eq!(decoded(b"Jum\x92at \xe9"), "Jum’at é");
        assert_eq!(tidy(" a\u{a0}b\r\n\u{feff}c "), "a b c");
    }

    #[test]
    fn a_forged_count_is_seen() {
        assert_eq!(said_count(br#"<sst count="3" uniqueCount="99999999999999999999999">"#), u64::MAX);
        assert_eq!(said_count(br#"<sst count="3" uniqueCount="12">"#), 12);
    }
}
