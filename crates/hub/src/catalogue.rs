//! The programmes and regions that this hub knows.

use crate::error::HubError;
use crate::files::template::Template;
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
    /// Columns of files for BPJS by programme; under the empty name those of all others.
    templates: BTreeMap<String, String>,
}

/// The columns of files for BPJS that come with the program.
const TEMPLATE: &str = include_str!("../../../assets/exports/bpjs_bpu.toml");

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
        let templates = templates(folder.map(|folder| folder.join("exports")).as_deref())?;
        let regions = Regions::load(include_bytes!("../../../assets/regions/regions.bin"))
            .map_err(|_| HubError::Corrupt("regions.bin"))?;
        Ok(Self { programmes, regions, templates })
    }

    /// One programme.
    pub fn programme(&self, id: &ProgrammeId) -> Option<&Programme> {
        self.programmes.get(id)
    }

    /// Whether two programmes pay for the same year: nobody needs both. One that is not known may be of any year.
    pub fn are_of_one_year(&self, one: &ProgrammeId, other: &ProgrammeId) -> bool {
        match (self.programme(one), self.programme(other)) {
            (Some(one), Some(other)) => one.year == other.year,
            _ => true,
        }
    }

    /// All of them, by id.
    pub fn programmes(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.values()
    }

    /// The columns of a programme's files for BPJS, TOML that can be read.
    pub fn template(&self, programme: &ProgrammeId) -> &str {
        self.templates
            .get(programme.as_str())
            .or_else(|| self.templates.get("default"))
            .map_or(TEMPLATE, String::as_str)
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

/// What a regency has put in the stead of our columns: `exports/default.toml`, `exports/<programme>.toml`.
fn templates(folder: Option<&Path>) -> Result<BTreeMap<String, String>, HubError> {
    let mut templates = BTreeMap::new();
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return Ok(templates) };
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path)?;
            let wrong = |reason| HubError::Programme { name: path.display().to_string(), reason };
            Template::from_toml(&text).map_err(wrong)?;
            templates.insert(name.to_owned(), text);
        }
    }
    Ok(templates)
}
