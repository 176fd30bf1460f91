//! What a person reads about whom to see again, and about going on for another year.

use payung_device::{Stopped, Why};
use payung_domain::Lang;

/// The sentences without a blank to fill.
pub struct Reminders {
    pub title: &'static str,
    pub lead: &'static str,
    pub none: &'static str,
    pub stopped: &'static str,
    pub take_back: &'static str,

    pub renew_title: &'static str,
    pub renew_lead: &'static str,
    pub renew_notice: &'static str,
    pub renew_same: &'static str,
    pub renew_changed: &'static str,
    pub renew_stop: &'static str,
    pub renew_saving: &'static str,
    pub why_stop: &'static str,
    pub back: &'static str,
    pub died_note: &'static str,
}

/// In a language.
pub fn reminders(lang: Lang) -> &'static Reminders {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

const ID: Reminders = Reminders {
    title: "Perlu didatangi lagi",
    lead: "Warga yang perlu kabar atau perlu ditanya lagi. Ketuk namanya.",
    none: "Tidak ada yang perlu didatangi lagi sekarang.",
    stopped: "Tidak diteruskan",
    take_back: "Jadi diteruskan",
    renew_title: "Perpanjangan",
    renew_lead: "Tanyakan: masih tinggal di sini, masih kerja ini, dan mau ikut lagi?",
    renew_notice: "Bacakan dulu",
    renew_same: "Ya, masih sama dan setuju",
    renew_changed: "Ada yang berubah",
    renew_stop: "Tidak diteruskan",
    renew_saving: "Menyimpan…",
    why_stop: "Mengapa tidak diteruskan?",
    back: "Kembali",
    died_note: "Bila meninggal: keluarganya mungkin berhak atas santunan kematian. Minta mereka menelepon 175 atau datang ke kantor desa.",
};

const EN: Reminders = Reminders {
    title: "To see again",
    lead: "People who should hear something or be asked again. Tap a name.",
    none: "Nobody is to be seen again now.",
    stopped: "Not going on",
    take_back: "Take back",
    renew_title: "Renewal",
    renew_lead: "Ask: still living here, still the same work, and willing to join again?",
    renew_notice: "Read this aloud first",
    renew_same: "Yes, all the same, and agreed",
    renew_changed: "Something has changed",
    renew_stop: "Does not go on",
    renew_saving: "Saving…",
    why_stop: "Why does it not go on?",
    back: "Back",
    died_note: "After a death the family may be entitled to the death benefit. Ask them to call 175 or to come to the village office.",
};

/// `Perlu didatangi lagi: 3 orang`.
pub fn to_see(lang: Lang, people: usize) -> String {
    match lang {
        Lang::Id => format!("Perlu didatangi lagi: {people} orang"),
        Lang::En => format!("To see again: {people} people"),
    }
}

/// What a visit is for.
pub fn why(lang: Lang, why: Why) -> String {
    match (lang, why) {
        (Lang::Id, Why::Turn { .. }) => "Kabari: sudah dapat tempat. Tunggu kartunya dulu.".into(),
        (Lang::En, Why::Turn { .. }) => "Tell: has got a place. The card is still to come.".into(),
        (Lang::Id, Why::Renew { until: Some(until) }) => {
            format!("Tanya perpanjangan: perlindungan lama sampai {}.", lang.date(until))
        }
        (Lang::En, Why::Renew { until: Some(until) }) => {
            format!("Ask about renewal: the former cover is until {}.", lang.date(until))
        }
        (Lang::Id, Why::Renew { until: None }) => "Tanya lagi: belum dapat tempat di program sebelumnya.".into(),
        (Lang::En, Why::Renew { until: None }) => "Ask again: got no place in the former programme.".into(),
        (Lang::Id, Why::EndsSoon { until }) => format!("Perlindungan berakhir {}.", lang.date(until)),
        (Lang::En, Why::EndsSoon { until }) => format!("The cover ends on {}.", lang.date(until)),
        (Lang::Id, Why::LongWait { since }) => {
            format!("Belum diputuskan kantor sejak {}. Tanyakan ke kantor.", day(lang, since))
        }
        (Lang::En, Why::LongWait { since }) => {
            format!("Not decided by the office since {}. Ask the office.", day(lang, since))
        }
    }
}

fn day(lang: Lang, at: jiff::Timestamp) -> String {
    lang.date(at.to_zoned(jiff::tz::TimeZone::system()).date())
}

/// Why somebody does not go on.
pub fn stopped(lang: Lang, why: Stopped) -> &'static str {
    match why {
        Stopped::Died => lang.pick("Sudah meninggal", "Has died"),
        Stopped::Moved => lang.pick("Pindah dari desa ini", "Has left the village"),
        Stopped::OtherWork => {
            lang.pick("Ganti pekerjaan, atau sudah didaftarkan pemberi kerja", "Other work, or enrolled by an employer")
        }
        Stopped::Declined => lang.pick("Tidak mau ikut lagi", "Does not want to join again"),
    }
}
