//! The screens, a file each.

mod enrol;
mod handover;
mod home;
mod pair;
mod record;
mod records;
mod settings;
mod unlock;
mod visits;

pub use enrol::Enrol;
pub use handover::Handover;
pub use home::Home;
pub use pair::Pair;
pub use record::Record;
pub use records::Records;
pub use settings::Settings;
pub use unlock::Unlock;
pub use visits::Visits;
