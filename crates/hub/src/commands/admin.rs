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
        let password = if password_stdin || !stdin.is_terminal() {
            let mut line = String::new();
            stdin.lock().read_line(&mut line).context("no password on standard input")?;
            line
        } else {
            let prompt =
                format!("Password for {name} (at least {} characters, not shown): ", sign_in::SHORTEST_PASSWORD);
            rpassword::prompt_password(prompt)?
        };
        sign_in::put_user(hub, &name, password.trim_end_matches(['\n', '\r']))?;
        writeln!(std::io::stdout(), "{name} may sign in")?;
        Ok(())
    }
}
