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
const PARTS: [(Part, Act, &str, &str); 7] = [
    (Part::Home, Act::SeeRecords, "/", "Beranda"),
    (Part::Queue, Act::Decide, "/periksa", "Periksa"),
    (Part::Records, Act::SeeRecords, "/catatan", "Catatan"),
    (Part::Pictures, Act::SeeRecords, "/gambaran", "Gambaran"),
    (Part::Phones, Act::SeePhones, "/hp", "HP"),
    (Part::People, Act::SeePeople, "/orang", "Orang"),
    (Part::Trail, Act::SeeAudit, "/jejak", "Jejak"),
];

/// A page for somebody who is signed in.
pub fn page(hub: &Hub, staff: &Staff, part: Part, title: &str, body: &Markup) -> Markup {
    let session = &staff.session;
    // Until they have a password of their own, every link would lead back.
    let links = PARTS.iter().filter(|(_, act, ..)| staff.may(*act) && !session.must_change);
    bare(
        title,
        &html! {
            a.skip href="#isi" { "Langsung ke isi" }
            header.top {
                a.brand href="/" { (words::mark()) span { strong { "Payung" } small { (hub.settings.name) } } }
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
            (body)
        },
    )
}

/// A page for nobody in particular.
pub fn bare(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="id" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Payung" }
                link rel="stylesheet" href="/office.css";
                link rel="icon" href="/payung.svg" type="image/svg+xml";
                script src="/office.js" defer {}
            }
            body { (body) }
        }
    }
}

/// The hidden field that proves a form to be of this session.
pub fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name="csrf" value=(session.csrf); }
}
