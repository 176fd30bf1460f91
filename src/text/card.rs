//! What a person reads about a worker's card, and about any code that was checked.

use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::Lang;
use payung_domain::card::Card;

/// The sentences without a blank to fill.
pub struct Cards {
    pub title: &'static str,
    pub show: &'static str,
    pub not_mine: &'static str,
    pub name: &'static str,
    pub programme: &'static str,
    pub covers: &'static str,
    pub jkk: &'static str,
    pub jkm: &'static str,
    pub kpj: &'static str,
    pub valid_days: &'static str,
    pub issuer: &'static str,
    pub kader: &'static str,
    pub village: &'static str,
    pub saved: &'static str,
    pub no_money: &'static str,
    pub code_label: &'static str,
    pub give: &'static str,
    pub picture: &'static str,
    pub a6: &'static str,
    pub roll: &'static str,
    pub any_phone: &'static str,
    pub find: &'static str,
    pub find_other: &'static str,
    pub check: &'static str,
    pub check_lead: &'static str,
    pub scan: &'static str,
    pub scan_again: &'static str,
    pub scan_lead: &'static str,
    pub as_of_none: &'static str,
    pub as_of_old: &'static str,
    pub not_yet_there: &'static str,
    pub valid: &'static str,
    pub valid_next: &'static str,
    pub not_yet: &'static str,
    pub expired: &'static str,
    pub expired_next: &'static str,
    pub ended: &'static str,
    pub ended_next: &'static str,
    pub not_genuine: &'static str,
    pub not_genuine_next: &'static str,
    pub unknown: &'static str,
    pub no_card: &'static str,
    pub no_card_next: &'static str,
    pub slip: &'static str,
    pub slip_next: &'static str,
    pub slip_old: &'static str,
    pub slip_old_next: &'static str,
}

/// In a language.
pub fn cards(lang: Lang) -> &'static Cards {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

/// `1 Desember 2026 – 30 November 2027`.
pub fn days(lang: Lang, from: Date, until: Date) -> String {
    format!("{} – {}", lang.date(from), lang.date(until))
}

/// `Terlindungi sampai 30 November 2027`, or when that begins.
pub fn covered(lang: Lang, card: &Card, has_begun: bool) -> String {
    match has_begun {
        true => format!("{} {}", lang.pick("Terlindungi sampai", "Covered until"), lang.date(card.until)),
        false => {
            format!("{} {}", lang.pick("Belum terlindungi. Mulai", "Not covered yet. Begins on"), lang.date(card.from))
        }
    }
}

/// When the cover begins.
pub fn begins(lang: Lang, from: Date) -> String {
    match lang {
        Lang::Id => format!("Perlindungan mulai {}. Sebelum hari itu belum terlindungi.", lang.date(from)),
        Lang::En => format!("The cover begins on {}. Before that day there is none.", lang.date(from)),
    }
}

/// Who claims to have signed it.
pub fn claims(lang: Lang, claimed: &str) -> String {
    match (lang, claimed) {
        (Lang::Id, "") => {
            "HP ini tidak mengenal penerbitnya, jadi kartu ini tidak bisa dipastikan. Tanyakan ke kantor.".into()
        }
        (Lang::En, "") => "This phone does not know who issued it: nothing is proven. Ask the office.".into(),
        (Lang::Id, _) => format!(
            "Kartu ini mengaku dari “{claimed}”. HP ini tidak mengenal kantor itu, jadi isinya tidak bisa dipastikan. Tanyakan ke kantor."
        ),
        (Lang::En, _) => format!(
            "It claims to be from “{claimed}”. This phone does not know that office: nothing is proven. Ask the office."
        ),
    }
}

/// How old the list of ended cards is.
pub fn list_as_of(lang: Lang, at: &str) -> String {
    match lang {
        Lang::Id => format!("Daftar kartu yang dihentikan per {at}"),
        Lang::En => format!("List of ended cards as of {at}"),
    }
}

/// As of when the office was heard.
pub fn heard(lang: Lang, at: &str) -> String {
    match lang {
        Lang::Id => format!("Menurut kantor per {at}"),
        Lang::En => format!("As the office said on {at}"),
    }
}

/// Whether a list of this day says little about today.
pub fn is_old(as_of: Timestamp, now: Timestamp) -> bool {
    now.duration_since(as_of) > jiff::SignedDuration::from_hours(24 * 30)
}

const ID: Cards = Cards {
    title: "Kartu pekerja",
    show: "Tampilkan kartu",
    not_mine: "Didaftarkan lewat HP kader lain. Di HP ini hanya ada kartunya.",
    name: "Nama",
    programme: "Program",
    covers: "Perlindungan",
    jkk: "kecelakaan kerja (JKK)",
    jkm: "kematian (JKM)",
    kpj: "Nomor peserta (KPJ)",
    valid_days: "Berlaku",
    issuer: "Dari",
    kader: "Kader",
    village: "Desa",
    saved: "Dicatat",
    no_money: "Tidak ada yang boleh meminta uang untuk kartu ini.",
    code_label: "Kode QR kartu ini",
    give: "Berikan kepada pekerja",
    picture: "Kirim gambar",
    a6: "Cetak kertas A6",
    roll: "Cetak struk 58 mm",
    any_phone: "Kode ini bisa diperiksa dengan aplikasi Payung, juga tanpa sinyal.",
    find: "Pindai kode",
    find_other: "Kode ini bukan tanda terima, kartu, NIK, atau KPJ. Coba kode yang lain.",
    check: "Periksa kartu",
    check_lead: "Pindai kode di kartu atau tanda terima siapa pun. Tidak perlu sinyal.",
    scan: "Pindai kartu",
    scan_again: "Pindai kartu lain",
    scan_lead: "Arahkan ke kode kotak (QR)",
    as_of_none: "HP ini belum punya daftar kartu yang dihentikan. Kartu ini mungkin sudah dihentikan. Sambungkan ke internet dulu.",
    as_of_old: "Daftar ini sudah lebih dari 30 hari. Kartu ini mungkin sudah dihentikan. Sambungkan ke internet dulu.",
    not_yet_there: "belum",
    valid: "Berlaku",
    valid_next: "Cocokkan nama dan NIK dengan KTP orangnya.",
    not_yet: "Belum mulai",
    expired: "Sudah habis",
    expired_next: "Masa berlakunya habis. Tanyakan ke kader atau kantor apakah diperpanjang.",
    ended: "Dihentikan",
    ended_next: "Kantor sudah menghentikan kartu ini. Tanyakan ke kader atau kantor.",
    not_genuine: "Tidak asli",
    not_genuine_next: "Isi kode ini bukan dari kantor. Jangan percaya. Beri tahu kantor.",
    unknown: "Penerbit tidak dikenal",
    no_card: "Bukan kartu Payung",
    no_card_next: "Kode ini bukan kartu dan bukan tanda terima dari Payung. Pindai kode kotak (QR) di kartunya.",
    slip: "Sudah dicatat – belum terlindungi",
    slip_next: "Ini tanda terima dari kader, bukan kartu. Kartu terbit setelah BPJS menerima namanya.",
    slip_old: "Tanda terima lama",
    slip_old_next: "Izin HP kader yang memberi tanda terima ini sudah habis. Tanyakan ke kantor.",
};

const EN: Cards = Cards {
    title: "Worker's card",
    show: "Show the card",
    not_mine: "Enrolled with another kader's phone. This one has the card only.",
    name: "Name",
    programme: "Programme",
    covers: "Cover",
    jkk: "work accidents (JKK)",
    jkm: "death (JKM)",
    kpj: "Membership number (KPJ)",
    valid_days: "Valid",
    issuer: "From",
    kader: "Kader",
    village: "Village",
    saved: "Recorded",
    no_money: "Nobody may ask for money for this card.",
    code_label: "This card's QR code",
    give: "Give it to the worker",
    picture: "Send a picture",
    a6: "Print A6",
    roll: "Print 58 mm roll",
    any_phone: "This code can be checked with Payung, without a signal as well.",
    find: "Scan a code",
    find_other: "This is no receipt, card, NIK or KPJ. Try another code.",
    check: "Check a card",
    check_lead: "Scan the code on anybody's card or receipt. No signal is needed.",
    scan: "Scan a card",
    scan_again: "Scan another card",
    scan_lead: "Point at the QR code",
    as_of_none: "This phone has no list of ended cards yet. This card may have been ended. Connect first.",
    as_of_old: "That is more than 30 days ago. This card may have been ended. Connect first.",
    not_yet_there: "not yet",
    valid: "Valid",
    valid_next: "Compare name and NIK with the person's KTP.",
    not_yet: "Not yet valid",
    expired: "Expired",
    expired_next: "Its days are over. Ask the kader or the office whether it is renewed.",
    ended: "Ended",
    ended_next: "The office has ended this card. Ask the kader or the office.",
    not_genuine: "Not genuine",
    not_genuine_next: "What this code says is not from the office. Don't believe it. Tell the office.",
    unknown: "Unknown issuer",
    no_card: "No Payung card",
    no_card_next: "This code is neither a card nor a receipt of Payung. Scan the QR code on the card.",
    slip: "Recorded, not covered yet",
    slip_next: "This is a kader's receipt and no card. The card comes when BPJS has accepted.",
    slip_old: "Old receipt",
    slip_old_next: "The phone that gave this receipt has lost its right to. Ask the office.",
};
