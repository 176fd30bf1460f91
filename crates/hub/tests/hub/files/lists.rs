//! Lists in.

use super::{BOUNDARY, LIST, admin, candidates, checked, counts, multipart, of, part, send, settle, upload};
use crate::browser::{Browser, CSRF, put};
use crate::people::nik;
use crate::world::{OTHER_VILLAGE, VILLAGE, World, enrolment, push_of};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use payung_hub::files::{Counts, work};
use payung_hub::rights::{Role, Scope};
use payung_hub::store::candidate::Counted;
use payung_hub::store::import;
use payung_hub::store::job::{self, Job};
use payung_hub::store::{audit, candidate, line};
use payung_hub::{HubError, sweep};
use rust_xlsxwriter::Workbook;
use std::io::Write as _;

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
    let wanted = Counted { village: VILLAGE.to_owned(), all: 600, open: 600, visited: 0 };
    assert_eq!(held, [wanted], "the first 400 were taken before the kill in the story");
    // another process is at it: nobody else begins
    let mut busy = of(&world, id);
    busy.state = "checking".into();
    world
        .hub
        .store
        .write::<_, HubError>(|t| {
            import::set(t, &busy, "taken")?;
            assert!(job::keep(t, Job::Import, id, 0, world.now().as_millisecond() + 60_000)?);
            Ok(())
        })
        .unwrap();
    work::work(&world.hub).unwrap();
    assert_eq!(of(&world, id).state, "checking");
}
