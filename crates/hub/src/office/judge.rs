//! The decision bar, and what its buttons do.

use super::ask::{Fields, Named, Posted};
use super::failure::Failure;
use super::page::csrf;
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::decision::{DecisionError, Verdict};
use crate::ending::{self, Note};
use crate::error::HubError;
use crate::hub::Hub;
use crate::queue::{self, Opened};
use crate::store::claim::Claim;
use crate::store::record::{self, RecordRow};
use crate::store::session::Session;
use crate::verdict;
use axum::extract::State;
use axum::response::Redirect;
use jiff::Timestamp;
use maud::{Markup, html};
use payung_domain::state::{Comment, EndReason, RejectReason, State as Standing};
use payung_domain::{Field, Lang, RecordId};
use std::sync::Arc;

/// Characters of one comment or of the words beside a refusal.
const LONGEST_WORDS: usize = 300;
/// The form that the comment boxes beside the fields belong to.
const RETURN_FORM: &str = "kembalikan-isi";

/// A box for what the kader should mend in this field; shown once "Kembalikan" is open.
pub fn comment_box(field: Field) -> Markup {
    let label = field.label(Lang::Id);
    html! {
        input.comment form=(RETURN_FORM) name={ "c_" (field.key()) } maxlength=(LONGEST_WORDS)
            aria-label={ "Catatan untuk " (label) } placeholder={ "Yang perlu diperbaiki: " (label) };
    }
}

/// Approve, return, reject; at the foot of the page wherever it stands. Without a decision to take: the next record.
pub fn decision_bar(row: &RecordRow, opened: &Opened, is_held: bool, session: &Session) -> Markup {
    let seen = html! { (csrf(session)) input type="hidden" name="seen" value=(row.change_seq); };
    let path = |act: &str| format!("/catatan/{}/{act}", row.id);
    let is_mine = matches!(opened, Opened::Mine { .. });
    let can_reject = is_mine && matches!(row.state, Standing::NeedsCorrection { .. });
    let can_decide = is_mine && matches!(row.state, Standing::Received | Standing::Corrected);
    html! {
        div.decide {
            @if can_decide {
                form method="post" action=(path("setujui")) data-swap {
                    (seen)
                    button.primary data-key="s" { "Setujui " kbd { "S" } }
                }
                details #kembalikan name="putusan" {
                    summary data-key="k" { "Kembalikan " kbd { "K" } }
                    form.panel #(RETURN_FORM) method="post" action=(path("kembalikan")) data-swap {
                        (seen)
                        p { "Tulis di bawah setiap isian yang perlu diperbaiki. Kader membacanya di HP." }
                        button.warn { "Kirim ke kader " kbd { "Enter" } }
                    }
                }
            }
            @if can_decide || can_reject {
                details #tolak name="putusan" {
                    summary data-key="t" { "Tolak " kbd { "T" } }
                    form.panel method="post" action=(path("tolak")) data-swap {
                        (seen)
                        fieldset {
                            legend { "Alasan" }
                            @for (reason, number) in RejectReason::ALL.iter().zip(1..) {
                                label.choice {
                                    input type="radio" name="reason" value=(reason.key()) required data-number=(number) data-words=[(*reason == RejectReason::Other).then_some("wajib")];
                                    (reason.label(Lang::Id)) kbd { (number) }
                                }
                            }
                        }
                        label { "Penjelasan untuk kader" textarea name="words" rows="2" maxlength=(LONGEST_WORDS) {} }
                        button.refuse { "Tolak catatan ini " kbd { "Enter" } }
                    }
                }
            }
            @if is_agreed(&row.state) {
                details #akhiri name="putusan" {
                    summary data-key="a" { "Akhiri " kbd { "A" } }
                    form.panel method="post" action=(path("akhiri")) {
                        (seen)
                        fieldset {
                            legend { "Apa yang terjadi? Tempatnya diberikan kepada yang berikutnya di daftar tunggu." }
                            @for (key, label) in endings() {
                                label.choice { input type="radio" name="reason" value=(key) required; (label) }
                            }
                        }
                        p.muted { "Bila ia meninggal: bantu ahli warisnya mengurus santunan. Catatan ini tetap tersimpan." }
                        button.refuse { "Akhiri catatan ini" }
                    }
                }
            }
            @if can_decide || can_reject || is_held || matches!(opened, Opened::Theirs(_)) {
                form method="post" action="/periksa/lanjut" data-swap {
                    (csrf(session))
                    input type="hidden" name="lewati" value=(row.id);
                    button.skip-on data-key="l" data-now { @if is_mine { "Lewati " } @else { "Berikutnya " } kbd { "L" } }
                }
            } @else {
                a.button data-key="l" href="/periksa" { "Ke antrean " kbd { "L" } }
            }
        }
    }
}

/// Says who else has the record, since when, and takes it over.
pub fn taken(id: RecordId, claim: &Claim, now: Timestamp, session: &Session) -> Markup {
    let since = moment(claim.since);
    html! {
        div.note.warn.held role="status" {
            p {
                @if claim.is_ahead { "Disiapkan untuk " } @else { "Sedang diperiksa oleh " }
                strong { (claim.user) } " sejak " (words::moment(since)) " (" (words::ago(since, now)) "). "
                "Anda bisa membacanya. Ambil alih hanya bila " (claim.user) " sudah tidak mengerjakannya."
            }
            form method="post" action={ "/catatan/" (id) "/ambil-alih" } {
                (csrf(session))
                button { "Ambil alih" }
            }
        }
    }
}

/// For the script: keeps the record while its page is open, and gives it back when the page is left.
pub fn desk(id: RecordId, view: i64, session: &Session) -> Markup {
    html! {
        form #meja hidden method="post" action={ "/catatan/" (id) "/pegang" } data-leave={ "/catatan/" (id) "/lepas" } {
            (csrf(session))
            input type="hidden" name="tampilan" value=(view);
        }
    }
}

/// Every key, behind a question mark.
pub fn keys() -> Markup {
    let keys = [
        ("S", "Setujui; Enter mengirim"),
        ("K", "Kembalikan ke kader; ↑ ↓ berpindah isian, Enter mengirim"),
        ("T", "Tolak; 1–6 memilih alasan, Enter mengirim"),
        ("L", "Lewati, ke catatan berikutnya"),
        ("U", "Batalkan keputusan yang baru saja diambil"),
        ("Z", "Perbesar foto; panah menggeser, + dan − mengubah ukurannya"),
        ("R", "Putar foto"),
        ("Esc", "Tutup, tanpa mengirim"),
        ("?", "Tampilkan atau tutup daftar ini"),
    ];
    html! {
        details.keys {
            summary data-key="?" { "Tombol " kbd { "?" } }
            dl.panel { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
        }
    }
}

/// The office has said yes, and it is not over.
fn is_agreed(state: &Standing) -> bool {
    matches!(state, Standing::WaitingList { .. } | Standing::Placed { .. } | Standing::Active { .. })
}

/// The key of what the person or the village takes back.
const WITHDRAWN: &str = "withdrawn";

/// What can be chosen; that a cover is over is told by its last day.
fn endings() -> impl Iterator<Item = (&'static str, &'static str)> {
    let ended = EndReason::ALL.iter().filter(|reason| **reason != EndReason::CoverOver);
    let withdrawn = (WITHDRAWN, "Dibatalkan oleh orangnya atau desanya");
    ended.map(|reason| (reason.key(), reason.label(Lang::Id))).chain([withdrawn])
}

/// What was agreed to is over.
pub async fn end(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let seen = form.get("seen").and_then(|text| text.parse().ok()).ok_or(Failure::Form("Muat ulang halamannya."))?;
    let note = match form.get("reason").map(String::as_str) {
        Some(WITHDRAWN) => Some(Note::Withdrawn),
        key => key.and_then(EndReason::from_key).filter(|reason| *reason != EndReason::CoverOver).map(Note::Ended),
    };
    let note = note.ok_or(Failure::Form("Pilih apa yang terjadi."))?;
    hub.run(move |hub| {
        is_within(hub, record, &staff)?;
        ending::note(hub, record, seen, note, &staff.actor())
    })
    .await
    .map_err(|error| Failure::of_decision(error, &record.to_string()))?;
    Ok(Redirect::to(&format!("/catatan/{record}?sudah={record}")))
}

/// A record out of reach is one that does not exist.
pub(super) fn is_within(hub: &Hub, id: RecordId, staff: &Staff) -> Result<(), DecisionError> {
    let find = |connection: &crate::store::sql::Connection| Ok(record::get_within(connection, id, staff.scope)?);
    hub.store.read::<_, HubError>(find)?.map(drop).ok_or(DecisionError::NotFound)
}

async fn take(hub: Arc<Hub>, staff: Staff, id: String, form: Fields, verdict: Verdict) -> Result<Redirect, Failure> {
    let id: RecordId = id.parse().map_err(|_| Failure::NotFound)?;
    let seen = form.get("seen").and_then(|text| text.parse().ok()).ok_or(Failure::Form("Muat ulang halamannya."))?;
    let next = hub
        .run(move |hub| {
            is_within(hub, id, &staff)?;
            let user = &staff.session.user_name;
            verdict::give(hub, id, seen, verdict, user)?;
            Ok::<_, DecisionError>(queue::next(hub, user, None)?)
        })
        .await
        .map_err(|error| Failure::of_decision(error, &id.to_string()))?;
    // Straight on to the next one that waits.
    Ok(match next {
        Some(next) => Redirect::to(&format!("/catatan/{next}?sudah={id}")),
        None => Redirect::to(&format!("/periksa?sudah={id}")),
    })
}

/// Yes.
pub async fn approve(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    take(hub, staff, id, form, Verdict::Approve).await
}

/// Back to the kader, with a comment for each field that needs one.
pub async fn give_back(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let comments: Vec<Comment> = Field::ALL
        .iter()
        .filter_map(|&field| {
            let text = one_line(form.get(&format!("c_{}", field.key()))?);
            (!text.is_empty()).then_some(Comment { field, text })
        })
        .collect();
    if comments.is_empty() {
        return Err(Failure::Form("Tulis paling sedikit satu catatan, supaya kader tahu apa yang harus diperbaiki."));
    }
    take(hub, staff, id, form, Verdict::Return(comments)).await
}

/// No, with a reason.
pub async fn reject(
    State(hub): State<Arc<Hub>>,
    staff: Staff,
    Named(id): Named<String>,
    Posted(form): Posted,
) -> Result<Redirect, Failure> {
    let reason = form.get("reason").and_then(|key| RejectReason::from_key(key));
    let reason = reason.ok_or(Failure::Form("Pilih alasan penolakan."))?;
    let words = form.get("words").map(|text| one_line(text)).unwrap_or_default();
    if reason == RejectReason::Other && words.is_empty() {
        return Err(Failure::Form("Tulis alasannya dengan kata-kata sendiri."));
    }
    take(hub, staff, id, form, Verdict::Reject(reason, words)).await
}

/// One line of at most so many characters.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_WORDS).collect()
}
