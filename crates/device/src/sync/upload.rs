//! A photo to the hub by tus 1.0.0, going on where an earlier try broke off.
//!
//! What the upload answers is never believed: a photo counts as delivered when a signed receipt lists its hash.

use super::call::{Hub, failure_of};
use super::failure::SyncFailure;
use crate::transport::{Method, Request, Response, Transport};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payung_domain::PhotoHash;

/// Where an upload stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The hub's address for this upload.
    pub url: String,
    /// Bytes that the hub has.
    pub offset: usize,
}

/// Finds out where to go on, and makes the upload when the hub knows none under this address.
pub(crate) async fn begin(
    transport: &dyn Transport,
    hub: &Hub<'_>,
    sha256: PhotoHash,
    length: usize,
    known_url: &str,
) -> Result<Progress, SyncFailure> {
    // the token goes to this hub only, also when the phone was paired with another one before
    let is_here = known_url.strip_prefix(hub.url).is_some_and(|path| path.starts_with("/v1/photos/"));
    if is_here {
        let response = transport.call(tus(hub, Method::Head, known_url.to_owned(), Vec::new())).await?;
        match (response.status, offset(&response)) {
            (200 | 204, Some(offset)) if offset <= length && is_of(&response, length) => {
                return Ok(Progress { url: known_url.to_owned(), offset });
            }
            // expired, of another hub, or of another photo: begin anew
            (200 | 204 | 403 | 404 | 410, _) => {}
            // an answer to HEAD has no body that would say more
            (401, _) => return Err(SyncFailure::TokenUnknown),
            (412, _) => return Err(SyncFailure::UpdateApp),
            (429, _) => return Err(SyncFailure::TooMany),
            _ => return Err(failure_of(&response)),
        }
    }
    let mut request = tus(hub, Method::Post, format!("{}/v1/photos", hub.url), Vec::new());
    request.headers.push(("upload-length", length.to_string()));
    request.headers.push(("upload-metadata", format!("sha256 {}", STANDARD.encode(sha256.to_string()))));
    let response = transport.call(request).await?;
    if response.status == 409 {
        // another call of this phone still writes to it: in a moment
        return Err(SyncFailure::Interrupted);
    }
    if !matches!(response.status, 200 | 201) {
        return Err(failure_of(&response));
    }
    let location = response.headers.get("location").ok_or(SyncFailure::NotTheHub)?;
    Ok(Progress { url: absolute(hub.url, location)?, offset: offset(&response).unwrap_or(0).min(length) })
}

/// Sends the next piece, of at most so many bytes. A cut costs no more than what the hub had not written of it. Nothing comes
/// back when the hub stands elsewhere or knows no such upload: it is to be begun anew.
pub(crate) async fn send_piece(
    transport: &dyn Transport,
    hub: &Hub<'_>,
    progress: &Progress,
    jpeg: &[u8],
    most: usize,
) -> Result<Option<Progress>, SyncFailure> {
    let end = (progress.offset + most).min(jpeg.len());
    let piece = jpeg.get(progress.offset..end).unwrap_or_default();
    let mut request = tus(hub, Method::Patch, progress.url.clone(), piece.to_vec());
    request.headers.push(("content-type", "application/offset+octet-stream".into()));
    request.headers.push(("upload-offset", progress.offset.to_string()));
    let response = transport.call(request).await?;
    match (response.status, offset(&response)) {
        (204, Some(offset)) if offset > progress.offset && offset <= jpeg.len() => {
            Ok(Some(Progress { url: progress.url.clone(), offset }))
        }
        (204, _) => Err(SyncFailure::NotTheHub),
        (404 | 409 | 410 | 460, _) => Ok(None),
        _ => Err(failure_of(&response)),
    }
}

fn tus(hub: &Hub, method: Method, url: String, body: Vec<u8>) -> Request {
    let mut request = hub.request(method, url, body);
    request.headers.push(("tus-resumable", "1.0.0".into()));
    request
}

/// Whether an upload is of a photo of this length. An old answer may have led to another one's.
fn is_of(response: &Response, length: usize) -> bool {
    let told = response.headers.get("upload-length").and_then(|text| text.parse::<usize>().ok());
    told.is_none_or(|told| told == length)
}

fn offset(response: &Response) -> Option<usize> {
    response.headers.get("upload-offset")?.parse().ok()
}

/// The token goes to the hub and to nobody else, whatever a `Location` says.
fn absolute(hub_url: &str, location: &str) -> Result<String, SyncFailure> {
    match location.strip_prefix(hub_url).unwrap_or(location) {
        path if path.starts_with("/v1/photos/") => Ok(format!("{hub_url}{path}")),
        _ => Err(SyncFailure::NotTheHub),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_follows_no_location_to_another_server() {
        let hub = "https://hub.example";
        assert_eq!(absolute(hub, "/v1/photos/7").as_deref(), Ok("https://hub.example/v1/photos/7"));
        assert_eq!(absolute(hub, "https://hub.example/v1/photos/7").as_deref(), Ok("https://hub.example/v1/photos/7"));
        for bad in
            ["https://evil.example/v1/photos/7", "//evil.example/v1/photos/7", "https://hub.example.evil/v1/photos/7"]
        {
            assert_eq!(absolute(hub, bad), Err(SyncFailure::NotTheHub), "{bad}");
        }
    }
}
