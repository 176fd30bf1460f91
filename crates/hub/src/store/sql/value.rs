//! Values on their way into a statement and out of a row.

use super::{Result, SqlError};
use rusqlite::types::{ToSqlOutput, ValueRef};

/// What every engine can store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// Also for truth: 0 or 1.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// UTF-8.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// What can stand for a `?1`.
pub trait ToSql {
    /// As the database stores it.
    fn value(&self) -> Value<'_>;
}

/// What can be read from a row.
pub trait FromSql: Sized {
    /// Nothing where the row holds something else.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

/// The values of a whole statement.
pub trait Params {
    /// In the order of their numbers.
    fn values(&self) -> impl Iterator<Item = Value<'_>>;
}

macro_rules! arrays {
    ($($length:literal),*) => { $(
        impl<T: ToSql> Params for [T; $length] {
            fn values(&self) -> impl Iterator<Item = Value<'_>> {
                self.iter().map(T::value)
            }
        }
    )* };
}
arrays!(1, 2, 3, 4);

// What `[]` is taken for.
impl Params for [(); 0] {
    fn values(&self) -> impl Iterator<Item = Value<'_>> {
        std::iter::empty()
    }
}

impl Params for &[&dyn ToSql] {
    fn values(&self) -> impl Iterator<Item = Value<'_>> {
        self.iter().map(|value| value.value())
    }
}

macro_rules! integers {
    ($($type:ty),*) => { $(
        impl ToSql for $type {
            fn value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
        impl FromSql for $type {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(number).ok(),
                    _ => None,
                }
            }
        }
    )* };
}
integers!(i64, i32, u32, u16, u8);

impl ToSql for bool {
    fn value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl FromSql for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl ToSql for f64 {
    fn value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl FromSql for f64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => Some(number as Self),
            _ => None,
        }
    }
}

impl ToSql for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToSql for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl FromSql for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl ToSql for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl ToSql for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl FromSql for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Real(number) => ValueRef::Real(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'a> Value<'a> {
    pub(super) fn of_sqlite(value: ValueRef<'a>) -> Result<Self> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(std::str::from_utf8(text).map_err(|_| SqlError::Unreadable)?),
            ValueRef::Blob(bytes) => Self::Blob(bytes),
        })
    }
}
