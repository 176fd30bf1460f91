//! The worker's cards on the record's page: that they were signed, and whether they hold. The code itself is the worker's.

use super::words;
use crate::context::moment;
use crate::store::card::CardRow;
use jiff::civil::Date;
use maud::{Markup, html};
use payung_domain::Lang;
use payung_domain::card::CardStanding;

/// Every card that was signed, the newest first; nothing where none was.
pub fn signed(cards: &[CardRow], today: Date) -> Markup {
    let day = |day| Lang::Id.date(day);
    html! {
        @if !cards.is_empty() {
            section.card.history #kartu {
                h2 { "Kartu pekerja" }
                ol {
                    @for card in cards {
                        li {
                            strong { (standing(card, today)) }
                            span.muted { "ditandatangani " (words::moment(moment(card.signed_at))) " · nomor " span.mono { (card.number) } }
                            p {
                                "Untuk " (day(card.from)) " sampai " (day(card.until)) "."
                                @if let Some(at) = card.ended_at { " Dihentikan " (words::moment(moment(at))) "." }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn standing(card: &CardRow, today: Date) -> &'static str {
    match CardStanding::on(today, (card.from, card.until), card.ended_at.is_some()) {
        CardStanding::Ended => "Dihentikan",
        CardStanding::NotYet => "Belum mulai",
        CardStanding::Expired => "Sudah habis",
        CardStanding::Valid => "Berlaku",
    }
}
