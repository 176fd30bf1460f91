//! The hub speaks TLS itself, over real connections.

use crate::world::*;
use axum::http::StatusCode;
use payung_domain::wire::{SIGNATURE_HEADER, SyncResponse};
use payung_hub::tls::{Certificate, Peer, TlsListener, with_callers};
use payung_hub::{Settings, router};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hub/tls").join(name)
}

struct Served {
    world: World,
    address: SocketAddr,
    certificate: Arc<Certificate>,
    folder: tempfile::TempDir,
}

async fn serve() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::copy(file("first.pem"), &chain).unwrap();
    std::fs::copy(file("first.key"), &key).unwrap();
    let world = World::with(Settings { public_url: Some("https://localhost".into()), ..Settings::default() });
    let certificate = Certificate::read(&chain, &key).unwrap();
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let listener = TlsListener::new(tcp, Arc::clone(&certificate), Arc::clone(&world.hub)).unwrap();
    let service = with_callers(router(Arc::clone(&world.hub))).into_make_service_with_connect_info::<Peer>();
    tokio::spawn(axum::serve(listener, service).into_future());
    Served { world, address, certificate, folder }
}

impl Served {
    /// Made like a phone's; a connection lasts for one call, so that the next one needs a handshake.
    fn client(&self) -> reqwest::ClientBuilder {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(&std::fs::read(file("root.pem")).unwrap()).unwrap();
        reqwest::Client::builder().tls_certs_only([root]).pool_max_idle_per_host(0)
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    async fn handshakes(&self, kind: &str) -> u32 {
        let page = self.world.call(axum::http::Request::get("/metrics").body("".into()).unwrap()).await.text();
        let name = format!("payung_tls_handshakes_total{{kind=\"{kind}\"}} ");
        page.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
    }
}

#[tokio::test]
async fn a_phone_syncs_over_tls_and_its_second_connection_resumes_the_first() {
    let served = serve().await;
    let phone = served.world.pair(VILLAGE).await;
    for version in [reqwest::Version::HTTP_11, reqwest::Version::HTTP_2] {
        let client = match version {
            reqwest::Version::HTTP_2 => served.client(),
            _ => served.client().http1_only(),
        };
        let client = client.build().unwrap();
        let (full, resumed) = (served.handshakes("full").await, served.handshakes("resumed").await);
        for number in 1..=2 {
            let body = serde_json::to_string(&request(vec![push(number)])).unwrap();
            let call = client.post(served.url("/v1/sync")).bearer_auth(&phone.token);
            let answer = call.header("content-type", "application/json").body(body).send().await.unwrap();
            assert_eq!((answer.status(), answer.version()), (StatusCode::OK, version));
            assert!(answer.headers().contains_key(SIGNATURE_HEADER));
            let answer: SyncResponse = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            assert_eq!(answer.receipts.len(), 1);
            // HTTP/2 keeps its connection while it can: a fresh one begins with what the client has learned.
            if version == reqwest::Version::HTTP_2 {
                break;
            }
        }
        assert_eq!(served.handshakes("full").await - full, 1, "{version:?}");
        let expected = u32::from(version == reqwest::Version::HTTP_11);
        assert_eq!(served.handshakes("resumed").await - resumed, expected, "{version:?}");
    }
}

#[tokio::test]
async fn who_does_not_trust_the_certificate_or_speaks_no_tls_gets_nothing() {
    let served = serve().await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let other = reqwest::Certificate::from_pem(&std::fs::read(file("second.pem")).unwrap()).unwrap();
    let stranger = reqwest::Client::builder().tls_certs_only([other]).build().unwrap();
    assert!(stranger.get(served.url("/healthz")).send().await.is_err());
    let plain = served.url("/healthz").replace("https", "http");
    assert!(served.client().build().unwrap().get(plain).send().await.is_err());
    let answer = served.client().build().unwrap().get(served.url("/healthz")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "and the others are served all the same");
    assert_eq!(served.handshakes("failed").await, 2);
}

#[tokio::test]
async fn the_caller_of_a_tls_connection_is_counted_by_its_address() {
    let served = serve().await;
    let client = served.client().build().unwrap();
    for _ in 0..21 {
        let call = client.post(served.url("/v1/pair")).header("content-type", "application/json");
        let _ = call.body(served.world.pair_body("AAAA-AAAA")).send().await.unwrap();
    }
    let answer = served.world.post("/v1/pair", None, served.world.pair_body("AAAA-AAAA")).await;
    assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "another address has tries of its own");
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_a_wrong_one_is_not() {
    let served = serve().await;
    let shown = || async {
        let client = served.client().tls_info(true).build().unwrap();
        let answer = client.get(served.url("/healthz")).send().await.unwrap();
        answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap().peer_certificate().unwrap().to_vec()
    };
    let first = shown().await;
    std::fs::copy(file("second.pem"), served.folder.path().join("chain.pem")).unwrap();
    let error = format!("{:#}", served.certificate.reload().unwrap_err());
    assert!(error.contains("renew both together"), "{error}");
    assert_eq!(shown().await, first, "the old one stays");
    std::fs::copy(file("second.key"), served.folder.path().join("key.pem")).unwrap();
    served.certificate.reload().unwrap();
    assert_ne!(shown().await, first);
    std::fs::write(served.folder.path().join("chain.pem"), "").unwrap();
    let error = format!("{:#}", served.certificate.reload().unwrap_err());
    assert!(error.contains("holds no certificate"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_program_shows_a_renewed_certificate_on_sighup_and_stops_in_order() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, kind: &str| {
        std::fs::copy(file(&format!("{name}.{kind}")), folder.path().join(kind)).unwrap();
    };
    put("first", "pem");
    put("first", "key");
    let mut child = Command::new(env!("CARGO_BIN_EXE_payung-hub"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .env("PAYUNG_TLS_CERTIFICATE", folder.path().join("pem"))
        .env("PAYUNG_TLS_KEY", folder.path().join("key"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("listening on https://127.0.0.1:").unwrap();
    let url = format!("https://localhost:{port}/healthz");
    let shown = || async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let root = reqwest::Certificate::from_pem(&std::fs::read(file("root.pem")).unwrap()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([root]).tls_info(true).build().unwrap();
        let answer = client.get(&url).send().await.unwrap();
        answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap().peer_certificate().unwrap().to_vec()
    };
    let tell = |signal: &str| {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    };
    let first = shown().await;
    put("second", "pem");
    put("second", "key");
    assert_eq!(shown().await, first, "nobody has told it yet");
    tell("HUP");
    let mut tries = 0;
    while shown().await == first {
        tries += 1;
        assert!(tries < 200, "the new certificate is never shown");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    tell("TERM");
    assert!(child.wait().unwrap().success(), "a stop is not a failure");
}
