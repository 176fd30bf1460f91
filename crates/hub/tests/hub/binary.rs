//! The program itself, as an operator starts it.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn hub(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payung-hub"));
    command.args(arguments).arg("--data").arg(data).env("PAYUNG_LOG", "warn");
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    hub(data, arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_hub_is_set_up_with_four_commands() {
    let folder = tempfile::tempdir().unwrap();
    let mut add = hub(folder.path(), &["admin", "add", "--name", "sari", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"kata-sandi-panjang\n").unwrap();
    assert!(add.wait().unwrap().success());
    assert!(run(folder.path(), &["village", "add", "35.22.28.2004", "--programme", "demo"]).status.success());
    assert!(
        text(&run(folder.path(), &["village", "list"])).contains("35.22.28.2004  Mojodelik, Gayam  demo  phones: 0")
    );
    let code = ["code", "new", "--village", "35.22.28.2004", "--kader", "Bu Siti", "--hub-url", "https://hub.example/"];
    let printed = text(&run(folder.path(), &code));
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((lines.len(), lines[0].len()), (2, "ABCD-EFGH".len()));
    assert!(lines[1].starts_with(&format!("payung://pair?hub=https%3A%2F%2Fhub.example&code={}&key=", lines[0])));
    assert!(text(&run(folder.path(), &["device", "list"])).is_empty());
}

#[test]
fn a_wrong_command_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["village", "add", "35.22.28.2004", "--programme", "none"][..], "no programme none; there are:"),
        (&["village", "add", "32.01.01.2001", "--programme", "demo"], "the programme is for 35.22"),
        (&["village", "add", "35.22.28.2999", "--programme", "demo"], "no village has this code"),
        (&["code", "new", "--village", "35.22.28.2004"], "payung-hub village add"),
        (&["device", "block", "x"], "no phone with this id"),
    ] {
        let output = run(folder.path(), arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn the_demo_can_be_made_twice_and_is_kept_out_of_a_real_hub() {
    let folder = tempfile::tempdir().unwrap();
    let demo = || -> Value { serde_json::from_str(&text(&run(folder.path(), &["demo", "--json"]))).unwrap() };
    let (first, second) = (demo(), demo());
    assert_eq!((&first["records"], &first["password"]), (&second["records"], &second["password"]));
    assert_ne!(first["code"], second["code"], "each time a fresh code");
    let real = tempfile::tempdir().unwrap();
    let mut add = hub(real.path(), &["admin", "add", "--name", "sari"]).stdin(Stdio::piped()).spawn().unwrap();
    add.stdin.take().unwrap().write_all(b"kata-sandi-panjang\n").unwrap();
    assert!(add.wait().unwrap().success());
    assert!(!run(real.path(), &["demo"]).status.success());
    let real = tempfile::tempdir().unwrap();
    let add = |programme| run(real.path(), &["village", "add", "35.22.28.2004", "--programme", programme]);
    assert!(add("bojonegoro_2025").status.success());
    assert!(!run(real.path(), &["demo"]).status.success(), "a village without users is a real hub too");
    assert!(text(&run(real.path(), &["village", "list"])).contains("bojonegoro_2025"), "its programme stays");
    assert!(!real.path().join("demo-password").exists());
    assert!(run(folder.path(), &["village", "add", "35.22.28.2005", "--programme", "demo"]).status.success());
    assert!(!run(folder.path(), &["demo"]).status.success(), "somebody has added a village since");
}

#[cfg(unix)]
#[test]
fn it_serves_on_a_free_port_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = hub(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    assert!(get(address, "/healthz").ends_with("ok\n"));
    assert!(get(address, "/").starts_with("HTTP/1.1 303"));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success(), "a stop is not a failure");
}
