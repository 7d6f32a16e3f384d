//! The object storage.

use super::{ConfigError, Secret, ServeArgs};
use std::path::PathBuf;
use url::Url;

/// An S3 endpoint, or (`external` is `None`) the embedded one.
#[derive(Clone, Debug)]
pub struct StorageConfig {
    pub external: Option<ExternalStorage>,
    pub bucket: String,
    pub master_key_file: Option<PathBuf>,
}

/// Storage that somebody else runs.
#[derive(Clone, Debug)]
pub struct ExternalStorage {
    pub endpoint: Url,
    pub region: String,
    pub access_key: String,
    pub secret_key: Secret,
}

impl StorageConfig {
    pub(super) fn read(args: &ServeArgs) -> Result<Self, ConfigError> {
        let external = args
            .s3_endpoint
            .clone()
            .map(|endpoint| {
                let missing = |name| ConfigError::Bad {
                    name,
                    what: "is needed together with s3-endpoint".to_owned(),
                };
                Ok(ExternalStorage {
                    endpoint,
                    region: args.s3_region.clone(),
                    access_key: args
                        .s3_access_key
                        .clone()
                        .ok_or_else(|| missing("s3-access-key"))?,
                    secret_key: args
                        .s3_secret_key
                        .clone()
                        .ok_or_else(|| missing("s3-secret-key"))?,
                })
            })
            .transpose()?;
        Ok(Self {
            external,
            bucket: args.s3_bucket.clone(),
            master_key_file: args.master_key_file.clone(),
        })
    }
}
