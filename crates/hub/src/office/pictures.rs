//! `/gambaran`: how far the regency is, in charts. Each has its table beneath it and its file; from a village it is one click to
//! its people and a second one to a person.

use super::ask::{Asked, Named};
use super::chart::{self, Bar, Column, Columns, Tone};
use super::failure::Failure;
use super::page::{Part, page};
use super::staff::Staff;
use super::table::{Cell, Table, csv, folded};
use crate::context::{day_here, moment};
use crate::error::HubError;
use crate::hub::Hub;
use crate::pictures::{self, Budget, Fill, GAP_STEPS, Silence, Waits};
use crate::rights::{Act, Scope};
use crate::store::sql::Connection;
use crate::store::village::VillageRow;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::money::grouped;
use payung_domain::programme::ProgrammeId;
use payung_domain::region::DistrictCode;
use serde::Deserialize;
use std::sync::Arc;

/// After how many days a silence is worth a call, and what else can be chosen.
const SILENT_DAYS: [i64; 4] = [7, 3, 14, 30];
/// Of silent phones a page names so many.
const NAMED: usize = 12;
/// Days in one bar of the waits, and how many bars there are; the last one takes all longer ones.
const WAIT_STEP: i64 = 7;
const WAIT_STEPS: usize = 16;

/// The address's query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// A district's code: its villages.
    kecamatan: String,
    /// Silent for so many days.
    hari: String,
}

impl Wanted {
    fn district(&self) -> Option<DistrictCode> {
        self.kecamatan.parse().ok()
    }

    fn days(&self) -> i64 {
        let wanted = self.hari.parse().unwrap_or_default();
        if SILENT_DAYS.contains(&wanted) { wanted } else { SILENT_DAYS[0] }
    }
}

/// All that the page shows.
struct View {
    villages: Vec<(VillageRow, Fill)>,
    waits: Waits,
    silences: Vec<Silence>,
    gap: Vec<[u32; 4]>,
    ends: Vec<(i16, i8, u32)>,
    weeks: Vec<(Date, u32)>,
    budgets: Vec<Budget>,
}

impl View {
    fn of(
        hub: &Hub,
        connection: &Connection,
        scope: Scope,
        sees_money: bool,
        now: Timestamp,
    ) -> Result<Self, HubError> {
        Ok(Self {
            villages: pictures::villages(hub, connection, scope)?,
            waits: pictures::waits(connection, scope)?,
            silences: pictures::silences(connection, scope, now)?,
            gap: pictures::gap(connection, scope, now)?,
            ends: pictures::ends(connection, scope, now)?,
            weeks: pictures::weeks(connection, scope, now)?,
            budgets: if sees_money { pictures::budgets(hub, connection)? } else { Vec::new() },
        })
    }
}

/// The page.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let (scope, sees_money, now) = (staff.scope, staff.may(Act::SeeProgramme), hub.context.now());
    let view =
        hub.run(move |hub| hub.store.read(|connection| View::of(hub, connection, scope, sees_money, now))).await?;
    let body = html! {
        main.pictures #isi {
            h1 { "Gambaran" }
            @if view.villages.is_empty() {
                p.card.empty { "Belum ada desa. Pengelola server menambahkannya dengan " code { "payung-hub village add" } "." }
            } @else {
                (tiles(&view))
                (places(&view.villages, &wanted))
                div.pair { (waits(&view.waits)) (weeks(&view.weeks)) }
                div.pair { (gap(&view.gap)) (ends(&view.ends)) }
                (silences(&view.silences, &wanted))
                @for budget in &view.budgets { (money(budget)) }
            }
        }
    };
    Ok(page(&hub, &staff, Part::Pictures, "Gambaran", &body))
}

/// A chart's table as a file.
pub async fn file(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(name): Named<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Failure> {
    let (scope, now) = (staff.scope, hub.context.now());
    let view = hub.run(move |hub| hub.store.read(|connection| View::of(hub, connection, scope, false, now))).await?;
    let table = match name.as_str() {
        "desa" => villages_table(&view.villages),
        "kecamatan" => districts_table(&view.villages),
        "tunggu" => waits_table(&view.waits),
        "pekan" => weeks_table(&view.weeks),
        "celah" => gap_table(&view.gap),
        "akhir" => ends_table(&view.ends),
        "hp" => silences_table(&view.silences, wanted.days()),
        _ => return Err(Failure::NotFound),
    };
    Ok(csv(&table, &name))
}

/// The table of a programme's money as a file.
pub async fn money_file(State(hub): State<Arc<Hub>>, _: Staff, Named(id): Named<String>) -> Result<Response, Failure> {
    let id = ProgrammeId::parse(&id).map_err(|_| Failure::NotFound)?;
    let budgets = hub.run(|hub| hub.store.read(|connection| pictures::budgets(hub, connection))).await?;
    let budget = budgets.into_iter().find(|budget| budget.programme.id == id).ok_or(Failure::NotFound)?;
    Ok(csv(&money_table(&budget), "anggaran"))
}

fn tiles(view: &View) -> Markup {
    let none = Fill { quota: Some(0), ..Fill::default() };
    let all = view.villages.iter().fold(none, |sum, (_, fill)| sum.and(*fill));
    let gap: u32 = view.gap.iter().flatten().sum();
    html! {
        section.tiles {
            div.tile.big {
                strong { (grouped(all.active.into())) }
                span { "orang sedang dilindungi" }
            }
            @for (number, word) in [
                (all.taken(), "punya tempat"),
                (gap, "terdaftar, belum dilindungi"),
                (all.undecided, "menunggu keputusan"),
                (all.waiting, "di daftar tunggu"),
            ] {
                div.tile { strong { (grouped(number.into())) } span { (word) } }
            }
        }
    }
}

const PLACE_TONES: [(Tone, &str); 3] =
    [(Tone::Full, "aktif"), (Tone::Light, "disetujui, belum aktif"), (Tone::Warn, "menunggu keputusan")];

fn bar(label: &str, href: String, fill: Fill) -> Bar {
    let taken = grouped(fill.taken().into());
    let quota = fill.quota.map(|quota| grouped(quota.into()));
    Bar {
        label: label.to_owned(),
        href,
        parts: vec![
            (Tone::Full, fill.active.into()),
            (Tone::Light, fill.placed.into()),
            (Tone::Warn, fill.undecided.into()),
        ],
        of: fill.quota.map(u64::from),
        says: format!(
            "{taken} terisi{}, {} menunggu keputusan",
            match &quota {
                Some(quota) => format!(" dari {quota}"),
                None => String::new(),
            },
            grouped(fill.undecided.into())
        ),
        number: match quota {
            Some(quota) => format!("{taken} / {quota}"),
            None => taken,
        },
    }
}

/// Districts, or the villages of one; a hub of one district shows its villages at once.
fn places(villages: &[(VillageRow, Fill)], wanted: &Wanted) -> Markup {
    let districts = pictures::districts(villages);
    let chosen = match districts.as_slice() {
        [(only, ..)] => Some(*only),
        _ => wanted.district().filter(|code| districts.iter().any(|(district, ..)| district == code)),
    };
    let name = districts.iter().find(|(code, ..)| Some(*code) == chosen).map(|(_, name, _)| name.as_str());
    let mut shown: Vec<&(VillageRow, Fill)> =
        villages.iter().filter(|(row, _)| Some(row.code.district()) == chosen).collect();
    shown.sort_by(|one, other| other.1.taken().cmp(&one.1.taken()).then_with(|| one.0.name.cmp(&other.0.name)));
    html! {
        section.card #tempat {
            h2 { "Tempat terisi" @if let Some(name) = name { ", Kecamatan " (name) } @else { " per kecamatan" } }
            @if chosen.is_some() && districts.len() > 1 { p { a href="/gambaran#tempat" { "Semua kecamatan" } } }
            p.muted {
                @if chosen.is_some() { "Pilih desa untuk melihat orang-orangnya." }
                @else { "Pilih kecamatan untuk melihat desa-desanya." }
            }
            (chart::legend(&PLACE_TONES))
            @if chosen.is_some() {
                @let bars: Vec<_> = shown.iter().map(|(row, fill)| bar(&row.name, format!("/catatan?desa={}", row.code), *fill)).collect();
                (chart::bars(&bars))
                (folded(&villages_table(shown.iter().copied()), "/gambaran/unduh/desa"))
            } @else {
                @let bars: Vec<_> = districts.iter().map(|(code, name, fill)| bar(name, format!("/gambaran?kecamatan={code}#tempat"), *fill)).collect();
                (chart::bars(&bars))
                (folded(&districts_table(villages), "/gambaran/unduh/kecamatan"))
                p { a href="/gambaran/unduh/desa" download { "Unduh CSV semua desa" } }
            }
        }
    }
}

const FILL_HEAD: [&str; 7] =
    ["Kuota", "Terisi", "Aktif", "Disetujui, belum aktif", "Menunggu keputusan", "Perlu diperbaiki", "Daftar tunggu"];

fn fill_cells(fill: Fill) -> [Cell; 7] {
    let Fill { quota, active, placed, waiting, undecided, returned } = fill;
    [quota.into(), fill.taken().into(), active.into(), placed.into(), undecided.into(), returned.into(), waiting.into()]
}

fn villages_table<'a>(villages: impl IntoIterator<Item = &'a (VillageRow, Fill)>) -> Table {
    let rows = villages.into_iter().map(|(row, fill)| {
        let link = Cell::Link(format!("/catatan?desa={}", row.code), row.name.clone());
        let names = [link, row.code.to_string().into(), row.district.clone().into()];
        names.into_iter().chain(fill_cells(*fill)).collect()
    });
    Table { rows: rows.collect(), head: ["Desa", "Kode", "Kecamatan"].into_iter().chain(FILL_HEAD).collect() }
}

fn districts_table(villages: &[(VillageRow, Fill)]) -> Table {
    let rows = pictures::districts(villages).into_iter().map(|(code, name, fill)| {
        let link = Cell::Link(format!("/gambaran?kecamatan={code}#tempat"), name);
        [link, code.to_string().into()].into_iter().chain(fill_cells(fill)).collect()
    });
    Table { rows: rows.collect(), head: ["Kecamatan", "Kode"].into_iter().chain(FILL_HEAD).collect() }
}

fn waits(waits: &Waits) -> Markup {
    let mut people = [0_u64; WAIT_STEPS];
    for (days, count) in &waits.days {
        let step = usize::try_from(days / WAIT_STEP).unwrap_or_default().min(WAIT_STEPS - 1);
        people[step] += u64::from(*count);
    }
    let last = people.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let columns: Vec<Column> = people
        .iter()
        .take(last)
        .enumerate()
        .map(|(step, count)| {
            let from = step as i64 * WAIT_STEP;
            let days = match step + 1 {
                WAIT_STEPS => format!("{from} hari atau lebih"),
                _ => format!("{from}–{} hari", from + WAIT_STEP - 1),
            };
            Column {
                label: if step + 1 == WAIT_STEPS { format!("{from}+") } else { from.to_string() },
                parts: vec![(Tone::Full, *count)],
                says: format!("{days}: {} orang", grouped(*count)),
            }
        })
        .collect();
    let says = waits.median.map(|median| format!("Separuhnya menunggu paling lama {median} hari."));
    html! {
        section.card #tunggu {
            h2 { "Hari dari terdaftar sampai dilindungi" }
            @if let (Some(says), Some(median)) = (says, waits.median) {
                p { (says) }
                (chart::columns(&Columns {
                    title: "Hari dari terdaftar sampai dilindungi",
                    says: &says,
                    columns: &columns,
                    line: None,
                    mark: Some(((median as f64 + 0.5) / WAIT_STEP as f64, format!("median {median} hari"))),
                }))
                (folded(&waits_table(waits), "/gambaran/unduh/tunggu"))
            } @else {
                p.empty { "Belum ada yang dilindungi. Gambarnya muncul setelah BPJS menjawab yang pertama." }
            }
        }
    }
}

fn waits_table(waits: &Waits) -> Table {
    let rows = waits.days.iter().map(|(days, people)| vec![Cell::Number(days.unsigned_abs()), (*people).into()]);
    Table { head: vec!["Hari", "Orang"], rows: rows.collect() }
}

fn weeks(weeks: &[(Date, u32)]) -> Markup {
    let columns: Vec<Column> = weeks
        .iter()
        .map(|(monday, count)| Column {
            label: format!("{}/{}", monday.day(), monday.month()),
            parts: vec![(Tone::Full, u64::from(*count))],
            says: format!("Pekan {}: {} orang", Lang::Id.date(*monday), grouped((*count).into())),
        })
        .collect();
    let all: u64 = weeks.iter().map(|(_, count)| u64::from(*count)).sum();
    let says = format!("{} orang masuk dalam {} pekan.", grouped(all), weeks.len());
    html! {
        section.card #pekan {
            h2 { "Pendaftaran per pekan" }
            @if weeks.is_empty() {
                p.empty { "Belum ada kiriman dari kader." }
            } @else {
                p { (says) }
                (chart::columns(&Columns { title: "Pendaftaran per pekan", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&weeks_table(weeks), "/gambaran/unduh/pekan"))
            }
        }
    }
}

fn weeks_table(weeks: &[(Date, u32)]) -> Table {
    let rows = weeks.iter().map(|(monday, count)| vec![Cell::from(monday.to_string()), (*count).into()]);
    Table { head: vec!["Pekan mulai Senin", "Orang"], rows: rows.collect() }
}

const GAP_TONES: [(Tone, &str); 4] = [
    (Tone::Warn, "menunggu keputusan"),
    (Tone::Over, "perlu diperbaiki kader"),
    (Tone::Light, "disetujui, belum aktif"),
    (Tone::Grey, "daftar tunggu"),
];

/// `7–13 hari`, `90 hari atau lebih`.
fn gap_step(index: usize) -> String {
    let from = GAP_STEPS.get(index).copied().unwrap_or_default();
    match GAP_STEPS.get(index + 1) {
        Some(next) => format!("{from}–{} hari", next - 1),
        None => format!("{from} hari atau lebih"),
    }
}

fn gap(gap: &[[u32; 4]]) -> Markup {
    let all: u32 = gap.iter().flatten().sum();
    let long: u32 = gap.iter().skip(3).flatten().sum();
    let columns: Vec<Column> = gap
        .iter()
        .enumerate()
        .map(|(index, counts)| Column {
            label: match GAP_STEPS.get(index + 1) {
                Some(next) => format!("{}–{}", GAP_STEPS[index], next - 1),
                None => format!("{}+", GAP_STEPS[index]),
            },
            parts: GAP_TONES.iter().zip(counts).map(|((tone, _), count)| (*tone, u64::from(*count))).collect(),
            says: format!("{}: {} orang", gap_step(index), grouped(counts.iter().sum::<u32>().into())),
        })
        .collect();
    let says =
        format!("{} orang, {} di antaranya sudah 30 hari atau lebih.", grouped(all.into()), grouped(long.into()));
    html! {
        section.card #celah {
            h2 { "Terdaftar, belum dilindungi" }
            @if all == 0 {
                p.empty { "Semua yang terdaftar sudah dilindungi." }
            } @else {
                p { (says) }
                (chart::legend(&GAP_TONES))
                (chart::columns(&Columns { title: "Terdaftar, belum dilindungi, menurut hari", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&gap_table(gap), "/gambaran/unduh/celah"))
            }
        }
    }
}

fn gap_table(gap: &[[u32; 4]]) -> Table {
    let rows = gap.iter().enumerate().map(|(index, counts)| {
        let cells = counts.iter().map(|count| Cell::from(*count));
        std::iter::once(gap_step(index).into()).chain(cells).collect()
    });
    Table {
        head: vec![
            "Sejak terdaftar",
            "Menunggu keputusan",
            "Perlu diperbaiki",
            "Disetujui, belum aktif",
            "Daftar tunggu",
        ],
        rows: rows.collect(),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];

fn month(year: i16, month: i8) -> String {
    let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{name} {year}")
}

fn ends(ends: &[(i16, i8, u32)]) -> Markup {
    let soon: u32 = ends.iter().map(|(.., people)| people).sum();
    let columns: Vec<Column> = ends
        .iter()
        .map(|(year, number, people)| Column {
            label: month(*year, *number).split(' ').next().unwrap_or_default().to_owned(),
            parts: vec![(Tone::Warn, u64::from(*people))],
            says: format!("{}: {} orang", month(*year, *number), grouped((*people).into())),
        })
        .collect();
    let says =
        format!("Bagi {} orang perlindungan yang dibayar berakhir dalam {} bulan.", grouped(soon.into()), ends.len());
    html! {
        section.card #akhir {
            h2 { "Perlindungan yang segera berakhir" }
            @if soon == 0 {
                p.empty { "Tidak ada perlindungan yang berakhir dalam " (ends.len()) " bulan." }
            } @else {
                p { (says) }
                (chart::columns(&Columns { title: "Perlindungan yang segera berakhir, per bulan", says: &says, columns: &columns, line: None, mark: None }))
                (folded(&ends_table(ends), "/gambaran/unduh/akhir"))
            }
        }
    }
}

fn ends_table(ends: &[(i16, i8, u32)]) -> Table {
    let rows = ends.iter().map(|(year, number, people)| vec![month(*year, *number).into(), (*people).into()]);
    Table { head: vec!["Bulan", "Orang"], rows: rows.collect() }
}

/// The steps of silence in days, as a chart has them.
const SILENCE_STEPS: [(i64, i64, &str); 5] =
    [(0, 3, "0–2"), (3, 7, "3–6"), (7, 14, "7–13"), (14, 30, "14–29"), (30, i64::MAX, "30+")];

fn silences(silences: &[Silence], wanted: &Wanted) -> Markup {
    let days = wanted.days();
    let silent = silences.iter().filter(|silence| silence.days >= days).count();
    let columns: Vec<Column> = SILENCE_STEPS
        .iter()
        .map(|(from, until, label)| {
            let count = silences.iter().filter(|silence| (*from..*until).contains(&silence.days)).count() as u64;
            let tone = if *from >= days { Tone::Warn } else { Tone::Full };
            Column {
                label: (*label).to_owned(),
                parts: vec![(tone, count)],
                says: format!("{label} hari: {} HP", grouped(count)),
            }
        })
        .collect();
    let says = format!(
        "{} dari {} HP tidak terhubung {days} hari atau lebih.",
        grouped(silent as u64),
        grouped(silences.len() as u64)
    );
    html! {
        section.card #hp {
            h2 { "Kader yang lama tidak terhubung" }
            @if silences.is_empty() {
                p.empty { "Belum ada HP yang dipasang." }
            } @else {
                form.filters method="get" action="/gambaran#hp" {
                    @if !wanted.kecamatan.is_empty() { input type="hidden" name="kecamatan" value=(wanted.kecamatan); }
                    label { "Diam selama"
                        select name="hari" {
                            @let mut choices = SILENT_DAYS; @let () = choices.sort_unstable();
                            @for choice in choices { option value=(choice) selected[choice == days] { (choice) " hari" } }
                        }
                    }
                    button { "Lihat" }
                }
                p { (says) }
                div.pair {
                    (chart::columns(&Columns { title: "HP kader menurut hari sejak terakhir terhubung", says: &says, columns: &columns, line: None, mark: None }))
                    div {
                        @if silent == 0 { p.empty { "Semua kader terhubung. Tidak ada yang perlu dihubungi." } }
                        @else { ul.silent {
                            @for silence in silences.iter().take(NAMED.min(silent)) {
                                li {
                                    strong { (silence.device.kader_name) } " "
                                    a href={ "/catatan?desa=" (silence.device.village) } { (silence.village) }
                                    span.muted { " " (grouped(silence.days.unsigned_abs())) " hari" }
                                }
                            }
                            @if silent > NAMED { li.muted { "dan " (grouped((silent - NAMED) as u64)) " lainnya, lihat tabel" } }
                        } }
                    }
                }
                (folded(&silences_table(silences, days), &format!("/gambaran/unduh/hp?hari={days}")))
            }
        }
    }
}

fn silences_table(silences: &[Silence], days: i64) -> Table {
    let silent = silences.iter().filter(|silence| silence.days >= days);
    let rows = silent.map(|silence| {
        let href = format!("/catatan?desa={}", silence.device.village);
        let seen = day_here(moment(silence.device.last_seen_at)).to_string();
        vec![
            silence.device.kader_name.clone().into(),
            Cell::Link(href, silence.village.clone()),
            silence.device.name.clone().into(),
            seen.into(),
            Cell::Number(silence.days.unsigned_abs()),
        ]
    });
    Table { head: vec!["Kader", "Desa", "HP", "Terakhir terhubung", "Hari"], rows: rows.collect() }
}

fn money(budget: &Budget) -> Markup {
    let Budget { programme, commitment } = budget;
    let of_months = |month: u32| programme.cost(commitment.people, month).0;
    let columns: Vec<Column> = (1..=programme.months.min(36))
        .map(|month| {
            let need = of_months(month);
            let is_over = commitment.budget.is_some_and(|budget| need > budget.0);
            Column {
                label: month.to_string(),
                parts: vec![(if is_over { Tone::Over } else { Tone::Full }, need)],
                says: format!("Sampai bulan ke-{month}: {}", programme.cost(commitment.people, month)),
            }
        })
        .collect();
    let says = match (commitment.budget, &commitment.lasts) {
        (Some(budget), Some(lasts)) => format!(
            "{} orang punya tempat. Anggaran {budget} cukup untuk {lasts} bulan dari {} bulan.",
            grouped(commitment.people.into()),
            programme.months
        ),
        (Some(budget), None) => format!("Belum ada yang punya tempat; anggaran {budget} masih utuh."),
        (None, _) => "Besar anggarannya belum dicatat di berkas program.".to_owned(),
    };
    html! {
        section.card {
            h2 { "Anggaran dan bulan: " a href={ "/program/" (programme.id) } { (programme.name) } }
            p { (says) }
            @if commitment.people > 0 {
                (chart::legend(&[(Tone::Full, "terbayar anggaran"), (Tone::Over, "melebihi anggaran")]))
                (chart::columns(&Columns {
                    title: "Iuran yang terkumpul sampai setiap bulan, dalam rupiah, dan anggarannya",
                    says: &says,
                    columns: &columns,
                    line: commitment.budget.map(|budget| (budget.0, "anggaran")),
                    mark: None,
                }))
                (folded(&money_table(budget), &format!("/gambaran/anggaran/{}", programme.id)))
            }
        }
    }
}

fn money_table(budget: &Budget) -> Table {
    let Budget { programme, commitment } = budget;
    let rows = (1..=programme.months).map(|month| {
        let need = programme.cost(commitment.people, month).0;
        let left = commitment.budget.map(|budget| budget.0.saturating_sub(need));
        let missing = commitment.budget.map(|budget| need.saturating_sub(budget.0));
        let cell = |number: Option<u64>| number.map_or(Cell::Empty, Cell::Number);
        vec![month.into(), Cell::Number(need), cell(left), cell(missing)]
    });
    Table { head: vec!["Bulan", "Iuran sampai bulan ini", "Sisa anggaran", "Kurang"], rows: rows.collect() }
}
