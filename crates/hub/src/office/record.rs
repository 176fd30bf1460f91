//! `/catatan/{id}`: the photo beside the fields, warnings first, the decision always in the same place.

use super::ask::{Asked, Named};
use super::changes;
use super::failure::Failure;
use super::fields::{GROUPS, shown};
use super::home::{Done, done_note};
use super::judge::decision_bar;
use super::page::{Part, page};
use super::refusal;
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::line;
use crate::rights::Act;
use crate::store::cover::{self, Cover};
use crate::store::export;
use crate::store::record::{self, RecordRow, RevisionRow};
use crate::store::search::{self, Found};
use crate::store::sql::Connection;
use crate::store::{audit, photo as photo_store};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use payung_domain::eligibility::reasons_against;
use payung_domain::enrolment::PhotoFault;
use payung_domain::state::State as Standing;
use payung_domain::wire::Change;
use payung_domain::{Enrolment, Field, Lang, PhotoHash, RecordId};
use std::sync::Arc;

struct View {
    row: RecordRow,
    revisions: Vec<(RevisionRow, Enrolment)>,
    twins: Vec<Found>,
    photos_held: Vec<PhotoHash>,
    history: Vec<(Change, String)>,
    next: Option<RecordId>,
    done: Option<(RecordId, String, Standing)>,
    /// What BPJS was asked and has given.
    asked: Option<export::Asked>,
    cover: Option<Cover>,
    /// Why the person has this rank, if he or she waits.
    why: Option<String>,
}

/// The page of one record.
pub async fn show(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Asked(done): Asked<Done>,
) -> Result<Markup, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let asker = staff.clone();
    let view = hub.run(move |hub| gather(hub, id, &asker, &done)).await?.ok_or(Failure::NotFound)?;
    let Some((latest, enrolment)) = view.revisions.last() else { return Err(Failure::NotFound) };
    let name = &enrolment.identity.name;
    let may_decide = staff.may(Act::Decide);
    let can_decide = may_decide && matches!(view.row.state, Standing::Received | Standing::Corrected);
    let body = html! {
        main.record #isi {
            (done_note(&view.done))
            header.who {
                h1 { (name) }
                (words::chip(&view.row.state))
                span.muted { (view.row.state.detail(Lang::Id)) }
            }
            @if let Some(why) = &view.why { p.note { (why) } }
            (refusal::standing(&view.row, view.asked.as_ref(), view.cover.as_ref(), &staff))
            div.sheet {
                (photos(enrolment, &view.photos_held, can_decide))
                div.facts {
                    (warnings(&hub, &view, enrolment))
                    (facts(&hub, enrolment, can_decide))
                }
            }
            (history(&hub, &view, latest, staff.may(Act::SeeAudit)))
            @if may_decide { (decision_bar(&view.row, view.next, &staff.session)) }
        }
    };
    Ok(page(&hub, &staff, Part::Records, name, &body))
}

fn gather(hub: &Hub, id: RecordId, staff: &Staff, done: &Done) -> Result<Option<View>, HubError> {
    let scope = staff.scope;
    hub.store.read(|connection| {
        let Some(mut row) = record::get_within(connection, id, scope)? else { return Ok(None) };
        line::refresh(hub, connection, id, &mut row.state)?;
        let mut revisions = Vec::new();
        for revision in record::revisions(connection, id)? {
            let enrolment = serde_json::from_str(&revision.body).map_err(|_| HubError::Corrupt("a revision"))?;
            revisions.push((revision, enrolment));
        }
        let Some((_, latest)): Option<&(RevisionRow, Enrolment)> = revisions.last() else { return Ok(None) };
        let counts = |twin: &Found| !matches!(twin.state, Standing::Rejected { .. } | Standing::Withdrawn);
        let mut twins = search::twins(connection, scope, id, &latest.identity.nik)?;
        twins.retain(counts);
        Ok(Some(View {
            photos_held: record::photos_held(connection, id, row.revision)?,
            history: record::history(connection, id)?,
            next: match staff.may(Act::Decide) {
                true => search::next_to_decide(connection, id)?,
                false => None,
            },
            done: done.line(connection, scope)?,
            asked: export::of_record(connection, id)?,
            cover: cover::of(connection, id)?,
            why: line::why(hub, connection, &row)?,
            twins,
            revisions,
            row,
        }))
    })
}

fn photos(enrolment: &Enrolment, held: &[PhotoHash], can_decide: bool) -> Markup {
    html! {
        div.photos {
            @for photo in &enrolment.photos {
                @if held.contains(&photo.sha256) {
                    a.photo data-zoom href={ "/foto/" (photo.sha256) } {
                        img src={ "/foto/" (photo.sha256) } alt=(photo.kind.label(Lang::Id));
                    }
                } @else {
                    div.photo.missing { (photo.kind.label(Lang::Id)) " masih dalam perjalanan dari HP." }
                }
                @if !photo.faults.is_empty() {
                    p.faults { strong { "HP menilai foto ini: " } (listed(&photo.faults)) }
                }
            }
            @if let Some(reason) = enrolment.photo_reason {
                p.faults { strong { "Alasan kader: " } (reason.label(Lang::Id)) }
            }
            @if enrolment.photos.is_empty() { div.photo.missing { "Tidak ada foto." } }
            p.hint { "Ketuk foto untuk memperbesar " kbd { "Z" } }
            @if can_decide { (super::judge::comment_box(Field::KtpPhoto)) }
        }
    }
}

/// `Terlalu gelap, goyang`.
fn listed(faults: &[PhotoFault]) -> String {
    faults.iter().map(|fault| fault.label(Lang::Id)).collect::<Vec<_>>().join(", ")
}

fn warnings(hub: &Hub, view: &View, enrolment: &Enrolment) -> Markup {
    let identity = &enrolment.identity;
    let nik = identity.nik.warnings(
        Some(identity.birth_date),
        Some(identity.sex),
        Some(enrolment.residence.village.district()),
        hub.catalogue.knows_district(&identity.nik),
    );
    // The age counts on the day of registration: when the hub first had the record.
    let registered = words::day(moment(view.row.received_at));
    let reasons = match hub.catalogue.programme(&enrolment.programme) {
        Some(programme) => reasons_against(enrolment, programme, registered, false),
        None => Vec::new(),
    };
    let is_photo_missing = enrolment.photos.iter().any(|photo| !view.photos_held.contains(&photo.sha256));
    html! {
        @if !(nik.is_empty() && reasons.is_empty() && view.twins.is_empty() && !is_photo_missing) {
            section.warnings aria-label="Yang perlu diperhatikan" {
                h2 { "Perhatikan" }
                ul {
                    @for twin in &view.twins {
                        li { strong { "NIK yang sama: " } a href={ "/catatan/" (twin.id) } { (twin.name) } ", " (twin.village) " " (words::chip(&twin.state)) }
                    }
                    @for reason in &reasons { li { (reason.sentence(Lang::Id)) } }
                    @for warning in &nik { li { (warning.sentence(Lang::Id)) } }
                    @if is_photo_missing { li { "Foto belum lengkap sampai di sini." } }
                }
                @if let Some(words) = &enrolment.warning_reason {
                    p.said { span { "Alasan kader: " } (words) }
                }
            }
        }
    }
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
                            @if can_decide { (super::judge::comment_box(field)) }
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

/// A photo, for who is signed in. Who looked at which is in the audit.
pub async fn photo(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(sha256): Named<String>,
) -> Result<Response, Failure> {
    let sha256: PhotoHash = sha256.parse().map_err(|_| Failure::NotFound)?;
    let bytes = hub
        .run(move |hub| {
            let is_within = |connection: &Connection| Ok(photo_store::is_within(connection, sha256, staff.scope)?);
            if !hub.store.read::<_, HubError>(is_within)? {
                return Ok(None);
            }
            let now = hub.context.now().as_millisecond();
            let subject = format!("photo:{sha256}");
            hub.store.write::<_, HubError>(|t| Ok(audit::add(t, now, &staff.actor(), "photo.see", &subject)?))?;
            hub.photos.read(sha256).map(Some)
        })
        .await?
        .ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, bytes).into_response())
}
