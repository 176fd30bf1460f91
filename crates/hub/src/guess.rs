//! How often a worker's card may be tried by its number, and what a wrong try costs whom.
//!
//! Only the typed form is counted here. The key of a receipt's code has 128 bits: no count is needed against guessing it, and
//! phones that ask before the kader's phone had a signal must lock nobody out. Without an account there is no device that a hub
//! could know: what a phone says of itself, an attacker says anew each time. Its line's address stands for it here, and the app
//! makes its own owner wait besides (`payung-device`, worker/).

use crate::hub::Hub;
use crate::store::guess;
use crate::store::sql::{self, Connection, Transaction};

/// So many wrong tries in so many hours; then even a right one is turned away until the first of them is so long ago.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Wrong tries.
    pub most: u32,
    /// From the first one on.
    pub hours: u32,
}

/// Of one number, in a day.
pub const OF_NUMBER: Window = Window { most: 5, hours: 24 };
/// Of one number that is somebody's, in a quarter of a year: against somebody who comes back each day. The receipt's code goes on
/// opening the card. That this count holds tells that there is such a number: after as many tries as the commonest name takes.
pub const OF_NUMBER_FOR_LONG: Window = Window { most: 20, hours: 90 * 24 };
/// Of one address, whatever the numbers. A mobile network puts many people behind one.
pub const OF_ADDRESS: Window = Window { most: 20, hours: 1 };
/// Of all addresses together: many that work together do not guess faster than this. Far above what people mistype, and above what a
/// few addresses can try: it is the one count by which strangers shut the form for everybody.
pub const OF_ALL: Window = Window { most: 30_000, hours: 1 };
/// So many of all addresses in their hour are told in the log, long before anybody is turned away.
const TOLD_OF_ALL: u32 = 300;

/// What is counted for a number that is nobody's instead of its quarter of a year: one row for them all, so that invented numbers
/// leave none for long, and take as long as others.
const NOBODYS: &str = "number of nobody";

/// Who tries what: each with its window.
pub struct Tried {
    number_for_long: String,
    others: [(String, Window); 3],
}

impl Tried {
    /// A number from an address. The number itself is not written down: it is half of what opens a card.
    pub fn new(hub: &Hub, number: &str, address: &str) -> Self {
        let number = hex::encode(&hub.key.secret_for("tries of a receipt's number", number.as_bytes())[..16]);
        Self {
            number_for_long: format!("number for long {number}"),
            others: [
                (format!("number {number}"), OF_NUMBER),
                (format!("address {address}"), OF_ADDRESS),
                ("all".to_owned(), OF_ALL),
            ],
        }
    }

    /// In how many seconds the next try is taken; nothing where it may come now. Of a day's tries it is the same for numbers that are
    /// and that are not.
    pub fn wait(&self, connection: &Connection, now: i64) -> sql::Result<Option<u64>> {
        let mut until = guess::locked_until(connection, &self.number_for_long, OF_NUMBER_FOR_LONG.most, now)?;
        for (subject, window) in &self.others {
            until = until.max(guess::locked_until(connection, subject, window.most, now)?);
        }
        Ok((until > now).then(|| ((until - now).unsigned_abs()).div_ceil(1000)))
    }

    /// Counts a wrong try, of a number that is somebody's or nobody's.
    pub fn was_wrong(&self, transaction: &Transaction, is_somebodys: bool, now: i64) -> sql::Result<()> {
        guess::forget_old(transaction, now)?;
        let for_long = if is_somebodys { self.number_for_long.as_str() } else { NOBODYS };
        let all = self.others.iter().map(|(subject, window)| (subject.as_str(), *window));
        for (subject, window) in all.chain([(for_long, OF_NUMBER_FOR_LONG)]) {
            let wrong = guess::add_wrong(transaction, subject, now + i64::from(window.hours) * 3_600_000)?;
            let is_told = wrong == window.most || (subject == "all" && wrong == TOLD_OF_ALL);
            if is_told && subject != NOBODYS {
                let what = subject.split(' ').next().unwrap_or_default();
                tracing::warn!(what, wrong, hours = window.hours, "too many wrong tries to open a card");
            }
        }
        Ok(())
    }
}
