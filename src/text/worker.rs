//! What a worker reads on their own phone: short, and without a word of the office.

use jiff::civil::Date;
use payung_device::SyncFailure;
use payung_domain::Lang;

/// The sentences without a blank to fill.
pub struct Worker {
    pub who: &'static str,
    pub worker: &'static str,
    pub worker_hint: &'static str,
    pub kader: &'static str,
    pub kader_hint: &'static str,
    pub my_cards: &'static str,

    pub none: &'static str,
    pub add: &'static str,
    pub add_lead: &'static str,
    pub scan: &'static str,
    pub scan_lead: &'static str,
    pub scan_other: &'static str,
    pub scan_card: &'static str,
    pub scan_pair: &'static str,
    pub type_it: &'static str,
    pub type_lead: &'static str,
    pub number: &'static str,
    pub number_hint: &'static str,
    pub heir: &'static str,
    pub heir_hint: &'static str,
    pub hub: &'static str,
    pub hub_hint: &'static str,
    pub open: &'static str,
    pub opening: &'static str,
    pub bad_number: &'static str,
    pub no_heir: &'static str,
    pub no_hub: &'static str,
    pub not_found: &'static str,
    pub wait: &'static str,

    pub refresh: &'static str,
    pub refreshing: &'static str,
    pub no_news: &'static str,
    pub unknown_yet: &'static str,
    pub unknown_now: &'static str,
    pub unknown_heir: &'static str,
    pub recorded: &'static str,
    pub not_covered: &'static str,

    pub covered: &'static str,
    pub not_begun: &'static str,
    pub over: &'static str,
    pub ended: &'static str,
    pub doubtful: &'static str,
    pub valid: &'static str,
    pub covers: &'static str,
    pub kpj: &'static str,
    pub code_alt: &'static str,
    pub code_hint: &'static str,
    pub steps: &'static str,
    pub receipt_number: &'static str,
    pub no_money: &'static str,

    pub remove: &'static str,
    pub remove_sure: &'static str,
    pub remove_yes: &'static str,
    pub remove_no: &'static str,

    pub meet: &'static str,
    pub lost: &'static str,
    pub lost_again: &'static str,
}

const ID: Worker = Worker {
    who: "HP ini dipakai siapa?",
    worker: "Saya pekerja",
    worker_hint: "Lihat kartu saya dan keluarga. Tanpa PIN.",
    kader: "Saya kader",
    kader_hint: "Mendaftarkan warga. Perlu kode dari kantor.",
    my_cards: "Kartu saya",

    none: "Belum ada kartu. Siapkan tanda terima dari kader, lalu ketuk Tambah kartu.",
    add: "Tambah kartu",
    add_lead: "Siapkan tanda terima dari kader. Tanda terima anggota keluarga juga boleh.",
    scan: "Pindai kode tanda terima",
    scan_lead: "Arahkan ke kode di tanda terima",
    scan_other: "Ini bukan kode tanda terima. Cari kertas atau layar bertuliskan Tanda terima.",
    scan_card: "Ini kode kartu, bukan tanda terima. Untuk memeriksanya, pilih Periksa kartu.",
    scan_pair: "Ini kode untuk HP kader. Pindai kode di tanda terima.",
    type_it: "Ketik nomornya",
    type_lead: "Perlu sinyal. Nomor dan alamat ada di tanda terima.",
    number: "Nomor tanda terima",
    number_hint: "10 huruf dan angka, misalnya K7QM3‑XRD8P",
    heir: "Nama depan ahli waris",
    heir_hint: "keluarga yang Anda sebut kepada kader, cukup satu kata",
    hub: "Alamat kantor",
    hub_hint: "di tanda terima, sesudah kata Alamat",
    open: "Buka kartu",
    opening: "Bertanya ke kantor…",
    bad_number: "Nomornya 10 huruf dan angka. Cocokkan lagi dengan tanda terima.",
    no_heir: "Isi nama depan ahli waris dulu.",
    no_hub: "Isi alamat kantor dulu. Alamatnya ada di tanda terima.",
    not_found: "Tidak ada yang cocok. Periksa nomor dan nama ahli waris. Baru didaftarkan hari ini? Coba lagi besok.",
    wait: "Sudah beberapa kali belum cocok. Coba lagi besok, atau pindai kodenya.",

    refresh: "Perbarui",
    refreshing: "Bertanya ke kantor…",
    no_news: "Belum ada kabar dari kantor. Kabar datang sendiri bila ada sinyal.",
    unknown_yet: "Kantor belum menerima catatan ini. Mungkin HP kader belum dapat sinyal. Coba lagi besok.",
    unknown_now: "Kantor tidak mengenali kode ini lagi. Yang tampil ini kabar lama. Hubungi kader atau kantor.",
    unknown_heir: "Nama ahli waris di kantor sudah berubah. Yang tampil ini kabar lama. Ketik lagi nomornya dengan nama yang baru, atau pindai kodenya.",
    recorded: "Sudah dicatat kader",
    not_covered: "Anda belum terlindungi. Tunggu kabar dari kantor kabupaten.",

    covered: "Terlindungi",
    not_begun: "Kartu sudah ada, belum mulai berlaku",
    over: "Masa perlindungan sudah habis",
    ended: "Kartu ini sudah dihentikan kantor",
    doubtful: "Kartu ini belum bisa dipastikan. Ketuk Perbarui saat ada sinyal.",
    valid: "Berlaku",
    covers: "Perlindungan",
    kpj: "Nomor peserta (KPJ)",
    code_alt: "Kode QR kartu, untuk dipindai orang lain",
    code_hint: "Tunjukkan kode ini bila ada yang memeriksa. Tanpa sinyal pun bisa.",
    steps: "Perjalanan pendaftaran",
    receipt_number: "Nomor tanda terima",
    no_money: "Tidak ada yang boleh meminta uang. Semua ini gratis.",

    remove: "Hapus dari HP ini",
    remove_sure: "Kartu ini hilang dari HP ini saja; di kantor tetap ada. Untuk melihatnya lagi perlu tanda terima. Hapus?",
    remove_yes: "Ya, hapus",
    remove_no: "Jangan",

    meet: "Kenal kantornya? Pindai kode Payung di papan pengumumannya. Sekali saja, dengan sinyal.",
    lost: "Kartu di HP ini tidak bisa dibuka lagi. Tidak ada yang hilang di kantor. Mulai lagi, lalu pindai tanda terimanya.",
    lost_again: "Mulai lagi",
};

const EN: Worker = Worker {
    who: "Who uses this phone?",
    worker: "I am a worker",
    worker_hint: "See my card and my family's. No PIN.",
    kader: "I am a kader",
    kader_hint: "Enrol people. Needs a code from the office.",
    my_cards: "My cards",

    none: "No card yet. Take the kader's receipt, then tap Add a card.",
    add: "Add a card",
    add_lead: "Take the kader's receipt. One of your family is fine too.",
    scan: "Scan the receipt's code",
    scan_lead: "Point at the code on the receipt",
    scan_other: "This is no receipt's code. Look for the paper or screen that says Receipt.",
    scan_card: "This is a card, no receipt. To check it, choose Check a card.",
    scan_pair: "This code is for a kader's phone. Scan the receipt's code.",
    type_it: "Type the number",
    type_lead: "Needs a signal. Number and address are on the receipt.",
    number: "The receipt's number",
    number_hint: "10 letters and digits, for example K7QM3‑XRD8P",
    heir: "The heir's first name",
    heir_hint: "whom you named to the kader; one word is enough",
    hub: "The office's address",
    hub_hint: "on the receipt, after the word Alamat",
    open: "Open the card",
    opening: "Asking the office…",
    bad_number: "The number has 10 letters and digits. Compare it with the receipt.",
    no_heir: "Fill in the heir's first name first.",
    no_hub: "Fill in the office's address first. It is on the receipt.",
    not_found: "Nothing fits. Check the number and the heir's name. Enrolled today? Try again tomorrow.",
    wait: "It did not fit several times. Try again tomorrow, or scan the code.",

    refresh: "Refresh",
    refreshing: "Asking the office…",
    no_news: "No news from the office yet. It comes by itself once there is a signal.",
    unknown_yet: "The office does not have this record yet. The kader's phone may have no signal. Try again tomorrow.",
    unknown_now: "The office does not know this code any more. What you see is old. Ask the kader or the office.",
    unknown_heir: "The heir's name has changed at the office. What you see is old. Type the number again with the new name, or scan the code.",
    recorded: "Noted by the kader",
    not_covered: "You are not covered yet. Wait for the office.",

    covered: "Covered",
    not_begun: "The card is there, the cover has not begun",
    over: "The cover is over",
    ended: "The office has ended this card",
    doubtful: "This card can't be confirmed yet. Tap Refresh when there is a signal.",
    valid: "Valid",
    covers: "Cover",
    kpj: "Membership number (KPJ)",
    code_alt: "The card's QR code, for others to scan",
    code_hint: "Show this code to whoever checks. It needs no signal.",
    steps: "What has happened",
    receipt_number: "The receipt's number",
    no_money: "Nobody may ask you for money. All of this is free.",

    remove: "Remove from this phone",
    remove_sure: "The card goes from this phone only; the office keeps it. To see it again you need the receipt. Remove?",
    remove_yes: "Yes, remove",
    remove_no: "Keep it",

    meet: "Do you know the office? Scan the Payung code on its notice board. Once is enough, with a signal.",
    lost: "The cards on this phone can't be opened any more. Nothing is lost at the office. Begin anew and scan the receipts.",
    lost_again: "Begin anew",
};

/// In a language.
pub fn worker(lang: Lang) -> &'static Worker {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

/// `1 Desember 2026 sampai 30 November 2027`.
pub fn from_until(lang: Lang, from: Date, until: Date) -> String {
    format!("{} {} {}", lang.date(from), lang.pick("sampai", "until"), lang.date(until))
}

/// `Kabar kantor per 21 November 2026, 14.02`.
pub fn as_of(lang: Lang, time: &str) -> String {
    format!("{} {time}", lang.pick("Kabar kantor per", "The office's news as of"))
}

/// An office that a notice board names is known from now on.
pub fn met(lang: Lang, office: &str) -> String {
    match lang {
        Lang::Id => format!("HP ini sekarang mengenal {office}. Kartunya bisa diperiksa di sini, juga tanpa sinyal."),
        Lang::En => format!("This phone knows {office} now. Its cards can be checked here, without a signal too."),
    }
}

/// `Oleh Bu Siti di Mojodelik, 21 November 2026`.
pub fn recorded_by(lang: Lang, kader: &str, village: &str, day: &str) -> String {
    let place = format!("{} {village}, {day}", lang.pick("di", "in"));
    if kader.is_empty() { place } else { format!("{} {kader} {place}", lang.pick("Oleh", "By")) }
}

/// Why a typed number could not be asked for, and what to do.
pub fn call_failed(lang: Lang, failure: SyncFailure) -> &'static str {
    match failure {
        SyncFailure::NoSignal | SyncFailure::Interrupted => lang.pick(
            "Belum tersambung. Cari tempat bersinyal, dan cocokkan alamat kantornya.",
            "No connection. Find a place with a signal, and compare the office's address.",
        ),
        failure => failed(lang, failure),
    }
}

/// Why the office could not be asked, and what to do.
pub fn failed(lang: Lang, failure: SyncFailure) -> &'static str {
    match failure {
        SyncFailure::NoSignal | SyncFailure::Interrupted => {
            lang.pick("Tanpa sinyal. Yang tampil kabar terakhir.", "No signal. What you see is the last news.")
        }
        SyncFailure::NotTheHub => lang.pick(
            "Yang menjawab bukan kantor. Mungkin Wi-Fi ini minta kata sandi dulu.",
            "It was not the office that answered. This Wi-Fi may want a login first.",
        ),
        SyncFailure::TooMany | SyncFailure::HubTrouble(_) => {
            lang.pick("Kantor sedang sibuk. Coba lagi nanti.", "The office is busy. Try again later.")
        }
        SyncFailure::UpdateApp => lang.pick("Pasang Payung versi baru dulu.", "Update the Payung app first."),
        _ => lang.pick("Belum berhasil. Coba lagi nanti.", "That did not work. Try again later."),
    }
}
