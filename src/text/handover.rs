//! What a person reads about records that another phone carries to the office.

use payung_domain::Lang;

/// The sentences without a blank to fill.
pub struct Handover {
    pub title: &'static str,
    pub lead: &'static str,
    pub home_link: &'static str,
    pub settings_link: &'static str,
    pub give: &'static str,
    pub give_nothing: &'static str,
    pub give_code: &'static str,
    pub give_code_hint: &'static str,
    pub give_file: &'static str,
    pub give_file_hint: &'static str,
    pub too_much: &'static str,
    pub take: &'static str,
    pub take_hint: &'static str,
    pub take_code: &'static str,
    pub take_file: &'static str,
    pub taking: &'static str,
    pub back: &'static str,
    pub back_code: &'static str,
    pub back_file: &'static str,
    pub show_lead: &'static str,
    pub show_hint: &'static str,
    pub show_slower: &'static str,
    pub show_faster: &'static str,
    pub done: &'static str,
    pub scan_lead: &'static str,
    pub scan_other: &'static str,
    pub known_already: &'static str,
    pub arrived: &'static str,
    pub not_for_us: &'static str,
    pub not_a_file: &'static str,
}

const ID: Handover = Handover {
    title: "Titip lewat HP lain",
    lead: "HP rusak atau desa tanpa sinyal? HP kader lain bisa membawakan catatan Anda sampai bertemu sinyal. \
           Isinya terkunci: hanya kantor yang bisa membukanya.",
    home_link: "Tanpa sinyal lama? Titip lewat HP lain",
    settings_link: "Titip lewat HP lain",
    give: "Titipkan",
    give_nothing: "Semua sudah terkirim. Tidak ada yang perlu dititipkan.",
    give_code: "Tunjukkan kode",
    give_code_hint: "Teks saja. Foto tetap menunggu di HP ini.",
    give_file: "Kirim sebagai berkas",
    give_file_hint: "Teks dan foto, lewat Bluetooth, WhatsApp, atau kartu memori.",
    too_much: "Terlalu banyak untuk ditunjukkan sebagai kode. Kirim sebagai berkas.",
    take: "Bawakan titipan",
    take_hint: "Titipan kader lain terkirim sendiri begitu HP ini tersambung.",
    take_code: "Pindai kode di HP lain",
    take_file: "Buka berkas",
    taking: "Menyimpan…",
    back: "Bukti untuk pemiliknya",
    back_code: "Tunjukkan bukti",
    back_file: "Kirim bukti sebagai berkas",
    show_lead: "Arahkan kamera HP lain ke kode ini",
    show_hint: "Biarkan kodenya berganti sampai HP lain bergetar.",
    show_slower: "Lebih pelan",
    show_faster: "Lebih cepat",
    done: "Selesai",
    scan_lead: "Arahkan ke kode di HP lain",
    scan_other: "Ini bukan kode titipan. Di HP lain, buka Titip lewat HP lain lalu Tunjukkan kode.",
    known_already: "Titipan ini sudah ada di HP ini.",
    arrived: "Kantor sudah menerima titipan Anda.",
    not_for_us: "Bukti ini untuk HP lain.",
    not_a_file: "Ini bukan berkas titipan yang utuh. Minta dikirim sekali lagi.",
};

const EN: Handover = Handover {
    title: "Hand over to another phone",
    lead: "A broken phone, or a village without a signal? Another kader's phone can carry your records until it finds a signal. \
           They are sealed: only the office can open them.",
    home_link: "No signal for long? Hand over to another phone",
    settings_link: "Hand over to another phone",
    give: "Hand over",
    give_nothing: "Everything was sent. There is nothing to hand over.",
    give_code: "Show codes",
    give_code_hint: "Text only. Photos go on waiting on this phone.",
    give_file: "Send as a file",
    give_file_hint: "Text and photos, by Bluetooth, WhatsApp or a memory card.",
    too_much: "Too much to be shown as codes. Send it as a file.",
    take: "Carry for others",
    take_hint: "What you carry is sent by itself once this phone is connected.",
    take_code: "Scan the codes on the other phone",
    take_file: "Open a file",
    taking: "Saving…",
    back: "Receipts for the owners",
    back_code: "Show the receipts",
    back_file: "Send the receipts as a file",
    show_lead: "Point the other phone's camera at this code",
    show_hint: "Let the codes go round until the other phone vibrates.",
    show_slower: "Slower",
    show_faster: "Faster",
    done: "Done",
    scan_lead: "Point at the codes on the other phone",
    scan_other: "This is no handed-over code. On the other phone open Hand over, then Show codes.",
    known_already: "This phone carries these already.",
    arrived: "The office has received what you handed over.",
    not_for_us: "These receipts are for another phone.",
    not_a_file: "This is no whole file of Payung. Ask for it once more.",
};

/// The sentences of a language.
pub fn handover(lang: Lang) -> &'static Handover {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

/// `3 catatan dan 2 foto menunggu`.
pub fn waiting(lang: Lang, records: u32, photos: u32) -> String {
    let count = |count: u32, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [count(records, lang.pick("catatan", "records")), count(photos, lang.pick("foto", "photos"))];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{} {}", parts.join(lang.pick(" dan ", " and ")), lang.pick("belum terkirim", "not sent yet"))
}

/// `2 titipan menunggu sinyal`.
pub fn carried(lang: Lang, parcels: u32) -> String {
    format!("{parcels} {}", lang.pick("titipan menunggu sinyal", "handed over to this phone, waiting for a signal"))
}

/// What the hub can't take.
pub fn refused(lang: Lang, parcels: u32) -> String {
    let rest = lang.pick(
        "titipan tidak bisa dibuka kantor. Minta pemiliknya menghubungi kantor.",
        "can't be opened by the office. Ask their owner to call the office.",
    );
    format!("{parcels} {rest}")
}

/// What the hub has answered.
pub fn answered(lang: Lang, parcels: u32) -> String {
    let rest = lang.pick(
        "titipan sudah diterima kantor. Tunjukkan buktinya kepada pemilik, supaya di HP-nya juga tampak terkirim.",
        "were received by the office. Show the receipts to their owners, so that their phones know it too.",
    );
    format!("{parcels} {rest}")
}

/// `3 titipan disimpan`.
pub fn taken(lang: Lang, parcels: usize) -> String {
    format!(
        "{parcels} {}",
        lang.pick("titipan disimpan. Terkirim begitu ada sinyal.", "kept. Sent once there is a signal.")
    )
}

/// `5 dari 16 kode`.
pub fn codes_seen(lang: Lang, have: usize, of: usize) -> String {
    format!("{have} {} {of} {}", lang.pick("dari", "of"), lang.pick("kode", "codes"))
}

/// `Kode 5 dari 16`.
pub fn code_shown(lang: Lang, number: usize, of: usize) -> String {
    format!("{} {number} {} {of}", lang.pick("Kode", "Code"), lang.pick("dari", "of"))
}
