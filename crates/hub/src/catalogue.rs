//! The programmes and regions that this hub knows.

use crate::error::HubError;
use payung_domain::Nik;
use payung_domain::programme::{Programme, ProgrammeId};
use payung_domain::region::{Regions, VillageCode};
use std::collections::BTreeMap;
use std::path::Path;

/// The programmes that come with the program.
const EMBEDDED: &[(&str, &str)] = &[
    ("bengkayang_1desa100.toml", include_str!("../../../assets/programmes/bengkayang_1desa100.toml")),
    ("bengkayang_dbh_sawit.toml", include_str!("../../../assets/programmes/bengkayang_dbh_sawit.toml")),
    ("blora_2025.toml", include_str!("../../../assets/programmes/blora_2025.toml")),
    ("bogor_2026.toml", include_str!("../../../assets/programmes/bogor_2026.toml")),
    ("bojonegoro_2025.toml", include_str!("../../../assets/programmes/bojonegoro_2025.toml")),
    ("demo.toml", include_str!("../../../assets/programmes/demo.toml")),
];

/// Everything that is data and not in the database.
pub struct Catalogue {
    programmes: BTreeMap<ProgrammeId, Programme>,
    regions: Regions,
}

impl Catalogue {
    /// The embedded programmes; those in `folder` come beside them, or instead where the id is the same.
    pub fn load(folder: Option<&Path>) -> Result<Self, HubError> {
        let mut programmes = BTreeMap::new();
        let mut add = |name: &str, text: &str| {
            let programme = Programme::from_toml(text)
                .map_err(|error| HubError::Programme { name: name.to_owned(), reason: error.to_string() })?;
            programmes.insert(programme.id.clone(), programme);
            Ok::<_, HubError>(())
        };
        for (name, text) in EMBEDDED {
            add(name, text)?;
        }
        if let Some(folder) = folder {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "toml") {
                    add(&path.display().to_string(), &std::fs::read_to_string(&path)?)?;
                }
            }
        }
        let regions = Regions::load(include_bytes!("../../../assets/regions/regions.bin"))
            .map_err(|_| HubError::Corrupt("regions.bin"))?;
        Ok(Self { programmes, regions })
    }

    /// One programme.
    pub fn programme(&self, id: &ProgrammeId) -> Option<&Programme> {
        self.programmes.get(id)
    }

    /// All of them, by id.
    pub fn programmes(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.values()
    }

    /// Names of villages, districts and regencies.
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// Whether the district in a NIK exists today.
    pub fn knows_district(&self, nik: &Nik) -> bool {
        self.regions.contains_district(nik.district())
    }

    /// The names above a village: its own, its district's, its regency's.
    pub fn names(&self, code: VillageCode) -> Option<[String; 3]> {
        self.regions.village(code).map(|place| [place.name, place.district, place.regency])
    }
}
