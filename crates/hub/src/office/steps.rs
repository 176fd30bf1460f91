//! What is done with a file that came in: its columns are said, it is agreed to or dropped, its problems are fetched.

use super::ask::{Fields, Named, Posted};
use super::failure::Failure;
use super::import::{Kind, found};
use super::lists::remembered;
use super::staff::Staff;
use crate::error::HubError;
use crate::files::columns::{Column, Plan};
use crate::files::problem::Problem;
use crate::files::sheet::CsvSheet;
use crate::files::table::Head;
use crate::files::{Counts, work};
use crate::hub::Hub;
use crate::store::import::{self, Import};
use crate::store::job::{self, Job};
use crate::store::{audit, file};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// Problems that are read for the CSV at once.
const AT_ONCE: u32 = 1_000;

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
            job::begin_anew(transaction, Job::Import, &import.id)?;
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
            job::begin_anew(transaction, Job::Import, &id)?;
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
