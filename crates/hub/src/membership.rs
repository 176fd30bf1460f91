//! A person's membership at BPJS: noted once from an answer, mended where what was told turns out wrong.

use crate::card;
use crate::context::day_here;
use crate::decision::DecisionError;
use crate::ending::{Note, note_in};
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::card::CardRow;
use crate::store::cover::{self, Cover};
use crate::store::export::Asked;
use crate::store::sql::{Connection, SqlError, Transaction};
use crate::store::{audit, card as card_store, record};
use jiff::Span;
use jiff::civil::Date;
use payung_domain::state::{Event, State};
use payung_domain::{Kpj, Programme, RecordId};

/// Why a membership was not mended. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The record can't be mended, or not by what was seen of it.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// Number and day are those that are known.
    #[error("nothing else was said")]
    Same,
    /// Somebody else has the number.
    #[error("the number is somebody else's")]
    KpjTwice,
    /// The first day is more than a year away, or the cover would be over already.
    #[error("the day can't be")]
    DayFar,
}

impl From<SqlError> for MendError {
    fn from(error: SqlError) -> Self {
        Self::Decision(error.into())
    }
}

impl From<HubError> for MendError {
    fn from(error: HubError) -> Self {
        Self::Decision(error.into())
    }
}

/// The last day of a cover: the programme's months from the first on.
pub fn last_day(programme: &Programme, from: Date) -> Option<Date> {
    from.checked_add(Span::new().months(programme.months)).ok()?.yesterday().ok()
}

/// Whether a first day is believed: at most a year away.
pub fn is_near(day: Date, today: Date) -> bool {
    let year = Span::new().years(1);
    (today.saturating_sub(year)..=today.saturating_add(year)).contains(&day)
}

/// Notes number and first day of somebody who was asked for; the card is signed with it. Whoever lost a covered place and is covered
/// again before the former cover has ended is covered all along, and so says the card.
pub fn give(
    hub: &Hub,
    transaction: &Transaction,
    programme: &Programme,
    asked: &Asked,
    (kpj, from): (Kpj, Date),
    actor: &str,
) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    let until = last_day(programme, from).ok_or(HubError::Corrupt("a cover"))?;
    let row = record::get(transaction, asked.record)?.ok_or(HubError::Corrupt("an export"))?;
    let begins = match row.state {
        State::Placed { covered_until: Some(_), .. } => begins(transaction, row.id, i64::MAX, from)?,
        _ => from,
    };
    let note = Note::Covered { kpj, from: begins, until };
    note_in(hub, transaction, row.id, row.change_seq, note, actor).map_err(|error| match error {
        DecisionError::Hub(error) => error,
        _ => HubError::Corrupt("an export"),
    })?;
    let export = asked.export.clone();
    Ok(cover::put(transaction, &Cover { record: row.id, export, kpj: kpj.to_string(), from, until, told_at: now })?)
}

/// Since when somebody is covered without a gap whose cover has this first day: a former one, whose card was signed before a moment,
/// may lead up to it.
fn begins(connection: &Connection, id: RecordId, before: i64, from: Date) -> Result<Date, HubError> {
    let cards = card_store::of_record(connection, id)?;
    let former = cards.into_iter().filter(|card| card.signed_at < before).max_by_key(|card| card.signed_at);
    let leads_up = |card: &CardRow| card.until.tomorrow().is_ok_and(|next| from <= next);
    Ok(former.filter(leads_up).map_or(from, |card| card.from.min(from)))
}

/// Mends number or first day of somebody who is covered, of a record as it stood at the change `seen`. The card that was signed ends
/// and a new one goes to the phones.
pub fn mend(hub: &Hub, id: RecordId, seen: i64, (kpj, from): (Kpj, Date), actor: &str) -> Result<State, MendError> {
    hub.store.write(|transaction| {
        let now = hub.context.now().as_millisecond();
        let today = day_here(hub.context.now());
        let row = record::get(transaction, id)?.ok_or(DecisionError::NotFound)?;
        if row.change_seq != seen {
            return Err(DecisionError::Stale.into());
        }
        let known = cover::of(transaction, id)?.ok_or(DecisionError::Illegal)?;
        if !matches!(row.state, State::Active { .. }) {
            return Err(DecisionError::Illegal.into());
        }
        let is_same_number = known.kpj == kpj.to_string();
        if is_same_number && known.from == from {
            return Err(MendError::Same);
        }
        if cover::is_of_another(transaction, &kpj.to_string(), id)? {
            return Err(MendError::KpjTwice);
        }
        let until = last_day(hub.programme(&row.programme)?, from);
        let until = until.filter(|until| is_near(from, today) && *until >= today).ok_or(MendError::DayFar)?;
        let begins = begins(transaction, id, known.told_at, from)?;
        let mend = Event::Mend { from: begins, until };
        let state = row.state.clone().after(mend).map_err(|_| DecisionError::Illegal)?;
        record::set_state(transaction, id, &state, now, actor)?;
        card_store::end(transaction, id, now)?;
        card::sign(hub, transaction, &row, kpj, (begins, until))?;
        let words = (known.from.to_string(), format!("{from}{}", if is_same_number { "" } else { ", KPJ" }));
        cover::put(transaction, &Cover { kpj: kpj.to_string(), from, until, ..known })?;
        // the numbers themselves stand in the cards
        audit::add_change(transaction, now, actor, "cover.mend", &format!("record:{id}"), (&words.0, &words.1))?;
        Ok(state)
    })
}
