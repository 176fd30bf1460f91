//! What the protection is worth, as pages for those whom it protects: words and numbers apart, each with where it is from and how
//! sure it is.
//!
//! A page's words name numbers as `{key}` of the facts and write none of their own, so that a changed rule is one changed line.

use crate::money::{Rupiah, grouped};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How sure something is. What is less than `High` must be shown with where to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// Nobody has looked it up.
    Memory,
    /// One decent source.
    Medium,
    /// Two sources, or the law itself.
    High,
}

/// A number of the scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Money.
    Rupiah(Rupiah),
    /// Months, years, hours, people: the words beside it say which.
    Count(u64),
    /// To be called.
    Phone(&'a str),
}

/// A number with where it is from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    rupiah: Option<Rupiah>,
    count: Option<u64>,
    phone: Option<String>,
    /// Of law, or of whoever said it.
    source: String,
    /// The month in which somebody last compared it with the source, `2026-11`.
    checked: String,
    sure: Sure,
}

impl Fact {
    /// Exactly one kind.
    fn value(&self) -> Option<Value<'_>> {
        match (self.rupiah, self.count, &self.phone) {
            (Some(rupiah), None, None) => Some(Value::Rupiah(rupiah)),
            (None, Some(count), None) => Some(Value::Count(count)),
            (None, None, Some(phone)) => Some(Value::Phone(phone)),
            _ => None,
        }
    }
}

/// Every number of the scheme, by key.
#[derive(Clone, Debug, Deserialize)]
pub struct Facts {
    /// When the whole was last gone through.
    pub version: String,
    #[serde(flatten)]
    facts: BTreeMap<String, Fact>,
}

/// A number in a row of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it is for.
    pub what: String,
    /// As people write it, once the page is filled; its key in the file.
    pub fact: String,
}

/// A paper to bring.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Its name among the page's papers, for a tick that stays.
    pub key: String,
    /// What it is.
    pub what: String,
}

/// A few sentences under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// May be empty.
    #[serde(default)]
    pub heading: String,
    /// Paragraphs.
    #[serde(default)]
    pub says: Vec<String>,
    /// Numbers.
    #[serde(default)]
    pub rows: Vec<Row>,
    /// A list without an order.
    #[serde(default)]
    pub points: Vec<String>,
    /// A list in which the order counts.
    #[serde(default)]
    pub steps: Vec<String>,
    /// To be ticked off.
    #[serde(default)]
    pub papers: Vec<Paper>,
    /// Of the words.
    pub source: String,
    /// Of the words, and once the page is filled of the least sure number in them too.
    pub sure: Sure,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its name in addresses.
    pub key: String,
    /// What it answers.
    pub title: String,
    /// The name of its picture.
    pub picture: String,
    /// In order.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    page: Vec<Page>,
}

/// Why a file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BenefitsError {
    /// It is no TOML of this form.
    #[error("not a file of this form: {0}")]
    Form(#[from] toml::de::Error),
    /// A fact has no value, or more than one.
    #[error("fact {0} needs exactly one of rupiah, count and phone")]
    Value(String),
    /// A page names a number that no fact has.
    #[error("no fact is called {0}")]
    NoFact(String),
    /// A `{` without its `}`.
    #[error("an open brace in: {0}")]
    Brace(String),
}

impl Facts {
    /// Reads the numbers.
    pub fn from_toml(text: &str) -> Result<Self, BenefitsError> {
        let facts: Self = toml::from_str(text)?;
        match facts.facts.iter().find(|(_, fact)| fact.value().is_none()) {
            Some((key, _)) => Err(BenefitsError::Value(key.clone())),
            None => Ok(facts),
        }
    }

    /// The number with this key.
    pub fn value(&self, key: &str) -> Option<Value<'_>> {
        self.facts.get(key)?.value()
    }

    /// Of every number its key, source and month of the last check.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.facts.iter().map(|(key, fact)| (key.as_str(), fact.source.as_str(), fact.checked.as_str()))
    }

    /// As people write it, and how sure it is.
    fn written(&self, key: &str) -> Result<(String, Sure), BenefitsError> {
        let fact = self.facts.get(key).ok_or_else(|| BenefitsError::NoFact(key.to_owned()))?;
        let text = match fact.value().ok_or_else(|| BenefitsError::Value(key.to_owned()))? {
            Value::Rupiah(rupiah) => rupiah.to_string(),
            Value::Count(count) => grouped(count),
            Value::Phone(phone) => phone.to_owned(),
        };
        Ok((text, fact.sure))
    }

    /// Puts numbers in the place of their keys; `sure` falls to that of the least sure one.
    fn fill(&self, text: &mut String, sure: &mut Sure) -> Result<(), BenefitsError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (key, tail) = after.split_once('}').ok_or_else(|| BenefitsError::Brace(text.clone()))?;
            let (number, how_sure) = self.written(key)?;
            *sure = (*sure).min(how_sure);
            filled.extend([before, &number]);
            rest = tail;
        }
        filled.push_str(rest);
        *text = filled;
        Ok(())
    }
}

/// Reads pages and fills the numbers in.
pub fn pages(text: &str, facts: &Facts) -> Result<Vec<Page>, BenefitsError> {
    let File { mut page } = toml::from_str(text)?;
    for part in page.iter_mut().flat_map(|page| &mut page.parts) {
        let Part { heading, says, rows, points, steps, papers, sure, .. } = part;
        for row in rows.iter_mut() {
            row.fact = format!("{{{}}}", row.fact);
        }
        let lines = says.iter_mut().chain(points).chain(steps).chain(std::iter::once(heading));
        let lines = lines.chain(papers.iter_mut().map(|paper| &mut paper.what));
        let lines = lines.chain(rows.iter_mut().flat_map(|row| [&mut row.what, &mut row.fact]));
        for line in lines {
            facts.fill(line, sure)?;
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FACTS: &str = include_str!("../../../assets/benefits/facts.toml");
    const FILES: [(&str, &str, usize); 2] = [
        ("id", include_str!("../../../assets/benefits/id.toml"), 12),
        ("en", include_str!("../../../assets/benefits/en.toml"), 16),
    ];

    fn facts() -> Facts {
        Facts::from_toml(FACTS).unwrap()
    }

    /// Every sentence of a part.
    fn lines(part: &Part) -> impl Iterator<Item = &str> {
        let texts = part.says.iter().chain(&part.points).chain(&part.steps).chain(std::iter::once(&part.heading));
        texts
            .map(String::as_str)
            .chain(part.papers.iter().map(|paper| paper.what.as_str()))
            .chain(part.rows.iter().map(|row| row.what.as_str()))
    }

    #[test]
    fn every_number_has_a_source_a_month_and_a_value() {
        let facts = facts();
        assert!(facts.sources().count() > 20);
        for (key, source, checked) in facts.sources() {
            assert!(source.len() > 5 && checked.len() == 7, "{key}");
        }
        assert_eq!(facts.value("death_total"), Some(Value::Rupiah(Rupiah(42_000_000))));
        let sum = ["death_grant", "death_months", "funeral"].map(|key| match facts.value(key) {
            Some(Value::Rupiah(Rupiah(rupiah))) => rupiah,
            _ => 0,
        });
        assert_eq!(Some(Value::Rupiah(Rupiah(sum.iter().sum()))), facts.value("death_total"));
    }

    #[test]
    fn both_languages_have_the_same_pages_and_say_the_same_numbers() {
        let shape = |text| -> Vec<_> {
            let pages = pages(text, &facts()).unwrap();
            let part = |part: &Part| {
                let papers: Vec<String> = part.papers.iter().map(|paper| paper.key.clone()).collect();
                let rows: Vec<String> = part.rows.iter().map(|row| row.fact.clone()).collect();
                (part.sure, part.steps.len(), part.points.len(), papers, rows, part.heading.is_empty())
            };
            let page = |page: Page| (page.key, page.picture, page.parts.iter().map(part).collect::<Vec<_>>());
            pages.into_iter().map(page).collect()
        };
        assert_eq!(shape(FILES[0].1), shape(FILES[1].1));
    }

    #[test]
    fn the_words_hold_no_number_that_is_not_in_the_facts() {
        for (name, text, _) in FILES {
            let File { page } = toml::from_str(text).unwrap();
            for line in page.iter().flat_map(|page| &page.parts).flat_map(lines) {
                let outside: String = line.split('{').map(|piece| piece.rsplit('}').next().unwrap()).collect();
                assert!(!outside.contains(|letter: char| letter.is_ascii_digit()), "{name}: {line}");
            }
            assert!(!page.iter().any(|page| page.title.contains(|letter: char| letter.is_ascii_digit())), "{name}");
        }
    }

    #[test]
    fn somebody_with_primary_school_can_read_every_sentence() {
        for (name, text, most) in FILES {
            let read = pages(text, &facts()).unwrap();
            let parts = read.iter().flat_map(|page| &page.parts);
            for sentence in parts.flat_map(lines).flat_map(|line| line.split(['.', '?', '!', ':', ';', ','])) {
                // a dot within a sum of money ends no sentence, and makes it only shorter
                let words = sentence.split_whitespace().count();
                assert!(words <= most, "{name}, {words} words: {sentence}");
            }
            let whole = read.iter().flat_map(|page| &page.parts).flat_map(lines);
            for sentence in whole.flat_map(|line| line.split(". ").flat_map(|line| line.split("? "))) {
                assert!(sentence.split_whitespace().count() <= most + 2, "{name}: {sentence}");
            }
        }
    }

    #[test]
    fn money_is_written_with_dots_and_what_is_unsure_makes_its_part_unsure() {
        let read = pages(FILES[0].1, &facts()).unwrap();
        let part = |key: &str, number: usize| read.iter().find(|page| page.key == key).unwrap().parts[number].clone();
        assert_eq!(part("death_pays", 0).rows[3].fact, "Rp42.000.000");
        assert_eq!(part("death_pays", 0).sure, Sure::High);
        assert!(part("death_pays", 1).says[0].contains("Rp10.000.000 saja"));
        assert_eq!(part("accident_pays", 3).sure, Sure::Medium, "one of its numbers has one source only");
        assert_eq!(part("heir", 2).sure, Sure::Memory);
    }

    #[test]
    fn a_file_with_a_mistake_is_refused() {
        let page = |part: &str| format!("[[page]]\nkey='a'\ntitle='A'\npicture='p'\n[[page.part]]\nsource='x'\n{part}");
        let wrong = |part: &str| pages(&page(part), &facts()).is_err();
        assert!(!wrong("sure='high'\nsays=['{funeral}']"));
        assert!(wrong("sure='high'\nsays=['{nothing}']"), "a number that nobody knows");
        assert!(wrong("sure='high'\nsays=['{funeral']"));
        assert!(wrong("sure='perhaps'"));
        assert!(wrong("sure='high'\nsay=['a']"), "a key that is not known");
        assert!(
            Facts::from_toml("version='1'\n[a]\nrupiah=1\ncount=2\nsource='s'\nchecked='2026-11'\nsure='high'")
                .is_err()
        );
        assert!(Facts::from_toml("version='1'\n[a]\nmoney=1\nsource='s'\nchecked='2026-11'\nsure='high'").is_err());
    }
}
