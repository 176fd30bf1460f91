//! The receipt at the door, as the worker gets it.

use super::{Device, DeviceError};
use crate::phone_key::PhoneKey;
use crate::store::{self, StoreError, record, setting, slip};
use jiff::Timestamp;
use jiff::civil::Date;
use payung_domain::slip::Slip;
use payung_domain::{Enrolment, ReceiptNumber, RecordId, State, day_of};

/// A receipt at the door: what is printed, and the text of its code.
#[derive(Clone, PartialEq)]
pub struct SlipView {
    /// The person, as on the KTP.
    pub name: String,
    /// The programme's name.
    pub programme: String,
    /// The kader's village.
    pub village: String,
    /// The kader; may be empty.
    pub kader: String,
    /// The office.
    pub office: String,
    /// Where the worker reaches it: `payung.example.go.id`.
    pub address: String,
    /// When the record was first saved.
    pub saved_at: Timestamp,
    /// Where the record stands.
    pub state: State,
    /// The day of the hub's clock, for what that state is worth.
    pub today: Date,
    /// The number and the code's text, or why there are none.
    pub code: Result<(ReceiptNumber, String), NoSlip>,
}

impl std::fmt::Debug for SlipView {
    /// Secrets and personal data stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SlipView({:?})", self.code.as_ref().err())
    }
}

/// Why a record has no receipt yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSlip {
    /// It was saved before there were receipts: its next correction draws the key.
    Old,
    /// The office has not certified this phone: the next sync brings it.
    NotCertified,
    /// The kader's other phone has the key.
    OnOtherPhone,
}

impl Device {
    /// The receipt of a saved record.
    pub async fn slip(&self, id: RecordId) -> Result<SlipView, DeviceError> {
        let now = self.env().clock.now();
        self.with_store(move |s| s.read(|db| view(db, id, now))).await
    }
}

fn view(db: &rusqlite::Connection, id: RecordId, now: Timestamp) -> store::Result<SlipView> {
    let stored = record::by_id(db, id)?;
    let text = stored.enrolment.as_deref().ok_or(StoreError::NoSuchRecord)?;
    let enrolment: Enrolment = serde_json::from_str(text)?;
    let pairing = setting::pairing(db)?.ok_or(StoreError::NoSuchRecord)?;
    let village = setting::village(db)?.ok_or(StoreError::NoSuchRecord)?;
    let first = record::timeline(db, stored.number)?.into_iter().next().map(|entry| entry.at);
    // a clock that is years off would make a receipt of another year
    let saved_at = setting::hub_time_of(db, first.unwrap_or(Timestamp::UNIX_EPOCH))?;
    let key = slip::worker_key(db, stored.number)?;
    // the village may enrol for another one by now
    let programme = setting::programme_name(db, &enrolment.programme)?;
    let address = pairing.hub_url.trim_start_matches("https://").to_owned();
    let code = match (key, enrolment.worker_key) {
        (Some(key), Some(hash)) if key.hash() == hash => {
            let slip = Slip {
                key,
                name: enrolment.identity.name.clone(),
                programme: programme.clone(),
                saved_at,
                hub_url: pairing.hub_url,
            };
            let phone = setting::get::<PhoneKey>(db, setting::PHONE_KEY)?;
            let text = phone.and_then(|phone| phone.sealed(&slip, &pairing.hub_key)?.ok());
            text.map(|text| (hash.number(), text)).ok_or(NoSlip::NotCertified)
        }
        (_, Some(_)) => Err(NoSlip::OnOtherPhone),
        (_, None) => Err(NoSlip::Old),
    };
    Ok(SlipView {
        name: enrolment.identity.name,
        programme,
        village: village.name,
        kader: pairing.kader_name,
        office: pairing.hub_name,
        address,
        saved_at,
        state: stored.state,
        today: day_of(setting::hub_time(db, now)?),
        code,
    })
}
