use crate::browser::{Browser, PASSWORD, cookie, enter, enter_from, put};
use crate::world::{VILLAGE, World, enrolment, id, push, push_of};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use payung_domain::Nik;
use payung_domain::state::State;
use payung_hub::password::Weak;
use payung_hub::people::{self, PeopleError};
use payung_hub::rights::Role;
use payung_hub::store::{audit, record};
use payung_hub::{HubError, Settings};

fn state(world: &World, number: u8) -> State {
    world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap().state
}

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in() {
    let world = World::new();
    let record = format!("/catatan/{}", id(1));
    let photo = format!("/foto/{}", "00".repeat(32));
    for path in ["/", "/catatan", &record, "/hp", &photo] {
        let answer =
            world.call(Request::get(path).header("cookie", "payung_session=forged").body(Body::empty()).unwrap());
        let answer = answer.await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/masuk"), "{path}");
    }
    for path in [
        "/keluar",
        &format!("{record}/setujui"),
        &format!("{record}/kembalikan"),
        &format!("{record}/tolak"),
        "/hp/kode",
        "/hp/x/blokir",
    ] {
        let call =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded").body("csrf=x".into());
        let answer = world.call(call.unwrap()).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/masuk"), "{path}");
    }
}

#[tokio::test]
async fn a_form_with_a_wrong_or_missing_token_does_nothing() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let browser = Browser::signed_in(&world).await;
    let page = format!("/catatan/{}", id(1));
    let seen = browser.hidden(&page, "seen").await;
    for csrf in ["", "csrf=wrong"] {
        for (path, rest) in [
            (format!("{page}/setujui"), String::new()),
            (format!("{page}/kembalikan"), "&c_nik=x".to_owned()),
            (format!("{page}/tolak"), "&reason=other&words=x".to_owned()),
            ("/hp/kode".to_owned(), format!("&village={VILLAGE}")),
            (format!("/hp/{}/blokir", phone.id), String::new()),
            ("/keluar".to_owned(), String::new()),
        ] {
            let answer = browser.post(&path, &format!("{csrf}&seen={seen}{rest}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert_eq!(state(&world, 1), State::Received);
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "still signed in");
    let call = Request::post("/masuk").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(world.call(call).await.status, StatusCode::FORBIDDEN, "a form of another site");
}

#[tokio::test]
async fn approving_gives_a_place_and_leads_to_the_next_record() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1), push(2)]).await;
    let browser = Browser::signed_in(&world).await;
    let answer = browser.judge(1, "setujui", "").await;
    assert_eq!(answer.header("location"), format!("/catatan/{}?sudah={}", id(2), id(1)));
    assert_eq!(state(&world, 1), State::Placed { place: Some(1), covered_until: None });
    let next = browser.get(answer.header("location")).await.text();
    assert!(next.contains("Tempat ke-1"), "the next page says what was done");
    let last = browser.judge(2, "setujui", "").await;
    assert_eq!(last.header("location"), format!("/periksa?sudah={}", id(2)));
    let subject = format!("record:{}", id(1));
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &subject)?)).unwrap();
    assert_eq!((acts.len(), acts[0].actor.as_str(), acts[0].act.as_str()), (1, "user:sari", "record.approve"));
}

#[tokio::test]
async fn a_comment_for_each_field_goes_back_to_the_kader() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let browser = Browser::signed_in(&world).await;
    let empty = browser.judge(1, "kembalikan", "c_nik=+&c_name=").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.judge(1, "kembalikan", "c_nik=Cek+lagi&c_ktp_photo=Kabur&c_name=").await;
    let changes = world.push(&phone, Vec::new()).await.changes;
    let State::NeedsCorrection { comments } = &changes.last().unwrap().state else { panic!("not returned") };
    let texts: Vec<_> = comments.iter().map(|comment| (comment.field.key(), comment.text.as_str())).collect();
    assert_eq!(texts, [("nik", "Cek lagi"), ("ktp_photo", "Kabur")]);
    let mut mended = enrolment(1);
    mended.identity.name = "CONTOH BARU".into();
    world.push(&phone, vec![push_of(1, 2, &mended)]).await;
    let page = browser.get(&format!("/catatan/{}", id(1))).await.text();
    assert!(page.contains("<del>CONTOH 1</del>") && page.contains("<ins>CONTOH BARU</ins>"), "what changed is shown");
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_another_reason_needs_words() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let browser = Browser::signed_in(&world).await;
    for fields in ["", "reason=nonsense", "reason=other&words=+"] {
        assert_eq!(browser.judge(1, "tolak", fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
    }
    browser.judge(1, "tolak", "reason=deceased&words=Turut+berduka").await;
    assert!(matches!(state(&world, 1), State::Rejected { .. }));
}

#[tokio::test]
async fn two_people_can_not_decide_the_same_record() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    let browser = Browser::signed_in(&world).await;
    let page = format!("/catatan/{}", id(1));
    let (csrf, seen) = (browser.hidden(&page, "csrf").await, browser.hidden(&page, "seen").await);
    let form = format!("csrf={csrf}&seen={seen}&reason=deceased");
    assert_eq!(browser.post(&format!("{page}/setujui"), &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&format!("{page}/tolak"), &form).await.status, StatusCode::CONFLICT);
    assert!(matches!(state(&world, 1), State::Placed { .. }));
}

#[tokio::test]
async fn the_record_shows_its_warnings_and_its_twin_first() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let mut odd = enrolment(2);
    odd.identity.nik = enrolment(1).identity.nik;
    odd.identity.birth_date = "1950-01-01".parse().unwrap();
    odd.warning_reason = Some("Salah catat <b>".into());
    world.push(&phone, vec![push(1), push_of(2, 1, &odd)]).await;
    let browser = Browser::signed_in(&world).await;
    let page = browser.get(&format!("/catatan/{}", id(2))).await.text();
    for text in [
        "NIK yang sama",
        &format!("/catatan/{}", id(1)),
        "Tanggal lahir berbeda dengan NIK",
        "Umur 76 tahun",
        "Salah catat &lt;b&gt;",
        "masih dalam perjalanan",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[tokio::test]
async fn the_list_masks_niks_and_finds_by_name_and_by_nik() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let mut other = enrolment(2);
    other.identity.name = "LAIN_SEKALI 100%".into();
    other.identity.nik = Nik::parse("9902025205849999").unwrap();
    world.push(&phone, vec![push(1), push_of(2, 1, &other)]).await;
    let browser = Browser::signed_in(&world).await;
    let all = browser.get("/catatan").await.text();
    assert!(all.contains("CONTOH 1") && all.contains("990202••••••9999") && !all.contains("9902025205849999"));
    for (query, found) in [
        ("cari=lain_sek", 1),
        ("cari=100%25", 1),
        ("cari=9902+0252", 1),
        ("cari=_se", 1),
        ("cari=_", 0),
        ("cari=l", 1),
        ("cari=la", 1),
        ("cari=100%25+lain", 1),
        ("cari=lain+contoh", 0),
        ("cari=%22+OR+%22", 0),
        ("cari=%27%3B--", 0),
        ("status=undecided", 2),
        ("status=rejected", 0),
        ("status=nonsense", 2),
        (&format!("desa={VILLAGE}"), 2),
        ("desa=35.22.28.2005", 0),
        ("setelah=nonsense", 2),
    ] {
        let answer = browser.get(&format!("/catatan?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        assert_eq!(answer.text().matches("<a href=\"/catatan/").count(), found, "{query}");
    }
}

#[tokio::test]
async fn a_code_made_on_the_page_pairs_a_phone_and_a_blocked_phone_is_out() {
    let world = World::new();
    let browser = Browser::signed_in(&world).await;
    let csrf = browser.hidden("/hp", "csrf").await;
    let page = browser.post("/hp/kode", &format!("csrf={csrf}&village={VILLAGE}&kader=Bu+Ani")).await.text();
    let code = page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(page.contains("payung://pair?hub=") && page.contains("<svg"));
    let answer = world.post("/v1/pair", None, world.pair_body(&code)).await;
    assert_eq!(answer.json()["kader_name"], "Bu Ani");
    let device = answer.json()["device_id"].as_str().unwrap().to_owned();
    let answer_block = browser.post(&format!("/hp/{device}/blokir"), &format!("csrf={csrf}")).await;
    assert_eq!(answer_block.status, StatusCode::SEE_OTHER);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(world.post("/v1/sync", Some(&token), "{}").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_passwords_are_made_to_wait() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    for _ in 0..3 {
        assert_eq!(enter(&world, "sari", "salah").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(enter(&world, "sari", PASSWORD).await.status, StatusCode::UNAUTHORIZED, "locked, even if right");
    world.pass(SignedDuration::from_secs(3));
    assert_eq!(enter(&world, "sari", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(enter(&world, "nobody", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_address_can_not_try_passwords_without_end() {
    let world = World::new();
    let mut last = StatusCode::OK;
    for _ in 0..=20 {
        last = enter(&world, "nobody", "salah").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_session_ends_by_leaving_by_time_and_by_a_new_password() {
    let world = World::new();
    let browser = Browser::signed_in(&world).await;
    let csrf = browser.hidden("/", "csrf").await;
    browser.post("/keluar", &format!("csrf={csrf}")).await;
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    let browser = Browser::signed_in(&world).await;
    world.pass(SignedDuration::from_hours(11));
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    let browser = Browser::signed_in(&world).await;
    people::put(&world.hub, "command", "sari", "kata-sandi-lain", None).unwrap();
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_cookie_and_the_pages_are_locked_down() {
    let https = Settings { public_url: Some("https://payung.example".into()), ..Settings::default() };
    let world = World::with(https);
    put(&world, "sari", (Role::Admin, None));
    let answer = enter(&world, "sari", PASSWORD).await;
    assert!(cookie(&answer).starts_with("__Host-payung_session="), "taken over https only, for this host only");
    for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/;"] {
        assert!(answer.header("set-cookie").contains(part), "{part}");
    }
    let page = world.call(Request::get("/masuk").body(Body::empty()).unwrap()).await;
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    assert!(!text.contains("<script>") && !text.contains("style=") && !text.contains(" on"), "nothing inline");
}

#[test]
fn weak_passwords_and_strange_names_are_refused() {
    let world = World::new();
    let put = |name, password| people::put(&world.hub, "command", name, password, None);
    assert!(matches!(put("sari", "pendek"), Err(PeopleError::Weak(Weak::Length))));
    assert!(matches!(put("s", PASSWORD), Err(PeopleError::Name)));
    assert!(matches!(put("sari budi", PASSWORD), Err(PeopleError::Name)));
}

#[tokio::test]
async fn wrong_passwords_of_one_address_lock_nobody_else_out() {
    let world = World::with(Settings { is_behind_proxy: true, ..Settings::default() });
    put(&world, "sari", (Role::Admin, None));
    let enter_from = |address, password| enter_from(&world, address, "sari", password);
    for _ in 0..5 {
        assert_eq!(enter_from("203.0.113.1", "salah-salah").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(enter_from("203.0.113.1", PASSWORD).await.status, StatusCode::UNAUTHORIZED, "this address waits");
    assert_eq!(enter_from("203.0.113.2", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let failures = |c: &payung_hub::store::sql::Connection| {
        Ok::<_, HubError>(c.query_row("SELECT failures FROM office_user", [], |row| row.get::<_, u32>(0))?)
    };
    assert_eq!(world.hub.store.read(failures).unwrap(), 0, "a right password ends the row");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_refused_and_never_written_down() {
    let world = World::new();
    assert_eq!(enter(&world, "kata-sandi-di-kotak-nama", "x").await.status, StatusCode::UNAUTHORIZED);
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, "user:?")?)).unwrap();
    assert_eq!(acts.iter().map(|act| act.act.as_str()).collect::<Vec<_>>(), ["session.refuse"]);
}
