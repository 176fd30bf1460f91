//! `/catatan/{id}`: the photo beside the fields, warnings first, the decision always in the same place.

use super::ask::{Asked, Named};
use super::card as card_page;
use super::changes;
use super::done::{Done, Told, Waits, done_note, held_note};
use super::failure::Failure;
use super::fields::{GROUPS, shown};
use super::page::{Part, page};
use super::refusal;
use super::staff::Staff;
use super::warnings::{self, MOST_COMPARED, Twin};
use super::{judge, photos, words};
use crate::context::day_here;
use crate::error::HubError;
use crate::examine::{Examination, examine};
use crate::hub::Hub;
use crate::line;
use crate::queue::{self, Opened};
use crate::rights::Act;
use crate::store::card::{self, CardRow};
use crate::store::cover::{self, Cover};
use crate::store::export;
use crate::store::record::{self, RecordRow, RevisionRow};
use crate::store::search;
use crate::store::sql::Connection;
use axum::extract::State;
use maud::{Markup, html};
use payung_domain::state::State as Standing;
use payung_domain::wire::Change;
use payung_domain::{Enrolment, Field, Lang, PhotoHash, RecordId};
use serde::Deserialize;
use std::sync::Arc;

struct View {
    row: RecordRow,
    revisions: Vec<(RevisionRow, Enrolment)>,
    examination: Examination,
    twins: Vec<Twin>,
    photos_held: Vec<PhotoHash>,
    history: Vec<(Change, String)>,
    told: Option<Told>,
    /// A verdict that has not taken effect.
    held: Option<Waits>,
    /// What BPJS was asked and has given.
    asked: Option<export::Asked>,
    cover: Option<Cover>,
    cards: Vec<CardRow>,
    /// Why the person has this rank, if he or she waits.
    why: Option<String>,
    /// Photos of the record that comes next.
    ahead: Vec<PhotoHash>,
}

/// The address's query: what was decided just now, and the batch that the record is a sample of.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(flatten)]
    done: Done,
    borongan: Option<String>,
}

/// The page of one record. Opening it takes it, if it waits for a decision and nobody else has it.
pub async fn show(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Markup, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let asker = staff.clone();
    let Wanted { done, borongan } = wanted;
    let batch = borongan.filter(|_| staff.may(Act::Decide));
    let is_sample = batch.is_some();
    let (opened, view) = hub
        .run(move |hub| {
            let user = &asker.session.user_name;
            let opened = match asker.may(Act::Decide) && !is_sample {
                true => queue::open(hub, id, user)?,
                false => Opened::Nothing,
            };
            let view = gather(hub, id, &asker, &done, &opened)?;
            Ok::<_, HubError>((opened, view))
        })
        .await?;
    let view = view.ok_or(Failure::NotFound)?;
    let Some((latest, enrolment)) = view.revisions.last() else { return Err(Failure::NotFound) };
    let name = &enrolment.identity.name;
    let may_decide = staff.may(Act::Decide);
    let is_mine = matches!(opened, Opened::Mine { .. });
    let can_decide = is_mine && matches!(view.row.state, Standing::Received | Standing::Corrected);
    let body = html! {
        main.record #isi data-live {
            (done_note(view.told.as_ref(), &staff))
            @if let Some(waits) = view.held.as_ref().filter(|_| may_decide && view.told.as_ref().is_none_or(|told| !told.is_of(id))) {
                (held_note(id, name, waits, &staff))
            }
            @if let Opened::Theirs(claim) = &opened { (judge::taken(id, claim, hub.context.now(), &staff.session)) }
            header.who {
                h1 { (name) }
                (words::chip(&view.row.state))
                span.muted { (view.row.state.detail(Lang::Id)) }
                @if can_decide { (judge::keys()) }
            }
            @if let Some(why) = &view.why { p.note { (why) } }
            (refusal::standing(&view.row, view.asked.as_ref(), view.cover.as_ref(), &staff))
            @for twin in &view.twins { (warnings::comparison(enrolment, &view.photos_held, twin, &hub.catalogue)) }
            div.sheet {
                (photos::column(enrolment, &view.photos_held, can_decide))
                (warnings::card(&view.examination, enrolment))
                div.facts { (facts(&hub, enrolment, can_decide)) }
            }
            (card_page::signed(&view.cards, day_here(hub.context.now())))
            (history(&hub, &view, latest, staff.may(Act::SeeAudit)))
            @if let Some(batch) = &batch {
                (super::batch::sample_bar(batch, id, &staff.session))
            } @else if may_decide {
                (judge::decision_bar(&view.row, &opened, view.held.is_some(), &staff.session))
            }
            @if let Opened::Mine { view, .. } = &opened { (judge::desk(id, *view, &staff.session)) }
            (photos::ahead(&view.ahead))
        }
    };
    Ok(page(&hub, &staff, if is_mine || is_sample { Part::Queue } else { Part::Records }, name, &body))
}

fn gather(hub: &Hub, id: RecordId, staff: &Staff, done: &Done, opened: &Opened) -> Result<Option<View>, HubError> {
    let scope = staff.scope;
    hub.store.read(|connection| {
        let Some(mut row) = record::get_within(connection, id, scope)? else { return Ok(None) };
        line::refresh(hub, connection, id, &mut row.state)?;
        let revisions = revisions(connection, id)?;
        let Some((_, latest)) = revisions.last() else { return Ok(None) };
        let photos_held = record::photos_held(connection, id, row.revision)?;
        let mut examination = examine(hub, connection, scope, &row, latest, &photos_held)?;
        // of somebody who was agreed to, or refused, only a double still matters
        if !matches!(row.state, Standing::Received | Standing::Corrected | Standing::NeedsCorrection { .. }) {
            examination.far = None;
        }
        let mut twins = Vec::new();
        for found in search::twins(connection, scope, id, &latest.identity.nik)?.into_iter().take(MOST_COMPARED) {
            let is_shown = examination.twins.iter().any(|twin| twin.id == found.id);
            let Some((row, enrolment)) = self::revisions(connection, found.id)?.pop().filter(|_| is_shown) else {
                continue;
            };
            let photos_held = record::photos_held(connection, found.id, row.revision)?;
            twins.push(Twin { found, enrolment, photos_held });
        }
        let ahead = match opened {
            Opened::Mine { next: Some(next), .. } => match record::get(connection, *next)? {
                Some(next) => record::photos_held(connection, next.id, next.revision)?,
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        Ok(Some(View {
            history: record::history(connection, id)?,
            told: done.told(hub, connection, staff)?,
            held: Waits::of(hub, connection, id)?,
            asked: export::of_record(connection, id)?,
            cover: cover::of(connection, id)?,
            cards: card::of_record(connection, id)?,
            why: line::why(hub, connection, &row)?,
            photos_held,
            examination,
            ahead,
            twins,
            revisions,
            row,
        }))
    })
}

fn revisions(connection: &Connection, id: RecordId) -> Result<Vec<(RevisionRow, Enrolment)>, HubError> {
    record::revisions(connection, id)?
        .into_iter()
        .map(|row| {
            let enrolment = serde_json::from_str(&row.body).map_err(|_| HubError::Corrupt("a revision"))?;
            Ok((row, enrolment))
        })
        .collect()
}

fn facts(hub: &Hub, enrolment: &Enrolment, can_decide: bool) -> Markup {
    html! {
        @for (title, fields) in GROUPS {
            section.group {
                h2 { (title) }
                dl {
                    @for &field in *fields {
                        @let text = shown(enrolment, field, &hub.catalogue);
                        div.mono[field == Field::Nik] {
                            dt { (field.label(Lang::Id)) }
                            dd { @if text.is_empty() { span.muted { "–" } } @else { (text) } }
                            @if can_decide { (judge::comment_box(field)) }
                        }
                    }
                }
            }
        }
    }
}

fn history(hub: &Hub, view: &View, latest: &RevisionRow, may_see_audit: bool) -> Markup {
    html! {
        section.card.history {
            h2 { "Riwayat" }
            ol {
                @for (change, actor) in without_old_ranks(&view.history) {
                    li {
                        (words::chip(&change.state))
                        span.muted { (words::moment(change.at)) " · " (words::actor(actor)) " · versi " (change.revision) }
                        @let detail = change.state.detail(Lang::Id);
                        @if !detail.is_empty() { p { (detail) } }
                    }
                }
            }
            @for pair in view.revisions.windows(2).rev() {
                @if let [(_, before), (revision, after)] = pair {
                    h3 { "Yang berubah pada versi " (revision.revision) }
                    table.rows { tbody {
                        @for changed in changes::between(before, after, &hub.catalogue) {
                            tr { th { (changed.field.label(Lang::Id)) } td { del { (changed.before) } } td { ins { (changed.after) } } }
                        }
                    } }
                }
            }
            p.muted { "Disimpan di HP " (words::saved(latest.saved_at, latest.clock_offset)) " · " span.mono { (view.row.id) }
                @if may_see_audit { " · " a href={ "/jejak?catatan=" (view.row.id) } { "Jejak audit" } }
            }
        }
    }
}

/// The newest first; of ranks that followed each other on the waiting list only the last one.
fn without_old_ranks(history: &[(Change, String)]) -> impl Iterator<Item = &(Change, String)> {
    let waits = |entry: &(Change, String)| matches!(entry.0.state, Standing::WaitingList { .. });
    let is_old = move |index: usize| waits(&history[index]) && history.get(index + 1).is_some_and(waits);
    (0..history.len()).rev().filter(move |&index| !is_old(index)).map(|index| &history[index])
}
