//! Where a PostgreSQL database is, and how it is reached.

use super::super::{Result, SqlError};
use super::tls::Rustls;
use super::wire::{Driver, Wire};
use std::fmt;
use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Config, NoTls};

/// How long a machine has to answer before the next one is tried.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// `postgres://user:password@host/database`, or libpq's words. Printed without a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Box<Config>);

/// It can't be read as one.
#[derive(Debug, thiserror::Error)]
#[error("a database is postgres://user:password@host:5432/name (its password and other parts percent-encoded)")]
pub struct NoUrl;

impl std::str::FromStr for DatabaseUrl {
    type Err = NoUrl;

    fn from_str(text: &str) -> Result<Self, NoUrl> {
        let mut config = text.parse::<Config>().map_err(|_| NoUrl)?;
        if config.get_hosts().is_empty() {
            return Err(NoUrl);
        }
        if config.get_application_name().is_none() {
            config.application_name("payung-hub");
        }
        Ok(Self(Box::new(config)))
    }
}

/// Nothing of the password, nor whether there is one.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, name) = (self.0.get_user().unwrap_or_default(), self.0.get_dbname().unwrap_or_default());
        let hosts: Vec<String> = self.0.get_hosts().iter().map(shown).collect();
        write!(f, "postgres://{user}@{}/{name}", hosts.join(","))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn shown(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    }
}

impl DatabaseUrl {
    /// The first machine that answers.
    pub(super) fn connect(&self) -> Result<(tokio_postgres::Client, Driver)> {
        let mut last = SqlError::Lost("no host is named".into());
        for (index, host) in self.0.get_hosts().iter().enumerate() {
            let port = self.0.get_ports().get(index).or(self.0.get_ports().first()).copied().unwrap_or(5432);
            match self.connect_to(host, port) {
                Ok((client, mut driver)) if self.0.get_target_session_attrs() == TargetSessionAttrs::ReadWrite => {
                    // of a pair the one that takes writes, also after they have changed places
                    let told = driver.wait_for(client.query_one("SHOW transaction_read_only", &[]), true)??;
                    if told.get::<_, &str>(0) == "off" {
                        return Ok((client, driver));
                    }
                    last = SqlError::Lost("a server that takes no writes".into());
                }
                Ok(connected) => return Ok(connected),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn connect_to(&self, host: &Host, port: u16) -> Result<(tokio_postgres::Client, Driver)> {
        let lost = |error: io::Error| SqlError::Lost(format!("{}: {error}", shown(host)));
        let (wire, waiter, is_near) = match host {
            Host::Tcp(name) => {
                let (stream, is_near) = dial(name, port).map_err(lost)?;
                let (wire, waiter) = Wire::tcp(stream).map_err(lost)?;
                (wire, waiter, is_near)
            }
            #[cfg(unix)]
            Host::Unix(folder) => {
                let path = folder.join(format!(".s.PGSQL.{port}"));
                let stream = std::os::unix::net::UnixStream::connect(path).map_err(lost)?;
                let (wire, waiter) = Wire::unix(stream).map_err(lost)?;
                (wire, waiter, true)
            }
        };
        let mut driver = Driver::new(waiter);
        // Over a network what is said is said in secret, unless the operator says otherwise.
        let is_secret = match self.0.get_ssl_mode() {
            SslMode::Disable => false,
            SslMode::Require => true,
            _ => !is_near,
        };
        let mut config = self.0.clone();
        if !is_secret {
            config.ssl_mode(SslMode::Disable);
            let (client, connection) = driver.wait_for(config.connect_raw(wire, NoTls), false)??;
            driver.drive(Box::pin(connection));
            return Ok((client, driver));
        }
        config.ssl_mode(SslMode::Require);
        let tls = Rustls::to(&shown(host)).map_err(lost)?;
        let (client, connection) = driver.wait_for(config.connect_raw(wire, tls), false)??;
        driver.drive(Box::pin(connection));
        Ok((client, driver))
    }
}

/// A connection to the first address of a name that answers, and whether that is this machine.
fn dial(name: &str, port: u16) -> io::Result<(TcpStream, bool)> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (name, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_TIME) {
            Ok(stream) => return Ok((stream, address.ip().is_loopback())),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let url: DatabaseUrl = "postgres://payung:s%2Fecret@db.example.go.id/payung".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), ["postgres://payung@db.example.go.id/payung"; 2].join(" "));
        let error = "postgres://payung:secret@db:port/payung".parse::<DatabaseUrl>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
