//! Lists in, files out and back, reports.

use crate::browser::{Browser, CSRF, put};
use crate::people::{self, nik};
use crate::world::{Answer, OTHER_VILLAGE, VILLAGE, World, enrolment, push_of};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use payung_domain::programme::SourceId;
use payung_domain::state::{Comment, EndReason, State};
use payung_domain::wire::CandidatesResponse;
use payung_domain::{Field, RecordId};
use payung_hub::files::stored::{self, Writing};
use payung_hub::files::{Counts, export as exporting, work};
use payung_hub::refusal::{Choice, settle as settle_refusal};
use payung_hub::rights::{Role, Scope};
use payung_hub::store::import::{self, Import};
use payung_hub::store::{audit, candidate, cover, export, lease, line, record};
use payung_hub::{HubError, sweep};
use rust_xlsxwriter::Workbook;
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;

/// The text of a page, or of all parts of a workbook.
pub fn plain(body: &[u8]) -> String {
    let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(body)) else {
        return String::from_utf8_lossy(body).into_owned();
    };
    let mut text = String::new();
    for index in 0..zip.len() {
        std::io::Read::read_to_string(&mut zip.by_index(index).unwrap(), &mut text).unwrap();
    }
    text
}

/// Does what waits, whoever has begun it.
pub fn settle(world: &World) {
    for _ in 0..2_000 {
        work::work(&world.hub).unwrap();
        let is_busy = world.hub.store.read::<_, HubError>(|c| {
            let imports = ["list", "answer"].map(|kind| import::newest(c, kind, None, Scope::All, 1_000));
            let imports: Vec<Import> = imports.into_iter().flatten().flatten().collect();
            let exports = export::list(c, 1_000)?;
            Ok(imports.iter().any(|one| matches!(one.state.as_str(), "checking" | "taking"))
                || exports.iter().any(|one| matches!(one.state.as_str(), "gathering" | "writing")))
        });
        if !is_busy.unwrap() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the work has no end");
}

/// An import at some step, without a browser.
pub fn put_import(
    world: &World,
    kind: &str,
    village: &str,
    export: Option<&str>,
    state: &str,
    text: &str,
    name: &str,
) -> String {
    let mut writing = Writing::begin(&world.hub).unwrap();
    writing.write_all(text.as_bytes()).unwrap();
    let file = writing.finish().unwrap();
    let head = payung_hub::files::columns::head(&world.hub, &file.id, kind).ok().unwrap();
    let columns = payung_hub::files::columns::guess(kind, &head.headings);
    let plan = payung_hub::files::columns::Plan { columns, ..Default::default() };
    let new = Import {
        id: stored::name::<8>(&world.hub).unwrap(),
        kind: kind.into(),
        programme: "small".parse().unwrap(),
        source: SourceId(if kind == "list" { "usulan" } else { "" }.into()),
        export: export.map(str::to_owned),
        village: village.parse().ok(),
        file: Some(file.id),
        name: name.into(),
        sha256: file.sha256,
        added_by: "user:sari".into(),
        added_at: world.now().as_millisecond(),
        state: state.into(),
        head: serde_json::to_string(&head).unwrap(),
        plan: serde_json::to_string(&plan).unwrap(),
        counts: "{}".into(),
        done_rows: 0,
        total_rows: 0,
        failure: String::new(),
    };
    world.hub.store.write::<_, HubError>(|t| Ok(import::add(t, &new)?)).unwrap();
    new.id
}

/// A programme's next file, ready.
pub fn exported(world: &World, programme: &str) -> String {
    let made = exporting::begin(&world.hub, &programme.parse().unwrap(), "user:sari").unwrap();
    settle(world);
    made
}

/// BPJS refuses somebody who is in a file.
pub fn refuse(world: &World, id: RecordId) {
    let refuse = |t: &payung_hub::store::sql::Transaction| {
        let asked = export::of_record(t, id)?.unwrap();
        Ok(export::answer(t, &asked, "refused", "NIK tidak padan", 0)?)
    };
    world.hub.store.write::<_, HubError>(refuse).unwrap();
}

const BOUNDARY: &str = "----of-a-test";

fn part(name: &str, value: &str) -> Vec<u8> {
    format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
}

fn multipart(fields: &[(&str, &str)], name: &str, file: &[u8]) -> Vec<u8> {
    let mut body: Vec<u8> = fields.iter().flat_map(|(name, value)| part(name, value)).collect();
    body.extend(
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"berkas\"; filename=\"{name}\"\r\n\r\n")
            .into_bytes(),
    );
    body.extend_from_slice(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    body
}

async fn send(browser: &Browser<'_>, path: &str, body: Vec<u8>) -> Answer {
    let request = Request::post(path)
        .header("cookie", &browser.cookie)
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    browser.world.call(request.body(Body::from(body)).unwrap()).await
}

/// A form with a file: the first line of `text` is a field, the rest is the file.
pub async fn upload(browser: &Browser<'_>, path: &str, text: &str) -> Answer {
    let (field, file) = text.split_once('\n').unwrap();
    let (name, value) = field.split_once('=').unwrap_or(("lain", ""));
    send(browser, path, multipart(&[("csrf", CSRF), (name, value)], "berkas.csv", file.as_bytes())).await
}

fn of(world: &World, id: &str) -> Import {
    world.hub.store.read::<_, HubError>(|c| Ok(import::get(c, id, Scope::All)?)).unwrap().unwrap()
}

fn counts(world: &World, id: &str) -> Counts {
    serde_json::from_str(&of(world, id).counts).unwrap()
}

/// Uploads, chooses the columns that were guessed, and waits for the dry run. Tells where it is.
async fn checked(browser: &Browser<'_>, path: &str, source: &str, name: &str, file: &[u8]) -> String {
    let body = multipart(&[("csrf", CSRF), ("sumber", source)], name, file);
    let answer = send(browser, path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let address = answer.header("location").to_owned();
    let page = browser.get(&address).await.text();
    let chosen: Vec<String> = page
        .split("<select name=\"k")
        .skip(1)
        .map(|part| {
            let index = part.split('"').next().unwrap();
            let select = part.split("</select>").next().unwrap();
            let value = select.split(" selected").next().filter(|before| before.len() < select.len());
            let value = value.and_then(|before| before.rsplit("value=\"").next()).unwrap_or("");
            format!("k{index}={}", value.trim_end_matches('"'))
        })
        .collect();
    let answer = browser.send(&format!("{address}/kolom"), &chosen.join("&")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    settle(browser.world);
    address
}

fn admin(world: &World) -> Browser<'_> {
    put(world, "sari", (Role::Admin, None));
    Browser::let_in(world, "sari")
}

async fn candidates(world: &World, token: &str, known: Option<&str>) -> CandidatesResponse {
    let mut ask = json!({"version": 1, "nonce": "n"});
    if let Some(known) = known {
        ask["known"] = json!(known);
    }
    let answer = world.post("/v1/candidates", Some(token), ask.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    world.assert_signed("/v1/candidates", &answer);
    serde_json::from_slice(&answer.body).unwrap()
}

const LIST: &str = "\u{feff}DAFTAR PEKERJA RENTAN;;;;\n\nNo;NIK;Nama Lengkap;Desa;Kecamatan;Alamat;RT/RW;Desil\n\
    1;9901011205849999;Contoh Satu;Mojodelik;Gayam;Dusun A;003/005;1\n\
    2;'9901011205849998;Contoh Dua;35.22.28.2004;;Dusun B;;2\n\
    3;9.90101E+15;Contoh Tiga;Mojodelik;Gayam;;;\n\
    4;990101120584999;Contoh Empat;Mojodelik;Gayam;;;\n\
    5;9901011205849997;Contoh Lima;Desa Antah;Gayam;;;\n\
    6;9901011205849999;Contoh Satu Lagi;Mojodelik;Gayam;;;\n\
    7;9901011205849996;;Mojodelik;Gayam;;;\n\
    8;9901011205849995;Contoh Delapan;Mojodelik;Gayam;;;11\n\
    9;9901 0112 0584 9994;=Contoh;35.22.28.2005;Gayam;;1/2;\n";

#[tokio::test]
async fn a_list_is_looked_at_before_anything_changes_and_then_its_good_rows_are_taken() {
    let world = World::new();
    let (browser, phone) = (admin(&world), world.pair(VILLAGE).await);
    let address = checked(&browser, "/daftar", "small/usulan", "daftar desa.csv", LIST.as_bytes()).await;
    let import = address.rsplit('/').next().unwrap();
    let found = counts(&world, import);
    assert_eq!((found.good, found.new, found.bad), (3, 3, 6), "{found:?}");
    assert_eq!(found.mended, [("quotes".into(), 1), ("separators".into(), 1)].into());
    let page = browser.get(&address).await.text();
    for words in [
        "daftar desa.csv",
        "Ini baru pemeriksaan",
        "NIK rusak oleh Excel",
        "NIK kurang dari 16 angka",
        "Desa tidak dikenal",
        "NIK ini sudah ada di baris 4",
        "Nama kosong",
        "Desil bukan angka",
        "Masukkan 3 orang",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let csv = browser.get(&format!("{address}/salah.csv")).await.text();
    assert_eq!(csv.lines().count(), 7, "{csv}");
    assert!(csv.contains("6;NIK;9.90101E+15;"), "{csv}");
    // nothing has happened yet
    assert_eq!(candidates(&world, &phone.token, None).await.candidates.unwrap(), []);
    assert_eq!(browser.send(&format!("{address}/setuju"), "").await.status, StatusCode::SEE_OTHER);
    settle(&world);
    assert!(browser.get(&address).await.text().contains("3 orang sudah dimasukkan"));
    let told = candidates(&world, &phone.token, None).await;
    let names: Vec<_> = told.candidates.unwrap().into_iter().map(|one| (one.name, one.rt, one.rw)).collect();
    assert_eq!(names, [("CONTOH DUA".into(), None, None), ("CONTOH SATU".into(), Some(3), Some(5))]);
    let again = candidates(&world, &phone.token, Some(&told.digest.to_string())).await;
    assert!(again.candidates.is_none(), "what a phone has is not told again");
    // the neighbours hear of theirs alone
    let other = world.pair(OTHER_VILLAGE).await;
    assert_eq!(candidates(&world, &other.token, None).await.candidates.unwrap()[0].name, "=CONTOH");
    // once somebody enrols the person, nobody need visit them
    let mut one = enrolment(1);
    one.identity.nik =
        "9901011205849998".parse::<String>().map(|nik| payung_domain::Nik::parse(&nik).unwrap()).unwrap();
    world.push(&phone, vec![push_of(1, 1, &one)]).await;
    assert_eq!(candidates(&world, &phone.token, None).await.candidates.unwrap().len(), 1);
    assert!(browser.get("/daftar").await.text().contains("2 dari 3 orang"));
    // what the file held is not kept
    assert_eq!(of(&world, import).file, None);
    let audit = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &format!("list:{import}"))?)).unwrap();
    assert_eq!(audit.iter().map(|act| act.act.as_str()).collect::<Vec<_>>(), ["list.bring", "list.take"]);
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_says_so() {
    let world = World::new();
    let browser = admin(&world);
    let first = checked(&browser, "/daftar", "small/usulan", "a.csv", LIST.as_bytes()).await;
    browser.send(&format!("{first}/setuju"), "").await;
    settle(&world);
    let held = |world: &World| {
        let nik = payung_domain::Nik::parse("9901011205849999").unwrap();
        let one = |c: &payung_hub::store::sql::Connection| {
            Ok((
                candidate::get(c, &"small".parse().unwrap(), &nik)?,
                line::entries_of(c, &"small".parse().unwrap(), &nik)?,
            ))
        };
        world.hub.store.read::<_, HubError>(one).unwrap()
    };
    let before = held(&world);
    let again = checked(&browser, "/daftar", "small/usulan", "a.csv", LIST.as_bytes()).await;
    assert_ne!(first, again);
    let page = browser.get(&again).await.text();
    assert!(
        page.contains("Tidak ada yang baru") && page.contains("sudah dimasukkan pada") && !page.contains("/setuju")
    );
    assert_eq!(held(&world), before);
    // another decile is a change
    let other = LIST.replace("005;1\n", "005;3\n");
    let changed = checked(&browser, "/daftar", "small/usulan", "b.csv", other.as_bytes()).await;
    let found = counts(&world, changed.rsplit('/').next().unwrap());
    assert_eq!((found.new, found.changed, found.same), (0, 1, 2));
    browser.send(&format!("{changed}/buang"), "").await;
    assert_eq!(held(&world), before, "what was dropped has changed nothing");
    // the columns are remembered, however they were guessed
    let odd = "A;B;C\n9901011205849999;CONTOH;35.22.28.2004\n";
    let answer = upload(&browser, "/daftar", &format!("sumber=small/usulan\n{odd}")).await;
    let address = answer.header("location").to_owned();
    assert_eq!(browser.send(&format!("{address}/kolom"), "k0=nik&k1=name").await.status, StatusCode::SEE_OTHER);
    settle(&world);
    let again = upload(&browser, "/daftar", &format!("sumber=small/usulan\n{odd}")).await;
    let page = browser.get(again.header("location")).await.text();
    assert!(page.contains("value=\"nik\" selected") && page.contains("value=\"name\" selected"));
}

#[tokio::test]
async fn a_workbook_is_read_like_a_csv_and_damage_by_numbers_is_seen() {
    let world = World::new();
    let browser = admin(&world);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in ["NIK", "Nama", "Kode Desa"].iter().enumerate() {
        sheet.write_string(0, column as u16, *heading).unwrap();
    }
    sheet.write_string(1, 0, "9901011205849999").unwrap();
    sheet.write_string(1, 1, "Contoh").unwrap();
    sheet.write_number(1, 2, 3_522_282_004_f64).unwrap();
    sheet.write_number(2, 0, 3_522_280_504_859_990_f64).unwrap();
    sheet.write_string(2, 1, "Contoh Potong").unwrap();
    sheet.write_number(2, 2, 3_522_282_004_f64).unwrap();
    sheet.write_number(3, 0, 3_522_280_504_859_999_f64).unwrap();
    sheet.write_string(3, 1, "Contoh Utuh").unwrap();
    sheet.write_string(3, 2, "35.22.28.2004").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let address = checked(&browser, "/daftar", "small/usulan", "a.xlsx", &bytes).await;
    let found = counts(&world, address.rsplit('/').next().unwrap());
    assert_eq!((found.new, found.bad), (2, 1), "{found:?}");
    assert!(browser.get(&address).await.text().contains("Excel mungkin memotong angka terakhir"));
}

#[tokio::test]
async fn what_is_no_table_is_refused_in_words() {
    let world = World::new();
    let browser = admin(&world);
    let bomb = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file("xl/sharedStrings.xml", options).unwrap();
        for _ in 0..100 {
            zip.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    assert!(bomb.len() < 200_000);
    let forged = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<sst uniqueCount=\"99999999999\"></sst>").unwrap();
        zip.finish().unwrap().into_inner()
    };
    let many = "1\n".repeat(300_001);
    for (file, words) in [
        (&b""[..], "kosong"),
        (b"\n\n;;\n", "kosong"),
        (b"PK\x03\x04 but nothing else", "bukan CSV atau XLSX yang utuh"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel lama"),
        (b"\xff\xfeN\0I\0K\0", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "bukan CSV atau XLSX"),
        (&bomb, "terlalu besar setelah dibuka"),
        (&forged, "terlalu besar setelah dibuka"),
    ] {
        let answer =
            send(&browser, "/daftar", multipart(&[("csrf", CSRF), ("sumber", "small/usulan")], "x", file)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    let rows = |c: &payung_hub::store::sql::Connection| {
        Ok(c.query_row("SELECT count(*) FROM file_piece", [], |row| row.get::<_, u32>(0))?)
    };
    assert_eq!(world.hub.store.read::<_, HubError>(rows).unwrap(), 0, "nothing of them is kept");
    // too many rows show in the dry run
    let text = format!("NIK;Nama\n{many}");
    let address = checked(&browser, "/daftar", "small/usulan", "x.csv", text.as_bytes()).await;
    assert!(browser.get(&address).await.text().contains("lebih dari 300.000 baris"));
    // and so do digits that are lost everywhere
    let zeros: String = (10..40).map(|n| format!("9901011205849{n}0;CONTOH {n};35.22.28.2004\n")).collect();
    let text = format!("NIK;Nama;Desa\n{zeros}");
    let address = checked(&browser, "/daftar", "small/usulan", "x.csv", text.as_bytes()).await;
    assert!(browser.get(&address).await.text().contains("memotong angka terakhirnya"));
}

#[tokio::test]
async fn an_upload_is_proved_before_its_file_is_kept_and_ends_at_its_size() {
    let world = World::new();
    let browser = admin(&world);
    let kept = || {
        let count = |c: &payung_hub::store::sql::Connection| {
            Ok(c.query_row("SELECT count(*) FROM file", [], |row| row.get::<_, u32>(0))?)
        };
        world.hub.store.read::<_, HubError>(count).unwrap()
    };
    for fields in [&[("sumber", "small/usulan")][..], &[("csrf", "forged"), ("sumber", "small/usulan")]] {
        let answer = send(&browser, "/daftar", multipart(fields, "a.csv", LIST.as_bytes())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    // a token behind the file comes too late
    let mut late = multipart(&[], "a.csv", LIST.as_bytes());
    late.truncate(late.len() - BOUNDARY.len() - 6);
    late.extend(part("csrf", CSRF));
    assert_eq!(send(&browser, "/daftar", late).await.status, StatusCode::FORBIDDEN);
    assert_eq!(kept(), 0);
    let foreign = Request::post("/daftar").header("cookie", &browser.cookie).header("sec-fetch-site", "cross-site");
    let answer = world.call(foreign.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let large = vec![b'1'; (40 << 20) + 1];
    let answer =
        send(&browser, "/daftar", multipart(&[("csrf", CSRF), ("sumber", "small/usulan")], "a.csv", &large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    for body in [b"".to_vec(), b"--x".to_vec(), part("csrf", CSRF)] {
        let answer = send(&browser, "/daftar", body).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    let answer =
        send(&browser, "/daftar", multipart(&[("csrf", CSRF), ("sumber", "small/none")], "a.csv", LIST.as_bytes()))
            .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // what a call left behind when it broke off goes with the next sweep but one
    world.pass(jiff::SignedDuration::from_hours(25));
    sweep::sweep(&world.hub).unwrap();
    assert_eq!(kept(), 0);
}

#[tokio::test]
async fn a_village_brings_its_own_people_and_no_others() {
    let world = World::new();
    put(&world, "mira", (Role::Village, Some(VILLAGE.parse().unwrap())));
    put(&world, "budi", (Role::Village, Some(OTHER_VILLAGE.parse().unwrap())));
    let (mira, budi) = (Browser::let_in(&world, "mira"), Browser::let_in(&world, "budi"));
    // a village's own file names no village
    let text = "NIK;Nama;Desa\n9901011205849999;SATU;\n9901011205849998;DUA;Bonorejo\n";
    let address = checked(&mira, "/daftar", "small/usulan", "a.csv", text.as_bytes()).await;
    let found = counts(&world, address.rsplit('/').next().unwrap());
    assert_eq!((found.new, found.bad), (1, 1));
    assert!(mira.get(&address).await.text().contains("Baris ini milik desa lain"));
    for path in [address.clone(), format!("{address}/salah.csv")] {
        assert_eq!(budi.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(budi.send(&format!("{address}/setuju"), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(mira.send(&format!("{address}/setuju"), "").await.status, StatusCode::SEE_OTHER);
    settle(&world);
    assert!(mira.get("/daftar").await.text().contains("1 dari 1 orang"));
    assert!(budi.get("/daftar").await.text().contains("Belum ada."));
    // twice is once
    assert_eq!(mira.send(&format!("{address}/setuju"), "").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn work_that_was_killed_goes_on_where_it_was() {
    let world = World::new();
    let browser = admin(&world);
    let rows: String = (0..1_000).map(|n| format!("{};CONTOH {n};35.22.28.2004\n", nik(n).digits())).collect();
    let address =
        checked(&browser, "/daftar", "small/usulan", "a.csv", format!("NIK;Nama;Desa\n{rows}").as_bytes()).await;
    let id = address.rsplit('/').next().unwrap();
    // as a hub leaves it that is killed after the first 400 rows
    let mut half = of(&world, id);
    (half.state, half.done_rows) = ("taking".into(), 400);
    half.counts = serde_json::to_string(&Counts { good: 400, new: 400, ..Counts::default() }).unwrap();
    world.hub.store.write::<_, HubError>(|t| Ok(import::set(t, &half, "checked")?)).unwrap();
    settle(&world);
    assert_eq!((of(&world, id).state.as_str(), counts(&world, id).new), ("taken", 1_000));
    let held = world.hub.store.read::<_, HubError>(|c| Ok(candidate::count(c, Scope::All)?)).unwrap();
    assert_eq!(held, [(VILLAGE.to_owned(), 600, 600)], "the first 400 were taken before the kill in the story");
    // another process is at it: nobody else begins
    let mut busy = of(&world, id);
    busy.state = "checking".into();
    world
        .hub
        .store
        .write::<_, HubError>(|t| {
            import::set(t, &busy, "taken")?;
            Ok(import::keep(t, id, world.now().as_millisecond() + 60_000)?)
        })
        .unwrap();
    work::work(&world.hub).unwrap();
    assert_eq!(of(&world, id).state, "checking");
}

/// Agrees to so many people of the wide programme's village.
async fn placed(world: &World, numbers: std::ops::Range<u32>) {
    world.serve_village(VILLAGE, "wide");
    let phone = world.pair(VILLAGE).await;
    let pushes: Vec<_> =
        numbers.clone().map(|n| people::push(world, n, &people::person(world, n, "wide", VILLAGE), None)).collect();
    world.enrol(&phone, &pushes);
    world.approve_all(numbers);
}

fn counted(world: &World, export: &str) -> Vec<(String, u32)> {
    world.hub.store.read::<_, HubError>(|c| Ok(export::counts(c, export)?)).unwrap()
}

#[tokio::test]
async fn a_file_reaches_a_browser_that_takes_compressed_answers_over_a_real_connection() {
    let world = World::new();
    placed(&world, 0..12).await;
    let browser = admin(&world);
    let export = exported(&world, "wide");
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    tokio::spawn(axum::serve(tcp, payung_hub::router(std::sync::Arc::clone(&world.hub))).into_future());
    let _ = rustls::crypto::ring::default_provider().install_default();
    // built beside the phone's crate, reqwest would unpack by itself
    let client = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    for (kind, is_compressed) in [("xlsx", false), ("csv", true)] {
        let path = format!("/berkas/{export}/{kind}");
        let plain = browser.get(&path).await;
        assert_eq!(plain.header("content-length"), plain.body.len().to_string());
        let call = client.get(format!("http://{address}{path}")).header("accept-encoding", "gzip, deflate, br");
        let answer = call.header("cookie", &browser.cookie).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("content-encoding"), is_compressed, "{kind}");
        assert_eq!(answer.content_length().is_some(), !is_compressed, "a browser can tell how much is left");
        let mut body = answer.bytes().await.unwrap().to_vec();
        if is_compressed {
            let zipped = std::mem::take(&mut body);
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(zipped.as_slice()), &mut body).unwrap();
        }
        assert!(body == plain.body, "{kind}");
    }
}

#[tokio::test]
async fn a_file_for_bpjs_holds_who_is_placed_once_and_is_the_same_forever() {
    let world = World::new();
    placed(&world, 0..12).await;
    let phone = world.pair(VILLAGE).await;
    world.enrol(&phone, &[people::push(&world, 50, &people::person(&world, 50, "wide", VILLAGE), None)]);
    let browser = admin(&world);
    assert!(browser.get("/berkas").await.text().contains("12 orang"));
    let answer = browser.send("/berkas", "program=wide").await;
    let address = answer.header("location").to_owned();
    settle(&world);
    let page = browser.get(&address).await.text();
    assert!(page.contains("Berkas BPJS nomor 1") && page.contains("Siap diunduh"), "{page}");
    let csv = browser.get(&format!("{address}/csv")).await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"bpjs-wide-1.csv\"");
    let text = csv.text();
    assert_eq!(text.lines().count(), 13);
    assert!(text.contains(nik(3).digits()) && !text.contains(nik(50).digits()), "an undecided one is not in it");
    assert!(text.contains(";Mojodelik;Gayam;Kabupaten Bojonegoro;"), "{text}");
    let xlsx = browser.get(&format!("{address}/xlsx")).await;
    let hash = payung_hub::context::hash_of;
    assert!(page.contains(&hash(&text)), "the page shows the hash of what is fetched");
    assert!(xlsx.body.starts_with(b"PK"));
    // the world moves on, the file does not
    world.note_all([3].into_iter(), payung_hub::ending::Note::Ended(EndReason::Died));
    world.pass(jiff::SignedDuration::from_hours(24 * 40));
    let browser = Browser::let_in(&world, "sari");
    assert_eq!(browser.get(&format!("{address}/xlsx")).await.body, xlsx.body);
    assert_eq!(browser.get(&format!("{address}/csv")).await.text(), text);
    // nobody is in two files
    let answer = browser.send("/berkas", "program=wide").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.approve_all([50].into_iter());
    let second = exported(&world, "wide");
    let page = browser.get(&format!("/berkas/{second}")).await.text();
    assert!(page.contains("nomor 2"));
    assert_eq!(counted(&world, &second), [("open".to_owned(), 1)]);
    let id = address.rsplit('/').next().unwrap();
    let acts = world.hub.store.read::<_, HubError>(|c| Ok(audit::on(c, &format!("export:{id}"))?)).unwrap();
    assert_eq!(acts.iter().map(|act| act.act.as_str()).collect::<Vec<_>>()[..2], ["export.make", "export.fetch"]);
}

#[tokio::test]
async fn the_columns_are_the_regencys() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("exports")).unwrap();
    let catalogue = |text: &str| {
        std::fs::write(folder.path().join("exports/blora_2025.toml"), text).unwrap();
        payung_hub::catalogue::Catalogue::load(Some(folder.path()))
    };
    let text = "sheet = \"A\"\n[[column]]\nheading = \"KTP\"\nfield = \"nik\"\n";
    let loaded = catalogue(text).unwrap();
    assert_eq!(loaded.template(&"blora_2025".parse().unwrap()), text);
    assert!(loaded.template(&"bogor_2026".parse().unwrap()).contains("NAMA LENGKAP"));
    let Err(error) = catalogue(&text.replace("nik", "ktp")) else { panic!("a wrong field is taken") };
    assert!(error.to_string().contains("blora_2025.toml"), "{error}");
}

fn answer_file(rows: &[(u32, &str, &str, &str)]) -> String {
    let rows: String =
        rows.iter().map(|(n, kpj, from, why)| format!("{};{kpj};{from};{why}\n", nik(*n).digits())).collect();
    format!("NIK;No KPJ;Tanggal Mulai;Keterangan\n{rows}")
}

#[tokio::test]
async fn an_answer_covers_and_refuses_in_parts_and_twice_is_once() {
    let world = World::new();
    placed(&world, 0..6).await;
    let export = exported(&world, "wide");
    let browser = admin(&world);
    let path = format!("/berkas/{export}/jawaban");
    let first = answer_file(&[
        (0, "26000000001", "01-12-2026", ""),
        (1, "26000000002", "1 Desember 2026", ""),
        (2, "", "", "NIK tidak padan"),
        (3, "26000000001", "01-12-2026", ""),
        (4, "123", "01-12-2026", ""),
        (5, "26000000006", "01-12-2036", ""),
        (77, "26000000077", "01-12-2026", ""),
    ]);
    let address = checked(&browser, &path, "", "jawaban.csv", first.as_bytes()).await;
    let found = counts(&world, address.rsplit('/').next().unwrap());
    assert_eq!((found.new, found.changed, found.bad), (3, 1, 3), "the dry run gives no number away: {found:?}");
    let page = browser.get(&address).await.text();
    for words in ["KPJ bukan 11", "lebih dari setahun", "tidak ada dalam berkas ekspor nomor 1"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains(&nik(77).masked()), "whom BPJS names though nobody asked");
    assert_eq!(counted(&world, &export), [("open".to_owned(), 6)], "nothing has changed");
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    let until = "2027-11-30".parse().unwrap();
    assert_eq!(world.state_of(0), State::Active { from: "2026-12-01".parse().unwrap(), until });
    assert!(matches!(world.state_of(3), State::Placed { .. }), "its number is somebody else's");
    assert_eq!(counted(&world, &export), [("covered".to_owned(), 2), ("open".into(), 3), ("refused".into(), 1)]);
    let known = world.hub.store.read::<_, HubError>(|c| Ok(cover::of(c, people::id(0))?)).unwrap().unwrap();
    assert_eq!((known.kpj.as_str(), known.until), ("26000000001", until));
    assert!(browser.get(&format!("/catatan/{}", people::id(0))).await.text().contains("26000000001"));
    // the same again, another number, another date, and the rest
    let second = answer_file(&[
        (0, "26000000001", "2026-12-01", ""),
        (1, "26000000099", "01-12-2026", ""),
        (2, "", "", "NIK tidak padan"),
        (3, "26000000004", "46357", ""),
    ]);
    let address = checked(&browser, &path, "", "jawaban 2.csv", second.as_bytes()).await;
    let found = counts(&world, address.rsplit('/').next().unwrap());
    assert_eq!((found.new, found.changed, found.same, found.bad), (1, 0, 2, 1), "{found:?}");
    assert!(browser.get(&address).await.text().contains("sudah punya KPJ lain"));
    browser.send(&format!("{address}/setuju"), "").await;
    settle(&world);
    let known = world.hub.store.read::<_, HubError>(|c| Ok(cover::of(c, people::id(1))?)).unwrap().unwrap();
    assert_eq!(known.kpj, "26000000002", "what was told first stays");
    assert!(matches!(world.state_of(3), State::Active { .. }));
    // whose cover was taken back hears nothing from an old answer
    world.note_all([4].into_iter(), payung_hub::ending::Note::Withdrawn);
    let third = answer_file(&[(4, "26000000005", "01-12-2026", "")]);
    let address = checked(&browser, &path, "", "jawaban 3.csv", third.as_bytes()).await;
    assert!(browser.get(&address).await.text().contains("sekarang berstatus Dibatalkan"));
    assert_eq!(world.state_of(4), State::Withdrawn);
}

#[tokio::test]
async fn who_was_refused_keeps_the_place_is_mended_and_goes_into_the_next_file() {
    let world = World::new();
    placed(&world, 0..3).await;
    let export = exported(&world, "wide");
    let State::Placed { place } = world.state_of(0) else { panic!() };
    for number in 0..3 {
        refuse(&world, people::id(number));
    }
    let browser = admin(&world);
    let page = browser.get(&format!("/berkas/{export}")).await.text();
    assert!(page.contains("Ditolak BPJS") && page.contains("NIK tidak padan"));
    assert!(
        exporting::begin(&world.hub, &"wide".parse().unwrap(), "user:sari").is_err(),
        "not before the office has decided"
    );
    let record = format!("/catatan/{}", people::id(0));
    let page = browser.get(&record).await.text();
    assert!(page.contains("Kembalikan ke kader"));
    let seen = browser.hidden(&record, "seen").await;
    let fields = format!("seen={seen}&pilihan=kembalikan&field=nik&words=Cocokkan+NIK");
    assert_eq!(browser.send(&format!("{record}/bpjs"), "seen=1&pilihan=lagi").await.status, StatusCode::CONFLICT);
    assert_eq!(browser.send(&format!("{record}/bpjs"), &fields).await.status, StatusCode::SEE_OTHER);
    let comments = vec![Comment { field: Field::Nik, text: "Cocokkan NIK".into() }];
    assert_eq!(world.state_of(0), State::NeedsCorrection { comments });
    let kept = world.hub.store.read::<_, HubError>(|c| Ok(lease::kept_for(c, people::id(0))?)).unwrap();
    assert_eq!(kept, place);
    assert_eq!(browser.send(&format!("{record}/bpjs"), &fields).await.status, StatusCode::CONFLICT, "once");
    let settle = |number, choice| {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, people::id(number))?)).unwrap().unwrap();
        settle_refusal(&world.hub, row.id, row.change_seq, choice, "user:sari").unwrap()
    };
    assert!(matches!(settle(1, Choice::Again), State::Placed { .. }));
    assert_eq!(settle(2, Choice::End(EndReason::WageEarner)), State::Ended { reason: EndReason::WageEarner });
    // the kader mends it, the office agrees again, and the place is the same
    let phone = {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, people::id(0))?)).unwrap().unwrap();
        crate::world::Phone { token: String::new(), id: row.device_id }
    };
    let mut mended = people::person(&world, 0, "wide", VILLAGE);
    mended.identity.nik = nik(40);
    let mut push = people::push(&world, 0, &mended, None);
    push.revision = 2;
    world.enrol(&phone, &[push]);
    world.approve_all([0].into_iter());
    assert_eq!(world.state_of(0), State::Placed { place });
    let second = exported(&world, "wide");
    assert_eq!(counted(&world, &second), [("open".to_owned(), 2)]);
    assert_eq!(counted(&world, &export), [("settled".to_owned(), 3)]);
    let text = browser.get(&format!("/berkas/{second}/csv")).await.text();
    assert!(text.contains(nik(40).digits()) && !text.contains(nik(0).digits()));
}

#[tokio::test]
async fn reports_count_everybody_once_in_each_table() {
    let world = World::new();
    placed(&world, 0..4).await;
    let phone = world.pair(VILLAGE).await;
    let mut young = people::person(&world, 50, "wide", VILLAGE);
    young.identity.birth_date = "2006-01-01".parse().unwrap();
    world.enrol(&phone, &[people::push(&world, 50, &young, None)]);
    let other = world.pair(OTHER_VILLAGE).await;
    let mut one = enrolment(1);
    one.residence.village = OTHER_VILLAGE.parse().unwrap();
    one.identity.nik = nik(60);
    world.enrol(&other, &[push_of(1, 1, &one)]);
    let browser = admin(&world);
    for (kind, words) in [
        ("kecamatan", "Gayam"),
        ("desa", "Mojodelik"),
        ("pekerjaan", "Buruh tani"),
        ("jk", "Perempuan"),
        ("usia", "35–44 tahun"),
        ("dana", "APBD (contoh)"),
    ] {
        let page = browser.get(&format!("/laporan?menurut={kind}")).await.text();
        assert!(page.contains(words), "{kind}");
        let csv = browser.get(&format!("/laporan/csv?menurut={kind}")).await.text();
        assert!(csv.lines().last().unwrap().starts_with("Jumlah;;6;2;0;0;4;0;0"), "{csv}");
    }
    let csv = browser.get("/laporan/csv?menurut=usia").await.text();
    assert!(csv.contains("18–24 tahun;;1;1;0;0;0;0;0"), "{csv}");
    let csv = browser.get("/laporan/csv?menurut=desa&program=wide").await.text();
    assert!(csv.lines().last().unwrap().starts_with("Jumlah;;5;"), "{csv}");
    assert!(browser.get("/laporan/xlsx").await.body.starts_with(b"PK"));
    put(&world, "mira", (Role::Village, Some(OTHER_VILLAGE.parse().unwrap())));
    let mira = Browser::let_in(&world, "mira");
    let page = mira.get("/laporan?menurut=desa").await.text();
    let name = |code: &str| world.hub.catalogue.regions().village(code.parse().unwrap()).unwrap().name;
    assert!(page.contains(&name(OTHER_VILLAGE)) && !page.contains(&name(VILLAGE)));
    assert!(mira.get("/laporan/csv").await.text().lines().last().unwrap().starts_with("Jumlah;;1;1;"));
}

#[tokio::test]
async fn what_nobody_came_back_to_is_forgotten_after_a_month() {
    let world = World::new();
    let browser = admin(&world);
    let address = checked(&browser, "/daftar", "small/usulan", "a.csv", LIST.as_bytes()).await;
    let id = address.rsplit('/').next().unwrap();
    world.pass(jiff::SignedDuration::from_hours(24 * 31));
    sweep::sweep(&world.hub).unwrap();
    let found = of(&world, id);
    assert_eq!((found.state.as_str(), found.file, found.head.as_str()), ("dropped", None, ""));
    let problems = world.hub.store.read::<_, HubError>(|c| Ok(import::problems(c, id, 0, 10)?)).unwrap();
    assert_eq!(problems, []);
}

/// From a list to cover: brought in, visited, enrolled, agreed to, sent to BPJS, answered. Tells the last states.
async fn from_list_to_cover(
    world: &World,
    who: &Browser<'_>,
    programme: &str,
    source: &str,
    village: &str,
) -> Vec<State> {
    const PEOPLE: u32 = 260;
    let rows: String =
        (0..PEOPLE).map(|n| format!("{};CONTOH {n};{village};{}\n", nik(n).digits(), n % 10 + 1)).collect();
    let text = format!("NIK;Nama;Desa;Desil\n{rows}");
    let address = checked(who, "/daftar", &format!("{programme}/{source}"), "daftar.csv", text.as_bytes()).await;
    assert_eq!(who.send(&format!("{address}/setuju"), "").await.status, StatusCode::SEE_OTHER);
    settle(world);
    let phone = world.pair(village).await;
    let told = candidates(world, &phone.token, None).await.candidates.unwrap();
    assert_eq!(told.len(), PEOPLE as usize);
    let pushes: Vec<_> = (0..PEOPLE)
        .map(|n| {
            let mut one = people::person(world, n, programme, village);
            let on_list = told.iter().find(|candidate| candidate.nik == nik(n)).unwrap();
            (one.identity.name, one.source) = (on_list.name.clone(), Some(on_list.source.clone()));
            people::push(world, n, &one, None)
        })
        .collect();
    world.enrol(&phone, &pushes);
    assert_eq!(candidates(world, &phone.token, None).await.candidates.unwrap(), []);
    world.approve_all(0..PEOPLE);
    let export = exported(world, programme);
    let admin = admin(world);
    let rows: Vec<(u32, String)> =
        (0..PEOPLE).map(|n| (n, format!("{:011}", 26_000_000_000u64 + u64::from(n)))).collect();
    let rows: Vec<_> = rows.iter().map(|(n, kpj)| (*n, kpj.as_str(), "01-12-2026", "")).collect();
    let address =
        checked(&admin, &format!("/berkas/{export}/jawaban"), "", "jawaban.csv", answer_file(&rows).as_bytes()).await;
    admin.send(&format!("{address}/setuju"), "").await;
    settle(world);
    world.states(0..PEOPLE)
}

fn covered(states: &[State]) -> usize {
    let (from, until) = ("2026-12-01".parse().unwrap(), "2027-11-30".parse().unwrap());
    states.iter().filter(|state| **state == State::Active { from, until }).count()
}

#[tokio::test]
async fn bogor_the_desa_brings_its_list_and_250_of_it_are_covered() {
    let world = World::new();
    let village = "32.01.02.2001";
    world.serve_village(village, "bogor_2026");
    put(&world, "mira", (Role::Village, Some(village.parse().unwrap())));
    let mira = Browser::let_in(&world, "mira");
    let states = from_list_to_cover(&world, &mira, "bogor_2026", "usulan_desa", village).await;
    assert_eq!((covered(&states), people::waiting(&states)), (250, 10));
}

#[tokio::test]
async fn bojonegoro_the_office_brings_damisda_and_everybody_is_covered() {
    let world = World::new();
    world.serve_village(VILLAGE, "bojonegoro_2025");
    let browser = admin(&world);
    let states = from_list_to_cover(&world, &browser, "bojonegoro_2025", "damisda", VILLAGE).await;
    assert_eq!(covered(&states), 260);
    put(&world, "mira", (Role::Village, Some(VILLAGE.parse().unwrap())));
    let page = Browser::let_in(&world, "mira").get("/daftar").await.text();
    assert!(page.contains("Daftarnya dimasukkan oleh kantor"), "no village brings a list there");
}
