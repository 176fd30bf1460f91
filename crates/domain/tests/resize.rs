//! A quota that grows or shrinks: who gets a place, who loses one, and that nothing else moves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use payung_domain::RecordId;
use payung_domain::programme::resize::{Hold, Plan, Seat, Seats};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn id(number: u16) -> RecordId {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    RecordId::from_bytes(bytes)
}

fn seat(place: u32, hold: Hold, told_at: i64) -> Seat {
    Seat { record: id(place as u16), place, hold, told_at }
}

fn records(seats: &[Seat]) -> Vec<RecordId> {
    seats.iter().map(|seat| seat.record).collect()
}

#[test]
fn a_larger_quota_goes_to_the_front_of_the_line() {
    let seats = Seats {
        taken: vec![seat(1, Hold::Covered, 1), seat(3, Hold::Placed, 2)],
        lent: vec![4],
        line: vec![id(70), id(71), id(72)],
    };
    let plan = seats.plan(5);
    assert_eq!(plan.gains, [(id(70), 2), (id(71), 5)]);
    assert_eq!((plan.losses.len(), plan.moves.len(), plan.kept, plan.waiting), (0, 0, 2, 1));
    let plan = Seats { lent: Vec::new(), ..seats.clone() }.plan(2);
    assert_eq!((plan.gains.len(), plan.kept), (0, 2), "nobody gets a place where none is free");
    let plan = seats.plan(3);
    assert_eq!((plan.given_back, plan.gains), (vec![4], vec![(id(70), 2)]), "a number beyond the quota is no place");
}

#[test]
fn whoever_was_told_last_loses_first_and_the_covered_come_last_of_all() {
    let seats = Seats {
        taken: vec![
            seat(1, Hold::Covered, 900),
            seat(2, Hold::Placed, 500),
            seat(3, Hold::Promised, 800),
            seat(4, Hold::Placed, 700),
            seat(5, Hold::Covered, 100),
        ],
        lent: vec![6, 7],
        line: vec![id(70)],
    };
    assert_eq!((seats.plan(6).given_back, seats.plan(5).given_back), (vec![7], vec![6, 7]));
    assert!(seats.plan(5).losses.is_empty(), "phones give back before any person");
    let order = |quota| records(&seats.plan(quota).losses);
    assert_eq!(order(4), [id(3)]);
    assert_eq!(order(2), [id(3), id(4), id(2)]);
    assert_eq!(order(0), [id(3), id(4), id(2), id(1), id(5)], "of the covered, too, the latest first");
    assert_eq!(seats.plan(2).covered().count(), 0);
    assert_eq!(seats.plan(1).covered().count(), 1);
    let plan = seats.plan(2);
    assert_eq!(plan.moves, [(seat(5, Hold::Covered, 100), 2)], "the fifth place is the second one now");
    assert_eq!((plan.kept, plan.waiting), (2, 4));
}

#[test]
fn the_second_fund_of_bengkayang_goes_from_4_600_to_2_116() {
    let taken = (1..=4_600u32).map(|place| seat(place, Hold::Placed, i64::from(place))).collect();
    let plan = Seats { taken, ..Seats::default() }.plan(2_116);
    assert_eq!((plan.losses.len(), plan.kept, plan.waiting), (2_484, 2_116, 2_484));
    assert_eq!(plan.losses.first().map(|seat| seat.place), Some(4_600));
    assert_eq!(plan.losses.last().map(|seat| seat.place), Some(2_117));
    assert!(plan.moves.is_empty());
}

#[test]
fn the_digest_is_of_people_and_not_of_numbers() {
    let seats = |place, held| Seats { taken: vec![Seat { record: id(1), ..seat(place, held, 5) }], ..Seats::default() };
    let digest = |seats: Seats, quota| Plan::digest([("here", &seats.plan(quota))]);
    assert_eq!(digest(seats(1, Hold::Placed), 0), digest(seats(2, Hold::Placed), 0));
    assert_ne!(digest(seats(1, Hold::Placed), 0), digest(seats(1, Hold::Covered), 0));
    assert_ne!(digest(seats(1, Hold::Placed), 0), digest(seats(1, Hold::Placed), 1));
}

fn any_seats() -> impl Strategy<Value = Seats> {
    let hold = prop::sample::select(vec![Hold::Promised, Hold::Placed, Hold::Covered]);
    let places = prop::collection::btree_map(1u32..60, (prop::option::of(hold), 0i64..6), 0..40);
    (places, 0u16..10).prop_map(|(places, waiting)| {
        let mut seats = Seats { line: (1_000..1_000 + waiting).map(id).collect(), ..Seats::default() };
        for (place, (hold, told_at)) in places {
            match hold {
                Some(hold) => seats.taken.push(seat(place, hold, told_at)),
                None => seats.lent.push(place),
            }
        }
        seats
    })
}

proptest! {
    #[test]
    fn a_plan_never_exceeds_the_quota_and_forgets_nobody(seats in any_seats(), quota in 0u32..70) {
        let plan = seats.plan(quota);
        let lost: BTreeSet<RecordId> = records(&plan.losses).into_iter().collect();
        let keeps: Vec<&Seat> = seats.taken.iter().filter(|seat| !lost.contains(&seat.record)).collect();
        let lent: Vec<u32> = seats.lent.iter().copied().filter(|place| !plan.given_back.contains(place)).collect();
        prop_assert_eq!(plan.kept as usize, keeps.len());
        prop_assert!(keeps.len() + lent.len() + plan.gains.len() <= quota as usize);
        prop_assert_eq!(lost.len() + keeps.len(), seats.taken.len());
        prop_assert_eq!(plan.waiting as usize, seats.line.len() - plan.gains.len() + lost.len());
        // each number is one person's or one phone's, and within the quota
        let numbers: Vec<u32> = keeps
            .iter()
            .map(|seat| plan.moves.iter().find(|(moved, _)| moved == *seat).map_or(seat.place, |(_, to)| *to))
            .chain(lent)
            .chain(plan.gains.iter().map(|(_, place)| *place))
            .collect();
        prop_assert!(numbers.iter().all(|place| (1..=quota).contains(place)));
        prop_assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
        // from the front of the line, and only where a place is free
        prop_assert_eq!(plan.gains.iter().map(|(record, _)| *record).collect::<Vec<_>>(), &seats.line[..plan.gains.len()]);
        prop_assert!(plan.losses.is_empty() || plan.gains.is_empty(), "nobody makes room for another");
    }

    #[test]
    fn nobody_loses_a_place_before_somebody_who_was_told_later(seats in any_seats(), quota in 0u32..70) {
        let plan = seats.plan(quota);
        for loser in &plan.losses {
            for keeper in seats.taken.iter().filter(|seat| !plan.losses.contains(seat)) {
                let is_fair = match (loser.hold == Hold::Covered, keeper.hold == Hold::Covered) {
                    (true, false) => false,
                    (false, true) => true,
                    _ => loser.told_at >= keeper.told_at,
                };
                prop_assert!(is_fair, "{:?} loses and {:?} keeps", loser, keeper);
            }
        }
        prop_assert!(plan.losses.is_empty() || seats.lent.len() == plan.given_back.len(), "phones give back first");
        prop_assert!(plan.losses.is_empty() || plan.kept == quota, "no more lose one than must");
    }

    #[test]
    fn the_same_quota_again_changes_nothing(seats in any_seats(), quota in 0u32..70) {
        let plan = seats.plan(quota);
        let moved = |seat: &Seat| plan.moves.iter().find(|(one, _)| one == seat).map_or(seat.place, |(_, to)| *to);
        let keeps = seats.taken.iter().filter(|seat| !plan.losses.contains(seat));
        let mut taken: Vec<Seat> = keeps.map(|seat| Seat { place: moved(seat), ..*seat }).collect();
        taken.extend(plan.gains.iter().map(|&(record, place)| Seat { record, place, hold: Hold::Placed, told_at: 9 }));
        let lent = seats.lent.iter().copied().filter(|place| !plan.given_back.contains(place)).collect();
        let line = seats.line[plan.gains.len()..].iter().copied().chain(records(&plan.losses)).collect();
        let again = Seats { taken, lent, line }.plan(quota);
        prop_assert!(again.touches_nobody() && again.given_back.is_empty());
    }
}
