//! Values as PostgreSQL's protocol writes them.

use super::super::{Result, SqlError, Value};
use bytes::BytesMut;
use std::error::Error;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (*self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => number.to_sql(ty, out),
            (Self::Integer(number), &Type::INT4) => i32::try_from(number)?.to_sql(ty, out),
            (Self::Integer(number), &Type::INT2) => i16::try_from(number)?.to_sql(ty, out),
            (Self::Integer(number), &Type::BOOL) => (number != 0).to_sql(ty, out),
            (Self::Integer(number), &Type::FLOAT8) => (number as f64).to_sql(ty, out),
            (Self::Real(number), &Type::FLOAT8) => number.to_sql(ty, out),
            // A byte that PostgreSQL's texts can't have, and nothing that a person types.
            (Self::Text(text), ty) if <&str as ToSql>::accepts(ty) && text.contains('\0') => {
                text.replace('\0', "\u{fffd}").to_sql(ty, out)
            }
            (Self::Text(text), ty) if <&str as ToSql>::accepts(ty) => text.to_sql(ty, out),
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (_, ty) => Err(format!("a value of another kind than {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What a row's column holds.
struct Held<'a>(Value<'a>);

impl<'a> FromSql<'a> for Held<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Integer(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Integer(bool::from_sql(ty, raw)?.into()),
            Type::NUMERIC => Value::Integer(whole(raw).ok_or("a number that is not whole or too large")?),
            Type::FLOAT8 => Value::Real(f64::from_sql(ty, raw)?),
            Type::BYTEA => Value::Blob(raw),
            _ => Value::Text(<&str>::from_sql(ty, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC | Type::FLOAT8 | Type::BYTEA)
            || <&str as FromSql>::accepts(ty)
    }
}

/// The value of a column.
pub fn value_of(row: &Row, index: usize) -> Result<Value<'_>> {
    row.try_get::<_, Held>(index).map(|held| held.0).map_err(|_| SqlError::Unreadable)
}

/// A sum of bigints comes as `numeric`: groups of four digits, the first one being worth 10,000 to the power of `weight`.
fn whole(raw: &[u8]) -> Option<i64> {
    let mut words = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let (count, weight, sign, scale) = (words.next()?, words.next()?.cast_signed(), words.next()?, words.next()?);
    if scale != 0 || count != 0 && i32::from(count) > i32::from(weight) + 1 {
        return None;
    }
    let missing = if count == 0 { 0 } else { i32::from(weight) + 1 - i32::from(count) };
    let groups = words.map(i64::from).chain((0..missing).map(|_| 0));
    let number = groups.into_iter().try_fold(0_i64, |sum, group| sum.checked_mul(10_000)?.checked_add(group))?;
    match sign {
        0 => Some(number),
        0x4000 => Some(-number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    fn numeric(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_whole_numbers() {
        assert_eq!(whole(&numeric(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole(&numeric(&[1, 0, 0, 0, 42])), Some(42));
        assert_eq!(whole(&numeric(&[2, 1, 0, 0, 12, 3456])), Some(123_456));
        assert_eq!(whole(&numeric(&[1, 2, 0x4000, 0, 7])), Some(-700_000_000));
        assert_eq!(whole(&numeric(&[1, 0, 0xc000, 0, 7])), None, "not a number");
        assert_eq!(whole(&numeric(&[1, -1_i16 as u16, 0, 2, 2500])), None, "a quarter");
    }
}
