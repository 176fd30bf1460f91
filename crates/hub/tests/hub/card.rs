//! The worker's card from BPJS's answer to its end, as a phone hears it.

use crate::files::{admin, answer_file, checked, exported, placed, settle};
use crate::people::{id, kpj};
use crate::world::{Phone, VILLAGE, World, request};
use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use payung_domain::RecordId;
use payung_domain::card::{Card, CardNumber, Checked, Issuer};
use payung_domain::state::{EndReason, State};
use payung_domain::wire::{Change, SyncRequest};
use payung_domain::worker::{EndedResponse, MOST_ENDED};
use payung_hub::HubError;
use payung_hub::card::sign_missing;
use payung_hub::context::day_here;
use payung_hub::ending::{Note, end_covers};
use payung_hub::store::card::{self, CardRow};
use payung_hub::store::record;
use serde_json::json;
use std::time::Duration;

const FROM: Date = date(2026, 12, 1);
const UNTIL: Date = date(2027, 11, 30);

fn covered() -> Note {
    Note::Covered { kpj: kpj(), from: FROM, until: UNTIL }
}

/// So many people with places, and a phone of their village.
pub async fn village(people: u32) -> (World, Phone) {
    let world = World::new();
    placed(&world, 0..people).await;
    let phone = world.pair(VILLAGE).await;
    (world, phone)
}

async fn changes(world: &World, phone: &Phone, cursor: Option<u64>) -> (Vec<Change>, u64) {
    let answer = world.sync(phone, &SyncRequest { cursor, ..request(Vec::new()) }).await;
    (answer.changes, answer.cursor)
}

/// The card that a phone hears of with the newest change of a record.
pub async fn heard(world: &World, phone: &Phone, record: RecordId) -> Option<String> {
    let (changes, _) = changes(world, phone, None).await;
    changes.into_iter().rfind(|change| change.id == record).unwrap().card
}

pub async fn ended(world: &World, after: u64) -> EndedResponse {
    let ask = json!({"version": 1, "nonce": "n", "after": after}).to_string();
    let answer = world.post("/v1/ended", None, ask).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    world.assert_signed("/v1/ended", &answer);
    serde_json::from_slice(&answer.body).unwrap()
}

pub fn check(world: &World, text: &str, ended: &[CardNumber], today: Date) -> Checked {
    let office = Issuer { name: "Disnaker".into(), key: world.hub.key.public() };
    Card::check(text, &[office], |number| ended.contains(&number), today)
}

pub fn cards(world: &World, number: u32) -> Vec<CardRow> {
    world.hub.store.read::<_, HubError>(|c| Ok(card::of_record(c, id(number))?)).unwrap()
}

fn missing(world: &World) -> u32 {
    let today = day_here(world.now());
    world.hub.store.read::<_, HubError>(|c| Ok(card::missing(c, today)?)).unwrap()
}

#[tokio::test]
async fn an_answer_of_bpjs_signs_a_card_and_a_death_ends_it_for_everybody() {
    let (world, phone) = village(3).await;
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let answers = answer_file(&[(0, "26000000001", "01-12-2026", ""), (1, "26000000002", "01-12-2026", "")]);
    let address = checked(&browser, &format!("/berkas/{export}/jawaban"), "", "a.csv", answers.as_bytes()).await;
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    assert!(matches!(world.state_of(0), State::Active { .. }));

    let text = heard(&world, &phone, id(0)).await.expect("the change carries the card");
    let Checked::Valid(card) = check(&world, &text, &[], FROM) else { panic!("it is not valid") };
    assert_eq!(
        (card.kpj.as_str(), card.name.as_str(), card.from, card.until),
        ("26000000001", "CONTOH 0", FROM, UNTIL)
    );
    assert_eq!((card.masked_nik.as_str(), card.covers.join("+").as_str()), ("990101••••••0001", "JKK+JKM"));
    let programme = world.hub.catalogue.programme(&"wide".parse().unwrap()).unwrap();
    assert_eq!(card.programme, programme.name);
    assert!(matches!(
        check(&world, &text, &[], world.now().to_zoned(jiff::tz::TimeZone::UTC).date()),
        Checked::NotYet(_)
    ));
    assert!(matches!(check(&world, &text, &[], date(2027, 12, 1)), Checked::Expired(_)));
    assert!(!text.is_empty() && heard(&world, &phone, id(2)).await.is_none(), "who is not covered has none");
    let page = browser.get(&format!("/catatan/{}", id(0))).await.text();
    assert!(page.contains("Kartu pekerja") && page.contains(&card.number.to_string()) && page.contains("Belum mulai"));
    assert!(!page.contains(&text), "the code is the worker's");

    let before = ended(&world, 0).await;
    assert_eq!((before.numbers.len(), before.upto, before.more), (0, 0, false));
    world.note_all([0].into_iter(), Note::Ended(EndReason::Died));
    let after = ended(&world, before.upto).await;
    assert_eq!((after.numbers.as_slice(), after.upto, after.as_of), (&[card.number][..], 1, world.now()));
    assert!(matches!(check(&world, &text, &after.numbers, FROM), Checked::Ended(_)));
    assert!(ended(&world, after.upto).await.numbers.is_empty(), "the cursor says what is known");
    assert_eq!(heard(&world, &phone, id(0)).await, None);
    let (changes, _) = changes(&world, &phone, None).await;
    let told = changes.iter().filter(|change| change.id == id(0) && change.card.is_some()).count();
    assert_eq!(told, 0, "nor with what came before it");
    assert!(browser.get(&format!("/catatan/{}", id(0))).await.text().contains("Dihentikan"));
    assert_eq!(missing(&world), 0);
}

#[tokio::test]
async fn a_withdrawal_and_a_move_end_the_card_and_its_last_day_needs_no_list() {
    let (world, _) = village(4).await;
    world.note_all(0..4, covered());
    world.note_all([0].into_iter(), Note::Withdrawn);
    world.note_all([1].into_iter(), Note::Ended(EndReason::Moved));
    let list = ended(&world, 0).await;
    assert_eq!(list.numbers, [cards(&world, 0)[0].number, cards(&world, 1)[0].number]);
    world.pass(SignedDuration::from_hours(24 * 400));
    assert_eq!(end_covers(&world.hub).unwrap(), 2);
    assert_eq!(world.state_of(2), State::Ended { reason: EndReason::CoverOver });
    assert_eq!(ended(&world, 0).await.numbers.len(), 2);
    assert_eq!(cards(&world, 2)[0].ended_at, None);
}

#[tokio::test]
async fn whoever_loses_the_place_to_a_smaller_quota_keeps_the_card_for_what_is_paid() {
    let (world, phone) = village(3).await;
    world.note_all(0..3, covered());
    world.set_quota("wide", 1, true).unwrap();
    let waits = |number: &u32| matches!(world.state_of(*number), State::WaitingList { covered_until: Some(UNTIL), .. });
    let losers: Vec<u32> = (0..3).filter(waits).collect();
    assert_eq!(losers.len(), 2);
    assert!(ended(&world, 0).await.numbers.is_empty(), "the person is covered until the last day");
    let loser = losers[0];
    let (changes, _) = changes(&world, &phone, None).await;
    assert!(changes.iter().any(|change| change.id == id(loser) && change.card.is_some()));
    // and another cover later is another card
    world.set_quota("wide", 3, false).unwrap();
    assert!(
        losers.iter().all(|number| matches!(world.state_of(*number), State::Placed { covered_until: Some(UNTIL), .. }))
    );
    world.note_all([loser].into_iter(), covered());
    let signed = cards(&world, loser);
    assert_eq!((signed.len(), signed.iter().filter(|card| card.ended_at.is_some()).count()), (2, 1));
    assert_eq!(ended(&world, 0).await.numbers.len(), 1);
    // one that begins when the former is over leaves it alone
    let from = UNTIL.tomorrow().unwrap();
    let later = Note::Covered { kpj: kpj(), from, until: date(2028, 11, 30) };
    world.note_all([losers[1]].into_iter(), later);
    assert!(cards(&world, losers[1]).iter().all(|card| card.ended_at.is_none()));
    assert_eq!(ended(&world, 0).await.numbers.len(), 1);
    // the end of the record ends it
    world.note_all([losers[1]].into_iter(), Note::Ended(EndReason::Died));
    assert_eq!(ended(&world, 0).await.numbers.len(), 3, "each card that would hold today or later");
}

#[tokio::test]
async fn who_was_covered_before_the_hub_signed_cards_gets_one_and_the_phone_hears_it() {
    let (world, phone) = village(5).await;
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let kpjs: Vec<String> = (0..5).map(|number| format!("2600000000{number}")).collect();
    let rows: Vec<_> = (0..5).zip(&kpjs).map(|(number, kpj)| (number, kpj.as_str(), "01-12-2026", "")).collect();
    let path = format!("/berkas/{export}/jawaban");
    let address = checked(&browser, &path, "", "a.csv", answer_file(&rows).as_bytes()).await;
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    world.note_all([4].into_iter(), Note::Withdrawn);
    world.hub.store.write::<_, HubError>(|t| Ok(t.execute("DELETE FROM card", [])?)).unwrap();
    assert_eq!(missing(&world), 4);
    let (_, cursor) = changes(&world, &phone, None).await;
    assert!(changes(&world, &phone, Some(cursor)).await.0.is_empty());

    assert_eq!(sign_missing(&world.hub, Duration::ZERO).unwrap(), 4);
    assert_eq!(
        (missing(&world), sign_missing(&world.hub, Duration::ZERO).unwrap()),
        (0, 0),
        "a second start signs none"
    );
    let (told, _) = changes(&world, &phone, Some(cursor)).await;
    assert_eq!(told.len(), 4);
    for change in told {
        let Checked::Valid(card) = check(&world, &change.card.unwrap(), &[], FROM) else { panic!("not valid") };
        assert!(kpjs.contains(&card.kpj) && matches!(change.state, State::Active { .. }));
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, change.id)?)).unwrap().unwrap();
        assert_eq!(row.state, change.state);
    }
    assert!(ended(&world, 0).await.numbers.is_empty());
}

/// The database is the copy of a hub that was lost.
fn put_back(world: &World) {
    let now = world.now().as_millisecond();
    let take_over =
        |t: &payung_hub::store::sql::Transaction| Ok(payung_hub::store::snapshot::take_over(t, now - 1, now)?);
    world.hub.store.write::<_, HubError>(take_over).unwrap();
}

#[tokio::test]
async fn a_card_that_ends_after_a_restore_is_heard_by_phones_that_heard_of_many_from_the_lost_hub() {
    let (world, _) = village(4).await;
    world.note_all(0..4, covered());
    // the copy has no ended card; the hub that is lost went on to number 500, and its phones with it
    put_back(&world);
    world.note_all([0].into_iter(), Note::Ended(EndReason::Died));
    let heard = ended(&world, 500).await;
    assert_eq!(heard.numbers, [cards(&world, 0)[0].number]);
    // nor does a later number come before an earlier one, whichever copy is put back next
    let mut last = heard.upto;
    for number in 1..4 {
        world.pass(SignedDuration::from_secs(60));
        put_back(&world);
        world.note_all([number].into_iter(), Note::Ended(EndReason::Moved));
        let again = ended(&world, last).await;
        assert_eq!((again.numbers.len(), again.more), (number as usize + 1, false), "no old cursor counts");
        assert!(again.upto > last && again.upto < 1 << 53);
        let now = u64::try_from(world.now().as_millisecond()).unwrap() * 1_000;
        assert!((now..now + 100).contains(&again.upto), "restores don't add up: an older copy would fall behind");
        last = again.upto;
    }
}

#[tokio::test]
async fn who_lost_the_place_while_covered_before_the_hub_signed_cards_gets_one_for_what_is_paid() {
    let (world, phone) = village(3).await;
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let rows = [0, 1, 2]
        .map(|number| (number, ["26000000000", "26000000001", "26000000002"][number as usize], "01-12-2026", ""));
    let path = format!("/berkas/{export}/jawaban");
    let address = checked(&browser, &path, "", "a.csv", answer_file(&rows).as_bytes()).await;
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    world.set_quota("wide", 1, true).unwrap();
    let forget = || world.hub.store.write::<_, HubError>(|t| Ok(t.execute("DELETE FROM card", [])?)).unwrap();
    forget();
    assert_eq!(missing(&world), 3);
    let (_, cursor) = changes(&world, &phone, None).await;
    assert_eq!(sign_missing(&world.hub, Duration::ZERO).unwrap(), 3);
    assert_eq!((missing(&world), sign_missing(&world.hub, Duration::ZERO).unwrap()), (0, 0));
    let (told, _) = changes(&world, &phone, Some(cursor)).await;
    let waits = |change: &&Change| matches!(change.state, State::WaitingList { covered_until: Some(UNTIL), .. });
    assert_eq!((told.len(), told.iter().filter(waits).count()), (3, 2));
    for change in told {
        let Checked::Valid(card) = check(&world, &change.card.unwrap(), &[], FROM) else { panic!("not valid") };
        assert_eq!((card.from, card.until), (FROM, UNTIL));
    }
    // what is paid is over: who still counts as covered is the one whose end has not been noted yet
    forget();
    world.pass(SignedDuration::from_hours(24 * 400));
    assert_eq!((missing(&world), sign_missing(&world.hub, Duration::ZERO).unwrap()), (1, 1));
}

#[tokio::test]
async fn ended_cards_come_in_parts_and_a_restored_hub_tells_all_again() {
    let (world, _) = village(1).await;
    let many = MOST_ENDED as u32 + 7;
    let fill = |t: &payung_hub::store::sql::Transaction| {
        for number in 0..many {
            let mut bytes = [0; 8];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            let (number, record) = (CardNumber::from_bytes(bytes), id(0));
            let row =
                CardRow { number, record, body: "x".into(), from: FROM, until: UNTIL, signed_at: 1, ended_at: None };
            card::put(t, &row)?;
        }
        Ok(())
    };
    world.hub.store.write::<_, HubError>(fill).unwrap();
    let first = ended(&world, 0).await;
    assert_eq!((first.numbers.len(), first.more, first.upto), (MOST_ENDED, true, MOST_ENDED as u64));
    let second = ended(&world, first.upto).await;
    assert_eq!((second.numbers.len() as u32, second.more), (many - 1 - MOST_ENDED as u32, false), "the last one holds");
    put_back(&world);
    let again = ended(&world, second.upto).await;
    assert_eq!((again.numbers, again.more), (first.numbers, true), "no old cursor counts");
}

#[tokio::test]
async fn whoever_asks_for_ended_cards_without_end_is_told_to_wait() {
    let (world, _) = village(1).await;
    let ask = json!({"version": 1, "nonce": "n", "after": 0}).to_string();
    let mut answers = 0;
    let refused = loop {
        let answer = world.post("/v1/ended", None, ask.clone()).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        answers += 1;
    };
    assert_eq!((refused.status, refused.error().as_str(), answers), (StatusCode::TOO_MANY_REQUESTS, "too_many", 600));
    for bad in
        [json!({"version": 9, "nonce": "n", "after": 0}), json!({"version": 1, "nonce": "n".repeat(129), "after": 0})]
    {
        world.pass(SignedDuration::from_secs(60));
        assert_eq!(world.post("/v1/ended", None, bad.to_string()).await.status, StatusCode::BAD_REQUEST);
    }
}
