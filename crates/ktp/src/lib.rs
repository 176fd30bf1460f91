//! Payung.
