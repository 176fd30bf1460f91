use crate::browser::{Browser, put};
use crate::world::{VILLAGE, World, id, push};
use payung_hub::rights::Role;
use payung_hub::store::audit::{self, Broken, Head, Wanted};
use payung_hub::store::{MIGRATIONS, Store};
use payung_hub::{Hub, HubError};
use std::path::Path;
use std::process::{Command, Output};

fn store_with(acts: i64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hub.db")).unwrap();
    for at in 1..=acts {
        let add = |t: &payung_hub::store::sql::Transaction| {
            Ok(audit::add_change(t, at, "user:sari", "user.role", "user:budi", ("verifier", "auditor"))?)
        };
        store.write::<_, HubError>(add).unwrap();
    }
    (folder, store)
}

fn verify(store: &Store) -> Result<Head, Broken> {
    store.read::<_, HubError>(|c| Ok(audit::verify(c)?)).unwrap()
}

/// What somebody does who has the file and knows about the triggers.
fn forge(folder: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(folder.join("hub.db")).unwrap();
    connection
        .execute_batch("DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_text; DROP TRIGGER audit_follows;")
        .unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn a_chain_that_nobody_touched_fits_together() {
    let (_folder, store) = store_with(20);
    let head = verify(&store).unwrap();
    assert_eq!(head, store.read::<_, HubError>(|c| Ok(audit::head(c)?)).unwrap());
    assert_eq!(head.to_string().parse::<Head>().unwrap(), head, "what is noted down can be read back");
    assert_eq!(verify(&store_with(0).1).unwrap().seq, 0);
}

#[test]
fn an_entry_is_hashed_as_the_document_says() {
    use sha2::{Digest as _, Sha256};
    let (_folder, store) = store_with(2);
    let content = |seq| format!("[{seq},{seq},\"user:sari\",\"user.role\",\"user:budi\",\"verifier\",\"auditor\"]");
    let first = Sha256::new().chain_update([0; 32]).chain_update(content(1)).finalize();
    let second = Sha256::new().chain_update(first).chain_update(content(2)).finalize();
    assert_eq!(verify(&store).unwrap().hash, hex::encode(second));
}

#[test]
fn every_kind_of_forgery_is_found_at_the_entry_where_it_was_done() {
    for (sql, seq) in [
        ("UPDATE audit SET actor = 'user:budi' WHERE seq = 7", 7),
        ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE audit SET before = 'verifierauditor', after = '' WHERE seq = 3", 3),
        ("UPDATE audit SET act = 'user.role\"' WHERE seq = 20", 20),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 4) WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 12", 12),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 9; UPDATE audit SET seq = seq - 1 WHERE seq > 9", 9),
        ("INSERT INTO audit SELECT 21, at, actor, act, subject, before, after, hash FROM audit WHERE seq = 20", 21),
        (
            "UPDATE audit SET seq = 100 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 100",
            5,
        ),
    ] {
        let (folder, store) = store_with(20);
        forge(folder.path(), sql);
        assert_eq!(verify(&store).unwrap_err().seq, seq, "{sql}");
    }
}

#[test]
fn an_entry_that_was_rewritten_with_a_hash_of_its_own_no_longer_carries_the_next_one() {
    use sha2::{Digest as _, Sha256};
    let (folder, store) = store_with(20);
    let hash = |seq| store.read::<_, HubError>(|c| Ok(audit::hash_of(c, seq)?)).unwrap().unwrap();
    let content = "[7,7,\"user:sari\",\"user.role\",\"user:budi\",\"verifier\",\"admin\"]";
    let own = Sha256::new().chain_update(hex::decode(hash(6)).unwrap()).chain_update(content).finalize();
    forge(folder.path(), &format!("UPDATE audit SET after = 'admin', hash = '{}' WHERE seq = 7", hex::encode(own)));
    assert_eq!(verify(&store).unwrap_err().seq, 8);
}

fn command(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
    command.args(arguments).arg("--data").arg(folder).env("PAYUNG_LOG", "warn").output().unwrap()
}

#[test]
fn the_command_names_the_first_broken_entry_and_ends_with_one() {
    let (folder, store) = store_with(5);
    drop(store);
    let text = |output: &Output| String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap();
    let noted = text(&command(folder.path(), &["audit", "head"])).trim().to_owned();
    assert!(noted.starts_with("5:"));
    let good = command(folder.path(), &["audit", "verify", "--noted", &noted]);
    assert!(good.status.success() && text(&good).contains("5 entries fit together"), "{}", text(&good));
    forge(folder.path(), "DELETE FROM audit WHERE seq = 5");
    assert!(command(folder.path(), &["audit", "verify"]).status.success(), "a cut end can't be seen from inside");
    let cut = command(folder.path(), &["audit", "verify", "--noted", &noted]);
    assert!(cut.status.code() == Some(1) && text(&cut).contains("entry 5 is another one or gone"), "{}", text(&cut));
    let connection = rusqlite::Connection::open(folder.path().join("hub.db")).unwrap();
    connection.execute("UPDATE audit SET actor = 'x' WHERE seq = 2", []).unwrap();
    drop(connection);
    let broken = command(folder.path(), &["audit", "verify"]);
    assert!(broken.status.code() == Some(1) && text(&broken).contains("entry 2 is broken"), "{}", text(&broken));
    assert_eq!(command(folder.path(), &["audit", "verify", "--noted", "nonsense"]).status.code(), Some(1));
}

#[test]
fn the_entries_of_an_old_hub_are_chained_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    for sql in &MIGRATIONS[..2] {
        old.execute_batch(sql).unwrap();
    }
    old.pragma_update(None, "user_version", 2).unwrap();
    for at in 1..=3 {
        let sql = "INSERT INTO audit (at, actor, act, subject) VALUES (?1, 'user:sari', 'record.approve', 'record:x')";
        old.execute(sql, [at]).unwrap();
    }
    drop(old);
    for _ in 0..2 {
        let store = Store::open(&path).unwrap();
        assert_eq!(verify(&store).unwrap().seq, 3);
        let acts = store.read::<_, HubError>(|c| Ok(audit::on(c, "record:x")?)).unwrap();
        assert_eq!(acts.iter().map(|act| act.at).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[test]
fn two_processes_that_write_at_once_make_one_chain() {
    let (folder, store) = store_with(0);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = folder.path().join("hub.db");
            scope.spawn(move || {
                let store = Store::open(&path).unwrap();
                for at in 0..25 {
                    let actor = format!("user:{writer}");
                    store.write::<_, HubError>(|t| Ok(audit::add(t, at, &actor, "x", "y")?)).unwrap();
                }
            });
        }
    });
    assert_eq!(verify(&store).unwrap().seq, 100);
}

#[test]
fn an_act_that_fails_leaves_no_entry() {
    let (_folder, store) = store_with(1);
    let failed = store.write::<(), HubError>(|t| {
        audit::add(t, 2, "user:sari", "x", "y")?;
        Err(HubError::Thread)
    });
    assert!(failed.is_err());
    assert_eq!(verify(&store).unwrap().seq, 1);
}

#[test]
fn entries_are_found_by_person_and_by_subject_a_page_at_a_time() {
    let (_folder, store) = store_with(30);
    let add =
        |t: &payung_hub::store::sql::Transaction| Ok(audit::add(t, 99, "user:budi", "record.approve", "record:r")?);
    store.write::<_, HubError>(add).unwrap();
    let ask = |person: &str, subject: &str, before| {
        let wanted = Wanted { person: person.into(), subject: subject.into(), before };
        let found = store.read::<_, HubError>(|c| Ok(audit::newest(c, &wanted, 10)?)).unwrap();
        found.iter().map(|act| act.seq).collect::<Vec<_>>()
    };
    assert_eq!(ask("", "", None), (22..=31).rev().collect::<Vec<_>>());
    assert_eq!(ask("", "", Some(22)), (12..22).rev().collect::<Vec<_>>());
    assert_eq!(ask("budi", "", None)[..2], [31, 30], "what they did, and what was done to them");
    assert_eq!(ask("sari", "record:r", None), Vec::<i64>::new());
    assert_eq!(ask("", "record:r", None), [31]);
}

#[tokio::test]
async fn the_page_shows_what_was_done_to_a_record_and_the_head_to_note_down() {
    let world = World::new();
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, vec![push(1)]).await;
    put(&world, "sari", (Role::Admin, None));
    Browser::of(&world, "sari").await.judge(1, "setujui", "").await;
    put(&world, "rini", (Role::Auditor, None));
    let auditor = Browser::let_in(&world, "rini");
    let page = auditor.get(&format!("/jejak?catatan={}", id(1))).await.text();
    assert!(page.contains("Menyetujui") && page.contains("<del>Terkirim</del> → <ins>Disetujui</ins>"), "{page}");
    assert_eq!(page.matches("<tr>").count(), 2, "the head and the one entry");
    let hub: &Hub = &world.hub;
    let head = hub.store.read::<_, HubError>(|c| Ok(audit::head(c)?)).unwrap();
    assert!(page.contains(&head.to_string()));
    hub.store.read::<_, HubError>(|c| Ok(audit::verify(c)?)).unwrap().unwrap();
}
