//! Every cell of the table of rights, tried at every address of the office.

mod attempt;

use crate::browser::{Browser, CSRF, put};
use crate::files;
use crate::world::{Answer, OTHER_VILLAGE, Phone, VILLAGE, World, enrolment, id, push_of};
use attempt::{Try, attempt};
use axum::http::{Method, StatusCode};
use payung_domain::state::State;
use payung_hub::HubError;
use payung_hub::decision::{Verdict, decide};
use payung_hub::office::{Route, routes};
use payung_hub::people::Place;
use payung_hub::rights::{Act, Reach, Role};
use payung_hub::store::{audit, record};
use std::fmt::Write as _;

/// Whether what is touched belongs to the village of a village's head, or to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Own,
    Other,
}

impl Side {
    fn village(self) -> &'static str {
        match self {
            Self::Own => VILLAGE,
            Self::Other => OTHER_VILLAGE,
        }
    }

    /// Records of the village, the first of three.
    fn first(self) -> u8 {
        match self {
            Self::Own => 1,
            Self::Other => 11,
        }
    }
}

fn place(role: Role) -> Place {
    (role, (role == Role::Village).then(|| VILLAGE.parse().unwrap()))
}

async fn fill(world: &World, side: Side) -> Phone {
    let phone = world.pair(side.village()).await;
    let records = (side.first()..side.first() + 3).map(|number| {
        let mut enrolment = enrolment(number);
        enrolment.residence.village = side.village().parse().unwrap();
        push_of(number, 1, &enrolment)
    });
    assert_eq!(world.push(&phone, records.collect()).await.refusals.len(), 0);
    world.hold_photo(&phone, 2000 + usize::from(side.first()));
    phone
}

fn head(world: &World) -> i64 {
    world.hub.store.read::<_, HubError>(|c| Ok(audit::head(c)?)).unwrap().seq
}

/// Agrees to a record, unless somebody has.
fn agree(world: &World, number: u8) {
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    if row.state == State::Received {
        decide(&world.hub, row.id, row.change_seq, Verdict::Approve, "user:sari").unwrap();
    }
}

/// Whoever may leave is led to the sign-in too.
fn is_refused(answer: &Answer, path: &str) -> bool {
    matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
        || (answer.status == StatusCode::SEE_OTHER && answer.header("location") == "/masuk" && path != "/keluar")
}

async fn try_role(role: Role, side: Side) {
    let world = World::new();
    // Both villages are filled, so that nothing is refused because nothing is there.
    let own = fill(&world, Side::Own).await;
    let other = fill(&world, Side::Other).await;
    let phone = if side == Side::Own { own } else { other };
    // a verifier approves more people than the programme's file has places for, and a file for BPJS needs placed ones
    world.set_quota("small", 30, false).unwrap();
    put(&world, "sari", (Role::Admin, None));
    put(&world, "mira", place(role));
    put(&world, "budi", (Role::Auditor, None));
    for route in routes().into_iter().filter(|route| !route.act.is_open()) {
        if route.path.starts_with("/saya/") {
            put(&world, "mira", place(role));
        }
        if route.path.starts_with("/orang/{name}/") {
            put(&world, "budi", (Role::Auditor, None));
        }
        let browser = Browser::let_in(&world, "mira");
        let Try { path, fields, shows } = attempt(&world, &route, side, &phone, &browser);
        let before = head(&world);
        let answer = match route.method {
            Method::GET => browser.get(&path).await,
            _ if route.is_upload => files::upload(&browser, &path, &fields).await,
            _ => browser.send(&path, &fields).await,
        };
        let is_allowed = match route.act.reach(role) {
            Reach::All => true,
            Reach::Own => side == Side::Own,
            Reach::No => false,
        };
        let what = format!("{role:?}, {side:?} village: {} {path}: {}", route.method, answer.status);
        let text = files::plain(&answer.body);
        if is_allowed {
            assert!(!is_refused(&answer, &path) && !answer.status.is_client_error(), "{what}");
            assert!(!answer.status.is_server_error() && text.contains(&shows), "{what}");
        } else {
            assert!(is_refused(&answer, &path) || (answer.status.is_success() && !text.contains(&shows)), "{what}");
            assert_eq!(head(&world), before, "{what}: something was done");
            let is_file = !answer.header("content-disposition").is_empty();
            assert!(is_file || text.contains("<html lang=\"id\">"), "{what}");
        }
    }
}

#[tokio::test]
async fn an_admin_may_what_the_table_says_and_no_more() {
    try_role(Role::Admin, Side::Own).await;
    try_role(Role::Admin, Side::Other).await;
}

#[tokio::test]
async fn a_verifier_may_what_the_table_says_and_no_more() {
    try_role(Role::Verifier, Side::Own).await;
    try_role(Role::Verifier, Side::Other).await;
}

#[tokio::test]
async fn a_village_head_may_what_the_table_says_in_their_own_village() {
    try_role(Role::Village, Side::Own).await;
}

#[tokio::test]
async fn a_village_head_finds_nothing_of_another_village() {
    try_role(Role::Village, Side::Other).await;
}

#[tokio::test]
async fn an_auditor_may_what_the_table_says_and_no_more() {
    try_role(Role::Auditor, Side::Own).await;
    try_role(Role::Auditor, Side::Other).await;
}

#[tokio::test]
async fn a_village_head_sees_no_name_nik_or_count_of_another_village_anywhere() {
    let world = World::new();
    fill(&world, Side::Own).await;
    fill(&world, Side::Other).await;
    // The same person in both villages: the warning about doubles must not tell of the other one.
    let mut twin = enrolment(21);
    twin.residence.village = OTHER_VILLAGE.parse().unwrap();
    twin.identity.nik = enrolment(1).identity.nik;
    twin.identity.name = "ORANG SEBELAH".into();
    let phone = world.pair(OTHER_VILLAGE).await;
    world.push(&phone, vec![push_of(21, 1, &twin)]).await;
    put(&world, "mira", place(Role::Village));
    let browser = Browser::let_in(&world, "mira");
    let record = format!("/catatan/{}", id(1));
    let programme = ["/program/small", "/program/small/kuota?tempat=1"];
    let pictures = ["/gambaran", "/gambaran/unduh/desa", "/gambaran/unduh/hp", "/gambaran/unduh/celah"];
    let lists = ["/", "/catatan", "/catatan?cari=CONTOH", "/catatan?cari=ORANG", &record, "/hp", "/saya"];
    for path in lists.into_iter().chain(programme).chain(pictures) {
        let text = browser.get(path).await.text();
        for word in ["CONTOH 11", "ORANG SEBELAH", "NIK ganda", &id(21).to_string(), OTHER_VILLAGE, &phone.id] {
            assert!(!text.contains(word), "{path} shows {word}");
        }
    }
    let home = browser.get("/").await.text();
    assert!(home.contains("<strong>3</strong><span>menunggu keputusan"), "three of seven are of this village");
    let done = browser.get(&format!("/?sudah={}", id(21))).await.text();
    assert!(!done.contains("ORANG SEBELAH"), "nor does the line about what was done just now");
}

/// Where a page's forms and links lead.
fn offered(page: &str) -> Vec<(Method, String)> {
    let starts = |mark: &str| page.match_indices(mark).map(|(at, _)| at).collect::<Vec<_>>();
    let quoted = |text: &str| text.split('"').nth(1).unwrap_or_default().split(['?', '#']).next().unwrap().to_owned();
    let mut found = Vec::new();
    for at in starts("<form") {
        let tag = page[at..].split('>').next().unwrap();
        let method = if tag.contains("method=\"post\"") { Method::POST } else { Method::GET };
        found.push((method, quoted(&tag[tag.find("action=").expect("a form has an action")..])));
    }
    for at in starts("href=\"/") {
        found.push((Method::GET, quoted(&page[at..])));
    }
    found
}

#[tokio::test]
async fn no_page_offers_what_its_reader_may_not_do() {
    for role in Role::ALL {
        let world = World::new();
        fill(&world, Side::Own).await;
        fill(&world, Side::Other).await;
        put(&world, "sari", (Role::Admin, None));
        put(&world, "mira", place(role));
        let browser = Browser::let_in(&world, "mira");
        Browser::let_in(&world, "mira");
        agree(&world, 2);
        world.set_quota("small", 2, false).unwrap();
        let records = [1, 2].map(|number| format!("/catatan/{}", id(number)));
        let [record, ended] = &records;
        let pages = ["/", "/periksa", "/catatan", record, ended, "/program/small", "/program/small/kuota?tempat=1"];
        for path in pages.into_iter().chain([
            "/gambaran",
            "/daftar",
            "/berkas",
            "/laporan",
            "/hp",
            "/orang",
            "/orang/sari",
            "/jejak",
            "/saya",
            "/tidak-ada",
        ]) {
            let page = browser.get(path).await;
            for (method, address) in offered(&page.text()) {
                let fits = |route: &Route| {
                    let (mut one, mut other) = (route.path.split('/'), address.split('/'));
                    let same =
                        one.by_ref().zip(other.by_ref()).all(|(one, other)| one == other || one.starts_with('{'));
                    route.method == method && same && route.path.split('/').count() == address.split('/').count()
                };
                let route = routes().into_iter().find(fits).unwrap_or_else(|| panic!("{path} leads to {address}"));
                assert_ne!(route.act.reach(role), Reach::No, "{role:?} is offered {method} {address} on {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_click() {
    let world = World::new();
    put(&world, "mira", (Role::Admin, None));
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "mira");
    assert_eq!(browser.get("/orang").await.status, StatusCode::OK);
    payung_hub::people::set_role(&world.hub, "user:sari", "mira", place(Role::Village)).unwrap();
    assert_eq!(browser.get("/orang").await.status, StatusCode::FORBIDDEN);
    assert!(!browser.get("/").await.text().contains(OTHER_VILLAGE));
}

#[test]
fn the_document_says_what_the_table_says() {
    let mark = |reach| match reach {
        Reach::No => "–",
        Reach::Own => "own village",
        Reach::All => "yes",
    };
    let mut wanted = String::from(
        "| act | admin | verifier | village head or operator | auditor |\n| --- | --- | --- | --- | --- |\n",
    );
    for act in Act::ALL.into_iter().filter(|act| !act.is_open()) {
        let cells = act.row().map(mark).join(" | ");
        writeln!(wanted, "| {} | {cells} |", act.words()).unwrap();
    }
    wanted += "\n| address | act |\n| --- | --- |\n";
    for route in routes() {
        writeln!(wanted, "| `{} {}` | {} |", route.method, route.path, route.act.words()).unwrap();
    }
    let document = include_str!("../../../../docs/rights.md");
    assert!(document.contains(&wanted), "docs/rights.md should hold:\n\n{wanted}");
}

#[tokio::test]
async fn a_form_of_a_test_has_the_token_that_pages_have() {
    let world = World::new();
    put(&world, "sari", (Role::Admin, None));
    assert_eq!(Browser::let_in(&world, "sari").hidden("/saya", "csrf").await, CSRF);
}
