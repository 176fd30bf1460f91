//! A worker asks where they stand: by the key of their receipt's code, or by its number and the heir's first name.

use crate::context::moment;
use crate::error::{ApiError, HubError};
use crate::guess::Tried;
use crate::hub::Hub;
use crate::store::sql::{self, Connection};
use crate::store::{card, record, village, worker_key};
use payung_domain::state::State;
use payung_domain::wire::VERSION;
use payung_domain::worker::{CardAccess, CardResponse, WorkerStep};
use payung_domain::worker_key::first_name;
use payung_domain::{Enrolment, RecordId};
use subtle::ConstantTimeEq as _;

/// Characters of a name that is looked at.
const LONGEST_NAME: usize = 200;

/// Opens a card, or says that there is none: the same words whatever was wrong.
pub fn open(hub: &Hub, by: &CardAccess, nonce: &str, address: &str) -> Result<CardResponse, ApiError> {
    let not_found = || ApiError::not_found("card");
    match by {
        CardAccess::Key { key } => hub.store.read(|connection| {
            let record = worker_key::by_hash(connection, &key.hash())?.ok_or_else(not_found)?;
            told(hub, connection, record, nonce)
        }),
        CardAccess::Number { number, heir } => {
            let tried = Tried::new(hub, &number.to_string(), address);
            let now = hub.context.now().as_millisecond();
            // who is locked out learns it without the one writer
            if let Some(seconds) = hub.store.read::<_, ApiError>(|connection| Ok(tried.wait(connection, now)?))? {
                return Err(ApiError::too_many(seconds));
            }
            // Looked up and counted in one write: of many tries at once none slips past the count.
            let found = hub.store.write::<_, ApiError>(|transaction| {
                if let Some(seconds) = tried.wait(transaction, now)? {
                    return Ok(Err(ApiError::too_many(seconds)));
                }
                let record = worker_key::by_number(transaction, *number)?;
                let found = named(hub, transaction, record, heir)?;
                if found.is_none() {
                    tried.was_wrong(transaction, record.is_some(), now)?;
                }
                Ok(found.ok_or_else(not_found))
            })?;
            let record = found?;
            hub.store.read(|connection| told(hub, connection, record, nonce))
        }
    }
}

/// The record of a number, if the heir is called so. Of an unknown number somebody else's heir is compared, and refused.
fn named(
    hub: &Hub,
    connection: &Connection,
    record: Option<RecordId>,
    heir: &str,
) -> Result<Option<RecordId>, HubError> {
    let body = worker_key::body_of(connection, record)?;
    let enrolment = body.and_then(|body| serde_json::from_str::<Enrolment>(&body).ok());
    let held = enrolment.and_then(|enrolment| first_name(&enrolment.heir.name));
    let typed = first_name(&heir.chars().take(LONGEST_NAME).collect::<String>());
    let hash = |name: &Option<String>| {
        hub.key.secret_for("the first name of an heir", name.as_deref().unwrap_or_default().as_bytes())
    };
    let is_same: bool = hash(&held).ct_eq(&hash(&typed)).into();
    Ok(record.filter(|_| is_same && held.is_some() && typed.is_some()))
}

fn told(hub: &Hub, connection: &Connection, id: RecordId, nonce: &str) -> Result<CardResponse, ApiError> {
    let row = record::get(connection, id)?.ok_or(HubError::Corrupt("the record of a key"))?;
    let place = village::get(connection, row.village)?.ok_or(HubError::Corrupt("village of a record"))?;
    let programme = hub.catalogue.programme(&row.programme).map_or(row.programme.as_str(), |found| &found.name);
    let card = card::of_record(connection, id)?.into_iter().next();
    let is_ended = card.as_ref().is_some_and(|card| card.ended_at.is_some());
    Ok(CardResponse {
        version: VERSION,
        nonce: nonce.to_owned(),
        hub_name: hub.settings.name.clone(),
        hub_key: hub.key.public_hex(),
        as_of: moment(hub.context.now().as_millisecond()),
        name: record::name_of(connection, id)?,
        masked_nik: row.nik.masked(),
        programme: programme.to_owned(),
        village: place.name,
        district: place.district,
        steps: steps(connection, id)?,
        card: card.map(|card| card.body),
        is_ended,
    })
}

/// What has happened, without what the office wrote. Of a rank that was told again and again, the last one.
fn steps(connection: &Connection, id: RecordId) -> sql::Result<Vec<WorkerStep>> {
    let mut steps: Vec<WorkerStep> = Vec::new();
    for (change, _) in record::history(connection, id)? {
        let step = WorkerStep { state: for_worker(change.state), at: change.at };
        match steps.last_mut() {
            // told again, because a card has come since
            Some(last) if last.state == step.state => {}
            Some(last) if last.state.key() == step.state.key() => *last = step,
            _ => steps.push(step),
        }
    }
    Ok(steps)
}

fn for_worker(state: State) -> State {
    match state {
        State::NeedsCorrection { .. } => State::NeedsCorrection { comments: Vec::new() },
        State::Rejected { reason, .. } => State::Rejected { reason, words: String::new() },
        other => other,
    }
}
