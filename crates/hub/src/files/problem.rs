//! Why a row can't be taken, and what to do about it.

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $wrong:literal, $todo:literal;)+) => {
        /// Why a row can't be taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Problem { $($(#[$doc])* $name,)+ }

        impl Problem {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As the database has it.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }

            /// What is wrong; `{}` is where the detail belongs.
            fn wrong(self) -> &'static str {
                match self { $(Self::$name => $wrong),+ }
            }

            /// What to do.
            pub fn todo(self) -> &'static str {
                match self { $(Self::$name => $todo),+ }
            }
        }
    };
}

problems! {
    /// The cell is empty.
    NikMissing = "nik_missing", "NIK kosong", "Isi NIK dari KTP atau KK.";
    /// `3.52E+15`.
    NikExponent = "nik_exponent", "NIK rusak oleh Excel: sebagian angkanya hilang",
        "Tidak bisa dipulihkan. Ambil NIK dari berkas asli atau KTP, dengan kolom berjenis teks.";
    /// A number that ends in 0.
    NikCut = "nik_cut", "NIK tersimpan sebagai angka dan berakhiran 0: Excel mungkin memotong angka terakhir",
        "Cocokkan dengan KTP, lalu ketik sebagai teks.";
    /// Fewer than 16.
    NikShort = "nik_short", "NIK kurang dari 16 angka", "Lengkapi dari KTP atau KK. Angka yang hilang tidak bisa ditebak.";
    /// More than 16.
    NikLong = "nik_long", "NIK lebih dari 16 angka", "Periksa apakah ada angka yang terketik dua kali.";
    /// A letter that looks like a digit.
    NikLetter = "nik_letter", "Ada huruf yang mirip angka dalam NIK (O, I, B atau S)", "Ganti hurufnya dengan angka.";
    /// Something else.
    NikStrange = "nik_strange", "Isi kolom NIK bukan angka", "Isi dengan 16 angka dari KTP.";
    /// No such day.
    NikDate = "nik_date", "Tanggal lahir di dalam NIK tidak ada", "Cocokkan angka ke-7 sampai ke-12 dengan KTP.";
    /// 0000.
    NikSerial = "nik_serial", "NIK berakhiran 0000: empat angka terakhirnya hilang", "Ambil NIK dari KTP atau KK.";
    /// The same NIK stands above.
    Double = "double", "NIK ini sudah ada di baris {}", "Hapus salah satu, atau perbaiki bila orangnya berbeda.";
    /// No name.
    NameMissing = "name_missing", "Nama kosong", "Isi nama seperti pada KTP.";
    /// No village.
    VillageMissing = "village_missing", "Desa kosong", "Isi nama atau kode desanya.";
    /// No such village in the regency.
    VillageUnknown = "village_unknown", "Desa tidak dikenal di kabupaten program ini",
        "Periksa ejaannya, atau isi kode Kemendagri desanya.";
    /// Several villages have the name.
    VillageTwice = "village_twice", "Ada {} desa dengan nama ini", "Isi kolom kecamatan atau kode desa.";
    /// The programme does not pay for it.
    VillageNotPaid = "village_not_paid", "Program ini tidak berlaku untuk desa atau kelurahan ini",
        "Keluarkan baris ini, atau pilih program lain.";
    /// Not the village of who brings the list.
    VillageOther = "village_other", "Baris ini milik desa lain", "Anda hanya bisa memasukkan daftar desa sendiri.";
    /// Not 1 to 10.
    Decile = "decile", "Desil bukan angka 1 sampai 10", "Perbaiki, atau kosongkan bila tidak diketahui.";
    /// Of an answer: not in that file.
    NotAsked = "not_asked", "NIK ini tidak ada dalam berkas ekspor nomor {}", "Periksa apakah jawaban ini untuk ekspor yang lain.";
    /// Neither number nor refusal.
    NoAnswer = "no_answer", "Tidak ada KPJ dan tidak ada alasan penolakan", "Belum dijawab BPJS; masukkan lagi bila sudah ada.";
    /// A number and a refusal.
    BothAnswers = "both_answers", "Ada KPJ dan juga alasan penolakan", "Tanyakan BPJS mana yang benar.";
    /// Not 11 characters.
    KpjStrange = "kpj_strange", "KPJ bukan 11 angka atau huruf", "Ambil dari berkas asli BPJS, dengan kolom berjenis teks.";
    /// Another number was told before.
    KpjOther = "kpj_other", "Orang ini sudah punya KPJ lain dari jawaban sebelumnya",
        "Tanyakan BPJS mana yang berlaku. Bila yang baru, perbaiki di halaman catatannya.";
    /// Somebody else has it.
    KpjTwice = "kpj_twice", "KPJ ini sudah dipakai orang lain", "Tanyakan BPJS; satu nomor untuk satu orang.";
    /// No first day.
    DateMissing = "date_missing", "Tanggal mulai kosong atau tidak terbaca", "Isi seperti 01-12-2026, atau isi tanggal untuk semua baris.";
    /// Years away.
    DateFar = "date_far", "Tanggal mulai lebih dari setahun dari hari ini", "Periksa tahunnya.";
    /// Other dates were told before.
    DateOther = "date_other", "Orang ini sudah tercatat dengan tanggal mulai lain",
        "Tanyakan BPJS mana yang berlaku. Bila yang baru, perbaiki di halaman catatannya.";
    /// Not placed any more.
    NotPlaced = "not_placed", "Orang ini sekarang berstatus {}", "Buka catatannya. Jawaban BPJS tidak mengubah apa pun.";
    /// Refused before, covered now, or the other way.
    AnsweredOtherwise = "answered_otherwise", "Jawaban sebelumnya berbeda", "Tanyakan BPJS mana yang berlaku. Yang lama tetap tercatat.";
}

impl Problem {
    /// From the database.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|problem| problem.key() == key)
    }

    /// What is wrong, with the detail in its place.
    pub fn sentence(self, detail: &str) -> String {
        self.wrong().replace("{}", detail)
    }
}
