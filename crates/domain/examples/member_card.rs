//! Seals a made-up card and prints it as JSON, for scripts/card.sh: other implementations read it.

use ed25519_dalek::{Signer as _, SigningKey};
use payung_domain::card::{Card, CardNumber};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SigningKey::from_bytes(&[1; 32]);
    let public = key.verifying_key().to_bytes();
    let card = Card {
        number: CardNumber::from_bytes([7; 8]),
        issuer: "Disnaker Bojonegoro".into(),
        name: "CONTOH AHMAD SUPARMAN WIRYO KUSUMO ADININGRAT".into(),
        masked_nik: "990101••••••9999".into(),
        kpj: "99000000001".into(),
        programme: "Perlindungan Pekerja Rentan Bojonegoro".into(),
        covers: vec!["JKK".into(), "JKM".into()],
        from: "2026-01-01".parse()?,
        until: "2026-12-31".parse()?,
        issued_at: "2026-01-02T03:04:05Z".parse()?,
    };
    let text = card.sealed(&public, |bytes| key.sign(bytes).to_bytes())?;
    println!("{}", serde_json::json!({ "key": hex::encode(public), "text": text }));
    Ok(())
}
