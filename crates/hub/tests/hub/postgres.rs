//! A schema of one test's own on the PostgreSQL that `PAYUNG_TEST_POSTGRES` names, if it names one: see scripts/postgres.sh.

use payung_hub::store::sql::{Connection, DatabaseUrl};
use std::process::Command;

/// Gone with everything in it when this goes.
pub struct Schema {
    admin: DatabaseUrl,
    name: String,
    url: String,
}

/// Whether this run is on PostgreSQL. What is about SQLite's file alone has nothing to show then.
pub fn is_meant() -> bool {
    std::env::var_os("PAYUNG_TEST_POSTGRES").is_some()
}

impl Schema {
    /// Makes one where there is a PostgreSQL to make it on.
    pub fn new() -> Option<Self> {
        let admin = std::env::var("PAYUNG_TEST_POSTGRES").ok()?;
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        let name = format!("world_{}", hex::encode(bytes));
        let url = format!("{admin}?options=-csearch_path%3D{name}");
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

/// Lets a program find the same rows as a test's own hub.
pub fn tell(command: &mut Command, schema: Option<&Schema>) {
    if let Some(schema) = schema {
        command.env("PAYUNG_DATABASE", &schema.url);
    }
}
