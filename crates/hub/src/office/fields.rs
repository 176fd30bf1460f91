//! An enrolment field by field, in the words of the form.

use crate::catalogue::Catalogue;
use payung_domain::enrolment::{ConsentManner, PhotoReason, Relation};
use payung_domain::programme::{OccupationId, RoleId, SourceId};
use payung_domain::region::VillageCode;
use payung_domain::{Draft, Enrolment, Field, Lang, Sex};

/// The fields in the order in which a card and the form have them, in groups.
pub const GROUPS: &[(&str, &[Field])] = &[
    ("Identitas", &[Field::Nik, Field::Name, Field::BirthPlace, Field::BirthDate, Field::Sex, Field::Address]),
    ("Tempat tinggal", &[Field::Village, Field::Rt, Field::Rw, Field::Phone]),
    ("Pekerjaan", &[Field::Occupation, Field::Role, Field::Workplace, Field::Source]),
    ("Ahli waris", &[Field::HeirName, Field::HeirRelation, Field::HeirPhone]),
    ("Persetujuan", &[Field::Consent, Field::ConsentNotice, Field::ConsentTime, Field::Position]),
];

/// Of every field the text that a person reads; empty where nothing was entered.
pub fn shown(enrolment: &Enrolment, field: Field, catalogue: &Catalogue) -> String {
    let draft = Draft::from(enrolment);
    let raw = draft.get(field);
    let programme = catalogue.programme(&enrolment.programme);
    let named = match field {
        Field::Nik => Some(enrolment.identity.nik.grouped()),
        Field::BirthDate => Some(Lang::Id.date(enrolment.identity.birth_date)),
        Field::Sex => Some(match enrolment.identity.sex {
            Sex::Male => "Laki-laki".into(),
            Sex::Female => "Perempuan".into(),
        }),
        Field::Village => {
            raw.parse::<VillageCode>().ok().and_then(|code| catalogue.names(code)).map(|names| names.join(", "))
        }
        Field::Occupation => programme
            .and_then(|programme| programme.occupation(&OccupationId(raw.into())))
            .map(|occupation| occupation.label_id.clone()),
        Field::Role => {
            programme.and_then(|programme| programme.role(&RoleId(raw.into()))).map(|role| role.label_id.clone())
        }
        Field::Source => {
            programme.and_then(|programme| programme.source(&SourceId(raw.into()))).map(|source| source.name.clone())
        }
        Field::HeirRelation => Relation::from_key(raw).map(|relation| relation.label(Lang::Id).into()),
        Field::Consent => ConsentManner::from_key(raw).map(|manner| manner.label(Lang::Id).into()),
        Field::PhotoReason => PhotoReason::from_key(raw).map(|reason| reason.label(Lang::Id).into()),
        Field::ConsentTime => Some(super::words::moment(enrolment.consent.given_at)),
        Field::Position => {
            enrolment.position.map(|p| format!("{:.5}, {:.5} (± {:.0} m)", p.latitude, p.longitude, p.accuracy_metres))
        }
        _ => None,
    };
    named.unwrap_or_else(|| raw.to_owned())
}
