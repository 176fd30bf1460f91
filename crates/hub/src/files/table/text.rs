//! Text with a sign between the columns, as CSV has it.

use super::{Cell, EachRow, MOST_COLUMNS, MOST_ROWS, Stop, Unreadable, fill, tidy};
use crate::files::stored::Reading;
use std::io::{BufReader, Seek as _, SeekFrom};

/// Reads it row by row.
pub(super) fn read(mut reading: Reading, each: &mut EachRow) -> Result<(), Stop> {
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
    }
}
