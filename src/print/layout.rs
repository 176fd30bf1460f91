//! Where what stands on a sheet: from top to bottom, in points for paper and pixels for a picture.

use super::metrics::{lines, width};
use super::qr::Drawing;
use super::{Paper, Sheet};
use serde::Serialize;

/// Something on a page; measured from its left upper corner.
#[derive(Clone, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Item {
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        width: f32,
        is_bold: bool,
        is_white: bool,
        text: String,
    },
    /// Filled with black.
    Block {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    Code {
        x: f32,
        y: f32,
        side: f32,
        drawing: Drawing,
    },
}

/// A page that is laid out.
#[derive(Clone, Serialize)]
pub struct Page {
    pub width: f32,
    pub height: f32,
    pub items: Vec<Item>,
}

/// What is laid out on.
#[derive(Clone, Copy)]
pub struct Form {
    width: f32,
    /// Nothing: as long as it takes.
    height: Option<f32>,
    margin: f32,
    /// The code's side.
    code: f32,
    /// Labels stand above their values and not beside them.
    is_narrow: bool,
    /// 1 is for a page held in the hand.
    scale: f32,
}

impl Form {
    /// For a chat; the canvas draws three pixels for one.
    pub const PICTURE: Self =
        Self { width: 360.0, height: None, margin: 20.0, code: 320.0, is_narrow: true, scale: 1.5 };

    pub const fn of(paper: Paper) -> Self {
        match paper {
            Paper::A6 => {
                Self { width: 297.6, height: Some(419.5), margin: 18.0, code: 178.0, is_narrow: false, scale: 1.0 }
            }
            Paper::Roll58 => {
                Self { width: 164.4, height: None, margin: 14.2, code: 136.0, is_narrow: true, scale: 0.9 }
            }
        }
    }

    fn inner(&self) -> f32 {
        self.width - 2.0 * self.margin
    }
}

const TITLE: f32 = 16.0;
const BADGE: f32 = 12.5;
const CAPTION: f32 = 15.0;
const LABEL: f32 = 8.5;
const VALUE: f32 = 10.5;
const NOTICE: f32 = 9.5;
const FOOTER: f32 = 8.5;
/// From line to line.
const LEADING: f32 = 1.25;
/// From the top of a line to where its letters stand.
const ASCENT: f32 = 0.95;
/// Of the width, for labels that stand beside their values.
const LABELS: f32 = 0.24;

/// Lays a sheet out; what is too long for the page becomes smaller.
pub fn page(sheet: &Sheet, form: Form) -> Page {
    let tries = [1.0, 0.94, 0.88, 0.82, 0.76, 0.7];
    let mut page = laid(sheet, form);
    for shrunk in tries.into_iter().skip(1) {
        match form.height {
            Some(height) if page.height > height => {
                page = laid(sheet, Form { scale: form.scale * shrunk, code: form.code * shrunk, ..form });
            }
            _ => break,
        }
    }
    page.height = form.height.unwrap_or(page.height);
    page
}

fn laid(sheet: &Sheet, form: Form) -> Page {
    let scale = form.scale;
    let mut flow = Flow { form, y: form.margin, items: Vec::new() };
    flow.centred(&sheet.title, TITLE * scale, true);
    flow.y += 5.0 * scale;
    flow.badge(&sheet.badge, BADGE * scale);
    flow.y += 2.0 * scale;
    if let Some(drawing) = Drawing::of(&sheet.code) {
        let side = form.code.min(form.inner());
        flow.items.push(Item::Code { x: (form.width - side) / 2.0, y: flow.y, side, drawing });
        flow.y += side;
    }
    flow.centred(&sheet.caption, CAPTION * scale, true);
    flow.y += 6.0 * scale;
    for (label, value) in sheet.lines.iter().filter(|(_, value)| !value.is_empty()) {
        flow.line(label, value);
    }
    flow.y += 3.0 * scale;
    flow.text(&sheet.notice, (form.margin, form.inner()), NOTICE * scale, true);
    flow.y += 3.0 * scale;
    for sentence in &sheet.footer {
        flow.text(sentence, (form.margin, form.inner()), FOOTER * scale, false);
        flow.y += 2.5 * scale;
    }
    Page { width: form.width, height: flow.y + form.margin, items: flow.items }
}

/// A page that is being filled.
struct Flow {
    form: Form,
    y: f32,
    items: Vec<Item>,
}

impl Flow {
    fn put(&mut self, text: String, x: f32, size: f32, is_bold: bool, is_white: bool) {
        let baseline = self.y + size * ASCENT;
        self.items.push(Item::Text { x, baseline, size, width: width(&text, size, is_bold), is_bold, is_white, text });
        self.y += size * LEADING;
    }

    fn text(&mut self, text: &str, (x, most): (f32, f32), size: f32, is_bold: bool) {
        for line in lines(text, most, size, is_bold) {
            self.put(line, x, size, is_bold, false);
        }
    }

    fn in_the_middle(&mut self, text: &str, most: f32, size: f32, is_white: bool, is_bold: bool) {
        for line in lines(text, most, size, is_bold) {
            let x = (self.form.width - width(&line, size, is_bold)) / 2.0;
            self.put(line, x, size, is_bold, is_white);
        }
    }

    fn centred(&mut self, text: &str, size: f32, is_bold: bool) {
        self.in_the_middle(text, self.form.inner(), size, false, is_bold);
    }

    fn badge(&mut self, text: &str, size: f32) {
        if text.is_empty() {
            return;
        }
        let (top, at, padding) = (self.y, self.items.len(), size * 0.4);
        self.y += padding;
        let most = self.form.inner() - 2.0 * padding;
        // broken where the sentence turns, if it must be
        let is_short = width(text, size, true) <= most;
        for part in if is_short { vec![text] } else { text.split_inclusive("– ").collect() } {
            self.in_the_middle(part, most, size, true, true);
        }
        self.y += padding;
        let (x, width) = (self.form.margin, self.form.inner());
        // under its text
        self.items.insert(at, Item::Block { x, y: top, width, height: self.y - top });
    }

    fn line(&mut self, label: &str, value: &str) {
        let Form { margin, scale, is_narrow, .. } = self.form;
        let inner = self.form.inner();
        if is_narrow {
            self.text(label, (margin, inner), LABEL * scale, false);
            self.text(value, (margin, inner), VALUE * scale, true);
            self.y += 3.0 * scale;
            return;
        }
        let (top, labels) = (self.y, inner * LABELS);
        // on one line with the larger value
        self.y += (VALUE - LABEL) * scale * ASCENT;
        self.text(label, (margin, labels), LABEL * scale, false);
        let below = std::mem::replace(&mut self.y, top);
        self.text(value, (margin + labels, inner - labels), VALUE * scale, true);
        self.y = self.y.max(below) + 1.5 * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str) -> Sheet {
        Sheet {
            title: "Tanda terima".into(),
            badge: "Sudah dicatat – belum terlindungi".into(),
            code: "A".repeat(700),
            caption: "K7QM3-XRD8P".into(),
            lines: vec![("Nama".into(), name.into()), ("Kosong".into(), String::new())],
            notice: "Gratis.".into(),
            footer: vec!["Tidak ada yang boleh meminta uang.".into()],
        }
    }

    fn bottom(page: &Page) -> f32 {
        page.items.iter().fold(0.0, |most, item| match item {
            Item::Text { baseline, .. } => most.max(*baseline),
            Item::Block { y, height, .. } => most.max(y + height),
            Item::Code { y, side, .. } => most.max(y + side),
        })
    }

    #[test]
    fn the_longest_name_stays_on_the_page_whatever_it_is_printed_on() {
        for form in [Form::of(Paper::A6), Form::of(Paper::Roll58), Form::PICTURE] {
            let mut long = sheet(&"CONTOH SUPARMAN WIRYO KUSUMO ".repeat(4));
            long.lines.extend((0..5).map(|_| ("Program".into(), "Perlindungan Pekerja Rentan Bojonegoro".repeat(2))));
            for sheet in [sheet("CONTOH"), long] {
                let page = page(&sheet, form);
                assert!(bottom(&page) <= page.height, "{} of {}", bottom(&page), page.height);
                for item in &page.items {
                    let (x, wide) = match item {
                        Item::Text { x, width, .. } | Item::Block { x, width, .. } => (x, width),
                        Item::Code { x, side, .. } => (x, side),
                    };
                    assert!(*x >= 0.0 && x + wide <= page.width, "{x} + {wide}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_value_is_left_out() {
        let page = page(&sheet("CONTOH"), Form::of(Paper::A6));
        let says =
            |wanted: &str| page.items.iter().any(|item| matches!(item, Item::Text { text, .. } if text == wanted));
        assert!(says("Nama") && says("CONTOH") && !says("Kosong"));
    }
}
