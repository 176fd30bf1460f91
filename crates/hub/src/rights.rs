//! Who may do what: one table. Every address of the office names its act (office/routes.rs), and nothing is loaded before
//! this table has been asked. docs/rights.md repeats it, and a test tries every cell.

use payung_domain::region::VillageCode;

/// What somebody of the office is. The kader is a phone, and has a token instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Decides, and keeps the list of people.
    Admin,
    /// Decides.
    Verifier,
    /// A village's head or operator.
    Village,
    /// Reads everything and changes nothing.
    Auditor,
}

impl Role {
    /// In the order of the table's columns.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Verifier, Self::Village, Self::Auditor];

    /// As the database and forms have it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Verifier => "verifier",
            Self::Village => "village",
            Self::Auditor => "auditor",
        }
    }

    /// The role of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// As a person reads it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Verifier => "Verifikator",
            Self::Village => "Kepala desa atau operator",
            Self::Auditor => "Auditor",
        }
    }

    /// What it may do, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Admin => "Memutuskan catatan, mengubah kuota, mengatur orang dan hak, melihat jejak audit.",
            Self::Verifier => "Memeriksa dan memutuskan catatan semua desa.",
            Self::Village => "Melihat catatan dan HP desanya sendiri, tanpa memutuskan.",
            Self::Auditor => "Membaca semuanya, tidak mengubah apa pun.",
        }
    }
}

/// Something that an address of the office is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Come to the sign-in.
    Enter,
    /// Open one worker's card with what stands on its receipt. Of anybody: no session, and no office behind it.
    OpenCard,
    /// Own password, second factor and sessions.
    KeepAccount,
    /// Counts, lists and pages of records.
    SeeRecords,
    /// Photos of cards.
    SeePhotos,
    /// Approve, return, reject, end.
    Decide,
    /// A programme's places, money and waiting list, and what another quota would do. Names people of all villages.
    SeeProgramme,
    /// Agree to another quota.
    ChangeQuota,
    /// Lists of people that came in, and what was wrong with them.
    SeeLists,
    /// Bring a list of people in.
    ImportList,
    /// Files for BPJS: who made them, how many people, what was answered. No names but of the refused.
    SeeExports,
    /// Make and fetch files for BPJS, take its answers, deal with its refusals.
    ExportFiles,
    /// Counts for the regent.
    SeeReports,
    /// Reports of irregularities. A village's head is never among those who may: the report may be about him.
    SeeIrregularities,
    /// Take reports up and close them.
    HandleIrregularities,
    /// The list of phones.
    SeePhones,
    /// Pairing codes for new phones.
    PairPhone,
    /// End a phone's right to call.
    BlockPhone,
    /// Who works here, with roles and sessions.
    SeePeople,
    /// Add people, change their roles, end their sessions, give new passwords.
    KeepPeople,
    /// The audit log.
    SeeAudit,
}

/// How far a role's right to an act goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// In the person's own village.
    Own,
    /// Everywhere.
    All,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 21] = [
        Self::Enter,
        Self::OpenCard,
        Self::KeepAccount,
        Self::SeeRecords,
        Self::SeePhotos,
        Self::Decide,
        Self::SeeProgramme,
        Self::ChangeQuota,
        Self::SeeLists,
        Self::ImportList,
        Self::SeeExports,
        Self::ExportFiles,
        Self::SeeReports,
        Self::SeeIrregularities,
        Self::HandleIrregularities,
        Self::SeePhones,
        Self::PairPhone,
        Self::BlockPhone,
        Self::SeePeople,
        Self::KeepPeople,
        Self::SeeAudit,
    ];

    /// The table's row, a cell for each of [`Role::ALL`].
    #[rustfmt::skip]
    pub const fn row(self) -> [Reach; 4] {
        use Reach::{All, No, Own};
        match self {
            //                     admin verifier village auditor
            Self::Enter       => [All,  All,     All,    All],
            Self::OpenCard    => [All,  All,     All,    All],
            Self::KeepAccount => [All,  All,     All,    All],
            Self::SeeRecords  => [All,  All,     Own,    All],
            Self::SeePhotos   => [All,  All,     Own,    All],
            Self::Decide      => [All,  All,     No,     No],
            Self::SeeProgramme => [All, All,     No,     All],
            Self::ChangeQuota => [All,  No,      No,     No],
            Self::SeeLists    => [All,  All,     Own,    All],
            Self::ImportList  => [All,  All,     Own,    No],
            Self::SeeExports  => [All,  All,     No,     All],
            Self::ExportFiles => [All,  No,      No,     No],
            Self::SeeReports  => [All,  All,     Own,    All],
            Self::SeeIrregularities => [All, All, No,    All],
            Self::HandleIrregularities => [All, All, No, No],
            Self::SeePhones   => [All,  All,     Own,    All],
            Self::PairPhone   => [All,  All,     Own,    No],
            Self::BlockPhone  => [All,  All,     Own,    No],
            Self::SeePeople   => [All,  No,      No,     All],
            Self::KeepPeople  => [All,  No,      No,     No],
            Self::SeeAudit    => [All,  No,      No,     All],
        }
    }

    /// How far a role's right to this goes.
    pub fn reach(self, role: Role) -> Reach {
        let [admin, verifier, village, auditor] = self.row();
        match role {
            Role::Admin => admin,
            Role::Verifier => verifier,
            Role::Village => village,
            Role::Auditor => auditor,
        }
    }

    /// Whether callers need no sign-in for it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Enter | Self::OpenCard)
    }

    /// As docs/rights.md names it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Enter => "come to the sign-in",
            Self::OpenCard => "open one worker's card by its receipt",
            Self::KeepAccount => "own password, second factor, sessions",
            Self::SeeRecords => "see counts, lists and records",
            Self::SeePhotos => "see photos of cards",
            Self::Decide => "approve, return, reject, end",
            Self::SeeProgramme => "see a programme, and preview a quota",
            Self::ChangeQuota => "change a quota",
            Self::SeeLists => "see lists that came in",
            Self::ImportList => "bring a list in",
            Self::SeeExports => "see files for BPJS and their answers",
            Self::ExportFiles => "make files for BPJS, take answers, deal with refusals",
            Self::SeeReports => "see reports",
            Self::SeeIrregularities => "see reports of irregularities",
            Self::HandleIrregularities => "take reports of irregularities up, and close them",
            Self::SeePhones => "see the phones",
            Self::PairPhone => "make a pairing code",
            Self::BlockPhone => "block a phone",
            Self::SeePeople => "see people and their sessions",
            Self::KeepPeople => "add people, change roles, reset passwords, end sessions",
            Self::SeeAudit => "read the audit log",
        }
    }
}

/// Whose rows somebody may see or touch. Readers of the store take it and filter in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every village's.
    All,
    /// Those of one village.
    Village(VillageCode),
}

impl Scope {
    /// For `(?1 = '' OR village = ?1)`.
    pub fn sql(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Village(code) => code.to_string(),
        }
    }

    /// Whether a village lies within.
    pub fn has(self, village: VillageCode) -> bool {
        matches!(self, Self::All) || self == Self::Village(village)
    }
}

/// Asks the table. Nothing means no; a village's head without a village may see none.
pub fn scope_of(act: Act, role: Role, village: Option<VillageCode>) -> Option<Scope> {
    match act.reach(role) {
        Reach::No => None,
        Reach::Own => village.map(Scope::Village),
        Reach::All => Some(Scope::All),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_changes_nothing_and_a_village_sees_no_other() {
        for act in [
            Act::Decide,
            Act::ChangeQuota,
            Act::ImportList,
            Act::ExportFiles,
            Act::HandleIrregularities,
            Act::PairPhone,
            Act::BlockPhone,
            Act::KeepPeople,
        ] {
            assert_eq!(act.reach(Role::Auditor), Reach::No, "{act:?}");
        }
        for act in Act::ALL.into_iter().filter(|act| !(act.is_open() || *act == Act::KeepAccount)) {
            assert_ne!(act.reach(Role::Village), Reach::All, "{act:?}");
        }
    }

    #[test]
    fn a_village_never_reads_what_is_reported() {
        for act in [Act::SeeIrregularities, Act::HandleIrregularities] {
            assert_eq!(act.reach(Role::Village), Reach::No, "{act:?}");
        }
    }

    #[test]
    fn a_village_head_without_a_village_sees_none() {
        assert_eq!(scope_of(Act::SeeRecords, Role::Village, None), None);
    }
}
