//! The server that phones sync with.
