//! What each column of a file is: guessed from its headings, corrected by a person, remembered for the next time.

use super::table::{Cell, EachRow, Head, Stop};
use crate::hub::Hub;
use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $label:literal, [$($words:literal),*];)+) => {
        /// What a column is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Column { $($(#[$doc])* #[serde(rename = $key)] $name,)+ }

        impl Column {
            /// Every one, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As forms and plans have it.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }

            /// As a person reads it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }

            /// Headings of it, folded. The first that a heading holds as a whole counts most, then a part.
            fn words(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($words),*]),+ }
            }
        }
    };
}

columns! {
    /// Sixteen digits.
    Nik = "nik", "NIK", ["nik", "no nik", "nomor nik", "no ktp", "nomor ktp", "nomor induk kependudukan", "nik ktp", "noktp"];
    /// The person's name.
    Name = "name", "Nama", ["nama", "nama lengkap", "nama peserta", "nama pekerja", "nama tenaga kerja", "nama penerima", "nama kepala keluarga"];
    /// A village's name or code.
    Village = "village", "Desa (nama atau kode)", ["kode desa", "kode kelurahan", "kode kemendagri", "kd desa", "kode wilayah", "desa", "nama desa", "desa kelurahan", "kelurahan", "kel desa", "nama kelurahan"];
    /// A district's name, where a village's name is not enough.
    District = "district", "Kecamatan", ["kecamatan", "nama kecamatan", "kec"];
    /// Street or hamlet.
    Address = "address", "Alamat", ["alamat", "alamat lengkap", "alamat ktp", "dusun", "jalan"];
    /// Both in one.
    RtRw = "rt_rw", "RT/RW", ["rt rw", "rtrw"];
    /// One of them.
    Rt = "rt", "RT", ["rt", "no rt"];
    /// The other.
    Rw = "rw", "RW", ["rw", "no rw"];
    /// Decile of welfare.
    Decile = "decile", "Desil kesejahteraan", ["desil", "desil kesejahteraan", "desil nasional", "desil p3ke", "decile"];
    /// Yes, no or which.
    Disability = "disability", "Disabilitas", ["disabilitas", "penyandang disabilitas", "difabel", "jenis disabilitas"];
    /// Of an answer: the number of the membership.
    Kpj = "kpj", "KPJ (nomor peserta)", ["kpj", "no kpj", "nomor kpj", "nomor peserta", "no peserta", "nomor kartu", "no kartu"];
    /// Of an answer: the first day.
    From = "from", "Tanggal mulai", ["tanggal mulai", "tgl mulai", "tanggal kepesertaan", "tgl kepesertaan", "tanggal efektif", "tmt", "mulai", "tgl efektif", "tanggal aktif"];
    /// Of an answer: why not.
    Refusal = "refusal", "Alasan penolakan", ["alasan", "alasan penolakan", "keterangan", "alasan tolak", "keterangan penolakan", "catatan", "ket"];
    /// Of an answer: yes or no in a word.
    Status = "status", "Status (diterima/ditolak)", ["status", "hasil", "status data", "status pendaftaran"];
}

impl Column {
    /// What a list may have.
    pub const OF_LIST: &'static [Self] = &[
        Self::Nik,
        Self::Name,
        Self::Village,
        Self::District,
        Self::Address,
        Self::RtRw,
        Self::Rt,
        Self::Rw,
        Self::Decile,
        Self::Disability,
    ];
    /// What an answer may have.
    pub const OF_ANSWER: &'static [Self] = &[Self::Nik, Self::Kpj, Self::From, Self::Refusal, Self::Status];

    /// The choices for a kind of import.
    pub fn of_kind(kind: &str) -> &'static [Self] {
        if kind == "answer" { Self::OF_ANSWER } else { Self::OF_LIST }
    }

    /// The column of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.key() == key)
    }
}

/// What each column is, and what stands in none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// For each heading what it is, if it is of use.
    pub columns: Vec<Option<Column>>,
    /// Of a list: the village of rows that name none.
    pub village: String,
    /// Of an answer: the first day where a row has none, 2026-12-01.
    pub from: String,
}

impl Plan {
    /// A cell of a row.
    pub fn cell<'a>(&self, row: &'a [Cell], wanted: Column) -> Option<&'a Cell> {
        let index = self.columns.iter().position(|column| *column == Some(wanted))?;
        row.get(index).filter(|cell| !cell.text.is_empty())
    }

    /// A cell's text; empty where there is none.
    pub fn text<'a>(&self, row: &'a [Cell], wanted: Column) -> &'a str {
        self.cell(row, wanted).map_or("", |cell| cell.text.as_str())
    }

    /// Whether one of the columns is this.
    pub fn has(&self, wanted: Column) -> bool {
        self.columns.contains(&Some(wanted))
    }

    /// The heading of a column.
    pub fn heading<'a>(&self, head: &'a Head, wanted: Column) -> &'a str {
        let index = self.columns.iter().position(|column| *column == Some(wanted));
        index.and_then(|index| head.headings.get(index)).map_or("", String::as_str)
    }
}

/// Letters and digits in lower case with single blanks between: `No. KTP/NIK` is `no ktp nik`.
pub fn folded(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How well a heading fits; smaller is better. An equal word first, then a heading that begins with one.
fn fit(heading: &str, column: Column) -> Option<usize> {
    let words = column.words();
    let equal = words.iter().position(|word| heading == *word);
    let starts = || words.iter().position(|word| heading.starts_with(&format!("{word} "))).map(|at| at + 100);
    equal.or_else(starts)
}

/// What the columns may be, judged by their headings. No two are the same.
pub fn guess(kind: &str, headings: &[String]) -> Vec<Option<Column>> {
    let folded: Vec<String> = headings.iter().map(|heading| folded(heading)).collect();
    let mut fits: Vec<(usize, usize, Column)> = Vec::new();
    for (index, heading) in folded.iter().enumerate() {
        for &column in Column::of_kind(kind) {
            fits.extend(fit(heading, column).map(|fit| (fit, index, column)));
        }
    }
    fits.sort_by_key(|&(fit, index, _)| (fit, index));
    let mut guessed = vec![None; headings.len()];
    for (_, index, column) in fits {
        if guessed[index].is_none() && !guessed.contains(&Some(column)) {
            guessed[index] = Some(column);
        }
    }
    guessed
}

/// Headings are among the first so many rows: a village writes its own name above.
const HEAD_WITHIN: usize = 15;
/// Rows that a person sees below the headings.
const EXAMPLES: usize = 4;

/// Finds the headings, and the first rows below.
pub fn head(hub: &Hub, file: &str, kind: &str) -> Result<Head, Stop> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    let mut each = |line: u32, cells: &[Cell]| {
        rows.push((line, cells.iter().map(|cell| cell.text.clone()).collect()));
        Ok(rows.len() < HEAD_WITHIN + EXAMPLES)
    };
    let each: &mut EachRow = &mut each;
    super::table::each_row(hub, file, each)?;
    let known = |row: &[String]| guess(kind, row).iter().flatten().count();
    let best =
        rows.iter().take(HEAD_WITHIN).enumerate().max_by_key(|(index, (_, row))| (known(row), usize::MAX - index));
    let Some((at, _)) = best else { return Err(Stop::Unreadable(super::table::Unreadable::Empty)) };
    let mut rest = rows.split_off(at);
    let (line, headings) = rest.remove(0);
    let examples = rest.into_iter().take(EXAMPLES).map(|(_, row)| row).collect();
    Ok(Head { line, headings, examples })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(kind: &str, headings: &[&str]) -> Vec<&'static str> {
        let headings: Vec<String> = headings.iter().map(|text| (*text).to_owned()).collect();
        guess(kind, &headings).into_iter().map(|column| column.map_or("", Column::key)).collect()
    }

    #[test]
    fn headings_are_known_however_an_office_writes_them() {
        assert_eq!(
            guessed(
                "list",
                &["No.", "NIK", "Nama Lengkap", "Kode Desa", "Desa", "KECAMATAN", "Alamat", "RT/RW", "Desil"]
            ),
            ["", "nik", "name", "village", "", "district", "address", "rt_rw", "decile"]
        );
        assert_eq!(
            guessed("list", &["Nama Ibu Kandung", "NO. KTP", "Nama", "Kel/Desa", "RT", "RW", "Penyandang Disabilitas"]),
            ["", "nik", "name", "village", "rt", "rw", "disability"]
        );
        assert_eq!(
            guessed("answer", &["No", "NIK", "Nama", "No. KPJ", "TMT", "Keterangan"]),
            ["", "nik", "", "kpj", "from", "refusal"]
        );
    }
}
