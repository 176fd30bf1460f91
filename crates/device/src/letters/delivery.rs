//! The way of letters to the office, and what became of each since the app started.

use super::office::{self, Office};
use super::{Letter, LetterError, Waiting, close, file_of, forget, letters};
use crate::env::Env;
use crate::letters::files::write_json;
use crate::sync::call::{Hub, failure_of, is_signed};
use crate::sync::failure::{NextStep, SyncFailure};
use crate::transport::{Method, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use payung_domain::ids::{ContentHash, IrregularityId};
use payung_domain::irregularity::IrregularityResponse;
use payung_domain::wire::ErrorCode;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PATH: &str = "/v1/irregularities";

/// Why a letter is still on this phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// It was not tried since the app started.
    Turn,
    /// The last try failed; it stays queued.
    Failed {
        /// Why.
        failure: SyncFailure,
        /// When.
        at: Timestamp,
    },
    /// The office can't read it: it is for another office, or the office has a new key. It is not tried again.
    Refused,
    /// Its file can't be read.
    Damaged,
}

/// What became of letters since the app started.
#[derive(Default)]
pub(crate) struct Deliveries {
    arrived: BTreeSet<IrregularityId>,
    failed: BTreeMap<IrregularityId, (SyncFailure, Timestamp)>,
}

impl Deliveries {
    /// Whether the office has signed for this letter.
    pub(crate) fn has_arrived(&self, id: IrregularityId) -> bool {
        self.arrived.contains(&id)
    }

    /// Takes what one round has brought.
    pub(crate) fn take(&mut self, round: &Round, at: Timestamp) {
        self.arrived.extend(&round.arrived);
        self.failed = round.failed.iter().map(|(id, failure)| (*id, (*failure, at))).collect();
    }

    /// What failed on the way to an address is no news of another one.
    pub(crate) fn start_anew(&mut self, ids: &[IrregularityId]) {
        self.failed.retain(|id, _| !ids.contains(id));
    }

    /// Says of each letter how the last try ended.
    pub(crate) fn explain(&self, waiting: &mut [Waiting]) {
        for one in waiting.iter_mut().filter(|one| one.delay == Delay::Turn) {
            if let Some(&(failure, at)) = self.failed.get(&one.id) {
                one.delay = Delay::Failed { failure, at };
            }
        }
    }
}

/// What one round has brought.
#[derive(Default)]
pub(crate) struct Round {
    /// The office has signed for these.
    pub arrived: Vec<IrregularityId>,
    /// These stay.
    pub failed: Vec<(IrregularityId, SyncFailure)>,
}

impl Round {
    /// The failure that says when to try again: one that goes by itself before one that a person must end.
    pub(crate) fn failure(&self) -> Option<SyncFailure> {
        let mut failures = self.failed.iter().map(|(_, failure)| *failure);
        let passing = failures.clone().find(|failure| failure.next_step() == NextStep::RetryLater);
        passing.or_else(|| failures.next_back())
    }
}

/// Whether there is anything to send.
pub(crate) fn is_due(folder: &Path) -> Result<bool, LetterError> {
    Ok(letters(folder)?.iter().any(|letter| !letter.is_refused))
}

/// Sends what waits. A letter goes from this phone when the office has signed for it, not before.
pub(crate) async fn deliver(folder: &Path, env: &Env) -> Result<Round, LetterError> {
    let mut round = Round::default();
    for mut letter in letters(folder)?.into_iter().filter(|letter| !letter.is_refused) {
        let id = letter.id;
        let done = match deliver_one(folder, env, &mut letter).await {
            Ok(()) => forget(folder, id).map(|()| round.arrived.push(id)).map_err(SyncFailure::from),
            // an answer to what is sealed: it stays so
            Err(SyncFailure::Refused(ErrorCode::BadRequest | ErrorCode::TooLarge)) if letter.is_sealed => {
                letter.is_refused = true;
                write_json(&file_of(folder, id), &letter).map_err(SyncFailure::from)
            }
            // another letter may be for another office
            Err(failure) => Err(failure),
        };
        if let Err(failure) = done {
            round.failed.push((id, failure));
        }
    }
    Ok(round)
}

async fn deliver_one(folder: &Path, env: &Env, letter: &mut Letter) -> Result<(), SyncFailure> {
    if !letter.is_sealed {
        letter.office = office::ask(env, &letter.office.hub_url, None).await?;
        close(folder, env, letter)?;
        write_json(&file_of(folder, letter.id), letter)?;
        if office::known(folder).is_none_or(|known| known.hub_url == letter.office.hub_url) {
            office::remember(folder, &letter.office)?;
        }
    }
    let sealed = STANDARD.decode(&letter.content).map_err(|_| SyncFailure::Phone)?;
    send(env, &letter.office, sealed).await
}

async fn send(env: &Env, office: &Office, sealed: Vec<u8>) -> Result<(), SyncFailure> {
    let hub = Hub { url: &office.hub_url, token: None, key: Some(&office.hub_key) };
    let digest = ContentHash::of(&sealed);
    let mut request = hub.request(Method::Post, format!("{}{PATH}", hub.url), sealed);
    request.headers.push(("content-type", "application/octet-stream".into()));
    let response: Response = env.transport.call(request).await?;
    if response.status != 200 {
        return Err(failure_of(&response));
    }
    let answer: Option<IrregularityResponse> = serde_json::from_slice(&response.body).ok();
    let is_receipt = is_signed(&response, PATH, hub.key) && answer.is_some_and(|answer| answer.sealed == digest);
    if is_receipt { Ok(()) } else { Err(SyncFailure::NotTheHub) }
}
