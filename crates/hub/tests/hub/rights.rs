//! Every cell of the table of rights, tried at every address of the office.

use crate::browser::{Browser, CSRF, PASSWORD, put};
use crate::files;
use crate::world::{Answer, OTHER_VILLAGE, Phone, VILLAGE, World, enrolment, id, jpeg, push_of};
use axum::http::{Method, StatusCode};
use payung_domain::PhotoHash;
use payung_domain::state::State;
use payung_hub::decision::{Verdict, decide};
use payung_hub::office::{Route, routes};
use payung_hub::people::Place;
use payung_hub::rights::{Act, Reach, Role};
use payung_hub::sign_in::Caller;
use payung_hub::store::{audit, export, record};
use payung_hub::{HubError, account, sign_in};
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

/// One call, and what the page must show for the call to count as allowed.
struct Try {
    path: String,
    fields: String,
    shows: String,
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

/// How an address is called so that only the right to it can stand in the way. An address that is missing here fails.
fn attempt(world: &World, route: &Route, side: Side, phone: &Phone, browser: &Browser) -> Try {
    let seen = |number: u8| {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
        format!("seen={}", row.change_seq)
    };
    let name = |text: &str| format!("Desa {text}");
    let first = side.first();
    // a decision needs the record open
    let open = |number: u8| payung_hub::queue::open(&world.hub, id(number), "mira").map(drop).unwrap();
    let other_session = |user: &str| Browser::let_in(world, user).session_id();
    let (path, fields, shows) = match (route.method.as_str(), route.path) {
        ("GET", "/masuk" | "/masuk/kode" | "/office.css" | "/office.js" | "/payung.svg") => {
            (route.path.to_owned(), String::new(), String::new())
        }
        ("POST", "/masuk" | "/masuk/kode") => (route.path.to_owned(), String::new(), String::new()),
        ("POST", "/keluar") => (route.path.to_owned(), String::new(), String::new()),
        ("GET", "/saya") => (route.path.to_owned(), String::new(), "Akun saya".to_owned()),
        ("POST", "/saya/sandi") => {
            let fields = format!("old={PASSWORD}&new=lain-sekali-2026&again=lain-sekali-2026");
            (route.path.to_owned(), fields, String::new())
        }
        ("POST", "/saya/kode") => {
            (route.path.to_owned(), format!("password={PASSWORD}"), "class=\"secret\"".to_owned())
        }
        ("POST", "/saya/kode/pasang") => {
            let cookie = browser.cookie.split_once('=').unwrap().1;
            let session = sign_in::session(&world.hub, cookie).unwrap().unwrap();
            let caller = Caller { address: String::new(), browser: String::new() };
            let secret = account::begin_second_factor(&world.hub, &session, &caller, PASSWORD).unwrap();
            let code = secret.code(world.hub.context.now().as_second() / 30).unwrap();
            (route.path.to_owned(), format!("code={code}"), String::new())
        }
        ("POST", "/saya/kode/lepas") => (route.path.to_owned(), format!("password={PASSWORD}"), String::new()),
        ("POST", "/saya/sesi/akhiri") => (route.path.to_owned(), String::new(), String::new()),
        ("POST", "/saya/sesi/{id}/akhiri") => {
            (format!("/saya/sesi/{}/akhiri", other_session("mira")), String::new(), String::new())
        }
        ("GET", "/") => ("/".to_owned(), String::new(), name(side.village())),
        ("GET", "/catatan") => {
            (format!("/catatan?desa={}", side.village()), String::new(), format!("href=\"/catatan/{}\"", id(first)))
        }
        ("GET", "/gambaran") => ("/gambaran".to_owned(), String::new(), name(side.village())),
        ("GET", "/gambaran/unduh/{nama}") => ("/gambaran/unduh/desa".to_owned(), String::new(), name(side.village())),
        ("GET", "/gambaran/anggaran/{id}") => {
            ("/gambaran/anggaran/small".to_owned(), String::new(), "Sisa anggaran".to_owned())
        }
        ("GET", "/catatan/{id}") => (format!("/catatan/{}", id(first)), String::new(), format!("CONTOH {first}")),
        ("GET", "/foto/{sha256}") => {
            let hash = PhotoHash::of(&jpeg(2000 + usize::from(first)));
            (format!("/foto/{hash}"), String::new(), String::new())
        }
        ("GET", "/periksa") => ("/periksa".to_owned(), String::new(), name(side.village())),
        ("POST", "/periksa/lanjut") => ("/periksa/lanjut".to_owned(), format!("lewati={}", id(first)), String::new()),
        ("POST", "/periksa/sekaligus") => {
            world.clean_record(side.first() + 5, side.village());
            ("/periksa/sekaligus".to_owned(), format!("desa={}", side.village()), String::new())
        }
        (method, path) if path.starts_with("/periksa/sekaligus/{id}") => {
            let acts = ["{id}", "lihat", "setujui", "hentikan"];
            let act = acts.iter().position(|act| path.ends_with(act)).unwrap();
            let clean = side.first() + 6 + u8::try_from(act).unwrap();
            world.clean_record(clean, side.village());
            let batch = payung_hub::batch::begin(&world.hub, "mira", side.village()).unwrap().unwrap();
            // approving needs all of them, looking at one needs its photo
            if path.ends_with("/setujui") || path.ends_with("/lihat") {
                world.see_samples(&batch, "mira");
            }
            let shows = if method == "GET" { "Contoh acak".to_owned() } else { String::new() };
            (path.replace("{id}", &batch), format!("catatan={}", id(clean)), shows)
        }
        ("POST", path @ ("/catatan/{id}/pegang" | "/catatan/{id}/lepas")) => {
            open(first);
            (path.replace("{id}", &id(first).to_string()), "tampilan=0".to_owned(), String::new())
        }
        ("POST", "/catatan/{id}/ambil-alih") => {
            (format!("/catatan/{}/ambil-alih", id(first)), String::new(), String::new())
        }
        ("POST", "/catatan/{id}/batal") => {
            world.hold_verdict(first, "mira");
            (format!("/catatan/{}/batal", id(first)), String::new(), String::new())
        }
        ("POST", "/catatan/{id}/setujui") => {
            open(first);
            (format!("/catatan/{}/setujui", id(first)), seen(first), String::new())
        }
        ("POST", "/catatan/{id}/kembalikan") => {
            open(first + 1);
            let fields = format!("{}&c_nik=Cek", seen(first + 1));
            (format!("/catatan/{}/kembalikan", id(first + 1)), fields, String::new())
        }
        ("POST", "/catatan/{id}/tolak") => {
            open(first + 2);
            let fields = format!("{}&reason=deceased", seen(first + 2));
            (format!("/catatan/{}/tolak", id(first + 2)), fields, String::new())
        }
        ("POST", "/catatan/{id}/akhiri") => {
            agree(world, first);
            (format!("/catatan/{}/akhiri", id(first)), format!("{}&reason=died", seen(first)), String::new())
        }
        ("GET", "/program/{id}") => ("/program/small".to_owned(), String::new(), "Daftar tunggu".to_owned()),
        ("GET", "/program/{id}/kuota") => {
            ("/program/small/kuota?tempat=1".to_owned(), String::new(), "Anggaran".to_owned())
        }
        ("POST", "/program/{id}/kuota") => {
            let digest = world.preview("small", 40).digest;
            ("/program/small/kuota".to_owned(), format!("tempat=40&sidik={digest}&alasan=Perbup"), String::new())
        }
        ("GET", "/daftar") => {
            import_of(world, side, "columns");
            (route.path.to_owned(), String::new(), format!("desa-{}.csv", side.village()))
        }
        ("POST", "/daftar") => {
            // of a programme that the village's head has nothing to do with, or of his own
            world.serve_village("35.22.28.2006", "wide");
            let programme = if side == Side::Own { "small" } else { "wide" };
            (route.path.to_owned(), format!("sumber={programme}/usulan\n{}", good_list(side)), String::new())
        }
        ("GET", "/daftar/{id}") => {
            let import = import_of(world, side, "columns");
            (format!("/daftar/{import}"), String::new(), "Apa isi setiap kolom?".to_owned())
        }
        ("POST", "/daftar/{id}/kolom") => {
            let import = import_of(world, side, "columns");
            (format!("/daftar/{import}/kolom"), "k0=nik&k1=name&k2=village".to_owned(), String::new())
        }
        ("POST", "/daftar/{id}/setuju") => {
            (format!("/daftar/{}/setuju", import_of(world, side, "checked")), String::new(), String::new())
        }
        ("POST", "/daftar/{id}/buang") => {
            (format!("/daftar/{}/buang", import_of(world, side, "checked")), String::new(), String::new())
        }
        ("GET", "/daftar/{id}/salah.csv") => {
            (format!("/daftar/{}/salah.csv", import_of(world, side, "checked")), String::new(), "Yang salah".to_owned())
        }
        ("GET", "/berkas") => (route.path.to_owned(), String::new(), "Siap didaftarkan".to_owned()),
        ("POST", "/berkas") => {
            enrol_and_agree(world, side, phone, first + 4);
            (route.path.to_owned(), "program=small".to_owned(), String::new())
        }
        ("GET", path) if path.starts_with("/berkas/{id}") => {
            let shows = if path.ends_with('}') { "Sidik SHA-256" } else { "" };
            (path.replace("{id}", &export_of(world, side, phone)), String::new(), shows.to_owned())
        }
        ("POST", "/berkas/{id}/jawaban") => {
            let path = format!("/berkas/{}/jawaban", export_of(world, side, phone));
            (path, "\nNIK;KPJ\n1;2\n".to_owned(), String::new())
        }
        ("GET", path) if path.starts_with("/jawaban/{id}") => {
            (path.replace("{id}", &answer_of(world, side, phone, "checked")), String::new(), String::new())
        }
        ("POST", path) if path.starts_with("/jawaban/{id}") => {
            let state = if path.ends_with("kolom") { "columns" } else { "checked" };
            (path.replace("{id}", &answer_of(world, side, phone, state)), "k0=nik&k1=kpj".to_owned(), String::new())
        }
        ("POST", "/catatan/{id}/bpjs") => {
            // of a record that no other call has touched
            let number = refused_one(world, side, phone);
            (format!("/catatan/{}/bpjs", id(number)), format!("{}&pilihan=lagi", seen(number)), String::new())
        }
        ("GET", "/laporan" | "/laporan/csv" | "/laporan/xlsx") => {
            (format!("{}?menurut=desa", route.path), String::new(), place_name(world, side))
        }
        ("GET", "/hp") => ("/hp".to_owned(), String::new(), name(side.village())),
        ("POST", "/hp/kode") => {
            ("/hp/kode".to_owned(), format!("village={}&kader=Bu+Ani", side.village()), "class=\"code\"".to_owned())
        }
        ("POST", "/hp/{id}/blokir") => (format!("/hp/{}/blokir", phone.id), String::new(), String::new()),
        ("GET", "/orang") => ("/orang".to_owned(), String::new(), "/orang/budi".to_owned()),
        ("POST", "/orang") => {
            ("/orang".to_owned(), "name=baru&role=auditor".to_owned(), "Sandi awal untuk baru".to_owned())
        }
        ("GET", "/orang/{name}") => ("/orang/budi".to_owned(), String::new(), "budi".to_owned()),
        ("POST", "/orang/{name}/peran") => ("/orang/budi/peran".to_owned(), "role=verifier".to_owned(), String::new()),
        ("POST", "/orang/{name}/sesi/{id}/akhiri") => {
            (format!("/orang/budi/sesi/{}/akhiri", other_session("budi")), String::new(), String::new())
        }
        ("POST", path) if path.starts_with("/orang/{name}/") => {
            (path.replace("{name}", "budi"), String::new(), String::new())
        }
        ("GET", "/jejak") => ("/jejak".to_owned(), String::new(), "Sidik jejak terakhir".to_owned()),
        (method, path) => panic!("say here how {method} {path} is tried"),
    };
    Try { path, fields, shows }
}

/// Whoever may leave is led to the sign-in too.
fn is_refused(answer: &Answer, path: &str) -> bool {
    matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
        || (answer.status == StatusCode::SEE_OTHER && answer.header("location") == "/masuk" && path != "/keluar")
}

/// The name that the regions have for a side's village.
fn place_name(world: &World, side: Side) -> String {
    world.hub.catalogue.regions().village(side.village().parse().unwrap()).unwrap().name
}

fn good_list(side: Side) -> String {
    format!("NIK;Nama;Desa\n9901011205849999;CONTOH DAFTAR;{}\n", side.village())
}

/// A list that a village has brought, at some step.
fn import_of(world: &World, side: Side, state: &str) -> String {
    let name = format!("desa-{}.csv", side.village());
    files::put_import(world, "list", side.village(), None, state, &good_list(side), &name)
}

/// A file for BPJS that is ready, with somebody in it whom no other call touches.
fn export_of(world: &World, side: Side, phone: &Phone) -> String {
    let number = side.first() + 4;
    enrol_and_agree(world, side, phone, number);
    if let Some(known) = world.hub.store.read::<_, HubError>(|c| Ok(export::list(c, 1)?)).unwrap().first() {
        files::settle(world);
        return known.id.clone();
    }
    files::exported(world, "small")
}

fn enrol_and_agree(world: &World, side: Side, phone: &Phone, number: u8) {
    if world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().is_none() {
        let mut one = enrolment(number);
        one.residence.village = side.village().parse().unwrap();
        world.enrol(phone, &[push_of(number, 1, &one)]);
    }
    agree(world, number);
}

fn answer_of(world: &World, side: Side, phone: &Phone, state: &str) -> String {
    let export = export_of(world, side, phone);
    let text = "NIK;KPJ\n9901015205849001;26012345678\n";
    files::put_import(world, "answer", "", Some(&export), state, text, "jawaban.csv")
}

/// Somebody whom BPJS has refused.
fn refused_one(world: &World, side: Side, phone: &Phone) -> u8 {
    let number = side.first() + 4;
    export_of(world, side, phone);
    files::refuse(world, id(number));
    number
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
