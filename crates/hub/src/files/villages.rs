//! Which village a row means: by its code, or by names as people write them.

use super::columns::folded;
use super::problem::Problem;
use crate::catalogue::Catalogue;
use payung_domain::Programme;
use payung_domain::region::VillageCode;
use std::collections::HashMap;

/// The villages of a programme's regency, by name.
pub struct Villages<'a> {
    programme: &'a Programme,
    /// Of each name the villages, each with its district's name.
    named: HashMap<String, Vec<(String, VillageCode)>>,
    codes: std::collections::HashSet<VillageCode>,
}

/// Without what a name is called: `Desa Gayam` and `GAYAM` are one.
fn plain(name: &str) -> String {
    let folded = folded(name);
    let short =
        ["desa ", "kelurahan ", "kel ", "ds ", "kecamatan ", "kec "].iter().find_map(|word| folded.strip_prefix(word));
    short.unwrap_or(&folded).replace(' ', "")
}

impl<'a> Villages<'a> {
    /// Of a programme.
    pub fn of(catalogue: &Catalogue, programme: &'a Programme) -> Self {
        let regions = catalogue.regions();
        let (mut named, mut codes) = (HashMap::<_, Vec<_>>::new(), std::collections::HashSet::new());
        for (district, district_name) in regions.districts(programme.regency) {
            for (code, name) in regions.villages(district) {
                named.entry(plain(name)).or_default().push((plain(district_name), code));
                codes.insert(code);
            }
        }
        Self { programme, named, codes }
    }

    /// The village that a cell names, with the help of the district's.
    pub fn find(&self, text: &str, district: &str) -> Result<VillageCode, (Problem, String)> {
        let code = self.meant(text, district)?;
        match self.programme.accepts_village(code) {
            Ok(()) => Ok(code),
            Err(_) => Err((Problem::VillageNotPaid, String::new())),
        }
    }

    fn meant(&self, text: &str, district: &str) -> Result<VillageCode, (Problem, String)> {
        let unknown = || (Problem::VillageUnknown, String::new());
        let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ' | '\'')).collect();
        if digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            // a spreadsheet turns 35.22.28.2004 into 3522282004 or 3522282004.0
            let code = VillageCode::parse(digits.get(..10).unwrap_or(&digits)).map_err(|_| unknown())?;
            let is_other = digits.len() > 10 && digits.get(10..) != Some("0");
            return if self.codes.contains(&code) && !is_other { Ok(code) } else { Err(unknown()) };
        }
        let found = self.named.get(&plain(text)).map_or(&[][..], Vec::as_slice);
        let district = plain(district);
        let within: Vec<_> = found.iter().filter(|(name, _)| district.is_empty() || *name == district).collect();
        match within.as_slice() {
            [] => Err(unknown()),
            [(_, code)] => Ok(*code),
            more => Err((Problem::VillageTwice, more.len().to_string())),
        }
    }
}
