use crate::browser::Browser;
use crate::people::{id, is_placed, kpj, person, placed, push};
use crate::world::{OTHER_VILLAGE, Phone, VILLAGE, World, request};
use axum::http::StatusCode;
use jiff::SignedDuration;
use jiff::civil::date;
use payung_domain::programme::resize::Hold;
use payung_domain::state::{EndReason, State};
use payung_domain::wire::{LeaseAsk, SyncRequest};
use payung_hub::HubError;
use payung_hub::ending::Note;
use payung_hub::quota::QuotaError;
use payung_hub::store::{audit, lease, quota, record};

/// Five approved one minute after the other for three places.
async fn five() -> (World, Phone) {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    for number in 1..=5 {
        world.enrol(&phone, &[push(&world, number, &person(&world, number, "small", VILLAGE), None)]);
        world.approve_all(number..=number);
        world.pass(SignedDuration::from_mins(1));
    }
    (world, phone)
}

async fn ask(world: &World, phone: &Phone, places: &[u32], wanted: u32) -> Vec<u32> {
    let serial = world.hub.store.read::<_, HubError>(|c| Ok(lease::serial(c, &phone.id)?)).unwrap();
    let lease = Some(LeaseAsk { serial, places: places.to_vec(), wanted });
    let answer = world.sync(phone, &SyncRequest { lease, ..request(Vec::new()) }).await;
    answer.lease.map(|lease| lease.places).unwrap_or_default()
}

#[tokio::test]
async fn a_larger_quota_gives_places_to_the_next_in_line_and_outlives_a_restart() {
    let (world, phone) = five().await;
    let preview = world.preview("small", 4);
    assert_eq!((preview.from, preview.gains().collect::<Vec<_>>(), preview.waiting), (3, vec![id(4)], 1));
    assert!(!is_placed(&world.state_of(4)), "a preview does nothing");
    world.set_quota("small", 4, false).unwrap();
    assert_eq!(world.state_of(4), State::Placed { place: Some(4), covered_until: None });
    assert_eq!(world.push(&phone, Vec::new()).await.places.unwrap().quota, Some(4), "phones hear the office's number");
    let open = payung_hub::Settings { programmes: Some(world.folder.path().join("programmes")), ..world.settings() };
    let hub = payung_hub::Hub::open(&world.folder.path().join("data"), open, payung_hub::Context::system()).unwrap();
    let now = hub.store.read::<_, HubError>(|c| Ok(quota::places(c, &"small".parse().unwrap())?)).unwrap();
    assert_eq!(now, Some(4));
}

#[tokio::test]
async fn a_smaller_quota_takes_from_whoever_was_told_last_and_they_come_first_again() {
    let (world, phone) = five().await;
    let preview = world.preview("small", 1);
    let losers: Vec<_> = preview.losses().map(|seat| (seat.record, seat.hold)).collect();
    assert_eq!(losers, [(id(3), Hold::Placed), (id(2), Hold::Placed)]);
    world.set_quota("small", 1, false).unwrap();
    assert_eq!(placed(&world.states(1..=5)), 1);
    assert_eq!(world.state_of(2), State::WaitingList { rank: 1, covered_until: None });
    assert_eq!(world.state_of(3), State::WaitingList { rank: 2, covered_until: None });
    world.push(&phone, Vec::new()).await;
    assert_eq!(
        world.state_of(4),
        State::WaitingList { rank: 3, covered_until: None },
        "the others step back, and are told"
    );
    world.set_quota("small", 2, false).unwrap();
    assert_eq!(world.state_of(2), State::Placed { place: Some(2), covered_until: None });
    let subject = "programme:small";
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, subject)?)).unwrap();
    let told: Vec<_> = acts.iter().map(|act| (act.act.as_str(), act.before.as_str(), act.after.as_str())).collect();
    assert_eq!(told, [("quota.change", "3", "1"), ("quota.change", "1", "2")]);
    assert!(world.hub.store.read::<_, HubError>(|c| Ok(audit::verify(c)?)).unwrap().is_ok());
    let changes = world.hub.store.read::<_, HubError>(|c| Ok(quota::changes(c, &"small".parse().unwrap())?)).unwrap();
    let told: Vec<_> = changes.iter().map(|c| (c.was, c.places, c.gained, c.lost, c.actor.as_str())).collect();
    assert_eq!(told, [(1, 2, 1, 0, "user:sari"), (3, 1, 0, 2, "user:sari")]);
    assert!(world.hub.store.write::<_, HubError>(|t| Ok(t.execute("DELETE FROM quota_change", [])?)).is_err());
}

#[tokio::test]
async fn what_was_agreed_to_is_done_exactly_or_not_at_all() {
    let (world, _) = five().await;
    let seen = world.preview("small", 2).digest.to_string();
    world.note_all([3].into_iter(), Note::Ended(EndReason::Died));
    assert!(matches!(world.agree("small", 2, &seen, false), Err(QuotaError::Stale)));
    assert_eq!(placed(&world.states(1..=5)), 3, "nothing has happened");
    assert!(matches!(world.agree("small", 2, "", true), Err(QuotaError::Stale)));
    let too_many = world.agree("small", 10_000_001, &seen, false);
    assert!(matches!(too_many, Err(QuotaError::TooMany)));
}

#[tokio::test]
async fn the_covered_keep_their_places_unless_the_office_says_that_it_knows() {
    let (world, _) = five().await;
    let until = date(2027, 11, 30);
    world.note_all([1, 2].into_iter(), Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until });
    assert_eq!(world.preview("small", 2).covered(), 0, "the one who is not covered goes first");
    assert!(matches!(world.set_quota("small", 1, false), Err(QuotaError::Covered(1))));
    world.set_quota("small", 1, true).unwrap();
    assert_eq!(world.state_of(2), State::WaitingList { rank: 1, covered_until: Some(until) });
    assert!(matches!(world.state_of(1), State::Active { .. }));
}

#[tokio::test]
async fn promised_places_are_lost_last_told_first_and_lent_ones_before_any_person() {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    let phone = world.pair(VILLAGE).await;
    let lent = ask(&world, &phone, &[], 10).await;
    assert_eq!(lent.len(), 10);
    for number in 1..=4u32 {
        let promised = push(&world, number, &person(&world, number, "wide", VILLAGE), Some(lent[number as usize - 1]));
        world.enrol(&phone, &[promised]);
        world.pass(SignedDuration::from_mins(1));
    }
    world.approve_all(1..=1);
    let preview = world.preview("wide", 4);
    assert_eq!((preview.losses().count(), preview.given_back()), (0, 6));
    let preview = world.preview("wide", 2);
    let losers: Vec<_> = preview.losses().map(|seat| (seat.record, seat.hold)).collect();
    assert_eq!(losers, [(id(4), Hold::Promised), (id(3), Hold::Promised)]);
    // a phone that asks for places in between changes nothing for anybody
    ask(&world, &phone, &lent[4..], 20).await;
    let heard = world.push(&phone, Vec::new()).await.cursor;
    world.agree("wide", 2, &preview.digest.to_string(), false).unwrap();
    let news = world.sync(&phone, &SyncRequest { cursor: Some(heard), ..request(Vec::new()) }).await;
    let mut told: Vec<_> = news.receipts.iter().map(|receipt| (receipt.id, receipt.place)).collect();
    told.sort();
    assert_eq!(told, [(id(3), None), (id(4), None)], "the kader hears it before the office decides");
    assert_eq!(
        world.approve_all(2..=2),
        [State::Placed { place: Some(2), covered_until: None }],
        "the promise is kept"
    );
    assert!(world.approve_all(3..=4).iter().all(|state| !is_placed(state)));
    assert!(ask(&world, &phone, &lent[4..], 20).await.is_empty());
}

#[tokio::test]
async fn who_keeps_a_place_beyond_the_smaller_quota_gets_another_number() {
    let world = World::new();
    world.serve_village(VILLAGE, "wide");
    let (one, two) = (world.pair(VILLAGE).await, world.pair(VILLAGE).await);
    ask(&world, &one, &[], 10).await;
    let lent = ask(&world, &two, &[], 10).await;
    assert_eq!(lent.first(), Some(&11));
    let pushes: Vec<_> =
        (1..=3u32).map(|n| push(&world, n, &person(&world, n, "wide", VILLAGE), Some(lent[n as usize - 1]))).collect();
    world.enrol(&two, &pushes);
    world.approve_all(1..=2);
    world.note_all([1].into_iter(), Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until: date(2027, 11, 30) });
    let preview = world.set_quota("wide", 5, false).unwrap();
    assert_eq!((preview.moved(), preview.losses().count(), preview.kept), (3, 0, 3));
    let place = |number| {
        let sql = format!("SELECT place FROM record WHERE id = '{}'", id(number));
        world.hub.store.read::<_, HubError>(|c| Ok(c.query_row(&sql, [], |row| row.get::<_, Option<u32>>(0))?)).unwrap()
    };
    assert!([1, 2].into_iter().all(|number| place(number).is_some_and(|place| place <= 5)));
    let kept = world.hub.store.read::<_, HubError>(|c| Ok(lease::kept_for(c, id(3))?)).unwrap().unwrap();
    let told = world.push(&two, Vec::new()).await.receipts;
    assert_eq!(told.iter().map(|receipt| (receipt.id, receipt.place)).collect::<Vec<_>>(), [(id(3), Some(kept))]);
    assert!(kept <= 5);
    assert_eq!(world.approve_all(3..=3), [State::Placed { place: Some(kept), covered_until: None }]);
}

#[tokio::test]
async fn each_village_has_its_own_line_and_a_preview_tells_of_all() {
    let (world, _) = five().await;
    let other = world.pair(OTHER_VILLAGE).await;
    let pushes: Vec<_> = (11..=12).map(|n| push(&world, n, &person(&world, n, "small", OTHER_VILLAGE), None)).collect();
    world.enrol(&other, &pushes);
    world.approve_all(11..=12);
    let preview = world.preview("small", 1);
    assert_eq!((preview.losses().count(), preview.kept, preview.waiting), (3, 2, 5));
    assert_eq!(preview.plans.len(), 2);
}

#[tokio::test]
async fn the_office_sees_who_is_affected_and_why_before_it_agrees() {
    let (world, _) = five().await;
    world.note_all([1].into_iter(), Note::Covered { kpj: kpj(), from: date(2026, 12, 1), until: date(2027, 11, 30) });
    let browser = Browser::signed_in(&world).await;
    let page = browser.get("/program/small").await.text();
    for text in ["Program kecil", "tempat per desa", "Rp16.800", "Peringkat 1 dari 2", "990101••••••0005"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("9901015205840005"), "a NIK is masked");
    let path = "/program/small/kuota?tempat=0";
    let preview = browser.get(path).await.text();
    for text in ["Kehilangan tempat", "termasuk yang terakhir diberi tahu", "sudah aktif", "name=\"aktif\"", "Bu Siti"]
    {
        assert!(preview.contains(text), "{text}: {preview}");
    }
    let (csrf, digest) = (browser.hidden(path, "csrf").await, browser.hidden(path, "sidik").await);
    let form = format!("csrf={csrf}&tempat=0&sidik={digest}");
    let act = "/program/small/kuota";
    assert_eq!(
        browser.post(act, &format!("{form}&aktif=ya")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no reason"
    );
    assert_eq!(
        browser.post(act, &format!("{form}&alasan=Perbup")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "covered"
    );
    assert_eq!(
        browser.post(act, &format!("csrf=x&tempat=0&sidik={digest}&alasan=x")).await.status,
        StatusCode::FORBIDDEN
    );
    let forged = format!("csrf={csrf}&tempat=1&sidik={digest}&alasan=Perbup");
    assert_eq!(browser.post(act, &forged).await.status, StatusCode::CONFLICT, "another number than was seen");
    assert_eq!(placed(&world.states(1..=5)), 2);
    let done = browser.post(act, &format!("{form}&alasan=Perbup+contoh&aktif=ya")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/program/small"));
    assert_eq!(placed(&world.states(1..=5)), 0);
    assert!(browser.get("/program/small").await.text().contains("Perbup contoh"));
    assert_eq!(browser.get("/program/tidak_ada").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/program/listed/kuota?tempat=5").await.status, StatusCode::NOT_FOUND, "no quota to change");
    let same = browser.get("/program/small/kuota?tempat=0").await.text();
    assert!(same.contains("tidak ada yang perlu disetujui") && !same.contains("name=\"sidik\""));
}

#[tokio::test]
async fn without_a_session_nobody_sees_a_programme_or_changes_one() {
    let (world, _) = five().await;
    let digest = world.preview("small", 9).digest.to_string();
    let get = |path: &str| axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
    let post = |path: &str, body: String| {
        let call = axum::http::Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        call.body(body.into()).unwrap()
    };
    for call in [
        get("/program/small"),
        get("/program/small/kuota?tempat=9"),
        post("/program/small/kuota", format!("csrf=x&tempat=9&sidik={digest}&alasan=x")),
        post(&format!("/catatan/{}/akhiri", id(1)), "csrf=x&seen=1&reason=died".into()),
    ] {
        let answer = world.call(call).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/masuk"));
    }
    assert_eq!((placed(&world.states(1..=5)), world.preview("small", 9).from), (3, 3));
}

#[tokio::test]
async fn the_office_ends_a_record_and_the_next_one_moves_up() {
    let (world, _) = five().await;
    let browser = Browser::signed_in(&world).await;
    let page = format!("/catatan/{}", id(2));
    let waiting = browser.get(&format!("/catatan/{}", id(4))).await.text();
    assert!(waiting.contains("Peringkat 1 dari 2, paling depan karena mendaftar paling dahulu."));
    let (csrf, seen) = (browser.hidden(&page, "csrf").await, browser.hidden(&page, "seen").await);
    let form = |reason: &str| format!("csrf={csrf}&seen={seen}&reason={reason}");
    let act = format!("{page}/akhiri");
    for wrong in ["", "cover_over", "bosan"] {
        assert_eq!(browser.post(&act, &form(wrong)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(browser.post(&act, &form("died")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.state_of(2), State::Ended { reason: EndReason::Died });
    assert_eq!(world.state_of(4), State::Placed { place: Some(2), covered_until: None });
    assert_eq!(browser.post(&act, &form("died")).await.status, StatusCode::CONFLICT);
    let list = browser.get("/catatan?status=waiting_list").await.text();
    assert!(list.contains("Daftar tunggu 1"), "the rank of this moment: {list}");
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(5))?)).unwrap().unwrap();
    assert_eq!(row.state, State::WaitingList { rank: 2, covered_until: None }, "phones have not called yet");
}
