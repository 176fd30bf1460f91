//! Workbooks of Excel's kind, XLSX.

use super::{Cell, EachRow, MOST_COLUMNS, MOST_ROWS, Stop, Unreadable, fill, tidy};
use crate::files::cell::serial_date;
use crate::files::stored::Reading;
use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use std::io::{BufReader, Seek as _, SeekFrom};

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

/// Reads the first sheet row by row.
pub(super) fn read(mut reading: Reading, each: &mut EachRow) -> Result<(), Stop> {
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
        DataRef::DateTime(date) => (serial_date(date.as_f64()).unwrap_or_default(), false),
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
    fn a_forged_count_is_seen() {
        assert_eq!(said_count(br#"<sst count="3" uniqueCount="99999999999999999999999">"#), u64::MAX);
        assert_eq!(said_count(br#"<sst count="3" uniqueCount="12">"#), 12);
    }
}
