//! Charts as SVG. Widths are shares of the page and heights are pixels, so that letters stay as large as elsewhere on any
//! screen. Colours are classes of office.css: a page has no style of its own.

use maud::{Markup, html};
use payung_domain::money::grouped;

/// What a part of a bar stands for, by colour; also the order of a legend.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// What is done.
    Full,
    /// What is agreed to.
    Light,
    /// What waits for somebody.
    Warn,
    /// What stands in a line.
    Grey,
    /// What should not be.
    Over,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Full => "part full",
            Self::Light => "part light",
            Self::Warn => "part wait",
            Self::Grey => "part grey",
            Self::Over => "part over",
        }
    }
}

/// One upright bar: parts on top of each other.
pub struct Column {
    /// Beneath it.
    pub label: String,
    /// From the bottom.
    pub parts: Vec<(Tone, u64)>,
    /// What a pointer and a screen reader hear.
    pub says: String,
}

/// Upright bars side by side.
pub struct Columns<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What can be read off it, in a sentence.
    pub says: &'a str,
    /// The bars from left to right.
    pub columns: &'a [Column],
    /// A line across at this height, with its name.
    pub line: Option<(u64, &'a str)>,
    /// A line upright behind so many bars, with its name.
    pub mark: Option<(f64, String)>,
}

const TOP: f64 = 26.0;
const HEIGHT: f64 = 160.0;
const WHOLE: f64 = TOP + HEIGHT + 26.0;
/// So many bars have their labels each, on a phone too; of more bars so many have one.
const ALL_LABELS: usize = 6;
const MOST_LABELS: usize = 5;

/// A number of a chart's axis: not far above the highest, with one digit that is not zero.
fn round_up(number: u64) -> u64 {
    let mut step = 1;
    while number > step * 10 {
        step *= 10;
    }
    [1, 2, 4, 6, 8, 10].into_iter().map(|times| times * step).find(|round| *round >= number).unwrap_or(number)
}

/// 1,200,000 in a word; an axis has no room for zeros.
fn short(number: u64) -> String {
    let tenth = |number: u64, unit: u64| match (number * 10 / unit) % 10 {
        0 => grouped(number / unit),
        tenth => format!("{},{tenth}", grouped(number / unit)),
    };
    match number {
        1_000_000_000.. => format!("{} M", tenth(number, 1_000_000_000)),
        1_000_000.. => format!("{} jt", tenth(number, 1_000_000)),
        _ => grouped(number),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// Draws upright bars.
pub fn columns(chart: &Columns) -> Markup {
    let height_of = |column: &Column| column.parts.iter().map(|(_, value)| value).sum::<u64>();
    let highest = chart.columns.iter().map(height_of).chain(chart.line.map(|(at, _)| at)).max().unwrap_or(0);
    let top = round_up(highest.max(1));
    let y_of = |value: u64| TOP + HEIGHT * (1.0 - value as f64 / top as f64);
    let slot = 1.0 / chart.columns.len().max(1) as f64;
    let width = (slot * 0.8).min(0.12);
    let every = if chart.columns.len() <= ALL_LABELS { 1 } else { chart.columns.len().div_ceil(MOST_LABELS) };
    html! {
        div.frame {
        svg.chart width="100%" height=(WHOLE) aria-hidden="true" {
            @for value in [top, top / 2] {
                @if value > 0 { text x="56" y=(y_of(value) + 5.0) text-anchor="end" { (short(value)) } }
            }
        }
        svg.chart role="img" width="100%" height=(WHOLE) {
            title { (chart.title) }
            desc { (chart.says) }
            @for value in [top, top / 2, 0] { line.grid x1="0" x2="100%" y1=(y_of(value)) y2=(y_of(value)) {} }
            @for (index, column) in chart.columns.iter().enumerate() {
                @let left = slot * index as f64 + (slot - width) / 2.0;
                g {
                    title { (column.says) }
                    @let ends = column.parts.iter().scan(0, |sum, (_, value)| { *sum += value; Some(*sum) });
                    @for ((tone, value), end) in column.parts.iter().zip(ends) {
                        @if *value > 0 {
                            rect class=(tone.class()) x=(percent(left)) width=(percent(width)) y=(y_of(end))
                                height=(HEIGHT * *value as f64 / top as f64) {}
                        }
                    }
                }
                @if index % every == 0 {
                    @let is_narrow = index == 0 && slot < 0.08;
                    text x=(percent(if is_narrow { 0.0 } else { slot * (index as f64 + 0.5) })) y=(TOP + HEIGHT + 20.0)
                        text-anchor=(if is_narrow { "start" } else { "middle" }) { (column.label) }
                }
            }
            @if let Some((at, name)) = chart.line {
                line.limit x1="0" x2="100%" y1=(y_of(at)) y2=(y_of(at)) {}
                text.limit-name x="0" y=(y_of(at) - 6.0) { (name) }
            }
            @if let Some((behind, name)) = &chart.mark {
                @let at = (slot * behind).clamp(0.0, 1.0);
                line.limit x1=(percent(at)) x2=(percent(at)) y1=(TOP - 8.0) y2=(TOP + HEIGHT) {}
                text.limit-name x=(percent(at)) y="13" dx=(if at > 0.5 { "-6" } else { "6" })
                    text-anchor=(if at > 0.5 { "end" } else { "start" }) { (name) }
            }
        }
        }
    }
}

/// One lying bar with its name before it: the name leads somewhere, and may be long.
pub struct Bar {
    /// Before it.
    pub label: String,
    /// Where the label leads.
    pub href: String,
    /// From the left.
    pub parts: Vec<(Tone, u64)>,
    /// A mark at this length: what there is to fill.
    pub of: Option<u64>,
    /// Behind it.
    pub number: String,
    /// What a pointer and a screen reader hear.
    pub says: String,
}

/// Draws lying bars beneath each other, all to one scale.
pub fn bars(bars: &[Bar]) -> Markup {
    let length_of = |bar: &Bar| bar.parts.iter().map(|(_, value)| value).sum::<u64>().max(bar.of.unwrap_or(0));
    let longest = bars.iter().map(length_of).max().unwrap_or(0).max(1);
    let share = |value: u64| percent(value as f64 / longest as f64);
    html! {
        ol.bars {
            @for bar in bars {
                li {
                    a href=(bar.href) { (bar.label) }
                    svg.bar role="img" width="100%" height="18" {
                        title { (bar.label) }
                        desc { (bar.says) }
                        @if let Some(of) = bar.of { rect.room x="0" y="1" width=(share(of)) height="16" {} }
                        @let starts = bar.parts.iter().scan(0, |sum, (_, value)| { let start = *sum; *sum += value; Some(start) });
                        @for ((tone, value), start) in bar.parts.iter().zip(starts) {
                            @if *value > 0 {
                                rect class=(tone.class()) x=(share(start)) y="1" width=(share(*value)) height="16" {}
                            }
                        }
                    }
                    span.number { (bar.number) }
                }
            }
        }
    }
}

/// The colours with their words.
pub fn legend(words: &[(Tone, &str)]) -> Markup {
    html! {
        p.legend {
            @for (tone, word) in words {
                span { svg width="14" height="14" aria-hidden="true" { rect class=(tone.class()) x="1" y="1" width="12" height="12" {} } " " (word) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_with_a_round_number_that_is_not_too_small() {
        for (number, round) in
            [(1, 1), (7, 8), (10, 10), (11, 20), (419, 600), (6_001, 8_000), (35_903_000_000, 40_000_000_000)]
        {
            assert_eq!(round_up(number), round, "{number}");
        }
        assert_eq!(
            (short(40_000_000_000).as_str(), short(2_500_000).as_str(), short(12_000).as_str()),
            ("40 M", "2,5 jt", "12.000")
        );
    }
}
