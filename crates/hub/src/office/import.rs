//! `/daftar/{id}` and `/jawaban/{id}`: what the columns are, how the dry run went, the agreement, and how far it is.

use super::ask::{Fields, Named, Posted};
use super::failure::Failure;
use super::lists::{remembered, source_name, standing};
use super::page::{Part, csrf, page, watching};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::files::columns::{Column, Plan};
use crate::files::damage::Mended;
use crate::files::problem::Problem;
use crate::files::sheet::CsvSheet;
use crate::files::table::{Head, Unreadable};
use crate::files::{Counts, work};
use crate::hub::Hub;
use crate::rights::{Act, Scope};
use crate::store::import::{self, Import, ProblemRow};
use crate::store::village::{self, VillageRow};
use crate::store::{audit, export, file};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use payung_domain::money::grouped;
use std::sync::Arc;

/// Problems that the page names; the CSV has more.
const MOST_SHOWN: u32 = 100;
/// Problems that are read for the CSV at once.
const AT_ONCE: u32 = 1_000;

/// A list or an answer: what differs around the same steps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Answer,
}

impl Kind {
    fn key(self) -> &'static str {
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

    fn address(self, id: &str) -> String {
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

fn found(hub: &Hub, kind: Kind, id: &str, scope: Scope) -> Result<Option<Import>, HubError> {
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
                h1.break { (view.import.name) }
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
                        p { "Tidak ada yang berubah." }
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
                                    @for row in examples.iter().take(3) {
                                        @if let Some(text) = row.get(index).filter(|text| !text.is_empty()) { div { (text) } }
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

/// `/daftar/{id}/kolom`.
pub async fn plan_list(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    plan(hub, staff, Kind::List, id, form).await
}

/// `/jawaban/{id}/kolom`.
pub async fn plan_answer(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    plan(hub, staff, Kind::Answer, id, form).await
}

/// Takes what the columns are, remembers it, and begins the dry run.
async fn plan(hub: Arc<Hub>, staff: Staff, kind: Kind, id: String, form: Fields) -> Result<Redirect, Failure> {
    let address = kind.address(&id);
    let to = address.clone();
    hub.run(move |hub| {
        let Some(mut import) = found(hub, kind, &id, staff.scope)? else { return Ok(Err(Failure::NotFound)) };
        let from = import.state.clone();
        let head: Head = serde_json::from_str(&import.head).unwrap_or_default();
        if !matches!(from.as_str(), "columns" | "checked" | "failed") || head.headings.is_empty() {
            return Ok(Err(Failure::MovedOn(address)));
        }
        let plan = match read(&form, &head, kind) {
            Ok(plan) => plan,
            Err(why) => return Ok(Err(Failure::File(why, address))),
        };
        let (scope, headings) = remembered(&import, &head.headings);
        import.plan = serde_json::to_string(&plan).map_err(|_| HubError::Corrupt("an import"))?;
        import.state = "checking".into();
        (import.done_rows, import.total_rows, import.counts) = (0, 0, "{}".into());
        let now = hub.context.now().as_millisecond();
        hub.store.write::<_, HubError>(|transaction| {
            if !import::set(transaction, &import, &from)? {
                return Ok(Err(Failure::MovedOn(address)));
            }
            import::forget_tries(transaction, &import.id)?;
            import::set_plan(transaction, (kind.key(), &scope, &headings), &import.plan, now)?;
            Ok(Ok(()))
        })
    })
    .await
    .map_err(Failure::Hub)??;
    work::kick(&hub);
    Ok(Redirect::to(&to))
}

/// What a person has chosen; no column twice, and those that must be there.
fn read(form: &Fields, head: &Head, kind: Kind) -> Result<Plan, &'static str> {
    let chosen = |index: usize| {
        let column = Column::from_key(form.get(&format!("k{index}"))?)?;
        Column::of_kind(kind.key()).contains(&column).then_some(column)
    };
    let columns: Vec<Option<Column>> = (0..head.headings.len()).map(chosen).collect();
    let text = |name: &str| form.get(name).map_or("", |text| text.trim()).to_owned();
    let village = text("desa").parse::<payung_domain::region::VillageCode>();
    let from = text("mulai").parse::<jiff::civil::Date>();
    let plan = Plan {
        columns,
        village: village.map(|code| code.to_string()).unwrap_or_default(),
        from: from.map(|day| day.to_string()).unwrap_or_default(),
    };
    for column in Column::of_kind(kind.key()) {
        if plan.columns.iter().filter(|chosen| **chosen == Some(*column)).count() > 1 {
            return Err("Ada dua kolom dengan isi yang sama. Pilih satu saja, yang lain “Tidak dipakai”.");
        }
    }
    match kind {
        _ if !plan.has(Column::Nik) => Err("Pilih kolom yang berisi NIK."),
        Kind::List if !plan.has(Column::Name) => Err("Pilih kolom yang berisi nama."),
        Kind::Answer if !plan.has(Column::Kpj) && !plan.has(Column::Refusal) && !plan.has(Column::Status) => {
            Err("Pilih kolom yang berisi KPJ, alasan penolakan, atau status.")
        }
        _ => Ok(plan),
    }
}

/// `/daftar/{id}/setuju`.
pub async fn agree_list(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    agree(hub, staff, Kind::List, id).await
}

/// `/jawaban/{id}/setuju`.
pub async fn agree_answer(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    agree(hub, staff, Kind::Answer, id).await
}

/// Begins to take the good rows.
async fn agree(hub: Arc<Hub>, staff: Staff, kind: Kind, id: String) -> Result<Redirect, Failure> {
    let address = kind.address(&id);
    move_on(&hub, staff, kind, id, &["checked"], "taking", "take").await?;
    work::kick(&hub);
    Ok(Redirect::to(&address))
}

/// `/daftar/{id}/buang`.
pub async fn drop_list(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    move_on(&hub, staff, Kind::List, id, &["columns", "checked", "failed"], "dropped", "drop").await?;
    Ok(Redirect::to("/daftar"))
}

/// `/jawaban/{id}/buang`.
pub async fn drop_answer(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(_): Posted,
) -> Result<Redirect, Failure> {
    let import = move_on(&hub, staff, Kind::Answer, id, &["columns", "checked", "failed"], "dropped", "drop").await?;
    Ok(Redirect::to(&format!("/berkas/{}", import.export.unwrap_or_default())))
}

async fn move_on(
    hub: &Arc<Hub>,
    staff: Staff,
    kind: Kind,
    id: String,
    from: &'static [&'static str],
    to: &'static str,
    act: &'static str,
) -> Result<Import, Failure> {
    hub.run(move |hub| {
        let Some(mut import) = found(hub, kind, &id, staff.scope)? else { return Ok(Err(Failure::NotFound)) };
        let was = import.state.clone();
        let address = kind.address(&id);
        if !from.contains(&was.as_str()) {
            return Ok(Err(Failure::MovedOn(address)));
        }
        import.state = to.into();
        let counts: Counts = serde_json::from_str(&import.counts).unwrap_or_default();
        let mut file = None;
        if to == "dropped" {
            file = import.file.take();
            import.head.clear();
        } else {
            // counted again as it is taken: somebody may have enrolled meanwhile
            (import.done_rows, import.counts) = (0, "{}".into());
        }
        let now = hub.context.now().as_millisecond();
        hub.store.write::<_, HubError>(|transaction| {
            if !import::set(transaction, &import, &was)? {
                return Ok(Err(Failure::MovedOn(address)));
            }
            import::forget_tries(transaction, &id)?;
            if let Some(file) = &file {
                file::remove(transaction, file)?;
                import::forget_problems(transaction, &id)?;
            }
            let rows = if to == "dropped" { String::new() } else { format!("{} rows", counts.good) };
            let subject = format!("{}:{id}", kind.key());
            let act = format!("{}.{act}", kind.key());
            audit::add_change(transaction, now, &staff.actor(), &act, &subject, ("", &rows))?;
            Ok(Ok(import))
        })
    })
    .await
    .map_err(Failure::Hub)?
}

/// `/daftar/{id}/salah.csv`.
pub async fn problems_of_list(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
) -> Result<Response, Failure> {
    problems_csv(hub, staff, Kind::List, id).await
}

/// `/jawaban/{id}/salah.csv`.
pub async fn problems_of_answer(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
) -> Result<Response, Failure> {
    problems_csv(hub, staff, Kind::Answer, id).await
}

async fn problems_csv(hub: Arc<Hub>, staff: Staff, kind: Kind, id: String) -> Result<Response, Failure> {
    let bytes = hub
        .run(move |hub| {
            let Some(import) = found(hub, kind, &id, staff.scope)? else { return Ok(None) };
            let headings = ["Baris", "Kolom", "Isinya", "Yang salah", "Yang perlu dilakukan"].map(str::to_owned);
            let mut sheet = CsvSheet::begin(Vec::new(), ';', &headings)?;
            let mut last = 0;
            loop {
                let rows = hub
                    .store
                    .read::<_, HubError>(|connection| Ok(import::problems(connection, &import.id, last, AT_ONCE)?))?;
                for row in &rows {
                    last = row.number;
                    let problem = Problem::from_key(&row.problem);
                    let sentence = problem.map(|problem| problem.sentence(&row.detail)).unwrap_or_default();
                    let todo = problem.map_or("", Problem::todo).to_owned();
                    sheet.row(&[row.line.to_string(), row.heading.clone(), row.found.clone(), sentence, todo])?;
                }
                if rows.is_empty() {
                    return sheet.finish().map(Some);
                }
            }
        })
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(download("text/csv; charset=utf-8", "baris-bermasalah.csv", bytes))
}

/// A small file that is made for this call.
pub fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
