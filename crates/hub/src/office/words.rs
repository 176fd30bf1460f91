//! States, times and numbers as the office reads them.

use crate::error::HubError;
use crate::rights::Role;
use crate::store::audit::Act;
use crate::store::irregularity::Standing;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use maud::{Markup, PreEscaped, html};
use payung_domain::Lang;
use payung_domain::state::State;
use qrcode::QrCode;
use qrcode::render::svg;

/// Western Indonesian time, where all four regencies lie.
fn here(at: Timestamp) -> jiff::Zoned {
    at.to_zoned(TimeZone::fixed(Offset::constant(7)))
}

/// More than this, in milliseconds, is no slow link.
const CLOCK_IS_WRONG: i64 = 10 * 60_000;

/// `21 November 2026, 09.15 WIB`.
pub fn moment(at: Timestamp) -> String {
    let here = here(at);
    format!("{}, {} WIB", Lang::Id.date(here.date()), here.strftime("%H.%M"))
}

/// When a phone saved something: by its own clock as long as that is about right, else by ours with the phone's beside it.
/// Unix milliseconds, and how far the phone was behind us when it was sent.
pub fn saved(at: i64, clock_offset: Option<i64>) -> String {
    let told = moment(crate::context::moment(at));
    match clock_offset {
        Some(offset) if offset.abs() > CLOCK_IS_WRONG => {
            let here = moment(crate::context::moment(at.saturating_add(offset)));
            format!("sekitar {here} (jam HP salah: {told})")
        }
        _ => format!("{told} (jam HP)"),
    }
}

/// `5 menit lalu`, `kemarin`, `12 hari lalu`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(at).as_secs() / 60;
    let days = (here(now).date() - here(at).date()).get_days();
    match (days, minutes) {
        (_, ..1) => "baru saja".into(),
        (_, 1..60) => format!("{minutes} menit lalu"),
        (0, _) => format!("{} jam lalu", minutes / 60),
        (1, _) => "kemarin".into(),
        (days, _) => format!("{days} hari lalu"),
    }
}

/// `48 detik`, `2 menit 5 detik`, `1 jam 20 menit`; from milliseconds.
pub fn took(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} detik"),
        60..3600 => format!("{} menit {} detik", seconds / 60, seconds % 60),
        _ => format!("{} jam {} menit", seconds / 3600, seconds / 60 % 60),
    }
}

/// `user:sari` as a person reads it.
pub fn actor(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("user", name)) => name.to_owned(),
        Some(("device", _)) => "HP kader".to_owned(),
        _ => "Sistem".to_owned(),
    }
}

/// Who did something, with what the audit calls the command line.
pub fn doer(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("user", "?")) => "tidak dikenal".to_owned(),
        Some(("device", id)) => format!("HP {}", id.get(..8).unwrap_or(id)),
        None if actor == "command" => "Pengelola server".to_owned(),
        _ => self::actor(actor),
    }
}

/// What was done, as the audit log says it. An act that has no words here yet is shown as it is written.
pub fn act(entry: &Act) -> &str {
    match entry.act.as_str() {
        "record.approve" => "Menyetujui",
        "record.return" => "Mengembalikan",
        "record.reject" => "Menolak",
        "record.end" => "Mengakhiri",
        "record.withdraw" => "Membatalkan",
        "record.cover" => "Mencatat perlindungan",
        "cover.mend" => "Memperbaiki jawaban BPJS",
        "verdict.give" => "Memutuskan, masih bisa dibatalkan",
        "verdict.undo" => "Membatalkan keputusan",
        "verdict.lapse" => "Keputusan gugur: catatan berubah",
        "claim.take" => "Mengambil alih pemeriksaan",
        "batch.make" => "Menyiapkan persetujuan sekaligus",
        "batch.look" => "Melihat contoh",
        "batch.give_up" => "Menghentikan persetujuan sekaligus",
        "batch.approve" => "Menyetujui sekaligus",
        "batch.take" => "Disetujui dalam borongan",
        "quota.change" => "Mengubah kuota",
        "list.take" => "Memasukkan daftar",
        "list.bring" => "Mengunggah daftar",
        "export.make" => "Membuat berkas BPJS",
        "export.fetch" => "Mengunduh berkas BPJS",
        "answer.bring" => "Mengunggah jawaban BPJS",
        "answer.take" => "Memasukkan jawaban BPJS",
        "record.bounce" => "Mengembalikan setelah ditolak BPJS",
        "record.again" => "Mengirim lagi ke BPJS",
        "photo.see" => "Melihat foto",
        "photo.ahead" => "Menyiapkan foto berikutnya",
        "irregularity.see" => "Membuka pengaduan",
        "irregularity.look" => "Menangani pengaduan",
        "irregularity.close" => "Menutup pengaduan",
        "irregularity.remove" => "Menghapus pengaduan lama",
        "code.make" => "Membuat kode pemasangan",
        "device.pair" => "HP dipasang",
        "device.block" => "Memblokir HP",
        "village.put" => "Mengatur desa",
        "hub.restore" => "Memulihkan hub dari cadangan",
        "session.begin" => "Masuk",
        "session.end" if entry.actor == entry.subject => "Keluar",
        "session.end" => "Mengeluarkan",
        "session.refuse" => "Ditolak masuk",
        "user.put" => "Mengatur orang",
        "user.add" => "Menambah orang",
        "user.role" => "Mengganti peran",
        "user.password" => "Mengganti kata sandi",
        "user.totp" => "Kode dari HP",
        "user.disable" => "Menutup akun",
        "user.enable" => "Membuka akun",
        other => other,
    }
}

/// A state, a role or a switch before or after an act.
pub fn value(value: &str) -> String {
    let (key, rest) = value.split_once(' ').unwrap_or((value, ""));
    if let Some(role) = Role::from_key(key) {
        return format!("{} {rest}", role.word()).trim().to_owned();
    }
    if let Some(name) = value.strip_prefix("user:") {
        return name.to_owned();
    }
    if let Some(id) = value.strip_prefix("batch:") {
        return format!("borongan {}", id.get(..8).unwrap_or(id));
    }
    let word = match value {
        "received" => "Terkirim",
        "corrected" => "Sudah diperbaiki",
        "needs_correction" => "Perlu diperbaiki",
        "verified" => "Diverifikasi",
        "placed" => "Disetujui",
        "waiting_list" => "Daftar tunggu",
        "active" => "Aktif",
        "ended" => "Berakhir",
        "rejected" => "Ditolak",
        "withdrawn" => "Dibatalkan",
        "approve held" => "disetujui, belum berlaku",
        "return held" => "dikembalikan, belum berlaku",
        "reject held" => "ditolak, belum berlaku",
        "new" => "baru",
        "looking" => "ditangani",
        "closed" => "ditutup",
        "on" => "terpasang",
        "off" => "mati",
        "may sign in" => "bisa masuk",
        "shut out" => "ditutup",
        other => other,
    };
    word.to_owned()
}

/// Icon, word and colour of a state: never the colour alone.
pub fn chip(state: &State) -> Markup {
    let (icon, tone) = match state {
        State::Received => (TICK, "waits"),
        State::Corrected => (PENCIL, "waits"),
        State::NeedsCorrection { .. } => (PENCIL, "warn"),
        State::Verified => (TICKS, "good"),
        State::Placed { .. } => (TICKS, "good"),
        State::Active { .. } => (UMBRELLA, "good"),
        State::WaitingList { .. } => (CLOCK, "plain"),
        State::Rejected { .. } => (CROSS, "refuse"),
        _ => (DOT, "plain"),
    };
    html! {
        span class={ "chip " (tone) } {
            svg viewBox="0 0 16 16" aria-hidden="true" { path d=(icon) {} }
            (state.word(Lang::Id))
            @if let State::WaitingList { rank, .. } = state { " " (rank) }
        }
    }
}

/// How far the office is with a report.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "Baru",
        Standing::Looking => "Ditangani",
        Standing::Closed => "Ditutup",
    }
}

/// The same as a chip.
pub fn standing_chip(standing: Standing) -> Markup {
    let (icon, tone) = match standing {
        Standing::New => (CALL, "warn"),
        Standing::Looking => (CLOCK, "plain"),
        Standing::Closed => (TICK, "good"),
    };
    html! {
        span class={ "chip " (tone) } {
            svg viewBox="0 0 16 16" aria-hidden="true" { path d=(icon) {} }
            (self::standing(standing))
        }
    }
}

const TICK: &str = "M3 8.5l3.5 3.5L13 4.5";
const TICKS: &str = "M1 8.5L4.5 12 11 4.5M8 11l1 1 6-7.5";
const PENCIL: &str = "M3 13l.6-3L11 2.600l2.400 2.400L6 12.400z";
const UMBRELLA: &str = "M2 8a6 6 0 0 1 12 0zM8 8v4.500a1.500 1.500 0 0 1-3 0";
const CLOCK: &str = "M8 2a6 6 0 1 0 .01 0M8 4.500V8l2.500 1.500";
const CROSS: &str = "M4 4l8 8M12 4l-8 8";
const DOT: &str = "M8 7.500v1";
const CALL: &str = "M8 2.500v7M8 13v.5";

/// A QR code as a picture within a page.
pub fn qr(text: &str) -> Result<Markup, HubError> {
    let code = QrCode::new(text).map_err(|_| HubError::Corrupt("a QR code"))?;
    let picture = code.render::<svg::Color>().min_dimensions(240, 240).build();
    // inside a page an SVG has no XML declaration
    Ok(PreEscaped(picture.split_once("?>").map_or(picture.clone(), |(_, svg)| svg.to_owned())))
}

/// The mark of the app.
pub fn mark() -> Markup {
    PreEscaped(include_str!("../../../../assets/icons/payung.svg").to_owned())
}
