//! The worker's card, signed by this hub. docs/adr/0018-workers-card.md

use crate::context::{day_here, moment};
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::card::{self, CardRow};
use crate::store::record::{self, RecordRow};
use crate::store::sql::Transaction;
use jiff::civil::Date;
use payung_domain::Kpj;
use payung_domain::card::{Card, CardNumber};
use std::time::Duration;

/// Letters of a name, and of a programme's, on a card: with more its code would not read at arm's length.
const LONGEST: usize = 48;
/// Memberships that are looked at in one step.
const AT_ONCE: u32 = 100;

/// Signs a record's card and keeps it; the one before ends.
pub fn sign(
    hub: &Hub,
    transaction: &Transaction,
    row: &RecordRow,
    kpj: Kpj,
    (from, until): (Date, Date),
) -> Result<(), HubError> {
    let programme = hub.programme(&row.programme)?;
    let now = hub.context.now().as_millisecond();
    let card = Card {
        number: CardNumber::from_bytes(hub.context.random()?),
        issuer: shortened(&hub.settings.name),
        name: shortened(&record::name_of(transaction, row.id)?),
        masked_nik: row.nik.masked(),
        kpj: kpj.to_string(),
        programme: shortened(&programme.name),
        covers: programme.covers(),
        from,
        until,
        issued_at: moment(now - now % 1000),
    };
    let body = card.sealed(&hub.key.public(), |framed| hub.key.sign_card(framed));
    let body = body.map_err(|_| HubError::Corrupt("the days of a cover"))?;
    let signed = CardRow { number: card.number, record: row.id, body, from, until, signed_at: now, ended_at: None };
    Ok(card::put(transaction, &signed)?)
}

/// At most so many letters; what is left out is marked.
fn shortened(text: &str) -> String {
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// Signs the cards of who is covered and has none, in slices with a pause for everybody else, and tells their phones. How many.
pub fn sign_missing(hub: &Hub, pause: Duration) -> Result<usize, HubError> {
    let (mut signed, mut last) = (0, String::new());
    loop {
        let found =
            hub.store.read::<_, HubError>(|connection| Ok(card::covered_behind(connection, &last, AT_ONCE)?))?;
        let Some(end) = found.last() else { return Ok(signed) };
        last = end.record.to_string();
        let today = day_here(hub.context.now());
        let missing: Vec<_> = found
            .into_iter()
            .filter(|one| !one.has_card && card::days_of(&one.state, one.from, today).is_some())
            .collect();
        if !missing.is_empty() {
            signed += hub.store.write::<_, HubError>(|transaction| {
                let mut signed = 0;
                for one in &missing {
                    // somebody may have ended it, or signed it, in between
                    let row = record::get(transaction, one.record)?.ok_or(HubError::Corrupt("a cover"))?;
                    let Some(days) = card::days_of(&row.state, one.from, today) else { continue };
                    // the doctor tells of people whose programme's file is gone
                    let is_known = hub.catalogue.programme(&row.programme).is_some();
                    if !is_known || card::held_by(transaction, one.record)?.is_some() {
                        continue;
                    }
                    let kpj = one.kpj.parse().map_err(|_| HubError::Corrupt("a KPJ"))?;
                    sign(hub, transaction, &row, kpj, days)?;
                    record::say_again(transaction, one.record, hub.context.now().as_millisecond(), "hub")?;
                    signed += 1;
                }
                Ok(signed)
            })?;
            std::thread::sleep(pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_and_says_so() {
        let long = "CONTOH ".repeat(20);
        assert_eq!((shortened(&long).chars().count(), shortened(&long).ends_with('…')), (LONGEST, true));
        assert_eq!(shortened("SITI"), "SITI");
    }
}
