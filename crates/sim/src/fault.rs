//! What can go wrong, and how often it did.

use std::collections::BTreeMap;
use std::fmt;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No connection.
    NoSignal,
    /// The request never arrives.
    RequestLost,
    /// The connection breaks off in the middle of the request's body.
    RequestCut,
    /// The request arrives twice.
    RequestTwice,
    /// An older request of the same phone arrives once more, late.
    RequestLate,
    /// The hub has done it and the phone does not hear of it.
    AnswerLost,
    /// Half of the answer arrives.
    AnswerCut,
    /// An answer to an earlier request comes back.
    AnswerOld,
    /// A Wi-Fi answers with its own page.
    LoginPage,
    /// Another hub says that it holds everything.
    WrongHub,
    /// A proxy answers for a hub that is down.
    BadGateway,
    /// The hub ends before or after what a call asks for, and starts again.
    HubKilled,
    /// The hub ends between two steps of what its store does for a call, and starts again.
    HubKilledInside,
    /// The hub's disk is full.
    HubDiskFull,
    /// The app ends in the middle of what it does.
    PhoneKilled,
    /// The app ends between two steps of what its store does, or before a commit.
    PhoneKilledInside,
    /// The phone's disk is full, and the app can't do what it was asked.
    PhoneDiskFull,
    /// What waits on a phone goes by way of another one.
    ByParcel,
    /// A file of parcels is carried once more, perhaps by a second phone.
    ParcelTwice,
    /// A file of parcels or of answers is torn.
    ParcelTorn,
    /// A phone's clock jumps.
    ClockJump,
    /// A phone is put back to an old backup.
    PhoneRestored,
    /// A phone is paired once more.
    PairedAgain,
    /// The programme gets fewer places, or more.
    QuotaChanged,
    /// Two phones enrol the same person.
    SamePerson,
}

/// Those that the network does to a call.
pub const ON_THE_WAY: [Fault; 14] = [
    Fault::NoSignal,
    Fault::RequestLost,
    Fault::RequestCut,
    Fault::RequestTwice,
    Fault::RequestLate,
    Fault::AnswerLost,
    Fault::AnswerCut,
    Fault::AnswerOld,
    Fault::LoginPage,
    Fault::WrongHub,
    Fault::BadGateway,
    Fault::HubKilled,
    Fault::HubKilledInside,
    Fault::HubDiskFull,
];

/// Those that come to phones and kaders.
pub const AT_HOME: [Fault; 10] = [
    Fault::PhoneKilled,
    Fault::PhoneKilledInside,
    Fault::PhoneDiskFull,
    Fault::ByParcel,
    Fault::ParcelTwice,
    Fault::ParcelTorn,
    Fault::ClockJump,
    Fault::PhoneRestored,
    Fault::PairedAgain,
    Fault::SamePerson,
];

/// How often each fault struck.
#[derive(Clone, Debug, Default)]
pub struct Tally(BTreeMap<Fault, u64>);

impl Tally {
    /// It struck once more.
    pub fn add(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    /// Adds another run's.
    pub fn merge(&mut self, other: &Tally) {
        for (fault, count) in &other.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }

    /// How often one struck.
    pub fn of(&self, fault: Fault) -> u64 {
        self.0.get(&fault).copied().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(fault, count)| writeln!(f, "| {fault:?} | {count} |"))
    }
}
