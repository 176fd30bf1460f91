//! Calls that nobody drew a page for: strangers, forged forms, too much, nonsense. Never a failure, always a sentence.

use crate::browser::{Browser, FORM, PASSWORD, put};
use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use payung_hub::HubError;
use payung_hub::office::{Route, routes};
use payung_hub::rights::Role;
use payung_hub::store::audit;

/// A path of a route, with something in its place holders.
fn path(route: &Route, with: &str) -> String {
    route.path.replace("{id}", with).replace("{sha256}", with).replace("{name}", with)
}

fn closed() -> impl Iterator<Item = Route> {
    routes().into_iter().filter(|route| !route.act.is_open())
}

fn forms() -> impl Iterator<Item = Route> {
    routes().into_iter().filter(|route| route.method == Method::POST)
}

fn head(world: &World) -> i64 {
    world.hub.store.read::<_, HubError>(|c| Ok(audit::head(c)?)).unwrap().seq
}

/// A whole page in Indonesian with a heading and a way on.
fn assert_sentence(answer: &Answer, what: &str) {
    let text = answer.text();
    assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
    assert!(text.contains("<html lang=\"id\">") && text.contains("<h1>") && text.contains("<p"), "{what}: {text}");
}

#[tokio::test]
async fn without_a_sign_in_every_address_leads_to_it() {
    let world = World::new();
    for route in closed() {
        let path = path(&route, "x");
        for cookie in ["", "payung_session=forged", "payung_session="] {
            let call = Request::builder().method(&route.method).uri(&path).header("cookie", cookie);
            let answer = world.call(call.header("content-type", FORM).body("csrf=x".into()).unwrap()).await;
            let got = (answer.status, answer.header("location"));
            assert_eq!(got, (StatusCode::SEE_OTHER, "/masuk"), "{} {path}", route.method);
        }
    }
    assert_eq!(head(&world), 0, "nothing was done");
}

#[tokio::test]
async fn a_form_with_a_missing_forged_or_stale_token_does_nothing() {
    let world = World::new();
    put(&world, "mira", (Role::Admin, None));
    put(&world, "sari", (Role::Admin, None));
    let old = Browser::of(&world, "sari").await.hidden("/saya", "csrf").await;
    let others = Browser::of(&world, "mira").await.hidden("/saya", "csrf").await;
    let browser = Browser::of(&world, "sari").await;
    let before = head(&world);
    for route in forms().filter(|route| !route.act.is_open()) {
        let path = path(&route, "mira");
        for token in ["", "csrf=", "csrf=forged", &format!("csrf={old}"), &format!("csrf={others}")] {
            let fields = format!("{token}&role=auditor&name=baru&old={PASSWORD}&password={PASSWORD}&reason=deceased");
            let answer = browser.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with {token}");
            assert!(answer.text().contains("Formulir tidak berlaku lagi"), "{path}");
        }
    }
    assert_eq!(head(&world), before, "nothing was done");
}

#[tokio::test]
async fn the_sign_in_has_a_token_too() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    for cookie in ["", "payung_door=x"] {
        for token in ["", "x"] {
            let call = Request::post("/masuk").header("content-type", FORM).header("cookie", cookie);
            let form = format!("csrf={token}&name=sari&password={PASSWORD}");
            let answer = world.call(call.body(form.into()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_sentence(&answer, "sign-in without its token");
        }
    }
    let call = Request::post("/masuk").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(world.call(call).await.status, StatusCode::FORBIDDEN, "a form of another site");
}

#[tokio::test]
async fn a_form_that_is_too_large_or_can_not_be_read_is_answered_with_a_sentence() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "sari");
    let large = format!("csrf=x&name={}", "x".repeat(65 << 10));
    for route in forms() {
        let path = path(&route, "x");
        for (kind, body) in [
            (FORM, large.clone().into_bytes()),
            (FORM, b"csrf=%ff%fe&name=\xff\xfe".to_vec()),
            (FORM, b"%%%&&==&=".to_vec()),
            (FORM, b"csrf=x&csrf=y&name=%00".to_vec()),
            ("application/json", b"{\"csrf\":1}".to_vec()),
            ("multipart/form-data; boundary=x", b"--x--".to_vec()),
            ("", Vec::new()),
        ] {
            let length = body.len();
            let call = Request::post(&path).header("cookie", &browser.cookie).header("content-type", kind);
            let answer = world.call(call.body(body.into()).unwrap()).await;
            let what = format!("{path} with {length} bytes of {kind}");
            if route.act.is_open() && answer.status == StatusCode::SEE_OTHER {
                continue; // nobody's code to enter
            }
            assert_sentence(&answer, &what);
            if length > 64 << 10 && !route.act.is_open() && !route.is_upload {
                assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn nonsense_in_an_address_is_no_failure() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "sari");
    let long = "x".repeat(5_000);
    for route in routes() {
        for with in ["%FF%FE", "..%2F..%2Fetc", "%27%3B--", "%00", "%20", "-1", "%F0%9F%92%A3", &long] {
            let path = path(&route, with);
            for query in ["", "?halaman=abc", "?halaman=-1", "?sebelum=x", "?status=%FF", "?sudah=%00&cari=%25&orang='"]
            {
                let answer = match route.method {
                    Method::GET => browser.get(&format!("{path}{query}")).await,
                    _ => {
                        browser.send(&format!("{path}{query}"), "seen=x&role=x&village=x&reason=x&code=x&name=x").await
                    }
                };
                let what = format!("{} {}{query} with {}", route.method, route.path, &with[..with.len().min(20)]);
                assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
                if answer.status.is_client_error() {
                    assert_sentence(&answer, &what);
                }
                if answer.status == StatusCode::SEE_OTHER && route.path == "/keluar" {
                    break;
                }
            }
        }
        if route.path == "/keluar" || route.path == "/saya/sesi/akhiri" {
            return_to(&world, &browser);
        }
    }
}

/// A session that the test itself has ended begins again with the same cookie.
fn return_to(world: &World, browser: &Browser) {
    use payung_hub::context::hash_of;
    use payung_hub::store::session::{self, NewSession};
    let now = world.hub.context.now().as_millisecond();
    let hash = hash_of(browser.cookie.split_once('=').unwrap().1);
    let new = NewSession {
        hash: hash.clone(),
        user_name: "sari",
        csrf: crate::browser::CSRF.into(),
        expires_at: now + 3_600_000,
        caller: "",
        browser: "",
        waits_for_code: false,
    };
    world
        .hub
        .store
        .write::<_, HubError>(|t| {
            session::end(t, &hash)?;
            Ok(session::add(t, &new, now)?)
        })
        .unwrap();
}

#[tokio::test]
async fn another_method_than_a_page_has_is_answered_with_a_sentence() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "sari");
    for path in ["/keluar", "/saya/sandi", "/catatan/x/setujui", "/orang/x/peran"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_sentence(&answer, path);
    }
    let answer = browser.get("/tidak-ada").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_sentence(&answer, "an address that is not there");
}

#[tokio::test]
async fn no_page_has_anything_inline_or_from_elsewhere() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "sari");
    let pages = ["/", "/catatan", "/hp", "/orang", "/orang/sari", "/saya", "/jejak", "/program/small"];
    for path in pages {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        let text = answer.text();
        for mark in ["<script>", "<style", "style=\"", " onclick", "src=\"http", "href=\"http", "=\"//"] {
            assert!(!text.contains(mark), "{path} has {mark}");
        }
    }
}
