//! What a verifier should look at before anything else, and the other record of the same person beside this one.

use super::changes::{self, Changed};
use super::fields::{GROUPS, shown};
use super::photos::pictures;
use super::words;
use crate::catalogue::Catalogue;
use crate::examine::Examination;
use crate::store::search::Found;
use maud::{Markup, html};
use payung_domain::enrolment::PhotoFault;
use payung_domain::{Enrolment, Lang, PhotoHash};

/// Records of one NIK that are shown in full; more of them are links.
pub const MOST_COMPARED: usize = 2;

/// Another record of the same NIK.
pub struct Twin {
    /// As lists have it.
    pub found: Found,
    /// Its newest revision.
    pub enrolment: Enrolment,
    /// Its photos that have come.
    pub photos_held: Vec<PhotoHash>,
}

/// Everything that speaks against a record, in the order of weight.
pub fn card(examination: &Examination, enrolment: &Enrolment) -> Markup {
    html! {
        @if !examination.is_clean() {
            section.warnings aria-label="Yang perlu diperhatikan" {
                h2 { "Perhatikan" }
                ul {
                    @for twin in &examination.twins {
                        li {
                            strong { "NIK yang sama: " } a href={ "/catatan/" (twin.id) } { (twin.name) } ", " (twin.village) " "
                            (words::chip(&twin.state))
                        }
                    }
                    @for reason in &examination.reasons { li { (reason.sentence(Lang::Id)) } }
                    @for warning in &examination.nik { li { (warning.sentence(Lang::Id)) } }
                    @for photo in enrolment.photos.iter().filter(|photo| !photo.faults.is_empty()) {
                        li { "HP menilai foto ini: " (listed(&photo.faults)) "." }
                    }
                    @if let Some(reason) = enrolment.photo_reason { li { "Alasan kader untuk fotonya: " (reason.label(Lang::Id)) "." } }
                    @if examination.is_photo_missing { li { "Foto belum lengkap sampai di sini." } }
                    @if let Some(far) = &examination.far { li { (far.sentence()) } }
                }
                @if let Some(words) = &enrolment.warning_reason {
                    p.said { span { "Alasan kader: " } (words) }
                }
            }
        }
    }
}

/// `Terlalu gelap, goyang`.
fn listed(faults: &[PhotoFault]) -> String {
    faults.iter().map(|fault| fault.label(Lang::Id)).collect::<Vec<_>>().join(", ")
}

/// This record and another one of the same NIK, side by side; what differs comes first.
pub fn comparison(enrolment: &Enrolment, held: &[PhotoHash], twin: &Twin, catalogue: &Catalogue) -> Markup {
    let differing = changes::between(enrolment, &twin.enrolment, catalogue);
    let fields = GROUPS.iter().flat_map(|(_, fields)| *fields);
    let same: Vec<_> = fields
        .filter(|&&field| !differing.iter().any(|changed| changed.field == field))
        .map(|&field| (field, shown(enrolment, field, catalogue)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    html! {
        section.card.compare {
            h2 { "NIK yang sama pada dua catatan" }
            div.pair {
                div { h3 { "Catatan ini" } (pictures(enrolment, held)) }
                div {
                    h3 { a href={ "/catatan/" (twin.found.id) } { (twin.found.name) } " " (words::chip(&twin.found.state)) }
                    (pictures(&twin.enrolment, &twin.photos_held))
                }
            }
            table {
                thead { tr { th { span.hidden { "Isian" } } th { "Catatan ini" } th { (twin.found.village) ", kader " (twin.found.kader) } } }
                tbody {
                    @for Changed { field, before, after } in &differing {
                        tr { th { (field.label(Lang::Id)) } td { (filled(before)) } td.differs { span.mark title="Berbeda" { "≠ " } (filled(after)) } }
                    }
                    @if differing.is_empty() { tr { td colspan="3" { "Semua isiannya sama." } } }
                }
            }
            details {
                summary.quiet { (same.len()) " isian sama" }
                table { tbody { @for (field, text) in &same { tr { th { (field.label(Lang::Id)) } td { (text) } } } } }
            }
        }
    }
}

fn filled(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
