//! Cards that do not hold, for journeys: `cards_fixture DATA`. Prints JSON: the codes as SVG of one that the office has signed and whose
//! last day has passed, and of one that somebody else has signed in its name. The hub must not be running.

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Span;
use payung_domain::card::{Card, CardNumber};
use payung_hub::context::day_here;
use payung_hub::{Context, Hub, Settings};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data] = arguments.as_slice() else { anyhow::bail!("DATA") };
    let database = std::env::var("PAYUNG_DATABASE").ok().map(|url| url.parse()).transpose()?;
    let hub = Hub::open(Path::new(data), Settings { database, ..Settings::default() }, Context::system())?;
    let (now, today) = (hub.context.now(), day_here(hub.context.now()));
    let card = Card {
        number: CardNumber::from_bytes(hub.context.random()?),
        issuer: hub.settings.name.clone(),
        name: "CONTOH SITI AMINAH".into(),
        masked_nik: "352228••••••9999".into(),
        kpj: "99000000001".into(),
        programme: "Program contoh".into(),
        covers: vec!["JKK".into(), "JKM".into()],
        from: today.saturating_sub(Span::new().days(30)),
        until: today.saturating_add(Span::new().days(300)),
        issued_at: jiff::Timestamp::from_second(now.as_second())?,
    };
    let expired = Card { until: today.yesterday()?, ..card.clone() };
    let stranger = SigningKey::from_bytes(&hub.context.random()?);
    let expired = expired.sealed(&hub.key.public(), |framed| hub.key.sign_card(framed))?;
    let forged = card.sealed(&hub.key.public(), |framed| stranger.sign(framed).to_bytes())?;
    let drawn = |text: String| -> anyhow::Result<String> {
        let code = QrCode::with_error_correction_level(&text, EcLevel::M)?;
        Ok(code.render::<svg::Color>().module_dimensions(4, 4).build())
    };
    println!("{}", serde_json::json!({ "expired": drawn(expired)?, "forged": drawn(forged)? }));
    Ok(())
}
