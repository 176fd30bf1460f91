//! A programme's TOML file, and where in it a mistake is.

use super::{Fault, Programme};
use std::fmt;
use std::ops::Range;
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
        if let Some(field) = unknown {
            let reason = "no programme has this field".to_owned();
            return Err(placed(text, &root, Fault { field, reason }));
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
    let at = error.span().map_or(0, |span| span.start);
    let mut field = field_at(root, at);
    let mut reason = error.message().to_owned();
    if let Some(name) = reason.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        field = if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        reason = "is missing".to_owned();
    }
    ProgrammeError { line: line_of(text, at), field, reason }
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

/// The innermost field whose key or value holds this byte.
fn field_at(value: &DeValue<'_>, at: usize) -> String {
    let holds = |span: Range<usize>| span.contains(&at);
    let found = match value {
        DeValue::Table(table) => table
            .iter()
            .find(|(key, inner)| holds(key.span()) || holds(inner.span()))
            .map(|(key, inner)| (key.get_ref().to_string(), inner)),
        DeValue::Array(array) => array
            .iter()
            .enumerate()
            .find(|(_, inner)| holds(inner.span()))
            .map(|(index, inner)| (index.to_string(), inner)),
        _ => None,
    };
    let Some((step, inner)) = found else {
        return String::new();
    };
    match field_at(inner.get_ref(), at) {
        rest if rest.is_empty() => step,
        rest => format!("{step}.{rest}"),
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
