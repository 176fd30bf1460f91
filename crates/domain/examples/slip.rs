//! Signs a made-up receipt and prints it as JSON, for scripts/card.sh: other implementations read it.

use ed25519_dalek::{Signer as _, SigningKey};
use payung_domain::WorkerKey;
use payung_domain::slip::{Certificate, Slip};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (hub, phone) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let hub_key = hub.verifying_key().to_bytes();
    let certificate = Certificate {
        phone_key: phone.verifying_key().to_bytes(),
        phone: Certificate::name_of("00112233445566778899aabbccddeeff"),
        kader: "Sri Wahyuni".into(),
        village: "Sumberjokidul".into(),
        office: "Disnaker Bojonegoro".into(),
        until: "2027-01-31".parse()?,
    };
    let slip = Slip {
        key: WorkerKey::from_bytes(*b"a worker's key: "),
        name: "CONTOH AHMAD SUPARMAN".into(),
        programme: "Perlindungan Pekerja Rentan Bojonegoro".into(),
        saved_at: "2026-01-02T03:04:05Z".parse()?,
        hub_url: "https://payung.bojonegorokab.go.id".into(),
    };
    let certificate = certificate.sealed(&hub_key, |bytes| hub.sign(bytes).to_bytes())?;
    let text = slip.sealed(&certificate, |bytes| phone.sign(bytes).to_bytes())?;
    println!("{}", serde_json::json!({ "hub_key": hex::encode(hub_key), "text": text }));
    Ok(())
}
