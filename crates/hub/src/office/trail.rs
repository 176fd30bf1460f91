//! `/jejak`: the audit log, newest first.

use super::ask::Asked;
use super::failure::Failure;
use super::page::{Part, page, turns};
use super::staff::Staff;
use super::words;
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::audit::{self, Act, Head};
use crate::store::office_user;
use axum::extract::State;
use maud::{Markup, html};
use payung_domain::RecordId;
use serde::Deserialize;
use std::sync::Arc;

const PER_PAGE: u32 = 50;

/// The address's query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    orang: String,
    catatan: String,
    sebelum: Option<i64>,
}

impl Wanted {
    fn of_store(&self) -> audit::Wanted {
        // A record is usually pasted as its id; anything else is a subject as the log writes it.
        let text = self.catatan.trim();
        let subject = match text.parse::<RecordId>() {
            Ok(id) => format!("record:{id}"),
            Err(_) => text.to_owned(),
        };
        audit::Wanted { person: self.orang.clone(), subject, before: self.sebelum }
    }
}

/// The log.
pub async fn show(State(hub): State<Arc<Hub>>, staff: Staff, Asked(wanted): Asked<Wanted>) -> Result<Markup, Failure> {
    let filter = wanted.of_store();
    let (acts, head, people) = hub
        .run(move |hub| {
            hub.store.read::<_, HubError>(|connection| {
                let people: Vec<String> = office_user::list(connection)?.into_iter().map(|user| user.name).collect();
                Ok((audit::newest(connection, &filter, PER_PAGE)?, audit::head(connection)?, people))
            })
        })
        .await?;
    let body = html! {
        main #isi {
            h1 { "Jejak audit" }
            (head_card(&head))
            (filters(&wanted, &people))
            @if acts.is_empty() {
                p.card.empty { "Tidak ada jejak yang cocok. Kurangi saringannya." }
            } @else {
                (table(&acts))
                (pages(&wanted, &acts))
            }
        }
    };
    Ok(page(&hub, &staff, Part::Trail, "Jejak audit", &body))
}

fn head_card(head: &Head) -> Markup {
    html! {
        section.card {
            h2 { "Sidik jejak terakhir" }
            p.mono.break { (head) }
            p.empty {
                "Setiap jejak terikat pada yang sebelumnya. Catat baris ini di luar komputer ini, misalnya di buku agenda: "
                "jejak yang diubah kemudian tidak akan cocok lagi."
            }
        }
    }
}

fn filters(wanted: &Wanted, people: &[String]) -> Markup {
    html! {
        form.filters method="get" action="/jejak" {
            label { "Orang"
                select name="orang" {
                    option value="" { "Semua" }
                    @for name in people { option value=(name) selected[*name == wanted.orang] { (name) } }
                }
            }
            label.grow { "Nomor catatan"
                input type="search" name="catatan" value=(wanted.catatan) maxlength="100" autocomplete="off" spellcheck="false";
            }
            button { "Saring" }
        }
    }
}

fn table(acts: &[Act]) -> Markup {
    html! {
        div.scroll.card { table.rows.sticky {
            thead { tr { th { "Perbuatan" } th { "Siapa" } th { "Terhadap" } th { "Perubahan" } th { "Kapan" } th.number { "No." } } }
            tbody {
                @for act in acts {
                    tr {
                        td { (words::act(act)) }
                        td data-label="Siapa" { (words::doer(&act.actor)) }
                        td data-label="Terhadap" { (subject(&act.subject)) }
                        td data-label="Perubahan" { (change(act)) }
                        td.when data-label="Kapan" { (words::moment(moment(act.at))) }
                        td.number data-label="No." title=(act.hash) { (act.seq) }
                    }
                }
            }
        } }
    }
}

fn change(act: &Act) -> Markup {
    html! {
        @match (act.before.as_str(), act.after.as_str()) {
            ("", "") => "",
            ("", after) => ins { (words::value(after)) },
            (before, after) => span { del { (words::value(before)) } " → " ins { (words::value(after)) } },
        }
    }
}

/// What an act was done to, with a link where there is a page.
fn subject(subject: &str) -> Markup {
    let short = |id: &str| id.get(..8).unwrap_or(id).to_owned();
    html! {
        @match subject.split_once(':') {
            Some(("record", id)) => a.mono href={ "/catatan/" (id) } title=(id) { "catatan " (short(id)) },
            Some(("user", "?")) => "nama yang tidak ada",
            Some(("user", name)) => a href={ "/orang/" (name) } { (name) },
            Some(("device", id)) => span.mono title=(id) { "HP " (short(id)) },
            Some(("programme", id)) => a href={ "/program/" (id) } { "program " (id) },
            Some(("batch", id)) => span.mono title=(id) { "borongan " (short(id)) },
            Some(("list", id)) if id.len() == 16 => a href={ "/daftar/" (id) } { "daftar " (short(id)) },
            Some(("export", id)) => a href={ "/berkas/" (id) } { "berkas BPJS " (short(id)) },
            Some(("answer", id)) => span.mono title=(id) { "jawaban BPJS " (short(id)) },
            Some(("photo", id)) => span.mono title=(id) { "foto " (short(id)) },
            _ => span.mono { (subject) },
        }
    }
}

fn pages(wanted: &Wanted, acts: &[Act]) -> Markup {
    let last = acts.last().map(|act| act.seq).filter(|&seq| seq > 1 && acts.len() == PER_PAGE as usize);
    let chosen = [("orang", &wanted.orang), ("catatan", &wanted.catatan)];
    turns("/jejak", &chosen, wanted.sebelum.is_some(), (last, None), ["Terbaru", "Lebih lama", ""])
}
