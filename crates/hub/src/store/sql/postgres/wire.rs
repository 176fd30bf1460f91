//! A socket, and the waiting for it: whoever asks the database drives the connection until the answer is there.

use super::super::{Result, SqlError};
use std::future::Future;
use std::io::{self, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A database that says nothing for so long is gone. Long work and a line of writers before this one take less.
const PATIENCE: Duration = Duration::from_secs(300);

/// A socket that never waits by itself.
pub struct Wire {
    socket: Socket,
    is_full: Arc<AtomicBool>,
}

enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Waits for a [`Wire`].
pub struct Waiter {
    #[cfg(unix)]
    socket: std::os::fd::OwnedFd,
    is_full: Arc<AtomicBool>,
}

/// A database whose machine vanishes is noticed within half a minute, and not when [`PATIENCE`] is over.
#[cfg(unix)]
fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_socket_keepalive(stream, true)?;
    #[cfg(target_os = "linux")]
    {
        sockopt::set_tcp_keepidle(stream, Duration::from_secs(10))?;
        sockopt::set_tcp_keepintvl(stream, Duration::from_secs(5))?;
        sockopt::set_tcp_keepcnt(stream, 3)?;
    }
    Ok(())
}

impl Wire {
    /// Over the network.
    pub fn tcp(stream: TcpStream) -> io::Result<(Self, Waiter)> {
        stream.set_nodelay(true)?;
        #[cfg(unix)]
        keep_alive(&stream)?;
        stream.set_nonblocking(true)?;
        #[cfg(unix)]
        let socket = stream.try_clone()?.into();
        let is_full = Arc::<AtomicBool>::default();
        let waiter = Waiter {
            #[cfg(unix)]
            socket,
            is_full: Arc::clone(&is_full),
        };
        Ok((Self { socket: Socket::Tcp(stream), is_full }, waiter))
    }

    /// On this machine.
    #[cfg(unix)]
    pub fn unix(stream: UnixStream) -> io::Result<(Self, Waiter)> {
        stream.set_nonblocking(true)?;
        let is_full = Arc::<AtomicBool>::default();
        let waiter = Waiter { socket: stream.try_clone()?.into(), is_full: Arc::clone(&is_full) };
        Ok((Self { socket: Socket::Unix(stream), is_full }, waiter))
    }

    fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        match &self.socket {
            Socket::Tcp(socket) => (&*socket).read(bytes),
            #[cfg(unix)]
            Socket::Unix(socket) => (&*socket).read(bytes),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match &self.socket {
            Socket::Tcp(socket) => (&*socket).write(bytes),
            #[cfg(unix)]
            Socket::Unix(socket) => (&*socket).write(bytes),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            match self.read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.is_full.store(true, Relaxed);
                    return Poll::Pending;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return Poll::Ready(done),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match &self.socket {
            Socket::Tcp(socket) => socket.shutdown(std::net::Shutdown::Write),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.shutdown(std::net::Shutdown::Write),
        })
    }
}

impl Waiter {
    /// Returns when there is something to read, or room to write where that was missing.
    fn wait(&self) -> Result<()> {
        let is_full = self.is_full.swap(false, Relaxed);
        #[cfg(unix)]
        {
            use rustix::event::{PollFd, PollFlags, Timespec, poll};
            let flags = if is_full { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
            let patience = Timespec::try_from(PATIENCE).map_err(|_| SqlError::Ended)?;
            match poll(&mut [PollFd::new(&self.socket, flags)], Some(&patience)) {
                Ok(0) => Err(SqlError::Lost("the database says nothing".into())),
                Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
                Err(error) => Err(SqlError::Lost(error.to_string())),
            }
        }
        #[cfg(not(unix))]
        {
            let _ = (is_full, PATIENCE);
            std::thread::sleep(Duration::from_micros(100));
            Ok(())
        }
    }
}

#[derive(Default)]
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

/// What keeps a connection going: it moves only while somebody waits for an answer.
type Going = Pin<Box<dyn Future<Output = std::result::Result<(), tokio_postgres::Error>> + Send>>;

/// A connection's own side of the conversation.
pub struct Driver {
    going: Option<Going>,
    waiter: Waiter,
    bell: Arc<Bell>,
    waker: Waker,
}

impl Driver {
    /// Nothing is going yet.
    pub fn new(waiter: Waiter) -> Self {
        let bell = Arc::<Bell>::default();
        Self { going: None, waiter, waker: Waker::from(Arc::clone(&bell)), bell }
    }

    /// From now on this is kept going.
    pub fn drive(&mut self, going: Going) {
        self.going = Some(going);
    }

    /// Whether the conversation is over.
    pub fn is_over(&self) -> bool {
        self.going.is_none()
    }

    /// Sends what is to be sent and takes what has come, and waits for nothing.
    pub fn step(&mut self) {
        let mut context = Context::from_waker(&self.waker);
        if let Some(going) = &mut self.going
            && going.as_mut().poll(&mut context).is_ready()
        {
            self.going = None;
        }
    }

    /// Lets some work say what it wants said, and does not wait for what comes of it.
    pub fn begin<T>(&self, work: impl Future<Output = T>) {
        let _ = pin!(work).poll(&mut Context::from_waker(&self.waker));
    }

    /// Waits for some work; `is_driven` where it needs the connection to be kept going.
    pub fn wait_for<T>(&mut self, work: impl Future<Output = T>, is_driven: bool) -> Result<T> {
        let mut work = pin!(work);
        loop {
            if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&self.waker)) {
                return Ok(done);
            }
            self.bell.0.store(false, Relaxed);
            if is_driven {
                self.step();
                if self.is_over() {
                    let last = work.as_mut().poll(&mut Context::from_waker(&self.waker));
                    let lost = || SqlError::Lost("the connection to the database ended".into());
                    return if let Poll::Ready(done) = last { Ok(done) } else { Err(lost()) };
                }
            }
            if !self.bell.0.swap(false, Relaxed) {
                // whatever it may still say belongs to no question any more
                self.waiter.wait().inspect_err(|_| self.going = None)?;
            }
        }
    }
}
