//! What the office does about somebody whom BPJS has refused, on the record's page.

use super::ask::{Named, Posted};
use super::failure::Failure;
use super::membership;
use super::page::csrf;
use super::staff::Staff;
use crate::decision::DecisionError;
use crate::hub::Hub;
use crate::refusal::{Choice, settle as settle_refusal};
use crate::rights::Act;
use crate::store::cover::Cover;
use crate::store::export::Asked;
use crate::store::record::RecordRow;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use payung_domain::state::{Comment, EndReason, State as Standing};
use payung_domain::{Field, Lang, RecordId};
use std::sync::Arc;

/// Characters of a comment.
const LONGEST_WORDS: usize = 300;
/// Fields that BPJS finds fault with.
const FIELDS: [Field; 6] = [Field::Nik, Field::Name, Field::BirthDate, Field::BirthPlace, Field::Sex, Field::KtpPhoto];
/// Ends that a refusal may lead to.
const ENDS: [EndReason; 4] = [EndReason::WageEarner, EndReason::NotEligible, EndReason::Died, EndReason::Moved];

/// What BPJS has said of a record, and what can be done about it.
pub fn standing(row: &RecordRow, asked: Option<&Asked>, cover: Option<&Cover>, staff: &Staff) -> Markup {
    let Some(asked) = asked else { return html! {} };
    let file = html! {
        @if staff.may(Act::SeeExports) { a href={ "/berkas/" (asked.export) } { "berkas BPJS nomor " (asked.number) } }
        @else { "berkas BPJS nomor " (asked.number) }
    };
    html! {
        @match (asked.state.as_str(), cover) {
            ("refused", _) => (refused(row, asked, &file, staff)),
            ("open", _) => p.note { "Ada di " (file) ", baris " (asked.position) ". Menunggu jawaban BPJS." },
            (_, Some(cover)) => (membership::standing(row, cover, &file, staff)),
            ("settled", _) => p.note { "Pernah ditolak BPJS: " (asked.reason) ". Dari " (file) "." },
            _ => {},
        }
    }
}

fn refused(row: &RecordRow, asked: &Asked, file: &Markup, staff: &Staff) -> Markup {
    html! {
        section.warnings #bpjs aria-label="Ditolak BPJS" {
            h2 { "Ditolak BPJS" }
            p { strong { (asked.reason) } " – dari " (file) ", baris " (asked.position) "." }
            @if staff.may(Act::ExportFiles) && matches!(row.state, Standing::Placed { .. }) {
                form.stack method="post" action={ "/catatan/" (row.id) "/bpjs" } {
                    (csrf(&staff.session))
                    input type="hidden" name="seen" value=(row.change_seq);
                    label.choice { input type="radio" name="pilihan" value="kembalikan" required checked; "Kembalikan ke kader untuk diperbaiki; tempatnya tetap disimpan" }
                    div.pair {
                        label { "Yang keliru"
                            select name="field" { @for field in FIELDS { option value=(field.key()) { (field.label(Lang::Id)) } } }
                        }
                        label { "Pesan untuk kader" input name="words" maxlength=(LONGEST_WORDS) value={ "BPJS menolak: " (asked.reason) }; }
                    }
                    label.choice { input type="radio" name="pilihan" value="lagi"; "Data sudah benar: kirim lagi di berkas berikutnya" }
                    label.choice { input type="radio" name="pilihan" value="akhiri"; "Akhiri, karena …" }
                    select name="reason" aria-label="Alasan berakhir" {
                        @for reason in ENDS { option value=(reason.key()) { (reason.label(Lang::Id)) } }
                    }
                    div.acts { button.primary { "Simpan keputusan" } }
                }
            } @else {
                p { "Menunggu keputusan admin kantor." }
            }
        }
    }
}

/// Takes the choice.
pub async fn settle(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let text = |name: &str| form.get(name).map_or("", |text| text.trim());
    let seen = text("seen").parse().map_err(|_| Failure::Form("Muat ulang halamannya."))?;
    let choice = match text("pilihan") {
        "kembalikan" => {
            let field = Field::from_key(text("field")).ok_or(Failure::Form("Pilih apa yang keliru."))?;
            let words = text("words").split_whitespace().collect::<Vec<_>>().join(" ");
            let words: String = words.chars().take(LONGEST_WORDS).collect();
            if words.is_empty() {
                return Err(Failure::Form("Tulis pesan untuk kader, supaya ia tahu apa yang harus diperbaiki."));
            }
            Choice::Return(Comment { field, text: words })
        }
        "lagi" => Choice::Again,
        "akhiri" => Choice::End(EndReason::from_key(text("reason")).ok_or(Failure::Form("Pilih alasan berakhirnya."))?),
        _ => return Err(Failure::Form("Pilih apa yang dilakukan.")),
    };
    hub.run(move |hub| settle_refusal(hub, id, seen, choice, &staff.actor()))
        .await
        .map_err(|error: DecisionError| Failure::of_decision(error, &id.to_string()))?;
    Ok(Redirect::to(&format!("/catatan/{id}")))
}
