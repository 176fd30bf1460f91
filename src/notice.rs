//! The notice that is read aloud before anything is recorded.

use payung_domain::Lang;
use serde::Deserialize;
use std::sync::LazyLock;

/// A version of the notice.
#[derive(Deserialize)]
pub struct Notice {
    /// Named in each record.
    pub version: String,
    id: String,
    en: String,
}

impl Notice {
    /// The paragraphs.
    pub fn paragraphs(&self, lang: Lang) -> impl Iterator<Item = &str> {
        lang.pick(&self.id, &self.en).lines().filter(|line| !line.is_empty())
    }
}

/// The one in force.
pub static NOTICE: LazyLock<Notice> = LazyLock::new(|| {
    // a test reads the file, so that this never fails on a phone
    toml::from_str(include_str!("../assets/notices/2026-12.toml")).unwrap_or_else(|_| Notice {
        version: String::new(),
        id: String::new(),
        en: String::new(),
    })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_has_a_version_and_both_languages() {
        assert_eq!(NOTICE.version, "2026-12");
        assert!(NOTICE.paragraphs(Lang::Id).count() >= 4);
        assert!(NOTICE.paragraphs(Lang::En).count() >= 4);
    }
}
