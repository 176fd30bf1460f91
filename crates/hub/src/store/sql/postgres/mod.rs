//! PostgreSQL behind the hub's own types.
//!
//! tokio-postgres speaks the protocol; what it waits for is waited for on the calling thread (`wire.rs`), because the hub's
//! work is plain functions on blocking threads: no second runtime, no thread to hand over to, and one system call each way.

mod client;
mod numbered;
mod tls;
mod url;
mod values;
mod wire;

pub use client::Client;
pub use url::{DatabaseUrl, NoUrl};
pub(super) use values::value_of;
