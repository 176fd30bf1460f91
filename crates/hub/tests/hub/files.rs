//! Lists in, files out and back, reports.

mod exports;
mod flows;
mod jobs;
mod lists;
mod visits;

use crate::browser::{Browser, CSRF, put};
use crate::people::{self, nik};
use crate::world::{Answer, VILLAGE, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use payung_domain::RecordId;
use payung_domain::programme::SourceId;
use payung_domain::wire::CandidatesResponse;
use payung_hub::HubError;
use payung_hub::files::stored::{self, Writing};
use payung_hub::files::{Counts, export as exporting, work};
use payung_hub::rights::{Role, Scope};
use payung_hub::store::export;
use payung_hub::store::import::{self, Import};
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;

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
pub async fn checked(browser: &Browser<'_>, path: &str, source: &str, name: &str, file: &[u8]) -> String {
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

pub fn admin(world: &World) -> Browser<'_> {
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

/// Agrees to so many people of the wide programme's village.
pub async fn placed(world: &World, numbers: std::ops::Range<u32>) {
    world.serve_village(VILLAGE, "wide");
    let phone = world.pair(VILLAGE).await;
    let pushes: Vec<_> =
        numbers.clone().map(|n| people::push(world, n, &people::person(world, n, "wide", VILLAGE), None)).collect();
    world.enrol(&phone, &pushes);
    world.approve_all(numbers);
}

pub fn answer_file(rows: &[(u32, &str, &str, &str)]) -> String {
    let rows: String =
        rows.iter().map(|(n, kpj, from, why)| format!("{};{kpj};{from};{why}\n", nik(*n).digits())).collect();
    format!("NIK;No KPJ;Tanggal Mulai;Keterangan\n{rows}")
}
