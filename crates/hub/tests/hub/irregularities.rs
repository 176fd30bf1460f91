//! Reports of irregularities: from anybody, sealed, once; read by the office and never by a village.

use crate::browser::{Browser, hidden, put};
use crate::world::{Answer, OTHER_VILLAGE, VILLAGE, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use crypto_box::aead::rand_core::{CryptoRng, Error, RngCore};
use jiff::SignedDuration;
use payung_domain::ids::{ContentHash, IrregularityId};
use payung_domain::irregularity::{
    Irregularity, IrregularityResponse, Kind, MOST_SEALED_BYTES, OfficeResponse, VERSION,
};
use payung_domain::region::VillageCode;
use payung_hub::irregularities::{KEPT_DAYS, MOST_WAITING, Step, keep, step};
use payung_hub::rights::Role;
use payung_hub::store::audit;
use payung_hub::store::irregularity::{self, Filter, Standing};
use payung_hub::store::paging::Begin;
use payung_hub::{HubError, Settings, sweep};
use serde_json::json;
use std::collections::BTreeSet;

const PATH: &str = "/v1/irregularities";

fn report(number: u8, words: &str) -> Irregularity {
    let id = IrregularityId::from_bytes([number; 16]);
    Irregularity::new(id, Kind::Money, VILLAGE.parse().ok(), words, "").unwrap()
}

/// The world's own random bytes, for a library that wants to draw them itself.
struct Drawn(payung_hub::Context);

impl RngCore for Drawn {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.random().unwrap())
    }
    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.random().unwrap())
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.random::<1>().unwrap()[0]);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Drawn {}

impl World {
    /// Somebody reports something.
    pub async fn report(&self, report: &Irregularity) -> Answer {
        self.post(PATH, None, sealed(self, &report.padded().unwrap())).await
    }
}

fn key_of(hex_key: &str) -> crypto_box::PublicKey {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex_key, &mut bytes).unwrap();
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap();
    crypto_box::PublicKey::from(key.to_montgomery().to_bytes())
}

fn sealed(world: &World, plain: &[u8]) -> Vec<u8> {
    key_of(&world.hub.key.public_hex()).seal(&mut Drawn(world.hub.context.clone()), plain).unwrap()
}

fn held(world: &World) -> Vec<irregularity::IrregularityRow> {
    let page =
        |c: &payung_hub::store::sql::Connection| Ok(irregularity::page(c, &Filter::default(), Begin::Start, 100)?);
    world.hub.store.read::<_, HubError>(page).unwrap().rows
}

fn behind_proxy() -> World {
    World::with(Settings { is_behind_proxy: true, ..Settings::default() })
}

/// One of many.
fn numbered(number: u32, village: Option<VillageCode>) -> Irregularity {
    let mut bytes = [0x22; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Irregularity::new(IrregularityId::from_bytes(bytes), Kind::Names, village, "Nama fiktif.", "").unwrap()
}

/// A body from an address of its own, as a proxy tells it.
async fn from(world: &World, address: &str, path: &str, body: impl Into<Body>) -> Answer {
    world.call(Request::post(path).header("x-forwarded-for", address).body(body.into()).unwrap()).await
}

/// So many reports at once, four in each millisecond.
fn fill(world: &World, count: u32) {
    let sql = format!(
        "INSERT INTO irregularity (id, kind, village, words, received_at, changed_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT '000000000000000000000000' || CAST(10000000 + i AS TEXT), 'money', '{OTHER_VILLAGE}', 'x', 1000 + i / 4, 1000
         FROM n"
    );
    world.hub.store.write::<_, HubError>(|t| Ok(t.execute(&sql, [])?)).unwrap();
}

/// A form of a report's page, with what the page shows now.
async fn press(browser: &Browser<'_>, page: &str, act: &str, fields: &str) -> Answer {
    let seen = browser.hidden(page, "seen").await;
    browser.send(&format!("{page}/{act}"), &format!("seen={seen}&{fields}")).await
}

#[tokio::test]
async fn a_report_is_taken_without_a_token_and_once_however_often_it_comes() {
    let world = World::new();
    let one = report(1, "Diminta Rp50.000 untuk kartu.");
    let body = sealed(&world, &one.padded().unwrap());
    for _ in 0..2 {
        let answer = world.post(PATH, None, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        world.assert_signed(PATH, &answer);
        let told: IrregularityResponse = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(told.sealed, ContentHash::of(&body));
    }
    // sealed anew, as by a phone that lost its queue's file and wrote it again
    assert_eq!(world.post(PATH, None, sealed(&world, &one.padded().unwrap())).await.status, StatusCode::OK);
    let held = held(&world);
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].id, held[0].words.as_str(), held[0].standing), (one.id, one.words.as_str(), Standing::New));
}

#[tokio::test]
async fn what_is_sealed_to_another_hub_or_is_no_report_is_refused() {
    let world = World::new();
    let plain = report(1, "Nama fiktif.").padded().unwrap();
    let other =
        crypto_box::SecretKey::from([9; 32]).public_key().seal(&mut Drawn(world.hub.context.clone()), &plain).unwrap();
    let newer = json!({"version": 2, "id": "01".repeat(16), "kind": "money", "words": "a"}).to_string();
    for (body, error) in [
        (other, "bad_request"),
        (plain.clone(), "bad_request"),
        (sealed(&world, b"{}"), "bad_request"),
        (sealed(&world, newer.as_bytes()), "version_unsupported"),
        (Vec::new(), "bad_request"),
    ] {
        let answer = world.post(PATH, None, body).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, error));
    }
    assert!(held(&world).is_empty());
}

#[tokio::test]
async fn an_oversized_report_is_refused_before_it_is_opened() {
    let world = World::new();
    let answer = world.post(PATH, None, vec![0; MOST_SEALED_BYTES + 1]).await;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn who_reports_without_end_is_told_to_wait() {
    let world = World::new();
    let mut last = StatusCode::OK;
    for _ in 0..=40 {
        last = world.post(PATH, None, Vec::new()).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    world.pass(jiff::SignedDuration::from_secs(6));
    let body = sealed(&world, &report(1, "Kartu ditahan.").padded().unwrap());
    assert_eq!(world.post(PATH, None, body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_report_takes_nobody_elses_turn() {
    let world = behind_proxy();
    let ask = json!({"version": VERSION, "nonce": "n"}).to_string();
    for number in 0..1_100 {
        let address = format!("10.0.{}.{}", number / 200, number % 200);
        assert_eq!(from(&world, &address, PATH, Vec::new()).await.status, StatusCode::BAD_REQUEST);
        let call = Request::post("/v1/office").header("x-forwarded-for", &address);
        let call = call.header("content-type", "application/json").body(ask.clone().into()).unwrap();
        assert_eq!(world.call(call).await.status, StatusCode::OK);
    }
    let honest = sealed(&world, &report(1, "Kartu ditahan.").padded().unwrap());
    assert_eq!(from(&world, "203.0.113.9", PATH, honest).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_address_brings_few_new_reports_an_hour_and_none_twice() {
    let world = behind_proxy();
    let send = async |number: u32, address: &str| {
        let body = sealed(&world, &numbered(number, None).padded().unwrap());
        from(&world, address, PATH, body).await
    };
    for number in 0..40 {
        assert_eq!(send(number, "10.0.0.1").await.status, StatusCode::OK);
    }
    world.pass(SignedDuration::from_secs(3_601));
    let mut taken = 0;
    let refused = loop {
        let answer = send(100 + taken, "10.0.0.1").await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        taken += 1;
    };
    // the common bucket gains 360 in an hour
    assert_eq!((refused.status, refused.error().as_str(), taken), (StatusCode::TOO_MANY_REQUESTS, "too_many", 30));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 60);
    assert_eq!(send(200, "10.0.0.2").await.status, StatusCode::OK);
    for _ in 0..50 {
        world.pass(SignedDuration::from_secs(5));
        assert_eq!(send(200, "10.0.0.1").await.status, StatusCode::OK, "it came already: no turn is taken");
    }
    assert_eq!(held(&world).len(), 71);
}

#[tokio::test]
async fn when_too_many_wait_further_ones_stay_on_their_phones_until_some_are_closed() {
    let world = World::new();
    let first = report(1, "Kartu ditahan.");
    assert_eq!(world.report(&first).await.status, StatusCode::OK);
    put(&world, "vera", (Role::Verifier, None));
    let vera = Browser::let_in(&world, "vera");
    assert!(!vera.get("/pengaduan").await.text().contains("Kotak pengaduan penuh"));
    fill(&world, MOST_WAITING - 1);
    let refused = world.report(&report(2, "Diminta uang.")).await;
    assert_eq!((refused.status, refused.error().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many"));
    assert_eq!(refused.header("retry-after"), "3600");
    assert_eq!(world.report(&first).await.status, StatusCode::OK, "it is there: its phone may forget it");
    assert!(vera.get("/pengaduan").await.text().contains("Kotak pengaduan penuh"));
    let seen = held(&world)[0].mark();
    step(&world.hub, first.id, &seen, &Step::Close("Kartu diserahkan.".into()), "user:vera").unwrap();
    assert_eq!(world.report(&report(2, "Diminta uang.")).await.status, StatusCode::OK);
}

/// The reports that a page of the list shows, in order.
fn listed(page: &str) -> Vec<String> {
    let links = page.split("href=\"/pengaduan/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_report_is_found_page_after_page_and_back() {
    let world = World::new();
    fill(&world, 130);
    put(&world, "audi", (Role::Auditor, None));
    let audi = Browser::let_in(&world, "audi");
    let mut pages = vec![audi.get("/pengaduan?jenis=money").await.text()];
    while pages.last().unwrap().contains("name=\"setelah\"") {
        assert!(pages.len() < 4, "it ends");
        let cursor = hidden(pages.last().unwrap(), "setelah");
        pages.push(audi.get(&format!("/pengaduan?jenis=money&setelah={cursor}")).await.text());
    }
    let found: Vec<_> = pages.iter().map(|page| listed(page)).collect();
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 30]);
    let newest_first: Vec<String> = (1..=130).rev().map(|i| format!("{:024}{}", 0, 10_000_000 + i)).collect();
    assert_eq!(found.concat(), newest_first);
    let cursor = hidden(&pages[2], "sebelum");
    let back = audi.get(&format!("/pengaduan?jenis=money&sebelum={cursor}")).await.text();
    assert_eq!(listed(&back), found[1]);
    let cursor = hidden(&back, "sebelum");
    let first = audi.get(&format!("/pengaduan?sebelum={cursor}")).await.text();
    assert_eq!(listed(&first), found[0]);
    assert!(!first.contains("Lebih baru") && !pages[2].contains("Lebih lama") && pages[0].contains("Lebih lama"));
    assert_eq!(listed(&audi.get("/pengaduan?setelah=x").await.text()), found[0]);
}

#[tokio::test]
async fn a_villages_reports_are_found_among_many_others() {
    let world = World::new();
    let elsewhere = "11.01.01.2001";
    let told = [VILLAGE.parse().ok(), None, elsewhere.parse().ok()];
    let ids = told.into_iter().zip(1..).map(|(village, number)| {
        let one = numbered(number, village);
        keep(&world.hub, &one).unwrap();
        one.id.to_string()
    });
    let ids: Vec<String> = ids.collect();
    world.hub.store.write::<_, HubError>(|t| Ok(t.execute("UPDATE irregularity SET received_at = 1", [])?)).unwrap();
    fill(&world, 60);
    put(&world, "vera", (Role::Verifier, None));
    let vera = Browser::let_in(&world, "vera");
    for (village, wanted) in [(VILLAGE, 0), ("tanpa", 1), ("lain", 2), (elsewhere, 2)] {
        let found = listed(&vera.get(&format!("/pengaduan?desa={village}")).await.text());
        assert_eq!(found, [ids[wanted].clone()], "{village}");
    }
    let first = vera.get(&format!("/pengaduan?desa={OTHER_VILLAGE}")).await.text();
    let cursor = hidden(&first, "setelah");
    let second = vera.get(&format!("/pengaduan?desa={OTHER_VILLAGE}&setelah={cursor}")).await.text();
    let all: BTreeSet<String> = [listed(&first), listed(&second)].concat().into_iter().collect();
    assert!(all.len() == 60 && ids.iter().all(|id| !all.contains(id)));
    assert!(first.contains(&format!("value=\"{OTHER_VILLAGE}\" selected")), "the filter goes on with the pages");
}

#[tokio::test]
async fn a_report_is_removed_two_years_after_it_was_closed_and_an_open_one_never() {
    let world = World::new();
    let (open, closed) = (report(1, "Kartu ditahan."), report(2, "Diminta uang."));
    for one in [&open, &closed] {
        keep(&world.hub, one).unwrap();
    }
    let seen = held(&world)[0].mark();
    step(&world.hub, closed.id, &seen, &Step::Close("Uang dikembalikan.".into()), "user:vera").unwrap();
    world.pass(SignedDuration::from_hours(24 * KEPT_DAYS));
    sweep::sweep(&world.hub).unwrap();
    assert_eq!(held(&world).len(), 2);
    world.pass(SignedDuration::from_secs(1));
    sweep::sweep(&world.hub).unwrap();
    assert_eq!(held(&world).iter().map(|row| row.id).collect::<Vec<_>>(), [open.id]);
    let subject = format!("irregularity:{}", closed.id);
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &subject)?)).unwrap();
    assert_eq!(acts.last().map(|act| (act.actor.as_str(), act.act.as_str())), Some(("hub", "irregularity.remove")));
}

#[tokio::test]
async fn what_was_found_stays_when_a_report_is_opened_again() {
    let world = World::new();
    let one = report(1, "Diminta uang.");
    keep(&world.hub, &one).unwrap();
    for name in ["vera", "wira"] {
        put(&world, name, (Role::Verifier, None));
    }
    let (vera, wira) = (Browser::let_in(&world, "vera"), Browser::let_in(&world, "wira"));
    let page = format!("/pengaduan/{}", one.id);
    let old = wira.hidden(&page, "seen").await;
    press(&vera, &page, "tangani", "").await;
    press(&vera, &page, "tutup", "hasil=Uang+dikembalikan.").await;
    // on the page that still shows it as new
    for act in ["tangani", "tutup"] {
        let late = wira.send(&format!("{page}/{act}"), &format!("seen={old}&hasil=Selesai")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{act}");
        assert!(late.text().contains("Lihat dulu keadaannya sekarang") && late.text().contains(&page));
    }
    let blind = wira.send(&format!("{page}/tangani"), "").await;
    assert_eq!(blind.status, StatusCode::CONFLICT, "a form that does not say what it showed");
    assert_eq!((held(&world)[0].standing, held(&world)[0].handled_by.as_str()), (Standing::Closed, "user:vera"));
    // and on purpose
    assert_eq!(press(&wira, &page, "tangani", "").await.status, StatusCode::SEE_OTHER);
    let text = wira.get(&page).await.text();
    assert!(text.contains("Ditangani <strong>wira") && text.contains("Uang dikembalikan."), "{text}");
    press(&wira, &page, "tutup", "hasil=Petugas+ditegur.").await;
    let text = vera.get(&page).await.text();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    let order = ["Ditutup <strong>vera", "Uang dikembalikan.", "Ditutup <strong>wira", "Petugas ditegur."].map(place);
    assert!(order.is_sorted(), "{text}");
}

#[tokio::test]
async fn a_phone_that_belongs_to_nobody_learns_which_office_it_is() {
    let world = World::new();
    let answer = world.post("/v1/office", None, json!({"version": VERSION, "nonce": "n"}).to_string()).await;
    world.assert_signed("/v1/office", &answer);
    let office: OfficeResponse = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((office.nonce.as_str(), office.hub_key), ("n", world.hub.key.public_hex()));
}

#[tokio::test]
async fn the_office_takes_a_report_up_and_closes_it_with_words() {
    let world = World::new();
    let one = report(1, "Diminta uang <b>rokok</b>.");
    keep(&world.hub, &one).unwrap();
    put(&world, "vera", (Role::Verifier, None));
    put(&world, "audi", (Role::Auditor, None));
    let vera = Browser::let_in(&world, "vera");
    assert!(vera.get("/").await.text().contains("1 pengaduan baru"));
    let page = format!("/pengaduan/{}", one.id);
    assert!(vera.get("/pengaduan").await.text().contains(&page));
    let text = vera.get(&page).await.text();
    assert!(text.contains("Diminta uang &lt;b&gt;rokok") && text.contains("Tanpa nama"), "{text}");
    assert_eq!(press(&vera, &page, "tangani", "").await.status, StatusCode::SEE_OTHER);
    assert!(!vera.get("/").await.text().contains("pengaduan baru"));
    let wordless = press(&vera, &page, "tutup", "hasil=+").await;
    assert!(wordless.status.is_client_error(), "{}", wordless.status);
    assert_eq!(press(&vera, &page, "tutup", "hasil=Uang+dikembalikan.").await.status, StatusCode::SEE_OTHER);
    let row = held(&world).remove(0);
    assert_eq!((row.standing, row.closings), (Standing::Closed, vec!["Uang dikembalikan.".to_owned()]));
    let again = press(&vera, &page, "tutup", "hasil=Lagi").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is closed already");
    assert!(vera.get("/pengaduan?status=closed&jenis=money").await.text().contains(&page));
    assert!(!vera.get("/pengaduan?status=new").await.text().contains(&page));
    // an auditor reads, and has no button
    let audi = Browser::let_in(&world, "audi");
    let text = audi.get(&page).await.text();
    assert!(text.contains("Uang dikembalikan.") && !text.contains("Buka lagi"));
    assert_eq!(audi.send(&format!("{page}/tangani"), "").await.status, StatusCode::FORBIDDEN);
    // the log says who did what, and nothing of what was written
    let subject = format!("irregularity:{}", one.id);
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &subject)?)).unwrap();
    let mut names: Vec<_> = acts.iter().map(|act| format!("{} {}", act.actor, act.act)).collect();
    names.dedup();
    names.sort();
    names.dedup();
    assert_eq!(
        names,
        [
            "user:audi irregularity.see",
            "user:vera irregularity.close",
            "user:vera irregularity.look",
            "user:vera irregularity.see"
        ]
    );
    assert!(acts.iter().all(|act| !format!("{act:?}").contains("uang")), "{acts:?}");
}

#[tokio::test]
async fn a_village_head_reads_no_report_of_any_village() {
    let world = World::new();
    let one = report(1, "Kepala desa minta potongan.");
    keep(&world.hub, &one).unwrap();
    for (name, village) in [("budi", VILLAGE), ("ani", OTHER_VILLAGE)] {
        put(&world, name, (Role::Village, village.parse().ok()));
        let head = Browser::let_in(&world, name);
        for path in ["/pengaduan".to_owned(), format!("/pengaduan/{}", one.id)] {
            let answer = head.get(&path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {path}");
            assert!(!answer.text().contains("potongan"));
        }
        for act in ["tangani", "tutup"] {
            let answer = head.send(&format!("/pengaduan/{}/{act}", one.id), "hasil=x").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        let home = head.get("/").await.text();
        assert!(!home.contains("engaduan") && !home.contains("Aduan"), "neither a link nor a count");
    }
    assert_eq!(held(&world)[0].standing, Standing::New);
}
