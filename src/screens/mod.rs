//! The screens, a file each.

mod card;
mod check;
mod enrol;
mod handover;
mod help;
mod home;
mod pair;
mod record;
mod records;
mod reminders;
mod renewal;
mod settings;
mod slip;
mod tell;
mod unlock;
mod visits;
mod welcome;
mod worker;

pub use card::Card;
pub use check::Check;
pub use enrol::Enrol;
pub use handover::Handover;
pub use help::{Help, HelpAt, HelpLink, HelpPage, Place, Tell};
pub use home::Home;
pub use pair::Pair;
pub use record::Record;
pub use records::Records;
pub use reminders::Reminders;
pub use renewal::Renewal;
pub use settings::Settings;
pub use slip::Slip;
pub use unlock::Unlock;
pub use visits::Visits;
pub use welcome::Welcome;
pub use worker::Worker;
