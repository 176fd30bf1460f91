use crate::browser::{Browser, FORM, PASSWORD, between, cookie, enter, enter_from, hidden, put};
use crate::world::{Answer, OTHER_VILLAGE, VILLAGE, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::SignedDuration;
use payung_hub::people::{self, PeopleError};
use payung_hub::rights::Role;
use payung_hub::store::{audit, office_user};
use payung_hub::totp::Secret;
use payung_hub::{Hub, HubError, Settings, router};
use tower::ServiceExt as _;

/// The code that an app on the person's phone shows now.
fn code_of(world: &World, name: &str) -> String {
    let user = world.hub.store.read::<_, HubError>(|c| Ok(office_user::get(c, name)?)).unwrap().unwrap();
    let nonce = user.totp_nonce.or(user.totp_pending).expect("a second factor");
    let step = world.hub.context.now().as_second() / 30;
    Secret::of(&world.hub.key, name, &nonce).code(step).unwrap()
}

async fn turn_on_codes(world: &World, name: &str) {
    let browser = Browser::let_in(world, name);
    let page = browser.send("/saya/kode", &format!("password={PASSWORD}")).await.text();
    assert!(page.contains("<svg") && page.contains("class=\"secret\""), "as a picture and as text");
    let answer = browser.send("/saya/kode/pasang", &format!("code={}", code_of(world, name))).await;
    assert_eq!(answer.header("location"), "/saya?sudah=pasang");
    assert!(!browser.get("/saya").await.text().contains("class=\"secret\""), "shown once");
    world.pass(SignedDuration::from_secs(30));
}

async fn enter_code(world: &World, cookie: &str, code: &str) -> Answer {
    let page = Request::get("/masuk/kode").header("cookie", cookie).body(Body::empty()).unwrap();
    let csrf = hidden(&world.call(page).await.text(), "csrf");
    let call = Request::post("/masuk/kode").header("cookie", cookie).header("content-type", FORM);
    world.call(call.body(format!("csrf={csrf}&code={code}").into()).unwrap()).await
}

#[tokio::test]
async fn an_admin_adds_a_village_head_who_chooses_a_password_before_anything_else() {
    let world = World::new();
    let admin = Browser::signed_in(&world).await;
    let csrf = admin.hidden("/orang", "csrf").await;
    let form = format!("csrf={csrf}&name=budi&role=village&village={VILLAGE}");
    let page = admin.post("/orang", &form).await.text();
    let first = between(&page, "class=\"code\">", "<");
    assert_eq!(first.len(), "abcd-efgh-jkmn".len());
    let again = admin.post("/orang", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("sudah dipakai") && again.text().contains("value=\"budi\""), "what was typed stays");
    let budi = Browser { world: &world, cookie: cookie(&enter(&world, "budi", &first).await) };
    assert_eq!(budi.get("/").await.header("location"), "/saya");
    assert_eq!(budi.get("/catatan").await.header("location"), "/saya");
    let csrf = budi.hidden("/saya", "csrf").await;
    let change = |new: &str| format!("csrf={csrf}&old={first}&new={new}&again={new}");
    for weak in ["pendek", "budibudibu", &first] {
        assert_eq!(budi.post("/saya/sandi", &change(weak)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
    }
    assert_eq!(budi.post("/saya/sandi", &change("empat-kata-yang-panjang")).await.header("location"), "/");
    assert_eq!(budi.get("/").await.status, StatusCode::OK);
    assert_eq!(enter(&world, "budi", &first).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_village_head_needs_a_village_that_is_served_and_nobody_else_has_one() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let admin = Browser::let_in(&world, "sari");
    for fields in ["role=village", "role=village&village=35.22.28.2999", "role=village&village=x", "role=x", ""] {
        let answer = admin.send("/orang", &format!("name=budi&{fields}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
    }
    let put = |place| people::put(&world.hub, "command", "budi", PASSWORD, Some(place));
    let village = Some(VILLAGE.parse().unwrap());
    assert!(matches!(put((Role::Auditor, village)), Err(PeopleError::Village)));
    assert!(matches!(put((Role::Village, None)), Err(PeopleError::Village)));
    put((Role::Village, village)).unwrap();
}

#[tokio::test]
async fn the_last_admin_can_be_neither_shut_out_nor_demoted() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let admin = Browser::let_in(&world, "sari");
    for (act, fields) in [("tutup", ""), ("peran", "role=auditor")] {
        let answer = admin.send(&format!("/orang/sari/{act}"), fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("admin terakhir"), "{act}");
    }
    put(&world, "mira", (Role::Admin, None));
    assert_eq!(admin.send("/orang/sari/peran", "role=auditor").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_is_shut_out_is_out_at_once_and_may_come_back() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    put(&world, "budi", (Role::Verifier, None));
    let (admin, budi) = (Browser::let_in(&world, "sari"), Browser::let_in(&world, "budi"));
    admin.send("/orang/budi/tutup", "").await;
    assert_eq!(budi.get("/").await.header("location"), "/masuk");
    assert_eq!(enter(&world, "budi", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    admin.send("/orang/budi/buka", "").await;
    assert_eq!(enter(&world, "budi", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_and_by_an_admin() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    put(&world, "budi", (Role::Verifier, None));
    let phone = Browser::of(&world, "budi").await;
    let [laptop, cafe, admin] = ["budi", "budi", "sari"].map(|name| Browser::let_in(&world, name));
    let list = laptop.get("/saya").await.text();
    assert_eq!(list.matches("Chrome, Android").count(), 5, "three, and two of them can be ended by name");
    assert!(list.contains("Perangkat ini"));
    laptop.send(&format!("/saya/sesi/{}/akhiri", cafe.session_id()), "").await;
    assert_eq!(cafe.get("/").await.status, StatusCode::SEE_OTHER);
    let stranger = laptop.send(&format!("/saya/sesi/{}/akhiri", admin.session_id()), "").await;
    assert_eq!((stranger.status, admin.get("/").await.status), (StatusCode::NOT_FOUND, StatusCode::OK));
    admin.send(&format!("/orang/budi/sesi/{}/akhiri", phone.session_id()), "").await;
    assert_eq!((phone.get("/").await.status, laptop.get("/").await.status), (StatusCode::SEE_OTHER, StatusCode::OK));
    admin.send("/orang/budi/sesi/akhiri", "").await;
    assert_eq!(laptop.get("/").await.status, StatusCode::SEE_OTHER);
    admin.send("/orang/sari/sesi/akhiri", "").await;
    assert_eq!(admin.get("/").await.status, StatusCode::OK, "an admin does not throw out themselves");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_a_wrong_old_one_counts_as_a_try() {
    let world = World::new();
    put(&world, "budi", (Role::Admin, None));
    let (here, there) = (Browser::let_in(&world, "budi"), Browser::let_in(&world, "budi"));
    let change = |old: &str| format!("old={old}&new=lain-sekali-2026&again=lain-sekali-2026");
    assert_eq!(here.send("/saya/sandi", &change(PASSWORD)).await.header("location"), "/saya?sudah=sandi");
    assert_eq!((here.get("/").await.status, there.get("/").await.status), (StatusCode::OK, StatusCode::SEE_OTHER));
    for _ in 0..3 {
        let answer = here.send("/saya/sandi", &change("salah-salah")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = here.send("/saya/sandi", "old=lain-sekali-2026&new=lagi-lain-2026&again=lagi-lain-2026").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "right, but made to wait");
}

#[tokio::test]
async fn with_a_second_factor_the_password_alone_opens_nothing() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    turn_on_codes(&world, "sari").await;
    let answer = enter(&world, "sari", PASSWORD).await;
    assert_eq!(answer.header("location"), "/masuk/kode");
    let waiting = cookie(&answer);
    let browser = Browser { world: &world, cookie: waiting.clone() };
    for path in ["/", "/saya", "/orang"] {
        assert_eq!(browser.get(path).await.header("location"), "/masuk", "{path}");
    }
    assert_eq!(enter_code(&world, &waiting, "000000").await.status, StatusCode::UNAUTHORIZED);
    let code = code_of(&world, "sari");
    let forged = browser.post("/masuk/kode", &format!("csrf=forged&code={code}")).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "the code form has a token too");
    let answer = enter_code(&world, &waiting, &code).await;
    assert_eq!(answer.header("location"), "/");
    assert_ne!(cookie(&answer), waiting, "a cookie of its own");
    assert_eq!(Browser { world: &world, cookie: cookie(&answer) }.get("/").await.status, StatusCode::OK);
    let answer = enter(&world, "sari", PASSWORD).await;
    let again = enter_code(&world, &cookie(&answer), &code).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "a code is good once");
    world.pass(SignedDuration::from_secs(30));
    let fresh = code_of(&world, "sari");
    assert_eq!(enter_code(&world, &cookie(&answer), &fresh).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_code_must_come_soon_and_wrong_ones_are_made_to_wait() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    turn_on_codes(&world, "sari").await;
    let waiting = cookie(&enter(&world, "sari", PASSWORD).await);
    for _ in 0..3 {
        assert_eq!(enter_code(&world, &waiting, "000000").await.status, StatusCode::UNAUTHORIZED);
    }
    let right = code_of(&world, "sari");
    assert_eq!(enter_code(&world, &waiting, &right).await.status, StatusCode::UNAUTHORIZED, "right, but made to wait");
    world.pass(SignedDuration::from_mins(6));
    let page = Request::get("/masuk/kode").header("cookie", &waiting).body(Body::empty()).unwrap();
    assert_eq!(world.call(page).await.header("location"), "/masuk");
}

#[tokio::test]
async fn a_lost_phone_is_helped_by_an_admin_and_a_password_is_asked_before_the_own_one_goes() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    put(&world, "budi", (Role::Verifier, None));
    turn_on_codes(&world, "budi").await;
    let budi = Browser::let_in(&world, "budi");
    let wrong = budi.send("/saya/kode/lepas", "password=salah-salah").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(enter(&world, "budi", PASSWORD).await.header("location"), "/masuk/kode");
    Browser::let_in(&world, "sari").send("/orang/budi/kode/lepas", "").await;
    assert_eq!(enter(&world, "budi", PASSWORD).await.header("location"), "/");
    turn_on_codes(&world, "budi").await;
    budi.send("/saya/kode/lepas", &format!("password={PASSWORD}")).await;
    assert_eq!(enter(&world, "budi", PASSWORD).await.header("location"), "/");
}

#[tokio::test]
async fn the_database_alone_tells_no_code() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    turn_on_codes(&world, "sari").await;
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Hub::open(elsewhere.path(), Settings::default(), world.hub.context.clone()).unwrap();
    let user = world.hub.store.read::<_, HubError>(|c| Ok(office_user::get(c, "sari")?)).unwrap().unwrap();
    let nonce = user.totp_nonce.unwrap();
    assert_ne!(Secret::of(&other.key, "sari", &nonce).text(), Secret::of(&world.hub.key, "sari", &nonce).text());
    assert_ne!(Secret::of(&world.hub.key, "budi", &nonce).text(), Secret::of(&world.hub.key, "sari", &nonce).text());
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_knows_who_is_made_to_wait() {
    let world = World::with(Settings { is_behind_proxy: true, ..Settings::default() });
    put(&world, "sari", (Role::Admin, None));
    for _ in 0..3 {
        enter_from(&world, "203.0.113.1", "sari", "salah-salah").await;
    }
    for _ in 0..17 {
        enter_from(&world, "203.0.113.1", "siapa", "salah-salah").await;
    }
    let settings = Settings { is_behind_proxy: true, ..world.settings() };
    let second = Hub::open(&world.folder.path().join("data"), settings, world.hub.context.clone()).unwrap();
    let call = |address: &str| {
        let call = Request::post("/masuk").header("x-forwarded-for", address).header("content-type", FORM);
        router(second.clone()).oneshot(call.body(Body::from("csrf=x")).unwrap())
    };
    assert_eq!(call("203.0.113.1").await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(call("203.0.113.2").await.unwrap().status(), StatusCode::FORBIDDEN, "let through to its missing token");
    let locked = |c: &payung_hub::store::sql::Connection| {
        Ok(payung_hub::store::lock_out::locked_until(c, "sari", "203.0.113.1")?)
    };
    let until = second.store.read::<_, HubError>(locked).unwrap();
    assert!(until > second.context.now().as_millisecond());
}

#[tokio::test]
async fn what_is_done_about_people_is_written_down_with_before_and_after() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    put(&world, "budi", (Role::Verifier, None));
    let admin = Browser::let_in(&world, "sari");
    admin.send("/orang/budi/peran", &format!("role=village&village={OTHER_VILLAGE}")).await;
    admin.send("/orang/budi/tutup", "").await;
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, "user:budi")?)).unwrap();
    let told: Vec<String> =
        acts.iter().map(|act| format!("{} {}: {} > {}", act.actor, act.act, act.before, act.after)).collect();
    let after = format!("user:sari user.role: verifier > village {OTHER_VILLAGE}");
    assert_eq!(told, ["command user.add:  > verifier", &after, "user:sari user.disable: may sign in > shut out"]);
    let page = admin.get("/jejak?orang=budi").await.text();
    assert!(page.contains("Mengganti peran") && page.contains("<del>Verifikator</del>"), "{page}");
}

#[test]
fn the_command_line_gives_roles_and_takes_them_and_says_what_is_wrong() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
        command.args(arguments).arg("--data").arg(folder.path()).env("PAYUNG_LOG", "warn");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that asks for no password may be gone before this.
        let _ = child.stdin.take().unwrap().write_all(b"kata-sandi-panjang\n");
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    assert!(run(&["village", "add", VILLAGE, "--programme", "demo"]).0);
    assert!(run(&["admin", "add", "--name", "sari"]).0);
    assert!(run(&["admin", "add", "--name", "budi", "--role", "village", "--village", VILLAGE]).0);
    assert_eq!(run(&["admin", "list"]).1, format!("budi  village {VILLAGE}  sessions: 0\nsari  admin  sessions: 0\n"));
    assert!(run(&["admin", "add", "--name", "budi"]).0);
    assert!(run(&["admin", "list"]).1.starts_with("budi  village"), "a new password changes no role");
    assert!(run(&["admin", "role", "budi", "auditor"]).0);
    assert!(run(&["admin", "disable", "budi"]).0);
    assert!(run(&["admin", "add", "--name", "budi"]).1.contains("payung-hub admin enable budi"));
    assert!(run(&["admin", "list"]).1.contains("budi  auditor  sessions: 0  shut out"));
    for (arguments, words) in [
        (&["admin", "role", "sari", "auditor"][..], "this is the last admin"),
        (&["admin", "disable", "sari"], "this is the last admin"),
        (&["admin", "role", "budi", "boss"], "no role boss; there are: admin, verifier, village, auditor"),
        (&["admin", "role", "budi", "village"], "needs --village"),
        (&["admin", "end-sessions", "siapa"], "payung-hub admin list"),
    ] {
        let (is_done, said) = run(arguments);
        assert!(!is_done && said.contains(words), "{arguments:?}: {said}");
    }
    assert!(run(&["audit", "verify"]).1.contains("entries fit together"));
}
