//! The server that phones sync with and where the labour office decides.
//!
//! ```text
//! routes/   HTTP for phones: pair, sync, photos (tus), health     office/   HTML for people
//!      \                                                          /
//!       pairing  sync → intake  photos  places  line  quota  enrolled  decision  ending  sign_in  people  files   what is done, synchronous, time as an argument
//!                                  |
//!                                store/   the only door to SQL
//! ```
//! Handlers authenticate, hand over to a plain function on a blocking thread, and write the answer.

pub mod account;
pub mod batch;
pub mod bucket;
pub mod card;
pub mod catalogue;
pub mod certificate;
pub mod claim;
pub mod commands;
pub mod context;
pub mod decision;
pub mod disk;
pub mod ending;
pub mod enrolled;
pub mod error;
pub mod examine;
pub mod files;
pub mod guess;
pub mod hub;
pub mod intake;
pub mod irregularities;
pub mod key;
pub mod limiter;
pub mod line;
pub mod membership;
pub mod metrics;
pub mod office;
pub mod pairing;
pub mod parcels;
pub mod password;
pub mod people;
pub mod photos;
pub mod pictures;
pub mod place_of_village;
pub mod places;
pub mod queue;
pub mod quota;
pub mod refusal;
pub mod rights;
pub mod routes;
pub mod sign_in;
pub mod store;
pub mod sweep;
pub mod sync;
pub mod tls;
pub mod totp;
pub mod verdict;
pub mod worker;

pub use context::Context;
pub use error::HubError;
pub use hub::{Hub, Settings};
pub use routes::router;
