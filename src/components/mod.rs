//! Pieces of screens: props in, events out.

pub mod ask;
pub mod camera;
pub mod check;
pub mod choices;
pub mod coach;
pub mod data;
pub mod field;
pub mod frame;
pub mod icon;
pub mod photo;
pub mod position;
pub mod scan;
pub mod series;
pub mod state;
pub mod sync_line;
pub mod verdict;
