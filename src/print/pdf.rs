//! A page as a PDF: text in the two standard Helveticas, which every reader has, and filled rectangles. No more is needed, and so
//! it is written here in a few lines.

use super::layout::{Item, Page};
use std::fmt::Write as _;

/// A PDF of one page.
pub fn written(page: &Page) -> Vec<u8> {
    let content = content(page);
    let font = |name| format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
            page.width, page.height
        ),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        // a String takes everything
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let (start, count) = (file.len(), objects.len() + 1);
    let _ = write!(
        file,
        "xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

/// What is drawn. PDF counts from the bottom.
fn content(page: &Page) -> String {
    let mut out = String::new();
    for item in &page.items {
        let _ = match item {
            Item::Text { x, baseline, size, is_bold, is_white, text, .. } => {
                let (font, grey) = (if *is_bold { "F2" } else { "F1" }, u8::from(*is_white));
                let letters = hex::encode(text.chars().map(win_ansi).collect::<Vec<u8>>());
                writeln!(out, "BT {grey} g /{font} {size} Tf {x} {} Td <{letters}> Tj ET", page.height - baseline)
            }
            Item::Block { x, y, width, height } => {
                writeln!(out, "0 g {x} {} {width} {height} re f", page.height - y - height)
            }
            Item::Code { x, y, side, drawing } => {
                let module = side / drawing.modules as f32;
                // one path for all of it: no hairline of white between its rows
                let _ = write!(out, "q 0 g {module} 0 0 {} {x} {} cm ", -module, page.height - y);
                for (column, row, length) in &drawing.runs {
                    let _ = write!(out, "{column} {row} {length} 1 re ");
                }
                writeln!(out, "f Q")
            }
        };
    }
    out
}

/// A letter in the standard fonts' encoding; what they don't have is a question mark.
fn win_ansi(letter: char) -> u8 {
    match letter {
        '–' => 0x96,
        '—' => 0x97,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '…' => 0x85,
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(letter)).unwrap_or(b'?'),
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::print::{Paper, Sheet};

    #[test]
    fn every_object_lies_where_the_table_says() {
        let sheet = Sheet { title: "Tanda terima".into(), code: "PAYUNG".into(), ..Sheet::default() };
        for paper in [Paper::A6, Paper::Roll58] {
            let file = String::from_utf8(sheet.pdf(paper)).unwrap();
            let start: usize = file.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
            let table = &file[start..];
            assert!(table.starts_with("xref\n0 7\n"), "{paper:?}");
            for (index, line) in table.lines().skip(3).take(6).enumerate() {
                let at: usize = line[..10].parse().unwrap();
                assert!(file[at..].starts_with(&format!("{} 0 obj", index + 1)), "{paper:?}");
                assert_eq!(line.len(), 19);
            }
            let length: usize = file.split("/Length ").nth(1).unwrap().split('>').next().unwrap().parse().unwrap();
            let stream = file.split("stream\n").nth(1).unwrap().strip_suffix("\nend").unwrap();
            assert_eq!(stream.len(), length);
        }
    }
}
