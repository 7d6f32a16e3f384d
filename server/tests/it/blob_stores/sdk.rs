//! Amazon's own client at the embedded store, as others' tools use it: what ours never sends is sent here.

use super::support::Outcome;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
};
use orderline_server::{embedded::s3::EmbeddedS3, supervisor::Supervisor};
use std::fmt::Debug;
use tempfile::TempDir;

pub(super) const BUCKET: &str = "orderline-test";

/// A store with a bucket; the folder lives as long.
pub(super) struct Running {
    pub client: Client,
    _store: EmbeddedS3,
    pub dir: TempDir,
}

/// A client with the library's own defaults, which put a checksum on every write.
pub(super) fn client(store: &EmbeddedS3) -> Client {
    let keys = Credentials::new(
        store.access_key.as_str(),
        store.secret_key.as_str(),
        None,
        None,
        "test",
    );
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(keys)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .endpoint_url(store.endpoint.as_str());
    Client::from_conf(config.build())
}

pub(super) async fn running() -> Outcome<Running> {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    let client = client(&store);
    client.create_bucket().bucket(BUCKET).send().await?;
    Ok(Running {
        client,
        _store: store,
        dir,
    })
}

impl Running {
    /// Stores bytes with nothing but the client's defaults; gives the entity tag.
    pub(super) async fn put(&self, key: &str, bytes: &[u8]) -> Outcome<String> {
        let put = self.client.put_object().bucket(BUCKET).key(key);
        let put = put.body(ByteStream::from(bytes.to_vec())).send().await?;
        Ok(put.e_tag.ok_or("no tag")?)
    }
}

/// The status and the code of a refusal; HEAD answers have no code.
pub(super) fn refusal<T: Debug, E: ProvideErrorMetadata + Debug>(
    answer: Result<T, SdkError<E>>,
) -> (u16, String) {
    let error = answer.expect_err("a refusal");
    let status = error.raw_response().map_or(0, |it| it.status().as_u16());
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    (status, code.unwrap_or_default().to_owned())
}

pub(super) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
