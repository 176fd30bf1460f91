//! The pages about what the protection is worth, read once from the files that are built in.

use payung_domain::Lang;
use payung_domain::benefits::{Facts, Page, Value, pages as read};
use std::sync::LazyLock;

/// The page that says that nobody may ask for money.
pub const FREE: &str = "free";

/// In both languages, in order. A test reads the files, so that these are never empty on a phone.
static PAGES: LazyLock<[Vec<Page>; 2]> = LazyLock::new(|| {
    [include_str!("../assets/benefits/id.toml"), include_str!("../assets/benefits/en.toml")]
        .map(|text| FACTS.as_ref().and_then(|facts| read(text, facts).ok()).unwrap_or_default())
});

static FACTS: LazyLock<Option<Facts>> =
    LazyLock::new(|| Facts::from_toml(include_str!("../assets/benefits/facts.toml")).ok());

/// The pages in a language.
pub fn pages(lang: Lang) -> &'static [Page] {
    match lang {
        Lang::Id => &PAGES[0],
        Lang::En => &PAGES[1],
    }
}

/// The number of BPJS that anybody may call.
pub fn call_centre() -> &'static str {
    match FACTS.as_ref().and_then(|facts| facts.value("call_centre")) {
        Some(Value::Phone(phone)) => phone,
        _ => "",
    }
}

/// The month in which the numbers were last gone through: `November 2026`.
pub fn checked(lang: Lang) -> String {
    let version = FACTS.as_ref().map_or("", |facts| &facts.version);
    let first = format!("{version}-01").parse().map(|day| lang.date(day)).unwrap_or_default();
    first.split_once(' ').map(|(_, month)| month.to_owned()).unwrap_or_default()
}

/// A page's picture: our own drawings, all in one look.
pub fn picture(name: &str) -> &'static str {
    match name {
        "umbrella" => include_str!("../assets/benefits/pictures/umbrella.svg"),
        "road" => include_str!("../assets/benefits/pictures/road.svg"),
        "hospital" => include_str!("../assets/benefits/pictures/hospital.svg"),
        "family" => include_str!("../assets/benefits/pictures/family.svg"),
        "school" => include_str!("../assets/benefits/pictures/school.svg"),
        "steps" => include_str!("../assets/benefits/pictures/steps.svg"),
        "heir" => include_str!("../assets/benefits/pictures/heir.svg"),
        "no_money" => include_str!("../assets/benefits/pictures/no_money.svg"),
        "phone" => include_str!("../assets/benefits/pictures/phone.svg"),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_there_in_both_languages_and_has_its_picture() {
        for lang in [Lang::Id, Lang::En] {
            assert!(pages(lang).len() >= 10);
            for page in pages(lang) {
                assert!(picture(&page.picture).starts_with("<svg"), "{}", page.picture);
            }
        }
        assert_eq!((call_centre(), checked(Lang::Id).as_str()), ("175", "November 2026"));
        assert!(pages(Lang::Id).iter().any(|page| page.key == FREE), "the page that leads to a report");
    }
}
