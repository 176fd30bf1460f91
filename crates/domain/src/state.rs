//! Where an enrolment stands, and which step may follow which.
//!
//! draft → queued → sending → received → (needs correction ↔ corrected) → verified → waiting list ↔ placed → active →
//! ended; what BPJS refuses may go from placed back to needs correction; rejected and withdrawn end it early, and so does a death. A quota that shrinks leads from placed, and where the
//! office insists from active, back to the waiting list. [`State::after`] is the only way from one state to the next.

use crate::draft::Field;
use crate::enrolment::choice;
use crate::lang::Lang;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where an enrolment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The kader is still typing; on this phone only.
    Draft,
    /// Saved on the phone, waiting for a signal.
    Queued,
    /// Under way to the hub.
    Sending,
    /// The hub has it durably and nobody has decided yet.
    Received,
    /// The office asks the kader to mend something.
    NeedsCorrection {
        /// What to mend; at least one.
        comments: Vec<Comment>,
    },
    /// The kader has mended it and the office has not yet looked.
    Corrected,
    /// The office agreed; no place has been given yet.
    Verified,
    /// Agreed, but the quota is used up.
    WaitingList {
        /// From 1, as it was told last; the hub tells it anew when its village calls.
        rank: u32,
        /// Lost a place to a smaller quota while covered: what is paid for still counts, up to this day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        covered_until: Option<Date>,
    },
    /// Agreed and inside the quota; BPJS has not answered yet.
    Placed {
        /// Which place of the quota, from 1; nothing where the programme has no quota.
        place: Option<u32>,
        /// Was covered before and has lost that place in between: what is paid for still counts, up to this day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        covered_until: Option<Date>,
    },
    /// Covered.
    Active {
        /// First day of cover.
        from: Date,
        /// Last day of cover.
        until: Date,
    },
    /// Was agreed to or covered, and is no more.
    Ended {
        /// Why; an older hub does not say.
        #[serde(default)]
        reason: EndReason,
    },
    /// The office said no.
    Rejected {
        /// The reason from the list.
        reason: RejectReason,
        /// The office's own words; may be empty.
        words: String,
    },
    /// The person or the village took it back.
    Withdrawn,
}

/// The office's remark on one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What it is about.
    pub field: Field,
    /// What to do, in the office's words.
    pub text: String,
}

choice! {
    /// Why the office said no.
    RejectReason {
        /// Age, village or occupation do not fit the programme.
        NotEligible = "not_eligible", "Tidak memenuhi syarat program", "Does not meet the programme's conditions";
        /// The same person is enrolled already.
        Duplicate = "duplicate", "Sudah terdaftar", "Enrolled already";
        /// Covered by an employer.
        WageEarner = "wage_earner", "Sudah dilindungi pemberi kerja", "Covered by an employer";
        /// Does not live in the village.
        NotResident = "not_resident", "Bukan warga desa ini", "Not a resident of this village";
        /// The person has died.
        Deceased = "deceased", "Sudah meninggal", "Has died";
        /// Said in words.
        Other = "other", "Alasan lain", "Another reason";
    }
}

choice! {
    /// Why an enrolment that was agreed to has ended.
    #[derive(Default)]
    EndReason {
        /// The last day of cover has passed.
        #[default]
        CoverOver = "cover_over", "Masa perlindungan selesai", "The cover is over";
        /// The person has died. The heir's claim is another matter, and does not end with this.
        Died = "died", "Meninggal dunia", "Has died";
        /// Covered by an employer since.
        WageEarner = "wage_earner", "Sudah dilindungi pemberi kerja", "Covered by an employer";
        /// Lives elsewhere since.
        Moved = "moved", "Pindah dari desa ini", "Has left the village";
        /// Found out after the approval.
        NotEligible = "not_eligible", "Ternyata tidak memenuhi syarat program", "Turned out not to be eligible";
    }
}

/// What happens to an enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The kader saves a draft for sending.
    Save,
    /// The phone starts to send.
    StartSending,
    /// Sending broke off; the record waits again.
    StopSending,
    /// The hub's receipt has come.
    Receipt,
    /// The office returns it.
    Return(Vec<Comment>),
    /// The kader has mended it.
    Correct,
    /// The office agrees.
    Approve,
    /// The office refuses.
    Reject(RejectReason, String),
    /// A place of the quota is given.
    Place(Option<u32>),
    /// No place is left.
    Wait(u32),
    /// BPJS covers the person.
    Activate {
        /// First day of cover.
        from: Date,
        /// Last day of cover.
        until: Date,
    },
    /// BPJS had told the days wrong.
    Mend {
        /// First day of cover.
        from: Date,
        /// Last day of cover.
        until: Date,
    },
    /// BPJS refuses what the office has agreed to, and the office asks the kader to mend it.
    Bounce(Vec<Comment>),
    /// The cover ends, or what was agreed to does before it has begun.
    End(EndReason),
    /// Taken back.
    Withdraw,
}

/// A step that can't follow the state it was tried on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this can't happen to a record that is {}", state.key())]
pub struct IllegalTransition {
    /// Where the record stands; it stays there.
    pub state: State,
    /// What was tried.
    pub event: Event,
}

impl State {
    /// The state after an event, or why the event can't happen now.
    pub fn after(self, event: Event) -> Result<State, IllegalTransition> {
        use State::*;
        Ok(match (self, event) {
            (Draft, Event::Save) => Queued,
            (Queued, Event::StartSending) => Sending,
            (Sending, Event::StopSending) => Queued,
            // a receipt may come for what was sent before the phone was killed
            (Queued | Sending, Event::Receipt) => Received,
            (Received | Corrected, Event::Return(comments)) if !comments.is_empty() => NeedsCorrection { comments },
            // also without being asked: the kader notices a slip before the office has decided
            (Received | NeedsCorrection { .. } | Corrected, Event::Correct) => Corrected,
            (Received | Corrected, Event::Approve) => Verified,
            (Received | Corrected | NeedsCorrection { .. }, Event::Reject(reason, words)) => Rejected { reason, words },
            (Verified, Event::Place(place)) => Placed { place, covered_until: None },
            // a placed one gets another number where a smaller quota has not so many
            (WaitingList { covered_until, .. } | Placed { covered_until, .. }, Event::Place(place)) => {
                Placed { place, covered_until }
            }
            (Verified, Event::Wait(rank)) => WaitingList { rank, covered_until: None },
            (WaitingList { covered_until, .. } | Placed { covered_until, .. }, Event::Wait(rank)) => {
                WaitingList { rank, covered_until }
            }
            // a quota may shrink in mid-programme; what is paid for still counts
            (Active { until, .. }, Event::Wait(rank)) => WaitingList { rank, covered_until: Some(until) },
            (Placed { .. }, Event::Activate { from, until }) => Active { from, until },
            (Active { .. }, Event::Mend { from, until }) => Active { from, until },
            // apart from a return: once agreed to, only the insurer's no leads back to the kader
            (Placed { .. }, Event::Bounce(comments)) if !comments.is_empty() => NeedsCorrection { comments },
            (Active { .. }, Event::End(reason)) => Ended { reason },
            (Verified | WaitingList { .. } | Placed { .. }, Event::End(reason)) if reason != EndReason::CoverOver => {
                Ended { reason }
            }
            (state, Event::Withdraw) if !state.is_final() => Withdrawn,
            (state, event) => return Err(IllegalTransition { state, event }),
        })
    }

    /// Nothing can follow: ended, rejected or withdrawn.
    pub fn is_final(&self) -> bool {
        matches!(self, State::Ended { .. } | State::Rejected { .. } | State::Withdrawn)
    }

    /// The kader may still change the fields.
    pub fn is_correctable(&self) -> bool {
        self.clone().after(Event::Correct).is_ok()
    }

    /// The word that phone and hub show for it.
    pub fn word(&self, lang: Lang) -> &'static str {
        match self {
            State::Draft => lang.pick("Belum selesai", "Draft"),
            State::Queued => lang.pick("Belum dikirim", "Not sent yet"),
            State::Sending => lang.pick("Mengirim", "Sending"),
            State::Received => lang.pick("Terkirim", "Sent"),
            State::NeedsCorrection { .. } => lang.pick("Perlu diperbaiki", "Needs correction"),
            State::Corrected => lang.pick("Sudah diperbaiki", "Corrected"),
            State::Verified => lang.pick("Diverifikasi", "Verified"),
            State::WaitingList { .. } => lang.pick("Daftar tunggu", "Waiting list"),
            State::Placed { .. } => lang.pick("Disetujui", "Approved"),
            State::Active { .. } => lang.pick("Aktif", "Active"),
            State::Ended { .. } => lang.pick("Berakhir", "Ended"),
            State::Rejected { .. } => lang.pick("Ditolak", "Rejected"),
            State::Withdrawn => lang.pick("Dibatalkan", "Withdrawn"),
        }
    }

    /// The name on the wire, in a database and in a filter: `needs_correction`.
    pub fn key(&self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Queued => "queued",
            State::Sending => "sending",
            State::Received => "received",
            State::NeedsCorrection { .. } => "needs_correction",
            State::Corrected => "corrected",
            State::Verified => "verified",
            State::WaitingList { .. } => "waiting_list",
            State::Placed { .. } => "placed",
            State::Active { .. } => "active",
            State::Ended { .. } => "ended",
            State::Rejected { .. } => "rejected",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The detail under the word: rank, place, dates, the reason for a refusal. Empty when the word says it all.
    pub fn detail(&self, lang: Lang) -> String {
        match self {
            State::WaitingList { rank, covered_until } => {
                still_covered(format!("{} {rank}", lang.pick("Urutan", "Rank")), *covered_until, lang)
            }
            State::Ended { reason } if *reason != EndReason::CoverOver => reason.label(lang).to_owned(),
            State::Placed { place: Some(place), covered_until } => {
                still_covered(format!("{}{place}", lang.pick("Tempat ke-", "Place ")), *covered_until, lang)
            }
            State::Active { from, until } => {
                format!("{} – {}", lang.date(*from), lang.date(*until))
            }
            State::Rejected { reason, words } if words.is_empty() => reason.label(lang).to_owned(),
            State::Rejected { reason: RejectReason::Other, words } => words.clone(),
            State::Rejected { reason, words } => format!("{}: {words}", reason.label(lang)),
            State::NeedsCorrection { comments } => comments
                .iter()
                .map(|comment| format!("{}: {}", comment.field.label(lang), comment.text))
                .collect::<Vec<_>>()
                .join("\n"),
            _ => String::new(),
        }
    }
}

/// What stands beside a place or a rank of somebody whose former cover still counts.
fn still_covered(what: String, until: Option<Date>, lang: Lang) -> String {
    match until {
        Some(day) => format!("{what}, {} {}", lang.pick("terlindungi sampai", "covered until"), lang.date(day)),
        None => what,
    }
}
