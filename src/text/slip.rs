//! What a person reads on the receipt at the door, and about it.

use payung_device::NoSlip;
use payung_domain::{Cover, Lang};

/// The sentences without a blank to fill.
pub struct Slip {
    pub title: &'static str,
    pub open: &'static str,
    pub number: &'static str,
    pub name: &'static str,
    pub programme: &'static str,
    pub village: &'static str,
    pub saved: &'static str,
    pub kader: &'static str,
    pub office: &'static str,
    pub address: &'static str,
    pub next_title: &'static str,
    pub free: &'static str,
    pub keep: &'static str,
    pub bright: &'static str,
    pub code_label: &'static str,
    pub give: &'static str,
    pub picture: &'static str,
    pub a6: &'static str,
    pub roll: &'static str,
    pub done: &'static str,
    recorded: &'static str,
    not_covered: &'static str,
    no_more: &'static str,
    next: &'static str,
    opens: &'static str,
    old: &'static str,
    not_certified: &'static str,
    on_other_phone: &'static str,
}

/// In a language.
pub fn slip(lang: Lang) -> &'static Slip {
    match lang {
        Lang::Id => &ID,
        Lang::En => &EN,
    }
}

impl Slip {
    /// What counts most: that it is no cover.
    pub fn badge(&self, cover: Cover) -> &'static str {
        match cover {
            Cover::None | Cover::From(_) => self.not_covered,
            Cover::Until(_) => self.recorded,
            Cover::Over(_) => self.no_more,
        }
    }

    /// What happens from here on, and where the card opens: in the app, or on the office's page at this address.
    pub fn next(&self, cover: Cover, lang: Lang, address: &str) -> [String; 2] {
        let now = match (cover, lang) {
            (Cover::None, _) => self.next.to_owned(),
            (Cover::From(day), Lang::Id) => format!("Kartu sudah terbit. Perlindungan mulai {}.", lang.date(day)),
            (Cover::From(day), Lang::En) => format!("The card is there. The cover begins on {}.", lang.date(day)),
            (Cover::Until(day), Lang::Id) => format!("Anda terlindungi sampai {}.", lang.date(day)),
            (Cover::Until(day), Lang::En) => format!("You are covered until {}.", lang.date(day)),
            (Cover::Over(day), Lang::Id) => format!("Masa perlindungan habis {}. Hubungi kader.", lang.date(day)),
            (Cover::Over(day), Lang::En) => format!("The cover ended on {}. Ask the kader.", lang.date(day)),
        };
        [now, self.opens.replace("{}", address)]
    }

    /// Why there is none, and what to do.
    pub fn none(&self, why: NoSlip) -> &'static str {
        match why {
            NoSlip::Old => self.old,
            NoSlip::NotCertified => self.not_certified,
            NoSlip::OnOtherPhone => self.on_other_phone,
        }
    }
}

const ID: Slip = Slip {
    title: "Tanda terima",
    open: "Tanda terima",
    number: "Nomor tanda terima",
    name: "Nama",
    programme: "Program",
    village: "Desa",
    saved: "Dicatat",
    kader: "Kader",
    office: "Kantor",
    address: "Alamat",
    next_title: "Selanjutnya",
    free: "Tidak ada yang boleh meminta uang. Pendaftaran ini gratis.",
    keep: "Simpan baik-baik. Yang memegang kode ini bisa membuka kartu Anda.",
    bright: "Kode sulit terbaca? Terangkan layar.",
    code_label: "Kode tanda terima",
    give: "Berikan kepada pekerja",
    picture: "Kirim gambar",
    a6: "Cetak kertas A6",
    roll: "Cetak struk 58 mm",
    done: "Selesai",
    recorded: "Sudah dicatat",
    not_covered: "Sudah dicatat – belum terlindungi",
    no_more: "Sudah dicatat – tidak terlindungi lagi",
    next: "Kantor kabupaten memeriksa data Anda. Perlindungan mulai pada tanggal di kartu.",
    opens: "Pindai kode ini dengan aplikasi Payung untuk membuka kartu. Tanpa aplikasi: buka {}/kartu. Isi nomor tanda terima dan nama depan ahli waris.",
    old: "Catatan ini disimpan sebelum ada tanda terima. Bila nanti diperbaiki dan disimpan lagi, tanda terimanya langsung ada.",
    not_certified: "HP ini menunggu izin kantor untuk memberi tanda terima. Kirim sekali saat ada sinyal; setelah itu tanda terima muncul di sini. \
                    Catatannya sendiri sudah aman tersimpan.",
    on_other_phone: "Tanda terima orang ini ada di HP Anda yang lain. Tunjukkan dari sana.",
};

const EN: Slip = Slip {
    title: "Receipt",
    open: "Receipt",
    number: "Receipt number",
    name: "Name",
    programme: "Programme",
    village: "Village",
    saved: "Recorded",
    kader: "Kader",
    office: "Office",
    address: "Address",
    next_title: "What happens next",
    free: "Nobody may ask for money. Enrolment is free.",
    keep: "Keep it well. Whoever has this code can open your card.",
    bright: "Is the code hard to read? Turn the brightness up.",
    code_label: "The receipt's code",
    give: "Give it to the worker",
    picture: "Send a picture",
    a6: "Print on A6",
    roll: "Print on a 58 mm roll",
    done: "Done",
    recorded: "Recorded",
    not_covered: "Recorded – not yet covered",
    no_more: "Recorded – no longer covered",
    next: "The regency's office checks your data. The cover begins on the day that the card names.",
    opens: "Scan this code with the Payung app to open the card. Without the app: go to {}/kartu. Type the receipt's number and the heir's first name.",
    old: "This record was saved before there were receipts. Once it is corrected and saved again, it has one.",
    not_certified: "This phone waits for the office's leave to give receipts. Sync once where there is a signal; then the receipt is here. \
                    The record itself is safe.",
    on_other_phone: "This person's receipt is on your other phone. Show it there.",
};
