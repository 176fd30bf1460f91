//! One connection to PostgreSQL.

use super::super::{Result, SqlError, Value};
use super::DatabaseUrl;
use super::numbered::numbered;
use super::wire::Driver;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

/// Statements that are kept; the hub has some two hundred.
const MOST_STATEMENTS: usize = 512;

/// Writers wait for one another at this lock, one in each schema, so that a change's number, a place and the audit's next
/// entry mean the same to all of them as with SQLite's one writer. It is given back when the commit can be seen.
const BEGIN_WRITE: &str = "BEGIN; SELECT pg_advisory_xact_lock(20261121, current_schema()::regnamespace::oid::int4)";
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// A transaction in which a statement has failed answers COMMIT with a rollback and no error; a statement before it fails.
const COMMIT: &str = "SELECT 1; COMMIT";

/// A connection and the statements that are prepared on it.
pub struct Client {
    client: tokio_postgres::Client,
    driver: RefCell<Driver>,
    statements: RefCell<HashMap<String, Statement>>,
    has_failed: Cell<bool>,
}

impl Client {
    /// Connects, and settles what the hub counts on.
    pub fn connect(url: &DatabaseUrl) -> Result<Self> {
        let (client, driver) = url.connect()?;
        let client =
            Self { client, driver: RefCell::new(driver), statements: RefCell::default(), has_failed: Cell::new(false) };
        // On: a commit is on the disk before the receipt leaves. A hub whose machine vanishes amid a write must not keep the
        // writers' lock for the hours after which a silent connection is given up.
        client.batch(
            "SET synchronous_commit = on; SET client_min_messages = warning; SET plan_cache_mode = auto;
             SET idle_in_transaction_session_timeout = '60s';
             SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3",
        )?;
        Ok(client)
    }

    /// Whether it can still be used. One that the server has ended says so here, and not only in the next call.
    pub fn is_open(&self) -> bool {
        let mut driver = self.driver.borrow_mut();
        driver.step();
        !driver.is_over()
    }

    /// Whether the conversation is known to be over.
    pub fn is_over(&self) -> bool {
        self.driver.borrow().is_over()
    }

    /// Whether a statement has failed since the transaction or the savepoint began.
    pub fn has_failed(&self) -> bool {
        self.has_failed.get()
    }

    /// Begins to write, alone. Nothing is waited for: where it fails, so does what follows.
    pub fn begin_write(&self) {
        self.has_failed.set(false);
        self.ahead(BEGIN_WRITE);
    }

    /// Begins to read on one snapshot.
    pub fn begin_read(&self) {
        self.has_failed.set(false);
        self.ahead(BEGIN_READ);
    }

    /// A point that can be gone back to.
    pub fn mark(&self) {
        self.has_failed.set(false);
        self.ahead("SAVEPOINT job");
    }

    /// Keeps what was done since the mark, or undoes it.
    pub fn unmark(&self, is_kept: bool) {
        self.has_failed.set(false);
        self.ahead(if is_kept { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" });
    }

    /// Makes a transaction's work last.
    pub fn commit(&self) -> Result<()> {
        self.batch(COMMIT)
    }

    /// Undoes a transaction's work; ends one that has only read.
    pub fn roll_back(&self) {
        self.ahead("ROLLBACK");
        // What is not sent now would keep the transaction, and its lock, until the next call.
        self.driver.borrow_mut().step();
    }

    /// Statements without values.
    pub fn batch(&self, sql: &str) -> Result<()> {
        self.run(self.client.batch_execute(sql))
    }

    /// The statement, from the last time or prepared now.
    pub fn prepare(&self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.run(self.client.prepare(&numbered(sql)))?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= MOST_STATEMENTS {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Runs a statement; tells how many rows it changed.
    pub fn execute<'v>(&self, statement: &Statement, values: impl Iterator<Item = Value<'v>>) -> Result<usize> {
        let values: Vec<Value> = values.collect();
        let changed = self.run(self.client.execute(statement, &named(&values)))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    /// Every row that a statement gives.
    pub fn query<'v>(&self, statement: &Statement, values: impl Iterator<Item = Value<'v>>) -> Result<Vec<Row>> {
        let values: Vec<Value> = values.collect();
        self.run(self.client.query(statement, &named(&values)))
    }

    fn run<T>(&self, work: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>) -> Result<T> {
        let done = self.driver.borrow_mut().wait_for(work, true).and_then(|done| Ok(done?));
        if let Err(error) = &done {
            self.has_failed.set(true);
            if error.is_of_old_statements() {
                self.statements.borrow_mut().clear();
            }
        }
        done
    }

    /// Sends statements without values before the next one, whose answer is the one that is waited for.
    fn ahead(&self, sql: &str) {
        self.driver.borrow().begin(self.client.batch_execute(sql));
    }
}

fn named<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl SqlError {
    /// The schema has changed under prepared statements, or somebody between has forgotten them.
    fn is_of_old_statements(&self) -> bool {
        let codes = [SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_SQL_STATEMENT_NAME];
        matches!(self, Self::Postgres { code, .. } if codes.iter().any(|old| old.code() == code))
    }
}

impl From<tokio_postgres::Error> for SqlError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            // Not its details, which quote rows, nor the words of an error about data, which quote values.
            Some(told) => {
                let part = told.constraint().or(told.table()).unwrap_or_default();
                let is_of_data = told.code().code().starts_with("22");
                let words = if is_of_data { "a value can't be used" } else { told.message() };
                Self::Postgres { code: told.code().code().to_owned(), text: [words, part].join(" ").trim().to_owned() }
            }
            None => Self::Lost(error.to_string()),
        }
    }
}
