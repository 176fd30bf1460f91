//! The real hub process, and phones by the `kader` example. `make test` builds both programs first.
#![allow(dead_code)]

use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

pub const VILLAGE: &str = "35.22.28.2004";
pub const COLUMNS: &str =
    "nik,name,birth_place,birth_date,sex,address,rt,rw,occupation,workplace,heir_name,heir_relation,consent,photo";

pub fn program(name: &str) -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop(); // deps
    folder.pop(); // debug
    let file = folder.join(name);
    assert!(file.exists(), "run `cargo build --workspace --bins --examples` first: {file:?} is missing");
    file
}

/// A schema of its own on the PostgreSQL that `PAYUNG_TEST_POSTGRES` names; gone when this goes.
pub struct Schema {
    admin: String,
    name: String,
}

impl Schema {
    pub fn new() -> Option<Self> {
        let admin = std::env::var("PAYUNG_TEST_POSTGRES").ok()?;
        let place = tempfile::tempdir().unwrap().path().file_name().unwrap().to_string_lossy().to_lowercase();
        let schema = Self { admin, name: format!("hub_{}_{}", std::process::id(), place.replace('.', "")) };
        schema.psql(&format!("CREATE SCHEMA {}", schema.name));
        Some(schema)
    }

    pub fn url(&self) -> String {
        format!("{}?options=-csearch_path%3D{}", self.admin, self.name)
    }

    /// What a statement gives, as text.
    pub fn psql(&self, sql: &str) -> String {
        let output = Command::new("psql").args(["-qAt", &self.url(), "-c", sql]).output().unwrap();
        assert!(output.status.success(), "{}", error(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let sql = format!("SET client_min_messages = error; DROP SCHEMA {} CASCADE", self.name);
        drop(Command::new("psql").args(["-qAt", &self.admin, "-c", &sql]).output());
    }
}

/// What hub processes share: a folder, and a database where it is not in the folder.
pub struct Home {
    pub data: tempfile::TempDir,
    pub schema: Option<Schema>,
}

impl Home {
    pub fn new() -> Self {
        Self { schema: Schema::new(), ..Self::on_a_file() }
    }

    /// With SQLite's file, whatever the others are on.
    pub fn on_a_file() -> Self {
        Self { data: tempfile::tempdir().unwrap(), schema: None }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(program("payung-hub"));
        command.arg("--data").arg(self.data.path());
        if let Some(schema) = &self.schema {
            command.env("PAYUNG_DATABASE", schema.url());
        }
        command
    }
}

pub struct Hub {
    pub home: Arc<Home>,
    pub address: SocketAddr,
    child: Option<Child>,
}

impl Hub {
    pub fn start() -> Self {
        Self::start_in(Home::new())
    }

    pub fn start_in(home: Home) -> Self {
        let mut hub = Self::at(&Arc::new(home));
        hub.run(&["village", "add", VILLAGE, "--programme", "demo"]);
        hub.serve();
        hub
    }

    /// One of several, not serving yet.
    pub fn at(home: &Arc<Home>) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { home: Arc::clone(home), address, child: None }
    }

    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.home.command().args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn serve(&mut self) {
        let mut command = self.home.command();
        command.args(["serve", "--listen", &self.address.to_string()]);
        self.child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        for _ in 0..600 {
            if TcpStream::connect(self.address).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the hub does not answer");
    }

    /// SIGKILL: nothing is tidied up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn code(&self) -> String {
        self.code_for(&self.url())
    }

    pub fn code_for(&self, url: &str) -> String {
        let printed = self.run(&["code", "new", "--village", VILLAGE, "--hub-url", url]);
        printed.lines().next().unwrap().to_owned()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A number of `/metrics`.
    pub fn metric(&self, name: &str) -> f64 {
        let mut socket = TcpStream::connect(self.address).unwrap();
        write!(socket, "GET /metrics HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n").unwrap();
        let mut page = String::new();
        socket.read_to_string(&mut page).unwrap();
        let line = page.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {page}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.kill();
    }
}

pub struct Phone {
    pub store: tempfile::TempDir,
}

impl Phone {
    pub fn new() -> Self {
        Self { store: tempfile::tempdir().unwrap() }
    }

    pub fn paired(hub: &Hub) -> Self {
        let phone = Self::new();
        let output = phone.pair(&hub.url(), &hub.code());
        assert!(output.status.success(), "{}", error(&output));
        phone
    }

    pub fn pair(&self, url: &str, code: &str) -> Output {
        self.kader(&["--hub", url, "pair", code])
    }

    pub fn kader(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("examples/kader"));
        command.arg("--store").arg(self.store.path()).args(arguments);
        command
    }

    pub fn enrol(&self, people: &Path) -> Output {
        self.kader(&["enrol", people.to_str().unwrap()])
    }

    pub fn sync(&self) -> Value {
        serde_json::from_slice(&self.kader(&["sync"]).stdout).unwrap()
    }

    pub fn list(&self) -> Vec<Value> {
        let output = self.kader(&["list"]);
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A row that can be enrolled; the photo is the person's own.
pub fn person(folder: &Path, number: usize) -> String {
    let photo = format!("{number}.jpg");
    let picture = image::RgbImage::from_fn(160, 100, |x, y| {
        let seed = (x as usize * 31 + y as usize * 17 + number * 101) % 251;
        // a small step would be lost in the JPEG
        image::Rgb([seed as u8, (seed / 2) as u8, (90 + number / 251 * 8) as u8])
    });
    picture.save(folder.join(&photo)).unwrap();
    format!(
        "99{:02}{:02}0504859999,Contoh Warga {number},Bojonegoro,05-04-1985,male,Dusun Contoh,1,2,buruh_tani,Sawah,Contoh Waris,spouse,spoken,{photo}",
        number / 100 + 1,
        number % 100
    )
}

pub fn people(folder: &Path, rows: &[String]) -> PathBuf {
    let file = folder.join("people.csv");
    std::fs::write(&file, format!("{COLUMNS}\n{}\n", rows.join("\n"))).unwrap();
    file
}
