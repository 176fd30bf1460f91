//! The list of records: page after page, and a search that does not read them all.

use crate::browser::{Browser, put};
use crate::world::{OTHER_VILLAGE, VILLAGE, World, enrolment};
use payung_domain::state::State;
use payung_domain::{Nik, RecordId};
use payung_hub::HubError;
use payung_hub::rights::{Role, Scope};
use payung_hub::store::record::{self, NewRevision};
use payung_hub::store::search::{self, Begin, Filter, Page, Total};
use std::collections::BTreeSet;

/// So many records of one phone, from number 0 on; four came in each millisecond.
async fn filled(world: &World, count: u32, name: impl Fn(u32) -> String) {
    let phone = world.pair(VILLAGE).await;
    world
        .hub
        .store
        .write::<_, HubError>(|t| {
            for number in 0..count {
                let mut one = enrolment(1);
                one.identity.name = name(number);
                one.identity.nik =
                    Nik::parse(&format!("99{:04}520584{:04}", 100 + number / 9000, 1 + number % 9000)).unwrap();
                let new = NewRevision {
                    id: id(number),
                    revision: 1,
                    body: &serde_json::to_string(&one).unwrap(),
                    enrolment: &one,
                    saved_at: 0,
                    clock_offset: 0,
                    sequence: None,
                    device_id: &phone.id,
                    village: VILLAGE.parse().unwrap(),
                };
                record::add_revision(t, &new, &State::Received, 1_000_000 + i64::from(number) / 4)?;
                if number % 10 == 3 {
                    record::set_state(t, id(number), &State::Withdrawn, 2_000_000, "user:sari")?;
                }
            }
            Ok(())
        })
        .unwrap();
}

fn id(number: u32) -> RecordId {
    let mut bytes = [7; 16];
    // ids come in another order than the records
    bytes[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    RecordId::from_bytes(bytes)
}

fn page(world: &World, text: &str, states: &[&'static str], begin: Begin, most: usize) -> Page {
    let filter = Filter { text: text.into(), states: states.to_vec(), village: String::new() };
    world.hub.store.read::<_, HubError>(|c| Ok(search::page(c, Scope::All, &filter, begin, most)?)).unwrap()
}

/// Every page from the first to the last, and back again.
fn walked(world: &World, text: &str, states: &[&'static str]) -> Vec<RecordId> {
    let (mut pages, mut begin) = (Vec::new(), Begin::Start);
    loop {
        let page = page(world, text, states, begin, 7);
        pages.push(page.rows.iter().map(|row| row.id).collect::<Vec<_>>());
        let Some(after) = page.after else { break };
        begin = Begin::After(after);
    }
    let last = page(world, text, states, begin, 7);
    let (mut back, mut before) = (vec![pages.last().unwrap().clone()], last.before);
    while let Some(cursor) = before {
        let page = page(world, text, states, Begin::Before(cursor), 7);
        back.push(page.rows.iter().map(|row| row.id).collect());
        before = page.before;
    }
    back.reverse();
    assert_eq!(back, pages, "the way back shows the same pages");
    pages.concat()
}

#[tokio::test]
async fn page_after_page_shows_each_record_once_the_longest_waiting_first() {
    let world = World::new();
    filled(&world, 61, |number| format!("CONTOH {number}")).await;
    let all = walked(&world, "", &[]);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (61, 61));
    let mut wanted: Vec<_> = (0..61).map(|number| (number / 4, id(number))).collect();
    wanted.sort();
    assert_eq!(all, wanted.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
    assert_eq!(walked(&world, "", &["withdrawn"]).len(), 6);
    assert_eq!(walked(&world, "contoh", &["received"]).len(), 55);
    assert_eq!(page(&world, "", &["received"], Begin::Start, 7).total, Total::Exactly(55));
    assert_eq!(page(&world, "contoh 1", &[], Begin::Start, 7).total, Total::Exactly(11), "1, and 10 to 19");
}

#[tokio::test]
async fn of_a_name_that_many_have_the_list_is_walked_and_says_that_there_are_more() {
    let world = World::new();
    filled(&world, 1_100, |number| format!("SITI {}", if number % 100 == 7 { "AMINAH" } else { "RAHAYU" })).await;
    let many = page(&world, "siti", &[], Begin::Start, 7);
    assert_eq!((many.rows.len(), many.total), (7, Total::MoreThan(200)));
    let all = walked(&world, "siti", &[]);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (1_100, 1_100));
    assert_eq!(walked(&world, "99", &[]).len(), 1_100, "and so is that of a NIK's first digits");
    assert_eq!(walked(&world, "990100520584", &["withdrawn"]).len(), 110);
    assert_eq!(page(&world, "aminah siti", &[], Begin::Start, 7).total, Total::Exactly(11), "in any order");
    assert_eq!(page(&world, "am si", &[], Begin::Start, 7).total, Total::Exactly(11), "by the first letters");
    assert_eq!(page(&world, "inah", &[], Begin::Start, 7).total, Total::Exactly(11), "from the middle of a word");
    assert_eq!(page(&world, "na", &[], Begin::Start, 7).total, Total::Exactly(0), "two letters begin a word");
    assert_eq!(page(&world, "9901 0052 0584 0042", &[], Begin::Start, 7).rows[0].id, id(41));
}

#[tokio::test]
async fn a_corrected_name_is_found_and_the_old_one_is_not() {
    let world = World::new();
    filled(&world, 2, |_| "SULASTRI".into()).await;
    world
        .hub
        .store
        .write::<_, HubError>(|t| {
            Ok(t.execute("UPDATE record SET name = 'SUTRISNI' WHERE id = ?1", [id(1).to_string()])?)
        })
        .unwrap();
    let found = |text: &str| page(&world, text, &[], Begin::Start, 7).rows.len();
    assert_eq!((found("sulas"), found("trisn"), found("su")), (1, 1, 2));
}

#[tokio::test]
async fn a_village_head_pages_through_the_own_village_only() {
    let world = World::new();
    filled(&world, 120, |number| format!("CONTOH {number}")).await;
    put(&world, "mira", (Role::Village, Some(OTHER_VILLAGE.parse().unwrap())));
    put(&world, "ani", (Role::Village, Some(VILLAGE.parse().unwrap())));
    let other = Browser::let_in(&world, "mira");
    for query in ["", "?cari=contoh", "?cari=99", &format!("?desa={VILLAGE}"), &format!("?desa={VILLAGE}&cari=contoh")]
    {
        let text = other.get(&format!("/catatan{query}")).await.text();
        assert!(text.contains("Tidak ada catatan") && !text.contains("CONTOH"), "{query}");
    }
    let own = Browser::let_in(&world, "ani").get("/catatan?cari=contoh").await.text();
    assert_eq!(own.matches("<a href=\"/catatan/").count(), 50);
    assert!(own.contains("Catatan <span class=\"muted\">120</span>") && own.contains("Berikutnya"));
}
