//! The waiting list of a programme: who joins it where, who gets the next free place, and what phones hear of it.
//!
//! The order is a key in each row, so that it is exact at any moment. The rank is a number that is told: to the office when
//! a page is drawn, to a village's phones when one of them calls and the line has changed since.

use crate::context::{day_here, moment};
use crate::error::HubError;
use crate::hub::Hub;
use crate::places::{self, Counted};
use crate::store::lease::{self, Pool};
use crate::store::line::{self, Beginning, ListEntry};
use crate::store::record::{self, RecordRow};
use crate::store::sql::{Connection, Transaction};
use payung_domain::eligibility::age;
use payung_domain::programme::rank::{Decile, Facts, Turn};
use payung_domain::programme::{ProgrammeId, SourceId};
use payung_domain::region::VillageCode;
use payung_domain::state::{Event, State};
use payung_domain::{Enrolment, Programme, RecordId};

/// A kader may be without a signal for so long before it costs a turn; no wrong clock gains more.
const MOST_BACKDATED_DAYS: i64 = 14;

/// What is known of a person, from the newest revision and from the lists.
pub fn facts(connection: &Connection, programme: &Programme, id: RecordId) -> Result<Facts, HubError> {
    let body = line::newest_body(connection, id)?;
    let enrolment: Enrolment = serde_json::from_str(&body).map_err(|_| HubError::Corrupt("a revision"))?;
    let beginning = line::beginning(connection, id)?;
    let enrolled_at = moment(enrolled_at(&beginning));
    let position = |id: &SourceId| programme.sources.iter().position(|source| source.id == *id);
    let mut entries = line::entries_of(connection, &programme.id, &enrolment.identity.nik)?;
    entries.sort_by_key(|(source, _)| position(source).unwrap_or(usize::MAX));
    // what the kader says counts as well: the office has agreed to it
    let named = enrolment.source.iter().chain(entries.iter().map(|(source, _)| source));
    Ok(Facts {
        record: id,
        enrolled_at,
        age: age(enrolment.identity.birth_date, day_here(enrolled_at)),
        source: named.min_by_key(|source| position(source).unwrap_or(usize::MAX)).cloned(),
        decile: entries.iter().find_map(|(_, entry)| entry.decile).and_then(Decile::new),
        has_disability: entries.iter().find_map(|(_, entry)| entry.has_disability),
        has_lost_place: beginning.has_lost_place,
    })
}

/// When a kader saved an enrolment, by our clock in Unix milliseconds: never later than it came, nor much earlier.
pub fn enrolled_at(beginning: &Beginning) -> i64 {
    let Beginning { saved_at, clock_offset, received_at, .. } = *beginning;
    let earliest = received_at.saturating_sub(MOST_BACKDATED_DAYS * 86_400_000);
    clock_offset.map_or(received_at, |offset| saved_at.saturating_add(offset)).max(earliest).min(received_at)
}

/// Gives a record that was agreed to its turn, and tells the rank.
pub fn join(transaction: &Transaction, programme: &Programme, pool: &Pool, id: RecordId) -> Result<u32, HubError> {
    let key = programme.rank_key(&facts(transaction, programme, id)?);
    line::set_key(transaction, id, &key)?;
    Ok(pool.rank_of(transaction, &key)?)
}

/// Gives the places that are free to those who come next.
pub fn move_up(
    hub: &Hub,
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
    now: i64,
) -> Result<(), HubError> {
    while let Some(counted) = Counted::of(hub, transaction, programme, village)? {
        if counted.used.waiting == 0 {
            break;
        }
        counted.pool.take_back_expired(transaction, now)?;
        let Some(counted) = Counted::of(hub, transaction, programme, village)? else { break };
        let Some(&place) = counted.free(transaction, 1)?.first() else { break };
        let Some(next) = counted.pool.next_in_line(transaction)? else { break };
        set_place(transaction, next, place, (now, "hub"))?;
    }
    Ok(())
}

/// Gives lent places that have run out to those who wait, where no phone of the village has called since. Tells for how many pools.
pub fn move_up_expired(hub: &Hub) -> Result<usize, HubError> {
    let now = hub.context.now().as_millisecond();
    let waited_for = hub.store.read::<_, HubError>(|connection| Ok(lease::waited_for(connection, now)?))?;
    for (programme, village) in &waited_for {
        // without its file no one knows how many places a programme has
        if hub.catalogue.programme(programme).is_some() {
            hub.store.write(|transaction| move_up(hub, transaction, programme, *village, now))?;
        }
    }
    Ok(waited_for.len())
}

/// Gives a place to somebody who waits, or another number to somebody who has one.
pub(crate) fn set_place(
    transaction: &Transaction,
    id: RecordId,
    place: u32,
    (now, actor): (i64, &str),
) -> Result<(), HubError> {
    let row = record::get(transaction, id)?.ok_or(HubError::Corrupt("a waiting list"))?;
    let placed = row.state.after(Event::Place(Some(place))).map_err(|_| HubError::Corrupt("a waiting list"))?;
    Ok(record::set_state(transaction, id, &placed, now, actor)?)
}

/// Tells a village's phones the ranks of its people, where the line has changed since they heard. Not with each decision:
/// whoever goes moves everybody behind, and thousands may wait.
pub fn tell(
    hub: &Hub,
    transaction: &Transaction,
    programme: &ProgrammeId,
    village: VillageCode,
    now: i64,
) -> Result<(), HubError> {
    let Some(pool) = places::pool(transaction, hub.programme(programme)?, village)? else { return Ok(()) };
    let Some(changes) = pool.untold(transaction, village)? else { return Ok(()) };
    for (waiting, rank) in pool.line(transaction)?.iter().zip(1..) {
        if waiting.village == village && waiting.told != Some(rank) {
            set_rank(transaction, waiting.record, rank, (now, "hub"))?;
        }
    }
    Ok(pool.set_told(transaction, village, changes)?)
}

/// Tells a rank; the record waits, or is about to.
pub(crate) fn set_rank(
    transaction: &Transaction,
    id: RecordId,
    rank: u32,
    (now, actor): (i64, &str),
) -> Result<(), HubError> {
    let row = record::get(transaction, id)?.ok_or(HubError::Corrupt("a waiting list"))?;
    let state = row.state.after(Event::Wait(rank)).map_err(|_| HubError::Corrupt("a waiting list"))?;
    Ok(record::set_state(transaction, id, &state, now, actor)?)
}

/// Puts the rank of this moment into the state of somebody who waits; the stored state has the one that was told.
pub fn refresh(hub: &Hub, connection: &Connection, id: RecordId, state: &mut State) -> Result<(), HubError> {
    let State::WaitingList { rank, .. } = state else { return Ok(()) };
    let row = record::get(connection, id)?.ok_or(HubError::Corrupt("a waiting list"))?;
    // a page can be drawn without the programme's file, with the rank as it was told
    let Some(programme) = hub.catalogue.programme(&row.programme) else { return Ok(()) };
    let pool = places::pool(connection, programme, row.village)?;
    if let (Some(pool), Some(key)) = (pool, line::key_of(connection, id)?) {
        *rank = pool.rank_of(connection, &key)?;
    }
    Ok(())
}

/// Why somebody who waits has this rank; nothing for who does not wait.
pub fn why(hub: &Hub, connection: &Connection, row: &RecordRow) -> Result<Option<String>, HubError> {
    if !matches!(row.state, State::WaitingList { .. }) {
        return Ok(None);
    }
    let Some(programme) = hub.catalogue.programme(&row.programme) else { return Ok(None) };
    let Some(pool) = places::pool(connection, programme, row.village)? else { return Ok(None) };
    Ok(explained(connection, programme, &pool, |id, _| id == row.id)?.pop().map(|(_, sentence)| sentence))
}

/// Those who wait for a pool's places and are wanted, the next one first, each with the sentence that says why.
pub fn explained(
    connection: &Connection,
    programme: &Programme,
    pool: &Pool,
    is_wanted: impl Fn(RecordId, &Turn) -> bool,
) -> Result<Vec<(RecordId, String)>, HubError> {
    let line = pool.line(connection)?;
    let keys: Vec<_> = line.iter().map(|waiting| waiting.key.clone()).collect();
    let turns = programme.turns(&keys);
    let wanted = line.iter().zip(turns).filter(|(waiting, turn)| is_wanted(waiting.record, turn));
    wanted
        .map(|(waiting, turn)| {
            let facts = facts(connection, programme, waiting.record)?;
            Ok((waiting.record, turn.sentence(programme, &facts)))
        })
        .collect()
}

/// Takes what a list says of one person.
pub fn take_entry(
    transaction: &Transaction,
    rule: &Programme,
    source: &SourceId,
    entry: &ListEntry,
    now: i64,
) -> Result<(), HubError> {
    line::put_entry(transaction, &rule.id, source, entry, now)?;
    for id in line::waiting_of(transaction, &rule.id, &entry.nik)? {
        line::set_key(transaction, id, &rule.rank_key(&facts(transaction, rule, id)?))?;
    }
    Ok(())
}

/// Writes the line anew of each programme whose rule is not the one that it was written by: the file has changed, or the
/// database comes from a hub that drew ranks.
pub fn renew(hub: &Hub) -> Result<(), HubError> {
    hub.store.write(|transaction| {
        for programme in hub.catalogue.programmes() {
            let rule = serde_json::to_string(&(&programme.priority, &programme.sources));
            let rule = rule.map_err(|_| HubError::Corrupt("a programme's rule"))?;
            if line::rule_of(transaction, &programme.id)?.as_ref() == Some(&rule) {
                continue;
            }
            for id in line::waiting_in(transaction, &programme.id)? {
                line::set_key(transaction, id, &programme.rank_key(&facts(transaction, programme, id)?))?;
            }
            line::set_rule(transaction, &programme.id, &rule)?;
        }
        Ok(())
    })
}
