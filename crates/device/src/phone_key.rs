//! The phone's own Ed25519 key, with which it signs the receipts at the door, and the hub's certificate of it.

use crate::env::Env;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::ToSpan as _;
use jiff::civil::Date;
use payung_domain::slip::{Certificate, Slip, Unsealable};
use serde::{Deserialize, Serialize};

/// A receipt can be checked as long as its certificate lasts, and so a certificate that ends within half a year is renewed.
const SOON_DAYS: i64 = 180;

/// A key with its certificate. The secret half lies in the encrypted store and nowhere else.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PhoneKey {
    /// 32 bytes in hex.
    secret: String,
    /// As the hub gave it, in base64.
    certificate: Option<String>,
}

impl PhoneKey {
    /// A new key, not certified yet.
    pub(crate) fn made(env: &Env) -> std::io::Result<Self> {
        Ok(Self { secret: hex::encode(env.random::<32>()?), certificate: None })
    }

    fn signing(&self) -> SigningKey {
        let mut secret = [0; 32];
        // what this module has written
        let _ = hex::decode_to_slice(&self.secret, &mut secret);
        SigningKey::from_bytes(&secret)
    }

    /// The public half, 64 hex digits.
    pub(crate) fn public(&self) -> String {
        hex::encode(self.signing().verifying_key().as_bytes())
    }

    /// Takes a certificate of the hub with this key, if it is one for this phone's.
    pub(crate) fn certify(&mut self, certificate: &str, hub_key: &str) {
        let taken = Self { certificate: Some(certificate.to_owned()), ..self.clone() };
        if taken.certificate(hub_key).is_some() {
            *self = taken;
        }
    }

    fn certificate(&self, hub_key: &str) -> Option<(Vec<u8>, Certificate)> {
        let bytes = STANDARD.decode(self.certificate.as_deref()?).ok()?;
        let mut key = [0; 32];
        hex::decode_to_slice(hub_key, &mut key).ok()?;
        let certificate = Certificate::opened(&bytes, &key)?;
        (certificate.phone_key == *self.signing().verifying_key().as_bytes()).then_some((bytes, certificate))
    }

    /// Whether a certificate is to be asked for on this day.
    pub(crate) fn wants_certificate(&self, hub_key: &str, today: Date) -> bool {
        let soon = today.checked_add(SOON_DAYS.days()).unwrap_or(today);
        self.certificate(hub_key).is_none_or(|(_, certificate)| certificate.until < soon)
    }

    /// The text of a receipt's code; nothing without a certificate.
    pub(crate) fn sealed(&self, slip: &Slip, hub_key: &str) -> Option<Result<String, Unsealable>> {
        let (certificate, _) = self.certificate(hub_key)?;
        Some(slip.sealed(&certificate, |bytes| self.signing().sign(bytes).to_bytes()))
    }
}
