//! Whom to go and see again: covers that end, people who wait too long, good news to bring; and last year's people for this year.

use super::{Device, DeviceError};
use crate::store::record::{self, RecordRow, Standing, TimelineEntry};
use crate::store::{self, draft, photo, setting};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use payung_domain::enrolment::ConsentManner;
use payung_domain::programme::ProgrammeId;
use payung_domain::state::EndReason;
use payung_domain::{Draft, Enrolment, Field, Nik, RecordId, State, day_of};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How long before its last day a cover is spoken of.
const ENDS_SOON_DAYS: i64 = 60;
/// How long the office may take before the kader asks.
const LONG_WAIT_DAYS: i64 = 14;
/// For how long good news is worth a visit.
const NEWS_DAYS: i64 = 30;

/// Somebody to go and see.
#[derive(Clone, Debug, PartialEq)]
pub struct Reminder {
    /// The record.
    pub row: RecordRow,
    /// What for.
    pub why: Why,
}

/// What a visit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A place has come after a wait.
    Turn {
        /// By the hub's clock.
        at: Timestamp,
    },
    /// The village enrols for another programme now, and this one's cover or wait goes on only if the person is asked.
    Renew {
        /// The last day of the former cover; nothing for whoever waited in vain.
        until: Option<Date>,
    },
    /// The cover ends, and nothing follows it yet.
    EndsSoon {
        /// The last day.
        until: Date,
    },
    /// The office has not decided for long.
    LongWait {
        /// Since then.
        since: Timestamp,
    },
}

/// Why somebody is not to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The person has died.
    Died,
    /// Lives elsewhere.
    Moved,
    /// Has other work, or an employer who pays.
    OtherWork,
    /// Does not want to.
    Declined,
}

/// The setting that holds, by record, who is not to be renewed.
const STOPPED: &str = "renewal_stopped";
/// The setting that holds, by record, which one was begun to follow it.
const FOLLOWERS: &str = "renewals";

/// What a record gives rise to.
fn why(state: &State, way: &[TimelineEntry], is_former: bool, now: Timestamp) -> Option<Why> {
    let today = day_of(now);
    let passed = |since: Timestamp| now.duration_since(since);
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let since = way.last().map(|step| step.at)?;
    match state {
        State::Active { until, .. } if is_former => Some(Why::Renew { until: Some(*until) }),
        State::Ended { reason: EndReason::CoverOver } if is_former => {
            let until = way.iter().rev().find_map(|step| match step.state {
                State::Active { until, .. } => Some(until),
                _ => None,
            });
            Some(Why::Renew { until })
        }
        State::WaitingList { covered_until, .. } if is_former => Some(Why::Renew { until: *covered_until }),
        State::Active { until, .. } | State::WaitingList { covered_until: Some(until), .. }
            if *until <= today.saturating_add(ENDS_SOON_DAYS.days()) =>
        {
            Some(Why::EndsSoon { until: *until })
        }
        State::Placed { .. } if passed(since) < days(NEWS_DAYS) => {
            let has_waited = way.iter().any(|step| matches!(step.state, State::WaitingList { .. }));
            has_waited.then_some(Why::Turn { at: since })
        }
        State::Received | State::Corrected if passed(since) > days(LONG_WAIT_DAYS) => Some(Why::LongWait { since }),
        _ => None,
    }
}

/// Good news first, then what ends first, then whoever has waited longest.
fn order(reminder: &Reminder) -> (u8, Option<Date>, Timestamp) {
    match reminder.why {
        Why::Turn { at } => (0, None, at),
        Why::Renew { until } => (1, until, Timestamp::UNIX_EPOCH),
        Why::EndsSoon { until } => (2, Some(until), Timestamp::UNIX_EPOCH),
        Why::LongWait { since } => (3, None, since),
    }
}

fn reminders(db: &Connection, now: Timestamp) -> store::Result<Vec<Reminder>> {
    let Some(programme) = setting::village(db)?.map(|village| village.programme.id) else { return Ok(Vec::new()) };
    let (stopped, renewed) = (stopped(db)?, renewed(db)?);
    let (mut found, mut newest) = (Vec::new(), BTreeMap::new());
    // in the order of this phone, because clocks may be wrong
    for (row, text) in record::saved(db)? {
        let Standing::State(state) = &row.standing else { continue };
        let enrolment: Enrolment = serde_json::from_str(&text)?;
        let is_former = enrolment.programme != programme;
        let (id, why) = (row.id.to_string(), why(state, &record::timeline(db, row.number)?, is_former, now));
        let reminder = why.map(|why| Reminder { row, why });
        let (to_renew, other) = match reminder {
            Some(Reminder { why: Why::Renew { .. }, .. }) => (reminder, None),
            _ => (None, reminder),
        };
        found.extend(other);
        if is_former {
            // of several years of one person the last one counts, whatever became of it
            newest.insert(enrolment.identity.nik, (id, to_renew));
        }
    }
    for (nik, (id, to_renew)) in newest {
        if !stopped.contains_key(&id) && !renewed.contains(&id) && !is_renewed(db, &nik, &programme)? {
            found.extend(to_renew);
        }
    }
    found.sort_by_key(order);
    Ok(found)
}

/// Whether the person has been enrolled for the programme, however that went on.
fn is_renewed(db: &Connection, nik: &Nik, programme: &ProgrammeId) -> store::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM record WHERE nik = ?1 AND revision > 0 AND enrolment ->> 'programme' = ?2)";
    Ok(db.prepare_cached(sql)?.query_row([nik.digits(), programme.as_str()], |row| row.get(0))?)
}

/// Records that a saved one follows, by what was noted when that was begun: its NIK may have been corrected since.
fn renewed(db: &Connection) -> store::Result<BTreeSet<String>> {
    let is_saved = |fresh: &RecordId| match record::by_id(db, *fresh) {
        Ok(stored) => Ok(stored.enrolment.is_some()),
        Err(store::StoreError::NoSuchRecord) => Ok(false),
        Err(error) => Err(error),
    };
    let mut found = BTreeSet::new();
    for (former, fresh) in followers(db)? {
        if is_saved(&fresh)? {
            found.insert(former);
        }
    }
    Ok(found)
}

/// By record, the one that was begun to follow it.
fn followers(db: &Connection) -> store::Result<BTreeMap<String, RecordId>> {
    Ok(setting::get(db, FOLLOWERS)?.unwrap_or_default())
}

fn stopped(db: &Connection) -> store::Result<BTreeMap<String, Stopped>> {
    Ok(setting::get(db, STOPPED)?.unwrap_or_default())
}

/// A new record with all that is known of the person, and the photo; what was said of consent a year ago is not copied, nor why the
/// person was recorded in spite of a warning.
fn start(tx: &Transaction, former: RecordId, fresh: RecordId, now: Timestamp) -> store::Result<()> {
    let text = record::by_id(tx, former)?.enrolment.ok_or(store::StoreError::NoSuchRecord)?;
    let enrolment: Enrolment = serde_json::from_str(&text)?;
    let village = setting::village(tx)?.ok_or(store::StoreError::NoSuchRecord)?;
    let mut fields = Draft::from(&enrolment);
    for field in [Field::Consent, Field::ConsentNotice, Field::ConsentTime, Field::Position, Field::WarningReason] {
        fields.set(field, "");
    }
    // the programme may take other work and other lists
    let keep = |is_known: bool, field: Field, fields: &mut Draft| {
        if !is_known {
            fields.set(field, "");
        }
    };
    let work = &enrolment.work;
    let programme = &village.programme;
    keep(programme.occupations.iter().any(|o| Some(&o.id) == work.occupation.as_ref()), Field::Occupation, &mut fields);
    keep(programme.roles.iter().any(|role| Some(&role.id) == work.role.as_ref()), Field::Role, &mut fields);
    keep(programme.sources.iter().any(|s| Some(&s.id) == enrolment.source.as_ref()), Field::Source, &mut fields);
    fields.set(Field::Village, village.code.to_string());
    draft::start(tx, fresh, &fields, now)?;
    let mut all = followers(tx)?;
    all.insert(former.to_string(), fresh);
    setting::set(tx, FOLLOWERS, &all)?;
    photo::copy(tx, former, fresh)
}

impl Device {
    /// Whom to go and see, the most welcome and the most urgent first.
    pub async fn reminders(&self) -> Result<Vec<Reminder>, DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| s.read(|db| reminders(db, setting::hub_time(db, now)?))).await
    }

    /// The open draft of this year's record of one of last year's people, if it was begun. What stands there will be saved.
    pub async fn open_renewal(&self, former: RecordId) -> Result<Option<RecordId>, DeviceError> {
        let view = self.record(former).await?;
        let nik = view.enrolment.map(|enrolment| enrolment.identity.nik);
        let follower = self.with_store(move |s| s.read(|db| Ok(followers(db)?.remove(&former.to_string())))).await?;
        let mut open = None;
        for row in self.open_drafts().await? {
            let draft = self.draft(row.id).await?;
            if draft.revision == 0 && (Some(row.id) == follower || draft.draft.nik().ok() == nik) {
                open = Some(row.id);
            }
        }
        Ok(open)
    }

    /// Starts this year's record of one of last year's people with everything that is known; an open draft of the person is gone on
    /// with. Where the person has agreed just now to the notice of this version, the record needs no more than to be saved.
    pub async fn start_renewal(&self, former: RecordId, agreed: Option<&str>) -> Result<RecordId, DeviceError> {
        let open = self.open_renewal(former).await?;
        let now = self.env().clock.now();
        let id = match open {
            Some(id) => id,
            None => {
                let fresh = RecordId::from_bytes(self.env().random().map_err(DeviceError::Entropy)?);
                self.with_store(move |s| s.write(|tx| start(tx, former, fresh, now))).await?;
                fresh
            }
        };
        if let Some(version) = agreed {
            let consent = vec![
                (Field::Consent, ConsentManner::Spoken.key().to_owned()),
                (Field::ConsentNotice, version.to_owned()),
                (Field::ConsentTime, now.to_string()),
            ];
            self.set_fields(id, consent).await?;
        }
        self.say_changed();
        Ok(id)
    }

    /// Notes that somebody is not to be renewed, or takes that back.
    pub async fn stop_renewal(&self, former: RecordId, why: Option<Stopped>) -> Result<(), DeviceError> {
        self.with_store(move |s| {
            s.write(|tx| {
                let mut all = stopped(tx)?;
                match why {
                    Some(why) => all.insert(former.to_string(), why),
                    None => all.remove(&former.to_string()),
                };
                setting::set(tx, STOPPED, &all)
            })
        })
        .await?;
        self.say_changed();
        Ok(())
    }

    /// Who is not to be renewed, and why.
    pub async fn renewals_stopped(&self) -> Result<Vec<(RecordRow, Stopped)>, DeviceError> {
        self.with_store(|s| {
            s.read(|db| {
                let all = stopped(db)?;
                let stopped = |row: RecordRow| all.get(&row.id.to_string()).map(|why| (row, *why));
                Ok(record::saved(db)?.into_iter().filter_map(|(row, _)| stopped(row)).collect())
            })
        })
        .await
    }
}
