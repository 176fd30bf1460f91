//! What a file would change or has changed, and the rows that can't be taken.

use super::columns::drop;
use super::{Kind, View};
use crate::context::moment;
use crate::files::Counts;
use crate::files::damage::Mended;
use crate::files::problem::Problem;
use crate::office::page::csrf;
use crate::office::staff::Staff;
use crate::office::words;
use crate::rights::Act;
use maud::{Markup, html};
use payung_domain::money::grouped;

pub(super) fn result(view: &View, kind: Kind, may_agree: bool, staff: &Staff) -> Markup {
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
