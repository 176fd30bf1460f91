//! The receipt at the door: what a kader's phone says of a person whom it has recorded, signed by that phone, in one QR code. It
//! proves "recorded", never "covered"; it opens the card later, and any Payung checks it without a signal.
//!
//! "Receipt" is what the hub gives a phone ([`crate::receipt`]); this one is called slip in the code.
//!
//! The format is that of the card, see [`crate::card`]: a CWT in COSE_Sign1 with Ed25519, zlib, base45. The phone signs these claims:
//!
//! | claim | what |
//! | --- | --- |
//! | 6 `iat` | when the kader saved, by the phone's clock |
//! | 7 `cti` | the worker's key, 16 bytes |
//! | -65537 | 4 name, 101 programme, 103 the hub's address (without `https://`), 104 the certificate |
//!
//! The certificate is a CWT in COSE_Sign1 of its own, as bytes. The hub signs it; its header's key id is the hub's public key:
//!
//! | claim | what |
//! | --- | --- |
//! | 1 `iss` | the office, as a person calls it |
//! | 4 `exp` | the first second after its last day, in West Indonesian Time |
//! | 7 `cti` | names the phone: 4 bytes of a SHA-256 over its number at the hub |
//! | 8 `cnf` | 1: the phone's key as a COSE_Key (RFC 8747) |
//! | -65537 | 4 the kader's name, 102 the village |

mod seal;

pub use crate::cose::Unsealable;
pub(crate) use seal::is_slip;

use crate::card::{Issuer, Refusal};
use crate::worker_key::WorkerKey;
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// What a receipt says. It carries a key: it belongs to the worker, and to nobody's log.
#[derive(Clone, PartialEq, Eq)]
pub struct Slip {
    /// Opens the worker's card.
    pub key: WorkerKey,
    /// The person, as on the KTP.
    pub name: String,
    /// The programme's name, as a person calls it.
    pub programme: String,
    /// When the kader saved, by the phone's clock; whole seconds.
    pub saved_at: Timestamp,
    /// Where the card can be asked for.
    pub hub_url: String,
}

/// Who gave a receipt, as the office has written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The phone's Ed25519 public key.
    pub phone_key: [u8; 32],
    /// Names the phone: see [`Certificate::name_of`].
    pub phone: [u8; 4],
    /// The kader's name; may be empty.
    pub kader: String,
    /// The kader's village.
    pub village: String,
    /// The office, as a person calls it.
    pub office: String,
    /// The last day on which the phone may give receipts.
    pub until: Date,
}

/// A receipt that its phone has signed, with the certificate of that phone.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedSlip {
    /// What it says.
    pub slip: Slip,
    /// Who gave it.
    pub certificate: Certificate,
    /// The public key of the hub that signed the certificate.
    pub hub_key: [u8; 32],
}

impl std::fmt::Debug for Slip {
    /// Secrets and personal data stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slip")
    }
}

impl std::fmt::Debug for SignedSlip {
    /// Secrets and personal data stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedSlip")
    }
}

/// What a code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// A kader of a known office gave it: the person is recorded.
    Genuine(SignedSlip),
    /// The same, but the phone's right to give receipts has ended since, or had then: the office must be asked.
    CertificateOver(SignedSlip),
    /// Nothing that it says is proven.
    Refused(Refusal),
}

impl Certificate {
    /// The certificate as bytes. `sign` is the hub's key: the 64 bytes of its Ed25519 signature over what it is given.
    pub fn sealed(&self, hub_key: &[u8; 32], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<Vec<u8>, Unsealable> {
        seal::certificate(self, hub_key, sign)
    }

    /// A certificate's bytes, read, where this hub has signed it.
    pub fn opened(bytes: &[u8], hub_key: &[u8; 32]) -> Option<Self> {
        seal::opened_certificate(bytes).filter(|(_, by)| by == hub_key).map(|(certificate, _)| certificate)
    }

    /// What a certificate calls the phone with this number at the hub.
    pub fn name_of(device_id: &str) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::digest([b"payung phone\n", device_id.as_bytes()].concat()).into();
        std::array::from_fn(|place| digest[place])
    }
}

impl Slip {
    /// The code's text. `sign` is the key of the phone that the certificate names.
    pub fn sealed(&self, certificate: &[u8], sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<String, Unsealable> {
        seal::sealed(self, certificate, sign)
    }

    /// A code's text, read, where phone and hub have signed as it says. **Who that hub is remains to be proven**: a phone that belongs to
    /// no hub calls the address, and believes the key when the hub has answered with it.
    pub fn opened(text: &str) -> Result<SignedSlip, Refusal> {
        seal::opened(text)
    }

    /// Checks a code's text, on this day, against the offices that are known. The office is called as this phone knows it.
    pub fn check(text: &str, issuers: &[Issuer], today: Date) -> Checked {
        let mut signed = match seal::opened(text) {
            Ok(signed) => signed,
            Err(refusal) => return Checked::Refused(refusal),
        };
        let Some(issuer) = issuers.iter().find(|issuer| issuer.key == signed.hub_key) else {
            return Checked::Refused(Refusal::UnknownIssuer { claimed: signed.certificate.office });
        };
        signed.certificate.office.clone_from(&issuer.name);
        let given_in_time =
            crate::cose::end_of(signed.certificate.until).is_some_and(|end| signed.slip.saved_at.as_second() < end);
        if given_in_time && today <= signed.certificate.until {
            Checked::Genuine(signed)
        } else {
            Checked::CertificateOver(signed)
        }
    }
}
