//! What Payung knows about its field: the NIK, regions, programmes, an enrolment, its states, and the words on the
//! wire between phone and hub.
//!
//! Nothing here reads a file, a clock or a random number: the day of today, bytes and tables come in as arguments.

pub mod benefits;
pub mod card;
pub mod code;
mod cose;
pub mod cover;
pub mod draft;
pub mod eligibility;
pub mod enrolled;
pub mod enrolment;
pub mod ids;
pub mod irregularity;
pub mod kpj;
pub mod lang;
pub mod merge;
pub mod money;
pub mod nik;
pub mod parcel;
pub mod programme;
pub mod receipt;
pub mod region;
pub mod series;
pub mod slip;
pub mod state;
pub mod wire;
pub mod worker;
pub mod worker_key;

pub use cover::{Cover, day_of};
pub use draft::{Draft, Field, Problem, ProblemKind};
pub use enrolment::Enrolment;
pub use ids::{PhotoHash, RecordId};
pub use kpj::Kpj;
pub use lang::Lang;
pub use money::Rupiah;
pub use nik::{Nik, NikError, NikWarning, Sex};
pub use programme::Programme;
pub use state::State;
pub use worker_key::{ReceiptNumber, WorkerKey, WorkerKeyHash};
