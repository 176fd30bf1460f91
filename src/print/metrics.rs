//! How wide Helvetica's letters are, so that lines can be broken and set in the middle without a font at hand.
//!
//! From Adobe's published metrics of PDF's standard fonts, in thousandths of the size.

/// From the blank to the tilde.
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];
/// Of letters with accents, dashes and the like: none is wider.
const OTHER: u16 = 722;

/// How wide a text is in this size.
pub fn width(text: &str, size: f32, is_bold: bool) -> f32 {
    let table = if is_bold { &BOLD } else { &REGULAR };
    let of = |letter: char| {
        let place = u32::from(letter).checked_sub(32).and_then(|place| usize::try_from(place).ok());
        f32::from(place.and_then(|place| table.get(place)).copied().unwrap_or(OTHER))
    };
    text.chars().map(of).sum::<f32>() * size / 1000.0
}

/// A text in lines that are no wider than this; a word that is longer than a line is cut.
pub fn lines(text: &str, most: f32, size: f32, is_bold: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, size, is_bold) <= most {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if width(&line, size, is_bold) > most && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_long_words_within() {
        assert_eq!(lines("satu dua  tiga", 50.0, 10.0, false), ["satu dua", "tiga"]);
        let cut = lines("RUMAHSAKITUMUMDAERAH", 60.0, 10.0, true);
        assert!(cut.len() > 2 && cut.iter().all(|line| width(line, 10.0, true) <= 60.0), "{cut:?}");
        assert_eq!(cut.concat(), "RUMAHSAKITUMUMDAERAH");
        assert!(lines(" ", 60.0, 10.0, false).is_empty());
    }
}
