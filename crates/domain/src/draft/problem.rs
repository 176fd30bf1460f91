//! What keeps a draft from being saved, and what the kader reads about it.

use super::Field;
use crate::lang::Lang;
use crate::nik::NikError;

/// What keeps a draft from being saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where to mend it.
    pub field: Field,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Nothing was entered.
    Missing,
    /// Not a NIK.
    Nik(NikError),
    /// Not a day of the calendar, or not written day–month–year.
    NotADate,
    /// After today.
    InTheFuture,
    /// More letters than a card can print.
    TooLong {
        /// The most that is taken.
        most: usize,
    },
    /// Not 8 to 15 digits.
    NotAPhone,
    /// Not a number from 1 to 999.
    NotANumber,
    /// Not one of the choices.
    NotAChoice,
    /// Warnings stand that need a reason.
    NeedsReason,
}

impl Problem {
    /// What is wrong and what to do next.
    pub fn sentence(&self, lang: Lang) -> String {
        let label = self.field.label(lang);
        match (&self.kind, lang) {
            (ProblemKind::Nik(error), _) => error.sentence(lang),
            (ProblemKind::Missing, Lang::Id) => match self.field {
                Field::KtpPhoto => "Foto KTP belum ada. Ambil fotonya dulu.".into(),
                Field::PhotoReason => "Foto KTP kurang baik. Ulangi, atau pilih alasan memakainya.".into(),
                Field::Consent => "Bacakan dulu, lalu pilih cara Bapak/Ibu menyatakan setuju.".into(),
                _ => format!("{label} belum diisi."),
            },
            (ProblemKind::Missing, Lang::En) => match self.field {
                Field::KtpPhoto => "There is no photo of the KTP. Take it first.".into(),
                Field::PhotoReason => "The photo of the KTP is poor. Take it again, or say why it is kept.".into(),
                Field::Consent => "Read it aloud first, then choose how consent was given.".into(),
                _ => format!("{label} is empty."),
            },
            (ProblemKind::NotADate, Lang::Id) => "Tulis tanggal sebagai hari-bulan-tahun, misalnya 05-04-1985.".into(),
            (ProblemKind::NotADate, Lang::En) => "Write the date as day-month-year, for example 05-04-1985.".into(),
            (ProblemKind::InTheFuture, Lang::Id) => "Tanggal ini belum terjadi. Periksa tahunnya.".into(),
            (ProblemKind::InTheFuture, Lang::En) => "This date is in the future. Check the year.".into(),
            (ProblemKind::TooLong { most }, Lang::Id) => {
                format!("{label} paling banyak {most} huruf. Persingkat sedikit.")
            }
            (ProblemKind::TooLong { most }, Lang::En) => {
                format!("{label} takes {most} letters at most. Shorten it.")
            }
            (ProblemKind::NotAPhone, Lang::Id) => {
                "Nomor HP terdiri dari 8 sampai 15 angka. Kosongkan bila tidak punya.".into()
            }
            (ProblemKind::NotAPhone, Lang::En) => {
                "A phone number has 8 to 15 digits. Leave it empty if there is none.".into()
            }
            (ProblemKind::NotANumber, Lang::Id) => format!("{label} diisi angka 1 sampai 999."),
            (ProblemKind::NotANumber, Lang::En) => format!("{label} is a number from 1 to 999."),
            (ProblemKind::NotAChoice, Lang::Id) => {
                format!("{label}: pilih salah satu dari daftar.")
            }
            (ProblemKind::NotAChoice, Lang::En) => format!("{label}: choose one from the list."),
            (ProblemKind::NeedsReason, Lang::Id) => {
                "Ada yang perlu dijelaskan. Tulis alasannya supaya kantor mengerti.".into()
            }
            (ProblemKind::NeedsReason, Lang::En) => {
                "Something needs a word. Say why, so that the office understands.".into()
            }
        }
    }
}
