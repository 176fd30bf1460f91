//! `/daftar`: lists of people that came in, and a form for the next one.

use super::failure::Failure;
use super::page::{Part, csrf, page};
use super::staff::Staff;
use super::upload::{self, Uploaded};
use super::visits;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::Counts;
use crate::files::columns::{self, Plan};
use crate::files::stored;
use crate::files::table::{Stop, Unreadable};
use crate::hub::Hub;
use crate::rights::{Act, Scope};
use crate::store::import::{self, Import};
use crate::store::village::{self, VillageRow};
use crate::store::{audit, candidate};
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::Programme;
use payung_domain::money::grouped;
use payung_domain::programme::{ProgrammeId, SourceId};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Imports that the page names.
const MOST_SHOWN: u32 = 50;

/// The page.
pub async fn list(State(hub): State<Arc<Hub>>, staff: Staff) -> Result<Markup, Failure> {
    let scope = staff.scope;
    let (imports, counts, villages) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                Ok((
                    import::newest(connection, "list", None, scope, MOST_SHOWN)?,
                    candidate::count(connection, scope)?,
                    village::list_within(connection, scope)?,
                ))
            })
        })
        .await?;
    let offered = offered(&hub, &villages, scope);
    let body = html! {
        main #isi {
            h1 { "Daftar calon peserta" }
            @if staff.may(Act::ImportList) { (form(&offered, &staff)) }
            section.card {
                h2 { "Berkas yang pernah masuk" }
                @if imports.is_empty() { p.empty { "Belum ada. Daftar yang diunggah muncul di sini." } }
                @else { (table(&hub, &imports)) }
            }
            (visits::to_visit(&counts, &villages, &staff))
        }
    };
    Ok(page(&hub, &staff, Part::Lists, "Daftar", &body))
}

/// The programmes that are served, with the lists that the asker may bring.
fn offered<'a>(hub: &'a Hub, villages: &[VillageRow], scope: Scope) -> Vec<(&'a Programme, &'a SourceId, &'a str)> {
    let mut ids: Vec<&ProgrammeId> = villages.iter().map(|village| &village.programme).collect();
    ids.sort();
    ids.dedup();
    let may = |by_village: bool| scope == Scope::All || by_village;
    ids.into_iter()
        .filter_map(|id| hub.catalogue.programme(id))
        .flat_map(|rule| rule.sources.iter().map(move |source| (rule, source)))
        .filter(|(_, source)| may(source.by_village))
        .map(|(rule, source)| (rule, &source.id, source.name.as_str()))
        .collect()
}

fn form(offered: &[(&Programme, &SourceId, &str)], staff: &Staff) -> Markup {
    html! {
        section.card {
            h2 { "Masukkan daftar" }
            @if offered.is_empty() {
                p.empty { "Program desa ini tidak memakai daftar yang dibawa dari sini. Daftarnya dimasukkan oleh kantor." }
            } @else {
                p.muted { "CSV atau Excel (.xlsx), paling besar 40 MB dan 300.000 baris. Tidak ada yang berubah sebelum Anda melihat hasil pemeriksaannya dan menyetujui." }
                form.filters method="post" action="/daftar" enctype="multipart/form-data" {
                    (csrf(&staff.session))
                    label.grow { "Program dan sumber"
                        select name="sumber" required {
                            @if offered.len() > 1 { option value="" { "Pilih sumbernya" } }
                            @for (rule, source, name) in offered {
                                option value={ (rule.id) "/" (source.0) } { (name) " – " (rule.name) }
                            }
                        }
                    }
                    label.grow { "Berkas" input type="file" name="berkas" accept=".csv,.txt,.xlsx" required; }
                    button.primary { "Unggah dan periksa" }
                }
            }
        }
    }
}

fn table(hub: &Hub, imports: &[Import]) -> Markup {
    html! {
        div.scroll { table.rows {
            thead { tr { th { "Berkas" } th { "Sumber" } th { "Keadaan" } th.number { "Baris" } th { "Oleh" } th { "Kapan" } } }
            tbody {
                @for import in imports {
                    @let counts: Counts = serde_json::from_str(&import.counts).unwrap_or_default();
                    tr {
                        td.break { a href={ "/daftar/" (import.id) } { (import.name) } }
                        td data-label="Sumber" { (source_name(hub, import)) }
                        td data-label="Keadaan" { (standing(&import.state)) }
                        td.number data-label="Baris" { (grouped((counts.good + counts.bad).into())) }
                        td data-label="Oleh" { (words::actor(&import.added_by)) }
                        td.when data-label="Kapan" { (words::moment(moment(import.added_at))) }
                    }
                }
            }
        } }
    }
}

/// Where an import stands, in a word.
pub fn standing(state: &str) -> &'static str {
    match state {
        "columns" => "Menunggu pilihan kolom",
        "checking" => "Sedang diperiksa",
        "checked" => "Menunggu persetujuan",
        "taking" => "Sedang dimasukkan",
        "taken" => "Sudah dimasukkan",
        "failed" => "Tidak terbaca",
        _ => "Dibuang",
    }
}

/// The name of the list that an import is of.
pub fn source_name(hub: &Hub, import: &Import) -> String {
    let rule = hub.catalogue.programme(&import.programme);
    let source = rule.and_then(|rule| rule.source(&import.source));
    source.map_or_else(|| import.source.0.clone(), |source| source.name.clone())
}

/// Takes a file in and leads to its columns.
pub async fn bring(State(hub): State<Arc<Hub>>, staff: Staff, uploaded: Uploaded) -> Result<Redirect, Failure> {
    let chosen = uploaded.fields.get("sumber").cloned().unwrap_or_default();
    let id = hub
        .run(move |hub| {
            let wanted = check(hub, &staff, &chosen);
            let Some((programme, source)) = wanted? else {
                upload::forget(hub, &uploaded.file.id)?;
                return Ok(Err(Failure::NotFound));
            };
            let village = match staff.scope {
                Scope::All => None,
                Scope::Village(code) => Some(code),
            };
            let new = Import { programme, source, village, ..blank(hub, &staff, "list", &uploaded)? };
            begin(hub, new, "/daftar")
        })
        .await
        .map_err(Failure::Hub)??;
    Ok(Redirect::to(&format!("/daftar/{id}")))
}

/// Whether the asker may bring this list.
fn check(hub: &Hub, staff: &Staff, chosen: &str) -> Result<Option<(ProgrammeId, SourceId)>, HubError> {
    let scope = staff.scope;
    let villages = hub.store.read::<_, HubError>(|connection| Ok(village::list_within(connection, scope)?))?;
    let found = offered(hub, &villages, scope)
        .into_iter()
        .find(|(rule, source, _)| format!("{}/{}", rule.id, source.0) == chosen);
    Ok(found.map(|(rule, source, _)| (rule.id.clone(), source.clone())))
}

/// An import that has just come, of whatever kind.
pub fn blank(hub: &Hub, staff: &Staff, kind: &str, uploaded: &Uploaded) -> Result<Import, HubError> {
    Ok(Import {
        id: stored::name::<8>(hub)?,
        kind: kind.into(),
        programme: ProgrammeId::parse("none").map_err(|_| HubError::Corrupt("an import"))?,
        source: SourceId(String::new()),
        export: None,
        village: None,
        file: Some(uploaded.file.id.clone()),
        name: uploaded.name.clone(),
        sha256: uploaded.file.sha256.clone(),
        added_by: staff.actor(),
        added_at: hub.context.now().as_millisecond(),
        state: "columns".into(),
        head: String::new(),
        plan: String::new(),
        counts: "{}".into(),
        done_rows: 0,
        total_rows: 0,
        failure: String::new(),
    })
}

/// The scope and the fingerprint under which columns are remembered.
pub fn remembered(import: &Import, headings: &[String]) -> (String, String) {
    let scope = format!("{}/{}", import.programme, import.source.0);
    let folded: Vec<String> = headings.iter().map(|heading| columns::folded(heading)).collect();
    (scope, hex::encode(Sha256::digest(folded.join("\n"))))
}

/// Finds the headings, remembers or guesses what they are, and adds the import. A file that can't be read is not kept.
pub fn begin(hub: &Hub, mut new: Import, back: &str) -> Result<Result<String, Failure>, HubError> {
    let file = new.file.clone().unwrap_or_default();
    let head = match columns::head(hub, &file, &new.kind) {
        Ok(head) => head,
        Err(stop) => {
            upload::forget(hub, &file)?;
            return match stop {
                Stop::Unreadable(why) => Ok(Err(Failure::File(Unreadable::sentence(why), back.to_owned()))),
                Stop::Hub(error) => Err(error),
            };
        }
    };
    let (scope, headings) = remembered(&new, &head.headings);
    let guessed = Plan { columns: columns::guess(&new.kind, &head.headings), ..Plan::default() };
    let corrupt = |_| HubError::Corrupt("an import");
    new.head = serde_json::to_string(&head).map_err(corrupt)?;
    new.plan = serde_json::to_string(&guessed).map_err(corrupt)?;
    let subject = format!("{}:{}", new.kind, new.id);
    hub.store.write(|transaction| {
        if let Some(plan) = import::plan_of(transaction, &new.kind, &scope, &headings)? {
            new.plan = plan;
        }
        import::add(transaction, &new)?;
        let what = (String::new(), format!("{scope} {}", &new.sha256[..16]));
        let act = format!("{}.bring", new.kind);
        audit::add_change(transaction, new.added_at, &new.added_by, &act, &subject, (&what.0, &what.1))?;
        Ok::<_, HubError>(())
    })?;
    Ok(Ok(new.id))
}
