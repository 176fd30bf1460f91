use crate::world::{VILLAGE, World, id, push, request};
use payung_domain::state::RejectReason;
use payung_domain::wire::{LeaseAsk, SyncRequest};
use payung_hub::decision::{Verdict, decide};
use payung_hub::store::{MIGRATIONS, Store};
use payung_hub::store::{audit, record};
use payung_hub::{Context, Hub, HubError, Settings};

#[test]
fn every_old_schema_is_brought_up_to_date_and_keeps_its_rows() {
    for version in 1..=MIGRATIONS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db");
        let old = rusqlite::Connection::open(&path).unwrap();
        for sql in &MIGRATIONS[..version] {
            old.execute_batch(sql).unwrap();
        }
        old.pragma_update(None, "user_version", u32::try_from(version).unwrap()).unwrap();
        old.execute("INSERT INTO office_user (name, password_hash, added_at) VALUES ('sari', 'x', 1)", []).unwrap();
        drop(old);
        let store = Store::open(&path).unwrap();
        let names: u32 = store
            .read::<_, HubError>(|c| Ok(c.query_row("SELECT count(*) FROM office_user", [], |row| row.get(0))?))
            .unwrap();
        assert_eq!(names, 1, "from version {version}");
    }
}

#[test]
fn a_database_of_a_newer_hub_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    assert!(matches!(Store::open(&path), Err(HubError::NewerStore { found: 999, .. })));
}

#[test]
fn a_commit_is_on_the_disk_before_it_returns() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hub.db")).unwrap();
    let (mode, synchronous): (String, u32) = store
        .write::<_, HubError>(|t| {
            let mode = t.query_row("SELECT journal_mode FROM pragma_journal_mode", [], |row| row.get(0))?;
            Ok((mode, t.query_row("SELECT synchronous FROM pragma_synchronous", [], |row| row.get(0))?))
        })
        .unwrap();
    assert_eq!((mode.as_str(), synchronous), ("wal", 2), "WAL with synchronous=FULL");
}

#[test]
fn what_was_done_can_be_neither_changed_nor_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hub.db")).unwrap();
    let run = |sql: &str| store.write::<_, HubError>(|t| Ok(t.execute(sql, [])?));
    store.write::<_, HubError>(|t| Ok(audit::add(t, 1, "user:sari", "x", "y")?)).unwrap();
    assert!(run("UPDATE audit SET actor = 'user:budi'").is_err());
    assert!(run("DELETE FROM audit").is_err());
    assert!(run("INSERT OR REPLACE INTO audit SELECT * FROM audit").is_err());
    assert!(run("INSERT INTO audit SELECT seq + 2, at, actor, act, subject, before, after, hash FROM audit").is_err());
}

#[test]
fn the_key_stays_the_same_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Hub::open(folder.path(), Settings::default(), Context::system()).unwrap().key.public_hex();
    assert_eq!(open(), open());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("hub.key"), 0o600);
        assert_eq!(mode("photos"), 0o700);
    }
}

#[tokio::test]
async fn what_a_phone_sent_can_be_neither_changed_nor_removed() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![crate::world::push(1)]).await;
    let run = |sql: &str| world.hub.store.write::<_, HubError>(|t| Ok(t.execute(sql, [])?));
    for table in ["revision", "revision_photo", "change"] {
        assert!(run(&format!("DELETE FROM {table}")).is_err(), "{table}");
        assert!(run(&format!("UPDATE {table} SET record_id = record_id")).is_err(), "{table}");
    }
    if world.schema.is_some() {
        for table in ["revision", "revision_photo", "change"] {
            assert!(run(&format!("TRUNCATE {table} CASCADE")).is_err(), "{table}");
        }
        return; // PostgreSQL knows no REPLACE
    }
    assert!(run("INSERT OR REPLACE INTO revision SELECT * FROM revision").is_err());
    assert!(run("INSERT OR REPLACE INTO change SELECT * FROM change").is_err());
    assert_eq!(run("INSERT OR REPLACE INTO revision_photo SELECT * FROM revision_photo").unwrap(), 0);
}

#[test]
fn the_ends_of_places_and_waiting_lists_are_found_without_counting() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hub.db")).unwrap();
    let here = "programme = 'x' AND village = 'y'";
    for (what, condition, index) in [
        ("max(place)", "programme = 'x' AND place IS NOT NULL", "record_by_place (programme=? AND place>?)"),
        (
            "max(place)",
            &format!("{here} AND place IS NOT NULL"),
            "record_by_place_in_village (programme=? AND village=? AND place>?)",
        ),
        ("id", "programme = 'x' AND line IS NOT NULL ORDER BY line LIMIT 1", "record_by_line (programme=? AND line>?)"),
        ("count(*)", "programme = 'x' AND line < x'00'", "record_by_line (programme=? AND line<?)"),
        (
            "id",
            &format!("{here} AND line IS NOT NULL ORDER BY line LIMIT 1"),
            "record_by_line_in_village (programme=? AND village=? AND line>?)",
        ),
    ] {
        let sql = format!("EXPLAIN QUERY PLAN SELECT {what} FROM record WHERE {condition}");
        let plan: String = store.read::<_, HubError>(|c| Ok(c.query_row(&sql, [], |row| row.get(3))?)).unwrap();
        assert!(plan.starts_with("SEARCH record USING") && plan.ends_with(index), "{sql}: {plan}");
    }
}

#[tokio::test]
async fn the_tally_is_what_a_count_would_say() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    let lease = Some(LeaseAsk { serial: 0, places: Vec::new(), wanted: 1 });
    world.sync(&phone, &SyncRequest { lease, ..request((1..=6).map(push).collect()) }).await;
    for (number, verdict) in [
        (1, Verdict::Approve),
        (2, Verdict::Reject(RejectReason::Other, "x".into())),
        (3, Verdict::Approve),
        (4, Verdict::Approve),
        (5, Verdict::Approve),
    ] {
        let row = world.hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
        decide(&world.hub, id(number), row.change_seq, verdict, "user:sari").unwrap();
    }
    let both = world.hub.store.read::<_, HubError>(|connection| {
        let ask = |sql: &str| {
            connection.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, u32>(3)?]))
        };
        Ok((
            ask("SELECT sum(taken), sum(waiting), sum(undecided), sum(lent) FROM tally WHERE village <> ''")?,
            ask("SELECT taken, waiting, undecided, lent FROM tally WHERE village = ''")?,
            ask("SELECT count(*) FILTER (WHERE state IN ('placed', 'active')),
                     count(*) FILTER (WHERE state = 'waiting_list'),
                     count(*) FILTER (WHERE state IN ('received', 'corrected')), (SELECT count(*) FROM lease) FROM record")?,
        ))
    });
    let (tally, total, counted) = both.unwrap();
    assert_eq!((tally, total), (counted, counted));
    assert_eq!(tally, [3, 1, 1, 0]);
}

#[tokio::test]
async fn a_hub_with_phones_makes_no_new_key() {
    let world = World::new();
    let folder = world.folder.path().join("data");
    let key = folder.join("hub.key");
    std::fs::rename(&key, folder.join("aside")).unwrap();
    let open = || Hub::open(&folder, world.settings(), Context::system()).map(drop);
    open().unwrap();
    std::fs::remove_file(&key).unwrap();
    world.pair(VILLAGE).await;
    assert!(matches!(open(), Err(HubError::KeyMissing)));
    assert!(!key.exists());
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_could_look_into_is_closed() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    Hub::open(folder.path(), Settings::default(), Context::system()).unwrap();
    assert_eq!(std::fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
}
