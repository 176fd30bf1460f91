//! All regions in memory: flat sorted arrays, one text for each level's names, no allocation per village.

use super::{DistrictCode, ProvinceCode, RegencyCode, VillageCode};
use std::fmt;
use std::ops::Range;

/// A village with the names of what it lies in. Shown as `Gayam, Gayam, Bojonegoro`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Its code.
    pub code: VillageCode,
    /// Its name, `Gayam`.
    pub name: String,
    /// Its district's name, `Gayam`.
    pub district: String,
    /// Its regency's or city's name, `Kabupaten Bojonegoro` or `Kota Madiun`.
    pub regency: String,
    /// Its province's name, `Jawa Timur`.
    pub province: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // a city keeps its `Kota`: many a regency around it has the same name
        let regency = self.regency.strip_prefix("Kabupaten ").unwrap_or(&self.regency);
        write!(f, "{}, {}, {regency}", self.name, self.district)
    }
}

/// Names of one level in code order, each ended by a line feed.
pub(super) struct Names {
    text: Box<str>,
    /// The byte where each name starts, and the end of the text.
    starts: Box<[u32]>,
}

impl Names {
    /// `starts` holds where each name starts and the end of the text, all on the boundaries of characters.
    pub(super) fn new(text: Box<str>, starts: Box<[u32]>) -> Self {
        Self { text, starts }
    }
    pub(super) fn text(&self) -> &str {
        &self.text
    }
    /// The bytes of the name without its line feed.
    pub(super) fn span(&self, index: usize) -> Range<usize> {
        self.starts[index] as usize..self.starts[index + 1] as usize - 1
    }
    fn get(&self, index: usize) -> &str {
        &self.text[self.span(index)]
    }
    fn heap_bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.starts)
    }
}

/// The provinces, regencies, districts and villages of Indonesia, about 2.5 MB.
pub struct Regions {
    pub(super) provinces: Box<[ProvinceCode]>,
    pub(super) regencies: Box<[RegencyCode]>,
    pub(super) districts: Box<[DistrictCode]>,
    /// Last block of each village's code, district after district.
    pub(super) villages: Box<[u16]>,
    /// The index of each district's first village, and the number of villages.
    pub(super) village_starts: Box<[u32]>,
    pub(super) province_names: Names,
    pub(super) regency_names: Names,
    pub(super) district_names: Names,
    pub(super) village_names: Names,
    /// The villages' names as the search compares them, byte for byte beside their text.
    pub(super) folded: Box<[u8]>,
}

impl Regions {
    /// A village with its names.
    pub fn village(&self, code: VillageCode) -> Option<Place> {
        let district = self.districts.binary_search(&code.district()).ok()?;
        let villages = self.villages_within(district..district + 1);
        let index = self.villages[villages.clone()].binary_search(&code.number()).ok()?;
        self.place(district, villages.start + index)
    }

    /// A district's name.
    pub fn district(&self, code: DistrictCode) -> Option<&str> {
        self.districts.binary_search(&code).ok().map(|index| self.district_names.get(index))
    }

    /// The name of a regency or city, `Kabupaten Bojonegoro` or `Kota Madiun`.
    pub fn regency(&self, code: RegencyCode) -> Option<&str> {
        self.regencies.binary_search(&code).ok().map(|index| self.regency_names.get(index))
    }

    /// A province's name.
    pub fn province(&self, code: ProvinceCode) -> Option<&str> {
        self.provinces.binary_search(&code).ok().map(|index| self.province_names.get(index))
    }

    /// Whether the district exists today; that of an old NIK may not.
    pub fn contains_district(&self, code: DistrictCode) -> bool {
        self.districts.binary_search(&code).is_ok()
    }

    /// All provinces with their names, in code order.
    pub fn provinces(&self) -> impl Iterator<Item = (ProvinceCode, &str)> {
        self.provinces.iter().enumerate().map(|(index, &code)| (code, self.province_names.get(index)))
    }

    /// The regencies and cities of a province with their names, in code order.
    pub fn regencies(&self, province: ProvinceCode) -> impl Iterator<Item = (RegencyCode, &str)> {
        let found = between(&self.regencies, |code| code.province().cmp(&province));
        found.map(|index| (self.regencies[index], self.regency_names.get(index)))
    }

    /// The districts of a regency with their names, in code order.
    pub fn districts(&self, regency: RegencyCode) -> impl Iterator<Item = (DistrictCode, &str)> {
        self.districts_of(regency).map(|index| (self.districts[index], self.district_names.get(index)))
    }

    /// The villages of a district with their names, in code order.
    pub fn villages(&self, district: DistrictCode) -> impl Iterator<Item = (VillageCode, &str)> {
        let found = between(&self.districts, |code| code.cmp(&district));
        self.villages_within(found).filter_map(move |index| {
            let code = VillageCode::new(district, self.villages[index]).ok()?;
            Some((code, self.village_names.get(index)))
        })
    }

    /// The bytes that it holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        let names = [&self.province_names, &self.regency_names, &self.district_names, &self.village_names];
        size_of_val(&*self.provinces)
            + size_of_val(&*self.regencies)
            + size_of_val(&*self.districts)
            + size_of_val(&*self.villages)
            + size_of_val(&*self.village_starts)
            + self.folded.len()
            + names.iter().map(|names| names.heap_bytes()).sum::<usize>()
    }

    /// The indexes of a regency's districts.
    pub(super) fn districts_of(&self, regency: RegencyCode) -> Range<usize> {
        between(&self.districts, |code| code.regency().cmp(&regency))
    }

    /// The indexes of the villages of these districts.
    pub(super) fn villages_within(&self, districts: Range<usize>) -> Range<usize> {
        self.village_starts[districts.start] as usize..self.village_starts[districts.end] as usize
    }

    /// The index of the district that a village lies in.
    pub(super) fn district_of(&self, village: usize) -> usize {
        self.village_starts.partition_point(|&start| start as usize <= village) - 1
    }

    pub(super) fn place(&self, district: usize, village: usize) -> Option<Place> {
        let code = VillageCode::new(self.districts[district], self.villages[village]).ok()?;
        Some(Place {
            code,
            name: self.village_names.get(village).to_owned(),
            district: self.district_names.get(district).to_owned(),
            regency: self.regency(code.regency())?.to_owned(),
            province: self.province(code.province())?.to_owned(),
        })
    }
}

impl fmt::Debug for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Regions({} districts, {} villages)", self.districts.len(), self.villages.len())
    }
}

/// The indexes of the codes that compare equal; the codes are sorted.
fn between<T: Copy>(codes: &[T], compare: impl Fn(T) -> std::cmp::Ordering) -> Range<usize> {
    codes.partition_point(|&code| compare(code).is_lt())..codes.partition_point(|&code| compare(code).is_le())
}
