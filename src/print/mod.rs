//! Sheets with a code, as they are shared and printed: a picture for chats, a page of A6, a strip of a roll 58 mm wide.
//!
//! One layout for all of them ([`layout`]), drawn by the webview's canvas (`payung.picture`) or written as PDF ([`pdf`]).

mod layout;
mod metrics;
mod pdf;
pub mod qr;

use crate::platform::bridge::share;
use dioxus::prelude::*;

/// What a sheet says. Plain text; long lines are broken.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// What it is.
    pub title: String,
    /// What counts most, white on black.
    pub badge: String,
    /// The text of the QR code.
    pub code: String,
    /// Under the code, large; may be empty.
    pub caption: String,
    /// Labels and values; those without a value are left out.
    pub lines: Vec<(String, String)>,
    /// What nobody may miss, in bold after the lines; may be empty.
    pub notice: String,
    /// Sentences at the end.
    pub footer: Vec<String>,
}

/// What a PDF is printed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paper {
    /// A quarter of A4.
    A6,
    /// The roll of a receipt printer, 48 mm of which are printed.
    Roll58,
}

impl Sheet {
    /// As a PDF of one page.
    pub fn pdf(&self, paper: Paper) -> Vec<u8> {
        pdf::written(&layout::page(self, layout::Form::of(paper)))
    }

    /// Offers a PDF to the system, under this name without its end. The name may not tell who it is about.
    pub fn share_pdf(&self, name: &str, paper: Paper) {
        share(&format!("{name}.pdf"), &self.pdf(paper));
    }

    /// Offers a picture (PNG) to the system, drawn by the page's canvas.
    pub fn share_picture(&self, name: &str) {
        let page = layout::page(self, layout::Form::PICTURE);
        match serde_json::to_string(&page) {
            // JSON is JavaScript
            Ok(page) => drop(document::eval(&format!("window.payung.picture('{name}.png', {page})"))),
            Err(error) => tracing::error!(%error, "a sheet could not be told to the page"),
        }
    }
}
