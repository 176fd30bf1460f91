//! What every page has around it.

use super::staff::Staff;
use super::words;
use crate::hub::Hub;
use crate::rights::Act;
use crate::store::session::Session;
use maud::{DOCTYPE, Markup, html};

/// The parts of the office, as the head of each page names them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What waits.
    Home,
    /// The verification queue.
    Queue,
    /// The records.
    Records,
    /// The dashboard.
    Pictures,
    /// Lists that came in.
    Lists,
    /// Files for BPJS.
    Files,
    /// Counts.
    Reports,
    /// What people report.
    Irregularities,
    /// The phones.
    Phones,
    /// Who works here.
    People,
    /// The audit log.
    Trail,
    /// The person's own page.
    Account,
}

/// What the head of a page leads to, for who may go there.
const PARTS: [(Part, Act, &str, &str); 11] = [
    (Part::Home, Act::SeeRecords, "/", "Beranda"),
    (Part::Queue, Act::Decide, "/periksa", "Periksa"),
    (Part::Records, Act::SeeRecords, "/catatan", "Catatan"),
    (Part::Lists, Act::SeeLists, "/daftar", "Daftar"),
    (Part::Files, Act::SeeExports, "/berkas", "BPJS"),
    (Part::Reports, Act::SeeReports, "/laporan", "Laporan"),
    (Part::Pictures, Act::SeeRecords, "/gambaran", "Gambaran"),
    (Part::Irregularities, Act::SeeIrregularities, "/pengaduan", "Aduan"),
    (Part::Phones, Act::SeePhones, "/hp", "HP"),
    (Part::People, Act::SeePeople, "/orang", "Orang"),
    (Part::Trail, Act::SeeAudit, "/jejak", "Jejak"),
];

/// A page for somebody who is signed in.
pub fn page(hub: &Hub, staff: &Staff, part: Part, title: &str, body: &Markup) -> Markup {
    bare(title, &framed(hub, staff, part, body))
}

fn framed(hub: &Hub, staff: &Staff, part: Part, body: &Markup) -> Markup {
    let session = &staff.session;
    // Until they have a password of their own, every link would lead back.
    let links = PARTS.iter().filter(|(_, act, ..)| staff.may(*act) && !session.must_change);
    html! {
        a.skip href="#isi" { "Langsung ke isi" }
        header.top {
            a.brand href="/" { (words::mark()) span { strong { "Payung" } small { (hub.settings.name) } } }
            // A row on a laptop, a popover on a phone: by CSS and the browser alone, and written once.
            button.menu type="button" popovertarget="menu" { "Menu" }
            div #menu popover {
                nav aria-label="Bagian" {
                    @for (which, _, href, word) in links {
                        a href=(href) aria-current=[(*which == part).then_some("page")] { (word) }
                    }
                }
                form.leave method="post" action="/keluar" {
                    (csrf(session))
                    a href="/saya" aria-current=[(part == Part::Account).then_some("page")] {
                        span.hidden { "Akun saya: " } (session.user_name)
                    }
                    button.quiet { "Keluar" }
                }
            }
        }
        (body)
    }
}

/// A page for nobody in particular.
pub fn bare(title: &str, body: &Markup) -> Markup {
    drawn(title, body, None)
}

/// A page that shows work under way, and looks again by itself.
pub fn watching(hub: &Hub, staff: &Staff, part: Part, title: &str, body: &Markup) -> Markup {
    drawn(title, &framed(hub, staff, part, body), Some(2))
}

fn drawn(title: &str, body: &Markup, again: Option<u8>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="id" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(seconds) = again { meta http-equiv="refresh" content=(seconds); }
                title { (title) " · Payung" }
                link rel="stylesheet" href="/office.css";
                link rel="icon" href="/payung.svg" type="image/svg+xml";
                script src="/office.js" defer {}
            }
            body { (body) }
        }
    }
}

/// The buttons that turn a list's pages, with what was chosen: to its first one, back (`sebelum`), and on (`setelah`). Nothing where
/// there is one page only.
pub fn turns<To: std::fmt::Display>(
    action: &str,
    chosen: &[(&str, &String)],
    is_further_on: bool,
    (before, after): (Option<To>, Option<To>),
    [first, back, on]: [&str; 3],
) -> Markup {
    let turn = |to: Option<(&str, &To)>, word: &str| {
        html! {
            form method="get" action=(action) {
                @for (name, value) in chosen {
                    @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
                }
                @if let Some((name, to)) = to { input type="hidden" name=(name) value=(to); }
                button { (word) }
            }
        }
    };
    html! {
        @if before.is_some() || after.is_some() || is_further_on {
            nav.pages aria-label="Halaman" {
                @if is_further_on { (turn(None, first)) }
                @if let Some(before) = &before { (turn(Some(("sebelum", before)), back)) }
                @if let Some(after) = &after { (turn(Some(("setelah", after)), on)) }
            }
        }
    }
}

/// The hidden field that proves a form to be of this session.
pub fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name="csrf" value=(session.csrf); }
}
