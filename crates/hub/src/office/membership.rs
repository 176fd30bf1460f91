//! What BPJS has given somebody, on the record's page, and the form that mends it.

use super::ask::{Named, Posted};
use super::failure::Failure;
use super::page::csrf;
use super::staff::Staff;
use crate::files::damage;
use crate::files::table::Cell;
use crate::hub::Hub;
use crate::membership::{MendError, mend as mend_membership};
use crate::rights::Act;
use crate::store::cover::Cover;
use crate::store::record::RecordRow;
use axum::extract::State;
use axum::response::Redirect;
use jiff::civil::Date;
use maud::{Markup, html};
use payung_domain::state::State as Standing;
use payung_domain::{Kpj, Lang, RecordId};
use std::sync::Arc;

/// Number and days, with the file that they came by.
pub fn standing(row: &RecordRow, cover: &Cover, file: &Markup, staff: &Staff) -> Markup {
    let is_mendable = staff.may(Act::ExportFiles) && matches!(row.state, Standing::Active { .. });
    html! {
        p.note.good {
            "KPJ " strong.mono { (cover.kpj) } ", terlindungi " (Lang::Id.date(cover.from)) " sampai " (Lang::Id.date(cover.until)) ". Dari " (file) "."
        }
        @if is_mendable {
            details.table #perbaiki-bpjs {
                summary { "Perbaiki KPJ atau tanggal" }
                form.card method="post" action={ "/catatan/" (row.id) "/perlindungan" } {
                    (csrf(&staff.session))
                    input type="hidden" name="seen" value=(row.change_seq);
                    p { "Hanya bila BPJS menyatakan nomor atau tanggalnya lain. Kartu yang lama dihentikan; yang baru dikirim ke HP kader dan pekerja." }
                    div.pair {
                        label { "KPJ" input.mono name="kpj" value=(cover.kpj) required maxlength="20" autocomplete="off" autocapitalize="characters"; }
                        label { "Hari pertama terlindungi" input type="date" name="mulai" value=(cover.from) required; }
                    }
                    div.acts { button.primary { "Simpan perbaikan" } }
                }
            }
        }
    }
}

/// Takes the form.
pub async fn mend(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let text = |name: &str| form.get(name).map_or("", |text| text.trim());
    let seen = text("seen").parse().map_err(|_| Failure::Form("Muat ulang halamannya."))?;
    let wrong = |sentence| Failure::OfRecord(sentence, id.to_string());
    let kpj: Option<Kpj> = damage::kpj(&Cell { text: text("kpj").to_owned(), is_number: false })
        .ok()
        .and_then(|(digits, _)| digits.parse().ok());
    let kpj = kpj.ok_or_else(|| wrong("KPJ terdiri dari 11 angka atau huruf. Salin lagi dari berkas BPJS."))?;
    let from: Date = text("mulai").parse().map_err(|_| wrong("Isi hari pertama terlindungi, misalnya 01-12-2026."))?;
    hub.run(move |hub| mend_membership(hub, id, seen, (kpj, from), &staff.actor())).await.map_err(|error| match error {
        MendError::Decision(error) => Failure::of_decision(error, &id.to_string()),
        MendError::Same => wrong("Nomor dan tanggal ini sudah tercatat. Tidak ada yang diubah."),
        MendError::KpjTwice => wrong("KPJ ini sudah dipakai orang lain. Tanyakan BPJS; satu nomor untuk satu orang."),
        MendError::DayFar => wrong(
            "Tanggal ini lebih dari setahun dari hari ini, atau perlindungannya akan sudah habis. Periksa tahunnya.",
        ),
    })?;
    Ok(Redirect::to(&format!("/catatan/{id}")))
}
