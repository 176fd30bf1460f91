//! Reads the asset that `scripts/regions/make.mjs` writes; its head describes the format.

use super::table::{Names, Regions};
use super::{DistrictCode, ProvinceCode, RegencyCode};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

const MAGIC: &[u8] = b"PYRG";
const VERSION: u8 = 1;
/// More than this no asset inflates to (the one of 2026 has 1.08 MB); it bounds the memory that hostile bytes take.
const MOST_INFLATED_BYTES: usize = 2 << 20;

/// The bytes are not a regions file that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionsError {
    /// Another kind of file.
    #[error("not a regions file")]
    Magic,
    /// Made for another version of this program.
    #[error("a regions file of version {found}, not {VERSION}")]
    Version {
        /// Its version.
        found: u8,
    },
    /// Cut off, changed on the way, or far too large.
    #[error("the regions file is damaged or too large")]
    Damaged,
    /// Whole, but its contents make no sense.
    #[error("the regions file makes no sense: {what}")]
    Content {
        /// What is wrong.
        what: &'static str,
    },
}

fn content(what: &'static str) -> RegionsError {
    RegionsError::Content { what }
}

impl Regions {
    /// Reads the asset's bytes; takes a few milliseconds.
    ///
    /// Hostile bytes give an error and take no more than a few megabytes.
    pub fn load(bytes: &[u8]) -> Result<Regions, RegionsError> {
        let Some([version, packed @ ..]) = bytes.strip_prefix(MAGIC) else {
            return Err(RegionsError::Magic);
        };
        if *version != VERSION {
            return Err(RegionsError::Version { found: *version });
        }
        let payload =
            decompress_to_vec_zlib_with_limit(packed, MOST_INFLATED_BYTES).map_err(|_| RegionsError::Damaged)?;
        let mut reader = Reader { rest: &payload };

        let mut provinces: Vec<ProvinceCode> = Vec::new();
        reader.children(1, 99, |_, number| provinces.push(ProvinceCode::from_number(two_digits(number))))?;
        let mut regencies: Vec<RegencyCode> = Vec::new();
        reader.children(provinces.len(), 99, |parent, number| {
            regencies.push(RegencyCode::from_blocks(provinces[parent].number(), two_digits(number)));
        })?;
        let mut districts: Vec<DistrictCode> = Vec::new();
        reader.children(regencies.len(), 99, |parent, number| {
            districts.push(DistrictCode::new(regencies[parent], two_digits(number)));
        })?;
        let mut villages: Vec<u16> = Vec::new();
        let counts = reader.children(districts.len(), 3999, |_, number| villages.push(number))?;
        if villages.iter().any(|&number| number < 1000) {
            return Err(content("a village's number under 1000"));
        }
        let mut end = 0;
        let village_starts = std::iter::once(0).chain(counts.iter().map(|count| {
            end += count;
            end
        }));
        let village_starts = village_starts.collect();

        let province_names = reader.names(provinces.len())?;
        let regency_names = reader.names(regencies.len())?;
        let district_names = reader.names(districts.len())?;
        let village_names = reader.names(villages.len())?;
        if !reader.rest.is_empty() {
            return Err(content("bytes after the last name"));
        }
        Ok(Regions {
            folded: super::search::folded(village_names.text()),
            provinces: provinces.into(),
            regencies: regencies.into(),
            districts: districts.into(),
            villages: villages.into(),
            village_starts,
            province_names,
            regency_names,
            district_names,
            village_names,
        })
    }
}

/// A block that was checked to be at most 99.
fn two_digits(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    /// A LEB128 number of at most three bytes.
    fn number(&mut self) -> Result<u32, RegionsError> {
        let mut number = 0;
        for shift in [0, 7, 14] {
            let Some((&byte, rest)) = self.rest.split_first() else {
                return Err(content("a number is cut off"));
            };
            self.rest = rest;
            number |= u32::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(number);
            }
        }
        Err(content("a number is too large"))
    }

    /// Gives each child as the index of its parent and its own number, which rises within a parent up to `most`.
    /// Returns how many children each parent has.
    fn children(
        &mut self,
        parents: usize,
        most: u32,
        mut give: impl FnMut(usize, u16),
    ) -> Result<Vec<u32>, RegionsError> {
        // each count takes a byte at least, so the vector stays under the payload's size times four
        let counts = (0..parents).map(|_| self.number()).collect::<Result<Vec<u32>, _>>()?;
        for (parent, &count) in counts.iter().enumerate() {
            let mut number = 0;
            for _ in 0..count {
                let step = self.number()?;
                number += step;
                if step == 0 || number > most {
                    return Err(content("the codes do not rise"));
                }
                give(parent, u16::try_from(number).map_err(|_| content("a number is too large"))?);
            }
        }
        Ok(counts)
    }

    /// So many names, each ended by a line feed.
    fn names(&mut self, count: usize) -> Result<Names, RegionsError> {
        let mut starts = vec![0];
        let mut ends = memchr::memchr_iter(b'\n', self.rest);
        for _ in 0..count {
            let end = ends.next().ok_or(content("a name is missing"))?;
            starts.push(u32::try_from(end + 1).map_err(|_| content("the names are too long"))?);
        }
        let length = starts.last().map_or(0, |&end| end as usize);
        let (text, rest) = self.rest.split_at(length);
        let text = std::str::from_utf8(text).map_err(|_| content("a name is not UTF-8"))?;
        self.rest = rest;
        Ok(Names::new(text.into(), starts.into()))
    }
}
