//! A table that can be read, folded away beneath a chart, and taken along as a file for a spreadsheet.

use super::steps::download;
use crate::error::HubError;
use crate::files::sheet::CsvSheet;
use axum::response::Response;
use maud::{Markup, html};
use payung_domain::money::grouped;

/// One cell.
pub enum Cell {
    /// Words.
    Text(String),
    /// Words that lead somewhere.
    Link(String, String),
    /// A number; a file has it without dots.
    Number(u64),
    /// Nothing is known.
    Empty,
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Option<u32>> for Cell {
    fn from(number: Option<u32>) -> Self {
        number.map_or(Self::Empty, Self::from)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Rows under a head.
pub struct Table {
    /// The columns.
    pub head: Vec<&'static str>,
    /// Each as long as the head.
    pub rows: Vec<Vec<Cell>>,
}

/// A table folded away, with the address of its file.
pub fn folded(table: &Table, file: &str) -> Markup {
    html! {
        details.table {
            summary { "Tabel dan unduhan" }
            p { a href=(file) download { "Unduh CSV" } }
            div.scroll { table.rows {
                thead { tr { @for (index, name) in table.head.iter().enumerate() { th.number[is_number(table, index)] { (name) } } } }
                tbody {
                    @for row in &table.rows { tr { @for (name, cell) in table.head.iter().zip(row) {
                        td.number[matches!(cell, Cell::Number(_) | Cell::Empty)] data-label=(name) {
                            @match cell {
                                Cell::Text(text) => (text),
                                Cell::Link(href, text) => a href=(href) { (text) },
                                Cell::Number(number) => (grouped(*number)),
                                Cell::Empty => "–",
                            }
                        }
                    } } }
                }
            } }
        }
    }
}

fn is_number(table: &Table, column: usize) -> bool {
    table.rows.first().and_then(|row| row.get(column)).is_some_and(|cell| matches!(cell, Cell::Number(_) | Cell::Empty))
}

/// The table as a file: UTF-8 with its mark and semicolons, as an Indonesian spreadsheet opens it at a double click.
pub fn csv(table: &Table, name: &str) -> Result<Response, HubError> {
    let headings: Vec<String> = table.head.iter().map(|name| (*name).to_owned()).collect();
    let mut sheet = CsvSheet::begin(Vec::new(), ';', &headings)?;
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) | Cell::Link(_, text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        });
        sheet.row(&cells.collect::<Vec<_>>())?;
    }
    Ok(download("text/csv; charset=utf-8", &format!("payung-{name}.csv"), sheet.finish()?))
}
