//! From a code's text to what it is.
//!
//! Source of the numbers: shared/domain/README.md, "Cards and codes".

use crate::CodeKind;
use payung_domain::Nik;

/// Says what a code's text is. Reads no clock and asks nobody; whether a number exists is not known here.
pub fn classify(text: &str) -> CodeKind {
    let text = text.trim();
    // in capitals where it has to fit QR's alphanumeric mode
    if let Some(own) = text.strip_prefix("payung:").or_else(|| text.strip_prefix("PAYUNG:")) {
        return CodeKind::Payung(own.to_owned());
    }
    if let Some(link) = dukcapil_link(text) {
        return link;
    }
    if let Some(nik) = nik_alone(text).or_else(|| nik_inside(text)) {
        return CodeKind::Nik(nik);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let known = text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    match text.len() {
        11 if known && digits > 0 => CodeKind::Kpj(text.to_owned()),
        13 if digits == 13 => CodeKind::Kis(text.to_owned()),
        _ => CodeKind::Other,
    }
}

/// A link whose host is Dukcapil's. A printed KK leads to `layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai`
/// (detikcom, 2025); what an IKD leads to is not published, so its name anywhere in the address is taken.
fn dukcapil_link(text: &str) -> Option<CodeKind> {
    let address = text.to_ascii_lowercase();
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    let end = address.find(['/', '?', '#', ':']).unwrap_or(address.len());
    let (host, rest) = address.split_at(end);
    if !host.ends_with(".go.id") || !host.contains("dukcapil") {
        return None;
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let names_ikd = |part: &str| matches!(part, "ikd" | "digitalid" | "digital-id" | "identitasdigital");
    let ikd = host.split('.').any(names_ikd) || path.split('/').any(names_ikd);
    Some(if ikd { CodeKind::IkdLink } else { CodeKind::KkLink })
}

fn nik_alone(text: &str) -> Option<Nik> {
    Nik::parse(text).ok()
}

/// The one NIK in a longer text: that which is labelled NIK, else the only number of its structure not labelled KK.
///
/// Two of them without a label are two people, or a person and a family card: nobody can tell, so none is taken.
fn nik_inside(text: &str) -> Option<Nik> {
    let mut plain = Vec::new();
    let mut labelled = Vec::new();
    for (before, number) in numbers(text) {
        let Ok(nik) = Nik::parse(number) else {
            continue;
        };
        let words = match label(before).as_deref() {
            Some("NIK") => &mut labelled,
            Some("KK" | "NOKK" | "NKK") => continue,
            _ => &mut plain,
        };
        if !words.contains(&nik) {
            words.push(nik);
        }
    }
    match (labelled.as_slice(), plain.as_slice()) {
        ([nik], _) | ([], [nik]) => Some(*nik),
        _ => None,
    }
}

/// Every run of exactly sixteen digits, and the text before it.
fn numbers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let digit = |character: char| character.is_ascii_digit();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(digit)?;
            let length = text[start..].find(|character| !digit(character)).unwrap_or(text.len() - start);
            from = start + length;
            if length == 16 {
                return Some((&text[..start], &text[start..from]));
            }
        }
    })
}

/// The word right before a number: `NIK` for `…; "nik": ` or `No. NIK = `.
fn label(before: &str) -> Option<String> {
    let before = before.trim_end_matches(|character: char| !character.is_alphanumeric());
    let start =
        before.rfind(|character: char| !character.is_alphabetic() && character != '_').map_or(0, |index| index + 1);
    let word = before.get(start..).filter(|word| !word.is_empty())?;
    Some(word.replace('_', "").to_ascii_uppercase())
}
