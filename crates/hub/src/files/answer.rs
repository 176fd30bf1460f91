//! A row of an answer of BPJS: a number and a first day, or a refusal.

use super::cell;
use super::columns::{Column, Plan};
use super::damage::{self, Mended};
use super::list::Fault;
use super::problem::Problem;
use super::table::Cell;
use crate::context::day_here;
use crate::error::HubError;
use crate::hub::Hub;
use crate::membership;
use crate::store::cover;
use crate::store::export::{self, Asked, Export};
use crate::store::record;
use crate::store::sql::{Connection, Transaction};
use jiff::civil::Date;
use payung_domain::state::State;
use payung_domain::{Kpj, Lang, Nik, Programme};

/// What BPJS says of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Covered from a day on.
    Covered {
        /// The number of the membership.
        kpj: Kpj,
        /// The first day.
        from: Date,
    },
    /// Not taken.
    Refused(String),
}

/// What a good row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of whom.
    pub nik: Nik,
    /// What.
    pub said: Said,
    /// What had to be mended.
    pub mended: Vec<Mended>,
}

/// Whether a status says no.
fn is_no(status: &str) -> bool {
    let status = status.to_lowercase();
    ["tolak", "gagal", "tidak", "invalid", "reject", "batal"].iter().any(|word| status.contains(word))
}

/// Reads a row.
pub fn read(row: &[Cell], plan: &Plan, today: Date) -> Result<Answer, Fault> {
    let fault = |column, problem| (column, problem, String::new());
    let empty = Cell::default();
    let (nik, mut mended) =
        damage::nik(plan.cell(row, Column::Nik).unwrap_or(&empty)).map_err(|problem| fault(Column::Nik, problem))?;
    let status = plan.text(row, Column::Status);
    let words = plan.text(row, Column::Refusal);
    let number = plan.cell(row, Column::Kpj).filter(|cell| cell.text != "-");
    let said = match number {
        // a remark beside a number is no refusal, but the status is
        Some(_) if is_no(status) => return Err(fault(Column::Status, Problem::BothAnswers)),
        Some(number) => {
            let (kpj, more) = damage::kpj(number).map_err(|problem| fault(Column::Kpj, problem))?;
            let kpj = kpj.parse().map_err(|_| fault(Column::Kpj, Problem::KpjStrange))?;
            mended.extend(more);
            Said::Covered { kpj, from: first_day(plan.text(row, Column::From), plan, today)? }
        }
        None if !words.is_empty() => Said::Refused(words.chars().take(200).collect()),
        None if is_no(status) => Said::Refused(status.to_owned()),
        None => return Err(fault(Column::Kpj, Problem::NoAnswer)),
    };
    Ok(Answer { nik, said, mended })
}

fn first_day(text: &str, plan: &Plan, today: Date) -> Result<Date, Fault> {
    let day = if text.is_empty() { plan.from.parse().ok() } else { cell::date(text, today) };
    let day = day.ok_or((Column::From, Problem::DateMissing, String::new()))?;
    match membership::is_near(day, today) {
        true => Ok(day),
        false => Err((Column::From, Problem::DateFar, String::new())),
    }
}

/// What an answer would change: whom it covers or refuses, or nothing that is not known.
pub fn judge(
    connection: &Connection,
    programme: &Programme,
    export: &Export,
    answer: &Answer,
) -> Result<Result<Option<Asked>, Fault>, HubError> {
    let fault = |column, problem, detail: &str| Ok(Err((column, problem, detail.to_owned())));
    let Some(asked) = export::by_nik(connection, &export.id, &answer.nik)? else {
        return fault(Column::Nik, Problem::NotAsked, &export.number.to_string());
    };
    let row = record::get(connection, asked.record)?.ok_or(HubError::Corrupt("an export"))?;
    Ok(match (&answer.said, asked.state.as_str()) {
        (Said::Covered { kpj, from }, "covered") => {
            let known = cover::of(connection, asked.record)?;
            match known {
                Some(known) if known.kpj != kpj.to_string() => return fault(Column::Kpj, Problem::KpjOther, ""),
                Some(known) if known.from != *from => return fault(Column::From, Problem::DateOther, ""),
                _ => Ok(None),
            }
        }
        (Said::Refused(words), "refused" | "settled") if asked.reason == *words => Ok(None),
        (_, "covered" | "refused" | "settled") => return fault(Column::Nik, Problem::AnsweredOtherwise, ""),
        (Said::Covered { kpj, .. }, _) if cover::is_of_another(connection, &kpj.to_string(), asked.record)? => {
            return fault(Column::Kpj, Problem::KpjTwice, "");
        }
        (Said::Covered { from, .. }, _) if membership::last_day(programme, *from).is_none() => {
            return fault(Column::From, Problem::DateFar, "");
        }
        _ if !matches!(row.state, State::Placed { .. }) => {
            return fault(Column::Nik, Problem::NotPlaced, row.state.word(Lang::Id));
        }
        _ => Ok(Some(asked)),
    })
}

/// Takes what was judged good.
pub fn take(
    hub: &Hub,
    transaction: &Transaction,
    programme: &Programme,
    asked: &Asked,
    answer: &Answer,
    actor: &str,
) -> Result<(), HubError> {
    let now = hub.context.now().as_millisecond();
    match &answer.said {
        Said::Refused(words) => Ok(export::answer(transaction, asked, "refused", words, now)?),
        Said::Covered { kpj, from } => {
            membership::give(hub, transaction, programme, asked, (*kpj, *from), actor)?;
            Ok(export::answer(transaction, asked, "covered", "", now)?)
        }
    }
}

/// The day on which dates are judged.
pub fn today(hub: &Hub) -> Date {
    day_here(hub.context.now())
}
