//! An enrolment as the kader confirmed it: what registration needs and nothing more.
//!
//! No religion, blood group, health or children's data: UU PDP 27/2022 asks for the least, and BPJS asks for no more.

use crate::ids::PhotoHash;
use crate::nik::{Nik, Sex};
use crate::programme::{OccupationId, ProgrammeId, RoleId, SourceId};
use crate::region::VillageCode;
use crate::worker_key::WorkerKeyHash;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One person's enrolment in one programme. Travels as JSON; the hub keeps the bytes it received.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The programme that pays.
    pub programme: ProgrammeId,
    /// Who it is, as the KTP says.
    pub identity: Identity,
    /// How to reach the person.
    pub contact: Contact,
    /// Where the person lives now.
    pub residence: Residence,
    /// What the person does.
    pub work: Work,
    /// Who receives the death benefit.
    pub heir: Heir,
    /// The list on which the person was found, if any.
    pub source: Option<SourceId>,
    /// That the person agreed, and how.
    pub consent: Consent,
    /// What was photographed.
    pub photos: Vec<Photo>,
    /// Why a photo with faults was kept.
    pub photo_reason: Option<PhotoReason>,
    /// Where the phone stood, if the person allowed it.
    pub position: Option<Position>,
    /// Why the kader went on past warnings.
    pub warning_reason: Option<String>,
    /// Of the key on the receipt that the person was given; nothing from an older phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_key: Option<WorkerKeyHash>,
}

/// The identity that the KTP prints.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// The sixteen digits.
    pub nik: Nik,
    /// In capitals, as printed.
    pub name: String,
    /// Town or regency of birth.
    pub birth_place: String,
    /// As printed; may differ from the NIK.
    pub birth_date: Date,
    /// As printed; may differ from the NIK.
    pub sex: Sex,
    /// The line "Alamat".
    pub address: String,
}

/// How to reach the person.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Digits with an optional leading +; many people have none.
    pub phone: Option<String>,
}

/// Where the person lives now.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Residence {
    /// Desa or kelurahan.
    pub village: VillageCode,
    /// Rukun tetangga, 1 to 999.
    pub rt: u16,
    /// Rukun warga, 1 to 999.
    pub rw: u16,
}

/// What the person does; an occupation, an incentive role, or both.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// One of the programme's occupations.
    pub occupation: Option<OccupationId>,
    /// One of the programme's incentive roles.
    pub role: Option<RoleId>,
    /// Where the work is done, in the person's words.
    pub place: String,
}

/// Who receives the death benefit.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Heir {
    /// Full name.
    pub name: String,
    /// To the worker.
    pub relation: Relation,
    /// Digits with an optional leading +.
    pub phone: Option<String>,
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal, $id:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $key)] $variant,)+ }
        impl $name {
            /// Every choice, in the order in which it is offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name on the wire and in a draft.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
            /// The choice with this key.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.key() == key)
            }
            /// What a person reads.
            pub fn label(self, lang: crate::lang::Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($id, $en)),+ }
            }
        }
    };
}
pub(crate) use choice;

choice! {
    /// The heir's relation to the worker.
    Relation {
        /// Husband or wife.
        Spouse = "spouse", "Suami/istri", "Husband or wife";
        /// Child of any age.
        Child = "child", "Anak", "Child";
        /// Father or mother.
        Parent = "parent", "Orang tua", "Parent";
        /// Brother or sister.
        Sibling = "sibling", "Saudara kandung", "Brother or sister";
        /// Any other.
        Other = "other", "Lainnya", "Other";
    }
}

choice! {
    /// How consent was given.
    ConsentManner {
        /// The notice was read aloud and answered with yes.
        Spoken = "spoken", "Lisan, setelah dibacakan", "Spoken, after it was read aloud";
        /// Signed on paper that the village keeps.
        Signature = "signature", "Tanda tangan", "Signature";
        /// A thumb mark on paper that the village keeps.
        ThumbMark = "thumb_mark", "Cap jempol", "Thumb mark";
    }
}

choice! {
    /// What a photo shows.
    PhotoKind {
        /// The front of the KTP.
        Ktp = "ktp", "Foto KTP", "Photo of the KTP";
    }
}

choice! {
    /// Why the office might not be able to read a photo, or to believe it; what to mend first comes first.
    #[derive(PartialOrd, Ord)]
    PhotoFault {
        /// No card is seen.
        NoCard = "no_card", "KTP tidak terlihat utuh", "Card not seen as a whole";
        /// A part of the card lies outside.
        CutOff = "cut", "KTP terpotong", "Cut off";
        /// Too few pixels for the smallest print.
        TooSmall = "small", "KTP terlalu kecil", "Card too small";
        /// Too little light.
        TooDark = "dark", "Terlalu gelap", "Too dark";
        /// Light mirrored over the print.
        Glare = "glare", "Silau", "Glare";
        /// Moved while it was taken.
        Shaken = "motion", "Goyang", "Shaken";
        /// Not in focus.
        Blurred = "blur", "Tidak fokus", "Out of focus";
        /// By 180°.
        UpsideDown = "upside_down", "Terbalik", "Upside down";
        /// Left and right exchanged, as selfie cameras do.
        Mirrored = "mirrored", "Gambar cermin", "Mirrored";
        /// A copy on paper.
        Photocopy = "copy", "Fotokopi", "Photocopy";
        /// Taken from another screen.
        Screen = "screen", "Foto dari layar", "Taken from a screen";
    }
}

choice! {
    /// Why a photo with faults was kept.
    PhotoReason {
        /// The card itself is worn.
        Worn = "worn", "KTP sudah rusak atau pudar", "The card is worn or faded";
        /// It does not get better there.
        Light = "light", "Cahaya di sini kurang", "There is not enough light here";
        /// The original is elsewhere.
        CopyOnly = "copy_only", "Hanya ada fotokopi atau foto", "There is only a copy";
        /// The kader reads it well.
        Legible = "legible", "Menurut saya tetap terbaca", "I can read it";
    }
}

/// That the person agreed to the processing of his or her data.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// Which text was read, for example `2026-11`.
    pub notice_version: String,
    /// How it was given.
    pub manner: ConsentManner,
    /// By the phone's clock.
    pub given_at: Timestamp,
}

/// A photo that belongs to the record; its bytes travel apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// What it shows.
    pub kind: PhotoKind,
    /// SHA-256 of the JPEG.
    pub sha256: PhotoHash,
    /// Size of the JPEG in bytes.
    pub bytes: u64,
    /// What the phone found fault with when it was taken.
    #[serde(default)]
    pub faults: Vec<PhotoFault>,
}

/// A position on Earth (WGS 84).
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Radius of 68 % confidence, in metres, as the phone reports it.
    pub accuracy_metres: f64,
}

impl std::fmt::Debug for Enrolment {
    /// Personal data stays out of logs: only what counts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Enrolment({:?}, {} photos)", self.programme, self.photos.len())
    }
}
