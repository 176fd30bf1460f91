//! What a code on a card is.
//!
//! One that must not be kept loses its text here, before anybody sees it.

use crate::classify;
use payung_domain::Nik;
use std::fmt;

/// A code that was read. Debug shows neither text nor number.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// The symbology.
    pub format: CodeFormat,
    /// What it says; empty for [`CodeKind::KkLink`] and [`CodeKind::IkdLink`], which must not be kept.
    pub text: String,
    /// What that means.
    pub kind: CodeKind,
}

/// The symbologies that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeFormat {
    /// QR code.
    QrCode,
    /// PDF417.
    Pdf417,
    /// Code 128.
    Code128,
    /// Code 39: no check digit.
    Code39,
    /// Data Matrix.
    DataMatrix,
    /// Aztec.
    Aztec,
    /// EAN-13, and UPC-A as an EAN-13 that begins with 0.
    Ean13,
    /// EAN-8.
    Ean8,
    /// UPC-E.
    UpcE,
    /// Interleaved 2 of 5: no check digit.
    Itf,
}

/// What a code's text is.
#[derive(Clone, PartialEq, Eq)]
pub enum CodeKind {
    /// Sixteen digits of the NIK's structure, alone or inside the text.
    ///
    /// The number of a KK (family card) has the same structure, with the day of issue in place of the birth date; a
    /// bare number cannot tell which it is, so the app shows it beside the card before it is taken over.
    Nik(Nik),
    /// Number on a card of BPJS Ketenagakerjaan: 11 characters `[0-9A-Z]`, at least one of them a digit.
    Kpj(String),
    /// Number on a health card: 13 digits. Not a KPJ.
    Kis(String),
    /// Link of a KK or another paper of Dukcapil, behind a captcha: recognised, its payload dropped.
    KkLink,
    /// Link of a digital identity (IKD), valid for 90 s: recognised, its payload dropped.
    IkdLink,
    /// One of our own, without the leading `payung:` or `PAYUNG:`; not verified here.
    Payung(String),
    /// Anything else.
    Other,
}

impl Code {
    /// A code that has been read; the text of a link that must not be kept goes no further.
    pub(crate) fn new(format: CodeFormat, text: String) -> Self {
        let kind = match format {
            // goods, whatever their number looks like
            CodeFormat::Ean13 | CodeFormat::Ean8 | CodeFormat::UpcE => CodeKind::Other,
            _ => classify(&text),
        };
        match kind {
            CodeKind::KkLink | CodeKind::IkdLink => Code { format, text: String::new(), kind },
            _ => Code { format, text, kind },
        }
    }
}

impl CodeFormat {
    /// For logs and files: `qr_code`, `pdf_417`, `code_128`, `code_39`, `data_matrix`, `aztec`, `ean_13`, `ean_8`,
    /// `upc_e`, `itf`.
    pub fn name(self) -> &'static str {
        match self {
            CodeFormat::QrCode => "qr_code",
            CodeFormat::Pdf417 => "pdf_417",
            CodeFormat::Code128 => "code_128",
            CodeFormat::Code39 => "code_39",
            CodeFormat::DataMatrix => "data_matrix",
            CodeFormat::Aztec => "aztec",
            CodeFormat::Ean13 => "ean_13",
            CodeFormat::Ean8 => "ean_8",
            CodeFormat::UpcE => "upc_e",
            CodeFormat::Itf => "itf",
        }
    }
}

impl CodeKind {
    /// For logs and files: `nik`, `kpj`, `kis`, `kk_link`, `ikd_link`, `payung`, `other`.
    pub fn name(&self) -> &'static str {
        match self {
            CodeKind::Nik(_) => "nik",
            CodeKind::Kpj(_) => "kpj",
            CodeKind::Kis(_) => "kis",
            CodeKind::KkLink => "kk_link",
            CodeKind::IkdLink => "ikd_link",
            CodeKind::Payung(_) => "payung",
            CodeKind::Other => "other",
        }
    }

    /// The most wanted first.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            CodeKind::Nik(_) => 0,
            CodeKind::Payung(_) => 1,
            CodeKind::Kpj(_) => 2,
            CodeKind::Kis(_) => 3,
            CodeKind::KkLink | CodeKind::IkdLink => 4,
            CodeKind::Other => 5,
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({}, {}, {} bytes)", self.format.name(), self.kind.name(), self.text.len())
    }
}

impl fmt::Debug for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
