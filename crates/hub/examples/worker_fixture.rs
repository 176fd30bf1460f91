//! Gives somebody of a demo a receipt and a card, for journeys and measurements: `worker_fixture DATA HUB_URL [STATE]`.
//! Prints JSON: the receipt's code as SVG, its number, the heir, the name. The hub must not be running.

use anyhow::Context as _;
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::Date;
use payung_domain::slip::{Certificate, Slip};
use payung_domain::{Enrolment, RecordId, WorkerKey};
use payung_hub::ending::{Note, note};
use payung_hub::store::{record, village, worker_key};
use payung_hub::{Context, Hub, HubError, Settings};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, hub_url, wanted @ ..] = arguments.as_slice() else { anyhow::bail!("DATA HUB_URL [STATE]") };
    let wanted = wanted.first().map_or("active", String::as_str);
    let database = std::env::var("PAYUNG_DATABASE").ok().map(|url| url.parse()).transpose()?;
    let hub = Hub::open(Path::new(data), Settings { database, ..Settings::default() }, Context::system())?;
    let phone = SigningKey::from_bytes(&hub.context.random()?);
    let from_state = if wanted == "active" { "placed" } else { wanted };
    let id: RecordId = hub
        .store
        .read::<_, HubError>(|c| {
            Ok(c.query_row(
                "SELECT id FROM record WHERE state = ?1 ORDER BY received_at LIMIT 1",
                [from_state],
                |row| row.get::<_, String>(0),
            )?)
        })?
        .parse()?;
    let opener = WorkerKey::from_bytes(hub.context.random()?);
    let now = hub.context.now();
    let (row, body, place) = hub.store.read::<_, HubError>(|c| {
        let row = record::get(c, id)?.ok_or(HubError::Corrupt("a record"))?;
        let place = village::get(c, row.village)?.ok_or(HubError::Corrupt("a village"))?;
        Ok((row, worker_key::body_of(c, Some(id))?, place))
    })?;
    let enrolment: Enrolment = serde_json::from_str(&body.context("no revision")?)?;
    let programme = hub.programme(&row.programme)?.name.clone();
    if wanted == "active" {
        let from = payung_hub::context::day_here(now);
        let covered = Note::Covered {
            kpj: "26012345678".parse()?,
            from,
            until: from.saturating_add(jiff::Span::new().days(364)),
        };
        note(&hub, id, row.change_seq, covered, "command").map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    hub.store.write::<_, HubError>(|t| Ok(worker_key::put(t, &opener.hash(), id, now.as_millisecond())?))?;
    let certificate = Certificate {
        phone_key: phone.verifying_key().to_bytes(),
        phone: Certificate::name_of("fixture"),
        kader: "Bu Siti".into(),
        village: place.name,
        office: hub.settings.name.clone(),
        until: Date::constant(2099, 12, 31),
    };
    let certificate = certificate.sealed(&hub.key.public(), |framed| hub.key.sign_card(framed))?;
    let slip = Slip {
        key: opener.clone(),
        name: enrolment.identity.name.clone(),
        programme,
        saved_at: now,
        hub_url: hub_url.clone(),
    };
    let code = slip.sealed(&certificate, |bytes| phone.sign(bytes).to_bytes())?;
    let number = opener.hash().number().to_string();
    let (name, heir) = (enrolment.identity.name, enrolment.heir.name);
    let drawing =
        QrCode::with_error_correction_level(&code, EcLevel::M)?.render::<svg::Color>().module_dimensions(4, 4).build();
    println!(
        "{}",
        serde_json::json!({ "drawing": drawing, "number": number, "name": name, "heir": heir, "record": id })
    );
    Ok(())
}
