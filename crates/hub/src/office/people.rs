//! `/orang`: who works here, and a form for the next one.

use super::ask::{Fields, Posted};
use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::people::{self, PeopleError, Place};
use crate::rights::{Act, Role};
use crate::store::office_user::{self, OfficeUser};
use crate::store::session;
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use std::sync::Arc;

/// What a form asks for, kept while it is mended.
#[derive(Default)]
struct Draft {
    name: String,
    role: String,
    village: String,
}

/// The list.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff) -> Result<Response, Failure> {
    draw(hub, staff, &Draft::default(), None).await
}

async fn draw(
    hub: Arc<Hub>,
    staff: Staff,
    draft: &Draft,
    complaint: Option<&'static str>,
) -> Result<Response, Failure> {
    let (people, counts, villages) = hub
        .run(|hub| {
            let now = hub.context.now().as_millisecond();
            hub.store.read::<_, HubError>(|connection| {
                let counts = session::counts(connection, now)?;
                Ok((office_user::list(connection)?, counts, village::list(connection)?))
            })
        })
        .await?;
    let sessions = |user: &OfficeUser| counts.iter().find(|(name, _)| *name == user.name).map_or(0, |(_, n)| *n);
    let body = html! {
        main #isi {
            h1 { "Orang " span.muted { (people.len()) } }
            @if staff.may(Act::KeepPeople) { (form(&staff, draft, &villages, complaint)) }
            (table(&people, &villages, sessions, hub.context.now()))
        }
    };
    let status = if complaint.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&hub, &staff, Part::People, "Orang", &body)).into_response())
}

fn form(staff: &Staff, draft: &Draft, villages: &[VillageRow], complaint: Option<&str>) -> Markup {
    html! {
        section.card {
            h2 { "Tambah orang" }
            @if let Some(complaint) = complaint { p.note.warn role="alert" { (complaint) } }
            form.filters method="post" action="/orang" {
                (csrf(&staff.session))
                label.grow { "Nama untuk masuk"
                    input name="name" value=(draft.name) minlength="2" maxlength="40" pattern="[A-Za-z0-9._\\-]+"
                        autocapitalize="none" autocomplete="off" spellcheck="false" placeholder="budi.gayam" required;
                }
                (place_fields(villages, &draft.role, &draft.village))
                button.primary { "Tambahkan" }
            }
            (roles())
        }
    }
}

/// Each role in a sentence, for who chooses one.
pub fn roles() -> Markup {
    html! {
        details.inline {
            summary { "Apa beda perannya?" }
            dl.roles {
                @for role in Role::ALL { div { dt { (role.word()) } dd { (role.sentence()) } } }
            }
        }
    }
}

/// The choice of a role, and of a village for the role that has one.
pub fn place_fields(villages: &[VillageRow], role: &str, village: &str) -> Markup {
    html! {
        label { "Peran"
            select name="role" required {
                @if role.is_empty() { option value="" { "Pilih…" } }
                @for choice in Role::ALL { option value=(choice.key()) selected[choice.key() == role] { (choice.word()) } }
            }
        }
        label { "Desa, hanya untuk kepala desa"
            select name="village" {
                option value="" { "–" }
                @for row in villages {
                    option value=(row.code) selected[row.code.to_string() == village] { (row.name) ", " (row.district) }
                }
            }
        }
    }
}

/// Reads that choice. A village beside another role is no mistake but a left-over, and is not kept.
pub fn place_in(form: &Fields) -> Result<Place, &'static str> {
    let text = |name: &str| form.get(name).map_or("", |text| text.trim());
    let role = Role::from_key(text("role")).ok_or("Pilih perannya.")?;
    match role {
        Role::Village => {
            let code = text("village").parse().map_err(|_| "Pilih desa untuk kepala desa atau operator.")?;
            Ok((role, Some(code)))
        }
        _ => Ok((role, None)),
    }
}

/// Why somebody could not be added or changed.
pub fn words_for(error: PeopleError) -> Result<&'static str, Failure> {
    Ok(match error {
        PeopleError::NotFound => return Err(Failure::NotFound),
        PeopleError::Hub(error) => return Err(Failure::Hub(error)),
        PeopleError::Name => "Nama untuk masuk terdiri dari 2 sampai 40 huruf, angka, titik atau garis, tanpa spasi.",
        PeopleError::Taken => "Nama ini sudah dipakai. Pilih nama lain.",
        PeopleError::Village => "Pilih desa yang dilayani kantor ini.",
        PeopleError::LastAdmin => "Ini admin terakhir. Jadikan orang lain admin dulu.",
        PeopleError::Weak(_) => "Kata sandi ini terlalu lemah. Pilih yang lain.",
    })
}

fn table(
    people: &[OfficeUser],
    villages: &[VillageRow],
    sessions: impl Fn(&OfficeUser) -> u32,
    now: Timestamp,
) -> Markup {
    let village_of = |user: &OfficeUser| {
        villages.iter().find(|row| Some(row.code) == user.village).map_or("", |row| row.name.as_str())
    };
    html! {
        div.scroll.card { table.rows.sticky {
            thead { tr { th { "Nama" } th { "Peran" } th { "Desa" } th { "Kode dari HP" } th.number { "Perangkat" } th { "Ditambahkan" } th { "Keadaan" } } }
            tbody {
                @for user in people {
                    tr.off[user.is_disabled] {
                        td { a href={ "/orang/" (user.name) } { (user.name) } }
                        td data-label="Peran" { (user.role.word()) }
                        td data-label="Desa" { (village_of(user)) }
                        td data-label="Kode dari HP" { @if user.totp_nonce.is_some() { "Terpasang" } @else { "Belum" } }
                        td.number data-label="Perangkat" { (sessions(user)) }
                        td data-label="Ditambahkan" { (words::ago(moment(user.added_at), now)) }
                        td data-label="Keadaan" { (standing(user)) }
                    }
                }
            }
        } }
    }
}

/// Whether somebody can sign in, in a word.
pub fn standing(user: &OfficeUser) -> Markup {
    html! {
        @if user.is_disabled { span.chip.refuse { "Ditutup" } }
        @else if user.must_change { span.chip.warn { "Sandi awal" } }
        @else { span.chip.good { "Aktif" } }
    }
}

/// Adds somebody, and shows their first password this once.
pub async fn invite(State(hub): State<Arc<Hub>>, staff: Staff, Posted(form): Posted) -> Result<Response, Failure> {
    let text = |name: &str| form.get(name).map_or("", |text| text.trim()).to_owned();
    let draft = Draft { name: text("name"), role: text("role"), village: text("village") };
    let place = match place_in(&form) {
        Ok(place) => place,
        Err(complaint) => return draw(hub, staff, &draft, Some(complaint)).await,
    };
    let (actor, name) = (staff.actor(), draft.name.clone());
    match hub.run_hash(move |hub| people::invite(hub, &actor, &name, place)).await {
        Ok(password) => Ok(first_password(&hub, &staff, &draft.name, &password).into_response()),
        Err(error) => draw(hub, staff, &draft, Some(words_for(error)?)).await,
    }
}

/// A password that somebody else made, on the one page that ever shows it.
pub fn first_password(hub: &Hub, staff: &Staff, name: &str, password: &str) -> Markup {
    let body = html! {
        main #isi {
            h1 { "Sandi awal untuk " (name) }
            section.card {
                p { "Nama: " strong { (name) } }
                p.code { (password) }
                p { "Bacakan atau tuliskan untuk " (name) ", jangan lewat grup. Sandi ini hanya tampil sekali, dan harus diganti saat pertama masuk." }
            }
            p { a.button.primary href={ "/orang/" (name) } { "Sudah saya catat" } }
        }
    };
    page(hub, staff, Part::People, "Sandi awal", &body)
}
