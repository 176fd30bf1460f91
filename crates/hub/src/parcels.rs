//! Records of a phone that another one has carried here.

use crate::error::ApiError;
use crate::hub::Hub;
use crate::pairing;
use crate::photos;
use crate::routes::call::check_opening;
use crate::store::device;
use crate::sync;
use jiff::SignedDuration;
use payung_domain::ids::ContentHash;
use payung_domain::parcel::{Contents, ParcelResponse, unpacked};
use payung_domain::wire::{SyncRequest, VERSION};
use std::sync::Arc;

/// Opens a parcel and takes what is in it, as if the phone that packed it had called: once, however often it comes.
pub fn take(hub: Arc<Hub>, sealed: &[u8]) -> Result<ParcelResponse, ApiError> {
    let plain = hub.key.open_sealed(sealed).ok_or_else(|| ApiError::bad_request("not sealed to this hub"))?;
    let (contents, photo) = unpacked(&plain).ok_or_else(|| ApiError::bad_request("not a parcel"))?;
    let Contents { version, token, records, photo: sha256, named_by } = contents;
    check_opening(version, "")?;
    // not "token unknown": the carrier's own token is good
    let packer = pairing::authenticate(&hub, &token).map_err(|_| ApiError::not_found("phone that packed this"))?;
    hub.allow(&hub.limits.device, &packer.id)?;
    if let Some(sha256) = sha256 {
        photos::take_whole(&hub, &packer, sha256, photo)?;
    }
    // the parcel may have been on its way for days: the phone's clock was as wrong as at its last sync
    let offset =
        hub.store.read::<_, crate::HubError>(|connection| Ok(device::clock_offset(connection, &packer.id)?))?;
    let hub_time = hub.context.now();
    let request = SyncRequest {
        version,
        nonce: String::new(),
        device_time: hub_time.checked_sub(SignedDuration::from_millis(offset.unwrap_or(0))).unwrap_or(hub_time),
        cursor: None,
        records,
        awaiting: named_by,
        village: None,
        lease: None,
        takes_batch_receipt: false,
        phone_key: None,
    };
    let device_id = packer.id.clone();
    let answer = sync::answer(hub, packer, request)?;
    let parcel = ContentHash::of(sealed);
    let (receipts, refusals) = (answer.receipts, answer.refusals);
    Ok(ParcelResponse { version: VERSION, parcel, device_id, receipts, refusals })
}
