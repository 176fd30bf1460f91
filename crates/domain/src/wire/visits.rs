//! Whom a village's lists name, and what became of the visits.

use crate::enrolment::choice;
use crate::ids::ContentHash;
use crate::nik::Nik;
use crate::programme::SourceId;
use serde::{Deserialize, Serialize};

/// How many candidates one answer carries at most.
pub const MOST_CANDIDATES: usize = 5_000;
/// How many outcomes of visits one asking carries at most.
pub const MOST_OUTCOMES: usize = 200;
/// How large an asking may be, in bytes.
pub const MOST_CANDIDATES_BYTES: usize = 32 << 10;

choice! {
    /// Why somebody on a list was not enrolled when the kader came.
    Outcome {
        /// Nobody was there: the kader comes again.
        NotMet = "not_met", "Belum bertemu, datang lagi", "Not met, to come again";
        /// Lives elsewhere.
        Moved = "moved", "Pindah dari desa ini", "Has left the village";
        /// The person has died.
        Died = "died", "Meninggal dunia", "Has died";
        /// Covered by an employer.
        WageEarner = "wage_earner", "Sudah dilindungi pemberi kerja", "Covered by an employer";
        /// Does not want it.
        Declined = "declined", "Tidak bersedia", "Does not want it";
    }
}

impl Outcome {
    /// The kader is to come again.
    pub fn is_open(self) -> bool {
        self == Self::NotMet
    }
}

/// What became of a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitOutcome {
    /// Of whom.
    pub nik: Nik,
    /// What; nothing takes back what was told before.
    pub outcome: Option<Outcome>,
}

impl std::fmt::Debug for VisitOutcome {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VisitOutcome({:?})", self.outcome)
    }
}

/// A phone asks whom the village's lists name and nobody has enrolled, and tells what became of visits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CandidatesRequest {
    /// [`super::VERSION`].
    pub version: u32,
    /// Drawn by the phone; the answer repeats it.
    pub nonce: String,
    /// [`CandidatesResponse::digest`] of those that are stored; nothing at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<ContentHash>,
    /// At most [`MOST_OUTCOMES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<VisitOutcome>,
}

/// Whom the village's lists name and nobody has enrolled.
#[derive(Clone, Serialize, Deserialize)]
pub struct CandidatesResponse {
    /// [`super::VERSION`].
    pub version: u32,
    /// From the request.
    pub nonce: String,
    /// Of `candidates`, whether they are told or not.
    pub digest: ContentHash,
    /// All of them by name, at most [`MOST_CANDIDATES`]; nothing when the phone has them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<Candidate>>,
    /// There are more of them in the village than are told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The outcomes of the request are held, or are of nobody on the lists; an older hub does not read them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_outcomes: bool,
}

impl std::fmt::Debug for CandidatesResponse {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CandidatesResponse({:?})", self.candidates.as_ref().map(Vec::len))
    }
}

/// Somebody on a list, to be visited. What the list does not say is empty.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The sixteen digits.
    pub nik: Nik,
    /// As the list has it.
    pub name: String,
    /// The list; one of the programme's sources.
    pub source: SourceId,
    /// Street or hamlet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Rukun tetangga.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rt: Option<u16>,
    /// Rukun warga.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rw: Option<u16>,
    /// What a kader of the village has told of a visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

impl std::fmt::Debug for Candidate {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Candidate({})", self.source.0)
    }
}
