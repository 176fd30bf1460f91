//! A receipt's code, read: what a wallet keeps of it.

use payung_device::{ReceiptSays, ScannedReceipt};
use payung_domain::code::Code;
use payung_domain::slip::{SignedSlip, Slip};

/// What a code was.
pub enum Read {
    Receipt(Box<ScannedReceipt>),
    /// A signed card.
    Card,
    /// A kader's pairing code.
    Pairing,
    Other,
}

/// Reads a code's text. Who the hub of a receipt is remains to be proven: it must answer under this address and key.
pub fn read(text: &str) -> Read {
    if let Ok(SignedSlip { slip, certificate, hub_key }) = Slip::opened(text) {
        let says = ReceiptSays {
            name: slip.name,
            programme: slip.programme,
            village: certificate.village,
            kader: certificate.kader,
            office: certificate.office,
            saved_at: slip.saved_at,
        };
        return Read::Receipt(Box::new(ScannedReceipt { key: slip.key, hub_url: slip.hub_url, hub_key, says }));
    }
    match Code::of(text) {
        Code::Card => Read::Card,
        _ if text.starts_with("payung://pair") => Read::Pairing,
        _ => Read::Other,
    }
}
