//! Copies of the database as it stands at one moment, while others write to it; and what a copy must forget once it is the
//! hub's database again.

use super::sql::{self, Connection, Dialect, SqlError, Transaction};
use super::{MIGRATIONS, audit, card, postgres, sqlite};
use crate::context::moment;
use crate::error::HubError;
use payung_domain::PhotoHash;
use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a copy that finds the database locked tries again, a tenth of a second apart.
const MOST_TRIES: u32 = 600;

/// Copies a database that others may be writing to, by SQLite's online backup, into a file that is not there yet. All of it
/// is read within one step, and so within one snapshot: writers go on, and the copy never begins anew.
pub fn copy(from: &Path, to: &Path) -> Result<(), HubError> {
    let source = sqlite::open_reader(from)?;
    let Some(source) = source.sqlite() else { return Err(HubError::Corrupt("a copy of no file")) };
    private_file(to)?;
    let mut target = rusqlite::Connection::open(to).map_err(SqlError::from)?;
    {
        let backup = Backup::new(source, &mut target).map_err(SqlError::from)?;
        let mut tries = 0;
        while !matches!(backup.step(-1).map_err(SqlError::from)?, StepResult::Done) {
            tries += 1;
            if tries > MOST_TRIES {
                return Err(HubError::Locked);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    // One file, complete by itself, and no -wal beside it that somebody might forget.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(SqlError::from)?;
    drop(target);
    File::open(to)?.sync_all()?;
    Ok(())
}

/// Before this program changes the schema of an older one, keeps the database as it was in `backups/`. Tells where.
pub fn keep_before_migration(folder: &Path, now: i64) -> Result<Option<PathBuf>, HubError> {
    let database = folder.join("hub.db");
    if !database.exists() {
        return Ok(None);
    }
    let version = version(&sqlite::open_reader(&database)?)?;
    if version == 0 || version >= MIGRATIONS.len() {
        return Ok(None);
    }
    let backups = folder.join("backups");
    crate::hub::make_private_folder(&backups)?;
    let name = format!("before-v{}-{}", MIGRATIONS.len(), moment(now).strftime("%Y%m%dT%H%M%SZ"));
    let (draft, path) = (backups.join(format!("{name}.new")), backups.join(format!("{name}.db")));
    copy(&database, &draft)?;
    std::fs::rename(&draft, &path)?;
    File::open(&backups)?.sync_all()?;
    tracing::info!(from = version, to = MIGRATIONS.len(), copy = %path.display(), "kept the database as it was");
    Ok(Some(path))
}

/// How many migrations a database has been through.
pub fn version(connection: &Connection) -> sql::Result<usize> {
    match connection.dialect() {
        Dialect::Postgres => postgres::version(connection),
        Dialect::Sqlite => {
            let version: i64 =
                connection.query_row("SELECT user_version FROM pragma_user_version", [], |row| row.get(0))?;
            Ok(usize::try_from(version).unwrap_or(0))
        }
    }
}

/// What a copy holds.
pub struct Content {
    /// Migrations that it has been through.
    pub version: usize,
    /// Records.
    pub records: u32,
    /// The photos that it says are held, and their bytes.
    pub photos: Vec<(PhotoHash, u64)>,
    /// The newest entry of the audit log.
    pub head: audit::Head,
}

/// Reads what a copy holds.
pub fn content(path: &Path) -> Result<Content, HubError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::from(rusqlite::Connection::open_with_flags(path, flags).map_err(SqlError::from)?);
    Ok(Content {
        version: version(&connection)?,
        records: connection.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?,
        photos: photos(&connection)?,
        head: audit::head(&connection)?,
    })
}

/// Every photo that is said to be held, with its bytes, by hash.
pub fn photos(connection: &Connection) -> sql::Result<Vec<(PhotoHash, u64)>> {
    connection
        .prepare_cached("SELECT sha256, bytes FROM photo ORDER BY sha256")?
        .query_map([], |row| Ok((super::parsed(&row.get::<_, String>(0)?)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect()
}

/// What becomes of a copy that is the hub's database again. What was ended since the copy was made must not come back to
/// life with it: sessions and open pairing codes are gone. Changes are numbered on from this moment's milliseconds, so that
/// no cursor that a phone heard from the lost hub is taken for one of this hub's: such a phone hears everything again, and sends
/// again what it has.
pub fn take_over(transaction: &Transaction, copied_at: i64, now: i64) -> sql::Result<()> {
    transaction.execute("DELETE FROM session", [])?;
    transaction.execute("UPDATE pairing_code SET expires_at = 0", [])?;
    // Uploads under way are in no backup: phones begin them again.
    transaction.execute("DELETE FROM upload", [])?;
    match transaction.dialect() {
        Dialect::Sqlite => {
            let raise = "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'change'";
            if transaction.execute(raise, [now])? == 0 {
                transaction.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('change', ?1)", [now])?;
            }
        }
        Dialect::Postgres => {
            let raise = "SELECT setval(pg_get_serial_sequence('change', 'seq'),
                 greatest(?1, nextval(pg_get_serial_sequence('change', 'seq'))))";
            transaction.query_row(raise, [now], |_| Ok(()))?;
        }
    }
    card::number_anew(transaction, now)?;
    transaction.execute("INSERT INTO restoration (at) VALUES (?1) ON CONFLICT (at) DO NOTHING", [now])?;
    audit::add(transaction, now, "command", "hub.restore", &format!("backup:{}", moment(copied_at)))
}

/// When a backup last became this database, in unix milliseconds; nothing where none ever did.
pub fn restored_at(connection: &Connection) -> sql::Result<Option<i64>> {
    connection.prepare_cached("SELECT max(at) FROM restoration")?.query_row([], |row| row.get(0))
}

/// Makes an empty file that only its owner reads; an older draft of the same name is gone.
fn private_file(path: &Path) -> Result<(), HubError> {
    let _ = std::fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}
