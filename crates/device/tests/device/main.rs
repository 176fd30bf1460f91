//! The phone without a screen, against small hubs that keep the contract of `payung_domain::wire`. The real hub meets the real
//! phone in the repository's `tests/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bad_link;
mod cards;
mod drafts;
mod full;
mod letters;
mod parcels;
mod reminders;
mod report_drafts;
mod slip;
mod support;
mod sync;
mod visits;
mod wallet;
mod wallet_hubs;
