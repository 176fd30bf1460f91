//! TLS without a proxy: one certificate, read anew when its file changes or on SIGHUP, so that whatever renews it need not
//! stop the hub. HTTP/2 and 1.1 by ALPN; sessions are resumed by tickets, which spares a phone on a slow link a round trip
//! and the chain.

use crate::hub::Hub;
use anyhow::Context as _;
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A phone on one bar of signal takes some seconds for a handshake; who takes longer is no phone.
const HANDSHAKE_TIME: Duration = Duration::from_secs(30);
/// Handshakes at once: each is somebody whom nobody knows yet.
const HANDSHAKES_AT_ONCE: usize = 512;
/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A certificate with its key, and the files that they come from.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    /// What connections that begin now are shown.
    current: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.chain.display())
    }
}

impl Certificate {
    /// Reads both files.
    pub fn read(chain: &Path, key: &Path) -> anyhow::Result<Arc<Self>> {
        let current = RwLock::new(load(chain, key)?);
        Ok(Arc::new(Self { chain: chain.to_owned(), key: key.to_owned(), current }))
    }

    /// Reads both files again. When they don't fit the old ones stay.
    pub fn reload(&self) -> anyhow::Result<()> {
        let new = load(&self.chain, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// When each file was last written.
    fn times(&self) -> [Option<SystemTime>; 2] {
        [&self.chain, &self.key].map(|path| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn load(chain: &Path, key: &Path) -> anyhow::Result<Arc<CertifiedKey>> {
    let (chain_name, key_name) = (chain.display(), key.display());
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("tls_certificate {chain_name} can't be read as PEM"))?;
    anyhow::ensure!(!certificates.is_empty(), "tls_certificate {chain_name} holds no certificate; name the PEM chain");
    let private = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("tls_key {key_name} can't be read as a private key in PEM"))?;
    let both = CertifiedKey::from_der(certificates, private, &ring::default_provider())
        .with_context(|| format!("{key_name} is not the key of {chain_name}; renew both together"))?;
    Ok(Arc::new(both))
}

/// TLS over TCP. Handshakes go on beside each other; whoever is through is handed on.
pub struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    /// Begins to take connections, and to look after the certificate.
    pub fn new(tcp: TcpListener, certificate: Arc<Certificate>, hub: Arc<Hub>) -> anyhow::Result<Self> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Certificate>::clone(&certificate);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // Tickets, so that a thousand phones need no memory here; the keys that seal them change by themselves.
        config.ticketer = ring::Ticketer::new()?;
        let address = tcp.local_addr()?;
        let (through, ready) = mpsc::channel(1);
        tokio::spawn(take(tcp, TlsAcceptor::from(Arc::new(config)), through, hub));
        tokio::spawn(look_after(certificate));
        Ok(Self { ready, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.ready.recv().await {
            Some(through) => through,
            // The task that takes connections has no end; were it lost, those that are open would go on.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn take(
    mut tcp: TcpListener,
    acceptor: TlsAcceptor,
    through: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
    hub: Arc<Hub>,
) {
    let turns = Arc::new(Semaphore::new(HANDSHAKES_AT_ONCE));
    loop {
        // Ends with the listener that it works for: nobody is taken in who would not be served.
        let (socket, address) = tokio::select! {
            taken = Listener::accept(&mut tcp) => taken,
            () = through.closed() => return,
        };
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
        let (acceptor, through, hub) = (acceptor.clone(), through.clone(), Arc::clone(&hub));
        // A handshake is a few small messages, each waited for.
        let _ = socket.set_nodelay(true);
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await;
            drop(turn);
            let Ok(Ok(stream)) = handshake else {
                hub.metrics.shook_hands("failed");
                return;
            };
            let is_resumed = stream.get_ref().1.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
            hub.metrics.shook_hands(if is_resumed { "resumed" } else { "full" });
            let _ = through.send((stream, address)).await;
        });
    }
}

async fn look_after(certificate: Arc<Certificate>) {
    let mut known = certificate.times();
    #[cfg(unix)]
    let mut hang_up = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
    loop {
        let told = async {
            #[cfg(unix)]
            if let Some(hang_up) = &mut hang_up {
                hang_up.recv().await;
                return;
            }
            std::future::pending::<()>().await
        };
        let is_told = tokio::select! {
            () = told => true,
            () = tokio::time::sleep(LOOK_EVERY) => false,
        };
        let times = certificate.times();
        if !is_told && times == known {
            continue;
        }
        match certificate.reload() {
            Ok(()) => {
                known = times;
                tracing::info!("the certificate was read anew");
            }
            // Tried again at the next look: the two files are rarely written at the same moment.
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the certificate can't be read anew; the old one stays");
            }
        }
    }
}

/// Who is at the other end of a TLS connection.
#[derive(Clone, Copy)]
pub struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Handlers find the caller's address where they find it without TLS.
pub fn with_callers(router: Router) -> Router {
    router.layer(from_fn(|mut request: Request, next: Next| async move {
        if let Some(ConnectInfo(Peer(address))) = request.extensions().get::<ConnectInfo<Peer>>().copied() {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        next.run(request).await
    }))
}
