//! The five programmes of the four regencies, from their files alone, through intake, decisions and quotas as they ship.

use crate::people::{self, is_placed, kpj, nik, person, placed, waiting};
use crate::world::{World, request};
use jiff::SignedDuration;
use jiff::civil::date;
use payung_domain::eligibility::{Ineligible, reasons_against};
use payung_domain::programme::{QuotaRule, RoleId, SourceId};
use payung_domain::state::{EndReason, State};
use payung_domain::wire::{LeaseAsk, SyncRequest};
use payung_domain::{Enrolment, Programme, Rupiah};
use payung_hub::ending::Note;
use payung_hub::quota::QuotaError;
use payung_hub::store::line::ListEntry;
use std::ops::Range;

fn programme(world: &World, id: &str) -> Programme {
    world.hub.catalogue.programme(&id.parse().unwrap()).unwrap().clone()
}

/// People of one village, in one go.
async fn crowd(
    world: &World,
    village: &str,
    programme: &str,
    numbers: Range<u32>,
    change: impl Fn(u32, &mut Enrolment),
) {
    world.serve_village(village, programme);
    let phone = world.pair(village).await;
    let pushes: Vec<_> = numbers
        .map(|number| {
            let mut one = person(world, number, programme, village);
            change(number, &mut one);
            people::push(world, number, &one, None)
        })
        .collect();
    world.enrol(&phone, &pushes);
}

#[tokio::test]
async fn bogor_the_desa_lists_the_office_verifies_and_the_desa_registers_250() {
    let world = World::new();
    let listed: Vec<ListEntry> =
        (0..260).map(|number| ListEntry { nik: nik(number), decile: None, has_disability: None }).collect();
    world.list("bogor_2026", "usulan_desa", &listed);
    // ten more come without being on the desa's list, and are enrolled first
    crowd(&world, "32.01.02.2001", "bogor_2026", 260..270, |_, _| {}).await;
    world.pass(SignedDuration::from_hours(1));
    crowd(&world, "32.01.02.2001", "bogor_2026", 0..260, |_, one| one.source = Some(SourceId("usulan_desa".into())))
        .await;
    let states = world.approve_all((0..245).chain(260..270).chain(245..260));
    assert_eq!((placed(&states), waiting(&states)), (250, 20));
    assert_eq!(
        world.state_of(265),
        State::WaitingList { rank: 1, covered_until: None },
        "the sixth that came unlisted"
    );
    // those of the desa's list pass those who are not on it
    world.note_all([3, 4].into_iter(), Note::Ended(EndReason::Moved));
    assert!(
        world.states(245..247).iter().all(is_placed) && world.states(265..270).iter().all(|state| !is_placed(state))
    );
    let rule = programme(&world, "bogor_2026");
    let covered = Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until: date(2027, 11, 30) };
    world.note_all((0..3).chain(5..247).chain(260..265), covered);
    assert!(world.states(0..3).iter().all(|state| matches!(state, State::Active { .. })));
    let committed = rule.commitment(250, 1);
    assert_eq!(
        (committed.whole, committed.budget, committed.missing),
        (Rupiah(50_400_000), Some(Rupiah(50_400_000)), None)
    );
    // a kelurahan has no village fund
    crowd(&world, "32.01.01.1001", "bogor_2026", 900..901, |_, _| {}).await;
    assert_eq!(waiting(&world.approve_all(900..901)), 1);
    assert_eq!(world.set_quota("bogor_2026", 300, false).unwrap().gains().count(), 18, "and none of a larger one");
    assert_eq!(waiting(&world.states(900..901)), 1);
}

#[tokio::test]
async fn blora_10_124_are_listed_for_1_500_places_which_go_by_rank() {
    let world = World::new();
    let rule = programme(&world, "blora_2025");
    assert_eq!(rule.quota, QuotaRule::RegencyTotal { places: 1_500 });
    // nothing is promised or given before everybody is verified
    crowd(&world, "33.16.01.2001", "blora_2025", 0..1, |_, _| {}).await;
    world.set_quota("blora_2025", 0, false).unwrap();
    let phone = world.pair("33.16.01.2001").await;
    let ask = LeaseAsk { serial: 0, places: Vec::new(), wanted: 20 };
    let answer = world.sync(&phone, &SyncRequest { lease: Some(ask), ..request(Vec::new()) }).await;
    assert_eq!((answer.lease.unwrap().places, answer.places.unwrap().quota), (Vec::new(), Some(0)));
    let decile = |number: u32| (number % 10) as u8 + 1;
    let listed: Vec<ListEntry> =
        (0..10_124).map(|n| ListEntry { nik: nik(n), decile: Some(decile(n)), has_disability: None }).collect();
    world.list("blora_2025", "dtks", &listed);
    for (village, numbers) in
        [("33.16.01.2001", 1..4_000), ("33.16.02.2001", 4_000..8_000), ("33.16.03.2001", 8_000..10_124)]
    {
        crowd(&world, village, "blora_2025", numbers, |_, one| one.source = Some(SourceId("dtks".into()))).await;
    }
    assert_eq!(waiting(&world.approve_all(0..10_124)), 10_124);
    let preview = world.preview("blora_2025", 1_500);
    assert_eq!((preview.gains().count(), preview.waiting, preview.losses().count()), (1_500, 8_624, 0));
    world.set_quota("blora_2025", 1_500, false).unwrap();
    let states = world.states(0..10_124);
    assert_eq!((placed(&states), waiting(&states)), (1_500, 8_624));
    let highest = (0..10_124).filter(|&number| is_placed(&states[number as usize])).map(decile).max();
    assert_eq!(highest, Some(2), "1,013 of the first decile and the first 487 of the second");
    let committed = rule.commitment(1_500, 295);
    assert_eq!((committed.whole, committed.budget), (Rupiah(302_400_000), Some(Rupiah(302_400_000))));
    // one dies, and the next of the second decile follows
    let next = (0..10_124).find(|&number| decile(number) == 2 && !is_placed(&states[number as usize])).unwrap();
    world.note_all([0].into_iter(), Note::Ended(EndReason::Died));
    assert_eq!(world.state_of(0), State::Ended { reason: EndReason::Died });
    assert!(is_placed(&world.state_of(next)));
    assert_eq!(placed(&world.states(0..10_124)), 1_500);
    // under 65 and in DTKS
    let mut other = person(&world, 1, "blora_2025", "33.16.01.2001");
    other.identity.birth_date = date(1961, 11, 21);
    assert_eq!(
        reasons_against(&other, &rule, date(2026, 11, 21), false),
        [Ineligible::TooOld { age: 65, max_exclusive: 65 }, Ineligible::NotListed { lists: "DTKS".into() }]
    );
}

#[tokio::test]
async fn bojonegoro_takes_everybody_of_its_lists_and_the_eight_roles_and_the_money_lasts_eleven_months() {
    let world = World::new();
    let rule = programme(&world, "bojonegoro_2025");
    let roles =
        ["ketua_rt_rw", "satlinmas", "marbot", "modin_wanita", "takmir", "guru_ngaji", "anggota_bpd", "kader_desa"];
    let village = "35.22.28.2004";
    crowd(&world, village, "bojonegoro_2025", 0..20, |number, one| {
        if let Some(role) = roles.get(number as usize) {
            (one.work.occupation, one.work.role) = (None, Some(RoleId((*role).into())));
        }
        assert_eq!(reasons_against(one, &rule, date(2026, 11, 21), false), []);
    })
    .await;
    assert!(world.approve_all(0..20).iter().all(|state| *state == State::Placed { place: None, covered_until: None }));
    assert!(matches!(world.agree("nowhere", 5, "", false), Err(QuotaError::NoQuota)));
    assert!(
        matches!(world.agree("bojonegoro_2025", 5, "", false), Err(QuotaError::NoQuota)),
        "there is none to change"
    );
    let committed = rule.commitment(157_058 + 35_688, 430);
    assert_eq!((committed.whole, committed.budget), (Rupiah(38_857_593_600), Some(Rupiah(35_903_000_000))));
    assert_eq!(committed.lasts.unwrap().to_string(), "11,09");
    assert_eq!(committed.missing, Some(Rupiah(2_954_593_600)));
}

#[tokio::test]
async fn bengkayang_gives_a_hundred_places_to_each_desa() {
    let world = World::new();
    let rule = programme(&world, "bengkayang_1desa100");
    for (village, numbers) in [("61.07.01.2001", 0..103), ("61.07.01.2002", 200..299)] {
        crowd(&world, village, "bengkayang_1desa100", numbers.clone(), |_, _| {}).await;
        world.approve_all(numbers);
    }
    assert_eq!(
        (placed(&world.states(0..103)), placed(&world.states(200..299))),
        (100, 99),
        "a place there is none here"
    );
    let committed = rule.commitment(122 * 100, 122);
    assert_eq!((committed.people, committed.whole), (12_200, Rupiah(2_459_520_000)));
    assert_eq!(committed.missing, Some(Rupiah(30_000_000)), "the reported budget is exactly so much lower");
    // the first in line follows whoever takes back
    world.note_all([50].into_iter(), Note::Withdrawn);
    assert!(is_placed(&world.state_of(100)));
}

#[tokio::test]
async fn bengkayangs_second_fund_shrinks_from_4_600_to_2_116() {
    let world = World::new();
    let rule = programme(&world, "bengkayang_dbh_sawit");
    let fund = "bengkayang_dbh_sawit";
    crowd(&world, "61.07.01.2001", fund, 0..1, |_, _| {}).await;
    world.set_quota(fund, 4_600, false).unwrap();
    // the first 2,300 were told a year before the others
    crowd(&world, "61.07.01.2001", fund, 1..2_300, |_, _| {}).await;
    assert_eq!(placed(&world.approve_all(0..2_300)), 2_300);
    world.pass(SignedDuration::from_hours(24 * 365));
    crowd(&world, "61.07.02.2001", fund, 2_300..4_600, |_, _| {}).await;
    assert_eq!(placed(&world.approve_all(2_300..4_600)), 2_300);
    let last = world.now().as_millisecond();
    let until = date(2027, 6, 30);
    world.note_all(0..2_000, Note::Covered { kpj: kpj(), from: date(2026, 7, 1), until });
    let preview = world.preview(fund, 2_116);
    assert_eq!((preview.losses().count(), preview.covered(), preview.kept), (2_484, 0, 2_116));
    assert!(preview.losses().take(2_300).all(|seat| seat.told_at == last), "told last");
    // everybody is covered meanwhile: the preview is not true any more, and nobody loses cover silently
    world.note_all(2_000..4_600, Note::Covered { kpj: kpj(), from: date(2026, 7, 1), until });
    assert!(matches!(world.agree(fund, 2_116, &preview.digest.to_string(), false), Err(QuotaError::Stale)));
    assert!(matches!(world.set_quota(fund, 2_116, false), Err(QuotaError::Covered(2_484))));
    assert!(world.states(0..4_600).iter().all(|state| matches!(state, State::Active { .. })));
    let done = world.set_quota(fund, 2_116, true).unwrap();
    assert_eq!((done.losses().count(), done.covered()), (2_484, 2_484));
    let states = world.states(0..4_600);
    assert_eq!(states.iter().filter(|state| matches!(state, State::Active { .. })).count(), 2_116);
    // a year later they are a year older, and the oldest come first
    assert_eq!(states[4_599], State::WaitingList { rank: 2_300, covered_until: Some(until) });
    let saved = rule.commitment(4_600, 124).whole.checked_sub(rule.commitment(2_116, 124).whole);
    assert_eq!((saved, rule.cost(2_116, 12)), (Some(rule.cost(2_484, 12)), Rupiah(426_585_600)));
    // the fund grows by ten: they come from the front of the line
    let back = world.set_quota(fund, 2_126, false).unwrap();
    assert_eq!(back.gains().count(), 10);
    assert_eq!(placed(&world.states(0..4_600)), 10);
    // all kept numbers are within the quota
    let highest = world.hub.store.read::<_, payung_hub::HubError>(|connection| {
        Ok(connection
            .query_row("SELECT max(place) FROM record WHERE place IS NOT NULL", [], |row| row.get::<_, u32>(0))?)
    });
    assert_eq!(highest.unwrap(), 2_126);
}
