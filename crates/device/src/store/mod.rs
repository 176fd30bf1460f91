//! The encrypted database: the only place of this crate that knows SQL.
//!
//! Writers take a [`rusqlite::Transaction`], readers a [`rusqlite::Connection`]. The file is opened by one process.

pub(crate) mod answer;
pub(crate) mod card;
pub(crate) mod carried;
pub(crate) mod draft;
pub(crate) mod outbox;
pub(crate) mod outcome;
pub(crate) mod photo;
pub(crate) mod place;
pub(crate) mod record;
pub(crate) mod setting;
pub(crate) mod slip;
pub(crate) mod theirs;
pub(crate) mod wallet;

use crate::env::{Disk, Moment};
use crate::key::StoreKey;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The store can't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite failed: the disk is full, say.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file is no database under this key. It was moved aside, never deleted.
    #[error("the database can't be read; it is kept as {kept_as}")]
    Damaged {
        /// The file's new name, in the same folder.
        kept_as: String,
    },
    /// A newer app wrote it.
    #[error("the database is of version {found}; update the app")]
    Newer {
        /// Its schema version.
        found: u32,
    },
    /// A row holds what this version can't read.
    /// Its place only: serde quotes what it could not read.
    #[error("a row can't be read (line {}, column {})", .0.line(), .0.column())]
    Row(#[from] serde_json::Error),
    /// The record is not there.
    #[error("no such record")]
    NoSuchRecord,
    /// The record is not open for changes.
    #[error("the record is not open for changes")]
    NotOpen,
    /// The folder can't be used.
    #[error("folder: {0}")]
    Folder(#[from] std::io::Error),
}

impl StoreError {
    /// The file is no database under the key that was given.
    pub(crate) fn is_not_ours(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase))
    }
}

/// Results of this module.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// Add-only: one that has shipped is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_photo_faults.sql"),
    include_str!("../../migrations/0003_lost_signal.sql"),
    include_str!("../../migrations/0004_worker_key.sql"),
    include_str!("../../migrations/0005_cards.sql"),
];

/// The database file in a phone's folder.
pub(crate) fn database_file(folder: &Path) -> PathBuf {
    folder.join("payung.db")
}

/// An open database.
pub(crate) struct Store {
    connection: Connection,
    disk: Option<Arc<dyn Disk>>,
}

impl Store {
    /// Opens or makes the database, and brings it to this version.
    pub(crate) fn open(folder: &Path, key: &StoreKey, disk: Option<Arc<dyn Disk>>) -> Result<Self> {
        let file = database_file(folder);
        match Self::connect(&file, key, disk, MIGRATIONS) {
            Err(StoreError::Sqlite(error)) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
                Err(StoreError::Damaged { kept_as: move_aside(&file)? })
            }
            other => other,
        }
    }

    /// Opens or makes the database of a worker's own phone. A damaged one is not moved aside: it is a copy of what the hub says.
    pub(crate) fn open_wallet(folder: &Path, key: &StoreKey) -> Result<Self> {
        Self::connect(&folder.join("wallet.db"), key, None, wallet::MIGRATIONS)
    }

    fn connect(file: &Path, key: &StoreKey, disk: Option<Arc<dyn Disk>>, migrations: &[&str]) -> Result<Self> {
        // SQLCipher sets itself up at the first use, and two first uses at once disturb each other
        static FIRST: std::sync::Once = std::sync::Once::new();
        FIRST.call_once(|| drop(Connection::open_in_memory()));
        let mut connection = Connection::open(file)?;
        if let Some(disk) = &disk {
            stand_between(&connection, disk)?;
        }
        // a raw key, so that SQLCipher spends no time on deriving one
        let pragma = zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex::encode(key.as_slice())));
        connection.execute_batch(&pragma)?;
        connection.execute_batch(
            "PRAGMA cipher_memory_security = OFF;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON; -- on iOS an fsync alone stops in the drive's cache
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA busy_timeout = 5000;",
        )?;
        migrate(&mut connection, migrations)?;
        Ok(Self { connection, disk })
    }

    /// Runs a read.
    pub(crate) fn read<T>(&self, reader: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        reader(&self.connection)
    }

    /// Runs a write; all of it is kept, or nothing.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        writer: impl FnOnce(&Transaction) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if let Some(disk) = &self.disk {
            limit(&self.connection, disk.is_full())?;
        }
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let value = writer(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }
}

/// Asks a disk that may fail whether the store goes on.
fn stand_between(connection: &Connection, disk: &Arc<dyn Disk>) -> Result<()> {
    let (inside, at_the_end) = (Arc::clone(disk), Arc::clone(disk));
    connection.progress_handler(1, Some(move || inside.stops(Moment::Step)))?;
    connection.commit_hook(Some(move || at_the_end.stops(Moment::Commit)))?;
    Ok(())
}

/// Lets the file grow, or not.
fn limit(connection: &Connection, is_full: bool) -> Result<()> {
    // SQLite takes a limit below what there is for what there is
    let pages = if is_full { 1 } else { u32::MAX - 1 };
    Ok(connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<()> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::Newer { found });
    }
    for (version, sql) in (1..=known).zip(migrations).filter(|(version, _)| *version > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Unsent records may be inside, and they exist nowhere else: a damaged file is kept under another name.
fn move_aside(file: &Path) -> Result<String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let free = (1..).map(|n| format!("payung.damaged-{n}.db")).find(|name| !folder.join(name).exists());
    let name = free.unwrap_or_default();
    std::fs::rename(file, folder.join(&name))?;
    for suffix in ["-wal", "-shm"] {
        let side = folder.join(format!("payung.db{suffix}"));
        if side.exists() {
            std::fs::rename(side, folder.join(format!("{name}{suffix}")))?;
        }
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::collections::BTreeSet;

    fn key() -> StoreKey {
        zeroize::Zeroizing::new([5; 32])
    }

    /// What a database is made of: columns by name, foreign keys, indexes, strictness. A column that came later stands last in
    /// the file and where it belongs in the description.
    fn tables(connection: &Connection) -> BTreeSet<String> {
        let sql = r#"SELECT format('%s.%s %s, not null %d, default %s, key %d', t.name, c.name, c.type, c."notnull",
                    coalesce(c.dflt_value, '-'), c.pk) FROM pragma_table_list t, pragma_table_xinfo(t.name) c
                WHERE t.name NOT LIKE 'sqlite_%'
            UNION ALL SELECT format('%s: strict %d, without rowid %d', name, strict, wr) FROM pragma_table_list
                WHERE name NOT LIKE 'sqlite_%'
            UNION ALL SELECT format('%s.%s references %s.%s, %s', t.name, f."from", f."table", f."to", f.on_delete)
                FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
            UNION ALL SELECT sql FROM sqlite_schema WHERE type NOT IN ('table') AND sql IS NOT NULL"#;
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(|row| row.unwrap()).collect()
    }

    #[test]
    fn a_database_of_every_older_version_is_brought_to_this_one() {
        for old in 0..MIGRATIONS.len() {
            let folder = tempfile::tempdir().unwrap();
            let store = Store { connection: Connection::open(database_file(folder.path())).unwrap(), disk: None };
            store.connection.execute_batch(&format!("PRAGMA key = \"x'{}'\";", hex::encode(key().as_slice()))).unwrap();
            for sql in &MIGRATIONS[..old] {
                store.connection.execute_batch(sql).unwrap();
            }
            store.connection.pragma_update(None, "user_version", u32::try_from(old).unwrap()).unwrap();
            drop(store);
            let upgraded = Store::open(folder.path(), &key(), None).unwrap();
            let fresh_folder = tempfile::tempdir().unwrap();
            let fresh = Store::open(fresh_folder.path(), &key(), None).unwrap();
            assert_eq!(tables(&upgraded.connection), tables(&fresh.connection), "from version {old}");
        }
    }

    #[test]
    fn the_documented_schema_is_the_one_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &key(), None).unwrap();
        let documented = Connection::open_in_memory().unwrap();
        let text = include_str!("../../../../docs/schema.sql");
        documented.execute_batch(text).expect("docs/schema.sql is not SQL");
        assert_eq!(
            tables(&documented),
            tables(&store.connection),
            "write into docs/schema.sql what the migrations make"
        );
        for line in text.lines().filter(|line| line.starts_with("    ") && line.contains(" NOT NULL")) {
            assert!(line.contains("-- ") || line.contains("REFERENCES"), "say what this column is for: {line}");
        }
    }

    #[test]
    fn every_column_of_a_wallet_says_what_it_is_for_and_every_table_is_strict() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_wallet(folder.path(), &key()).unwrap();
        let known = tables(&store.connection);
        assert_eq!(known.iter().filter(|row| row.contains("strict 1")).count(), 4, "{known:?}");
    }

    #[test]
    fn a_damaged_database_is_moved_aside_and_never_deleted() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path(), &key(), None).unwrap());
        let file = database_file(folder.path());
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[..64].fill(0xA5);
        std::fs::write(&file, &bytes).unwrap();
        let Err(StoreError::Damaged { kept_as }) = Store::open(folder.path(), &key(), None) else {
            panic!("it opened")
        };
        assert_eq!(std::fs::read(folder.path().join(kept_as)).unwrap(), bytes);
    }

    #[test]
    fn a_database_of_a_newer_app_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &key(), None).unwrap();
        store.connection.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        assert!(matches!(Store::open(folder.path(), &key(), None), Err(StoreError::Newer { found: 99 })));
    }
}
