//! Photos of cards, beside the fields, and who is shown which.

use super::ask::{Asked, Named};
use super::failure::Failure;
use super::judge::comment_box;
use super::staff::Staff;
use crate::error::HubError;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::{audit, claim, photo as photo_store};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use payung_domain::{Enrolment, Field, Lang, PhotoHash};
use serde::Deserialize;
use std::sync::Arc;

/// The photos of a record, with what makes them larger and turns them.
pub fn column(enrolment: &Enrolment, held: &[PhotoHash], can_decide: bool) -> Markup {
    html! {
        div.photos {
            (pictures(enrolment, held))
            @if enrolment.photos.iter().any(|photo| held.contains(&photo.sha256)) {
                div.tools {
                    button type="button" data-key="z" data-now data-view="near" { "Perbesar " kbd { "Z" } }
                    button type="button" data-key="r" data-now data-view="turn" { "Putar " kbd { "R" } }
                    span.hint { "Roda tetikus memperbesar, seret untuk menggeser." }
                }
            }
            @if can_decide { (comment_box(Field::KtpPhoto)) }
        }
    }
}

/// The photos alone.
pub fn pictures(enrolment: &Enrolment, held: &[PhotoHash]) -> Markup {
    html! {
        @for photo in &enrolment.photos {
            @if held.contains(&photo.sha256) {
                a.photo data-zoom href={ "/foto/" (photo.sha256) } {
                    img src={ "/foto/" (photo.sha256) } data-photo=(photo.sha256) alt=(photo.kind.label(Lang::Id)) draggable="false";
                }
            } @else {
                div.photo.missing { (photo.kind.label(Lang::Id)) " masih dalam perjalanan dari HP." }
            }
        }
        @if enrolment.photos.is_empty() { div.photo.missing { "Tidak ada foto." } }
    }
}

/// For the script: photos of the next record, so that they are there when its page comes.
pub fn ahead(photos: &[PhotoHash]) -> Markup {
    html! {
        @for sha256 in photos { span hidden data-photo=(sha256) data-ahead={ "/foto/" (sha256) "?dulu=ya" } {} }
    }
}

/// The address's query.
#[derive(Deserialize)]
pub struct Way {
    /// Before the page that shows it.
    dulu: Option<String>,
}

/// A photo, for who is signed in. Who looked at which is in the audit; one that was sent before its page is noted as such, and
/// as seen when the page is opened.
pub async fn photo(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(sha256): Named<String>,
    Asked(way): Asked<Way>,
) -> Result<Response, Failure> {
    let sha256: PhotoHash = sha256.parse().map_err(|_| Failure::NotFound)?;
    let bytes = hub.run(move |hub| read(hub, sha256, &staff, way.dulu.is_some())).await?.ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, bytes).into_response())
}

fn read(hub: &Hub, sha256: PhotoHash, staff: &Staff, is_ahead: bool) -> Result<Option<Vec<u8>>, HubError> {
    let scope = staff.scope;
    if !hub.store.read::<_, HubError>(|connection| Ok(photo_store::is_within(connection, sha256, scope)?))? {
        return Ok(None);
    }
    let now = hub.context.now().as_millisecond();
    let subject = format!("photo:{sha256}");
    let is_allowed = hub.store.write::<_, HubError>(|transaction| {
        let act = if is_ahead {
            let found = claim::with_photo(transaction, &staff.session.user_name, &sha256.to_string(), now)?;
            let Some((record, is_only_ahead)) = found.filter(|_| staff.may(Act::Decide)) else { return Ok(false) };
            // fast hands open the page before its photo has come
            match is_only_ahead {
                true => {
                    claim::set_fetched(transaction, record)?;
                    "photo.ahead"
                }
                false => "photo.see",
            }
        } else {
            "photo.see"
        };
        audit::add(transaction, now, &staff.actor(), act, &subject)?;
        Ok(true)
    })?;
    match is_allowed {
        true => hub.photos.read(sha256).map(Some),
        false => Ok(None),
    }
}
