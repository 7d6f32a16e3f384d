//! What the tests of the object store share.

use orderline_server::{
    blob::{Blob, BlobConfig, BlobTimeouts, ObjectKey},
    embedded::s3::EmbeddedS3,
};
use sha2::{Digest as _, Sha256};
use std::error::Error;
use url::Url;

pub(super) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Access to a bucket of a store on this machine.
pub(super) fn config(endpoint: Url, access_key: &str, secret_key: &str) -> BlobConfig {
    BlobConfig {
        endpoint: Some(endpoint),
        region: "us-east-1".into(),
        bucket: "orderline-test".into(),
        access_key: access_key.into(),
        secret_key: secret_key.to_owned().into(),
        path_style: true,
        timeouts: BlobTimeouts::default(),
    }
}

pub(super) async fn connect(store: &EmbeddedS3) -> Outcome<Blob> {
    let blob = Blob::connect(&config(
        store.endpoint.clone(),
        &store.access_key,
        &store.secret_key,
    ));
    blob.ensure_bucket().await?;
    Ok(blob)
}

pub(super) fn key(name: &str) -> Outcome<ObjectKey> {
    Ok(name.parse()?)
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes that follow from a seed and do not repeat.
pub(super) fn content(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.flatten().take(length).collect()
}

/// What every store must do for us: B4 asks for any S3-compatible store.
pub(super) async fn keeps_the_contract(blob: &Blob) -> Outcome {
    use orderline_server::blob::{BlobError, PutOutcome};

    blob.ensure_bucket().await?;
    let name = key("v/1/rec/2/seg/00000001-00000000.seg")?;
    let bytes = content(1, 300_000);
    assert_eq!(blob.get(&name).await?, None);
    assert_eq!(blob.head(&name).await?, None);

    let first = blob
        .put(&name, bytes.clone().into(), sha256(&bytes))
        .await?;
    assert_eq!((first.outcome, first.bytes), (PutOutcome::Stored, 300_000));
    let again = blob
        .put(&name, bytes.clone().into(), sha256(&bytes))
        .await?;
    assert_eq!(
        (again.outcome, again.sha256),
        (PutOutcome::AlreadyThere, sha256(&bytes))
    );

    for other in [content(2, 300_000), content(2, 10)] {
        let refused = blob.put(&name, other.clone().into(), sha256(&other)).await;
        assert!(
            matches!(refused, Err(BlobError::Conflict { .. })),
            "{refused:?}"
        );
    }
    let wrong = blob
        .put(&key("v/1/wrong")?, bytes.clone().into(), [7; 32])
        .await;
    assert!(
        matches!(wrong, Err(BlobError::Mismatch { .. })),
        "{wrong:?}"
    );
    assert_eq!(blob.head(&key("v/1/wrong")?).await?, None);

    assert_eq!(blob.get(&name).await?.as_deref(), Some(&bytes[..]));
    let range = |range: std::ops::Range<u64>| blob.get_range(&name, range);
    assert_eq!(range(0..1).await?.as_deref(), Some(&bytes[..1]));
    assert_eq!(
        range(65_536..131_072).await?.as_deref(),
        Some(&bytes[65_536..131_072])
    );
    assert_eq!(
        range(299_990..400_000).await?.as_deref(),
        Some(&bytes[299_990..])
    );
    assert_eq!(range(300_000..300_001).await?.as_deref(), Some(&[][..]));
    assert_eq!(blob.get_range(&key("v/1/none")?, 0..5).await?, None);
    let head = blob.head(&name).await?.ok_or("no head")?;
    assert_eq!((head.bytes, head.sha256), (300_000, Some(sha256(&bytes))));

    let empty = key("v/1/empty")?;
    blob.put(&empty, bytes::Bytes::new(), sha256(&[])).await?;
    assert_eq!(blob.get(&empty).await?.as_deref(), Some(&[][..]));

    in_parts(blob).await?;

    blob.delete(&name).await?;
    blob.delete(&name).await?;
    assert_eq!(blob.get(&name).await?, None);
    let left: Vec<_> = blob
        .list("v/1/")
        .await?
        .into_iter()
        .map(|object| object.key)
        .collect();
    assert_eq!(left, ["v/1/empty", "v/1/large.webm"]);
    Ok(())
}

/// A file large enough to go in three parts.
async fn in_parts(blob: &Blob) -> Outcome {
    use orderline_server::blob::{BlobError, PutOutcome};

    let dir = tempfile::tempdir()?;
    let path = dir.path().join("large.webm");
    let bytes = content(3, 40 * 1024 * 1024 + 17);
    tokio::fs::write(&path, &bytes).await?;
    let name = key("v/1/large.webm")?;
    let stored = blob.put_file(&name, &path).await?;
    assert_eq!(
        (stored.outcome, stored.bytes, stored.sha256),
        (PutOutcome::Stored, bytes.len() as u64, sha256(&bytes))
    );
    assert_eq!(
        blob.put_file(&name, &path).await?.outcome,
        PutOutcome::AlreadyThere
    );
    assert!(
        blob.get(&name).await?.is_some_and(|found| found == bytes),
        "the parts make the file"
    );
    let across = blob.get_range(&name, 16_777_210..16_777_220).await?;
    assert_eq!(across.as_deref(), Some(&bytes[16_777_210..16_777_220]));

    tokio::fs::write(&path, content(4, 20 * 1024 * 1024)).await?;
    let refused = blob.put_file(&name, &path).await;
    assert!(
        matches!(refused, Err(BlobError::Conflict { .. })),
        "{refused:?}"
    );
    Ok(())
}
