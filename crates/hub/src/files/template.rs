//! The columns of the file for BPJS, as a configuration file has them: its template is not public, and may change.

use crate::catalogue::Catalogue;
use jiff::civil::Date;
use payung_domain::{Enrolment, Lang, Programme, Sex};
use serde::Deserialize;

/// What a regency can change without touching the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Name of the sheet.
    pub sheet: String,
    /// Between the columns of the CSV.
    #[serde(default = "comma")]
    pub separator: char,
    /// In their order.
    #[serde(rename = "column")]
    pub columns: Vec<TemplateColumn>,
}

fn comma() -> char {
    ','
}

/// One column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateColumn {
    /// As BPJS wants it.
    pub heading: String,
    /// What stands in it.
    pub field: TemplateField,
    /// Of a date or of sex.
    #[serde(default)]
    pub form: String,
    /// Of a text.
    #[serde(default)]
    pub value: String,
}

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TemplateField {
    Number,
    Nik,
    Name,
    BirthPlace,
    BirthDate,
    Sex,
    Address,
    Rt,
    Rw,
    Village,
    VillageCode,
    District,
    Regency,
    Phone,
    Occupation,
    Workplace,
    HeirName,
    HeirRelation,
    HeirPhone,
    Programme,
    Fund,
    Premium,
    Months,
    Text,
}

const DATE_FORMS: [&str; 4] = ["", "day-month-year", "day/month/year", "year-month-day"];

impl Template {
    /// Reads a file, and says what is wrong with it.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let template: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let has_nik = template.columns.iter().any(|column| column.field == TemplateField::Nik);
        if !has_nik {
            return Err("no column has the field nik, by which answers are matched".into());
        }
        if !template.separator.is_ascii() {
            return Err("the separator is not one ASCII character".into());
        }
        if template.sheet.is_empty()
            || template.sheet.chars().count() > 31
            || template.sheet.contains(['[', ']', ':', '*', '?', '/', '\\'])
        {
            return Err("sheet: 1 to 31 characters, none of []:*?/\\".into());
        }
        for column in &template.columns {
            let is_known = match column.field {
                TemplateField::BirthDate => DATE_FORMS.contains(&column.form.as_str()),
                TemplateField::Sex => column.form.is_empty() || column.form.split('/').count() == 2,
                _ => column.form.is_empty(),
            };
            if !is_known {
                return Err(format!("column {:?}: the form {:?} is none for its field", column.heading, column.form));
            }
        }
        Ok(template)
    }

    /// The headings.
    pub fn headings(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.heading.clone()).collect()
    }

    /// One person's cells.
    pub fn cells(&self, position: u32, one: &Enrolment, programme: &Programme, catalogue: &Catalogue) -> Vec<String> {
        let place = catalogue.regions().village(one.residence.village);
        self.columns.iter().map(|column| column.cell(position, one, programme, place.as_ref())).collect()
    }
}

impl TemplateColumn {
    fn cell(
        &self,
        position: u32,
        one: &Enrolment,
        programme: &Programme,
        place: Option<&payung_domain::region::Place>,
    ) -> String {
        let identity = &one.identity;
        let of_place =
            |name: fn(&payung_domain::region::Place) -> &String| place.map(name).cloned().unwrap_or_default();
        match self.field {
            TemplateField::Number => position.to_string(),
            TemplateField::Nik => identity.nik.digits().to_owned(),
            TemplateField::Name => identity.name.clone(),
            TemplateField::BirthPlace => identity.birth_place.clone(),
            TemplateField::BirthDate => self.date(identity.birth_date),
            TemplateField::Sex => self.sex(identity.sex).to_owned(),
            TemplateField::Address => identity.address.clone(),
            TemplateField::Rt => format!("{:03}", one.residence.rt),
            TemplateField::Rw => format!("{:03}", one.residence.rw),
            TemplateField::Village => of_place(|place| &place.name),
            TemplateField::VillageCode => one.residence.village.to_string(),
            TemplateField::District => of_place(|place| &place.district),
            TemplateField::Regency => of_place(|place| &place.regency),
            TemplateField::Phone => phone(one.contact.phone.as_deref()),
            TemplateField::Occupation => work(one, programme),
            TemplateField::Workplace => one.work.place.clone(),
            TemplateField::HeirName => one.heir.name.clone(),
            TemplateField::HeirRelation => one.heir.relation.label(Lang::Id).to_owned(),
            TemplateField::HeirPhone => phone(one.heir.phone.as_deref()),
            TemplateField::Programme => programme.name.clone(),
            TemplateField::Fund => programme.fund.clone(),
            TemplateField::Premium => programme.monthly_premium.0.to_string(),
            TemplateField::Months => programme.months.to_string(),
            TemplateField::Text => self.value.clone(),
        }
    }

    fn date(&self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.form.as_str() {
            "year-month-day" => date.to_string(),
            "day/month/year" => format!("{day:02}/{month:02}/{year:04}"),
            _ => format!("{day:02}-{month:02}-{year:04}"),
        }
    }

    fn sex(&self, sex: Sex) -> &str {
        let (male, female) = self.form.split_once('/').unwrap_or(("L", "P"));
        if sex == Sex::Male { male } else { female }
    }
}

/// As it is dialled at home: a plus at the front would be a formula to a spreadsheet.
fn phone(phone: Option<&str>) -> String {
    let phone = phone.unwrap_or_default();
    phone.strip_prefix("+62").map_or_else(|| phone.trim_start_matches('+').to_owned(), |rest| format!("0{rest}"))
}

/// The occupation, or the role of who has none.
fn work(one: &Enrolment, programme: &Programme) -> String {
    let occupation = one.work.occupation.as_ref().and_then(|id| programme.occupation(id)).map(|known| &known.label_id);
    let role = || one.work.role.as_ref().and_then(|id| programme.role(id)).map(|known| &known.label_id);
    occupation.or_else(role).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn the_file_that_ships_is_read_and_a_wrong_one_is_named() {
        let text = include_str!("../../../../assets/exports/bpjs_bpu.toml");
        assert_eq!(Template::from_toml(text).unwrap().columns.len(), 21);
        assert!(Template::from_toml(&text.replace("\"nik\"", "\"name\"")).unwrap_err().contains("nik"));
        assert!(
            Template::from_toml(&text.replace("day-month-year\"", "m/d/y\"")).unwrap_err().contains("TANGGAL LAHIR")
        );
        assert!(Template::from_toml(&text.replace("\"heir_name\"", "\"mother\"")).is_err());
    }

    #[test]
    fn a_phone_number_is_no_formula() {
        assert_eq!(
            (phone(Some("+6281234")), phone(Some("0812")), phone(None)),
            ("081234".into(), "0812".into(), String::new())
        );
    }
}
