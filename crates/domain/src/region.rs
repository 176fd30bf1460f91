//! The regions of Indonesia: codes, names, who lies in whom, and a search by name.
//!
//! The names come from `assets/regions/regions.bin`, which `scripts/regions` makes; the caller gives its bytes.

mod code;
mod load;
mod search;
mod table;

pub use code::{DistrictCode, ProvinceCode, RegencyCode, RegionCodeError, VillageCode, VillageKind};
pub use load::RegionsError;
pub use table::{Place, Regions};
