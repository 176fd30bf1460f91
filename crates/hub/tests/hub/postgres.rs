//! A schema of one test's own on the PostgreSQL that `PAYUNG_TEST_POSTGRES` names, if it names one: see scripts/postgres.sh.

use crate::world::{VILLAGE, World, push};
use payung_hub::store::sql::{Connection, DatabaseUrl, SqlError, Transaction};
use payung_hub::store::{Source, Store, audit, record, search, snapshot};
use payung_hub::{HubError, Settings};
use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

/// Gone with everything in it when this goes.
pub struct Schema {
    admin: DatabaseUrl,
    name: String,
    url: String,
}

impl Schema {
    /// Makes one where there is a PostgreSQL to make it on.
    pub fn new() -> Option<Self> {
        let admin = std::env::var("PAYUNG_TEST_POSTGRES").ok()?;
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        let name = format!("world_{}", hex::encode(bytes));
        let url = format!("{admin}?options=-csearch_path%3D{name}&application_name={name}");
        let schema = Self { admin: admin.parse().unwrap(), name, url };
        schema.order("CREATE SCHEMA");
        Some(schema)
    }

    pub fn url(&self) -> DatabaseUrl {
        self.url.parse().unwrap()
    }

    fn order(&self, what: &str) {
        let connection = Connection::connect(&self.admin).unwrap();
        connection.execute_batch("SET client_min_messages = error; SET lock_timeout = '20s'").unwrap();
        connection.execute_batch(&format!("{what} {}", self.name)).unwrap();
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let connection = Connection::connect(&self.admin).unwrap();
        // what is left in a database that is thrown away hurts nobody
        let sql =
            format!("SET client_min_messages = error; SET lock_timeout = '20s'; DROP SCHEMA {} CASCADE", self.name);
        drop(connection.execute_batch(&sql));
    }
}

impl Schema {
    fn store(&self) -> Store {
        Store::open_source(Source::Postgres(self.url())).unwrap()
    }

    /// As an operator with psql would.
    fn psql(&self, sql: &str) {
        Connection::connect(&self.url()).unwrap().execute_batch(sql).unwrap();
    }

    fn run(&self, data: &std::path::Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
        command.args(arguments).arg("--data").arg(data).env("PAYUNG_DATABASE", &self.url).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every column with its table, kind and whether it may be empty, as one engine tells it.
fn columns(store: &Store, sql: &str) -> BTreeSet<(String, String, String, bool)> {
    let kind = |kind: String| match kind.as_str() {
        "bigint" => "INTEGER".to_owned(),
        "text" => "TEXT".to_owned(),
        "bytea" => "BLOB".to_owned(),
        "double precision" => "REAL".to_owned(),
        _ => kind,
    };
    store
        .read::<_, HubError>(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let row =
                |row: &payung_hub::store::sql::Row| Ok((row.get(0)?, row.get(1)?, kind(row.get(2)?), row.get(3)?));
            Ok(statement.query_map([], row)?.collect::<Result<_, SqlError>>()?)
        })
        .unwrap()
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let Some(schema) = Schema::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Store::open(&folder.path().join("hub.db")).unwrap();
    let of_sqlite = columns(
        &sqlite,
        "SELECT tables.name, columns.name, columns.type, columns.\"notnull\" FROM sqlite_schema AS tables
         JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'
             AND tables.name NOT LIKE 'person_name_part%'",
    );
    let of_postgres = columns(
        &schema.store(),
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name <> 'schema_version'",
    );
    let only = |a: &BTreeSet<_>, b: &BTreeSet<_>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!((only(&of_sqlite, &of_postgres), only(&of_postgres, &of_sqlite)), (vec![], vec![]));
    assert!(of_sqlite.len() > 100);
}

#[test]
fn a_name_is_looked_up_in_an_index() {
    let Some(schema) = Schema::new() else { return };
    let store = schema.store();
    schema.psql(
        "INSERT INTO person_name (record_id, words) SELECT lpad(to_hex(n), 32, '0'), '  CONTOH  ' || upper(md5(n::text))
         FROM generate_series(1, 20000) AS n; ANALYZE person_name",
    );
    let values = ["E'A87\\n87F\\n7FF'", "'%A87FF%'", "'%'", "'%'", "'%'", "200"];
    let statement = (1..).zip(values).fold(search::NAMED_ON_POSTGRES.to_owned(), |statement, (number, value)| {
        statement.replace(&format!("?{number}"), value)
    });
    let plan = store.read::<_, HubError>(|connection| {
        let mut explain = connection.prepare_cached(&format!("EXPLAIN {statement}"))?;
        let lines = explain.query_map([], |row| row.get::<_, String>(0))?;
        Ok(lines.collect::<Result<Vec<_>, SqlError>>()?.join("\n"))
    });
    let plan = plan.unwrap();
    assert!(plan.contains("Index Scan on person_name_part"), "{plan}");
}

#[test]
fn processes_that_start_at_once_make_one_schema() {
    let Some(schema) = Schema::new() else { return };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| drop(schema.store()))).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    let version = schema.store().read::<_, HubError>(|connection| Ok(snapshot::version(connection)?)).unwrap();
    assert_eq!(version, payung_hub::store::MIGRATIONS.len());
}

#[test]
fn a_schema_of_a_newer_hub_is_left_alone() {
    let Some(schema) = Schema::new() else { return };
    drop(schema.store());
    schema.psql("UPDATE schema_version SET version = 999");
    let opened = Store::open_source(Source::Postgres(schema.url()));
    assert!(matches!(opened, Err(HubError::NewerStore { found: 999, .. })));
}

#[test]
fn two_writers_leave_no_gap_in_the_audit_and_no_number_becomes_visible_after_a_higher_one() {
    let Some(schema) = Schema::new() else { return };
    let (one, other, reader) = (schema.store(), schema.store(), schema.store());
    schema.psql("CREATE TABLE noted (seq BIGINT GENERATED BY DEFAULT AS IDENTITY, n BIGINT)");
    let is_over = AtomicBool::new(false);
    let note = |t: &Transaction| {
        audit::add(t, 1, "hub", "x", "y")?;
        Ok(t.execute("INSERT INTO noted (n) VALUES (?1)", [1])?)
    };
    std::thread::scope(|scope| {
        let writers: Vec<_> = [&one, &other, &one, &other]
            .into_iter()
            .map(|store| {
                scope.spawn(move || {
                    (0..50).for_each(|_| assert_eq!(store.write_together::<_, HubError>(note).unwrap(), 1))
                })
            })
            .collect();
        let watch = scope.spawn(|| {
            let mut seen: Vec<i64> = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let found = reader.read::<_, HubError>(|connection| {
                    let mut statement = connection.prepare_cached("SELECT seq FROM noted ORDER BY seq")?;
                    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, SqlError>>()?)
                });
                let found = found.unwrap();
                assert_eq!(found[..seen.len()], seen, "what was seen is followed, never preceded, by what comes");
                seen = found;
            }
        });
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        is_over.store(true, Ordering::SeqCst);
        watch.join().unwrap();
    });
    let verified = one.read::<_, HubError>(|connection| Ok(audit::verify(connection)?)).unwrap();
    assert_eq!(verified.unwrap().seq, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_that_end_cards_at_once_give_no_number_twice() {
    use crate::people::{id, kpj};
    use payung_domain::state::EndReason;
    use payung_hub::Hub;
    use payung_hub::ending::{Note, note};
    use payung_hub::store::card;
    let world = World::new();
    let Some(schema) = &world.schema else { return };
    crate::files::placed(&world, 0..40).await;
    let day = |text: &str| text.parse().unwrap();
    let cover = Note::Covered { kpj: kpj(), from: day("2026-11-01"), until: day("2027-10-31") };
    world.note_all(0..40, cover);
    let other =
        Hub::open(&world.folder.path().join("data"), world.hub.settings.clone(), world.hub.context.clone()).unwrap();
    let end = |hub: &Hub, number: u32| {
        let row = hub.store.read::<_, HubError>(|c| Ok(record::get(c, id(number))?)).unwrap().unwrap();
        note(hub, row.id, row.change_seq, Note::Ended(EndReason::Died), "user:sari").unwrap();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| (0..20).for_each(|number| end(&world.hub, number)));
        scope.spawn(|| (20..40).for_each(|number| end(&other, number)));
    });
    let store = Store::open_source(Source::Postgres(schema.url())).unwrap();
    let ended = store.read::<_, HubError>(|c| Ok(card::ended_after(c, 0, 100)?)).unwrap();
    assert_eq!(ended.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
}

#[test]
fn a_failure_inside_leaves_nothing_even_where_the_work_makes_light_of_it() {
    let Some(schema) = Schema::new() else { return };
    let store = schema.store();
    let careless = |t: &Transaction| {
        audit::add(t, 1, "hub", "x", "y")?;
        drop(t.execute("UPDATE audit SET at = ?1", [2])); // refused by its trigger
        Ok(())
    };
    assert!(store.write::<_, HubError>(careless).is_err());
    assert!(store.write_together::<_, HubError>(careless).is_err());
    store.write::<_, HubError>(|t| Ok(audit::add(t, 1, "hub", "x", "y")?)).unwrap();
    assert_eq!(store.read::<_, HubError>(|connection| Ok(audit::head(connection)?)).unwrap().seq, 1);
}

#[test]
fn a_connection_that_the_server_has_ended_is_made_anew_and_one_lost_amid_a_write_is_an_error() {
    let Some(schema) = Schema::new() else { return };
    let store = schema.store();
    let end_all = || {
        let others = "pid <> pg_backend_pid() AND application_name = current_setting('application_name')";
        schema.psql(&format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"));
    };
    store.read::<_, HubError>(|connection| Ok(audit::head(connection)?)).unwrap();
    end_all();
    let head = || store.read::<_, HubError>(|connection| Ok(audit::head(connection)?)).unwrap().seq;
    assert_eq!(head(), 0);
    store.write::<_, HubError>(|t| Ok(audit::add(t, 1, "hub", "x", "y")?)).unwrap();
    let amid = store.write::<_, HubError>(|t| {
        audit::add(t, 1, "hub", "x", "y")?;
        end_all();
        Ok(())
    });
    assert!(matches!(amid, Err(HubError::Store(SqlError::Lost(_) | SqlError::Postgres { .. } | SqlError::Ended))));
    assert_eq!(head(), 1);
    store.write::<_, HubError>(|t| Ok(audit::add(t, 1, "hub", "x", "y")?)).unwrap();
    assert_eq!(head(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_looks_into_postgresql_as_well() {
    let world = World::with(Settings::default());
    let Some(schema) = &world.schema else { return };
    let phone = world.pair(VILLAGE).await;
    world.push(&phone, (1..=5).map(push).collect()).await;
    let data = world.folder.path().join("data");
    let well = schema.run(&data, &["doctor"]);
    assert!(well.status.success(), "{}", said(&well));
    schema.psql("UPDATE tally SET taken = 9 WHERE village = ''; DROP INDEX record_by_nik");
    let ill = said(&schema.run(&data, &["doctor"]));
    assert!(ill.contains("WRONG  counts: kept counts are wrong for small/all villages"), "{ill}");
    assert!(ill.contains("WRONG  schema: missing, strange or changed: record_by_nik"), "{ill}");
    let backup = schema.run(&data, &["backup", "elsewhere"]);
    assert!(!backup.status.success() && said(&backup).contains("pg_dump"), "{}", said(&backup));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_back_numbers_its_changes_on_from_now() {
    let world = World::with(Settings::default());
    let Some(schema) = &world.schema else { return };
    let phone = world.pair(VILLAGE).await;
    let before = world.push(&phone, vec![push(1)]).await;
    world.code(VILLAGE);
    let told = schema.run(&world.folder.path().join("data"), &["restored", "2026-11-21T01:00:00Z"]);
    assert!(told.status.success(), "{}", said(&told));
    world.push(&phone, vec![push(2)]).await;
    let last = world.hub.store.read::<_, HubError>(|connection| Ok(record::last_change(connection)?)).unwrap();
    assert!(last > 1_700_000_000_000 && before.cursor < 100, "{last}");
}

#[test]
fn the_password_is_in_no_message() {
    let folder = tempfile::tempdir().unwrap();
    for (url, words) in [
        ("postgres://payung:hunter2@127.0.0.1:1/payung", "no database"),
        ("postgres://payung:hunter2@127.0.0.1:port/payung", "a database is postgres://"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
        let command = command.args(["village", "list", "--data"]).arg(folder.path());
        let output = command.args(["--database", url]).output().unwrap();
        let said = said(&output);
        assert!(!output.status.success() && said.contains(words) && !said.contains("hunter2"), "{said}");
    }
}
