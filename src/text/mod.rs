//! Every sentence that the screens show, in both languages. Sentences about the field's own things (a NIK, a state, a
//! failure) live with those things, so that the hub says the same.

pub mod card;
mod en;
pub mod handover;
pub mod help;
mod id;
pub mod reminders;
pub mod slip;
pub mod visits;
pub mod worker;

use payung_device::{Report, Trigger};
use payung_domain::enrolment::PhotoFault;
use payung_domain::{Lang, Rupiah};

/// The sentences without a blank to fill.
pub struct Text {
    /// The app's name and what it is for.
    pub tagline: &'static str,
    pub tab_home: &'static str,
    pub tab_records: &'static str,
    pub tab_settings: &'static str,
    pub back: &'static str,
    pub next: &'static str,
    pub close: &'static str,
    pub loading: &'static str,
    pub store_trouble: &'static str,

    pub pair_title: &'static str,
    pub pair_lead: &'static str,
    pub pair_scan: &'static str,
    pub pair_hub: &'static str,
    pub pair_hub_hint: &'static str,
    pub pair_code: &'static str,
    pub pair_code_hint: &'static str,
    pub pair_incomplete: &'static str,
    pub pair_not_a_link: &'static str,
    pub pair_code_unknown: &'static str,
    pub pair_code_used: &'static str,
    pub pair_code_expired: &'static str,
    pub pair_wrong_hub: &'static str,
    pub pair_other_village: &'static str,
    pub pair_no_signal: &'static str,
    pub pair_again: &'static str,
    pub pairing: &'static str,
    pub pair_go: &'static str,

    pub pin_new: &'static str,
    pub pin_new_hint: &'static str,
    pub pin_repeat: &'static str,
    pub pin_short: &'static str,
    pub pin_differs: &'static str,
    pub pin_enter: &'static str,
    pub pin_lead: &'static str,
    pub pin_wrong: &'static str,
    pub pin_open: &'static str,
    pub pin_opening: &'static str,

    pub home_enrol: &'static str,
    pub home_places_left: &'static str,
    pub home_to_send: &'static str,
    pub home_on_phone: &'static str,
    pub home_needs_me: &'static str,
    pub home_drafts: &'static str,
    pub home_first: &'static str,
    pub home_no_name: &'static str,
    pub home_no_quota: &'static str,

    pub sync_now: &'static str,
    pub sync_running: &'static str,
    pub sync_never: &'static str,
    pub sync_journal: &'static str,
    pub sync_nothing: &'static str,

    pub steps: [&'static str; 5],
    pub enrol_discard: &'static str,
    pub enrol_discard_sure: &'static str,
    pub enrol_discard_yes: &'static str,
    pub enrol_keep: &'static str,

    pub card_lead: &'static str,
    pub photo_take: &'static str,
    pub photo_gallery: &'static str,
    pub photo_again: &'static str,
    pub photo_working: &'static str,
    pub photo_stored: &'static str,
    pub photo_alt: &'static str,
    pub photo_frame: &'static str,
    pub photo_shoot: &'static str,
    pub photo_cropped: &'static str,
    pub photo_whole: &'static str,
    pub photo_keep: &'static str,
    pub photo_keep_why: &'static str,
    pub photo_also: &'static str,
    pub photo_not_a_picture: &'static str,
    pub photo_broken: &'static str,
    pub photo_too_big: &'static str,
    pub photo_not_stored: &'static str,
    pub scan_code: &'static str,
    pub scan_lead: &'static str,
    pub scan_office: &'static str,
    pub scan_other: &'static str,
    pub scan_kk: &'static str,
    pub scan_ikd: &'static str,
    pub scan_type: &'static str,
    pub scan_found: &'static str,
    pub torch: &'static str,
    pub camera_again: &'static str,
    pub camera_refused: &'static str,
    pub camera_absent: &'static str,
    pub camera_busy: &'static str,
    pub nik_hint: &'static str,
    pub nik_from_code: &'static str,
    pub nik_from_print: &'static str,
    pub nik_doubtful: &'static str,
    pub nik_line_alt: &'static str,
    pub nik_differs: &'static str,
    pub nik_take: &'static str,

    pub name_hint: &'static str,
    pub date_hint: &'static str,
    pub address_hint: &'static str,
    pub optional: &'static str,
    pub phone_hint: &'static str,
    pub position_note: &'static str,
    pub position_searching: &'static str,
    pub position_none: &'static str,
    pub male: &'static str,
    pub female: &'static str,

    pub search: &'static str,
    pub change: &'static str,
    pub last_used: &'static str,
    pub role_lead: &'static str,
    pub role_none: &'static str,
    pub source_none: &'static str,
    pub workplace_hint: &'static str,

    pub heir_lead: &'static str,
    pub consent_title: &'static str,
    pub consent_read: &'static str,
    pub consent_how: &'static str,

    pub consent_refused: &'static str,
    pub to_check: &'static str,
    pub pair_bad_address: &'static str,
    pub check_lead: &'static str,
    pub check_problems: &'static str,
    pub check_warnings: &'static str,
    pub check_ineligible: &'static str,
    pub check_reason_hint: &'static str,
    pub check_save: &'static str,
    pub check_saving: &'static str,
    pub check_duplicate: &'static str,
    pub check_elsewhere: &'static str,
    pub conflict_title: &'static str,
    pub conflict_lead: &'static str,
    pub conflict_here: &'static str,
    pub conflict_office: &'static str,
    pub conflict_take: &'static str,
    pub check_open_other: &'static str,
    pub check_decided: &'static str,

    pub records_search: &'static str,
    pub records_none: &'static str,
    pub records_not_found: &'static str,
    pub record_kept: &'static str,
    pub record_saved: &'static str,
    pub record_give_up: &'static str,
    pub record_correct: &'static str,
    pub record_timeline: &'static str,
    pub record_comments: &'static str,
    pub record_data: &'static str,
    pub record_as_of: &'static str,
    pub record_in_line: &'static str,
    pub record_hurry: &'static str,

    pub settings_language: &'static str,
    pub settings_theme: &'static str,
    pub theme_system: &'static str,
    pub theme_sunlight: &'static str,
    pub settings_office: &'static str,
    pub settings_sending: &'static str,
    pub settings_photos: &'static str,
    pub photos_always: &'static str,
    pub photos_wifi: &'static str,
    pub settings_price: &'static str,
    pub settings_price_hint: &'static str,
    pub settings_lock: &'static str,
    pub settings_about: &'static str,
    pub settings_regions: &'static str,
}

/// The sentences of a language.
pub fn text(lang: Lang) -> &'static Text {
    match lang {
        Lang::Id => &id::TEXT,
        Lang::En => &en::TEXT,
    }
}

/// `2 dari 5`.
pub fn step_of(lang: Lang, step: usize, steps: usize) -> String {
    format!("{step} {} {steps}", lang.pick("dari", "of"))
}

/// `dari 250 tempat`.
pub fn of_places(lang: Lang, quota: u32) -> String {
    match lang {
        Lang::Id => format!("dari {quota} tempat"),
        Lang::En => format!("of {quota} places"),
    }
}

/// `3 orang di daftar tunggu`.
pub fn on_waiting_list(lang: Lang, waiting: u32) -> String {
    match lang {
        Lang::Id => format!("{waiting} orang di daftar tunggu"),
        Lang::En => format!("{waiting} people on the waiting list"),
    }
}

/// What to do about a photo, so that the next one is better.
pub fn advice(lang: Lang, fault: PhotoFault) -> &'static str {
    match fault {
        PhotoFault::NoCard => lang.pick(
            "KTP tidak terlihat utuh. Letakkan di alas polos, keempat sudutnya di dalam bingkai, lalu foto dari atas.",
            "The KTP is not seen as a whole. Lay it on something plain, all four corners inside the frame.",
        ),
        PhotoFault::CutOff => lang.pick(
            "KTP terpotong. Mundur sedikit sampai keempat sudutnya terlihat.",
            "The KTP is cut off. Move back until all four corners are seen.",
        ),
        PhotoFault::TooSmall => lang.pick(
            "KTP terlalu jauh. Dekatkan HP sampai KTP memenuhi bingkai.",
            "The KTP is too far away. Move closer until it fills the frame.",
        ),
        PhotoFault::TooDark => lang.pick(
            "Terlalu gelap. Pindah ke dekat jendela, atau nyalakan senter.",
            "Too dark. Move to a window, or switch the torch on.",
        ),
        PhotoFault::Glare => lang.pick(
            "Tulisan tertutup pantulan cahaya. Miringkan KTP sedikit, atau matikan senter.",
            "Light is mirrored over the print. Tilt the KTP a little, or switch the torch off.",
        ),
        PhotoFault::Shaken => lang.pick(
            "Foto goyang. Pegang HP dengan dua tangan dan tahan sebentar.",
            "The photo is shaken. Hold the phone with both hands, and hold still.",
        ),
        PhotoFault::Blurred => lang.pick(
            "Foto tidak fokus. Ketuk KTP di layar dan tunggu sampai tulisannya tajam.",
            "Out of focus. Tap the KTP on the screen and wait until the print is sharp.",
        ),
        PhotoFault::UpsideDown => {
            lang.pick("KTP terbalik. Putar KTP sampai tulisannya tegak.", "The KTP is upside down. Turn it round.")
        }
        PhotoFault::Mirrored => lang.pick(
            "Gambarnya seperti di cermin. Pakai kamera belakang HP.",
            "The picture is mirrored. Use the camera at the back of the phone.",
        ),
        PhotoFault::Photocopy => lang.pick(
            "Ini seperti fotokopi. Foto KTP yang asli bila ada.",
            "This looks like a photocopy. Photograph the original if it is there.",
        ),
        PhotoFault::Screen => lang.pick(
            "Ini seperti foto dari layar. Foto KTP yang asli bila ada.",
            "This looks like a photo of a screen. Photograph the original if it is there.",
        ),
    }
}

/// `3 foto belum terkirim`.
pub fn photos_to_send(lang: Lang, photos: u32) -> String {
    match lang {
        Lang::Id => format!("{photos} foto belum terkirim"),
        Lang::En => format!("{photos} photos not sent yet"),
    }
}

/// `Lokasi tercatat, teliti sampai 12 m`.
pub fn position_taken(lang: Lang, metres: f64) -> String {
    match lang {
        Lang::Id => format!("Lokasi tercatat, ketelitian sekitar {metres:.0} m"),
        Lang::En => format!("Position noted, within {metres:.0} m"),
    }
}

/// Until when no PIN is taken.
pub fn pin_wait(lang: Lang, time: &str) -> String {
    match lang {
        Lang::Id => format!("PIN belum cocok beberapa kali. Coba lagi pukul {time}."),
        Lang::En => format!("Too many wrong PINs. Try again at {time}."),
    }
}

/// How a sync went; what did not happen is left out: `12 dari 14 catatan terkirim, 3 foto menunggu Wi-Fi`.
pub fn sync_done(lang: Lang, report: &Report) -> String {
    let sent = |sent: u32, left: u32, what: &str| match (sent, left) {
        (0, 0) => String::new(),
        (sent, 0) => format!("{sent} {what}"),
        (sent, left) => format!("{sent} {} {} {what}", lang.pick("dari", "of"), sent + left),
    };
    let photos_left = if report.waits_for_wifi { 0 } else { report.photos_left };
    let mut parts = vec![
        sent(report.records_sent, report.records_left, lang.pick("catatan terkirim", "records sent")),
        sent(report.photos_sent, photos_left, lang.pick("foto terkirim", "photos sent")),
        sent(report.changes, 0, lang.pick("kabar dari kantor", "answers from the office")),
    ];
    if report.waits_for_wifi {
        parts.push(waits_for_wifi(lang, report.photos_left));
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() { text(lang).sync_nothing.to_owned() } else { parts.join(", ") }
}

/// What made a sync begin.
pub fn trigger(lang: Lang, trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Start => lang.pick("aplikasi dibuka", "app opened"),
        Trigger::Saved => lang.pick("setelah menyimpan", "after saving"),
        Trigger::Online => lang.pick("sinyal kembali", "signal returned"),
        Trigger::Resumed => lang.pick("aplikasi dilihat lagi", "app looked at again"),
        Trigger::Timer => lang.pick("otomatis", "by itself"),
        Trigger::Hand => lang.pick("Anda minta", "you asked"),
    }
}

/// `3 foto menunggu Wi-Fi`.
pub fn waits_for_wifi(lang: Lang, photos: u32) -> String {
    match lang {
        Lang::Id => format!("{photos} foto menunggu Wi-Fi"),
        Lang::En => format!("{photos} photos wait for Wi-Fi"),
    }
}

/// `Dicoba lagi pukul 14.02.`
pub fn next_try(lang: Lang, time: &str) -> String {
    match lang {
        Lang::Id => format!("Dicoba lagi pukul {time}."),
        Lang::En => format!("Next try at {time}."),
    }
}

/// `340 kB, kira-kira Rp4`: what is to be sent, and what it costs at so many rupiah a megabyte.
pub fn cost(lang: Lang, bytes: u64, rupiah_per_mb: u32) -> String {
    let rupiah = Rupiah((bytes * u64::from(rupiah_per_mb)).div_ceil(1_000_000));
    let about = lang.pick("kira-kira", "about");
    match bytes.div_ceil(1_000) {
        kilobytes @ ..1_000 => format!("{kilobytes} kB, {about} {rupiah}"),
        kilobytes => {
            let megabytes = format!("{:.1}", kilobytes as f64 / 1_000.0);
            format!("{} MB, {about} {rupiah}", lang.pick(&megabytes.replace('.', ","), &megabytes))
        }
    }
}

/// `Tempat ke-212 dari 250 disiapkan untuknya`.
pub fn place_promised(lang: Lang, place: u32, quota: u32) -> String {
    match lang {
        Lang::Id => format!("Tempat ke-{place} dari {quota} disiapkan untuknya. Kantor yang memutuskan."),
        Lang::En => format!("Place {place} of {quota} is kept for this person. The office decides."),
    }
}

/// `12 tempat bisa dijanjikan tanpa sinyal`.
pub fn places_to_promise(lang: Lang, places: usize) -> String {
    match lang {
        Lang::Id => format!("{places} tempat bisa dijanjikan tanpa sinyal"),
        Lang::En => format!("{places} can be promised without a signal"),
    }
}

/// `Terakhir tersambung 14.02`.
pub fn last_sync(lang: Lang, time: &str) -> String {
    match lang {
        Lang::Id => format!("Terakhir tersambung {time}"),
        Lang::En => format!("Last connected {time}"),
    }
}

/// What the NIK says of its holder.
pub fn nik_says(lang: Lang, sex: &str, born: &str, region: &str) -> String {
    match lang {
        Lang::Id => format!("{sex}, lahir {born}, terdaftar di {region}"),
        Lang::En => format!("{sex}, born {born}, registered in {region}"),
    }
}
