//! Who comes when on a waiting list, and why, in a sentence.
//!
//! A person's facts become a key of bytes, a part for each of the programme's criteria in their order; a smaller key comes
//! first. So a database can sort by it, and the part where two keys differ first is the criterion that has decided.

use super::{Criterion, Programme, SourceId};
use crate::ids::RecordId;
use crate::lang::Lang;
use crate::money::grouped;
use jiff::Timestamp;
use jiff::civil::Date;

/// A part that is not known sorts behind each that is.
const UNKNOWN: u8 = u8::MAX;

/// A welfare decile, 1 (the poorest tenth of all households) to 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decile(u8);

impl Decile {
    /// From its number.
    pub fn new(number: u8) -> Option<Self> {
        (1..=10).contains(&number).then_some(Self(number))
    }
    /// 1 to 10.
    pub fn number(self) -> u8 {
        self.0
    }
}

/// What is known of a person that an order may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The enrolment.
    pub record: RecordId,
    /// When the kader saved it, as far as that can be believed.
    pub enrolled_at: Timestamp,
    /// In whole years on that day.
    pub age: i16,
    /// The list that names the person.
    pub source: Option<SourceId>,
    /// As a list says.
    pub decile: Option<Decile>,
    /// As a list says.
    pub has_disability: Option<bool>,
    /// A smaller quota took the person's place away.
    pub has_lost_place: bool,
}

/// Where somebody comes by one programme's rule. Keys of one programme compare; a smaller one comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RankKey(Vec<u8>);

impl RankKey {
    /// From its stored bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
    /// The bytes to sort by.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// What it has in common with all that agree on the first so many bytes.
    fn prefix(&self, bytes: usize) -> &[u8] {
        self.0.get(..bytes).unwrap_or(&self.0)
    }
}

/// One person's turn: the rank and what has made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// From 1.
    pub rank: u32,
    /// How many wait.
    pub of: u32,
    /// Each criterion by which others come first, with their number. The numbers add up to all who come first.
    pub ahead: Vec<(Criterion, u32)>,
    /// Each criterion by which others come later, with their number.
    pub behind: Vec<(Criterion, u32)>,
}

impl Criterion {
    /// Bytes of its part of a key.
    fn width(self) -> usize {
        match self {
            Self::LostPlace | Self::WelfareDecile | Self::Disability => 1,
            Self::SourceList | Self::OldestFirst | Self::YoungestFirst => 2,
            Self::ListDate => 4,
            Self::OrderOfEnrolment => 8 + 16,
        }
    }
}

impl Programme {
    /// Where these facts place somebody.
    pub fn rank_key(&self, facts: &Facts) -> RankKey {
        let mut key = Vec::with_capacity(self.priority.iter().map(|criterion| criterion.width()).sum());
        let age = u16::try_from(facts.age.max(0)).unwrap_or(0);
        for criterion in &self.priority {
            match criterion {
                Criterion::LostPlace => key.push(u8::from(!facts.has_lost_place)),
                Criterion::SourceList => {
                    let index = self.sources.iter().position(|source| Some(&source.id) == facts.source.as_ref());
                    let index = index.and_then(|index| u16::try_from(index).ok());
                    key.extend(index.unwrap_or(u16::MAX).to_be_bytes());
                }
                Criterion::ListDate => {
                    let later_first = self.list_date(facts).map(|date| u32::MAX - day_number(date));
                    key.extend(later_first.unwrap_or(u32::MAX).to_be_bytes());
                }
                Criterion::WelfareDecile => key.push(facts.decile.map_or(UNKNOWN, Decile::number)),
                Criterion::Disability => key.push(facts.has_disability.map_or(UNKNOWN, |has| u8::from(!has))),
                Criterion::OldestFirst => key.extend((u16::MAX - age).to_be_bytes()),
                Criterion::YoungestFirst => key.extend(age.to_be_bytes()),
                Criterion::OrderOfEnrolment => {
                    // moments before 1970 come before those after
                    let moment = facts.enrolled_at.as_millisecond().cast_unsigned() ^ (1 << 63);
                    key.extend(moment.to_be_bytes());
                    key.extend(facts.record.as_bytes());
                }
            }
        }
        RankKey(key)
    }

    /// The turn of everybody who waits; the keys are those of this programme, ascending.
    pub fn turns(&self, line: &[RankKey]) -> Vec<Turn> {
        let of = u32::try_from(line.len()).unwrap_or(u32::MAX);
        let mut turns: Vec<Turn> =
            (1..=of).map(|rank| Turn { rank, of, ahead: Vec::new(), behind: Vec::new() }).collect();
        let mut width = 0;
        for &criterion in &self.priority {
            let (outer, inner) = (width, width + criterion.width());
            width = inner;
            for group in groups(line, outer) {
                for part in groups(line.get(group.clone()).unwrap_or_default(), inner) {
                    let size = |from: usize, to: usize| u32::try_from(to - from).unwrap_or(u32::MAX);
                    let (ahead, behind) = (size(0, part.start), size(part.end, group.len()));
                    let here = group.start + part.start..group.start + part.end;
                    for turn in turns.get_mut(here).unwrap_or_default() {
                        turn.ahead.extend((ahead > 0).then_some((criterion, ahead)));
                        turn.behind.extend((behind > 0).then_some((criterion, behind)));
                    }
                }
            }
        }
        turns
    }

    /// The day that the person's list shows.
    fn list_date(&self, facts: &Facts) -> Option<Date> {
        self.source(facts.source.as_ref()?)?.date
    }
}

/// Neighbours that agree on the first so many bytes.
fn groups(line: &[RankKey], bytes: usize) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let chunks = line.chunk_by(|one, other| one.prefix(bytes) == other.prefix(bytes));
    chunks
        .map(|chunk| {
            let group = start..start + chunk.len();
            start = group.end;
            group
        })
        .collect()
}

/// A number that grows from day to day, above 0.
fn day_number(date: Date) -> u32 {
    let part = |number: i8| u32::from(number.unsigned_abs());
    u32::from(date.year().unsigned_abs()) * 10_000 + part(date.month()) * 100 + part(date.day())
}

impl Turn {
    /// The rank with what has decided it, Indonesian: `Peringkat 31 dari 8.624, karena 20 orang …`. Of others it tells only
    /// how many; of the person it repeats the facts, which are his or hers.
    pub fn sentence(&self, programme: &Programme, facts: &Facts) -> String {
        let rank = format!("Peringkat {} dari {}", grouped(self.rank.into()), grouped(self.of.into()));
        if self.of <= 1 {
            return format!("{rank}: satu-satunya di daftar tunggu.");
        }
        let is_first = self.ahead.is_empty();
        let said: Vec<String> = match is_first {
            true => self.behind.iter().map(|(criterion, _)| why_first(*criterion, programme, facts)).collect(),
            false => {
                self.ahead.iter().map(|(criterion, count)| why_later(*criterion, *count, programme, facts)).collect()
            }
        };
        format!("{rank}{} karena {}.", if is_first { ", paling depan" } else { "," }, listed(&said))
    }
}

/// `a`, `a dan b`, `a, b, dan c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} dan {other}"),
        [first @ .., last] => format!("{}, dan {last}", first.join(", ")),
    }
}

fn source_name<'a>(programme: &'a Programme, facts: &Facts) -> Option<&'a str> {
    Some(programme.source(facts.source.as_ref()?)?.name.as_str())
}

fn why_first(criterion: Criterion, programme: &Programme, facts: &Facts) -> String {
    match criterion {
        Criterion::LostPlace => "pernah kehilangan tempat ketika kuota berkurang".into(),
        Criterion::SourceList => format!("tercatat di {}", source_name(programme, facts).unwrap_or("daftar sumber")),
        Criterion::ListDate => match programme.list_date(facts) {
            Some(date) => format!("daftarnya paling baru ({})", Lang::Id.date(date)),
            None => "daftarnya paling baru".into(),
        },
        Criterion::WelfareDecile => match facts.decile {
            Some(decile) => format!("desil kesejahteraannya paling rendah (desil {})", decile.number()),
            None => "desil kesejahteraannya paling rendah".into(),
        },
        Criterion::Disability if facts.has_disability == Some(true) => "penyandang disabilitas".into(),
        Criterion::Disability => "data disabilitasnya sudah ada".into(),
        Criterion::OldestFirst => format!("paling tua ({} tahun)", facts.age),
        Criterion::YoungestFirst => format!("paling muda ({} tahun)", facts.age),
        Criterion::OrderOfEnrolment => "mendaftar paling dahulu".into(),
    }
}

fn why_later(criterion: Criterion, count: u32, programme: &Programme, facts: &Facts) -> String {
    let people = format!("{} orang", grouped(count.into()));
    match criterion {
        Criterion::LostPlace => format!("{people} pernah kehilangan tempat ketika kuota berkurang"),
        Criterion::SourceList => match source_name(programme, facts) {
            Some(name) => format!("{people} ada di daftar yang didahulukan (ia: {name})"),
            None => format!("{people} ada di daftar sumber (ia: tidak)"),
        },
        Criterion::ListDate => match programme.list_date(facts) {
            Some(date) => format!("{people} ada di daftar yang lebih baru (ia: {})", Lang::Id.date(date)),
            None => format!("{people} ada di daftar yang tanggalnya diketahui (ia: tidak)"),
        },
        Criterion::WelfareDecile => match facts.decile {
            Some(decile) => format!("{people} desil kesejahteraannya lebih rendah (ia: desil {})", decile.number()),
            None => format!("{people} desil kesejahteraannya diketahui (ia: belum)"),
        },
        Criterion::Disability if facts.has_disability.is_some() => {
            format!("{people} penyandang disabilitas (ia: bukan)")
        }
        Criterion::Disability => format!("{people} data disabilitasnya sudah ada (ia: belum)"),
        Criterion::OldestFirst => format!("{people} lebih tua (ia: {} tahun)", facts.age),
        Criterion::YoungestFirst => format!("{people} lebih muda (ia: {} tahun)", facts.age),
        Criterion::OrderOfEnrolment => format!("{people} mendaftar lebih dahulu"),
    }
}
