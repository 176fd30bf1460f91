//! Tables as CSV and XLSX that a spreadsheet opens without harm.

use crate::error::HubError;
use jiff::Timestamp;
use jiff::tz::Offset;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::io::Write;
use std::path::Path;

/// What a spreadsheet would take for a formula is said to be text.
pub fn harmless(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.len() > 1 {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Where a row is put.
pub type Put<'a> = dyn FnMut(&[String]) -> Result<(), HubError> + 'a;

/// A CSV with the mark by which spreadsheets know UTF-8.
pub struct CsvSheet<W: Write>(csv::Writer<W>);

impl<W: Write> CsvSheet<W> {
    /// Begins with the headings.
    pub fn begin(mut to: W, separator: char, headings: &[String]) -> Result<Self, HubError> {
        to.write_all("\u{feff}".as_bytes())?;
        let separator = u8::try_from(separator).unwrap_or(b',');
        let writer = csv::WriterBuilder::new().delimiter(separator).terminator(csv::Terminator::CRLF).from_writer(to);
        let mut sheet = Self(writer);
        sheet.row(headings)?;
        Ok(sheet)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[String]) -> Result<(), HubError> {
        self.0.write_record(cells.iter().map(|cell| harmless(cell))).map_err(failed_csv)
    }

    /// Gives back what was written to.
    pub fn finish(self) -> Result<W, HubError> {
        self.0.into_inner().map_err(|error| HubError::File(error.into_error()))
    }
}

fn failed_csv(error: csv::Error) -> HubError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => HubError::File(error),
        _ => HubError::Corrupt("a row of a CSV"),
    }
}

fn failed(error: XlsxError) -> HubError {
    HubError::File(std::io::Error::other(error))
}

/// A workbook whose sheets go to the disk as they are written: its memory does not grow with its rows.
pub struct XlsxBook {
    book: Workbook,
    bold: Format,
}

impl XlsxBook {
    /// Begins a workbook. Its bytes depend on nothing but what is written and `at`.
    pub fn begin(folder: &Path, at: Timestamp) -> Result<Self, HubError> {
        let mut book = Workbook::new();
        book.set_tempdir(folder).map_err(failed)?;
        let at = Offset::UTC.to_datetime(at);
        let year = u16::try_from(at.year()).unwrap_or(1970);
        let (month, day) = (at.month().unsigned_abs(), at.day().unsigned_abs());
        let made = ExcelDateTime::from_ymd(year, month, day)
            .and_then(|made| made.and_hms(at.hour().unsigned_abs().into(), at.minute().unsigned_abs(), 0))
            .map_err(failed)?;
        book.set_properties(&DocProperties::new().set_author("Payung").set_creation_datetime(&made));
        Ok(Self { book, bold: Format::new().set_bold() })
    }

    /// Adds a sheet row by row: `rows` is given a place to put each. A cell is a text, so that no digit is lost, except those
    /// of the `numbers` columns.
    pub fn sheet(
        &mut self,
        name: &str,
        headings: &[String],
        numbers: &[usize],
        rows: &mut dyn FnMut(&mut Put<'_>) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let sheet: &mut Worksheet = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (heading, column) in headings.iter().zip(0u16..) {
            let width = if heading == "NIK" { 20 } else { heading.chars().count().clamp(8, 30) + 4 };
            sheet.set_column_width(column, width as f64).map_err(failed)?;
        }
        for (heading, column) in headings.iter().zip(0u16..) {
            sheet.write_string_with_format(0, column, heading, &self.bold).map_err(failed)?;
        }
        let mut line = 0;
        rows(&mut |cells| {
            line += 1;
            for (cell, column) in cells.iter().zip(0u16..) {
                let number = numbers.contains(&usize::from(column)).then(|| cell.parse::<u32>().ok()).flatten();
                match number {
                    Some(number) => sheet.write_number(line, column, number),
                    None if cell.is_empty() => continue,
                    None => sheet.write_string(line, column, cell),
                }
                .map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Writes the whole of it.
    pub fn finish(mut self, to: impl Write + Send) -> Result<(), HubError> {
        self.book.save_to_writer(to).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+62", "-2", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!((harmless("-"), harmless("Siti"), harmless("3522")), ("-".into(), "Siti".into(), "3522".into()));
        let mut csv = CsvSheet::begin(Vec::new(), ';', &["Nama".into()]).unwrap();
        csv.row(&["=HYPERLINK(\"x\")".into()]).unwrap();
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}Nama\r\n\"'=HYPERLINK(\"\"x\"\")\"\r\n");
    }

    #[test]
    fn the_same_rows_are_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let make = || {
            let mut book =
                XlsxBook::begin(folder.path(), Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000))
                    .unwrap();
            book.sheet("A", &["NIK".into()], &[], &mut |row| row(&["3522280504859999".into()])).unwrap();
            let mut bytes = Vec::new();
            book.finish(&mut bytes).unwrap();
            bytes
        };
        let first = make();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(first, make());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
