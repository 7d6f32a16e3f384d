//! One bucket of one object store.

use super::{
    config::BlobConfig,
    error::{BlobError, status},
    keys::ObjectKey,
};
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::ProvideErrorMetadata as _,
    types::{BucketLocationConstraint, ChecksumMode, CreateBucketConfiguration},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use std::sync::{Arc, atomic::AtomicBool};

/// Attempts per operation, the first included.
const MAX_ATTEMPTS: u32 = 3;
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

    /// Whether the bucket is there and lets us in.
    pub async fn reach(&self) -> Result<(), BlobError> {
        let head = self.client.head_bucket().bucket(&*self.bucket).send().await;
        head.map(drop)
            .map_err(|error| BlobError::from_sdk("head bucket", &error))
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

    /// What the store knows about an object; `Ok(None)` when there is none.
    pub async fn head(&self, key: &ObjectKey) -> Result<Option<ObjectInfo>, BlobError> {
        let head = self
            .client
            .head_object()
            .bucket(&*self.bucket)
            .key(key.as_str());
        match head.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(head) => {
                // Of an object sent in parts, the store's checksum covers the parts' checksums, not the bytes.
                let in_parts = head.e_tag.as_ref().is_some_and(|tag| tag.contains('-'));
                let checksum = head.checksum_sha256.filter(|_| !in_parts);
                let checksum = checksum.and_then(|sum| BASE64.decode(sum).ok());
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
