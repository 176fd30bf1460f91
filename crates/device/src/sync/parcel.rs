//! What waits here, sealed for another phone to carry; what others have handed over, on its way to the hub; and the way back.

use super::call::{Hub, failure_of, is_signed, zipped};
use super::failure::SyncFailure;
use crate::device::{Device, DeviceError};
use crate::pairing::Pairing;
use crate::sealing::seal;
use crate::store::carried::{self, Answer};
use crate::store::{answer, outbox, photo};
use crate::transport::{Method, Response};
use flate2::read::GzDecoder;
use payung_domain::RecordId;
use payung_domain::parcel::{self, Contents, ParcelResponse};
use payung_domain::wire::{self, ErrorCode};
use std::collections::BTreeMap;
use std::io::Read as _;

const PATH: &str = "/v1/parcels";
/// Text of one parcel, in bytes, as in a sync.
const TEXT_BYTES: usize = 96 << 10;
/// How the file of answers begins; their JSON follows, as gzip.
const ANSWERS: &[u8] = b"PAYUNG KUITANSI 1\n";
/// No honest file of answers has more when it is unpacked, in bytes.
const MOST_ANSWERS: u64 = 8 << 20;

/// Why a file can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum ParcelError {
    /// It is no file of parcels or of answers, or it is not whole.
    #[error("this is no whole file of Payung")]
    NotAFile,
    /// The store can't be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// What a file of another phone was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// So many parcels that were not carried yet.
    Parcels(usize),
    /// So many answers of the hub for this phone.
    Answers(usize),
}

/// What a phone carries for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Parcels that wait for a signal.
    pub waiting: u32,
    /// Parcels that the hub has answered.
    pub answered: u32,
    /// Parcels that the hub can't take.
    pub refused: u32,
}

impl Device {
    /// Everything that waits for the hub, sealed to it, as a file for any phone with Payung; or the text alone, which fits a
    /// series of QR codes. It stays queued here: whichever way reaches the hub first, it is taken once.
    pub async fn pack(&self, with_photos: bool) -> Result<Vec<u8>, DeviceError> {
        let pairing = self.pairing().await?;
        let now = self.env().clock.now();
        let (batches, photos) = self
            .with_store(move |store| {
                store.write(|tx| {
                    let batches = outbox::everything(tx, (wire::MOST_RECORDS, TEXT_BYTES), now)?;
                    let photos = if with_photos { photo::everything_to_send(tx)? } else { Vec::new() };
                    crate::store::Result::Ok((batches, photos))
                })
            })
            .await?;
        let text = batches.into_iter().map(|records| (records, None, Vec::new(), Vec::new()));
        let photos = photos.into_iter().map(|(sha256, jpeg, ids)| (Vec::new(), Some(sha256), jpeg, ids));
        let mut parcels = Vec::new();
        for (records, photo, jpeg, named_by) in text.chain(photos) {
            let token = pairing.token.clone();
            let contents = Contents { version: wire::VERSION, token, records, photo, named_by };
            let plain = parcel::packed(&contents, &jpeg).map_err(crate::StoreError::from)?;
            parcels.push(seal(self.env(), &pairing.hub_key, &plain)?);
        }
        Ok(parcel::to_file(&parcels))
    }

    /// Takes another phone's parcels along; they go with the next sync. Tells how many are new.
    pub async fn carry(&self, file: Vec<u8>) -> Result<usize, ParcelError> {
        let taken = self
            .with_store(move |store| {
                let Some(parcels) = parcel::from_file(&file) else { return Ok(None) };
                store.write(|tx| carried::take_along(tx, &parcels)).map(Some)
            })
            .await?;
        self.say_changed();
        taken.ok_or(ParcelError::NotAFile)
    }

    /// Takes what another phone has handed over, whichever kind of file it is.
    pub async fn take_over(&self, file: Vec<u8>) -> Result<TakenOver, ParcelError> {
        match file.starts_with(ANSWERS) {
            true => self.hear(file).await.map(TakenOver::Answers),
            false => self.carry(file).await.map(TakenOver::Parcels),
        }
    }

    /// What this phone carries for others.
    pub async fn carried(&self) -> Result<Carried, DeviceError> {
        self.with_store(|store| store.read(carried::count)).await
    }

    /// The hub's latest answers to what was carried, as a file for the phones that packed it.
    pub async fn answers(&self) -> Result<Vec<u8>, DeviceError> {
        let answers = self.with_store(|store| store.read(carried::answers)).await?;
        let json = serde_json::to_string(&answers).map_err(crate::StoreError::from)?;
        let packed = zipped(json.as_bytes()).map_err(crate::StoreError::from)?;
        Ok([ANSWERS, &packed].concat())
    }

    /// Takes the hub's answers that another phone brings back; tells how many were for this one. What the pinned key has not
    /// signed, and what is for another phone, changes nothing.
    pub async fn hear(&self, file: Vec<u8>) -> Result<usize, ParcelError> {
        let pairing = self.pairing().await?;
        let packed = file.strip_prefix(ANSWERS).ok_or(ParcelError::NotAFile)?;
        let json = GzDecoder::new(packed).take(MOST_ANSWERS);
        let answers: Vec<Answer> = serde_json::from_reader(json).map_err(|_| ParcelError::NotAFile)?;
        let mut heard = Vec::new();
        for Answer { body, signature } in answers {
            let headers = BTreeMap::from([(wire::SIGNATURE_HEADER.to_owned(), signature)]);
            let answer = Response { status: 200, headers, body: body.into_bytes() };
            if !is_signed(&answer, PATH, Some(&pairing.hub_key)) {
                continue;
            }
            let Ok(answer) = serde_json::from_slice::<ParcelResponse>(&answer.body) else { continue };
            heard.extend((answer.device_id == pairing.device_id).then_some(answer));
        }
        let count = heard.len();
        self.with_store(move |store| {
            store.write(|tx| {
                heard.iter().try_for_each(|answer| answer::apply_parcel(tx, &answer.receipts, &answer.refusals))
            })
        })
        .await?;
        self.say_changed();
        Ok(count)
    }
}

/// Brings what others have handed over to the hub; one that the hub can't take does not block the others.
pub(super) async fn deliver(device: &Device, pairing: &Pairing) -> Result<(), SyncFailure> {
    let hub = Hub { url: &pairing.hub_url, token: Some(&pairing.token), key: Some(&pairing.hub_key) };
    let mut last = String::new();
    loop {
        let after = last.clone();
        let next = device.with_store(move |store| store.read(|db| carried::next(db, &after))).await?;
        let Some((digest, sealed)) = next else { return Ok(()) };
        last.clone_from(&digest);
        let mut request = hub.request(Method::Post, format!("{}{PATH}", hub.url), sealed);
        request.headers.push(("content-type", "application/octet-stream".into()));
        let response = device.env().transport.call(request).await?;
        if response.status != 200 {
            match failure_of(&response) {
                SyncFailure::Refused(ErrorCode::BadRequest | ErrorCode::NotFound | ErrorCode::TooLarge) => {
                    device.with_store(move |store| store.write(|tx| carried::refuse(tx, &digest))).await?;
                    continue;
                }
                failure => return Err(failure),
            }
        }
        let answer: Option<ParcelResponse> = serde_json::from_slice(&response.body).ok();
        if !is_signed(&response, PATH, hub.key) || answer.is_none_or(|answer| answer.parcel.to_string() != digest) {
            return Err(SyncFailure::NotTheHub);
        }
        let signature = response.headers.get(wire::SIGNATURE_HEADER).cloned().unwrap_or_default();
        let body = String::from_utf8(response.body).map_err(|_| SyncFailure::NotTheHub)?;
        let answer = Answer { body, signature };
        device.with_store(move |store| store.write(|tx| carried::deliver(tx, &digest, &answer))).await?;
        device.say_changed();
    }
}

/// A photo, its JPEG and the records that name it.
pub(crate) type PhotoToSend = (payung_domain::PhotoHash, Vec<u8>, Vec<RecordId>);
