//! The hub over its router: each file mirrors a route, each name says what must hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod audit;
mod backup;
mod batch;
mod binary;
mod browser;
mod bucket;
mod config;
mod doctor;
mod ending;
mod files;
mod full_size;
mod limits;
mod line;
mod list;
mod metrics;
mod office;
mod openapi;
mod pair;
mod people;
mod photos;
mod pictures;
mod places;
mod postgres;
mod programmes;
mod quota;
mod refusals;
mod rights;
mod staff;
mod store;
mod sync;
mod tls;
mod verify;
mod world;
