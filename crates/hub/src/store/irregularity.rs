//! Reports of irregularities. No reader here takes a village's scope: the table of rights keeps villages out altogether.

use super::paging::{Begin, Cursor};
use super::parsed;
use super::sql::{self, Connection, OptionalExtension as _, Row, SqlError, Transaction, params};
use payung_domain::ids::IrregularityId;
use payung_domain::irregularity::{Irregularity, Kind};
use payung_domain::region::VillageCode;

/// How far the office is with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has taken it up.
    New,
    /// Somebody looks into it.
    Looking,
    /// Done, with words.
    Closed,
}

impl Standing {
    /// In the order in which a report goes through them.
    pub const ALL: [Self; 3] = [Self::New, Self::Looking, Self::Closed];

    /// As the database and addresses have it.
    pub fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Looking => "looking",
            Self::Closed => "closed",
        }
    }

    /// The one with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.key() == key)
    }
}

/// A report with what the office has done about it.
#[derive(Clone)]
pub struct IrregularityRow {
    /// Drawn by the phone.
    pub id: IrregularityId,
    /// What happened.
    pub kind: Kind,
    /// Where, if it was said.
    pub village: Option<VillageCode>,
    /// In the person's words.
    pub words: String,
    /// How to reach them; empty where they stay unknown.
    pub contact: String,
    /// Unix milliseconds.
    pub received_at: i64,
    /// How far it is.
    pub standing: Standing,
    /// `user:<name>`; empty while it is new.
    pub handled_by: String,
    /// Unix milliseconds of the last step.
    pub changed_at: i64,
    /// What the office wrote each time that it was closed, the first time first.
    pub closings: Vec<String>,
}

impl IrregularityRow {
    /// How the report stands at this moment: a step from a page that showed something else is not taken.
    pub fn mark(&self) -> String {
        format!("{}-{}", self.standing.key(), self.changed_at)
    }
}

/// Stands between two closings in their column. What is typed into a form has none.
const NEXT_CLOSING: char = '\u{1e}';

const COLUMNS: &str = "id, kind, village, words, contact, received_at, state, handled_by, changed_at, closing";

fn row(row: &Row) -> sql::Result<IrregularityRow> {
    let (village, closings): (String, String) = (row.get(2)?, row.get(9)?);
    Ok(IrregularityRow {
        id: parsed(&row.get::<_, String>(0)?)?,
        kind: Kind::from_key(&row.get::<_, String>(1)?).ok_or(SqlError::Unreadable)?,
        village: if village.is_empty() { None } else { Some(parsed(&village)?) },
        words: row.get(3)?,
        contact: row.get(4)?,
        received_at: row.get(5)?,
        standing: Standing::from_key(&row.get::<_, String>(6)?).ok_or(SqlError::Unreadable)?,
        handled_by: row.get(7)?,
        changed_at: row.get(8)?,
        closings: closings.split(NEXT_CLOSING).filter(|words| !words.is_empty()).map(str::to_owned).collect(),
    })
}

/// Adds a report; one that is there already stays as it is.
pub fn add(transaction: &Transaction, report: &Irregularity, now: i64) -> sql::Result<()> {
    transaction.execute(
        "INSERT INTO irregularity (id, kind, village, words, contact, received_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (id) DO NOTHING",
        params![
            report.id.to_string(),
            report.kind.key(),
            report.village.map(|village| village.to_string()).unwrap_or_default(),
            report.words,
            report.contact,
            now
        ],
    )?;
    Ok(())
}

/// One report.
pub fn get(connection: &Connection, id: IrregularityId) -> sql::Result<Option<IrregularityRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM irregularity WHERE id = ?1"))?
        .query_row([id.to_string()], row)
        .optional()
}

/// Whether a report came before.
pub fn is_known(connection: &Connection, id: IrregularityId) -> sql::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM irregularity WHERE id = ?1)")?
        .query_row([id.to_string()], |row| row.get(0))
}

/// How many have not been closed.
pub fn waiting(connection: &Connection) -> sql::Result<u32> {
    connection
        .prepare_cached("SELECT count(*) FROM irregularity WHERE state IN ('new', 'looking')")?
        .query_row([], |row| row.get(0))
}

/// Which villages' reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Where {
    /// All of them.
    #[default]
    Anywhere,
    /// None was said.
    Unsaid,
    /// One that this hub does not serve.
    Elsewhere,
    /// This one.
    In(VillageCode),
}

/// Which reports to show; nothing chosen filters nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// How far they are.
    pub standing: Option<Standing>,
    /// What happened.
    pub kind: Option<Kind>,
    /// Where.
    pub village: Where,
}

/// A page of the list.
pub struct Page {
    /// Its rows, the newest first.
    pub rows: Vec<IrregularityRow>,
    /// For the page before this one, if there is one.
    pub before: Option<Cursor<IrregularityId>>,
    /// For the next page, if there is one.
    pub after: Option<Cursor<IrregularityId>>,
}

/// A page of reports with up to `most` rows, the newest first. Each standing is read in the order of its index.
pub fn page(connection: &Connection, filter: &Filter, begin: Begin<IrregularityId>, most: usize) -> sql::Result<Page> {
    let is_back = matches!(begin, Begin::Before(_));
    let (received_at, id) = match begin {
        Begin::Start => (i64::MAX, String::new()),
        Begin::After(cursor) | Begin::Before(cursor) => (cursor.received_at, cursor.id.to_string()),
    };
    let (sign, order) = if is_back { (">", "ASC") } else { ("<", "DESC") };
    let (within, village) = match filter.village {
        Where::Anywhere => ("?4 = ''", String::new()),
        Where::Unsaid => ("irregularity.village = ?4", String::new()),
        Where::Elsewhere => {
            ("irregularity.village <> ?4 AND irregularity.village NOT IN (SELECT code FROM village)", String::new())
        }
        Where::In(code) => ("irregularity.village = ?4", code.to_string()),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM irregularity WHERE state = ?1 AND (received_at, id) {sign} (?2, ?3) AND {within}
             AND (?5 = '' OR kind = ?5) ORDER BY received_at {order}, id {order} LIMIT ?6"
    );
    // one more than a page holds says whether there is another
    let wanted = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let kind = filter.kind.map_or("", Kind::key);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows: Vec<IrregularityRow> = Vec::new();
    for standing in Standing::ALL.into_iter().filter(|one| filter.standing.is_none_or(|wanted| wanted == *one)) {
        let of_standing = statement.query_map(params![standing.key(), received_at, id, village, kind, wanted], row)?;
        for found in of_standing {
            rows.push(found?);
        }
    }
    // first those next to the row where the page begins
    rows.sort_unstable_by_key(|row| (row.received_at, row.id));
    if !is_back {
        rows.reverse();
    }
    rows.truncate(most.saturating_add(1));
    if is_back {
        rows.reverse();
    }
    let (has_before, has_after) = begin.cut(&mut rows, most);
    let cursor = |row: &IrregularityRow| Cursor { received_at: row.received_at, id: row.id };
    Ok(Page {
        before: rows.first().map(cursor).filter(|_| has_before),
        after: rows.last().map(cursor).filter(|_| has_after),
        rows,
    })
}

/// How many there are of each standing, in the order of [`Standing::ALL`].
pub fn counts(connection: &Connection) -> sql::Result<[u32; 3]> {
    let mut counts = [0; 3];
    let found: Vec<(String, u32)> = connection
        .prepare_cached("SELECT state, count(*) FROM irregularity GROUP BY state")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<sql::Result<_>>()?;
    for (count, standing) in counts.iter_mut().zip(Standing::ALL) {
        *count = found.iter().find(|(key, _)| key == standing.key()).map_or(0, |(_, count)| *count);
    }
    Ok(counts)
}

/// Notes the next step and who took it. What was written at earlier closings stays; `closing` comes behind it.
pub fn set(
    transaction: &Transaction,
    id: IrregularityId,
    standing: Standing,
    (actor, closing): (&str, Option<&str>),
    now: i64,
) -> sql::Result<()> {
    let closing = closing.map(|words| words.replace(NEXT_CLOSING, " ")).unwrap_or_default();
    transaction.execute(
        "UPDATE irregularity SET state = ?2, handled_by = ?3, changed_at = ?4,
             closing = CASE WHEN ?5 = '' THEN closing WHEN closing = '' THEN ?5 ELSE closing || ?6 || ?5 END
         WHERE id = ?1",
        params![id.to_string(), standing.key(), actor, now, closing, NEXT_CLOSING.to_string()],
    )?;
    Ok(())
}

/// Up to `most` reports that were closed before a time.
pub fn closed_before(connection: &Connection, before: i64, most: u32) -> sql::Result<Vec<IrregularityId>> {
    connection
        .prepare_cached("SELECT id FROM irregularity WHERE state = 'closed' AND changed_at < ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![before, most], |row| parsed(&row.get::<_, String>(0)?))?
        .collect()
}

/// Removes a report.
pub fn remove(transaction: &Transaction, id: IrregularityId) -> sql::Result<()> {
    transaction.execute("DELETE FROM irregularity WHERE id = ?1", [id.to_string()])?;
    Ok(())
}
