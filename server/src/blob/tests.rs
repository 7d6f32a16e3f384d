//! What can only be seen behind [`super::Blob`]: writes that a careful client never sends, and the keys.

use super::{
    Blob, BlobConfig, BlobError, BlobTimeouts, KeyError, KeyOrigin, KeyOwner, MasterKey, ObjectKey,
    WrappedKey, new_recording_key,
};
use crate::{embedded::s3::EmbeddedS3, supervisor::Supervisor};
use aws_sdk_s3::{error::ProvideErrorMetadata as _, primitives::ByteStream};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use orderline_domain::ids::{RecordingId, VendorId};
use sha2::{Digest as _, Sha256};
use std::{error::Error, os::unix::fs::PermissionsExt as _, sync::atomic::Ordering};
use uuid::Uuid;

type Outcome = Result<(), Box<dyn Error>>;

async fn store(dir: &std::path::Path) -> Result<(EmbeddedS3, Blob), Box<dyn Error>> {
    let store = EmbeddedS3::start(dir, &Supervisor::default()).await?;
    let blob = Blob::connect(&BlobConfig {
        endpoint: Some(store.endpoint.clone()),
        region: "us-east-1".into(),
        bucket: "orderline".into(),
        access_key: store.access_key.clone(),
        secret_key: store.secret_key.clone(),
        path_style: true,
        timeouts: BlobTimeouts::default(),
    });
    blob.ensure_bucket().await?;
    Ok((store, blob))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_refuses_a_body_with_another_checksum() -> Outcome {
    let dir = tempfile::tempdir()?;
    let (_store, blob) = store(dir.path()).await?;
    let put = || {
        blob.client
            .put_object()
            .bucket(&*blob.bucket)
            .key("v/1/x")
            .body(ByteStream::from_static(b"hello"))
    };
    let wrong = BASE64.encode(Sha256::digest(b"other"));
    let refused = put()
        .checksum_sha256(wrong)
        .send()
        .await
        .err()
        .ok_or("stored")?;
    assert_eq!(refused.code(), Some("BadDigest"));
    let refused = put()
        .content_md5(BASE64.encode([0; 16]))
        .send()
        .await
        .err()
        .ok_or("stored")?;
    assert_eq!(refused.code(), Some("BadDigest"));
    let refused = put()
        .checksum_crc32("NhCmhw==")
        .send()
        .await
        .err()
        .ok_or("stored")?;
    assert_eq!(refused.code(), Some("BadDigest"));
    let key: ObjectKey = "v/1/x".parse()?;
    assert_eq!(
        blob.head(&key).await?,
        None,
        "a refused body is never visible"
    );
    for key in ["../x", "a//b", "v/../../x"] {
        let put = blob
            .client
            .put_object()
            .bucket(&*blob.bucket)
            .key(key)
            .body(ByteStream::from_static(b"hello"));
        assert!(put.send().await.is_err(), "{key}");
    }
    Ok(())
}

/// A store without conditional writes still replaces nothing.
#[tokio::test(flavor = "multi_thread")]
async fn without_conditional_writes_the_key_is_looked_up() -> Outcome {
    let dir = tempfile::tempdir()?;
    let (_store, blob) = store(dir.path()).await?;
    blob.unconditional.store(true, Ordering::Relaxed);
    let key: ObjectKey = "v/1/x".parse()?;
    let put = |bytes: &'static [u8]| blob.put(&key, bytes.into(), Sha256::digest(bytes).into());
    put(b"first").await?;
    put(b"first").await?;
    let refused = put(b"other").await;
    assert!(
        matches!(refused, Err(BlobError::Conflict { .. })),
        "{refused:?}"
    );
    assert_eq!(blob.get(&key).await?.as_deref(), Some(&b"first"[..]));
    Ok(())
}

/// An object without a known checksum is read through before it counts as the same.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_without_a_checksum_is_hashed() -> Outcome {
    let dir = tempfile::tempdir()?;
    let (_store, blob) = store(dir.path()).await?;
    let upload = blob
        .client
        .create_multipart_upload()
        .bucket(&*blob.bucket)
        .key("v/1/x")
        .send()
        .await?;
    let id = upload.upload_id.ok_or("no upload")?;
    let part = blob
        .client
        .upload_part()
        .bucket(&*blob.bucket)
        .key("v/1/x")
        .upload_id(&id)
        .part_number(1);
    let part = part.body(ByteStream::from_static(b"hello")).send().await?;
    let part = aws_sdk_s3::types::CompletedPart::builder()
        .part_number(1)
        .set_e_tag(part.e_tag)
        .build();
    let parts = aws_sdk_s3::types::CompletedMultipartUpload::builder()
        .parts(part)
        .build();
    let complete = blob
        .client
        .complete_multipart_upload()
        .bucket(&*blob.bucket)
        .key("v/1/x")
        .upload_id(&id);
    complete.multipart_upload(parts).send().await?;

    let key: ObjectKey = "v/1/x".parse()?;
    assert_eq!(blob.head(&key).await?.and_then(|info| info.sha256), None);
    blob.put(&key, b"hello"[..].into(), Sha256::digest(b"hello").into())
        .await?;
    let refused = blob
        .put(&key, b"jello"[..].into(), Sha256::digest(b"jello").into())
        .await;
    assert!(
        matches!(refused, Err(BlobError::Conflict { .. })),
        "{refused:?}"
    );
    Ok(())
}

fn owner(recording: u128) -> KeyOwner {
    KeyOwner {
        vendor: VendorId::from_uuid(Uuid::from_u128(1)),
        recording: RecordingId::from_uuid(Uuid::from_u128(recording)),
    }
}

#[test]
fn a_wrapped_key_opens_for_its_owner_alone() -> Outcome {
    let dir = tempfile::tempdir()?;
    let master = MasterKey::open(dir.path(), None)?;
    let key = new_recording_key()?;
    assert_ne!(key.0, new_recording_key()?.0);
    let wrapped = master.wrap(&key, owner(1))?;
    assert!(!wrapped.as_bytes().windows(32).any(|window| window == key.0));
    let stored = WrappedKey::try_from(wrapped.as_bytes())?;
    assert_eq!(master.unwrap(&stored, owner(1))?.0, key.0);
    assert!(matches!(
        master.unwrap(&stored, owner(2)),
        Err(KeyError::Damaged)
    ));
    let elsewhere = KeyOwner {
        vendor: VendorId::from_uuid(Uuid::from_u128(9)),
        ..owner(1)
    };
    assert!(matches!(
        master.unwrap(&stored, elsewhere),
        Err(KeyError::Damaged)
    ));
    for at in 0..wrapped.as_bytes().len() {
        let mut changed = wrapped.as_bytes().to_vec();
        changed[at] ^= 1;
        let opened =
            WrappedKey::try_from(changed.as_slice()).and_then(|key| master.unwrap(&key, owner(1)));
        assert!(opened.is_err(), "byte {at} was changed");
    }
    for length in [0, 68, 70] {
        assert!(
            WrappedKey::try_from(vec![1; length].as_slice()).is_err(),
            "{length} bytes"
        );
    }
    Ok(())
}

#[test]
fn the_master_key_is_made_once_and_can_be_given() -> Outcome {
    let dir = tempfile::tempdir()?;
    let first = MasterKey::open(dir.path(), None)?;
    let again = MasterKey::open(dir.path(), None)?;
    assert_eq!(
        (first.origin(), again.origin()),
        (KeyOrigin::Made, KeyOrigin::DataDirectory)
    );
    assert_eq!(first.id(), again.id());
    let path = dir.path().join("keys/master.key");
    assert_eq!(
        std::fs::metadata(&path)?.permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::metadata(dir.path().join("keys"))?
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    let wrapped = first.wrap(&new_recording_key()?, owner(1))?;
    assert!(again.unwrap(&wrapped, owner(1)).is_ok());

    let elsewhere = tempfile::tempdir()?;
    let given = MasterKey::open(elsewhere.path(), Some(&path))?;
    assert_eq!(
        (given.origin(), given.id()),
        (KeyOrigin::Configured, first.id())
    );
    assert!(!elsewhere.path().join("keys").exists());
    let missing = MasterKey::open(dir.path(), Some(&elsewhere.path().join("none")));
    assert!(matches!(missing, Err(KeyError::Missing)));
    let other = MasterKey::open(elsewhere.path(), None)?;
    assert!(matches!(
        other.unwrap(&wrapped, owner(1)),
        Err(KeyError::OtherMasterKey)
    ));
    std::fs::write(&path, b"short")?;
    assert!(matches!(
        MasterKey::open(dir.path(), None),
        Err(KeyError::Length)
    ));
    Ok(())
}

#[test]
fn keys_do_not_reach_the_log() -> Outcome {
    let dir = tempfile::tempdir()?;
    let master = MasterKey::open(dir.path(), None)?;
    let shown = format!(
        "{master:?} {:?}",
        master.wrap(&new_recording_key()?, owner(1))?
    );
    let secret = std::fs::read(dir.path().join("keys/master.key"))?;
    assert!(!shown.contains(&hex::encode(secret)), "{shown}");
    Ok(())
}
