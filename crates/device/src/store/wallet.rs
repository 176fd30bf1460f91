//! The rows of a worker's own phone: hubs, cards, numbers of ended cards.

use super::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::card::CardNumber;
use payung_domain::day_of;
use payung_domain::worker::CardAccess;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde::de::DeserializeOwned;

/// Add-only, as [`super::MIGRATIONS`].
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/wallet/0001_first.sql"),
    include_str!("../../migrations/wallet/0002_hub_is_its_key.sql"),
];

/// An office's server.
#[derive(Clone, Debug)]
pub(crate) struct HubRow {
    pub id: i64,
    /// Where it has answered last; before it has, what the first receipt says.
    pub url: String,
    /// What the last receipt says, where that is another.
    pub other_url: Option<String>,
    /// Who it is.
    pub key: String,
    pub name: String,
    pub has_answered: bool,
    pub ended_upto: u64,
    pub ended_as_of: Option<Timestamp>,
    /// The newest time of its clock that it has told.
    pub heard: Option<Timestamp>,
}

impl HubRow {
    /// The day of its cards: a clock that was put back brings none to life.
    pub fn today(&self, now: Timestamp) -> Date {
        day_of(self.heard.map_or(now, |heard| heard.max(now)))
    }
}

/// A card that is kept.
pub(crate) struct CardRow {
    pub id: i64,
    pub hub_id: i64,
    pub access: CardAccess,
    pub receipt: Option<String>,
    pub answer: Option<String>,
    pub is_known: bool,
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text)?)
}

fn hub_row(row: &Row) -> rusqlite::Result<HubRow> {
    let time = |at| row.get::<_, Option<String>>(at).map(|text| text.and_then(|text| text.parse::<Timestamp>().ok()));
    let (ended_as_of, answered) = (time(7)?, time(8)?);
    Ok(HubRow {
        id: row.get(0)?,
        url: row.get(1)?,
        other_url: row.get(2)?,
        key: row.get(3)?,
        name: row.get(4)?,
        has_answered: row.get(5)?,
        ended_upto: row.get::<_, i64>(6)?.unsigned_abs(),
        ended_as_of,
        heard: ended_as_of.max(answered),
    })
}

/// Every hub that a receipt has named.
pub(crate) fn hubs(db: &Connection) -> Result<Vec<HubRow>> {
    let sql = "SELECT id, url, other_url, key, name, answered_at IS NOT NULL, ended_upto, ended_as_of,
                      (SELECT max(answer ->> 'as_of') FROM card WHERE hub_id = hub.id) FROM hub ORDER BY id";
    Ok(db.prepare_cached(sql)?.query_map([], hub_row)?.collect::<rusqlite::Result<_>>()?)
}

/// The hub of a key, added where it is new. A receipt's address is signed by a phone that the hub has certified, so that it may say
/// where the hub has moved; but an old receipt says where it was. So the address that answers is kept until it answers no more.
pub(crate) fn hub_of(tx: &Transaction, url: &str, key: &str) -> Result<i64> {
    let sql = "INSERT INTO hub (url, key) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET other_url = coalesce(nullif(excluded.url, url), other_url) RETURNING id";
    Ok(tx.query_row(sql, [url, key], |row| row.get(0))?)
}

/// A hub has answered at an address: from now on its cards are believed, and it is asked there.
pub(crate) fn has_answered(tx: &Transaction, hub: i64, url: &str, name: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE hub SET url = ?2, other_url = nullif(other_url, ?2), name = ?3, answered_at = ?4 WHERE id = ?1",
        params![hub, url, name, at.to_string()],
    )?;
    Ok(())
}

/// Keeps a card once for its hub: what was scanned opens more surely than what was typed, and what was typed last is what is true now.
/// Tells its id.
///
/// Whoever has copied a receipt can put its key into one that names a hub of their own. No scan says which is the genuine one, and
/// neither does an answer, since a forger's hub answers too: so each hub has a card of its own, and none takes another's place.
pub(crate) fn keep(tx: &Transaction, hub: i64, access: &CardAccess, receipt: Option<&str>) -> Result<i64> {
    let is_same = |row: &CardRow| row.hub_id == hub && row.access.number() == access.number();
    if let Some(row) = cards(tx)?.into_iter().find(is_same) {
        let access = if matches!(row.access, CardAccess::Key { .. }) { &row.access } else { access };
        let sql = "UPDATE card SET access = ?2, receipt = coalesce(receipt, ?3) WHERE id = ?1";
        tx.execute(sql, params![row.id, serde_json::to_string(access)?, receipt])?;
        return Ok(row.id);
    }
    let sql = "INSERT INTO card (hub_id, access, receipt) VALUES (?1, ?2, ?3)";
    tx.execute(sql, params![hub, serde_json::to_string(access)?, receipt])?;
    Ok(tx.last_insert_rowid())
}

/// Every card, in the order in which they came.
pub(crate) fn cards(db: &Connection) -> Result<Vec<CardRow>> {
    let mut statement =
        db.prepare_cached("SELECT id, hub_id, access, receipt, answer, is_known FROM card ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut cards = Vec::new();
    while let Some(row) = rows.next()? {
        cards.push(CardRow {
            id: row.get(0)?,
            hub_id: row.get(1)?,
            access: json(&row.get::<_, String>(2)?)?,
            receipt: row.get(3)?,
            answer: row.get(4)?,
            is_known: row.get(5)?,
        });
    }
    Ok(cards)
}

/// What the hub said of a card; nothing where it knows none, and then what it said before stays.
pub(crate) fn set_answer(tx: &Transaction, card: i64, answer: Option<&str>) -> Result<()> {
    tx.execute(
        "UPDATE card SET answer = coalesce(?2, answer), is_known = ?2 IS NOT NULL WHERE id = ?1",
        params![card, answer],
    )?;
    Ok(())
}

/// Forgets a card, and with its last card a hub: nothing of it is believed any more.
pub(crate) fn remove(tx: &Transaction, card: i64) -> Result<()> {
    tx.execute("DELETE FROM card WHERE id = ?1", [card])?;
    tx.execute("DELETE FROM hub WHERE id NOT IN (SELECT hub_id FROM card)", [])?;
    Ok(())
}

/// More cards that were ended before their last day; `as_of` once the list was heard to its end. Of a hub that was removed meanwhile
/// nothing is kept.
pub(crate) fn add_ended(
    tx: &Transaction,
    hub: i64,
    numbers: &[CardNumber],
    (upto, as_of): (u64, Option<Timestamp>),
) -> Result<()> {
    let upto = i64::try_from(upto).unwrap_or(i64::MAX);
    let is_there = tx.execute(
        "UPDATE hub SET ended_upto = ?2, ended_as_of = coalesce(?3, ended_as_of) WHERE id = ?1",
        params![hub, upto, as_of.map(|at| at.to_string())],
    )? > 0;
    let mut insert = tx.prepare_cached("INSERT INTO ended (hub_id, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for number in numbers.iter().filter(|_| is_there) {
        insert.execute(params![hub, number.to_string()])?;
    }
    Ok(())
}

/// Whether a hub has ended a card.
pub(crate) fn is_ended(db: &Connection, hub: i64, number: CardNumber) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM ended WHERE hub_id = ?1 AND number = ?2)";
    Ok(db.prepare_cached(sql)?.query_row(params![hub, number.to_string()], |row| row.get(0))?)
}

/// Typed numbers that opened nothing since a second: how many, and when the first of them was.
pub(crate) fn wrong_since(db: &Connection, since: i64) -> Result<(u32, i64)> {
    let row = db.query_row("SELECT count(*), min(at) FROM wrong_try WHERE at > ?1", [since], |row| {
        Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?))
    });
    let found = row.optional()?.unwrap_or_default();
    Ok((found.0, found.1.unwrap_or(since)))
}

/// Notes one more, and forgets those before a second.
pub(crate) fn add_wrong(tx: &Transaction, at: i64, before: i64) -> Result<()> {
    tx.execute("DELETE FROM wrong_try WHERE at <= ?1 OR at > ?2", [before, at])?;
    tx.execute("INSERT INTO wrong_try (at) VALUES (?1)", [at])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_hub_that_stood_twice_in_a_wallet_of_the_first_version_becomes_one_with_all_its_cards() {
        let (folder, key) = (tempfile::tempdir().unwrap(), zeroize::Zeroizing::new([5; 32]));
        let first = Store::connect(&folder.path().join("wallet.db"), &key, None, &MIGRATIONS[..1]).unwrap();
        first
            .connection
            .execute_batch(
                "INSERT INTO hub VALUES
                    (1, 'https://old.example', 'aa', 'Disnaker', '2026-11-20T00:00:00Z', 2, '2026-11-20T00:00:00Z'),
                    (2, 'https://other.example', 'bb', '', NULL, 0, NULL),
                    (3, 'https://new.example', 'aa', '', NULL, 0, NULL);
                 INSERT INTO ended VALUES (1, 'ONE'), (1, 'TWO'), (3, 'ONE');
                 INSERT INTO card (id, hub_id, access) VALUES (4, 1, '{1}'), (5, 2, '{2}'), (6, 3, '{3}');",
            )
            .unwrap();
        drop(first);
        let store = Store::open_wallet(folder.path(), &key).unwrap();
        let hubs = store.read(hubs).unwrap();
        let of_hub = |hub: &HubRow| (hub.id, hub.key.clone(), hub.url.clone(), hub.has_answered, hub.ended_upto);
        let expected = [
            (2, "bb".into(), "https://other.example".into(), false, 0),
            (3, "aa".into(), "https://old.example".into(), true, 2),
        ];
        assert_eq!(hubs.iter().map(of_hub).collect::<Vec<_>>(), expected);
        assert_eq!(hubs[1].other_url.as_deref(), Some("https://new.example"));
        let sql =
            "SELECT group_concat(id || ':' || hub_id) || ' ' || (SELECT group_concat(number) FROM ended) FROM card";
        let rows: String = store.connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, "4:3,5:2,6:3 ONE,TWO");
        assert!(
            store.connection.execute("INSERT INTO hub (url, key) VALUES ('https://third.example', 'aa')", []).is_err()
        );
    }
}
