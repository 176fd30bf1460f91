//! What kaders tell of visits to people on a list.

use super::{LIST, admin, candidates, checked, settle};
use crate::people::nik;
use crate::world::{OTHER_VILLAGE, Phone, VILLAGE, World, enrolment, push_of};
use axum::http::StatusCode;
use payung_domain::Nik;
use payung_domain::wire::{CandidatesResponse, MOST_OUTCOMES, Outcome};
use serde_json::{Value, json};

/// The list of files.rs, taken: two people of this village and one of the next.
async fn listed() -> (World, Phone, Phone) {
    let world = World::new();
    let (own, other) = (world.pair(VILLAGE).await, world.pair(OTHER_VILLAGE).await);
    bring(&world, LIST).await;
    (world, own, other)
}

async fn bring(world: &World, list: &str) {
    let browser = admin(world);
    let address = checked(&browser, "/daftar", "small/usulan", "daftar.csv", list.as_bytes()).await;
    assert_eq!(browser.send(&format!("{address}/setuju"), "").await.status, StatusCode::SEE_OTHER);
    settle(world);
}

async fn tell(world: &World, phone: &Phone, outcomes: Value) -> CandidatesResponse {
    let ask = json!({"version": 1, "nonce": "n", "outcomes": outcomes});
    let answer = world.post("/v1/candidates", Some(&phone.token), ask.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    world.assert_signed("/v1/candidates", &answer);
    serde_json::from_slice(&answer.body).unwrap()
}

fn told(answer: CandidatesResponse) -> Vec<(String, Option<Outcome>)> {
    answer.candidates.unwrap().into_iter().map(|one| (one.name, one.outcome)).collect()
}

#[tokio::test]
async fn an_outcome_is_held_told_to_the_villages_phones_and_counted_until_it_is_taken_back() {
    let (world, phone, other) = listed().await;
    let known = candidates(&world, &phone.token, None).await.digest;
    let answer = tell(&world, &phone, json!([{"nik": "9901011205849999", "outcome": "moved"}])).await;
    assert!(answer.has_outcomes && answer.digest != known);
    let wanted = |first| vec![("CONTOH DUA".to_owned(), None), ("CONTOH SATU".to_owned(), first)];
    assert_eq!(told(answer), wanted(Some(Outcome::Moved)));
    let second = world.pair(VILLAGE).await;
    assert_eq!(told(candidates(&world, &second.token, None).await), wanted(Some(Outcome::Moved)));
    let page = admin(&world).get("/daftar").await.text();
    assert!(page.contains("2 dari 3 orang") && page.contains("1 sudah dikunjungi"), "{page}");
    let csv = admin(&world).get("/daftar/kunjungan.csv").await.text();
    let line = csv.lines().nth(1).unwrap();
    assert!(line.starts_with("9901011205849999;CONTOH SATU;Mojodelik;Gayam;usulan;Pindah dari desa ini;"), "{csv}");
    assert_eq!(csv.lines().count(), 2);

    // whom nobody has met is to be visited still, and so is whoever was told of by mistake
    tell(&world, &phone, json!([{"nik": "9901011205849999", "outcome": "not_met"}])).await;
    assert!(admin(&world).get("/daftar").await.text().contains("3 dari 3 orang"));
    let answer = tell(&world, &second, json!([{"nik": "9901011205849999", "outcome": null}])).await;
    assert_eq!((answer.has_outcomes, told(answer)), (true, wanted(None)));
    assert_eq!(admin(&world).get("/daftar/kunjungan.csv").await.text().lines().count(), 1);
    assert_eq!(candidates(&world, &other.token, None).await.candidates.unwrap().len(), 1, "the neighbours' is theirs");
}

#[tokio::test]
async fn nobody_tells_of_another_villages_people_and_strangers_are_no_failure() {
    let (world, _, other) = listed().await;
    let answer =
        tell(&world, &other, json!([{"nik": "9901011205849999", "outcome": "died"}, {"nik": nik(7).digits()}])).await;
    assert!(answer.has_outcomes, "it is not sent again and again");
    assert_eq!(admin(&world).get("/daftar/kunjungan.csv").await.text().lines().count(), 1);
    let many: Vec<Value> = (0..=MOST_OUTCOMES as u32).map(|n| json!({"nik": nik(n).digits()})).collect();
    for bad in [json!(many), json!([{"nik": "12"}]), json!([{"nik": nik(1).digits(), "outcome": "lost"}])] {
        let ask = json!({"version": 1, "nonce": "n", "outcomes": bad}).to_string();
        assert_eq!(world.post("/v1/candidates", Some(&other.token), ask).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn the_same_list_again_keeps_what_was_told_and_another_village_begins_anew() {
    let (world, phone, other) = listed().await;
    tell(&world, &phone, json!([{"nik": "9901011205849999", "outcome": "moved"}])).await;
    bring(&world, LIST).await;
    assert!(admin(&world).get("/daftar").await.text().contains("1 sudah dikunjungi"), "the list says nothing new");
    bring(&world, &LIST.replacen("Contoh Satu;Mojodelik", "Contoh Satu;35.22.28.2005", 1)).await;
    let moved = candidates(&world, &other.token, None).await.candidates.unwrap();
    assert!(moved.iter().any(|one| one.name == "CONTOH SATU" && one.outcome.is_none()), "{moved:?}");
    // once somebody enrols the person after all, the outcome counts no more
    tell(&world, &phone, json!([{"nik": "9901011205849998", "outcome": "declined"}])).await;
    assert_eq!(admin(&world).get("/daftar/kunjungan.csv").await.text().lines().count(), 2);
    let mut one = enrolment(1);
    one.identity.nik = Nik::parse("9901011205849998").unwrap();
    world.push(&phone, vec![push_of(1, 1, &one)]).await;
    assert_eq!(admin(&world).get("/daftar/kunjungan.csv").await.text().lines().count(), 1);
}
