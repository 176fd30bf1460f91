//! A village on one machine: real phones and a real hub, on real files, under simulated time, chance and network.
//!
//! A seed decides everything that happens: who enrols, who corrects, what the office says, and which fault strikes when. After
//! every step the promises of Payung are checked ([`promise`]); a run that breaks one names the seed that replays it.
//!
//! ```text
//! run      what happens, step by step, and the peace at the end
//! office   what the office decides, ends and changes
//! kader    what a kader types, photographs and saves
//! parcel   what two phones hand to each other
//! world    the hub and its village
//! phone    a phone, and what is left of it after a kill
//! folder   what is left in a folder when a process is killed
//! brake    kills a process between two steps of its store, and fills a disk
//! link     the network between them, and what it does to a call
//! impostor a hub that is not ours
//! clock    one true time, and phones that are wrong about it
//! person   people who were never born
//! promise  what must hold
//! ```

pub mod brake;
pub mod clock;
pub mod fault;
mod folder;
mod impostor;
mod kader;
pub mod link;
mod office;
mod parcel;
pub mod person;
pub mod phone;
pub mod promise;
pub mod run;
pub mod world;

pub use fault::{Fault, Tally};
pub use run::{Outcome, run};
