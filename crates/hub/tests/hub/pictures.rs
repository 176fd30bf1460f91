//! The dashboard: its numbers are what a count says, each sees what is theirs, and a long name fits.

use crate::browser::{Browser, put};
use crate::people::{id, kpj, person, push};
use crate::world::{OTHER_VILLAGE, VILLAGE, World};
use axum::http::StatusCode;
use jiff::SignedDuration;
use payung_domain::state::EndReason;
use payung_hub::HubError;
use payung_hub::context::{day_here, day_of};
use payung_hub::ending::{Note, note};
use payung_hub::rights::Role;
use payung_hub::store::village::VillageRow;
use payung_hub::store::{MIGRATIONS, Store, health, record, village};

fn take(world: &World, number: u32, what: Note) {
    let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
    note(&world.hub, id(number), row.change_seq, what, "user:sari").unwrap();
}

/// Nine people here in two weeks and three in the next village: three are covered, of them one no more; one waits.
async fn regency() -> World {
    let world = World::new();
    let (here, there) = (world.pair(VILLAGE).await, world.pair(OTHER_VILLAGE).await);
    let people = |numbers: std::ops::RangeInclusive<u32>, village: &str| {
        numbers.map(|n| push(&world, n, &person(&world, n, "small", village), None)).collect::<Vec<_>>()
    };
    world.enrol(&here, &people(1..=5, VILLAGE));
    world.enrol(&there, &people(21..=23, OTHER_VILLAGE));
    world.pass(SignedDuration::from_hours(10 * 24));
    world.enrol(&here, &people(6..=9, VILLAGE));
    world.approve_all(1..=4);
    world.approve_all(21..=21);
    world.pass(SignedDuration::from_hours(30 * 24));
    let today = day_here(world.now());
    for (number, days) in [(1, 0), (2, 3), (21, 100)] {
        let until = today.checked_add(jiff::Span::new().days(days)).unwrap();
        take(&world, number, Note::Covered { kpj: kpj(), from: today, until });
    }
    take(&world, 2, Note::Ended(EndReason::Moved));
    take(&world, 5, Note::Withdrawn);
    world.pass(SignedDuration::from_hours(24));
    world
}

fn wrong(world: &World) -> Vec<&'static str> {
    world.hub.store.read::<_, HubError>(|c| Ok(health::wrong_counts(c)?)).unwrap()
}

#[tokio::test]
async fn every_table_says_what_a_count_made_anew_says() {
    let world = regency().await;
    assert!(wrong(&world).is_empty(), "{:?}", wrong(&world));
    put(&world, "sari", (Role::Admin, None));
    let browser = Browser::let_in(&world, "sari");
    let file = async |name: &str| {
        let answer = browser.get(&format!("/gambaran/{name}")).await;
        assert!(answer.header("content-disposition").contains("filename=\"payung-"), "{name}");
        answer.text().trim_start_matches('\u{feff}').lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    // places of three, filled, active, agreed to, undecided, returned, waiting: one of the village's four has moved away
    let name = |code: &str| format!("Desa {code};{code};Gayam");
    assert_eq!(
        file("unduh/desa").await,
        [format!("{};3;3;1;2;4;0;0", name(VILLAGE)), format!("{};3;1;1;0;2;0;0", name(OTHER_VILLAGE))]
    );
    assert_eq!(file("unduh/kecamatan").await, ["Gayam;35.22.28;6;4;2;2;6;0;0"]);
    assert_eq!(file("unduh/tunggu").await, ["40;3"]);
    let weeks = file("unduh/pekan").await;
    assert_eq!(
        (weeks.first().unwrap().as_str(), weeks.iter().filter(|week| week.ends_with(";0")).count()),
        ("2026-11-16;8", weeks.len() - 2)
    );
    assert_eq!(weeks.iter().filter(|week| week.ends_with(";4")).count(), 1);
    // 31 and 41 days ago the hub heard of them: both between 30 and 59
    assert_eq!(file("unduh/celah").await[3], "30–59 hari;6;0;2;0");
    assert_eq!(
        file("unduh/akhir")
            .await
            .iter()
            .map(|row| row.split(';').next_back().unwrap().parse::<u32>().unwrap())
            .sum::<u32>(),
        2
    );
    let phones = file("unduh/hp?hari=14").await;
    assert_eq!(phones.len(), 2, "{phones:?}");
    assert!(phones.iter().all(|row| row.ends_with(";41")), "{phones:?}");
    assert_eq!(file("unduh/hp?hari=30").await.len(), 2);
    let money = file("anggaran/small").await;
    assert_eq!(money[0].split(';').nth(1), Some("67200"), "four people for a month");
    let page = browser.get("/gambaran").await.text();
    assert!(page.contains("median 40 hari") && page.matches("<title>").count() > 20);
    assert_eq!(browser.get("/gambaran/unduh/lain").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_village_head_sees_the_own_village_in_every_chart_and_no_money() {
    let world = regency().await;
    put(&world, "mira", (Role::Village, Some(OTHER_VILLAGE.parse().unwrap())));
    let browser = Browser::let_in(&world, "mira");
    let page = browser.get("/gambaran").await.text();
    assert!(page.contains(OTHER_VILLAGE) && !page.contains(VILLAGE) && !page.contains("Anggaran"));
    for (name, sum) in [("desa", 3 + 1 + 1 + 2), ("tunggu", 40 + 1), ("pekan", 3), ("celah", 2), ("akhir", 1)] {
        let text = browser.get(&format!("/gambaran/unduh/{name}")).await.text();
        let numbers = text.lines().skip(1).flat_map(|line| line.split(';')).filter_map(|cell| cell.parse::<u32>().ok());
        assert_eq!(numbers.sum::<u32>(), sum, "{name}: {text}");
    }
    assert_eq!(browser.get("/gambaran/unduh/hp?hari=3").await.text().lines().count(), 2, "one phone");
    assert_eq!(browser.get("/gambaran/anggaran/small").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_long_name_stands_whole_on_the_page_and_in_the_file() {
    let world = World::new();
    let name = "Sumberrejo Kidul Wetan Bengawan Solo Lor; \"Timur\" dari Kota";
    let row = world.hub.store.read::<_, HubError>(|c| Ok(village::get(c, VILLAGE.parse().unwrap())?)).unwrap().unwrap();
    let row = VillageRow { name: name.into(), ..row };
    world.hub.store.write::<_, HubError>(|t| Ok(village::put(t, &row, 0)?)).unwrap();
    put(&world, "sari", (Role::Auditor, None));
    let browser = Browser::let_in(&world, "sari");
    let page = browser.get("/gambaran").await.text();
    assert!(page.contains(&name.replace('"', "&quot;")), "{page}");
    assert!(
        page.contains("Belum ada yang dilindungi")
            && page.contains("Belum ada kiriman")
            && page.contains("Belum ada HP")
    );
    assert!(browser.get("/gambaran/unduh/desa").await.text().contains(&format!("\"{}\"", name.replace('"', "\"\""))));
}

#[tokio::test]
async fn a_hub_from_before_the_counters_has_them_after_its_start() {
    let world = regency().await;
    if world.schema.is_some() {
        return; // about SQLite's file
    }
    let data = world.folder.path().join("data/hub.db");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let before = MIGRATIONS.iter().position(|sql| sql.contains("CREATE TABLE standing")).unwrap();
    let old = rusqlite::Connection::open(&path).unwrap();
    MIGRATIONS[..before].iter().for_each(|sql| old.execute_batch(sql).unwrap());
    old.execute("ATTACH ?1 AS filled", [data.to_str().unwrap()]).unwrap();
    for table in ["village", "device", "record", "revision", "change"] {
        let mut columns = old.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
        let columns: Vec<String> = columns.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let columns = columns.join(", ");
        old.execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM filled.{table}"), []).unwrap();
    }
    old.execute("DETACH filled", []).unwrap();
    old.pragma_update(None, "user_version", u32::try_from(before).unwrap()).unwrap();
    drop(old);
    let store = Store::open(&path).unwrap();
    let found = store.read::<_, HubError>(|c| Ok(health::wrong_counts(c)?)).unwrap();
    assert!(found.is_empty(), "{found:?}");
    let covers = |store: &Store| -> Vec<(String, i64, i64)> {
        let sql = "SELECT id, covered_from, covered_until FROM record WHERE covered_from IS NOT NULL ORDER BY id";
        store
            .read::<_, HubError>(|c| {
                let mut rows = c.prepare_cached(sql)?;
                let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .unwrap()
    };
    assert_eq!(covers(&store), covers(&world.hub.store));
    assert_eq!(covers(&store).len(), 3);
    assert_eq!(day_of(covers(&store)[0].1), day_here(world.now() - SignedDuration::from_hours(24)));
}
