//! A step as the worker reads it: no word of the office, and what to do next. Phone and hub say the same.

use super::WorkerStep;
use crate::cover::Cover;
use crate::lang::Lang;
use crate::state::{EndReason, RejectReason, State};
use jiff::civil::Date;

impl WorkerStep {
    /// Where it stands, in a few words: `Daftar tunggu, urutan 12`.
    pub fn headline(&self, lang: Lang) -> String {
        let plain = match &self.state {
            State::Draft | State::Queued | State::Sending => lang.pick("Sudah dicatat kader", "Noted by the kader"),
            State::Received => lang.pick("Sudah sampai di kantor", "The office has it"),
            State::NeedsCorrection { .. } => lang.pick("Ada data yang perlu diperbaiki", "Something must be corrected"),
            State::Corrected => lang.pick("Data sudah diperbaiki", "Corrected"),
            State::Verified => lang.pick("Data sudah diperiksa kantor", "Checked by the office"),
            State::WaitingList { rank, .. } => {
                return format!("{} {rank}", lang.pick("Daftar tunggu, urutan", "Waiting list, rank"));
            }
            State::Placed { .. } => lang.pick("Sudah dapat tempat", "You have a place"),
            State::Active { .. } => lang.pick("Diterima BPJS Ketenagakerjaan", "Accepted by BPJS Ketenagakerjaan"),
            State::Ended { reason: EndReason::CoverOver } => lang.pick("Perlindungan berakhir", "The cover has ended"),
            State::Ended { .. } => lang.pick("Pendaftaran ini sudah berakhir", "This enrolment has ended"),
            State::Rejected { .. } => lang.pick("Tidak bisa didaftarkan", "Could not be enrolled"),
            State::Withdrawn => lang.pick("Pendaftaran dibatalkan", "The enrolment was taken back"),
        };
        plain.to_owned()
    }

    /// What it means for the worker on a day, and what to do.
    pub fn meaning(&self, lang: Lang, today: Date) -> String {
        let plain = match &self.state {
            state @ State::Active { from, until } => {
                let (first, last) = (lang.date(*from), lang.date(*until));
                return match (state.cover_on(today), lang) {
                    (Cover::Over(_), _) => cover_over(lang).to_owned(),
                    (Cover::From(_), Lang::Id) => {
                        format!("Perlindungan mulai {first}. Sebelum hari itu Anda belum terlindungi.")
                    }
                    (Cover::From(_), Lang::En) => {
                        format!("The cover begins on {first}. Before that day there is none.")
                    }
                    (_, Lang::Id) => format!("Anda terlindungi dari {first} sampai {last}."),
                    (_, Lang::En) => format!("You are covered from {first} until {last}."),
                };
            }
            State::Draft | State::Queued | State::Sending | State::Received | State::Corrected => lang.pick(
                "Kantor akan memeriksa data Anda. Anda belum terlindungi.",
                "The office will look at it. You are not covered yet.",
            ),
            State::NeedsCorrection { .. } => lang.pick(
                "Hubungi kader yang mendaftarkan Anda. Kader tahu apa yang perlu diperbaiki. Anda belum terlindungi.",
                "Call the kader who enrolled you. The kader knows what to correct. You are not covered yet.",
            ),
            State::Verified => lang.pick(
                "Data Anda benar. Sekarang menunggu tempat. Anda belum terlindungi.",
                "Your data is right. Now it waits for a place. You are not covered yet.",
            ),
            State::WaitingList { covered_until: Some(day), .. } | State::Placed { covered_until: Some(day), .. }
                if *day >= today =>
            {
                return format!(
                    "{} {}.",
                    lang.pick("Anda masih terlindungi sampai", "You are still covered until"),
                    lang.date(*day)
                );
            }
            State::WaitingList { .. } => lang.pick(
                "Tempat sedang penuh. Tempat kosong diisi menurut urutan. Anda belum terlindungi.",
                "All places are taken. Free ones go by rank. You are not covered yet.",
            ),
            State::Placed { .. } => lang.pick(
                "Kantor mendaftarkan Anda ke BPJS Ketenagakerjaan. Tunggu kartunya; Anda belum terlindungi.",
                "The office registers you with BPJS Ketenagakerjaan. Wait for the card; you are not covered yet.",
            ),
            State::Ended { reason: EndReason::Died } => lang.pick(
                "Kami turut berduka. Keluarga mungkin berhak atas santunan. Telepon 175 atau datang ke kantor desa.",
                "We are sorry for your loss. The family may be entitled to a benefit. Call 175 or come to the village office.",
            ),
            State::Ended { reason: EndReason::CoverOver } => cover_over(lang),
            State::Ended { reason } => return with_reason(lang, reason.label(lang)),
            State::Rejected { reason: RejectReason::Deceased, .. } => lang.pick(
                "Kami turut berduka. Pendaftaran ini tidak diteruskan. Pernah punya kartu BPJS Ketenagakerjaan? Telepon 175.",
                "We are sorry for your loss. This enrolment does not go on. Was there a card of BPJS Ketenagakerjaan? Call 175.",
            ),
            State::Rejected { reason: RejectReason::Other, .. } => lang.pick(
                "Pendaftaran ini tidak memberi perlindungan. Tanyakan alasannya kepada kader atau kantor.",
                "This enrolment gives no cover. Ask the kader or the office why.",
            ),
            State::Rejected { reason, .. } => {
                let no_cover =
                    lang.pick("Pendaftaran ini tidak memberi perlindungan.", "This enrolment gives no cover.");
                return format!("{no_cover} {}", with_reason(lang, reason.label(lang)));
            }
            State::Withdrawn => lang.pick(
                "Pendaftaran ini tidak memberi perlindungan. Hubungi kader bila ingin mendaftar lagi.",
                "This enrolment gives no cover. Ask the kader if you want to enrol again.",
            ),
        };
        plain.to_owned()
    }
}

/// What to do when the last day has passed.
pub fn cover_over(lang: Lang) -> &'static str {
    lang.pick(
        "Masa perlindungan sudah habis. Ada musibah sebelum habis? Telepon 175. Sudah didaftarkan lagi? Pindai tanda terima yang baru. Belum? Hubungi kader.",
        "The cover is over. Did something happen before? Call 175. Enrolled again? Scan the new receipt. If not, ask the kader.",
    )
}

/// Why a card was ended, and what to do: the list of ended cards may be there before the office's reason.
pub fn ended_because(last: Option<&WorkerStep>, lang: Lang, today: Date) -> String {
    match last {
        Some(step) if step.state.is_final() => step.meaning(lang, today),
        _ => if_wrong(lang).to_owned(),
    }
}

/// A cover by BPJS's abbreviation, with what it is: `Kecelakaan kerja (JKK)`.
pub fn cover_name(cover: &str, lang: Lang) -> String {
    let plain = match cover {
        "JKK" => lang.pick("Kecelakaan kerja", "Work accidents"),
        "JKM" => lang.pick("Kematian", "Death"),
        "JHT" => lang.pick("Tabungan hari tua", "Old-age savings"),
        other => return other.to_owned(),
    };
    format!("{plain} ({cover})")
}

fn with_reason(lang: Lang, reason: &str) -> String {
    format!("{}: {reason}. {}", lang.pick("Alasannya", "The reason"), if_wrong(lang))
}

fn if_wrong(lang: Lang) -> &'static str {
    lang.pick("Bila ini keliru, hubungi kader atau kantor.", "If this is wrong, ask the kader or the office.")
}
