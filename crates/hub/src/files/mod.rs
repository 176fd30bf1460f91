//! Files that come in and go out: lists of people, files for BPJS, its answers, reports.
//!
//! ```text
//! upload → stored (pieces in the database) → table (rows, bounded) → columns (what is what) → list | answer (a row judged)
//!                                                                                             work: dry run, then slices
//! export: gather people by village → stored file, twice            report: counts → page, XLSX, CSV
//! ```
//! Nothing is kept in memory between calls: who works on what, and how far it is, is in the database, so that a hub that is
//! killed goes on, and another process may take over. docs/adr/0016-files.md.

pub mod answer;
pub mod cell;
pub mod columns;
pub mod damage;
pub mod export;
pub mod list;
pub mod problem;
pub mod report;
pub mod sheet;
pub mod stored;
pub mod table;
pub mod template;
pub mod villages;
pub mod work;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The media type of an XLSX.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How many rows of a file are what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Rows that would be taken, or were.
    pub good: u32,
    /// Of these, people who are not known yet; of an answer, people who are covered now.
    pub new: u32,
    /// Of these, people of whom the file says something else than is known; of an answer, refusals.
    pub changed: u32,
    /// Of these, people of whom everything is known already.
    pub same: u32,
    /// Of these, people who are enrolled already: what the list says counts, but nobody need visit them.
    pub enrolled: u32,
    /// Rows that can't be taken.
    pub bad: u32,
    /// Cells that were mended, by [`damage::Mended::key`].
    pub mended: BTreeMap<String, u32>,
    /// NIKs that end in 0: all of them, and a spreadsheet has cut their last digit.
    pub zeros: u32,
}
