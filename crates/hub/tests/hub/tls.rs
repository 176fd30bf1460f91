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
