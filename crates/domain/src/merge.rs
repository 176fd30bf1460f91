//! Two changes of one record become one again, field by field.

use crate::draft::{Draft, Field};

/// A field that was changed in two places, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which one.
    pub field: Field,
    /// As it stands on this phone; it stays until somebody chooses.
    pub here: String,
    /// As the office has it.
    pub office: String,
}

/// What was changed on one side only is taken from that side; where both sides changed a field differently, this phone's text
/// stays and the conflict is named. `base` is what both began with.
pub fn merge(base: &Draft, here: &Draft, office: &Draft) -> (Draft, Vec<Conflict>) {
    let (mut merged, mut conflicts) = (here.clone(), Vec::new());
    for &field in Field::ALL {
        let (was, mine, theirs) = (base.get(field), here.get(field), office.get(field));
        if mine == theirs || theirs == was {
            continue;
        }
        if mine == was {
            merged.set(field, theirs.to_owned());
        } else {
            conflicts.push(Conflict { field, here: mine.to_owned(), office: theirs.to_owned() });
        }
    }
    (merged, conflicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(address: &str, workplace: &str, heir: &str) -> Draft {
        let mut draft = Draft::default();
        draft.set(Field::Address, address);
        draft.set(Field::Workplace, workplace);
        draft.set(Field::HeirName, heir);
        draft
    }

    #[test]
    fn each_side_keeps_its_changes_and_only_real_conflicts_are_named() {
        let base = draft("Dusun Lor", "Sawah", "Contoh");
        let (merged, conflicts) =
            merge(&base, &draft("Dusun Kidul", "Sawah", "Contoh A"), &draft("Dusun Lor", "Pasar", "Contoh B"));
        assert!(merged == draft("Dusun Kidul", "Pasar", "Contoh A"));
        let named = Conflict { field: Field::HeirName, here: "Contoh A".into(), office: "Contoh B".into() };
        assert_eq!(conflicts, [named]);
        let same = draft("Dusun Kidul", "Pasar", "Contoh A");
        assert!(merge(&base, &same, &same) == (same.clone(), Vec::new()), "both made the same change");
    }
}
