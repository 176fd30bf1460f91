//! Whether a kader stood where the village's other records were made. No table of ours says where villages lie: their middle
//! is the median of the others, once there are enough.

use crate::store::concern;
use crate::store::record::RecordRow;
use crate::store::sql::Connection;
use payung_domain::enrolment::Position;

/// Fewer say nothing about a village's middle.
const LEAST_OTHERS: usize = 5;
/// The newest are enough for a median.
const MOST_OTHERS: u32 = 200;
/// Javanese villages measure two or three kilometres; less than this is never far.
const NEVER_FAR_METRES: f64 = 5_000.0;
/// Where records lie far apart, as in a village of Kalimantan, far is so many times as far as they usually are.
const TIMES_USUAL: f64 = 3.0;
/// Mean radius of the earth.
const EARTH_METRES: f64 = 6_371_000.0;

/// How far a record was made from the village's other ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Far {
    /// From the median of the others.
    pub metres: f64,
    /// How many others that is.
    pub others: usize,
}

impl Far {
    /// For the office.
    pub fn sentence(&self) -> String {
        let kilometres = format!("{:.1}", self.metres / 1000.0).replace('.', ",");
        let others = self.others;
        format!(
            "Posisi saat mendaftar {kilometres} km dari titik tengah (median) {others} catatan lain di desa ini. Tanyakan kader di mana ia mendaftarkannya."
        )
    }
}

/// Whether this record's position is far from the others of its village.
pub fn far(
    connection: &Connection,
    row: &RecordRow,
    position: Option<Position>,
) -> crate::store::sql::Result<Option<Far>> {
    let Some(position) = position else { return Ok(None) };
    Ok(judge(position, &concern::positions(connection, row.village, row.id, MOST_OTHERS)?))
}

fn judge(position: Position, others: &[(f64, f64)]) -> Option<Far> {
    if others.len() < LEAST_OTHERS {
        return None;
    }
    let middle = (median(others.iter().map(|at| at.0))?, median(others.iter().map(|at| at.1))?);
    let usual = median(others.iter().map(|&at| metres_between(at, middle)))?;
    let metres = metres_between((position.latitude, position.longitude), middle);
    let is_far = metres - position.accuracy_metres.max(0.0) > (usual * TIMES_USUAL).max(NEVER_FAR_METRES);
    is_far.then_some(Far { metres, others: others.len() })
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Near enough within a regency, which lies beside the equator.
fn metres_between(one: (f64, f64), other: (f64, f64)) -> f64 {
    let north = (one.0 - other.0).to_radians();
    let east = (one.1 - other.1).to_radians() * one.0.to_radians().cos();
    EARTH_METRES * north.hypot(east)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude, longitude, accuracy_metres: 20.0 }
    }

    #[test]
    fn four_others_say_nothing_and_five_do() {
        let others = [(-7.20, 111.90); 5];
        assert_eq!(judge(at(-7.40, 111.90), &others[..4]), None);
        let far = judge(at(-7.40, 111.90), &others).unwrap();
        assert!((22_000.0..22_500.0).contains(&far.metres), "{far:?}");
        assert!(far.sentence().starts_with("Posisi saat mendaftar 22,2 km dari titik tengah (median) 5 catatan"));
        assert_eq!(judge(at(-7.22, 111.90), &others), None, "two kilometres are a walk");
    }

    #[test]
    fn one_wrong_position_moves_no_middle_and_a_wide_village_is_not_far_from_itself() {
        let mut others = vec![(-7.20, 111.90); 6];
        others.push((0.0, 0.0));
        assert_eq!(judge(at(-7.21, 111.90), &others), None);
        let wide: Vec<_> = (0..9).map(|step| (1.0 + f64::from(step) * 0.05, 110.0)).collect();
        assert_eq!(judge(at(1.4, 110.0), &wide), None);
        assert!(judge(at(2.4, 110.0), &wide).is_some());
    }

    #[test]
    fn a_position_that_may_be_as_wrong_as_it_is_far_is_not_far() {
        let blurred = Position { accuracy_metres: 40_000.0, ..at(-7.40, 111.90) };
        assert_eq!(judge(blurred, &[(-7.20, 111.90); 5]), None);
    }
}
