//! Lists that go on behind a row instead of counting from the first: the thousandth page is as fast as the first.

use payung_domain::RecordId;
use std::fmt;
use std::str::FromStr;

/// Behind or before which row a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor<Id = RecordId> {
    /// Unix milliseconds.
    pub(super) received_at: i64,
    /// The row.
    pub(super) id: Id,
}

impl<Id: fmt::Display> fmt::Display for Cursor<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.received_at, self.id)
    }
}

impl<Id: FromStr> FromStr for Cursor<Id> {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (received_at, id) = text.split_once('-').ok_or(())?;
        Ok(Self { received_at: received_at.parse().map_err(|_| ())?, id: id.parse().map_err(|_| ())? })
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub enum Begin<Id = RecordId> {
    /// With the list's first row.
    Start,
    /// Behind a row.
    After(Cursor<Id>),
    /// So that it ends before a row.
    Before(Cursor<Id>),
}

impl<Id: FromStr> Begin<Id> {
    /// What an address says; one that names no row leads to the first page.
    pub fn named(after: &str, before: &str) -> Self {
        match (after.parse::<Cursor<Id>>(), before.parse::<Cursor<Id>>()) {
            (Ok(cursor), _) => Self::After(cursor),
            (Err(()), Ok(cursor)) => Self::Before(cursor),
            (Err(()), Err(())) => Self::Start,
        }
    }
}

impl<Id> Begin<Id> {
    /// Cuts a page out of the rows in the list's order, of which there is one more than it holds where the list goes on. Tells
    /// whether there is a page before it, and one behind.
    pub(super) fn cut<T>(&self, rows: &mut Vec<T>, most: usize) -> (bool, bool) {
        let is_more = rows.len() > most;
        if is_more && matches!(self, Self::Before(_)) {
            rows.remove(0);
        }
        rows.truncate(most);
        match self {
            Self::Start => (false, is_more),
            Self::After(_) => (true, is_more),
            Self::Before(_) => (is_more, true),
        }
    }
}
