//! `payung-hub serve`.

use crate::{Hub, ending, router, sweep};
use clap::Args;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[derive(Args)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "PAYUNG_LISTEN", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// A reverse proxy stands before this hub: take the caller's address from X-Forwarded-For
    #[arg(long, env = "PAYUNG_BEHIND_PROXY")]
    pub behind_proxy: bool,
}

/// How often expired uploads are removed.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How long calls under way may go on after SIGTERM.
const GRACE: Duration = Duration::from_secs(20);
/// How long work on blocking threads may go on after that; then the process ends, and SQLite rolls back.
const LAST_WORK: Duration = Duration::from_secs(3);

impl Serve {
    pub fn run(self, hub: Arc<Hub>) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let ended = runtime.block_on(self.serve(hub));
        // Dropped instead, it would wait for every blocking thread, however long.
        runtime.shutdown_timeout(LAST_WORK);
        ended
    }

    async fn serve(self, hub: Arc<Hub>) -> anyhow::Result<()> {
        let listener = tokio::net::TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        // The one line on stdout, for whoever started this with port 0; logs go to stderr.
        writeln!(std::io::stdout(), "listening on http://{address}")?;
        tracing::info!(%address, key = hub.key.public_hex(), "serving");
        let sweeper = tokio::spawn(sweep_now_and_then(Arc::clone(&hub)));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let service = router(hub).into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            told_to_stop().await;
            tracing::info!("stopping");
            let _ = stop.send(());
        });
        let deadline = async {
            let _ = stopped.await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = server.into_future() => ended?,
            () = deadline => tracing::warn!("stopped with calls under way"),
        }
        sweeper.abort();
        Ok(())
    }
}

async fn sweep_now_and_then(hub: Arc<Hub>) {
    loop {
        match hub.run(sweep::sweep).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "expired uploads removed"),
            Err(error) => tracing::error!(%error, "expired uploads could not be removed"),
        }
        match hub.run(ending::end_covers).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "covers are over"),
            Err(error) => tracing::error!(%error, "covers could not be ended"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
