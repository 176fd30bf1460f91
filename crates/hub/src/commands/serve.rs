//! `payung-hub serve`.

use super::config::{Config, chosen};
use crate::files::work;
use crate::store::Chore;
use crate::tls::{self, Certificate, TlsListener};
use crate::{Hub, card, ending, examine, line, router, sweep, verdict};
use anyhow::Context as _;
use clap::Args;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

#[derive(Args)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8700]
    #[arg(long, value_name = "ADDR", env = "PAYUNG_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// A reverse proxy stands before this hub: take the caller's address from X-Forwarded-For
    #[arg(long, env = "PAYUNG_BEHIND_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        value_parser = clap::builder::BoolishValueParser::new())]
    pub behind_proxy: Option<bool>,
    /// How long a verifier can take a decision back before it takes effect; 0: at once [default: 30]
    #[arg(long, value_name = "SECONDS", env = "PAYUNG_UNDO_SECONDS")]
    pub undo_seconds: Option<u32>,
    /// Speak TLS with this chain of certificates, PEM
    #[arg(long, value_name = "FILE", env = "PAYUNG_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key, PEM
    #[arg(long, value_name = "FILE", env = "PAYUNG_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

/// How often it is looked for uploads and reports that have expired.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// Between two steps through the undecided records.
const STEP_PAUSE: Duration = Duration::from_millis(20);
/// How often it is looked for files that a worker has left: as long as a claim lasts.
const FILES_EVERY: Duration = Duration::from_secs(60);
/// How often it is looked for verdicts whose time has come.
const VERDICTS_EVERY: Duration = Duration::from_secs(1);
/// How long calls under way may go on after SIGTERM.
const GRACE: Duration = Duration::from_secs(20);
/// How long work on blocking threads may go on after that; then the process ends, and SQLite rolls back.
const LAST_WORK: Duration = Duration::from_secs(3);

impl Serve {
    pub fn run(self, hub: Arc<Hub>, config: &Config) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let ended = runtime.block_on(serve(hub, config));
        // Dropped instead, it would wait for every blocking thread, however long.
        runtime.shutdown_timeout(LAST_WORK);
        ended
    }
}

async fn serve(hub: Arc<Hub>, config: &Config) -> anyhow::Result<()> {
    let certificate = match (chosen(&config.tls_certificate), chosen(&config.tls_key)) {
        (Some(chain), Some(key)) => Some(Certificate::read(chain, key)?),
        _ => None,
    };
    // by the one who serves, and not by whoever looks at the folder with other programmes in mind
    line::renew(&hub)?;
    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}; choose another address with listen", config.listen))?;
    let address = listener.local_addr()?;
    let told = told_to_stop()?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    // The one line on stdout, for whoever started this with port 0; logs go to stderr.
    writeln!(std::io::stdout(), "listening on {scheme}://{address}")?;
    tracing::info!(%address, scheme, key = hub.key.public_hex(), "serving");
    let sweeper = tokio::spawn(sweep_now_and_then(Arc::clone(&hub)));
    let walk = tokio::spawn(look_anew(Arc::clone(&hub)));
    let verdicts = tokio::spawn(apply_verdicts(Arc::clone(&hub)));
    let cards = tokio::spawn(sign_missing_cards(Arc::clone(&hub)));
    let files = tokio::spawn(go_on_with_files(Arc::clone(&hub)));
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let until = async move {
        told.await;
        tracing::info!("stopping");
        let _ = stop.send(());
    };
    let server: Pin<Box<dyn Future<Output = std::io::Result<()>> + Send>> = match certificate {
        None => {
            let service = router(hub).into_make_service_with_connect_info::<SocketAddr>();
            Box::pin(axum::serve(listener, service).with_graceful_shutdown(until).into_future())
        }
        Some(certificate) => {
            let listener = TlsListener::new(listener, certificate, Arc::clone(&hub))?;
            let service = tls::with_callers(router(hub)).into_make_service_with_connect_info::<tls::Peer>();
            Box::pin(axum::serve(listener, service).with_graceful_shutdown(until).into_future())
        }
    };
    let deadline = async {
        let _ = stopped.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended?,
        () = deadline => tracing::warn!("stopped with calls under way"),
    }
    for chore in [sweeper, verdicts, walk, cards, files] {
        chore.abort();
    }
    Ok(())
}

/// Lets verdicts take effect when their time to be taken back has passed; those of a hub that was down at once.
async fn apply_verdicts(hub: Arc<Hub>) {
    loop {
        if let Err(error) = hub.run(verdict::apply_due).await {
            tracing::error!(%error, "a verdict could not take effect");
        }
        tokio::time::sleep(VERDICTS_EVERY).await;
    }
}

/// Looks at all undecided records anew where the rules have changed.
async fn look_anew(hub: Arc<Hub>) {
    while let Err(error) = hub.run(|hub| hub.store.alone(Chore::Look, || examine::walk(hub, STEP_PAUSE))).await {
        tracing::error!(%error, "undecided records could not be looked at");
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Goes on with files that an ended process has left half done.
async fn go_on_with_files(hub: Arc<Hub>) {
    loop {
        work::kick(&hub);
        tokio::time::sleep(FILES_EVERY).await;
    }
}

/// Signs the cards of people who were covered before this hub signed any. Where it broke off, the next start goes on.
async fn sign_missing_cards(hub: Arc<Hub>) {
    match hub.run(|hub| hub.store.alone(Chore::Cards, || card::sign_missing(hub, STEP_PAUSE))).await {
        Ok(None | Some(0)) => {}
        Ok(Some(signed)) => tracing::info!(signed, "cards signed for who was covered before"),
        Err(error) => tracing::error!(%error, "missing cards could not be signed"),
    }
}

async fn sweep_now_and_then(hub: Arc<Hub>) {
    loop {
        match hub.run(|hub| hub.store.alone(Chore::Sweep, || sweep::sweep(hub))).await {
            Ok(None | Some(0)) => {}
            Ok(Some(removed)) => tracing::info!(removed, "what had expired was removed"),
            Err(error) => tracing::error!(%error, "what has expired could not be removed"),
        }
        match hub.run(|hub| hub.store.alone(Chore::Covers, || ending::end_covers(hub))).await {
            Ok(None | Some(0)) => {}
            Ok(Some(ended)) => tracing::info!(ended, "covers are over"),
            Err(error) => tracing::error!(%error, "covers could not be ended"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Hears of SIGTERM and Ctrl-C from the moment this is called, and not only from when it is first waited for: whoever reads
/// the line about listening may stop the hub at once.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
