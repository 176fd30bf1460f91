//! A programme's TOML file, and where in it a mistake is.

use super::{Fault, Programme, QuotaRule};
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// A programme's file is not one, or makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeError {
    /// The line, from 1.
    pub line: usize,
    /// The field, `months` or `occupations.2.id` with numbers from 0; empty where the TOML itself is broken.
    pub field: String,
    /// Why, in plain English.
    pub reason: String,
}

impl fmt::Display for ProgrammeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ProgrammeError {}

impl Programme {
    /// Reads a programme's file and refuses one that makes no sense, also one with a field that nobody knows.
    pub fn from_toml(text: &str) -> Result<Programme, ProgrammeError> {
        let document = DeTable::parse(text).map_err(|error| broken(text, &error))?;
        let root = DeValue::Table(document.get_ref().clone());
        let mut unknown = None;
        let deserializer = Deserializer::from(document);
        // JSON from a newer hub may hold fields that this phone does not know; a file may not.
        let mut on_ignored = |path: serde_ignored::Path<'_>| {
            unknown.get_or_insert_with(|| path.to_string());
        };
        let programme = Programme::deserialize(serde_ignored::Deserializer::new(deserializer, &mut on_ignored))
            .map_err(|error| misread(text, &root, &error))?;
        let has_listed_places = programme.quota == QuotaRule::Listed
            && root.get("quota").and_then(|quota| quota.get_ref().get("places")).is_some();
        let misplaced = match unknown {
            Some(field) => Some((field, "no programme has this field")),
            // serde lets it pass: a variant without fields ignores what stands beside its tag
            None if has_listed_places => Some(("quota.places".to_owned(), "a listed quota has no number of places")),
            None => None,
        };
        if let Some((field, reason)) = misplaced {
            return Err(placed(text, &root, Fault { field, reason: reason.to_owned() }));
        }
        programme.check().map_err(|fault| placed(text, &root, fault))?;
        Ok(programme)
    }
}

/// The text is not TOML.
fn broken(text: &str, error: &toml::de::Error) -> ProgrammeError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    ProgrammeError { line, field: String::new(), reason: error.message().to_owned() }
}

/// A field is missing or of another type.
fn misread(text: &str, root: &DeValue<'_>, error: &toml::de::Error) -> ProgrammeError {
    let span = error.span().unwrap_or(0..0);
    let line = line_of(text, span.start);
    let message = error.message();
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        // the span is that of the table that should hold the field
        let table = path_to(root, &|_, value| *value == span);
        let field = table.map_or_else(|| name.to_owned(), |table| format!("{table}.{name}"));
        return ProgrammeError { line, field, reason: "is missing".to_owned() };
    }
    let holds = |key: &Range<usize>, value: &Range<usize>| key.contains(&span.start) || value.contains(&span.start);
    ProgrammeError { line, field: path_to(root, &holds).unwrap_or_default(), reason: message.to_owned() }
}

/// A fault with the line of its field, or of the nearest thing around it.
fn placed(text: &str, root: &DeValue<'_>, fault: Fault) -> ProgrammeError {
    let mut at = 0;
    let mut value = root;
    for step in fault.field.split('.') {
        let inner = match value {
            DeValue::Table(table) => table.get_key_value(step).map(|(key, inner)| (key.span(), inner)),
            DeValue::Array(array) => {
                step.parse::<usize>().ok().and_then(|index| array.get(index)).map(|inner| (inner.span(), inner))
            }
            _ => None,
        };
        let Some((span, inner)) = inner else { break };
        at = span.start;
        value = inner.get_ref();
    }
    ProgrammeError { line: line_of(text, at), field: fault.field, reason: fault.reason }
}

/// The innermost field whose key's and value's spans are the ones looked for. An array's item has no key.
fn path_to(value: &DeValue<'_>, is_it: &dyn Fn(&Range<usize>, &Range<usize>) -> bool) -> Option<String> {
    let inside = |step: String, key: Range<usize>, inner: &Spanned<DeValue<'_>>| match path_to(inner.get_ref(), is_it) {
        Some(rest) => Some(format!("{step}.{rest}")),
        None => is_it(&key, &inner.span()).then_some(step),
    };
    match value {
        DeValue::Table(table) => {
            table.iter().find_map(|(key, inner)| inside(key.get_ref().to_string(), key.span(), inner))
        }
        DeValue::Array(array) => {
            array.iter().enumerate().find_map(|(index, inner)| inside(index.to_string(), 0..0, inner))
        }
        _ => None,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

/// A day as text, `"2025-07-01"`, or nothing.
pub(super) mod date {
    use jiff::civil::Date;
    use serde::de::{Error, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::fmt;

    struct Day(Date);

    struct DayVisitor;

    impl Visitor<'_> for DayVisitor {
        type Value = Day;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date in quotes such as \"2025-07-01\"")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
            // jiff also takes a date with a time after it
            let day = if text.len() == 10 { text.parse().ok() } else { None };
            day.map(Day).ok_or_else(|| E::custom(format_args!("{text} is not a date such as 2025-07-01")))
        }
    }

    impl<'de> Deserialize<'de> for Day {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_str(DayVisitor)
        }
    }

    pub fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        date.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
    }
}
