//! One bucket of one object store.

use super::{
    config::BlobConfig,
    error::{BlobError, status},
    keys::ObjectKey,
};
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, http::HttpResponse,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata as _, SdkError},
    operation::{get_object::GetObjectOutput, put_object::PutObjectError},
    primitives::ByteStream,
    types::{BucketLocationConstraint, ChecksumMode, CreateBucketConfiguration},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::{Bytes, BytesMut};
use sha2::{Digest as _, Sha256};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Attempts per operation, the first included.
const MAX_ATTEMPTS: u32 = 3;
/// Largest object, or range of one, that is read at once, in bytes.
pub(super) const MAX_READ_BYTES: u64 = 64 * 1024 * 1024;
/// Keys asked for per page of a listing; S3's own limit.
const PAGE_KEYS: i32 = 1000;
/// Objects in one whole listing: a day of one call's segments is a fifth of it.
const MAX_LISTED: usize = 100_000;
/// Where the SHA-256 of the whole object is kept for stores that do not give checksums back.
pub(super) const SHA256_METADATA: &str = "orderline-sha256";

/// A bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blob {
    pub(super) client: Client,
    pub(super) bucket: Arc<str>,
    region: Arc<str>,
    amazon: bool,
    /// Set once the store has said that it does not know `If-None-Match`.
    pub(super) unconditional: Arc<AtomicBool>,
}

/// A stored object, as the store confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutReceipt {
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub etag: Option<String>,
    pub outcome: PutOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    Stored,
    /// The very same bytes were there already.
    AlreadyThere,
}

/// What the store knows about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    pub bytes: u64,
    /// Of the whole object, when the store or the object's metadata has it.
    pub sha256: Option<[u8; 32]>,
    pub etag: Option<String>,
}

/// One object of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    pub bytes: u64,
}

/// A page of a listing, in the order of the keys' bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    pub objects: Vec<Listed>,
    /// Give it to the next call; none after the last page.
    pub next: Option<String>,
}

impl Blob {
    /// Sets up the client; nothing is sent yet.
    pub fn connect(config: &BlobConfig) -> Self {
        let credentials = Credentials::new(
            &config.access_key,
            config.secret_key.as_str(),
            None,
            None,
            "orderline-config",
        );
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(config.timeouts.connect)
            .read_timeout(config.timeouts.attempt)
            .operation_attempt_timeout(config.timeouts.attempt)
            .operation_timeout(config.timeouts.operation)
            .build();
        let mut sdk = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region.clone()))
            .credentials_provider(credentials)
            .force_path_style(config.path_style)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
            // Our own SHA-256 goes with every write; the library's additional checksums confuse some stores.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        if let Some(endpoint) = &config.endpoint {
            sdk = sdk.endpoint_url(endpoint.as_str());
        }
        Self {
            client: Client::from_conf(sdk.build()),
            bucket: config.bucket.as_str().into(),
            region: config.region.as_str().into(),
            amazon: config.endpoint.is_none(),
            unconditional: Arc::default(),
        }
    }

    /// Makes the bucket when it is missing.
    pub async fn ensure_bucket(&self) -> Result<(), BlobError> {
        let head = self.client.head_bucket().bucket(&*self.bucket).send().await;
        match head {
            Ok(_) => return Ok(()),
            Err(error) if status(&error) == Some(404) => {}
            Err(error) => return Err(BlobError::from_sdk("head bucket", &error)),
        }
        let mut create = self.client.create_bucket().bucket(&*self.bucket);
        if self.amazon && &*self.region != "us-east-1" {
            let place = BucketLocationConstraint::from(&*self.region);
            create = create.create_bucket_configuration(
                CreateBucketConfiguration::builder()
                    .location_constraint(place)
                    .build(),
            );
        }
        match create.send().await {
            Ok(_) => Ok(()),
            // Another node was faster.
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
            Err(error) => Err(BlobError::from_sdk("create bucket", &error)),
        }
    }

    /// Stores bytes under a key, once and for all. Safe to repeat.
    ///
    /// # Errors
    /// [`BlobError::Mismatch`] when `sha256` is not that of the bytes or the store holds others;
    /// [`BlobError::Conflict`] when other bytes are under the key already.
    pub async fn put(
        &self,
        key: &ObjectKey,
        bytes: Bytes,
        sha256: [u8; 32],
    ) -> Result<PutReceipt, BlobError> {
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != sha256 {
            return Err(BlobError::Mismatch {
                key: key.to_string(),
                found: "before sending",
            });
        }
        let length = bytes.len() as u64;
        let mut sent = self.send_put(key, bytes.clone(), &sha256).await;
        if let Err(error) = &sent
            && status(error) == Some(501)
            && !self.unconditional.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "the object store knows no conditional writes; objects are looked up before each write"
            );
            sent = self.send_put(key, bytes, &sha256).await;
        }
        match sent {
            Ok(None) => self.already_there(key, length, sha256).await,
            Ok(Some((etag, checksum))) => {
                self.confirm(key, length, sha256, checksum.as_deref())
                    .await?;
                Ok(PutReceipt {
                    bytes: length,
                    sha256,
                    etag,
                    outcome: PutOutcome::Stored,
                })
            }
            // Also the answer to a retry whose first attempt got through.
            Err(error) if status(&error) == Some(412) => {
                self.already_there(key, length, sha256).await
            }
            Err(error) => Err(BlobError::from_sdk("put", &error)),
        }
    }

    /// `Ok(None)` when the store has no conditional writes and the key is taken.
    async fn send_put(
        &self,
        key: &ObjectKey,
        bytes: Bytes,
        sha256: &[u8; 32],
    ) -> Result<Option<(Option<String>, Option<String>)>, SdkError<PutObjectError, HttpResponse>>
    {
        let mut put = self
            .client
            .put_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .checksum_sha256(BASE64.encode(sha256))
            .metadata(SHA256_METADATA, hex::encode(sha256))
            .content_type("application/octet-stream")
            .body(ByteStream::from(bytes));
        if self.unconditional.load(Ordering::Relaxed) {
            if matches!(self.head(key).await, Ok(Some(_))) {
                return Ok(None);
            }
        } else {
            put = put.if_none_match("*");
        }
        let stored = put.send().await?;
        Ok(Some((stored.e_tag, stored.checksum_sha256)))
    }

    /// Compares what the store says it holds with what was sent.
    async fn confirm(
        &self,
        key: &ObjectKey,
        length: u64,
        sha256: [u8; 32],
        returned: Option<&str>,
    ) -> Result<(), BlobError> {
        let mismatch = || BlobError::Mismatch {
            key: key.to_string(),
            found: "by the store",
        };
        match returned {
            Some(checksum) if checksum == BASE64.encode(sha256) => Ok(()),
            Some(_) => Err(mismatch()),
            None => match self.head(key).await? {
                Some(info)
                    if info.bytes == length && info.sha256.is_none_or(|found| found == sha256) =>
                {
                    Ok(())
                }
                _ => Err(mismatch()),
            },
        }
    }

    /// The receipt for an object that was there before: the same bytes are success, others a conflict.
    pub(super) async fn already_there(
        &self,
        key: &ObjectKey,
        length: u64,
        sha256: [u8; 32],
    ) -> Result<PutReceipt, BlobError> {
        let conflict = || BlobError::Conflict {
            key: key.to_string(),
        };
        let Some(info) = self.head(key).await? else {
            // Deleted meanwhile: the next attempt stores it.
            let detail = "the object vanished while it was compared".to_owned();
            return Err(BlobError::Failing {
                operation: "put",
                status: 412,
                detail,
            });
        };
        if info.bytes != length {
            return Err(conflict());
        }
        let found = match info.sha256 {
            Some(found) => found,
            None => self.hash(key).await?.ok_or_else(conflict)?,
        };
        if found != sha256 {
            return Err(conflict());
        }
        Ok(PutReceipt {
            bytes: length,
            sha256,
            etag: info.etag,
            outcome: PutOutcome::AlreadyThere,
        })
    }

    /// Reads an object through to its SHA-256, for stores that keep none.
    async fn hash(&self, key: &ObjectKey) -> Result<Option<[u8; 32]>, BlobError> {
        let Some(mut output) = self.send_get(key, None).await? else {
            return Ok(None);
        };
        let mut hash = Sha256::new();
        while let Some(chunk) = output
            .body
            .try_next()
            .await
            .map_err(|error| cut_short(&error))?
        {
            hash.update(&chunk);
        }
        Ok(Some(hash.finalize().into()))
    }

    /// A whole object of at most 64 MiB; `Ok(None)` when there is none.
    pub async fn get(&self, key: &ObjectKey) -> Result<Option<Bytes>, BlobError> {
        self.read(key, None).await
    }

    /// The bytes of a range, cut at the object's end, at most 64 MiB; empty when it begins behind the end;
    /// `Ok(None)` when there is no such object.
    pub async fn get_range(
        &self,
        key: &ObjectKey,
        range: Range<u64>,
    ) -> Result<Option<Bytes>, BlobError> {
        if range.is_empty() {
            return Ok(self.head(key).await?.map(|_| Bytes::new()));
        }
        self.read(key, Some(range)).await
    }

    async fn send_get(
        &self,
        key: &ObjectKey,
        range: Option<&Range<u64>>,
    ) -> Result<Option<GetObjectOutput>, BlobError> {
        let range = range.map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let get = self
            .client
            .get_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .set_range(range);
        match get.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.code() == Some("NoSuchKey") => Ok(None),
            Err(error) => Err(BlobError::from_sdk("get", &error)),
        }
    }

    async fn read(
        &self,
        key: &ObjectKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Bytes>, BlobError> {
        let too_large = |bytes| BlobError::TooLarge {
            key: key.to_string(),
            bytes,
            limit: MAX_READ_BYTES,
        };
        let output = match self.send_get(key, range.as_ref()).await {
            Ok(Some(output)) => output,
            Ok(None) => return Ok(None),
            Err(BlobError::Refused { status: 416, .. }) => return Ok(Some(Bytes::new())),
            Err(error) => return Err(error),
        };
        let announced = output
            .content_length
            .and_then(|length| u64::try_from(length).ok())
            .unwrap_or(0);
        if announced > MAX_READ_BYTES {
            return Err(too_large(announced));
        }
        let mut body = output.body;
        let mut bytes = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
        while let Some(chunk) = body.try_next().await.map_err(|error| cut_short(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > MAX_READ_BYTES {
                return Err(too_large(bytes.len() as u64));
            }
        }
        Ok(Some(bytes.freeze()))
    }

    /// What the store knows about an object; `Ok(None)` when there is none.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>, BlobError> {
        let head = self
            .client
            .head_object()
            .bucket(&*self.bucket)
            .key(key.as_str());
        match head.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(head) => {
                let checksum = head.checksum_sha256.and_then(|sum| BASE64.decode(sum).ok());
                let noted = || {
                    head.metadata?
                        .get(SHA256_METADATA)
                        .and_then(|sum| hex::decode(sum).ok())
                };
                Ok(Some(ObjectInfo {
                    bytes: head
                        .content_length
                        .and_then(|length| u64::try_from(length).ok())
                        .unwrap_or(0),
                    sha256: checksum.or_else(noted).and_then(|sum| sum.try_into().ok()),
                    etag: head.e_tag,
                }))
            }
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(BlobError::from_sdk("head", &error)),
        }
    }

    /// One page of at most 1,000 objects under a prefix; `next` comes from the page before.
    pub async fn list_page(
        &self,
        prefix: &str,
        next: Option<String>,
    ) -> Result<ListPage, BlobError> {
        let list = self
            .client
            .list_objects_v2()
            .bucket(&*self.bucket)
            .prefix(prefix)
            .max_keys(PAGE_KEYS);
        let page = list.set_continuation_token(next).send().await;
        let page = page.map_err(|error| BlobError::from_sdk("list", &error))?;
        let objects = page
            .contents
            .unwrap_or_default()
            .into_iter()
            .filter_map(|object| {
                let bytes = object
                    .size
                    .and_then(|size| u64::try_from(size).ok())
                    .unwrap_or(0);
                Some(Listed {
                    key: object.key?,
                    bytes,
                })
            });
        let next = page
            .next_continuation_token
            .filter(|_| page.is_truncated == Some(true));
        Ok(ListPage {
            objects: objects.collect(),
            next,
        })
    }

    /// All objects under a prefix.
    ///
    /// # Errors
    /// [`BlobError::TooMany`] beyond 100,000: page through those.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Listed>, BlobError> {
        let mut all = Vec::new();
        let mut next = None;
        loop {
            let page = self.list_page(prefix, next).await?;
            all.extend(page.objects);
            if all.len() > MAX_LISTED {
                return Err(BlobError::TooMany {
                    prefix: prefix.to_owned(),
                    limit: MAX_LISTED,
                });
            }
            next = page.next;
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    /// Removes an object; one that is not there counts as removed.
    pub async fn delete(&self, key: &ObjectKey) -> Result<(), BlobError> {
        let gone = self
            .client
            .delete_object()
            .bucket(&*self.bucket)
            .key(key.as_str())
            .send()
            .await;
        gone.map(drop)
            .map_err(|error| BlobError::from_sdk("delete", &error))
    }
}

/// A body that broke off on the way, or whose checksum is wrong.
fn cut_short(error: &aws_sdk_s3::primitives::ByteStreamError) -> BlobError {
    BlobError::Unreachable {
        operation: "get",
        detail: error.to_string(),
    }
}
