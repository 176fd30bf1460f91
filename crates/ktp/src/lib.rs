//! A photo of an identity card in; a small, upright picture and the codes on the card out.
//!
//! [`shrink`] makes the JPEG that is kept and sent, cut to the card where [`find_card`] sees one, [`Photo`] is what
//! several looks at one file share, [`thumbnail`] makes the JPEG for a list, [`read_codes`] finds the bar
//! codes and [`classify`] says what a code is. Every file is untrusted: a broken, huge or hostile one gives a
//! [`PictureError`], with memory bounded by [`Limits`], never a panic. All of it blocks; keep it off the UI thread.

mod card;
mod classify;
mod code;
mod encode;
mod engine;
mod error;
mod geometry;
mod limits;
mod photo;
mod read;
mod resize;
mod shrink;
mod source;

pub use card::{Found, find_card};
pub use classify::classify;
pub use code::{Code, CodeFormat, CodeKind};
pub use error::PictureError;
pub use geometry::{CARD_ASPECT, Homography, Point, Quad, rectify_grey, rectify_rgb};
pub use limits::Limits;
pub use photo::Photo;
pub use read::read_codes;
pub use shrink::{Picture, shrink, thumbnail};
