//! QR codes as dark runs of modules.

use dioxus::prelude::*;
use qrcode::{Color, EcLevel, QrCode, Version};
use serde::Serialize;

/// Light modules around a code, by the standard.
pub const QUIET: usize = 4;
/// Of larger codes a cheap phone's camera, and a printer with eight dots a millimetre, would rather have larger modules than more of
/// them for mending.
const MOST_MENDING: i16 = 17;

/// A code's modules.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Drawing {
    /// Modules a side, the quiet zone included.
    pub modules: usize,
    /// Dark ones: from which column, in which row, how many.
    pub runs: Vec<(usize, usize, usize)>,
}

impl Drawing {
    /// The code of a text, with error correction M while it stays small enough; nothing when the text is too long for any.
    pub fn of(text: &str) -> Option<Self> {
        let mending = QrCode::with_error_correction_level(text, EcLevel::M).ok();
        let is_small = |code: &QrCode| matches!(code.version(), Version::Normal(version) if version <= MOST_MENDING);
        let code = mending.filter(is_small).or_else(|| QrCode::with_error_correction_level(text, EcLevel::L).ok())?;
        let width = code.width();
        let mut runs = Vec::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|left, right| left == right) {
                if run[0] == Color::Dark {
                    runs.push((x + QUIET, y + QUIET, run.len()));
                }
                x += run.len();
            }
        }
        Some(Self { modules: width + 2 * QUIET, runs })
    }

    /// The dark modules as a path of an SVG.
    pub fn path(&self) -> String {
        self.runs.iter().map(|(x, y, length)| format!("M{x} {y}h{length}v1h-{length}z")).collect()
    }
}

/// A code as large as its place, black on white in every theme: that is what cameras look for.
#[component]
pub fn Qr(id: &'static str, text: String, label: String) -> Element {
    let Some(drawing) = Drawing::of(&text) else { return rsx! {} };
    let modules = drawing.modules;
    rsx! {
        svg { id, class: "qr", view_box: "0 0 {modules} {modules}", shape_rendering: "crispEdges", role: "img", "aria-label": label,
            rect { width: "100%", height: "100%", fill: "#fff" }
            path { d: drawing.path(), fill: "#000" }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_receipt_keeps_its_mending_and_a_longer_text_stays_readable_without() {
        let side = |letters: usize| Drawing::of(&"A".repeat(letters)).unwrap().modules - 2 * QUIET;
        assert_eq!(side(734), 17 + 4 * 17);
        // 18-M would have 89
        assert_eq!(side(740), 17 + 4 * 15);
        assert!(Drawing::of(&"A".repeat(5000)).is_none());
    }
}
