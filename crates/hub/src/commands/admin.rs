//! `payung-hub admin`.

use crate::people::{self, Place};
use crate::rights::Role;
use crate::store::{office_user, session};
use crate::{Hub, HubError, password};
use anyhow::{Context as _, bail};
use clap::Subcommand;
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Whoever has a shell on the server stands above the roles; the audit log names them so.
const ACTOR: &str = "command";

#[derive(Subcommand)]
pub enum Admin {
    /// Add somebody, or give them a new password and end their sessions
    Add {
        /// What they type at the sign-in: letters, digits, dots, hyphens
        #[arg(long)]
        name: String,
        /// admin, verifier, village (a village's head or operator) or auditor; a new person is an admin if left out
        #[arg(long)]
        role: Option<String>,
        /// The village of the role village, for example 35.22.28.2004
        #[arg(long)]
        village: Option<String>,
        /// Read the password from the first line of standard input without asking
        #[arg(long)]
        password_stdin: bool,
    },
    /// List who may sign in, with roles, villages, second factors and sessions
    List,
    /// Give somebody another role
    Role {
        /// Their name, from the list
        name: String,
        /// admin, verifier, village or auditor
        role: String,
        /// The village of the role village
        #[arg(long)]
        village: Option<String>,
    },
    /// Shut somebody out and end their sessions
    Disable {
        /// Their name, from the list
        name: String,
    },
    /// Let somebody in again
    Enable {
        /// Their name, from the list
        name: String,
    },
    /// End all sessions of somebody
    EndSessions {
        /// Their name, from the list
        name: String,
    },
    /// Turn the second factor of somebody off, whose phone is lost
    NoCode {
        /// Their name, from the list
        name: String,
    },
}

impl Admin {
    pub fn run(self, hub: &Hub) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        match self {
            Self::Add { name, role, village, password_stdin } => {
                let place = role.map(|role| place(&role, village.as_deref())).transpose()?;
                let password = read_password(&name, password_stdin)?;
                people::put(hub, ACTOR, &name, password.trim_end_matches(['\n', '\r']), place)?;
                let user = hub.store.read::<_, HubError>(|connection| Ok(office_user::get(connection, &name)?))?;
                match user.is_some_and(|user| user.is_disabled) {
                    true => {
                        writeln!(out, "{name} has a new password, but is shut out: payung-hub admin enable {name}")?
                    }
                    false => writeln!(out, "{name} may sign in")?,
                }
            }
            Self::List => list(hub)?,
            Self::Role { name, role, village } => {
                people::set_role(hub, ACTOR, &name, place(&role, village.as_deref())?)?;
                writeln!(out, "{name} is {role}")?;
            }
            Self::Disable { name } => {
                people::set_disabled(hub, ACTOR, &name, true)?;
                writeln!(out, "{name} is shut out")?;
            }
            Self::Enable { name } => {
                people::set_disabled(hub, ACTOR, &name, false)?;
                writeln!(out, "{name} may sign in")?;
            }
            Self::EndSessions { name } => {
                let ended = people::end_sessions(hub, ACTOR, &name, "")?;
                writeln!(out, "{ended} sessions of {name} ended")?;
            }
            Self::NoCode { name } => {
                people::drop_second_factor(hub, ACTOR, &name)?;
                writeln!(out, "{name} signs in with a password alone")?;
            }
        }
        Ok(())
    }
}

fn place(role: &str, village: Option<&str>) -> anyhow::Result<Place> {
    let Some(role) = Role::from_key(role) else {
        bail!("no role {role}; there are: {}", Role::ALL.map(Role::key).join(", "));
    };
    let village = village.map(|code| code.parse().context("not a village code such as 35.22.28.2004")).transpose()?;
    Ok((role, village))
}

fn read_password(name: &str, is_from_stdin: bool) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if is_from_stdin || !stdin.is_terminal() {
        let mut line = String::new();
        stdin.lock().read_line(&mut line).context("no password on standard input")?;
        return Ok(line);
    }
    let prompt = format!("Password for {name} (at least {} characters, not shown): ", password::SHORTEST);
    Ok(rpassword::prompt_password(prompt)?)
}

fn list(hub: &Hub) -> anyhow::Result<()> {
    let now = hub.context.now().as_millisecond();
    let (users, counts) = hub
        .store
        .read::<_, HubError>(|connection| Ok((office_user::list(connection)?, session::counts(connection, now)?)))?;
    let mut out = std::io::stdout().lock();
    for user in users {
        let village = user.village.map(|code| format!(" {code}")).unwrap_or_default();
        let sessions = counts.iter().find(|(name, _)| *name == user.name).map_or(0, |(_, count)| *count);
        let code = if user.totp_nonce.is_some() { "  second factor" } else { "" };
        let shut = if user.is_disabled { "  shut out" } else { "" };
        writeln!(out, "{}  {}{village}  sessions: {sessions}{code}{shut}", user.name, user.role.key())?;
    }
    Ok(())
}
