//! The line above a page that says what was decided just now, and takes it back while that is possible.

use super::page::csrf;
use super::staff::Staff;
use super::words;
use crate::decision::Verdict;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::record;
use crate::store::sql::Connection;
use crate::store::verdict::{self, Held};
use maud::{Markup, html};
use payung_domain::state::State;
use payung_domain::{Lang, RecordId};
use serde::Deserialize;

/// The record that was decided just now.
#[derive(Deserialize)]
pub struct Done {
    /// Its id.
    sudah: Option<String>,
}

/// What became of a record.
pub struct Told {
    id: RecordId,
    name: String,
    state: State,
    held: Option<Waits>,
}

impl Told {
    /// Whether it is this record.
    pub fn is_of(&self, id: RecordId) -> bool {
        self.id == id
    }
}

/// A verdict that can still be taken back.
pub struct Waits {
    /// What was said.
    pub verdict: Held,
    /// Seconds until it takes effect.
    pub seconds: i64,
}

impl Waits {
    /// The verdict that is held for a record.
    pub fn of(hub: &Hub, connection: &Connection, id: RecordId) -> crate::store::sql::Result<Option<Self>> {
        let now = hub.context.now().as_millisecond();
        Ok(verdict::of(connection, id)?.map(|verdict| Self::until(verdict, now)))
    }

    /// The same of one that was read already.
    pub fn until(verdict: Held, now: i64) -> Self {
        Self { seconds: ((verdict.due_at - now).max(0) + 999) / 1000, verdict }
    }
}

impl Done {
    /// Reads the record and says what became of it.
    pub fn told(&self, hub: &Hub, connection: &Connection, staff: &Staff) -> crate::store::sql::Result<Option<Told>> {
        let Some(id) = self.sudah.as_deref().and_then(|text| text.parse::<RecordId>().ok()) else { return Ok(None) };
        let Some(row) = record::get_within(connection, id, staff.scope)? else { return Ok(None) };
        let held = match staff.may(Act::Decide) {
            true => Waits::of(hub, connection, id)?,
            false => None,
        };
        Ok(Some(Told { id, name: record::name_of(connection, id)?, state: row.state, held }))
    }
}

/// Draws it.
pub fn done_note(told: Option<&Told>, staff: &Staff) -> Markup {
    html! {
        @if let Some(Told { id, name, state, held }) = told {
            @if let Some(waits) = held {
                (held_note(*id, name, waits, staff))
            } @else {
                p.note.good role="status" {
                    a href={ "/catatan/" (id) } { (name) } " " (words::chip(state)) " " (state.detail(Lang::Id))
                }
            }
        }
    }
}

/// Says what is held for a record; whoever said it can take it back.
pub fn held_note(id: RecordId, name: &str, waits: &Waits, staff: &Staff) -> Markup {
    let is_mine = waits.verdict.user == staff.session.user_name;
    html! {
        div.note.good.held role="status" {
            p {
                @if !is_mine { (waits.verdict.user) ": " }
                strong { (said(&waits.verdict.verdict)) } " · " a href={ "/catatan/" (id) } { (name) }
                span.muted { " · berlaku dalam " span data-countdown=(waits.seconds) { (waits.seconds) } " detik" }
            }
            @if is_mine {
                form method="post" action={ "/catatan/" (id) "/batal" } data-swap {
                    (csrf(&staff.session))
                    button data-key="u" data-now { "Batalkan " kbd { "U" } }
                }
            }
        }
    }
}

/// A verdict in words.
pub fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Approve => "Disetujui".into(),
        Verdict::Return(comments) => format!("Dikembalikan ke kader, {} catatan", comments.len()),
        Verdict::Reject(reason, _) => format!("Ditolak: {}", reason.label(Lang::Id)),
    }
}
