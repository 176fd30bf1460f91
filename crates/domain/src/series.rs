//! A file as a series of QR codes: shown by one phone in turn, collected by another one's camera in any order, no signal needed.
//!
//! A code is `PAYUNG:1/<series>/<number>/<count>/<part>`: the series' name is the beginning of the file's SHA-256, the number
//! counts from 1, the part is base45 (RFC 9285), so that all of it fits QR's alphanumeric mode.

use sha2::{Digest, Sha256};

/// Bytes of one code: with error correction M it has 65 modules a side, which a phone's camera reads off a phone's screen.
const PART: usize = 240;
/// Codes of one series: a minute and a half of patience for both kaders.
const MOST: usize = 200;
/// How a code of ours begins.
const BEGINNING: &str = "PAYUNG:1/";

/// The texts of the codes; nothing when the file is too large to be shown.
pub fn codes(file: &[u8]) -> Option<Vec<String>> {
    let parts: Vec<_> = file.chunks(PART).collect();
    if parts.is_empty() || parts.len() > MOST {
        return None;
    }
    let (series, count) = (name(file), parts.len());
    let code =
        |(index, part): (usize, &&[u8])| format!("{BEGINNING}{series}/{}/{count}/{}", index + 1, base45::encode(part));
    Some(parts.iter().enumerate().map(code).collect())
}

fn name(file: &[u8]) -> String {
    hex::encode_upper(&Sha256::digest(file)[..6])
}

/// What has been seen of a series so far.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    series: String,
    parts: Vec<Option<Vec<u8>>>,
}

/// What a code that was seen means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// No code of a series.
    Other,
    /// So many codes of so many.
    Some {
        /// Seen so far.
        have: usize,
        /// In the series.
        of: usize,
    },
    /// The file.
    Whole(Vec<u8>),
}

impl Collector {
    /// Takes a code's text. One of another series begins anew; the same one again changes nothing.
    pub fn take(&mut self, text: &str) -> Collected {
        let Some((series, number, count, part)) = parsed(text) else { return Collected::Other };
        if (self.series.as_str(), self.parts.len()) != (series, count) {
            *self = Self { series: series.to_owned(), parts: vec![None; count] };
        }
        if let Some(place) = self.parts.get_mut(number - 1) {
            *place = Some(part);
        }
        let have = self.parts.iter().flatten().count();
        if have < count {
            return Collected::Some { have, of: count };
        }
        let file: Vec<u8> = self.parts.iter().flatten().flatten().copied().collect();
        if name(&file) == self.series {
            return Collected::Whole(file);
        }
        // two series under one name, or a code that was read wrongly: begin anew
        *self = Self::default();
        Collected::Some { have: 0, of: count }
    }
}

fn parsed(text: &str) -> Option<(&str, usize, usize, Vec<u8>)> {
    let mut fields = text.strip_prefix(BEGINNING)?.splitn(4, '/');
    let (series, number, count) = (fields.next()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let part = base45::decode(fields.next()?).ok()?;
    let is_possible = (1..=count).contains(&number) && count <= MOST && part.len() <= PART;
    is_possible.then_some((series, number, count, part))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn file(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|at| (at * 7 % 251) as u8).collect()
    }

    #[test]
    fn a_series_in_any_order_and_with_repetitions_gives_the_file() {
        for bytes in [1, PART, PART + 1, 5_000] {
            let codes = codes(&file(bytes)).unwrap();
            let mut collector = Collector::default();
            for code in codes.iter().skip(1).rev().chain(codes.iter().skip(1)) {
                assert!(matches!(collector.take(code), Collected::Some { .. }), "{bytes}");
            }
            assert_eq!(collector.take(&codes[0]), Collected::Whole(file(bytes)));
        }
    }

    #[test]
    fn a_code_fits_qr_s_alphanumeric_mode() {
        const LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        for code in codes(&file(2_000)).unwrap() {
            assert!(code.chars().all(|letter| LETTERS.contains(letter)), "{code}");
            assert!(code.len() <= 419, "version 12 with error correction M holds no more: {}", code.len());
        }
    }

    #[test]
    fn another_series_begins_anew_and_other_codes_mean_nothing() {
        let (first, second) = (codes(&file(700)).unwrap(), codes(&file(701)).unwrap());
        let mut collector = Collector::default();
        collector.take(&first[0]);
        assert_eq!(collector.take(&second[1]), Collected::Some { have: 1, of: 3 });
        for other in ["", "3522280504859999", "PAYUNG:1/AB/0/3/00", "PAYUNG:1/AB/4/3/00", "PAYUNG:1/AB/1/9999/00"] {
            assert_eq!(collector.take(other), Collected::Other, "{other}");
        }
    }

    #[test]
    fn a_part_that_was_read_wrongly_gives_no_file() {
        let codes = codes(&file(400)).unwrap();
        let mut collector = Collector::default();
        let wrong = codes[0].replacen(base45::encode(file(PART)).get(..6).unwrap(), "000000", 1);
        assert_ne!(wrong, codes[0]);
        collector.take(&wrong);
        assert_eq!(collector.take(&codes[1]), Collected::Some { have: 0, of: 2 });
        collector.take(&codes[0]);
        assert_eq!(collector.take(&codes[1]), Collected::Whole(file(400)));
    }

    #[test]
    fn what_is_too_large_or_empty_is_not_shown() {
        assert_eq!((codes(&[]), codes(&file(PART * MOST + 1))), (None, None));
    }
}
