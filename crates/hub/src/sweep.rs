//! What uploads leave behind when nobody goes on with them, and what is kept for a time only.

use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::irregularities;
use crate::line;
use crate::photos;
use crate::rights::Scope;
use crate::store::photo::{self, Upload};
use crate::store::{file, import, sql};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// How long first rows and problems of an import are kept: they are people's data.
const IMPORT_DAYS: i64 = 30;
/// A file without a row: of a phone that broke off while its upload was given up, or of a crash.
const ORPHAN_HOURS: i64 = 24;

/// Removes uploads that nobody went on with, files that belong to none, and reports that were closed long ago; tells how many. One
/// that can't be removed does not keep the others. Lent places that have run out go to those who wait.
pub fn sweep(hub: &Hub) -> Result<usize, HubError> {
    let now = hub.context.now().as_millisecond();
    let (mut removed, mut last) = (0, String::new());
    loop {
        let read = |connection: &sql::Connection| Ok(photo::expired_uploads(connection, now, &last)?);
        let expired: Vec<Upload> = hub.store.read::<_, HubError>(read)?;
        let Some(upload) = expired.last() else { break };
        last.clone_from(&upload.id);
        for upload in &expired {
            removed += usize::from(note(&upload.id, end(hub, upload)));
        }
    }
    removed += sweep_files(hub, now)?;
    removed += irregularities::forget_old(hub)?;
    line::move_up_expired(hub)?;
    for entry in std::fs::read_dir(hub.photos.uploads())? {
        let Ok(entry) = entry else { continue };
        let Ok(id) = entry.file_name().into_string() else { continue };
        match end_orphan(hub, &id, &entry.path(), now - ORPHAN_HOURS * 3_600_000) {
            Ok(false) => {}
            other => removed += usize::from(note(&id, other.map(drop))),
        }
    }
    Ok(removed)
}

/// What people have brought in is kept only as long as somebody may still come back to it.
fn sweep_files(hub: &Hub, now: i64) -> Result<usize, HubError> {
    let days = |days: i64| now - days * 86_400_000;
    let (orphans, stale) = hub.store.read::<_, HubError>(|connection| {
        Ok((file::orphans(connection, days(1))?, import::stale(connection, days(IMPORT_DAYS))?))
    })?;
    for id in &orphans {
        hub.store.write::<_, HubError>(|transaction| Ok(file::remove(transaction, id)?))?;
    }
    for id in &stale {
        hub.store.write::<_, HubError>(|transaction| {
            let Some(mut found) = import::get(transaction, id, Scope::All)? else { return Ok(()) };
            let from = found.state.clone();
            if from != "taken" {
                found.state = "dropped".into();
            }
            found.head.clear();
            let file = found.file.take();
            import::set(transaction, &found, &from)?;
            import::forget_problems(transaction, id)?;
            Ok(file.map_or(Ok(()), |file| file::remove(transaction, &file))?)
        })?;
    }
    Ok(orphans.len() + stale.len())
}

fn end(hub: &Hub, upload: &Upload) -> Result<(), ApiError> {
    let _claim = hub.photos.claim(&upload.id)?;
    Ok(photos::cancel(hub, upload)?)
}

/// Removes a file that no row knows and nobody has written to since; tells whether it was one.
fn end_orphan(hub: &Hub, id: &str, path: &Path, before: i64) -> Result<bool, ApiError> {
    let changed = std::fs::metadata(path)?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    if i64::try_from(changed.as_millis()).unwrap_or(i64::MAX) > before {
        return Ok(false);
    }
    let _claim = hub.photos.claim(id)?;
    if hub.store.read::<_, HubError>(|connection| Ok(photo::is_upload(connection, id)?))? {
        return Ok(false);
    }
    std::fs::remove_file(path)?;
    Ok(true)
}

fn note(id: &str, ended: Result<(), ApiError>) -> bool {
    if let Err(error) = &ended {
        tracing::warn!(upload = id, status = error.status.as_u16(), "an upload could not be removed");
    }
    ended.is_ok()
}
