//! A file on its way in: counted and kept piece by piece while it comes, read by nobody before its form is proved.

use super::failure::Failure;
use super::staff::Staff;
use crate::error::HubError;
use crate::files::stored::Writing;
use crate::files::table::MOST_BYTES;
use crate::hub::Hub;
use crate::store::file::{self, FileRow};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

/// Fields beside the file.
const MOST_FIELDS: usize = 20;
/// Bytes of each.
const MOST_FIELD_BYTES: usize = 4 << 10;
/// Pieces of the network that wait for the disk.
const AHEAD: usize = 16;

/// A form with a file that was drawn for this very session. Its token and fields stand before the file.
pub struct Uploaded {
    /// The other fields.
    pub fields: BTreeMap<String, String>,
    /// The file as it is kept here.
    pub file: FileRow,
    /// As the person's computer calls it.
    pub name: String,
}

impl FromRequest<Arc<Hub>> for Uploaded {
    type Rejection = Failure;
    async fn from_request(request: Request, hub: &Arc<Hub>) -> Result<Self, Failure> {
        let staff = request.extensions().get::<Staff>().cloned().ok_or(Failure::NoSession)?;
        // what is no such form carries no token
        let mut form = Multipart::from_request(request, hub).await.map_err(|_| Failure::Csrf)?;
        let mut fields = BTreeMap::new();
        let is_proved =
            |fields: &BTreeMap<String, String>| staff.has_drawn(fields.get("csrf").map_or("", String::as_str));
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "berkas" {
                if !is_proved(&fields) {
                    return Err(Failure::Csrf);
                }
                let shown = shown(field.file_name().unwrap_or_default());
                let file = keep(hub, field).await?;
                return Ok(Self { fields, file, name: shown });
            }
            if fields.len() >= MOST_FIELDS {
                return Err(Failure::Malformed);
            }
            fields.insert(name, short(field).await?);
        }
        // a forged form hears that it is forged, whatever else it lacks
        match is_proved(&fields) {
            true => Err(Failure::Form("Pilih berkasnya dulu.")),
            false => Err(Failure::Csrf),
        }
    }
}

fn broken(error: MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Malformed,
    }
}

async fn short(mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > MOST_FIELD_BYTES {
            return Err(Failure::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failure::Malformed)
}

/// The last part of a path, short, without what a page or a log should not see.
fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// Keeps the file: the network fills a channel, a blocking thread empties it into the database.
async fn keep(hub: &Arc<Hub>, mut field: Field<'_>) -> Result<FileRow, Failure> {
    let (tell, mut hear) = tokio::sync::mpsc::channel::<Option<axum::body::Bytes>>(AHEAD);
    let owner = Arc::clone(hub);
    let writer = tokio::spawn(async move {
        owner
            .run(move |hub| {
                let mut writing = Writing::begin(hub)?;
                while let Some(chunk) = hear.blocking_recv() {
                    match chunk {
                        Some(bytes) => writing.write_all(&bytes)?,
                        None => return writing.finish().map(Some),
                    }
                }
                // the browser has gone away: what came is swept
                Ok::<_, HubError>(None)
            })
            .await
    });
    let mut bytes = 0;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes += chunk.len() as u64;
        if bytes > MOST_BYTES {
            return Err(Failure::TooLarge);
        }
        if tell.send(Some(chunk)).await.is_err() {
            break;
        }
    }
    // nobody hears it only where the writer has failed, and says so below
    let _ = tell.send(None).await;
    let written = writer.await.map_err(|_| HubError::Thread)??;
    written.ok_or(Failure::Malformed)
}

/// Forgets a file that turned out to be of no use.
pub fn forget(hub: &Hub, id: &str) -> Result<(), HubError> {
    hub.store.write(|transaction| Ok(file::remove(transaction, id)?))
}
