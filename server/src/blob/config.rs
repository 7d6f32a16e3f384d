//! How the object store is reached.

use std::{fmt, time::Duration};
use url::Url;
use zeroize::Zeroizing;

/// The object store of this installation.
#[derive(Clone)]
pub struct BlobConfig {
    /// `None`: Amazon's own endpoint of the region.
    pub endpoint: Option<Url>,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: Zeroizing<String>,
    /// `https://host/bucket/key` instead of `https://bucket.host/key`; most stores that are not Amazon's need it.
    pub path_style: bool,
    pub timeouts: BlobTimeouts,
}

/// How long the store may take before an operation fails as retryable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobTimeouts {
    /// To a connection.
    pub connect: Duration,
    /// One attempt, from the first byte sent to the response's head.
    pub attempt: Duration,
    /// All attempts together.
    pub operation: Duration,
}

impl Default for BlobTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(30),
            operation: Duration::from_secs(75),
        }
    }
}

impl fmt::Debug for BlobConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobConfig")
            .field("endpoint", &self.endpoint.as_ref().map(Url::as_str))
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("access_key", &"redacted")
            .field("secret_key", &"redacted")
            .field("path_style", &self.path_style)
            .field("timeouts", &self.timeouts)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_reach_the_log() {
        let config = BlobConfig {
            endpoint: None,
            region: "eu-central-1".into(),
            bucket: "orderline".into(),
            access_key: "AKIAVERYSECRET".into(),
            secret_key: Zeroizing::new("hunter2hunter2".into()),
            path_style: true,
            timeouts: BlobTimeouts::default(),
        };
        let shown = format!("{config:?}");
        assert!(
            !shown.contains("AKIAVERYSECRET") && !shown.contains("hunter2"),
            "{shown}"
        );
        assert!(shown.contains("eu-central-1"));
    }
}
