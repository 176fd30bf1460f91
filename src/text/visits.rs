//! What a person reads about people on a list.

use payung_domain::Lang;

/// The sentences without a blank to fill.
pub struct Visits {
    pub title: &'static str,
    pub lead: &'static str,
    pub search: &'static str,
    pub none: &'static str,
    pub not_found: &'static str,
    pub perhaps: &'static str,
    pub here: &'static str,
    pub not_enrolled: &'static str,
    pub why: &'static str,
    pub change: &'static str,
    pub again: &'static str,
    pub leave: &'static str,
}

/// In a language.
pub fn visits(lang: Lang) -> &'static Visits {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

const ID: Visits = Visits {
    title: "Perlu dikunjungi",
    lead: "Dari daftar kantor. Ketuk namanya untuk mendaftarkan; cocokkan lagi semuanya dengan KTP.",
    search: "Cari nama atau dusun",
    none: "Tidak ada yang perlu dikunjungi. Nama dari daftar kantor muncul di sini.",
    not_found: "Tidak ada yang cocok. Coba sebagian namanya saja.",
    perhaps: "Mungkin sudah didaftarkan kader lain",
    here: "Sudah ada di HP ini",
    not_enrolled: "Tidak jadi didaftarkan",
    why: "Mengapa tidak didaftarkan?",
    change: "Ubah hasil kunjungan",
    again: "Kunjungi lagi",
    leave: "Tutup",
};

const EN: Visits = Visits {
    title: "To visit",
    lead: "From the office's list. Tap a name to enrol the person; compare everything with the card.",
    search: "Search a name or hamlet",
    none: "Nobody is to be visited. Names from the office's list appear here.",
    not_found: "Nobody fits. Try a part of the name.",
    perhaps: "Perhaps enrolled by another kader",
    here: "On this phone already",
    not_enrolled: "Not enrolled after all",
    why: "Why was the person not enrolled?",
    change: "Change the outcome",
    again: "Visit again",
    leave: "Close",
};

/// `Perlu dikunjungi: 12 orang`.
pub fn to_visit(lang: Lang, people: usize) -> String {
    match (lang, people) {
        (Lang::Id, 0) => "Daftar kantor: semua sudah dikunjungi".to_owned(),
        (Lang::En, 0) => "The office's list: all visited".to_owned(),
        (Lang::Id, _) => format!("Perlu dikunjungi: {people} orang"),
        (Lang::En, _) => format!("To visit: {people} people"),
    }
}
