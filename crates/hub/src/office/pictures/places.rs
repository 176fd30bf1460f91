//! Places filled, by district and village.

use super::Wanted;
use crate::office::chart::{self, Bar, Tone};
use crate::office::table::{Cell, Table, folded};
use crate::pictures::{self, Fill};
use crate::store::village::VillageRow;
use maud::{Markup, html};
use payung_domain::money::grouped;

const PLACE_TONES: [(Tone, &str); 3] =
    [(Tone::Full, "aktif"), (Tone::Light, "disetujui, belum aktif"), (Tone::Warn, "menunggu keputusan")];

fn bar(label: &str, href: String, fill: Fill) -> Bar {
    let taken = grouped(fill.taken().into());
    let quota = fill.quota.map(|quota| grouped(quota.into()));
    Bar {
        label: label.to_owned(),
        href,
        parts: vec![
            (Tone::Full, fill.active.into()),
            (Tone::Light, fill.placed.into()),
            (Tone::Warn, fill.undecided.into()),
        ],
        of: fill.quota.map(u64::from),
        says: format!(
            "{taken} terisi{}, {} menunggu keputusan",
            match &quota {
                Some(quota) => format!(" dari {quota}"),
                None => String::new(),
            },
            grouped(fill.undecided.into())
        ),
        number: match quota {
            Some(quota) => format!("{taken} / {quota}"),
            None => taken,
        },
    }
}

/// Districts, or the villages of one; a hub of one district shows its villages at once.
pub(super) fn places(villages: &[(VillageRow, Fill)], wanted: &Wanted) -> Markup {
    let districts = pictures::districts(villages);
    let chosen = match districts.as_slice() {
        [(only, ..)] => Some(*only),
        _ => wanted.district().filter(|code| districts.iter().any(|(district, ..)| district == code)),
    };
    let name = districts.iter().find(|(code, ..)| Some(*code) == chosen).map(|(_, name, _)| name.as_str());
    let mut shown: Vec<&(VillageRow, Fill)> =
        villages.iter().filter(|(row, _)| Some(row.code.district()) == chosen).collect();
    shown.sort_by(|one, other| other.1.taken().cmp(&one.1.taken()).then_with(|| one.0.name.cmp(&other.0.name)));
    html! {
        section.card #tempat {
            h2 { "Tempat terisi" @if let Some(name) = name { ", Kecamatan " (name) } @else { " per kecamatan" } }
            @if chosen.is_some() && districts.len() > 1 { p { a href="/gambaran#tempat" { "Semua kecamatan" } } }
            p.muted {
                @if chosen.is_some() { "Pilih desa untuk melihat orang-orangnya." }
                @else { "Pilih kecamatan untuk melihat desa-desanya." }
            }
            (chart::legend(&PLACE_TONES))
            @if chosen.is_some() {
                @let bars: Vec<_> = shown.iter().map(|(row, fill)| bar(&row.name, format!("/catatan?desa={}", row.code), *fill)).collect();
                (chart::bars(&bars))
                @let of = chosen.map(|code| format!("/gambaran/unduh/desa?kecamatan={code}")).unwrap_or_default();
                (folded(&villages_table(shown.iter().copied()), &of))
            } @else {
                @let bars: Vec<_> = districts.iter().map(|(code, name, fill)| bar(name, format!("/gambaran?kecamatan={code}#tempat"), *fill)).collect();
                (chart::bars(&bars))
                (folded(&districts_table(villages), "/gambaran/unduh/kecamatan"))
                p { a href="/gambaran/unduh/desa" download { "Unduh CSV semua desa" } }
            }
        }
    }
}

const FILL_HEAD: [&str; 7] =
    ["Kuota", "Terisi", "Aktif", "Disetujui, belum aktif", "Menunggu keputusan", "Perlu diperbaiki", "Daftar tunggu"];

fn fill_cells(fill: Fill) -> [Cell; 7] {
    let Fill { quota, active, placed, waiting, undecided, returned } = fill;
    [quota.into(), fill.taken().into(), active.into(), placed.into(), undecided.into(), returned.into(), waiting.into()]
}

pub(super) fn villages_table<'a>(villages: impl IntoIterator<Item = &'a (VillageRow, Fill)>) -> Table {
    let rows = villages.into_iter().map(|(row, fill)| {
        let link = Cell::Link(format!("/catatan?desa={}", row.code), row.name.clone());
        let names = [link, row.code.to_string().into(), row.district.clone().into()];
        names.into_iter().chain(fill_cells(*fill)).collect()
    });
    Table { rows: rows.collect(), head: ["Desa", "Kode", "Kecamatan"].into_iter().chain(FILL_HEAD).collect() }
}

pub(super) fn districts_table(villages: &[(VillageRow, Fill)]) -> Table {
    let rows = pictures::districts(villages).into_iter().map(|(code, name, fill)| {
        let link = Cell::Link(format!("/gambaran?kecamatan={code}#tempat"), name);
        [link, code.to_string().into()].into_iter().chain(fill_cells(fill)).collect()
    });
    Table { rows: rows.collect(), head: ["Kecamatan", "Kode"].into_iter().chain(FILL_HEAD).collect() }
}
