//! The work behind imports: the dry run, and the taking in slices between which phones are served. How far it is, is in the
//! database: whoever kicks it next goes on.

use super::answer;
use super::columns::{Column, Plan};
use super::list::{self, Effect, Fault, Seen};
use super::table::{self, Cell, Head, Stop, Unreadable};
use super::villages::Villages;
use super::{Counts, export};
use crate::error::HubError;
use crate::hub::Hub;
use crate::rights::Scope;
use crate::store::export::Export;
use crate::store::import::{self, Import, ProblemRow};
use crate::store::job::{self, Job};
use crate::store::sql::Transaction;
use crate::store::{BREATH, export as export_store, file};
use jiff::civil::Date;
use payung_domain::{Nik, Programme};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows in one transaction of a dry run: it writes only what is wrong.
const LOOK_AT_ONCE: usize = 1_000;
/// Rows in one transaction: some 50 ms of the one writer.
const TAKE_AT_ONCE: usize = 400;
/// Problems that are kept one by one; more would help nobody.
const MOST_PROBLEMS: u32 = 5_000;
/// Work whose worker has not been heard of for so long is taken by another.
pub const CLAIM_MILLISECONDS: i64 = 60_000;
/// A file that has ended its worker so often is left alone.
pub const MOST_TRIES: u32 = 3;
/// From so many NIKs on, all ending in 0 is no chance.
const ENOUGH_NIKS: u32 = 20;

/// Whether this process is at work.
#[derive(Default)]
pub struct Desk(AtomicBool);

/// Ends being at work, also when the work panics.
struct Sitting<'a>(&'a AtomicBool);

impl Drop for Sitting<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Begins or goes on with whatever waits, on a thread of its own.
pub fn kick(hub: &Arc<Hub>) {
    let hub = Arc::clone(hub);
    tokio::spawn(async move {
        if let Err(error) = hub.run(work).await {
            tracing::error!(%error, "work on a file broke off");
        }
    });
}

/// Does whatever waits, one thing after the other. One thread of a process at a time.
pub fn work(hub: &Hub) -> Result<(), HubError> {
    if hub.desk.0.swap(true, Ordering::Acquire) {
        return Ok(());
    }
    let _sitting = Sitting(&hub.desk.0);
    loop {
        let now = hub.context.now().as_millisecond();
        let held = now + CLAIM_MILLISECONDS;
        let claimed = |job| hub.store.write::<_, HubError>(|transaction| Ok(job::claim(transaction, job, now, held)?));
        if let Some(id) = claimed(Job::Import)? {
            one(hub, &id, held)?;
        } else if let Some(id) = claimed(Job::Export)? {
            export::go_on(hub, &id, held)?;
        } else {
            return Ok(());
        }
    }
}

fn one(hub: &Hub, id: &str, held: i64) -> Result<(), HubError> {
    let (found, tries) = hub.store.read::<_, HubError>(|connection| {
        Ok((import::get(connection, id, Scope::All)?, job::tries(connection, Job::Import, id)?))
    })?;
    let Some(found) = found else { return Ok(()) };
    let from = found.state.clone();
    let done = match tries > MOST_TRIES {
        true => Err(Stop::Unreadable(Unreadable::Strange)),
        false => Run::of(hub, found, held).and_then(Run::go),
    };
    match done {
        Ok(()) => Ok(()),
        Err(Stop::Hub(error)) => Err(error),
        Err(Stop::Unreadable(why)) => hub.store.write(|transaction| {
            let Some(mut failed) = import::get(transaction, id, Scope::All)? else { return Ok(()) };
            failed.state = "failed".into();
            failed.failure = why.key().into();
            if from == "checking" {
                // a dry run has changed nothing
                (failed.done_rows, failed.counts) = (0, "{}".into());
            }
            import::set(transaction, &failed, &from)?;
            Ok(())
        }),
    }
}

/// What a row turned out to be.
enum Judged {
    List(list::Entry),
    Answer(answer::Answer),
}

/// A row that waits for its slice.
struct Waiting {
    line: u32,
    judged: Result<Judged, Fault>,
    /// Its cells, for whoever is told what is wrong; a good row of a list has nothing wrong.
    cells: Vec<Cell>,
}

/// What stands in a bad cell; a NIK that is well formed is masked.
fn shown(text: &str) -> String {
    Nik::parse(text).map_or_else(|_| text.chars().take(60).collect(), |nik| nik.masked())
}

/// One import at work.
struct Run<'a> {
    hub: &'a Hub,
    import: Import,
    /// When the claim ends.
    held: i64,
    programme: &'a Programme,
    villages: Villages<'a>,
    export: Option<Export>,
    head: Head,
    plan: Plan,
    counts: Counts,
    seen: Seen,
    today: Date,
    is_taking: bool,
    /// Rows that an earlier worker has taken.
    skip: u32,
    rows: u32,
    problems: u32,
}

impl<'a> Run<'a> {
    fn of(hub: &'a Hub, import: Import, held: i64) -> Result<Self, Stop> {
        let programme = hub.programme(&import.programme)?;
        let corrupt = |_| HubError::Corrupt("an import");
        let head: Head = serde_json::from_str(&import.head).map_err(corrupt)?;
        let plan: Plan = serde_json::from_str(&import.plan).map_err(corrupt)?;
        let export = match &import.export {
            Some(id) => hub.store.read::<_, HubError>(|connection| Ok(export_store::get(connection, id)?))?,
            None => None,
        };
        let is_taking = import.state == "taking";
        // a dry run that broke off begins anew: nothing has been changed by it
        let (skip, counts) = match is_taking {
            true => (import.done_rows, serde_json::from_str(&import.counts).map_err(corrupt)?),
            false => (0, Counts::default()),
        };
        if !is_taking {
            hub.store.write::<_, HubError>(|transaction| Ok(import::forget_problems(transaction, &import.id)?))?;
        }
        Ok(Self {
            hub,
            held,
            programme,
            villages: Villages::of(&hub.catalogue, programme),
            export,
            head,
            plan,
            counts,
            seen: Seen::new(),
            today: answer::today(hub),
            is_taking,
            skip,
            rows: 0,
            problems: 0,
            import,
        })
    }

    fn go(mut self) -> Result<(), Stop> {
        let file = self.import.file.clone().ok_or(HubError::Corrupt("an import"))?;
        let at_once = if self.is_taking { TAKE_AT_ONCE } else { LOOK_AT_ONCE };
        let mut slice = Vec::with_capacity(at_once);
        table::each_row(self.hub, &file, &mut |line, row| {
            if line <= self.head.line {
                return Ok(true);
            }
            self.rows += 1;
            let waiting = self.judge(line, row);
            if self.rows > self.skip {
                slice.push(waiting);
            }
            if slice.len() == at_once {
                self.write(std::mem::take(&mut slice))?;
                std::thread::sleep(BREATH);
            }
            Ok(true)
        })?;
        self.write(slice)?;
        self.finish()
    }

    /// Reads a row; what stands twice in the file is good once.
    fn judge(&mut self, line: u32, row: &[Cell]) -> Waiting {
        let judged = match self.import.kind.as_str() {
            "answer" => answer::read(row, &self.plan, self.today).map(Judged::Answer),
            _ => list::read(row, &self.plan, &self.import, &self.villages).map(Judged::List),
        };
        let judged = judged.and_then(|judged| {
            let nik = match &judged {
                Judged::List(entry) => entry.entry.nik,
                Judged::Answer(answer) => answer.nik,
            };
            match *self.seen.entry(nik).or_insert(line) {
                first if first == line => Ok(judged),
                first => Err((Column::Nik, super::problem::Problem::Double, first.to_string())),
            }
        });
        let cells = if matches!(judged, Ok(Judged::List(_))) { Vec::new() } else { row.to_vec() };
        Waiting { line, judged, cells }
    }

    /// One slice in one transaction, with how far it is.
    fn write(&mut self, slice: Vec<Waiting>) -> Result<(), HubError> {
        let hub = self.hub;
        let until = hub.context.now().as_millisecond() + CLAIM_MILLISECONDS;
        hub.store.write::<_, HubError>(|transaction| {
            for waiting in slice {
                let fault = match waiting.judged {
                    Ok(judged) => self.take(transaction, judged)?,
                    Err(fault) => Some(fault),
                };
                let Some((column, problem, detail)) = fault else { continue };
                self.counts.bad += 1;
                if self.is_taking || self.problems >= MOST_PROBLEMS {
                    continue;
                }
                self.problems += 1;
                let heading = self.plan.heading(&self.head, column);
                let row = ProblemRow {
                    number: self.problems,
                    line: waiting.line,
                    heading: if heading.is_empty() { column.label() } else { heading }.to_owned(),
                    found: shown(self.plan.text(&waiting.cells, column)),
                    problem: problem.key().to_owned(),
                    detail,
                };
                import::add_problem(transaction, &self.import.id, &row)?;
            }
            self.note(transaction, until)
        })?;
        self.held = until;
        Ok(())
    }

    fn note(&mut self, transaction: &Transaction, until: i64) -> Result<(), HubError> {
        let from = if self.is_taking { "taking" } else { "checking" };
        self.import.done_rows = self.rows.max(self.skip);
        self.import.counts = serde_json::to_string(&self.counts).map_err(|_| HubError::Corrupt("an import"))?;
        let is_ours = import::set(transaction, &self.import, from)?
            && job::keep(transaction, Job::Import, &self.import.id, self.held, until)?;
        // somebody has dropped it, or another worker has it by now
        if is_ours { Ok(()) } else { Err(HubError::Corrupt("an import that has moved on")) }
    }

    /// Takes a row, or in a dry run only sees what it would do.
    fn take(&mut self, transaction: &Transaction, judged: Judged) -> Result<Option<Fault>, HubError> {
        let now = self.hub.context.now().as_millisecond();
        let (mended, nik) = match judged {
            Judged::List(entry) => {
                let (effect, is_enrolled) = match self.is_taking {
                    true => list::take(transaction, self.programme, &entry, now)?,
                    false => list::effect(transaction, self.programme, &entry)?,
                };
                match effect {
                    Effect::New => self.counts.new += 1,
                    Effect::Changed => self.counts.changed += 1,
                    Effect::Same => self.counts.same += 1,
                }
                self.counts.enrolled += u32::from(is_enrolled);
                (entry.mended, entry.entry.nik)
            }
            Judged::Answer(answer) => {
                let export = self.export.as_ref().ok_or(HubError::Corrupt("an answer"))?;
                let asked = match answer::judge(transaction, self.programme, export, &answer)? {
                    Ok(asked) => asked,
                    Err(fault) => return Ok(Some(fault)),
                };
                match (&asked, &answer.said) {
                    (None, _) => self.counts.same += 1,
                    (Some(_), answer::Said::Covered { .. }) => self.counts.new += 1,
                    (Some(_), answer::Said::Refused(_)) => self.counts.changed += 1,
                }
                if let (Some(asked), true) = (&asked, self.is_taking) {
                    let actor = self.import.added_by.clone();
                    answer::take(self.hub, transaction, self.programme, asked, &answer, &actor)?;
                }
                (answer.mended, answer.nik)
            }
        };
        self.counts.good += 1;
        self.counts.zeros += u32::from(nik.digits().ends_with('0'));
        for what in mended {
            *self.counts.mended.entry(what.key().to_owned()).or_default() += 1;
        }
        Ok(None)
    }

    fn finish(mut self) -> Result<(), Stop> {
        if self.counts.good >= ENOUGH_NIKS && self.counts.zeros * 10 >= self.counts.good * 9 {
            return Err(Stop::Unreadable(Unreadable::LostDigits));
        }
        let from = self.import.state.clone();
        self.import.state = if self.is_taking { "taken" } else { "checked" }.into();
        self.import.total_rows = self.rows;
        self.import.done_rows = self.rows;
        self.import.counts = serde_json::to_string(&self.counts).map_err(|_| HubError::Corrupt("an import"))?;
        // what is taken is not kept a second time
        let file = if self.is_taking { self.import.file.take() } else { None };
        if self.is_taking {
            self.import.head.clear();
        }
        self.hub.store.write::<_, HubError>(|transaction| {
            if job::keep(transaction, Job::Import, &self.import.id, self.held, 0)?
                && import::set(transaction, &self.import, &from)?
                && let Some(file) = &file
            {
                file::remove(transaction, file)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
