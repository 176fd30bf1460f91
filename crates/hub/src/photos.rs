//! Photos: pieces gather in `DIR/uploads`, whole ones lie in `DIR/photos/ab/cdef….jpg` or in a bucket.

use crate::bucket::Bucket;
use crate::claim::{Claim, Claims};
use crate::error::{ApiError, HubError};
use crate::examine;
use crate::hub::{Hub, make_private_folder};
use crate::store::device::Device;
use crate::store::photo::{self, Upload};
use axum::http::StatusCode;
use payung_domain::PhotoHash;
use payung_domain::wire::{ErrorCode, MOST_PHOTO_BYTES};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How long an upload waits for its next piece.
const UPLOAD_DAYS: i64 = 7;
/// Uploads of one phone at once.
const MOST_UPLOADS: u32 = 200;
/// Bytes of one phone in 24 hours, those under way included: 8,000 photos of the usual 125 kB, and an end to what a
/// stolen token can fill.
const MOST_BYTES_A_DAY: u64 = 1 << 30;
/// How every JPEG begins.
const JPEG_START: [u8; 3] = [0xff, 0xd8, 0xff];
/// tus 1.0.0, checksum: the bytes are not what they were said to be.
const CHECKSUM_MISMATCH: u16 = 460;

/// Where photos lie, and uploads under way.
pub struct PhotoFolder {
    photos: PathBuf,
    uploads: PathBuf,
    /// Holds whole photos instead of the folder.
    bucket: Option<Bucket>,
    claims: Claims,
}

impl PhotoFolder {
    /// Makes the folders where they are missing.
    /// Claims are shared with other processes where those may write here as well.
    pub fn open(folder: &Path, bucket: Option<Bucket>, is_shared: bool) -> Result<Self, HubError> {
        let (photos, uploads) = (folder.join("photos"), folder.join("uploads"));
        make_private_folder(&photos)?;
        make_private_folder(&uploads)?;
        Ok(Self { photos, uploads, bucket, claims: Claims::open(is_shared.then(|| folder.join("claims")))? })
    }

    /// Where a whole photo lies in the folder.
    pub fn path_of(&self, sha256: PhotoHash) -> PathBuf {
        let name = sha256.to_string();
        self.photos.join(&name[..2]).join(format!("{}.jpg", &name[2..]))
    }

    /// Where an upload gathers.
    pub fn upload_path(&self, upload: &Upload) -> PathBuf {
        self.uploads.join(&upload.id)
    }

    /// The upload for one writer alone.
    pub fn claim(&self, id: &str) -> Result<Claim, ApiError> {
        self.claims.take(id)
    }

    /// How many bytes of an upload are here; nothing when it has no file.
    fn bytes_of(&self, upload: &Upload) -> Result<Option<u64>, HubError> {
        match std::fs::metadata(self.upload_path(upload)) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// How many bytes of an upload are here.
    pub fn offset(&self, upload: &Upload) -> Result<u64, HubError> {
        Ok(self.bytes_of(upload)?.unwrap_or(0))
    }

    /// Where whole photos lie.
    pub fn folder(&self) -> &Path {
        &self.photos
    }

    /// When the folder around this one was last backed up, as `payung-hub backup` has noted beside it.
    pub fn backed_up_at(&self) -> Option<i64> {
        std::fs::read_to_string(self.photos.with_file_name("last-backup")).ok()?.trim().parse().ok()
    }

    /// Where uploads gather.
    pub(crate) fn uploads(&self) -> &Path {
        &self.uploads
    }

    /// The bytes of a whole photo.
    pub fn read(&self, sha256: PhotoHash) -> Result<Vec<u8>, HubError> {
        match &self.bucket {
            Some(bucket) => bucket.get(sha256),
            None => Ok(std::fs::read(self.path_of(sha256))?),
        }
    }

    /// Puts a photo that is whole in memory where whole ones lie; it survives a power cut when this returns.
    pub fn put(&self, sha256: PhotoHash, bytes: &[u8]) -> Result<(), HubError> {
        let draft = self.uploads.join(format!("{sha256}.new"));
        std::fs::write(&draft, bytes)?;
        self.keep(&draft, sha256, bytes.to_vec())?;
        forget(&draft)
    }

    /// Puts an upload's photo where whole ones lie; it survives a power cut when this returns. The file is gone after, or is to be
    /// forgotten once the photo has its row.
    fn keep(&self, from: &Path, sha256: PhotoHash, bytes: Vec<u8>) -> Result<(), HubError> {
        if let Some(bucket) = &self.bucket {
            return bucket.put(sha256, bytes);
        }
        let path = self.path_of(sha256);
        let folder = path.parent().unwrap_or(&self.photos);
        make_private_folder(folder)?;
        File::open(from)?.sync_all()?;
        std::fs::rename(from, &path)?;
        File::open(folder)?.sync_all()?;
        File::open(&self.photos)?.sync_all()?;
        Ok(())
    }
}

/// Removes an upload's file, if there is one.
fn forget(path: &Path) -> Result<(), HubError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A place to send a photo to, and how much of it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The last part of its address.
    pub id: String,
    /// Bytes that are here.
    pub offset: u64,
    /// Bytes that there will be.
    pub length: u64,
    /// Unix milliseconds; nothing when the photo is here in full.
    pub expires_at: Option<i64>,
}

/// Begins an upload, or finds the one that this phone began; of a photo that is here already, says so.
pub fn begin(hub: &Hub, device: &Device, sha256: PhotoHash, length: u64) -> Result<Standing, ApiError> {
    if length == 0 {
        return Err(ApiError::bad_request("a photo has bytes"));
    }
    if length > MOST_PHOTO_BYTES {
        return Err(ApiError::too_large(MOST_PHOTO_BYTES));
    }
    let now = hub.context.now().as_millisecond();
    let new = Upload {
        id: hex::encode(hub.context.random::<16>()?),
        device_id: device.id.clone(),
        sha256,
        length,
        expires_at: now + UPLOAD_DAYS * 86_400_000,
    };
    let goes_on = |known: &Upload| known.length == length && known.expires_at > now;
    let known = hub.store.read::<_, HubError>(|connection| Ok(photo::upload_of(connection, &device.id, sha256)?))?;
    if let Some(other) = known.filter(|known| !goes_on(known)) {
        let _claim = hub.photos.claim(&other.id)?;
        cancel(hub, &other)?;
    }
    let found = hub.store.write(|transaction| {
        if photo::bytes_of(transaction, sha256)?.is_some() {
            return Ok(None);
        }
        match photo::upload_of(transaction, &device.id, sha256)? {
            Some(known) if goes_on(&known) => return Ok(Some(known)),
            Some(_) => return Err(ApiError::conflict("another call begins this upload")),
            None => {}
        }
        let bytes_of_day = photo::bytes_since(transaction, &device.id, now - 86_400_000)?;
        if photo::count_uploads(transaction, &device.id)? >= MOST_UPLOADS || bytes_of_day + length > MOST_BYTES_A_DAY {
            return Err(ApiError::too_many(3600));
        }
        photo::add_upload(transaction, &new)?;
        Ok(Some(new))
    })?;
    match found {
        None => Ok(Standing { id: sha256.to_string(), offset: length, length, expires_at: None }),
        Some(upload) => match standing(hub, device, &upload)? {
            Some(standing) => Ok(standing),
            // it had all its bytes and they were the wrong ones: this time there is nothing of it
            None => begin(hub, device, sha256, length),
        },
    }
}

/// Where an upload stands; nothing when its bytes were wrong and it is gone.
fn standing(hub: &Hub, device: &Device, upload: &Upload) -> Result<Option<Standing>, ApiError> {
    let offset = match hub.photos.bytes_of(upload)? {
        Some(offset) => offset,
        // Not begun, or the file lies where whole photos do: the call with the last byte may end at this moment.
        None => match hub.store.read::<_, HubError>(|connection| Ok(photo::bytes_of(connection, upload.sha256)?))? {
            Some(length) => {
                return Ok(Some(Standing { id: upload.id.clone(), offset: length, length, expires_at: None }));
            }
            None => 0,
        },
    };
    if offset == upload.length
        && let Ok(_claim) = hub.photos.claim(&upload.id)
    {
        if hub.photos.bytes_of(upload)?.is_none() {
            // The call with the last byte has ended since.
            return Ok(Some(Standing { id: upload.id.clone(), offset, length: upload.length, expires_at: None }));
        }
        // The hub went down between the last byte and the end: without this the phone would wait for ever.
        match finish(hub, device, upload) {
            Err(error) if error.status.is_client_error() => return Ok(None),
            other => other?,
        }
    }
    Ok(Some(Standing { id: upload.id.clone(), offset, length: upload.length, expires_at: Some(upload.expires_at) }))
}

/// How much of an upload is here.
pub fn find(hub: &Hub, device: &Device, id: &str) -> Result<Standing, ApiError> {
    // The address of a photo that was here when its upload was asked for ends in its hash.
    if let Ok(sha256) = id.parse::<PhotoHash>() {
        let bytes = hub.store.read::<_, HubError>(|connection| Ok(photo::bytes_of(connection, sha256)?))?;
        let length = bytes.ok_or_else(|| ApiError::not_found("upload"))?;
        return Ok(Standing { id: id.to_owned(), offset: length, length, expires_at: None });
    }
    standing(hub, device, &upload_of(hub, device, id)?)?.ok_or_else(|| ApiError::not_found("upload"))
}

/// The upload of a phone that has not expired.
pub fn upload_of(hub: &Hub, device: &Device, id: &str) -> Result<Upload, ApiError> {
    let upload = hub.store.read::<_, HubError>(|connection| Ok(photo::get_upload(connection, id, &device.id)?))?;
    upload
        .filter(|upload| upload.expires_at > hub.context.now().as_millisecond())
        .ok_or_else(|| ApiError::not_found("upload"))
}

/// An upload for one writer alone, as it stands now that it is.
pub fn claimed(hub: &Hub, device: &Device, id: &str) -> Result<(Claim, Upload), ApiError> {
    // a name that a phone made up is not claimed
    let known = upload_of(hub, device, id)?;
    let claim = hub.photos.claim(&known.id)?;
    Ok((claim, upload_of(hub, device, id)?))
}

/// Ends an upload that has all its bytes: the photo is held from now on, or the upload is gone.
pub fn finish(hub: &Hub, device: &Device, upload: &Upload) -> Result<(), ApiError> {
    let path = hub.photos.upload_path(upload);
    let bytes = std::fs::read(&path)?;
    if PhotoHash::of(&bytes) != upload.sha256 {
        cancel(hub, upload)?;
        return Err(mismatch("the bytes have another hash; begin anew"));
    }
    if !bytes.starts_with(&JPEG_START) {
        cancel(hub, upload)?;
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadRequest, "not a JPEG"));
    }
    // The file first: a row without its file would be a receipt for nothing.
    hub.photos.keep(&path, upload.sha256, bytes)?;
    let now = hub.context.now().as_millisecond();
    hub.store.write::<_, HubError>(|transaction| {
        photo::add(transaction, upload.sha256, upload.length, &device.id, now)?;
        photo::remove_upload(transaction, &upload.id)?;
        examine::renew_with_photo(hub, transaction, upload.sha256)
    })?;
    Ok(forget(&path)?)
}

/// The bytes are not what they were said to be.
pub fn mismatch(message: &str) -> ApiError {
    let status = StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST);
    ApiError::new(status, ErrorCode::BadRequest, message)
}

/// Takes a photo that came in one piece; one that is here already is as good.
pub fn take_whole(hub: &Hub, device: &Device, sha256: PhotoHash, bytes: &[u8]) -> Result<(), ApiError> {
    let standing = begin(hub, device, sha256, bytes.len() as u64)?;
    if standing.offset == standing.length {
        return Ok(());
    }
    let _claim = hub.photos.claim(&standing.id)?;
    let upload = upload_of(hub, device, &standing.id)?;
    // whatever the phone itself had sent of it is in these bytes
    std::fs::write(hub.photos.upload_path(&upload), bytes)?;
    finish(hub, device, &upload)
}

/// Ends an upload without a photo.
pub fn cancel(hub: &Hub, upload: &Upload) -> Result<(), HubError> {
    hub.store.write::<_, HubError>(|transaction| Ok(photo::remove_upload(transaction, &upload.id)?))?;
    forget(&hub.photos.upload_path(upload))
}
