//! Finds villages by a part of their name.

use super::{Place, RegencyCode, Regions};
use memchr::memmem;
use std::collections::BinaryHeap;

/// How well a name fits; the first is the best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the whole name.
    Exact,
    /// The name starts with it.
    Prefix,
    /// A word of the name starts with it.
    Word,
    /// It stands inside a word.
    Inside,
}

/// Names compare without case, and with hyphens as blanks. The length stays.
pub(super) fn folded(text: &str) -> Box<[u8]> {
    text.bytes().map(|byte| if byte == b'-' { b' ' } else { byte.to_ascii_lowercase() }).collect()
}

/// A part of a query with single blanks, folded.
fn needle(text: &str) -> Box<[u8]> {
    folded(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Regions {
    /// Villages whose name holds the query, the better fits first: the whole name, its start, the start of a word,
    /// inside a word; then shorter names, then code order. Case does not matter.
    ///
    /// After a comma, parts of the district's, regency's or province's name narrow the search: `gayam, bojonegoro`.
    /// A query without a name finds nothing.
    pub fn search(&self, query: &str, within: Option<RegencyCode>, limit: usize) -> Vec<Place> {
        let mut parts = query.split(',');
        let name = parts.next().map(needle).unwrap_or_default();
        let around: Vec<Box<[u8]>> = parts.map(needle).filter(|part| !part.is_empty()).collect();
        if name.is_empty() || limit == 0 {
            return Vec::new();
        }
        let districts = within.map_or(0..self.districts.len(), |regency| self.districts_of(regency));
        let wanted = (!around.is_empty()).then(|| self.districts_named(&around));
        let villages = self.villages_within(districts);
        if villages.is_empty() {
            return Vec::new();
        }
        // the largest key, which is the worst fit, lies on top
        let mut best: BinaryHeap<(Fit, usize, usize)> = BinaryHeap::new();
        let mut keep = |(fit, village): (Fit, usize)| {
            let key = (fit, self.village_names.span(village).len(), village);
            let is_full = best.len() >= limit;
            if is_full && best.peek().is_some_and(|worst| *worst <= key) {
                return;
            }
            if wanted.as_ref().is_some_and(|wanted| !wanted[self.district_of(village)]) {
                return;
            }
            if is_full {
                best.pop();
            }
            best.push(key);
        };

        let first_byte = self.village_names.span(villages.start).start;
        let haystack = &self.folded[first_byte..self.village_names.span(villages.end - 1).end];
        let mut village = villages.start;
        let mut found: Option<(Fit, usize)> = None;
        for hit in memmem::find_iter(haystack, &name) {
            let at = first_byte + hit;
            while self.village_names.span(village).end < at {
                village += 1;
            }
            let fit = self.fit(village, at, name.len());
            // a name may hold the query several times; its best fit counts
            match &mut found {
                Some((best_fit, same)) if *same == village => *best_fit = fit.min(*best_fit),
                other => {
                    if let Some(before) = other.replace((fit, village)) {
                        keep(before);
                    }
                }
            }
        }
        if let Some(last) = found {
            keep(last);
        }
        best.into_sorted_vec()
            .into_iter()
            .filter_map(|(_, _, village)| self.place(self.district_of(village), village))
            .collect()
    }

    fn fit(&self, village: usize, at: usize, length: usize) -> Fit {
        let span = self.village_names.span(village);
        if at == span.start {
            return if length == span.len() { Fit::Exact } else { Fit::Prefix };
        }
        if self.folded[at - 1].is_ascii_alphanumeric() { Fit::Inside } else { Fit::Word }
    }

    /// For each district whether every part stands in its own, its regency's or its province's name.
    fn districts_named(&self, parts: &[Box<[u8]>]) -> Vec<bool> {
        let holds =
            |name: Option<&str>, part: &[u8]| name.is_some_and(|name| memmem::find(&folded(name), part).is_some());
        self.districts
            .iter()
            .map(|&code| {
                parts.iter().all(|part| {
                    holds(self.district(code), part)
                        || holds(self.regency(code.regency()), part)
                        || holds(self.province(code.province()), part)
                })
            })
            .collect()
    }
}
