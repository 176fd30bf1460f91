//! `/daftar/{id}` and `/jawaban/{id}`: what the columns are, how the dry run went, the agreement, and how far it is.

mod columns;
mod result;

use super::ask::Named;
use super::failure::Failure;
use super::lists::{source_name, standing};
use super::page::{Part, page, watching};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::columns::Plan;
use crate::files::table::{Head, Unreadable};
use crate::files::{Counts, work};
use crate::hub::Hub;
use crate::rights::{Act, Scope};
use crate::store::export;
use crate::store::import::{self, Import, ProblemRow};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use columns::{again, columns};
use maud::{Markup, html};
use payung_domain::money::grouped;
use result::result;
use std::sync::Arc;

/// Problems that the page names; the CSV has more.
const MOST_SHOWN: u32 = 100;

/// A list or an answer: what differs around the same steps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Answer,
}

impl Kind {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Answer => "answer",
        }
    }

    fn part(self) -> Part {
        match self {
            Self::List => Part::Lists,
            Self::Answer => Part::Files,
        }
    }

    pub(super) fn address(self, id: &str) -> String {
        match self {
            Self::List => format!("/daftar/{id}"),
            Self::Answer => format!("/jawaban/{id}"),
        }
    }
}

struct View {
    import: Import,
    head: Head,
    plan: Plan,
    counts: Counts,
    problems: Vec<ProblemRow>,
    villages: Vec<VillageRow>,
    taken_before: Option<i64>,
    export: Option<export::Export>,
}

pub(super) fn found(hub: &Hub, kind: Kind, id: &str, scope: Scope) -> Result<Option<Import>, HubError> {
    let import = hub.store.read::<_, HubError>(|connection| Ok(import::get(connection, id, scope)?))?;
    Ok(import.filter(|import| import.kind == kind.key()))
}

/// `/daftar/{id}`.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    show(hub, staff, Kind::List, id).await
}

/// `/jawaban/{id}`.
pub async fn answer(State(hub): State<Arc<Hub>>, staff: Staff, Named(id): Named<String>) -> Result<Markup, Failure> {
    show(hub, staff, Kind::Answer, id).await
}

async fn show(hub: Arc<Hub>, staff: Staff, kind: Kind, id: String) -> Result<Markup, Failure> {
    let scope = staff.scope;
    let view = hub.run(move |hub| gather(hub, kind, &id, scope)).await?.ok_or(Failure::NotFound)?;
    let is_working = matches!(view.import.state.as_str(), "checking" | "taking");
    if is_working {
        // a worker that was killed is followed by whoever looks
        work::kick(&hub);
    }
    let may_act = staff.may(if kind == Kind::List { Act::ImportList } else { Act::ExportFiles });
    let body = html! {
        main #isi {
            p { a href=(back(kind, &view)) { @if kind == Kind::List { "← Semua daftar" } @else { "← Berkas BPJS" } } }
            header.who {
                h1 { (view.import.name) }
                span.chip { (standing(&view.import.state)) }
            }
            p.muted { (about(&hub, kind, &view)) }
            @match view.import.state.as_str() {
                "columns" => (columns(&view, kind, may_act, &staff)),
                "checking" => (progress(&view, "Memeriksa baris")),
                "checked" => { (result(&view, kind, may_act, &staff)) @if may_act { (again(&view, kind, &staff)) } },
                "taking" => (progress(&view, "Memasukkan baris")),
                "taken" => (result(&view, kind, false, &staff)),
                "failed" => {
                    section.card {
                        p { (Unreadable::from_key(&view.import.failure).unwrap_or(Unreadable::Strange).sentence()) }
                        @if view.import.done_rows == 0 { p { "Tidak ada yang berubah." } }
                        @else { p { (grouped(view.import.done_rows.into())) " baris sudah masuk. Ulangi dari awal; yang sudah masuk tidak masuk dua kali." } }
                    }
                    @if may_act && !view.head.headings.is_empty() { (again(&view, kind, &staff)) }
                },
                _ => p.card.empty { "Berkas ini sudah dibuang. Tidak ada yang berubah karenanya." },
            }
        }
    };
    let title = if kind == Kind::List { "Daftar" } else { "Jawaban BPJS" };
    Ok(match is_working {
        true => watching(&hub, &staff, kind.part(), title, &body),
        false => page(&hub, &staff, kind.part(), title, &body),
    })
}

fn gather(hub: &Hub, kind: Kind, id: &str, scope: Scope) -> Result<Option<View>, HubError> {
    let Some(import) = found(hub, kind, id, scope)? else { return Ok(None) };
    hub.store.read(|connection| {
        let mut villages = village::list_within(connection, scope)?;
        villages.retain(|row| row.programme == import.programme);
        Ok(Some(View {
            head: serde_json::from_str(&import.head).unwrap_or_default(),
            plan: serde_json::from_str(&import.plan).unwrap_or_default(),
            counts: serde_json::from_str(&import.counts).unwrap_or_default(),
            problems: import::problems(connection, &import.id, 0, MOST_SHOWN)?,
            taken_before: import::taken_before(connection, &import)?,
            export: match &import.export {
                Some(id) => export::get(connection, id)?,
                None => None,
            },
            villages,
            import,
        }))
    })
}

fn back(kind: Kind, view: &View) -> String {
    match kind {
        Kind::List => "/daftar".to_owned(),
        Kind::Answer => format!("/berkas/{}", view.import.export.as_deref().unwrap_or_default()),
    }
}

fn about(hub: &Hub, kind: Kind, view: &View) -> String {
    let import = &view.import;
    let rule = hub.catalogue.programme(&import.programme).map_or_else(String::new, |rule| rule.name.clone());
    let what = match (kind, &view.export) {
        (Kind::Answer, Some(export)) => format!("Jawaban untuk berkas BPJS nomor {}", export.number),
        _ => source_name(hub, import),
    };
    let when = words::moment(moment(import.added_at));
    format!("{what} · {rule} · diunggah {} pada {when}", words::actor(&import.added_by))
}

fn progress(view: &View, what: &str) -> Markup {
    let Import { done_rows, total_rows, .. } = view.import;
    html! {
        section.card aria-live="polite" {
            h2 { (what) }
            p { strong.count { (grouped(done_rows.into())) } @if total_rows > 0 { " dari " (grouped(total_rows.into())) } " baris" }
            @if total_rows > 0 { progress.wide max=(total_rows) value=(done_rows) {} }
            p.muted { "Halaman ini memperbarui diri. Anda boleh menutupnya; pekerjaan tetap berjalan, dan dilanjutkan bila server dimulai ulang." }
        }
    }
}
