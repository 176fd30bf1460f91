//! What the columns of a file are: guessed, shown beside examples, put right by hand.

use super::{Kind, View};
use crate::files::columns::Column;
use crate::files::table::Head;
use crate::office::page::csrf;
use crate::office::staff::Staff;
use maud::{Markup, html};

pub(super) fn columns(view: &View, kind: Kind, may_act: bool, staff: &Staff) -> Markup {
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

pub(super) fn drop(view: &View, kind: Kind, staff: &Staff) -> Markup {
    html! {
        form method="post" action={ (kind.address(&view.import.id)) "/buang" } {
            (csrf(&staff.session))
            button.quiet { "Buang berkas ini" }
        }
    }
}

pub(super) fn again(view: &View, kind: Kind, staff: &Staff) -> Markup {
    html! { details { summary { "Ubah pilihan kolom" } (columns(view, kind, true, staff)) } }
}
