//! Files out and back.

use super::{admin, answer_file, checked, counts, exported, placed, refuse, settle};
use crate::browser::Browser;
use crate::people::{self, nik};
use crate::world::{VILLAGE, World};
use axum::http::StatusCode;
use payung_domain::Field;
use payung_domain::state::{Comment, EndReason, State};
use payung_hub::HubError;
use payung_hub::files::export as exporting;
use payung_hub::refusal::{Choice, settle as settle_refusal};
use payung_hub::store::{audit, cover, export, lease, record};

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
    let State::Placed { place, .. } = world.state_of(0) else { panic!() };
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
    assert_eq!(world.state_of(0), State::Placed { place, covered_until: None });
    let second = exported(&world, "wide");
    assert_eq!(counted(&world, &second), [("open".to_owned(), 2)]);
    assert_eq!(counted(&world, &export), [("settled".to_owned(), 3)]);
    let text = browser.get(&format!("/berkas/{second}/csv")).await.text();
    assert!(text.contains(nik(40).digits()) && !text.contains(nik(0).digits()));
}
