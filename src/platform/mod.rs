//! What differs between systems: where data lies and how the screens are shown.

pub mod bridge;
#[cfg(feature = "browser")]
pub mod browser;
mod folder;
#[cfg(feature = "browser")]
mod history;
#[cfg(any(feature = "desktop", feature = "mobile"))]
pub mod window;

pub use folder::{data_folder, keep_out_of_backups};
#[cfg(feature = "browser")]
pub use history::InBrowser;

/// Goes into every page's head.
const CSS: &str = concat!(include_str!("../../assets/css/tokens.css"), include_str!("../../assets/css/app.css"));
const JS: &str = include_str!("../../assets/js/payung.js");

/// Dioxus needs Chromium 84; an older webview would show a white page. In the oldest of JavaScript.
const OLD_WEBVIEW: &str = r#"if (!window.WeakRef) window.onload = function () {
  document.body.innerHTML = "<p style='padding:24px;font:18px sans-serif'>Perbarui Android System WebView di Play Store, lalu buka Payung lagi.</p>";
};"#;

/// The page that holds the app; `body` follows the root element.
fn page(body: &str) -> String {
    format!(
        r##"<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Payung</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#faf9f6" media="(prefers-color-scheme: light)">
<link rel="icon" href="data:image/svg+xml,{icon}">
<style>{CSS}</style><script>{OLD_WEBVIEW}</script><script>{JS}</script></head><body><div id="main"></div>{body}</body></html>"##,
        icon = include_str!("../../assets/icons/payung.svg")
            .replace('%', "%25")
            .replace('#', "%23")
            .replace('"', "'")
            .replace('<', "%3C")
            .replace('>', "%3E")
            .replace('\n', " "),
    )
}
