//! Reports of irregularities: taken from whoever sends them, and what the office does about them.

use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::store::BREATH;
use crate::store::audit::{self, Act};
use crate::store::irregularity::{self, IrregularityRow, Standing};
use payung_domain::ids::{ContentHash, IrregularityId};
use payung_domain::irregularity::{Irregularity, IrregularityResponse, VERSION};

/// Reports that may wait unclosed: more than an office reads in a year, and some 100 MB. Then further ones stay on their phones.
pub const MOST_WAITING: u32 = 10_000;
/// When a phone may ask again whether there is room.
const FULL_SECONDS: u64 = 3_600;
/// How long a report is kept after it was closed.
pub const KEPT_DAYS: i64 = 2 * 365;
/// Reports that are removed in one transaction.
const REMOVED_AT_ONCE: u32 = 100;
/// As the audit calls it.
const CLOSE: &str = "irregularity.close";

/// Opens a report and keeps it: once, however often it comes. Where it came from is counted in memory, and only for a report that is
/// new: nobody else's turn is used up by what is none. It is noted nowhere.
pub fn take(hub: &Hub, sealed: &[u8], caller: &str) -> Result<IrregularityResponse, ApiError> {
    let plain = hub.key.open_sealed(sealed).ok_or_else(|| ApiError::bad_request("not sealed to this hub"))?;
    let report = Irregularity::from_padded(&plain).ok_or_else(|| ApiError::bad_request("not a report"))?;
    if report.version != VERSION {
        return Err(ApiError::version_unsupported(report.version));
    }
    let (is_known, waiting) = hub.store.read::<_, HubError>(|connection| {
        Ok((irregularity::is_known(connection, report.id)?, irregularity::waiting(connection)?))
    })?;
    if !is_known {
        if waiting >= MOST_WAITING {
            tracing::warn!(waiting, "so many reports wait that a new one was turned away: close some");
            return Err(ApiError::too_many(FULL_SECONDS));
        }
        hub.allow(&hub.limits.all_reports, "")?;
        if let Err(error) = hub.allow(&hub.limits.reports, caller) {
            hub.limits.all_reports.give_back("");
            return Err(error);
        }
        keep(hub, &report)?;
        tracing::info!(irregularity = %report.id, "a report came in");
    }
    Ok(IrregularityResponse { version: VERSION, sealed: ContentHash::of(sealed) })
}

/// Keeps a report that was opened.
pub fn keep(hub: &Hub, report: &Irregularity) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| Ok(irregularity::add(transaction, report, now)?))
}

/// Removes reports that were closed long ago; that it was done is in the audit. Tells how many.
pub fn forget_old(hub: &Hub) -> Result<usize, HubError> {
    let now = hub.context.now().as_millisecond();
    let mut removed = 0;
    loop {
        let done = hub.store.write::<_, HubError>(|transaction| {
            let old = irregularity::closed_before(transaction, now - KEPT_DAYS * 86_400_000, REMOVED_AT_ONCE)?;
            for &id in &old {
                irregularity::remove(transaction, id)?;
                audit::add(transaction, now, "hub", "irregularity.remove", &subject(id))?;
            }
            Ok(old.len())
        })?;
        removed += done;
        if done < REMOVED_AT_ONCE as usize {
            return Ok(removed);
        }
        std::thread::sleep(BREATH);
    }
}

/// What somebody of the office does with a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes it up, also one that was closed: what was found stays.
    Look,
    /// Closes it with words.
    Close(String),
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// No such report.
    #[error("no such report")]
    Unknown,
    /// It does not stand where it was seen: somebody else was faster.
    #[error("somebody else was faster")]
    MovedOn,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<crate::store::sql::SqlError> for StepError {
    fn from(error: crate::store::sql::SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// What the office wrote when it closed a report.
pub struct Closing {
    /// Its words.
    pub words: String,
    /// `user:<name>`.
    pub actor: String,
    /// Unix milliseconds.
    pub at: i64,
}

/// Reads a report for somebody, with its closings, the first one first; that they looked is in the audit, what they read is not.
pub fn see(hub: &Hub, id: IrregularityId, actor: &str) -> Result<Option<(IrregularityRow, Vec<Closing>)>, HubError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let Some(found) = irregularity::get(transaction, id)? else { return Ok(None) };
        audit::add(transaction, now, actor, "irregularity.see", &subject(id))?;
        let acts = audit::on(transaction, &subject(id))?;
        // from the last one backwards: of hubs that kept only one, the earlier acts have no words any more
        let acts = acts.into_iter().rev().filter(|act| act.act == CLOSE);
        let mut closings: Vec<_> = found.closings.iter().rev().zip(acts).map(closing).collect();
        closings.reverse();
        Ok(Some((found, closings)))
    })
}

fn closing((words, act): (&String, Act)) -> Closing {
    Closing { words: words.clone(), actor: act.actor, at: act.at }
}

/// Takes a step that was decided upon where the report had the mark `seen`, and writes into the audit that it was taken; the words
/// stay with the report, and earlier ones too.
pub fn step(hub: &Hub, id: IrregularityId, seen: &str, step: &Step, actor: &str) -> Result<(), StepError> {
    let now = hub.context.now().as_millisecond();
    hub.store.write(|transaction| {
        let before = irregularity::get(transaction, id)?.ok_or(StepError::Unknown)?;
        let (to, act, closing) = match step {
            Step::Look => (Standing::Looking, "irregularity.look", None),
            Step::Close(words) => (Standing::Closed, CLOSE, Some(words.as_str())),
        };
        if before.mark() != seen || before.standing == to {
            return Err(StepError::MovedOn);
        }
        irregularity::set(transaction, id, to, (actor, closing), now)?;
        let change = (before.standing.key(), to.key());
        Ok(audit::add_change(transaction, now, actor, act, &subject(id), change)?)
    })
}

fn subject(id: IrregularityId) -> String {
    format!("irregularity:{id}")
}

/// The text of the QR code on a notice board: a phone that scans it knows the office and can seal a report to it without a signal.
pub fn office_link(hub: &Hub, hub_url: &str) -> String {
    format!("payung://office?hub={}&key={}", crate::pairing::percent_encoded(hub_url), hub.key.public_hex())
}
