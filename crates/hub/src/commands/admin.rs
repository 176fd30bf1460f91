//! `payung-hub admin`.

use crate::{Hub, sign_in};
use anyhow::Context as _;
use clap::Subcommand;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

#[derive(Subcommand)]
pub enum Admin {
    /// Add somebody, or give them a new password and end their sessions
    Add {
        /// What they type at the sign-in: letters, digits, dots, hyphens
        #[arg(long)]
        name: String,
        /// Read the password from the first line of standard input without asking
        #[arg(long)]
        password_stdin: bool,
    },
}

impl Admin {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let Self::Add { name, password_stdin } = self;
        let stdin = std::io::stdin();
        if !password_stdin && stdin.is_terminal() {
            // Shown as it is typed: hiding it takes a terminal library, and an office can give it by --password-stdin.
            write!(std::io::stderr(), "Password for {name} (at least {} characters): ", sign_in::SHORTEST_PASSWORD)?;
        }
        let mut password = String::new();
        stdin.lock().read_line(&mut password).context("no password on standard input")?;
        sign_in::put_user(hub, &name, password.trim_end_matches(['\n', '\r']))?;
        writeln!(std::io::stdout(), "{name} may sign in")?;
        Ok(())
    }
}
