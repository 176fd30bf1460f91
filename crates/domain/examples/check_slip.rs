//! Checks a receipt's code as any phone does: `check_slip HUB_KEY TEXT` prints what it is, and what it says, as JSON.

use payung_domain::card::Issuer;
use payung_domain::slip::{Checked, Slip};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (key, text) = arguments.next().zip(arguments.next()).ok_or("check_slip HUB_KEY TEXT")?;
    let mut issuer = Issuer { name: "known".into(), key: [0; 32] };
    hex::decode_to_slice(key, &mut issuer.key)?;
    let today = jiff::tz::offset(7).to_datetime(jiff::Timestamp::from_second(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs().try_into()?,
    )?);
    let (word, signed) = match Slip::check(&text, &[issuer], today.date()) {
        Checked::Genuine(signed) => ("genuine", signed),
        Checked::CertificateOver(signed) => ("over", signed),
        Checked::Refused(refusal) => {
            println!("{}", json!({ "is": format!("{refusal:?}") }));
            return Ok(());
        }
    };
    let (slip, certificate) = (signed.slip, signed.certificate);
    println!(
        "{}",
        json!({
            "is": word, "name": slip.name, "programme": slip.programme, "saved_at": slip.saved_at, "hub_url": slip.hub_url,
            "number": slip.key.hash().number().to_string(), "key_hash": slip.key.hash().to_string(),
            "kader": certificate.kader, "village": certificate.village, "until": certificate.until,
        })
    );
    Ok(())
}
