//! One file, and what wins over it; and a log without people in it.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

fn hub() -> Command {
    Command::new(env!("CARGO_BIN_EXE_payung-hub"))
}

fn listening(command: &mut Command) -> (std::process::Child, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().strip_prefix("listening on ").unwrap().to_owned())
}

fn ended(mut child: std::process::Child) -> String {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(child.wait().unwrap().success());
    log
}

/// A configuration that puts everything under this folder.
fn file(folder: &Path, lines: &str) -> std::path::PathBuf {
    let path = folder.join("payung-hub.toml");
    std::fs::write(&path, format!("data = {:?}\n{lines}", folder.join("data"))).unwrap();
    path
}

#[test]
fn what_config_prints_can_be_served() {
    let folder = tempfile::tempdir().unwrap();
    let printed = hub().arg("config").output().unwrap().stdout;
    let path = folder.path().join("printed.toml");
    std::fs::write(&path, printed).unwrap();
    let mut command = hub();
    command.current_dir(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(&path);
    let (child, _) = listening(&mut command);
    assert!(folder.path().join("hub-data/hub.db").exists());
    ended(child);
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "public_url = \"https://file.example\"\n");
    let village = ["village", "add", "35.22.28.2004", "--programme", "demo"];
    assert!(hub().args(village).arg("--config").arg(&path).status().unwrap().success());
    assert!(folder.path().join("data/hub.db").exists());
    let link = |environment: Option<&str>, line: Option<&str>| {
        let mut command = hub();
        command.args(["code", "new", "--village", "35.22.28.2004"]).env("PAYUNG_CONFIG", &path);
        environment.map(|url| command.env("PAYUNG_PUBLIC_URL", url));
        line.map(|url| command.args(["--public-url", url]));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(link(None, None).contains("https%3A%2F%2Ffile.example&"));
    assert!(link(Some("https://environment.example"), None).contains("https%3A%2F%2Fenvironment.example&"));
    let both = link(Some("https://environment.example"), Some("https://line.example"));
    assert!(both.contains("https%3A%2F%2Fline.example&"));
}

#[test]
fn a_file_with_a_mistake_starts_nothing_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "offcie = \"x\"\n");
    let output = hub().arg("serve").arg("--config").arg(&path).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("line 2: unknown field `offcie`") && said.contains("payung-hub config"), "{said}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_log_of_a_busy_hub_names_nobody_in_either_form() {
    for form in ["text", "json"] {
        let folder = tempfile::tempdir().unwrap();
        let path =
            file(folder.path(), &format!("log = \"trace\"\nlog_format = \"{form}\"\nlisten = \"127.0.0.1:0\"\n"));
        let demo = hub().args(["demo", "--json", "--config"]).arg(&path).output().unwrap();
        let told: Value = serde_json::from_slice(&demo.stdout).unwrap();
        let (child, url) = listening(hub().args(["serve", "--config"]).arg(&path));
        let address = url.strip_prefix("http://").unwrap();
        let call = |head: &str, body: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            let length = body.len();
            write!(stream, "{head}Host: hub\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        };
        let code = told["code"].as_str().unwrap();
        let pair = format!(r#"{{"version":1,"nonce":"n","code":"{code}","device_name":"HP RAHASIA"}}"#);
        let paired = call("POST /v1/pair HTTP/1.1\r\nContent-Type: application/json\r\n", &pair);
        let paired: Value = serde_json::from_str(paired.rsplit("\r\n\r\n").next().unwrap()).unwrap();
        let token = paired["token"].as_str().unwrap();
        // what a phone sends, what it gets wrong, and what the office looks for
        let connection = rusqlite::Connection::open(folder.path().join("data/hub.db")).unwrap();
        let body: String = connection.query_row("SELECT body FROM revision LIMIT 1", [], |row| row.get(0)).unwrap();
        let push = |id: &str, enrolment: &str| {
            format!(
                r#"{{"version":1,"nonce":"n","device_time":"2026-11-21T00:00:00Z","cursor":null,"awaiting":[],"records":[
                {{"id":"{id}","revision":1,"saved_at":"2026-11-21T00:00:00Z","enrolment":{enrolment}}}]}}"#
            )
        };
        let head =
            format!("POST /v1/sync HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
        assert!(call(&head, &push(&"1".repeat(32), &body)).starts_with("HTTP/1.1 200"));
        for wrong in [push(&"2".repeat(32), r#"{"name":"CONTOH"}"#), "CONTOH 9901".into()] {
            let _ = call(&head, &wrong);
        }
        assert!(call("GET /data?q=CONTOH+9901015205849001 HTTP/1.1\r\n", "").starts_with("HTTP/1.1"));
        let sign_in = "POST /masuk HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let _ = call(sign_in, "name=kantor&password=CONTOH-rahasia");
        let log = ended(child);
        assert!(log.contains("/v1/sync"), "{form}: the run is in the log");
        let niks: Vec<String> = {
            let mut statement = connection.prepare("SELECT DISTINCT nik FROM record").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert!(niks.len() > 10);
        let password = told["password"].as_str().unwrap();
        for secret in
            niks.iter().map(String::as_str).chain(["CONTOH", "RAHASIA", "rahasia", "Sulastri", token, code, password])
        {
            assert!(!log.contains(secret), "{form}: {secret} is in the log");
        }
        let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok_and(|line| line["level"].is_string());
        assert_eq!(log.lines().filter(|line| !line.is_empty()).all(is_json), form == "json");
    }
}
