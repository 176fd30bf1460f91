//! Time and memory at full size. Not part of a usual run:
//! `cargo test --release -p payung-hub --test hub full_size -- --ignored --nocapture --test-threads 1`.

use crate::files::{exported, put_import, settle};
use crate::people;
use crate::world::{VILLAGE, World};
use payung_domain::RecordId;
use payung_hub::HubError;
use payung_hub::rights::Scope;
use payung_hub::store::sql::ToSql;
use payung_hub::store::{export, import};
use std::fmt::Write as _;
use std::time::Instant;

/// Kilobytes of this process: now, or at most so far.
fn memory(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(which)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn forget_peak() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

fn report(what: &str, began: Instant) {
    println!("{what}: {:.1} s, at most {} MB", began.elapsed().as_secs_f64(), memory("VmHWM:") / 1024);
}

fn take(world: &World, id: &str) {
    let began = Instant::now();
    forget_peak();
    settle(world);
    report("dry run", began);
    let mut checked = world.hub.store.read::<_, HubError>(|c| Ok(import::get(c, id, Scope::All)?)).unwrap().unwrap();
    assert_eq!(checked.state, "checked");
    (checked.state, checked.counts, checked.done_rows) = ("taking".into(), "{}".into(), 0);
    world.hub.store.write::<_, HubError>(|t| Ok(import::set(t, &checked, "checked")?)).unwrap();
    let began = Instant::now();
    forget_peak();
    settle(world);
    report("taking", began);
    let taken = world.hub.store.read::<_, HubError>(|c| Ok(import::get(c, id, Scope::All)?)).unwrap().unwrap();
    println!("{}", taken.counts);
}

fn number(n: u32) -> String {
    format!("99{:02}{:02}{:02}0584{:04}", 1 + n / 9_000 % 90, 1 + n / 810_000, 1 + n % 28, 1 + n % 9_000)
}

#[test]
#[ignore = "minutes"]
fn a_list_of_200_000_is_taken_within_a_minute() {
    let world = World::new();
    let mut text = String::from("NIK;Nama;Desa;Alamat;RT/RW;Desil\n");
    for n in 0..200_000 {
        writeln!(text, "{};CONTOH NOMOR {n};35.22.28.2004;DUSUN CONTOH {};003/005;{}", number(n), n % 9, n % 10 + 1)
            .unwrap();
    }
    let id = put_import(&world, "list", "", None, "checking", &text, "list.csv");
    drop(text);
    take(&world, &id);
}

#[test]
#[ignore = "minutes"]
fn a_file_of_192_746_stays_small() {
    let world = World::new();
    world.serve_village(VILLAGE, "listed");
    let rule = "listed";
    let one = people::person(&world, 1, rule, VILLAGE);
    let body = serde_json::to_string(&one).unwrap();
    let phone = "00000000000000000000000000000000";
    // as intake and approval leave them, in villages of 450
    for from in (0..192_746u32).step_by(4_500) {
        world
            .hub
            .store
            .write::<_, HubError>(|t| {
                if from == 0 {
                    t.execute(
                        "INSERT INTO device (id, token_hash, village, name, kader_name, paired_at, last_seen_at)
                         VALUES (?1, 'x', ?2, 'x', 'x', 0, 0)",
                        [phone, VILLAGE],
                    )?;
                }
                for n in from..(from + 4_500).min(192_746) {
                    let village = format!("35.22.{:02}.{:04}", 1 + n / 450 % 28, 2001 + n / 450 / 28);
                    if n % 450 == 0 {
                        world_village(t, &village)?;
                    }
                    let mut id = [0; 16];
                    id[..4].copy_from_slice(&n.to_be_bytes());
                    let id = RecordId::from_bytes(id).to_string();
                    let own = body.replace(one.identity.nik.digits(), &number(n)).replace(VILLAGE, &village);
                    let nik = number(n);
                    let name = format!("CONTOH {n}");
                    t.prepare_cached(
                        "INSERT INTO record (id, village, programme, device_id, revision, state, state_json, change_seq, nik,
                         name, received_at, changed_at) VALUES (?1, ?2, 'listed', ?3, 1, 'placed', '{\"state\":\"placed\",\"place\":null}', 0, ?4, ?5, 0, 0)",
                    )?
                    .execute(&[&id as &dyn ToSql, &village, &phone, &nik, &name][..])?;
                    t.prepare_cached(
                        "INSERT INTO revision (record_id, revision, content, body, saved_at, received_at, device_id)
                         VALUES (?1, 1, 'x', ?2, 0, 0, ?3)",
                    )?
                    .execute(&[&id as &dyn ToSql, &own, &phone][..])?;
                }
                Ok(())
            })
            .unwrap();
    }
    let began = Instant::now();
    forget_peak();
    let made = exported(&world, "listed");
    report("export", began);
    let found = world.hub.store.read::<_, HubError>(|c| Ok(export::get(c, &made)?)).unwrap().unwrap();
    assert_eq!((found.people, found.state.as_str()), (192_746, "ready"));
    let mut text = String::from("NIK;KPJ;TMT\n");
    for n in 0..192_746 {
        writeln!(text, "{};{:011};01-12-2026", number(n), 26_000_000_000u64 + u64::from(n)).unwrap();
    }
    let id = put_import(&world, "answer", "", Some(&made), "checking", &text, "answer.csv");
    drop(text);
    take(&world, &id);
}

fn world_village(t: &payung_hub::store::sql::Transaction, village: &str) -> Result<(), HubError> {
    t.execute(
        "INSERT INTO village (code, name, district, regency, programme, added_at) VALUES (?1, 'X', 'Y', 'Z', 'listed', 0)
         ON CONFLICT (code) DO NOTHING",
        [village],
    )?;
    Ok(())
}
