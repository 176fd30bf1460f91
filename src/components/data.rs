//! A record's fields as a person reads them.

use crate::text;
use crate::ui::use_ui;
use dioxus::prelude::*;
use payung_domain::enrolment::{ConsentManner, PhotoReason, Relation};
use payung_domain::wire::Village;
use payung_domain::{Draft, Field, Lang};

/// Labels and values, below one another.
#[component]
pub fn Data(rows: Vec<(Field, String)>) -> Element {
    let lang = use_ui().lang();
    rsx! {
        dl { class: "card data",
            for (field, value) in rows {
                div { key: "{field.key()}",
                    dt { {field.label(lang)} }
                    dd { {value} }
                }
            }
        }
    }
}

/// What was typed, in the words that a person reads; empty fields are left out.
pub fn rows(draft: &Draft, village: &Village, lang: Lang) -> Vec<(Field, String)> {
    let text = text::text(lang);
    let programme = &village.programme;
    let shown = |field: Field| {
        let typed = draft.get(field);
        match field {
            Field::Nik => draft.nik().map_or_else(|_| typed.to_owned(), |nik| nik.grouped()),
            Field::Sex if typed == "male" => text.male.to_owned(),
            Field::Sex if typed == "female" => text.female.to_owned(),
            Field::Village if typed == village.code.to_string() => village.name.clone(),
            Field::Occupation => programme
                .occupations
                .iter()
                .find(|occupation| occupation.id.0 == typed)
                .map_or_else(|| typed.to_owned(), |o| lang.pick(&o.label_id, &o.label_en).to_owned()),
            Field::Role => programme
                .roles
                .iter()
                .find(|role| role.id.0 == typed)
                .map_or_else(|| typed.to_owned(), |r| lang.pick(&r.label_id, &r.label_en).to_owned()),
            Field::Source => {
                programme.sources.iter().find(|s| s.id.0 == typed).map_or_else(|| typed.to_owned(), |s| s.name.clone())
            }
            Field::HeirRelation => Relation::from_key(typed).map_or(typed, |r| r.label(lang)).to_owned(),
            Field::Consent => ConsentManner::from_key(typed).map_or(typed, |m| m.label(lang)).to_owned(),
            Field::PhotoReason => PhotoReason::from_key(typed).map_or(typed, |r| r.label(lang)).to_owned(),
            Field::ConsentNotice | Field::ConsentTime | Field::Position | Field::KtpPhoto => String::new(),
            _ => typed.to_owned(),
        }
    };
    Field::ALL.iter().map(|&field| (field, shown(field))).filter(|(_, value)| !value.is_empty()).collect()
}
