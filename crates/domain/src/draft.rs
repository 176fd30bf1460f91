//! What the kader has typed so far, field by field, as text; and the one place where it becomes an [`Enrolment`].

use crate::enrolment::*;
use crate::lang::{Lang, parse_date, typed_date};
use crate::nik::{Nik, NikError, NikWarning, Sex};
use crate::programme::{OccupationId, Programme, RoleId, SourceId};
use crate::region::VillageCode;
use jiff::Timestamp;
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

/// What keeps a draft from being saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where to mend it.
    pub field: Field,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Nothing was entered.
    Missing,
    /// Not a NIK.
    Nik(NikError),
    /// Not a day of the calendar, or not written day–month–year.
    NotADate,
    /// After today.
    InTheFuture,
    /// More letters than a card can print.
    TooLong {
        /// The most that is taken.
        most: usize,
    },
    /// Not 8 to 15 digits.
    NotAPhone,
    /// Not a number from 1 to 999.
    NotANumber,
    /// Not one of the choices.
    NotAChoice,
    /// Warnings stand that need a reason.
    NeedsReason,
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

    /// Takes a field only where nothing stands yet, as a scan does; tells whether it did.
    pub fn prefill(&mut self, field: Field, text: impl Into<String>) -> bool {
        let is_empty = self.get(field).is_empty();
        if is_empty {
            self.set(field, text);
        }
        is_empty
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
    pub fn problem(&self, field: Field, setting: &Setting) -> Option<ProblemKind> {
        self.enrolment(setting, &[]).err()?.into_iter().find(|problem| problem.field == field).map(|p| p.kind)
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
                    position,
                    warning_reason,
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
        draft
    }
}

/// Reads typed fields and gathers what is wrong.
struct Reader<'a> {
    draft: &'a Draft,
    problems: Vec<Problem>,
}

/// A KTP prints no longer name; the longest on record has fewer letters.
const LONGEST_NAME: usize = 100;
const LONGEST_LINE: usize = 200;

impl Reader<'_> {
    fn note(&mut self, field: Field, kind: ProblemKind) {
        self.problems.push(Problem { field, kind });
    }

    fn fail<T>(&mut self, field: Field, kind: ProblemKind) -> Option<T> {
        self.note(field, kind);
        None
    }

    fn text(&mut self, field: Field, most: usize, required: bool) -> Option<String> {
        let text = self.draft.get(field);
        match text.chars().count() {
            0 if required => self.fail(field, ProblemKind::Missing),
            0 => None,
            count if count > most => self.fail(field, ProblemKind::TooLong { most }),
            _ => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }

    fn name(&mut self, field: Field) -> Option<String> {
        Some(self.text(field, LONGEST_NAME, true)?.to_uppercase())
    }

    fn phone(&mut self, field: Field) -> Option<String> {
        let phone: String =
            self.draft.get(field).chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.')).collect();
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        match digits.len() {
            0 if phone.is_empty() => None,
            8..=15 if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(phone),
            _ => self.fail(field, ProblemKind::NotAPhone),
        }
    }

    fn number(&mut self, field: Field) -> Option<u16> {
        match self.draft.get(field) {
            "" => self.fail(field, ProblemKind::Missing),
            text => match text.parse() {
                Ok(number @ 1..=999) => Some(number),
                _ => self.fail(field, ProblemKind::NotANumber),
            },
        }
    }

    fn among(&mut self, field: Field, is_choice: impl Fn(&str) -> bool) -> Option<String> {
        match self.draft.get(field) {
            "" => None,
            key if is_choice(key) => Some(key.to_owned()),
            _ => self.fail(field, ProblemKind::NotAChoice),
        }
    }

    fn required<T>(&mut self, field: Field, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        match self.draft.get(field) {
            "" => self.fail(field, ProblemKind::Missing),
            key => read(key).or_else(|| self.fail(field, ProblemKind::NotAChoice)),
        }
    }

    fn identity(&mut self, today: Date) -> Option<Identity> {
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

    fn residence(&mut self) -> Option<Residence> {
        let village = self.required(Field::Village, |text| text.parse().ok());
        let (rt, rw) = (self.number(Field::Rt), self.number(Field::Rw));
        Some(Residence { village: village?, rt: rt?, rw: rw? })
    }

    fn work(&mut self, programme: &Programme) -> Option<Work> {
        let occupation = self.among(Field::Occupation, |id| programme.occupations.iter().any(|o| o.id.0 == id));
        let role = self.among(Field::Role, |id| programme.roles.iter().any(|r| r.id.0 == id));
        if self.draft.get(Field::Occupation).is_empty() && self.draft.get(Field::Role).is_empty() {
            return self.fail(Field::Occupation, ProblemKind::Missing);
        }
        let place = self.text(Field::Workplace, LONGEST_LINE, true)?;
        Some(Work { occupation: occupation.map(OccupationId), role: role.map(RoleId), place })
    }

    fn heir(&mut self) -> Option<Heir> {
        let name = self.name(Field::HeirName);
        let relation = self.required(Field::HeirRelation, Relation::from_key);
        let phone = self.phone(Field::HeirPhone);
        Some(Heir { name: name?, relation: relation?, phone })
    }

    fn consent(&mut self) -> Option<Consent> {
        let manner = self.required(Field::Consent, ConsentManner::from_key)?;
        let notice_version = self.text(Field::ConsentNotice, 40, true)?;
        let given_at: Timestamp = self.required(Field::ConsentTime, |text| text.parse().ok())?;
        Some(Consent { notice_version, manner, given_at })
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

impl Problem {
    /// What is wrong and what to do next.
    pub fn sentence(&self, lang: Lang) -> String {
        let label = self.field.label(lang);
        match (&self.kind, lang) {
            (ProblemKind::Nik(error), _) => error.sentence(lang),
            (ProblemKind::Missing, Lang::Id) => match self.field {
                Field::KtpPhoto => "Foto KTP belum ada. Ambil fotonya dulu.".into(),
                Field::Consent => "Pilih cara persetujuan diberikan setelah pemberitahuan dibacakan.".into(),
                _ => format!("{label} belum diisi."),
            },
            (ProblemKind::Missing, Lang::En) => match self.field {
                Field::KtpPhoto => "There is no photo of the KTP. Take it first.".into(),
                Field::Consent => "Choose how consent was given after the notice was read.".into(),
                _ => format!("{label} is empty."),
            },
            (ProblemKind::NotADate, Lang::Id) => "Tulis tanggal sebagai hari-bulan-tahun, misalnya 05-04-1985.".into(),
            (ProblemKind::NotADate, Lang::En) => "Write the date as day-month-year, for example 05-04-1985.".into(),
            (ProblemKind::InTheFuture, Lang::Id) => "Tanggal ini belum terjadi. Periksa tahunnya.".into(),
            (ProblemKind::InTheFuture, Lang::En) => "This date is in the future. Check the year.".into(),
            (ProblemKind::TooLong { most }, Lang::Id) => {
                format!("{label} paling banyak {most} huruf. Singkat sedikit.")
            }
            (ProblemKind::TooLong { most }, Lang::En) => {
                format!("{label} takes {most} letters at most. Shorten it.")
            }
            (ProblemKind::NotAPhone, Lang::Id) => {
                "Nomor HP terdiri dari 8 sampai 15 angka. Kosongkan bila tidak punya.".into()
            }
            (ProblemKind::NotAPhone, Lang::En) => {
                "A phone number has 8 to 15 digits. Leave it empty if there is none.".into()
            }
            (ProblemKind::NotANumber, Lang::Id) => format!("{label} diisi angka 1 sampai 999."),
            (ProblemKind::NotANumber, Lang::En) => format!("{label} is a number from 1 to 999."),
            (ProblemKind::NotAChoice, Lang::Id) => {
                format!("{label}: pilih salah satu dari daftar.")
            }
            (ProblemKind::NotAChoice, Lang::En) => format!("{label}: choose one from the list."),
            (ProblemKind::NeedsReason, Lang::Id) => {
                "Ada yang berbeda dengan NIK. Tulis alasannya supaya kantor mengerti.".into()
            }
            (ProblemKind::NeedsReason, Lang::En) => {
                "Something differs from the NIK. Say why, so that the office understands.".into()
            }
        }
    }
}
