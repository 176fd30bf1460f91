//! The network between phones and hub, and what it does to a call.

use crate::brake::{Brake, Life};
use crate::clock::Time;
use crate::fault::{Fault, ON_THE_WAY, Tally};
use crate::impostor::wrong_hub;
use crate::world::HubSlot;
use axum::body::{Body, Bytes};
use futures_util::stream;
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use payung_device::{Call, Method, Request, Response, Transport, TransportError};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use tower::ServiceExt as _;

/// The address under which phones know the hub.
pub const HUB_URL: &str = "https://hub.sim";

/// When an app is killed: at which of its calls or steps from now on, 0 for the next.
#[derive(Clone, Copy, Debug)]
pub enum Kill {
    /// Between two steps of its store, or before a commit.
    Inside(Life),
    /// Before the call leaves: what the phone had written down for it is on its disk.
    Before(u32),
    /// When the hub has done it and the phone has not heard.
    After(u32),
}

/// So many requests may still be on their way somewhere.
const MOST_LATE: usize = 8;

/// After a call to the wrong hub so many more go there.
const STRAYED: u32 = 2;

/// One phone's way to the hub. Clones share it.
#[derive(Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    hub: HubSlot,
    time: Time,
    state: Mutex<State>,
    tally: Arc<Mutex<Tally>>,
    brake: Arc<Brake>,
}

struct State {
    chance: fastrand::Rng,
    /// One call in so many goes wrong; 0 for none.
    one_in: u32,
    /// So many more calls reach the wrong hub.
    strayed: u32,
    /// The last requests, any of which may arrive late.
    earlier: Vec<Request>,
    answered: Option<Response>,
    kill: Option<Kill>,
    is_dead: bool,
}

impl Link {
    /// A link on which all is well.
    pub fn new(hub: HubSlot, time: Time, chance: fastrand::Rng, tally: Arc<Mutex<Tally>>, brake: Arc<Brake>) -> Self {
        let state =
            State { chance, one_in: 0, strayed: 0, earlier: Vec::new(), answered: None, kill: None, is_dead: false };
        Self(Arc::new(Inner { hub, time, state: Mutex::new(state), tally, brake }))
    }

    /// From now on one call in `one_in` goes wrong; none when it is 0.
    pub fn set_trouble(&self, one_in: u32) {
        let mut state = self.state();
        (state.one_in, state.strayed) = (one_in, 0);
    }

    /// Nothing of earlier calls comes back.
    pub fn forget(&self) {
        let mut state = self.state();
        state.earlier.clear();
        state.answered = None;
    }

    /// Runs what an app does, or drops it in the middle of a call, or ends it between two steps of its store: what it says
    /// after that nobody hears. Nothing is under way then but the call, so that a seed replays.
    pub async fn until_killed<F: Future>(&self, kill: Option<Kill>, future: F) -> Option<F::Output> {
        match kill {
            Some(Kill::Inside(life)) => self.0.brake.kill_after(life),
            kill => self.state().kill = kill,
        }
        let mut future = pin!(future);
        let output = poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.state().is_dead => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        let mut state = self.state();
        (state.kill, state.is_dead) = (None, false);
        let was_dead = self.0.brake.release();
        if was_dead {
            self.note(Fault::PhoneKilledInside);
        } else if output.is_none() {
            self.note(Fault::PhoneKilled);
        }
        output.filter(|_| !was_dead)
    }

    /// Whether the app ends here.
    fn dies(&self, is_before: bool) -> bool {
        let mut state = self.state();
        // one that was killed at a step of its store calls nobody
        state.is_dead |= self.0.brake.is_dead();
        if state.is_dead {
            return true;
        }
        let left = match (&mut state.kill, is_before) {
            (Some(Kill::Before(left)), true) | (Some(Kill::After(left)), false) => left,
            _ => return false,
        };
        let is_now = *left == 0;
        *left = left.saturating_sub(1);
        state.is_dead = is_now;
        is_now
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens to the next call, and how long it takes.
    fn draw(&self) -> (Option<Fault>, SignedDuration) {
        let State { chance, one_in, strayed, .. } = &mut *self.state();
        let strikes = *one_in > 0 && chance.u32(..*one_in) == 0;
        let mut fault = strikes.then(|| ON_THE_WAY[chance.usize(..ON_THE_WAY.len())]);
        if *strayed > 0 {
            // a name that leads elsewhere does so for the next calls too: the right hub must not mend at once what this one said
            *strayed -= 1;
            fault = Some(Fault::WrongHub);
        } else if fault == Some(Fault::WrongHub) {
            *strayed = STRAYED;
        }
        (fault, SignedDuration::from_millis(chance.i64(40..4_000)))
    }

    async fn carried(&self, request: Request) -> Result<Response, TransportError> {
        if self.dies(true) {
            std::future::pending::<()>().await;
        }
        let (fault, time) = self.draw();
        self.0.time.pass(time);
        if let Some(fault) = fault.filter(|fault| *fault != Fault::HubKilledInside) {
            self.note(fault);
        }
        let result = self.struck(fault, &request).await;
        self.remember(request, result.as_ref().ok());
        if self.dies(false) {
            std::future::pending::<()>().await;
        }
        result
    }

    fn note(&self, fault: Fault) {
        self.0.tally.lock().unwrap_or_else(PoisonError::into_inner).add(fault);
    }

    fn remember(&self, request: Request, response: Option<&Response>) {
        let mut state = self.state();
        if state.earlier.len() == MOST_LATE {
            state.earlier.remove(0);
        }
        state.earlier.push(request);
        if let Some(response) = response {
            state.answered = Some(response.clone());
        }
    }

    async fn struck(&self, fault: Option<Fault>, request: &Request) -> Result<Response, TransportError> {
        let hub = &self.0.hub;
        let page = |status, body: &str| Response { status, headers: BTreeMap::new(), body: body.into() };
        match fault {
            None => hub.answer(request, None).await,
            Some(Fault::NoSignal) => Err(TransportError::NoConnection),
            Some(Fault::RequestCut) => {
                let end = self.state().chance.usize(..=request.body.len());
                drop(hub.answer(request, Some(end)).await);
                Err(TransportError::Interrupted)
            }
            Some(Fault::RequestTwice) => {
                drop(hub.answer(request, None).await);
                hub.answer(request, None).await
            }
            Some(Fault::RequestLate) => {
                let earlier = {
                    let State { chance, earlier, .. } = &mut *self.state();
                    chance.choice(&*earlier).cloned()
                };
                if let Some(earlier) = earlier {
                    drop(hub.answer(&earlier, None).await);
                }
                hub.answer(request, None).await
            }
            Some(Fault::AnswerLost) => {
                drop(hub.answer(request, None).await);
                Err(TransportError::Interrupted)
            }
            Some(Fault::AnswerCut) => {
                let mut answer = hub.answer(request, None).await?;
                answer.body.truncate(answer.body.len() / 2);
                Ok(answer)
            }
            Some(Fault::AnswerOld) => {
                let answered = self.state().answered.clone();
                let answer = hub.answer(request, None).await;
                answered.map_or(answer, Ok)
            }
            Some(Fault::LoginPage) => Ok(page(200, "<html>Selamat datang di Wi-Fi Warung</html>")),
            Some(Fault::WrongHub) => Ok(wrong_hub(request)),
            Some(Fault::BadGateway) => Ok(page(502, "<html>bad gateway</html>")),
            Some(Fault::HubKilled) => {
                let is_done = self.state().chance.bool();
                if is_done {
                    drop(hub.answer(request, None).await);
                }
                hub.restart();
                Err(TransportError::Interrupted)
            }
            Some(Fault::HubKilledInside) => {
                hub.brake().kill_after(Life::drawn(&mut self.state().chance));
                let answer = hub.answer(request, None).await;
                let is_inside = hub.brake().is_dead();
                self.note(if is_inside { Fault::HubKilledInside } else { Fault::HubKilled });
                hub.restart();
                // what it said before it died was said; a dead process makes no excuses
                answer.ok().filter(|answer| is_inside && answer.status < 300).ok_or(TransportError::Interrupted)
            }
            Some(Fault::HubDiskFull) => {
                hub.set_disk_full(true);
                let answer = hub.answer(request, None).await;
                hub.set_disk_full(false);
                answer
            }
            Some(_) => Err(TransportError::Interrupted),
        }
    }
}

impl Transport for Link {
    fn call(&self, request: Request) -> Call<'_> {
        Box::pin(self.carried(request))
    }
}

impl HubSlot {
    /// The hub's answer; with `end`, to a request whose body breaks off there.
    pub async fn answer(&self, request: &Request, end: Option<usize>) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Post => "POST",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
        };
        let path = request.url.strip_prefix(HUB_URL).ok_or(TransportError::BadAddress)?;
        let mut builder = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let body = match end {
            None => Body::from(request.body.clone()),
            Some(end) => broken_off(&request.body, end),
        };
        let request = builder.body(body).map_err(|_| TransportError::BadAddress)?;
        let response = match self.router().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| TransportError::Interrupted)?.to_bytes().to_vec();
        let text = |value: &axum::http::HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(Response { status: parts.status.as_u16(), headers, body })
    }
}

/// A body that ends with an error.
fn broken_off(body: &[u8], end: usize) -> Body {
    let start = Bytes::copy_from_slice(body.get(..end).unwrap_or(body));
    Body::from_stream(stream::iter([Ok(start), Err(io::Error::from(io::ErrorKind::ConnectionReset))]))
}
