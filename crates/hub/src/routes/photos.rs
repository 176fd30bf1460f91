//! Photos by tus 1.0.0 with its extensions creation, checksum, termination and expiration.

use super::call::{Phone, http_date};
use crate::claim::Claim;
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::photos::{self, Standing};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use payung_domain::PhotoHash;
use payung_domain::wire::{ErrorCode, MOST_PHOTO_BYTES};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

const TUS_VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// A link that says nothing for so long is dead; what came is kept.
const SILENCE: Duration = Duration::from_secs(30);

/// Every answer names the protocol's version, and calls of another version are refused.
pub async fn speak_tus(request: Request, next: Next) -> Response {
    let is_spoken = request.headers().get(&RESUMABLE).is_some_and(|version| version == TUS_VERSION);
    let mut response = if is_spoken || request.method() == Method::OPTIONS {
        next.run(request).await
    } else {
        let message = "Tus-Resumable: 1.0.0 is spoken here";
        let refusal = ApiError::new(StatusCode::PRECONDITION_FAILED, ErrorCode::VersionUnsupported, message);
        ([(HeaderName::from_static("tus-version"), TUS_VERSION)], refusal).into_response()
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    response
}

/// What of tus is spoken.
pub async fn options() -> Response {
    let headers = [
        ("tus-version", TUS_VERSION.to_owned()),
        ("tus-extension", "creation,checksum,termination,expiration".to_owned()),
        ("tus-checksum-algorithm", "sha1,sha256".to_owned()),
        ("tus-max-size", MOST_PHOTO_BYTES.to_string()),
    ];
    (StatusCode::NO_CONTENT, axum::response::AppendHeaders(headers)).into_response()
}

/// Begins an upload. Of a photo that is here already the answer's `Upload-Offset` is its length: nothing is to be sent.
pub async fn create(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let length = number(&headers, &LENGTH)?;
    let sha256 = metadata_hash(&headers).ok_or_else(|| ApiError::bad_request("Upload-Metadata needs sha256"))?;
    let standing = hub.run(move |hub| photos::begin(hub, &device, sha256, length)).await?;
    let mut response = answer(StatusCode::CREATED, &standing);
    let location = format!("/v1/photos/{}", standing.id);
    response.headers_mut().insert(header::LOCATION, value(&location)?);
    Ok(response)
}

/// Tells how much of an upload is here.
pub async fn head(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let standing = hub.run(move |hub| photos::find(hub, &device, &id)).await?;
    let mut response = answer(StatusCode::OK, &standing);
    response.headers_mut().insert(LENGTH, HeaderValue::from(standing.length));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Takes the next piece. Of a piece that breaks off, what came is kept, unless it came with a checksum: that is for all of it.
pub async fn patch(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/offset+octet-stream") {
        let message = "Content-Type: application/offset+octet-stream is needed";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadRequest, message));
    }
    let said = number(&headers, &OFFSET)?;
    let body = match headers.get(&CHECKSUM) {
        Some(checksum) => checked(checksum, body).await?,
        None => body,
    };
    let (mut piece, upload, device) = hub
        .run(move |hub| {
            let (claim, upload) = photos::claimed(hub, &device, &id)?;
            if hub.photos.offset(&upload)? != said {
                return Err(ApiError::conflict("the upload stands at another offset"));
            }
            let file = std::fs::OpenOptions::new().create(true).append(true).open(hub.photos.upload_path(&upload))?;
            Ok((Piece { file, offset: said, _claim: claim }, upload, device))
        })
        .await?;
    piece = append(&hub, piece, upload.length, body).await?;
    let offset = piece.offset;
    let standing =
        Standing { id: upload.id.clone(), offset, length: upload.length, expires_at: Some(upload.expires_at) };
    if offset == upload.length {
        hub.run(move |hub| {
            // Owned here: when the phone goes away now, nobody begins to write before this has ended.
            let _piece = piece;
            photos::finish(hub, &device, &upload)
        })
        .await?;
    }
    Ok(answer(StatusCode::NO_CONTENT, &standing))
}

/// The whole body, if it is what `Upload-Checksum: sha1 <base64>` says.
async fn checked(checksum: &HeaderValue, body: Body) -> Result<Body, ApiError> {
    let unreadable = || ApiError::bad_request("Upload-Checksum needs sha1 or sha256 and a checksum in base64");
    let (algorithm, told) = checksum.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unreadable)?;
    let told = STANDARD.decode(told.trim()).map_err(|_| unreadable())?;
    let most = usize::try_from(MOST_PHOTO_BYTES).unwrap_or(usize::MAX);
    let bytes = axum::body::to_bytes(body, most).await.map_err(|_| ApiError::bad_request("the piece broke off"))?;
    let found = match algorithm {
        "sha1" => Sha1::digest(&bytes).to_vec(),
        "sha256" => Sha256::digest(&bytes).to_vec(),
        _ => return Err(unreadable()),
    };
    if found != told {
        return Err(photos::mismatch("the piece has another checksum; send it again"));
    }
    Ok(Body::from(bytes))
}

/// An upload that is written to. The claim goes along to every thread that writes.
struct Piece {
    file: std::fs::File,
    offset: u64,
    _claim: Claim,
}

async fn append(hub: &Arc<Hub>, mut piece: Piece, length: u64, mut body: Body) -> Result<Piece, ApiError> {
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(SILENCE, body.frame()).await {
        let Ok(bytes) = frame.into_data() else { continue };
        if piece.offset + bytes.len() as u64 > length {
            return Err(ApiError::too_large(length));
        }
        piece = hub
            .run(move |_| {
                piece.file.write_all(&bytes)?;
                piece.offset += bytes.len() as u64;
                Ok::<_, HubError>(piece)
            })
            .await?;
    }
    Ok(piece)
}

/// Gives an upload up.
pub async fn terminate(
    State(hub): State<Arc<Hub>>,
    Phone(device): Phone,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    hub.run(move |hub| {
        let (_claim, upload) = photos::claimed(hub, &device, &id)?;
        photos::cancel(hub, &upload).map_err(ApiError::from)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(status: StatusCode, standing: &Standing) -> Response {
    let mut response = status.into_response();
    response.headers_mut().insert(OFFSET, HeaderValue::from(standing.offset));
    if let Some(Ok(expires)) = standing.expires_at.map(|at| value(&http_date(at))) {
        response.headers_mut().insert(EXPIRES, expires);
    }
    response
}

fn value(text: &str) -> Result<HeaderValue, HubError> {
    HeaderValue::from_str(text).map_err(|_| HubError::Corrupt("a header"))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ApiError> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .ok_or_else(|| ApiError::bad_request(format!("{name} needs a number")))
}

/// The hash in `Upload-Metadata: sha256 <base64 of 64 hex digits>`, among other pairs.
fn metadata_hash(headers: &HeaderMap) -> Option<PhotoHash> {
    let pairs = headers.get(&METADATA)?.to_str().ok()?;
    let encoded = pairs.split(',').find_map(|pair| pair.trim().strip_prefix("sha256 "))?;
    String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?.parse().ok()
}
