//! Who comes when on a waiting list: a total order that no shuffling changes, and a sentence that tells exactly what decided.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use jiff::Timestamp;
use payung_domain::programme::rank::{Decile, Facts, RankKey, Turn};
use payung_domain::programme::{Criterion, SourceId};
use payung_domain::{Programme, RecordId};
use proptest::prelude::*;
use std::cmp::Ordering;

/// Three dated lists and every criterion but the youngest first.
fn demo() -> Programme {
    Programme::from_toml(include_str!("../../../assets/programmes/demo.toml")).unwrap()
}

fn person(number: u8) -> Facts {
    Facts {
        record: RecordId::from_bytes([number; 16]),
        enrolled_at: Timestamp::from_millisecond(1_700_000_000_000 + i64::from(number)).unwrap(),
        age: 40,
        source: None,
        decile: None,
        has_disability: None,
        has_lost_place: false,
    }
}

/// The turn of each of these people, in the order of the list; with each the person's place among those given.
fn line(programme: &Programme, people: &[Facts]) -> Vec<(usize, Turn)> {
    let mut keys: Vec<(RankKey, usize)> = people.iter().map(|facts| programme.rank_key(facts)).zip(0..).collect();
    keys.sort();
    let (keys, who): (Vec<RankKey>, Vec<usize>) = keys.into_iter().unzip();
    who.into_iter().zip(programme.turns(&keys)).collect()
}

/// The first criterion by which two people differ, and how; written a second time without keys.
fn compared(programme: &Programme, one: &Facts, other: &Facts) -> Option<(Criterion, Ordering)> {
    let index = |facts: &Facts| {
        programme.sources.iter().position(|s| Some(&s.id) == facts.source.as_ref()).unwrap_or(usize::MAX)
    };
    let date = |facts: &Facts| facts.source.as_ref().and_then(|id| programme.source(id)).and_then(|source| source.date);
    fn known_first<T: Ord>(one: Option<T>, other: Option<T>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }
    programme.priority.iter().find_map(|&criterion| {
        let order = match criterion {
            Criterion::LostPlace => other.has_lost_place.cmp(&one.has_lost_place),
            Criterion::SourceList => index(one).cmp(&index(other)),
            Criterion::ListDate => known_first(date(one).map(std::cmp::Reverse), date(other).map(std::cmp::Reverse)),
            Criterion::WelfareDecile => known_first(one.decile, other.decile),
            Criterion::Disability => {
                known_first(one.has_disability.map(|has| !has), other.has_disability.map(|has| !has))
            }
            Criterion::OldestFirst => other.age.cmp(&one.age),
            Criterion::YoungestFirst => one.age.cmp(&other.age),
            Criterion::OrderOfEnrolment => (one.enrolled_at, one.record).cmp(&(other.enrolled_at, other.record)),
        };
        (order != Ordering::Equal).then_some((criterion, order))
    })
}

#[test]
fn each_criterion_is_told_in_a_sentence() {
    let programme = demo();
    let source = |id: &str| Some(SourceId(id.into()));
    let people = [
        Facts { has_lost_place: true, ..person(1) },
        Facts { source: source("damisda"), ..person(2) },
        Facts { source: source("dtks"), decile: Decile::new(1), ..person(3) },
        Facts { source: source("dtks"), decile: Decile::new(4), has_disability: Some(true), ..person(4) },
        Facts { source: source("dtks"), decile: Decile::new(4), has_disability: Some(false), age: 64, ..person(5) },
        Facts { source: source("dtks"), decile: Decile::new(4), has_disability: Some(false), ..person(6) },
        Facts { source: source("dtks"), decile: Decile::new(4), has_disability: Some(false), ..person(7) },
        person(8),
    ];
    let told: Vec<String> = line(&programme, &people)
        .iter()
        .map(|(who, turn)| {
            assert_eq!(turn.rank as usize, who + 1, "they stand in order");
            turn.sentence(&programme, &people[*who])
        })
        .collect();
    assert_eq!(told[0], "Peringkat 1 dari 8, paling depan karena pernah kehilangan tempat ketika kuota berkurang.");
    assert_eq!(told[1], "Peringkat 2 dari 8, karena 1 orang pernah kehilangan tempat ketika kuota berkurang.");
    assert_eq!(
        told[6],
        "Peringkat 7 dari 8, karena 1 orang pernah kehilangan tempat ketika kuota berkurang, 1 orang ada di daftar yang \
         didahulukan (ia: DTKS), 1 orang desil kesejahteraannya lebih rendah (ia: desil 4), 1 orang penyandang disabilitas \
         (ia: bukan), 1 orang lebih tua (ia: 40 tahun), dan 1 orang mendaftar lebih dahulu."
    );
    assert_eq!(
        told[7],
        "Peringkat 8 dari 8, karena 1 orang pernah kehilangan tempat ketika kuota berkurang dan 6 orang ada di daftar \
         sumber (ia: tidak)."
    );
    let alone = line(&programme, &people[..1]);
    assert_eq!(alone[0].1.sentence(&programme, &people[0]), "Peringkat 1 dari 1: satu-satunya di daftar tunggu.");
}

#[test]
fn what_is_not_known_of_a_person_comes_after_what_is() {
    let programme = demo();
    let poor = |number: u8, decile: u8| Facts { decile: Decile::new(decile), ..person(number) };
    let people = [person(1), poor(2, 10), Facts { has_disability: Some(false), ..person(3) }, poor(4, 1)];
    let order: Vec<usize> = line(&programme, &people).into_iter().map(|(who, _)| who).collect();
    assert_eq!(order, [3, 1, 2, 0]);
    assert_eq!((Decile::new(0), Decile::new(11)), (None, None));
}

#[test]
fn a_programme_that_states_no_order_goes_by_enrolment() {
    let text = include_str!("../../../assets/programmes/demo.toml");
    let without: String =
        text.lines().filter(|line| !line.starts_with("priority")).map(|line| format!("{line}\n")).collect();
    let programme = Programme::from_toml(&without).unwrap();
    assert_eq!(programme.priority, [Criterion::LostPlace, Criterion::OrderOfEnrolment]);
    let people =
        [Facts { decile: Decile::new(1), ..person(9) }, person(1), Facts { has_lost_place: true, ..person(5) }];
    let order: Vec<usize> = line(&programme, &people).into_iter().map(|(who, _)| who).collect();
    assert_eq!(order, [2, 1, 0]);
    assert_eq!(
        line(&programme, &people)[1].1.sentence(&programme, &people[1]),
        "Peringkat 2 dari 3, karena 1 orang pernah kehilangan tempat ketika kuota berkurang."
    );
}

/// Few values of each fact, so that people often agree on some.
fn facts() -> impl Strategy<Value = Facts> {
    let source = prop::option::of(prop::sample::select(vec!["damisda", "p3ke", "dtks", "unknown"]));
    (0u8..200, 0i64..3, 38i16..41, source, prop::option::of(1u8..4), prop::option::of(any::<bool>()), any::<bool>())
        .prop_map(|(number, moment, age, source, decile, has_disability, has_lost_place)| Facts {
            record: RecordId::from_bytes([number; 16]),
            // also before 1970: a clock may say anything
            enrolled_at: Timestamp::from_millisecond(moment - 1).unwrap(),
            age,
            source: source.map(|id| SourceId(id.into())),
            decile: decile.and_then(Decile::new),
            has_disability,
            has_lost_place,
        })
}

/// People with a number each, and the criteria in some order.
fn people_and_rule() -> impl Strategy<Value = (Programme, Vec<Facts>)> {
    let criteria = vec![
        Criterion::LostPlace,
        Criterion::SourceList,
        Criterion::ListDate,
        Criterion::WelfareDecile,
        Criterion::Disability,
        Criterion::OldestFirst,
    ];
    let rule = prop::sample::subsequence(criteria.clone(), 0..=criteria.len()).prop_shuffle();
    (rule, prop::collection::vec(facts(), 1..60), any::<bool>()).prop_map(|(mut rule, mut people, youngest)| {
        people.sort_by_key(|facts| facts.record);
        people.dedup_by_key(|facts| facts.record);
        for criterion in &mut rule {
            if youngest && *criterion == Criterion::OldestFirst {
                *criterion = Criterion::YoungestFirst;
            }
        }
        rule.push(Criterion::OrderOfEnrolment);
        let programme = Programme { priority: rule, ..demo() };
        programme.check().unwrap();
        (programme, people)
    })
}

proptest! {
    #[test]
    fn of_two_people_exactly_one_comes_first((programme, people) in people_and_rule()) {
        for one in &people {
            for other in &people {
                let (first, second) = (programme.rank_key(one), programme.rank_key(other));
                let by_facts = compared(&programme, one, other).map_or(Ordering::Equal, |(_, order)| order);
                prop_assert_eq!(first.cmp(&second), by_facts);
                prop_assert_eq!(second.cmp(&first), by_facts.reverse());
                prop_assert_eq!(first == second, one.record == other.record);
            }
        }
    }

    #[test]
    fn the_order_does_not_depend_on_how_people_are_read(
        ((programme, people), seed) in (people_and_rule(), any::<prop::sample::Index>())
    ) {
        let ranks = |people: &[Facts]| -> Vec<RecordId> {
            line(&programme, people).iter().map(|(who, _)| people[*who].record).collect()
        };
        let mut turned = people.clone();
        turned.rotate_left(seed.index(people.len()));
        turned.reverse();
        prop_assert_eq!(ranks(&people), ranks(&turned));
    }

    #[test]
    fn a_turn_names_exactly_the_criteria_that_decided_and_counts_everybody_once((programme, people) in people_and_rule()) {
        let turns = line(&programme, &people);
        for (position, (who, turn)) in turns.iter().enumerate() {
            prop_assert_eq!((turn.rank as usize, turn.of as usize), (position + 1, people.len()));
            for (told, others) in [(&turn.ahead, &turns[..position]), (&turn.behind, &turns[position + 1..])] {
                let decided: Vec<Criterion> =
                    others.iter().map(|(other, _)| compared(&programme, &people[*who], &people[*other]).unwrap().0).collect();
                let counted: Vec<(Criterion, u32)> = programme
                    .priority
                    .iter()
                    .map(|criterion| (*criterion, decided.iter().filter(|one| *one == criterion).count() as u32))
                    .filter(|(_, count)| *count > 0)
                    .collect();
                prop_assert_eq!(told, &counted);
            }
        }
    }

    #[test]
    fn the_sentence_names_what_decided_and_nothing_else((programme, people) in people_and_rule()) {
        const WORDS: [(Criterion, &str); 8] = [
            (Criterion::LostPlace, "kehilangan tempat"),
            (Criterion::SourceList, "orang ada di daftar yang didahulukan|orang ada di daftar sumber|tercatat di"),
            (Criterion::ListDate, "lebih baru|tanggalnya diketahui|paling baru"),
            (Criterion::WelfareDecile, "desil kesejahteraan"),
            (Criterion::Disability, "disabilitas"),
            (Criterion::OldestFirst, "tua ("),
            (Criterion::YoungestFirst, "muda ("),
            (Criterion::OrderOfEnrolment, "mendaftar"),
        ];
        for (who, turn) in line(&programme, &people) {
            let sentence = turn.sentence(&programme, &people[who]);
            let named = if turn.rank == 1 { &turn.behind } else { &turn.ahead };
            for (criterion, words) in WORDS {
                let is_said = words.split('|').any(|words| sentence.contains(words));
                prop_assert_eq!(is_said, named.iter().any(|(one, _)| *one == criterion), "{}: {:?}", sentence, criterion);
            }
        }
    }
}
