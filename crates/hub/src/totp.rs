//! The second factor: six digits that change every thirty seconds (RFC 6238), from an app on a phone.

use crate::error::HubError;
use crate::key::HubKey;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// How long one code is good for.
const STEP_SECONDS: i64 = 30;
/// A phone's clock may be off by so many steps to either side.
const STEPS_OFF: i64 = 1;

/// What hub and app share. Made of a nonce in the database and the hub's key: neither a copy of the database nor a look
/// into it tells anybody a code.
pub struct Secret([u8; 20]);

impl Secret {
    /// The secret of one person.
    pub fn of(key: &HubKey, user: &str, nonce: &str) -> Self {
        let bytes = key.secret_for("a second factor", format!("{user}\n{nonce}").as_bytes());
        let mut secret = [0; 20];
        secret.copy_from_slice(&bytes[..20]);
        Self(secret)
    }

    /// To be typed into an app: base32.
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// To be scanned by an app. The issuer must hold no colon; it is cut out.
    pub fn uri(&self, issuer: &str, user: &str) -> String {
        let issuer = crate::pairing::percent_encoded(&issuer.replace(':', " "));
        format!("otpauth://totp/{issuer}:{user}?secret={}&issuer={issuer}", self.text())
    }

    /// The time step that a code is of, if it is of now or of the steps beside it, and later than the last used one.
    pub fn step_of(&self, code: &str, now_seconds: i64, last_step: i64) -> Result<Option<i64>, HubError> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = now_seconds.div_euclid(STEP_SECONDS);
        let mut found = None;
        for step in now - STEPS_OFF..=now + STEPS_OFF {
            let is_it = bool::from(self.code(step)?.as_bytes().ct_eq(digits.as_bytes()));
            if is_it && step > last_step {
                found = Some(step);
            }
        }
        Ok(found)
    }

    /// The code of a step: RFC 4226's truncation to six digits.
    pub fn code(&self, step: i64) -> Result<String, HubError> {
        code(&self.0, step, 6)
    }
}

fn code(secret: &[u8], step: i64, digits: u32) -> Result<String, HubError> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).map_err(|_| HubError::Corrupt("a second factor"))?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 0x0f);
    let number = u32::from_be_bytes([hash[from] & 0x7f, hash[from + 1], hash[from + 2], hash[from + 3]]);
    Ok(format!("{:0width$}", number % 10_u32.pow(digits), width = digits as usize))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, wanted) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(b"12345678901234567890", seconds / STEP_SECONDS, 8).unwrap(), wanted);
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_or_late_and_only_once() {
        let secret = Secret(*b"12345678901234567890");
        let code = secret.code(100).unwrap();
        let step = |seconds, last| secret.step_of(&code, seconds, last).unwrap();
        assert_eq!(step(100 * 30, 0), Some(100));
        assert_eq!((step(101 * 30 + 29, 0), step(99 * 30, 0)), (Some(100), Some(100)));
        assert_eq!((step(102 * 30, 0), step(98 * 30, 0)), (None, None));
        assert_eq!(step(100 * 30, 100), None, "used up");
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(secret.step_of(&spaced, 3000, 0).unwrap(), Some(100));
        assert_eq!(secret.step_of("", 3000, 0).unwrap(), None);
    }

    #[test]
    fn an_app_reads_the_address() {
        let secret = Secret(*b"12345678901234567890");
        assert_eq!(
            secret.uri("Dinas: Kerja", "sari"),
            "otpauth://totp/Dinas%20%20Kerja:sari?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Dinas%20%20Kerja"
        );
    }
}
