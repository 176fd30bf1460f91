//! `/daftar/{id}` and `/jawaban/{id}`: what the columns are, how the dry run went, the agreement, and how far it is.

use super::ask::Named;
use super::failure::Failure;
use super::lists::{source_name, standing};
use super::page::{Part, csrf, page, watching};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::columns::{Column, Plan};
use crate::files::damage::Mended;
use crate::files::problem::Problem;
use crate::files::table::{Head, Unreadable};
use crate::files::{Counts, work};
use crate::hub::Hub;
use crate::rights::{Act, Scope};
use crate::store::export;
use crate::store::import::{self, Import, ProblemRow};
use crate::store::village::{self, VillageRow};
use axum::extract::State;
use maud::{Markup, html};
use payung_domain::money::grouped;
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

fn columns(view: &View, kind: Kind, may_act: bool, staff: &Staff) -> Markup {
    let Head { line, headings, examples } = &view.head;
    let is_village = view.import.village.is_some();
    html! {
        section.card {
            h2 { "Apa isi setiap kolom?" }
            p { "Judul kolom terbaca di baris " (line) ". Cocokkan dengan contohnya, lalu perbaiki yang keliru. Pilihan ini diingat untuk berkas berikutnya dengan judul yang sama." }
            form.stack method="post" action={ (kind.address(&view.import.id)) "/kolom" } {
                (csrf(&staff.session))
                div.scroll { table.rows.columns {
                    thead { tr { th { "Judul di berkas" } th { "Contoh" } th { "Isinya" } } }
                    tbody {
                        @for (index, heading) in headings.iter().enumerate() {
                            tr {
                                td { @if heading.is_empty() { span.muted { "(tanpa judul)" } } @else { (heading) } }
                                td.break data-label="Contoh" {
                                    div {
                                        @for row in examples.iter().take(3) {
                                            @if let Some(text) = row.get(index).filter(|text| !text.is_empty()) { div { (text) } }
                                        }
                                    }
                                }
                                td data-label="Isinya" {
                                    @let chosen = view.plan.columns.get(index).copied().flatten();
                                    select name={ "k" (index) } aria-label={ "Isi kolom " (heading) } disabled[!may_act] {
                                        option value="" { "Tidak dipakai" }
                                        @for column in Column::of_kind(kind.key()) {
                                            option value=(column.key()) selected[chosen == Some(*column)] { (column.label()) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                } }
                @if kind == Kind::List && !is_village {
                    label { "Desa untuk baris tanpa desa"
                        select name="desa" {
                            option value="" { "Tidak ada: setiap baris menyebut desanya" }
                            @for row in &view.villages {
                                option value=(row.code) selected[view.plan.village == row.code.to_string()] { (row.name) ", " (row.district) }
                            }
                        }
                    }
                }
                @if kind == Kind::Answer {
                    label { "Tanggal mulai untuk baris tanpa tanggal"
                        input type="date" name="mulai" value=(view.plan.from);
                    }
                }
                @if may_act { div.acts { button.primary { "Periksa semua baris" } } }
            }
            @if may_act { (drop(view, kind, staff)) }
        }
    }
}

fn drop(view: &View, kind: Kind, staff: &Staff) -> Markup {
    html! {
        form method="post" action={ (kind.address(&view.import.id)) "/buang" } {
            (csrf(&staff.session))
            button.quiet { "Buang berkas ini" }
        }
    }
}

fn again(view: &View, kind: Kind, staff: &Staff) -> Markup {
    html! { details { summary { "Ubah pilihan kolom" } (columns(view, kind, true, staff)) } }
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

fn result(view: &View, kind: Kind, may_agree: bool, staff: &Staff) -> Markup {
    let Counts { good, new, changed, same, enrolled, bad, ref mended, .. } = view.counts;
    let is_done = view.import.state == "taken";
    let tiles = match kind {
        Kind::List => [
            (new, "orang baru"),
            (changed, "datanya berubah"),
            (same, "sudah tercatat sama"),
            (bad, "baris bermasalah"),
        ],
        Kind::Answer => [
            (new, "mulai terlindungi"),
            (changed, "ditolak BPJS"),
            (same, "sudah tercatat sama"),
            (bad, "baris bermasalah"),
        ],
    };
    let work = new + changed;
    html! {
        @if let Some(at) = view.taken_before {
            p.note { "Berkas yang sama persis sudah dimasukkan pada " (words::moment(moment(at))) "." }
        }
        section.tiles.four {
            @for (number, word) in tiles {
                div.tile.warn[word == "baris bermasalah" && number > 0] { strong { (grouped(number.into())) } span { (word) } }
            }
        }
        @if is_done {
            p.note.good role="status" { (done_sentence(kind, work)) }
        } @else {
            section.card {
                @if work == 0 {
                    h2 { "Tidak ada yang baru" }
                    p { @if good > 0 { "Semua baris yang baik sudah tercatat sama persis." } @else { "Tidak ada baris yang bisa dimasukkan. Perbaiki berkasnya, lalu unggah lagi." } }
                } @else {
                    h2 { "Ini baru pemeriksaan" }
                    p { "Belum ada yang berubah. " (promise(kind, work))
                        @if bad > 0 { " Baris bermasalah dilewati; perbaiki dan unggah lagi kapan saja." } }
                }
                div.acts {
                    @if may_agree && work > 0 {
                        form method="post" action={ (kind.address(&view.import.id)) "/setuju" } {
                            (csrf(&staff.session))
                            button.primary { "Masukkan " (grouped(work.into())) @if kind == Kind::List { " orang" } @else { " jawaban" } }
                        }
                    }
                    @if may_agree { (drop(view, kind, staff)) }
                }
            }
        }
        @if enrolled > 0 || !mended.is_empty() {
            section.card {
                h2 { "Yang dirapikan sendiri" }
                ul.plain {
                    @for (key, count) in mended { li { (grouped((*count).into())) " " (Mended::words(key)) } }
                    @if enrolled > 0 { li { (grouped(enrolled.into())) " orang sudah didaftarkan: keterangan daftar dicatat, tetapi tidak perlu dikunjungi" } }
                }
            }
        }
        @if bad > 0 { (problems(view, kind, staff)) }
    }
}

fn promise(kind: Kind, work: u32) -> Markup {
    let work = grouped(work.into());
    match kind {
        Kind::List => {
            html! { "Bila Anda setuju, " (work) " orang dicatat untuk daftar tunggu, dan yang belum didaftarkan muncul di HP kader desanya sebagai “Perlu dikunjungi”." }
        }
        Kind::Answer => {
            html! { "Bila Anda setuju, " (work) " orang mendapat jawaban: yang diterima menjadi Aktif di kantor dan di HP kader, yang ditolak menunggu keputusan Anda." }
        }
    }
}

fn done_sentence(kind: Kind, work: u32) -> String {
    let work = grouped(work.into());
    match kind {
        Kind::List => format!("{work} orang sudah dimasukkan. HP kader mendapatnya saat terhubung."),
        Kind::Answer => format!("{work} jawaban sudah dimasukkan. HP kader mendapatnya saat terhubung."),
    }
}

fn problems(view: &View, kind: Kind, staff: &Staff) -> Markup {
    let shown = u32::try_from(view.problems.len()).unwrap_or(u32::MAX);
    let may_fetch = staff.may(if kind == Kind::List { Act::ImportList } else { Act::ExportFiles });
    html! {
        section.card {
            div.split {
                h2 { "Baris bermasalah" }
                @if may_fetch && shown > 0 { a.button href={ (kind.address(&view.import.id)) "/salah.csv" } { "Unduh sebagai CSV" } }
            }
            @if shown < view.counts.bad { p.muted { (grouped(shown.into())) " dari " (grouped(view.counts.bad.into())) " ditampilkan." } }
            @if shown > 0 {
                div.scroll { table.rows {
                    thead { tr { th.number { "Baris" } th { "Kolom" } th { "Isinya" } th { "Yang salah" } th { "Yang perlu dilakukan" } } }
                    tbody {
                        @for row in &view.problems {
                            @let problem = Problem::from_key(&row.problem);
                            tr {
                                td.number data-label="Baris" { (row.line) }
                                td data-label="Kolom" { (row.heading) }
                                td.break data-label="Isinya" { @if row.found.is_empty() { span.muted { "(kosong)" } } @else { (row.found) } }
                                td data-label="Yang salah" { (problem.map(|problem| problem.sentence(&row.detail)).unwrap_or_default()) }
                                td data-label="Lakukan" { (problem.map_or("", Problem::todo)) }
                            }
                        }
                    }
                } }
            }
        }
    }
}
