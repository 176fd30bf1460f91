//! A programme's money against its months.

use crate::office::chart::{self, Column, Columns, Tone};
use crate::office::table::{Cell, Table, folded};
use crate::pictures::Budget;
use maud::{Markup, html};
use payung_domain::money::grouped;

pub(super) fn money(budget: &Budget) -> Markup {
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

pub(super) fn money_table(budget: &Budget) -> Table {
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
