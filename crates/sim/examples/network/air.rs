//! A bad link between two sockets: everything is late, little gets through, and now and then nothing does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Bytes that go over the air in one packet.
const PACKET: usize = 1400;

/// What a link is like.
#[derive(Clone, Copy)]
pub struct Weather {
    /// From one end to the other and back.
    pub round_trip: Duration,
    /// Bits a second, each way.
    pub bits: u64,
}

/// A link that counts what goes over it. Clones share it.
#[derive(Clone)]
pub struct Air(Arc<Inner>);

struct Inner {
    weather: Weather,
    up: AtomicU64,
    down: AtomicU64,
    is_out: AtomicBool,
    /// Counts outages: a connection ends when it changes.
    outages: watch::Sender<u64>,
    /// When the next packet may leave, each way: all connections share the air.
    free_at: [Mutex<Instant>; 2],
    /// After so many bytes up the link is cut once; 0 is never.
    cut_at: AtomicU64,
}

impl Air {
    /// Listens on a port of this machine and carries everything to the hub.
    pub async fn to(hub: SocketAddr, weather: Weather) -> std::io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let now = Instant::now();
        let air = Self(Arc::new(Inner {
            weather,
            up: AtomicU64::new(0),
            down: AtomicU64::new(0),
            is_out: AtomicBool::new(false),
            outages: watch::Sender::new(0),
            free_at: [Mutex::new(now), Mutex::new(now)],
            cut_at: AtomicU64::new(0),
        }));
        let carrier = air.clone();
        tokio::spawn(async move {
            while let Ok((phone, _)) = listener.accept().await {
                if !carrier.0.is_out.load(Ordering::Relaxed) {
                    tokio::spawn(carrier.clone().carry(phone, hub));
                }
            }
        });
        Ok((air, address))
    }

    async fn carry(self, phone: TcpStream, hub: SocketAddr) {
        let mut outages = self.0.outages.subscribe();
        outages.borrow_and_update();
        // the handshake of a new connection takes a round trip
        sleep(self.0.weather.round_trip).await;
        let Ok(hub) = TcpStream::connect(hub).await else { return };
        let ((from_phone, to_phone), (from_hub, to_hub)) = (phone.into_split(), hub.into_split());
        tokio::select! {
            _ = outages.changed() => {}
            _ = async { tokio::join!(self.pump(from_phone, to_hub, true), self.pump(from_hub, to_phone, false)) } => {}
        }
    }

    async fn pump(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_up: bool) {
        let (late, mut arriving) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let arrive = async move {
            while let Some((at, packet)) = arriving.recv().await {
                sleep_until(at).await;
                if to.write_all(&packet).await.is_err() {
                    return;
                }
            }
            drop(to.shutdown().await);
        };
        let leave = async move {
            let mut packet = vec![0; PACKET];
            while let Ok(length @ 1..) = from.read(&mut packet).await {
                let left = {
                    let mut free_at = self.0.free_at[usize::from(is_up)].lock().await;
                    let on_air = Duration::from_secs_f64(length as f64 * 8.0 / self.0.weather.bits as f64);
                    *free_at = (*free_at).max(Instant::now()) + on_air;
                    *free_at
                };
                sleep_until(left).await;
                let counted = if is_up { &self.0.up } else { &self.0.down };
                let total = counted.fetch_add(length as u64, Ordering::Relaxed) + length as u64;
                let cut_at = self.0.cut_at.load(Ordering::Relaxed);
                if is_up && cut_at > 0 && total >= cut_at {
                    self.0.cut_at.store(0, Ordering::Relaxed);
                    self.cut();
                }
                if late.send((left + self.0.weather.round_trip / 2, packet[..length].to_vec())).is_err() {
                    return;
                }
            }
        };
        tokio::join!(leave, arrive);
    }

    /// Ends every connection; new ones may come at once.
    pub fn cut(&self) {
        self.0.outages.send_modify(|count| *count += 1);
    }

    /// Cuts the link once when so many more bytes have gone up.
    pub fn cut_after(&self, bytes: u64) {
        self.0.cut_at.store(self.0.up.load(Ordering::Relaxed) + bytes, Ordering::Relaxed);
    }

    /// From now on the signal is gone for `out` after each `on`, until this handle is dropped.
    pub fn come_and_go(&self, on: Duration, out: Duration) -> tokio::task::JoinHandle<()> {
        let air = self.clone();
        tokio::spawn(async move {
            loop {
                sleep(on).await;
                air.0.is_out.store(true, Ordering::Relaxed);
                air.cut();
                sleep(out).await;
                air.0.is_out.store(false, Ordering::Relaxed);
            }
        })
    }

    /// Bytes that have gone up and down since the last call; what lies around them in packets is not counted.
    pub fn counted(&self) -> (u64, u64) {
        (self.0.up.swap(0, Ordering::Relaxed), self.0.down.swap(0, Ordering::Relaxed))
    }
}
