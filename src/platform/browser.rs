//! The app in a browser on this machine: the components run here, beside the store, and the page only draws.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use dioxus::prelude::VirtualDom;
use dioxus_liveview::LiveViewPool;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Makes the app anew for each page that is opened.
pub type MakeApp = Arc<dyn Fn() -> VirtualDom + Send + Sync>;

#[derive(Clone)]
struct Served {
    pool: LiveViewPool,
    make_app: MakeApp,
}

/// Serves the app until the process ends. Only this machine may look: there is no sign-in but the PIN.
pub async fn serve(address: SocketAddr, make_app: MakeApp) -> anyhow::Result<()> {
    anyhow::ensure!(
        address.ip().is_loopback(),
        "the app is served to this machine only, for example on 127.0.0.1:8701"
    );
    let listener = tokio::net::TcpListener::bind(address).await?;
    #[allow(clippy::print_stdout)]
    {
        println!("Payung: http://{}/", listener.local_addr()?);
    }
    let served = Served { pool: LiveViewPool::new(), make_app };
    let router = Router::new().route("/ws", get(socket)).fallback(page).with_state(served);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn page(headers: HeaderMap) -> Response {
    if !is_from_here(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    Html(super::page(&dioxus_liveview::interpreter_glue("/ws"))).into_response()
}

async fn socket(State(served): State<Served>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !is_from_here(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // a photo comes through this socket in base64: the default limits are too small
    upgrade.max_message_size(64 << 20).max_frame_size(64 << 20).on_upgrade(move |socket| async move {
        let make_app = served.make_app;
        let ended = served.pool.launch_virtualdom(dioxus_liveview::axum_socket(socket), move || make_app()).await;
        if let Err(error) = ended {
            tracing::debug!(%error, "a page has gone");
        }
    })
}

/// Another site in the same browser must not reach in, nor one whose name was made to point here.
fn is_from_here(headers: &HeaderMap) -> bool {
    let host_of = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let host = host_of(header::HOST).unwrap_or_default();
    let origin = host_of(header::ORIGIN).map(|origin| origin.trim_start_matches("http://"));
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    let is_local = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    is_local && origin.is_none_or(|origin| origin == host)
}
