//! Whole photos in a bucket of S3, or of whatever speaks its language, instead of a folder.
//!
//! `s3://name/prefix`; key, region and end point come from the environment by the names that every tool for S3 knows
//! (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`): no secret lies in the configuration.

use crate::error::HubError;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt as _, PutOptions, RetryConfig};
use payung_domain::PhotoHash;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A call that has failed for so long fails for good: the phone waits, and tries again by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bucket, called from blocking threads.
pub struct Bucket {
    objects: AmazonS3,
    prefix: Path,
    /// Taken out when this ends, which may be on a thread of another runtime.
    runtime: Option<Runtime>,
}

impl Bucket {
    /// Opens a bucket by its URL. Calls nobody yet.
    pub fn open(url: &str) -> Result<Self, HubError> {
        // another part of the program may have chosen one
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wrong = || HubError::Bucket(format!("photos must be s3://bucket or s3://bucket/prefix: {url}"));
        let (_, prefix) =
            url.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, ""))).ok_or_else(wrong)?;
        let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap_or_default();
        let objects = AmazonS3Builder::from_env()
            .with_url(url)
            .with_allow_http(endpoint.starts_with("http://"))
            // the bucket refuses what was damaged on the way
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig { max_retries: 3, retry_timeout: PATIENCE, ..RetryConfig::default() })
            .build()
            .map_err(failed)?;
        let prefix = Path::parse(prefix).map_err(|_| wrong())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { objects, prefix, runtime: Some(runtime) })
    }

    /// Where a photo lies: the same as in a folder, so that one can be copied to the other.
    fn path_of(&self, photo: PhotoHash) -> Path {
        let name = photo.to_string();
        self.prefix.clone().join(&name[..2]).join(format!("{}.jpg", &name[2..]))
    }

    /// Puts a photo into the bucket; the bucket has it durably when this returns.
    pub fn put(&self, photo: PhotoHash, bytes: Vec<u8>) -> Result<(), HubError> {
        let attributes = Attributes::from_iter([(Attribute::ContentType, "image/jpeg")]);
        let options = PutOptions { attributes, ..PutOptions::default() };
        self.wait(self.objects.put_opts(&self.path_of(photo), bytes.into(), options)).map(drop)
    }

    /// A photo's bytes.
    pub fn get(&self, photo: PhotoHash) -> Result<Vec<u8>, HubError> {
        let bytes = async { self.objects.get(&self.path_of(photo)).await?.bytes().await };
        Ok(self.wait(bytes)?.into())
    }

    /// Every object under the prefix.
    pub fn list(&self) -> Result<Vec<Listed>, HubError> {
        let all = self.objects.list(Some(&self.prefix)).map_ok(|object| Listed {
            photo: photo_of(object.location.as_ref()),
            name: object.location.to_string(),
            bytes: object.size,
            put_at: object.last_modified.timestamp_millis(),
        });
        self.wait(all.try_collect())
    }

    fn wait<T>(&self, call: impl Future<Output = object_store::Result<T>>) -> Result<T, HubError> {
        let runtime = self.runtime.as_ref().ok_or(HubError::Thread)?;
        runtime.block_on(call).map_err(failed)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Something that lies where photos do.
pub struct Listed {
    /// Its photo; nothing where the name is none of ours.
    pub photo: Option<PhotoHash>,
    /// Its whole name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Unix milliseconds.
    pub put_at: i64,
}

/// The photo that a name stands for, in the bucket or in the folder: `photos/ab/cdef….jpg`.
pub fn photo_of(name: &str) -> Option<PhotoHash> {
    let (rest, end) = name.rsplit_once('/')?;
    let start = rest.rsplit('/').next()?;
    format!("{start}{}", end.strip_suffix(".jpg")?).parse().ok()
}

fn failed(error: object_store::Error) -> HubError {
    HubError::Bucket(error.to_string())
}
