//! A photo of an identity card in; a small, upright picture, what is wrong with it, codes and the printed NIK out.
//!
//! [`look`] does all of it for a photo, [`Scanner`] for the frames of a camera. [`shrink`] makes the JPEG that is kept and
//! sent, [`thumbnail`] the one for a list; [`find_card`] finds the corners, [`judge`] the faults, [`read_codes`] the bar
//! codes, [`nik_on_card`] the print; [`classify`] says what a code is. Every file is untrusted: a broken, huge or hostile
//! one gives a [`PictureError`], with memory bounded by [`Limits`], never a panic. All of it blocks; keep it off the UI
//! thread.

mod card;
mod classify;
mod coach;
mod code;
mod encode;
mod engine;
mod error;
mod geometry;
mod limits;
mod look;
mod photo;
mod print;
mod read;
mod resize;
mod shrink;
mod source;

pub use card::{Found, find_card};
pub use classify::classify;
pub use coach::{CardMeasures, Measures, judge, measure};
pub use code::{Code, CodeFormat, CodeKind};
pub use error::PictureError;
pub use geometry::{CARD_ASPECT, Homography, Point, Pose, Quad};
pub use limits::Limits;
pub use look::{Look, NikLine, Scanner, Seen, look};
pub use payung_domain::enrolment::PhotoFault;
pub use print::{PrintedDigit, PrintedNik, Vote, nik_on_card};
pub use read::{FRAME_BUDGET, read_codes, read_codes_in};
pub use shrink::{Picture, shrink, thumbnail};
