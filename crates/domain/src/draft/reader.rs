//! Typed text into values, with everything that is wrong on the way.

use super::{Draft, Field, Problem, ProblemKind, sex_from_key};
use crate::enrolment::{Consent, ConsentManner, Heir, Identity, Relation, Residence, Work};
use crate::lang::parse_date;
use crate::nik::NikError;
use crate::programme::{OccupationId, Programme, RoleId};
use jiff::Timestamp;
use jiff::civil::Date;

/// Reads typed fields and gathers what is wrong.
pub(super) struct Reader<'a> {
    pub(super) draft: &'a Draft,
    pub(super) problems: Vec<Problem>,
}

/// A KTP prints no longer name; the longest on record has fewer letters.
const LONGEST_NAME: usize = 100;
const LONGEST_LINE: usize = 200;

impl Reader<'_> {
    pub(super) fn note(&mut self, field: Field, kind: ProblemKind) {
        self.problems.push(Problem { field, kind });
    }

    pub(super) fn fail<T>(&mut self, field: Field, kind: ProblemKind) -> Option<T> {
        self.note(field, kind);
        None
    }

    pub(super) fn text(&mut self, field: Field, most: usize, required: bool) -> Option<String> {
        let text = self.draft.get(field);
        match text.chars().count() {
            0 if required => self.fail(field, ProblemKind::Missing),
            0 => None,
            count if count > most => self.fail(field, ProblemKind::TooLong { most }),
            _ => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }

    pub(super) fn name(&mut self, field: Field) -> Option<String> {
        Some(self.text(field, LONGEST_NAME, true)?.to_uppercase())
    }

    pub(super) fn phone(&mut self, field: Field) -> Option<String> {
        let phone: String =
            self.draft.get(field).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        match digits.len() {
            0 if phone.is_empty() => None,
            8..=15 if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(phone),
            _ => self.fail(field, ProblemKind::NotAPhone),
        }
    }

    pub(super) fn number(&mut self, field: Field) -> Option<u16> {
        match self.draft.get(field) {
            "" => self.fail(field, ProblemKind::Missing),
            text => match text.parse() {
                Ok(number @ 1..=999) => Some(number),
                _ => self.fail(field, ProblemKind::NotANumber),
            },
        }
    }

    pub(super) fn among(&mut self, field: Field, is_choice: impl Fn(&str) -> bool) -> Option<String> {
        match self.draft.get(field) {
            "" => None,
            key if is_choice(key) => Some(key.to_owned()),
            _ => self.fail(field, ProblemKind::NotAChoice),
        }
    }

    pub(super) fn required<T>(&mut self, field: Field, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        match self.draft.get(field) {
            "" => self.fail(field, ProblemKind::Missing),
            key => read(key).or_else(|| self.fail(field, ProblemKind::NotAChoice)),
        }
    }

    pub(super) fn identity(&mut self, today: Date) -> Option<Identity> {
        let nik = match self.draft.nik() {
            Ok(nik) => Some(nik),
            Err(NikError::Length { found: 0 }) => self.fail(Field::Nik, ProblemKind::Missing),
            Err(error) => self.fail(Field::Nik, ProblemKind::Nik(error)),
        };
        let name = self.name(Field::Name);
        let birth_place = self.name(Field::BirthPlace);
        let birth_date = match self.draft.get(Field::BirthDate) {
            "" => self.fail(Field::BirthDate, ProblemKind::Missing),
            text => match parse_date(text) {
                Some(date) if date <= today => Some(date),
                Some(_) => self.fail(Field::BirthDate, ProblemKind::InTheFuture),
                None => self.fail(Field::BirthDate, ProblemKind::NotADate),
            },
        };
        let sex = self.required(Field::Sex, sex_from_key);
        let address = self.text(Field::Address, LONGEST_LINE, true);
        Some(Identity {
            nik: nik?,
            name: name?,
            birth_place: birth_place?,
            birth_date: birth_date?,
            sex: sex?,
            address: address?,
        })
    }

    pub(super) fn residence(&mut self) -> Option<Residence> {
        let village = self.required(Field::Village, |text| text.parse().ok());
        let (rt, rw) = (self.number(Field::Rt), self.number(Field::Rw));
        Some(Residence { village: village?, rt: rt?, rw: rw? })
    }

    pub(super) fn work(&mut self, programme: &Programme) -> Option<Work> {
        let occupation = self.among(Field::Occupation, |id| programme.occupations.iter().any(|o| o.id.0 == id));
        let role = self.among(Field::Role, |id| programme.roles.iter().any(|r| r.id.0 == id));
        if self.draft.get(Field::Occupation).is_empty() && self.draft.get(Field::Role).is_empty() {
            return self.fail(Field::Occupation, ProblemKind::Missing);
        }
        let place = self.text(Field::Workplace, LONGEST_LINE, true)?;
        Some(Work { occupation: occupation.map(OccupationId), role: role.map(RoleId), place })
    }

    pub(super) fn heir(&mut self) -> Option<Heir> {
        let name = self.name(Field::HeirName);
        let relation = self.required(Field::HeirRelation, Relation::from_key);
        let phone = self.phone(Field::HeirPhone);
        Some(Heir { name: name?, relation: relation?, phone })
    }

    pub(super) fn consent(&mut self) -> Option<Consent> {
        let manner = self.required(Field::Consent, ConsentManner::from_key)?;
        let notice_version = self.text(Field::ConsentNotice, 40, true)?;
        let given_at: Timestamp = self.required(Field::ConsentTime, |text| text.parse().ok())?;
        Some(Consent { notice_version, manner, given_at })
    }
}
