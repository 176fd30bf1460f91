//! What the kader has typed so far, field by field, as text; and the one place where it becomes an [`Enrolment`].

mod problem;
mod reader;

pub use problem::{Problem, ProblemKind};
use reader::Reader;

use crate::enrolment::*;
use crate::lang::{parse_date, typed_date};
use crate::nik::{Nik, NikError, NikWarning, Sex};
use crate::programme::{Programme, SourceId};
use crate::region::VillageCode;
use jiff::civil::Date;
use std::collections::BTreeMap;

crate::enrolment::choice! {
    /// A field of the form; also what a problem or the office's comment is about.
    #[derive(PartialOrd, Ord, Hash)]
    Field {
        /// Sixteen digits.
        Nik = "nik", "NIK", "NIK";
        /// As printed on the KTP.
        Name = "name", "Nama lengkap", "Full name";
        /// Town or regency.
        BirthPlace = "birth_place", "Tempat lahir", "Place of birth";
        /// `DD-MM-YYYY`.
        BirthDate = "birth_date", "Tanggal lahir", "Date of birth";
        /// `male` or `female`.
        Sex = "sex", "Jenis kelamin", "Sex";
        /// The line "Alamat" of the KTP.
        Address = "address", "Alamat", "Address";
        /// A village code.
        Village = "village", "Desa/kelurahan", "Village";
        /// A number.
        Rt = "rt", "RT", "RT";
        /// A number.
        Rw = "rw", "RW", "RW";
        /// Optional.
        Phone = "phone", "Nomor HP", "Phone number";
        /// An occupation id of the programme.
        Occupation = "occupation", "Pekerjaan", "Occupation";
        /// A role id of the programme.
        Role = "role", "Peran", "Role";
        /// In words.
        Workplace = "workplace", "Tempat kerja", "Place of work";
        /// A source id of the programme.
        Source = "source", "Sumber data", "Data source";
        /// Full name.
        HeirName = "heir_name", "Nama ahli waris", "Heir's name";
        /// A [`Relation`] key.
        HeirRelation = "heir_relation", "Hubungan ahli waris", "Heir's relation";
        /// Optional.
        HeirPhone = "heir_phone", "Nomor HP ahli waris", "Heir's phone number";
        /// A [`ConsentManner`] key.
        Consent = "consent", "Persetujuan", "Consent";
        /// Which notice was read.
        ConsentNotice = "consent_notice", "Versi pemberitahuan", "Notice version";
        /// When it was given, an RFC 3339 time.
        ConsentTime = "consent_time", "Waktu persetujuan", "Time of consent";
        /// `latitude longitude accuracy` in degrees, degrees and metres.
        Position = "position", "Lokasi", "Position";
        /// Why the kader goes on past warnings.
        WarningReason = "warning_reason", "Alasan", "Reason";
        /// Why a photo with faults is kept, a [`PhotoReason`] key.
        PhotoReason = "photo_reason", "Alasan memakai foto", "Why this photo is kept";
        /// The photo of the KTP; never a text of the draft.
        KtpPhoto = "ktp_photo", "Foto KTP", "Photo of the KTP";
    }
}

/// What the kader has typed so far.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<Field, String>);

/// What a draft is judged against.
pub struct Setting<'a> {
    /// The village's programme.
    pub programme: &'a Programme,
    /// Today, where the phone is.
    pub today: Date,
    /// Whether the NIK's district exists today.
    pub knows_district: &'a dyn Fn(&Nik) -> bool,
}

impl Draft {
    /// What was typed, blanks around it left out; empty when nothing was.
    pub fn get(&self, field: Field) -> &str {
        self.0.get(&field).map_or("", |text| text.trim())
    }

    /// Takes a field as typed.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        self.0.insert(field, text.into());
    }

    /// Every field with its text.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(&field, text)| (field, text.as_str()))
    }

    /// The NIK as far as it can be read.
    pub fn nik(&self) -> Result<Nik, NikError> {
        Nik::parse(self.get(Field::Nik))
    }

    /// What does not agree with the NIK, as far as the fields are filled.
    pub fn warnings(&self, setting: &Setting) -> Vec<NikWarning> {
        let Ok(nik) = self.nik() else {
            return Vec::new();
        };
        nik.warnings(
            parse_date(self.get(Field::BirthDate)),
            sex_from_key(self.get(Field::Sex)),
            self.get(Field::Village).parse::<VillageCode>().ok().map(|village| village.district()),
            (setting.knows_district)(&nik),
        )
    }

    /// What is wrong with one field by itself; nothing when it may stand so.
    pub fn problem(&self, field: Field, setting: &Setting, photos: &[Photo]) -> Option<ProblemKind> {
        self.enrolment(setting, photos).err()?.into_iter().find(|problem| problem.field == field).map(|p| p.kind)
    }

    /// The enrolment that the draft says, or everything that is wrong with it.
    pub fn enrolment(&self, setting: &Setting, photos: &[Photo]) -> Result<Enrolment, Vec<Problem>> {
        let mut reader = Reader { draft: self, problems: Vec::new() };
        let programme = setting.programme;
        let identity = reader.identity(setting.today);
        let residence = reader.residence();
        let work = reader.work(programme);
        let heir = reader.heir();
        let consent = reader.consent();
        let phone = reader.phone(Field::Phone);
        let source = reader.among(Field::Source, |id| programme.sources.iter().any(|s| s.id.0 == id)).map(SourceId);
        let position = parse_position(self.get(Field::Position));
        let warning_reason = reader.text(Field::WarningReason, 200, false);
        if !photos.iter().any(|photo| photo.kind == PhotoKind::Ktp) {
            reader.note(Field::KtpPhoto, ProblemKind::Missing);
        }
        let has_faults = photos.iter().any(|photo| !photo.faults.is_empty());
        let photo_reason = if has_faults { reader.required(Field::PhotoReason, PhotoReason::from_key) } else { None };
        if warning_reason.is_none() && self.warnings(setting).iter().any(NikWarning::needs_reason) {
            reader.note(Field::WarningReason, ProblemKind::NeedsReason);
        }
        match (identity, residence, work, heir, consent) {
            (Some(identity), Some(residence), Some(work), Some(heir), Some(consent)) if reader.problems.is_empty() => {
                Ok(Enrolment {
                    programme: programme.id.clone(),
                    identity,
                    contact: Contact { phone },
                    residence,
                    work,
                    heir,
                    source,
                    consent,
                    photos: photos.to_vec(),
                    photo_reason,
                    position,
                    warning_reason,
                    worker_key: None,
                })
            }
            _ => Err(reader.problems),
        }
    }
}

impl From<&Enrolment> for Draft {
    /// The fields again, for a correction.
    fn from(enrolment: &Enrolment) -> Self {
        let Enrolment { identity, residence, work, heir, consent, .. } = enrolment;
        let mut draft = Draft::default();
        let mut set = |field, text: Option<String>| {
            if let Some(text) = text {
                draft.set(field, text);
            }
        };
        set(Field::Nik, Some(identity.nik.digits().to_owned()));
        set(Field::Name, Some(identity.name.clone()));
        set(Field::BirthPlace, Some(identity.birth_place.clone()));
        set(Field::BirthDate, Some(typed_date(identity.birth_date)));
        set(Field::Sex, Some(sex_key(identity.sex).to_owned()));
        set(Field::Address, Some(identity.address.clone()));
        set(Field::Village, Some(residence.village.to_string()));
        set(Field::Rt, Some(residence.rt.to_string()));
        set(Field::Rw, Some(residence.rw.to_string()));
        set(Field::Phone, enrolment.contact.phone.clone());
        set(Field::Occupation, work.occupation.as_ref().map(|id| id.0.clone()));
        set(Field::Role, work.role.as_ref().map(|id| id.0.clone()));
        set(Field::Workplace, Some(work.place.clone()));
        set(Field::Source, enrolment.source.as_ref().map(|id| id.0.clone()));
        set(Field::HeirName, Some(heir.name.clone()));
        set(Field::HeirRelation, Some(heir.relation.key().to_owned()));
        set(Field::HeirPhone, heir.phone.clone());
        set(Field::Consent, Some(consent.manner.key().to_owned()));
        set(Field::ConsentNotice, Some(consent.notice_version.clone()));
        set(Field::ConsentTime, Some(consent.given_at.to_string()));
        set(
            Field::Position,
            enrolment.position.map(|p| format!("{} {} {}", p.latitude, p.longitude, p.accuracy_metres)),
        );
        set(Field::WarningReason, enrolment.warning_reason.clone());
        set(Field::PhotoReason, enrolment.photo_reason.map(|reason| reason.key().to_owned()));
        draft
    }
}

/// `male` or `female`, as in a draft.
pub fn sex_key(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

fn sex_from_key(key: &str) -> Option<Sex> {
    [Sex::Male, Sex::Female].into_iter().find(|&sex| sex_key(sex) == key)
}

/// The text of [`Field::Position`], `latitude longitude accuracy`.
pub fn parse_position(text: &str) -> Option<Position> {
    let mut numbers = text.split(' ').map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
    Some(Position { latitude: numbers.next()??, longitude: numbers.next()??, accuracy_metres: numbers.next()?? })
}
