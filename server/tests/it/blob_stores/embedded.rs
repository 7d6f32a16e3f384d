//! The embedded object store and the client, over real sockets and files.

use super::support::{Outcome, config, connect, content, keeps_the_contract, key, sha256};
use futures::{StreamExt as _, TryStreamExt as _};
use orderline_server::{
    blob::{Blob, BlobError, BlobTimeouts},
    embedded::s3::{EmbeddedS3, EmbeddedS3Error},
    supervisor::Supervisor,
};
use std::{os::unix::fs::PermissionsExt as _, time::Duration};
use tokio::net::TcpListener;
use url::Url;

/// Far beyond the timeouts under test: a hang, not a slow machine.
const HANG: Duration = Duration::from_mins(1);

/// B4: the embedded store on a single machine.
#[tokio::test(flavor = "multi_thread")]
async fn b4_the_embedded_store_keeps_the_contract() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    keeps_the_contract(&connect(&store).await?).await?;
    store.stop().await;
    let left: Vec<_> = std::fs::read_dir(dir.path().join("s3/drafts"))?.collect();
    assert!(left.is_empty(), "no draft stays behind: {left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_go_over_pages_in_order() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    let blob = &connect(&store).await?;
    futures::stream::iter(0..1_030_u64)
        .map(|at| async move {
            let bytes = at.to_string().into_bytes();
            blob.put(
                &key(&format!("v/a/seg/{at:08}.seg"))?,
                bytes.clone().into(),
                sha256(&bytes),
            )
            .await?;
            Outcome::Ok(())
        })
        .buffer_unordered(32)
        .try_collect::<()>()
        .await?;
    blob.put(&key("v/ab/x")?, bytes::Bytes::new(), sha256(&[]))
        .await?;

    let first = blob.list_page("v/a/", None).await?;
    assert_eq!(first.objects.len(), 1000);
    let second = blob.list_page("v/a/", first.next).await?;
    assert_eq!((second.objects.len(), second.next), (30, None));
    let all = blob.list("v/a/").await?;
    let expected: Vec<_> = (0..1_030)
        .map(|at| format!("v/a/seg/{at:08}.seg"))
        .collect();
    assert_eq!(
        all.iter()
            .map(|object| object.key.clone())
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(all[1_029].bytes, 4);
    assert_eq!(blob.list("v/").await?.len(), 1_031);
    assert!(blob.list("w/").await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_and_keys_survive_a_restart() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    let (name, bytes) = (key("v/1/kept")?, content(9, 5000));
    connect(&store)
        .await?
        .put(&name, bytes.clone().into(), sha256(&bytes))
        .await?;
    let second = EmbeddedS3::start(dir.path(), &Supervisor::default()).await;
    assert!(matches!(second, Err(EmbeddedS3Error::InUse)), "{second:?}");
    let keys = (store.access_key.clone(), store.secret_key.clone());
    store.stop().await;

    // What a killed process leaves behind is gone after the next start.
    std::fs::write(dir.path().join("s3/drafts/left"), b"half")?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    assert_eq!((store.access_key.clone(), store.secret_key.clone()), keys);
    assert_eq!(
        connect(&store).await?.get(&name).await?.as_deref(),
        Some(&bytes[..])
    );
    assert!(!dir.path().join("s3/drafts/left").exists());
    let mode = std::fs::metadata(dir.path().join("keys/s3-access.json"))?
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_denied() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    connect(&store).await?;
    let stranger = Blob::connect(&config(
        store.endpoint.clone(),
        &store.access_key,
        "guessed",
    ));
    for answer in [
        stranger.get(&key("v/1/x")?).await.map(drop),
        stranger.ensure_bucket().await,
    ] {
        assert!(
            matches!(&answer, Err(BlobError::Denied { .. })),
            "{answer:?}"
        );
        assert!(answer.is_err_and(|error| !error.is_retryable()));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_bucket_is_named() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    let blob = Blob::connect(&config(
        store.endpoint.clone(),
        &store.access_key,
        &store.secret_key,
    ));
    let answer = blob
        .put(&key("v/1/x")?, bytes::Bytes::new(), sha256(&[]))
        .await;
    assert!(matches!(answer, Err(BlobError::NoBucket)), "{answer:?}");
    Ok(())
}

/// An endpoint that is down, and one that takes the connection and says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_down_is_a_retryable_error() -> Outcome {
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let silent_at = silent.local_addr()?;
    let closed_at = {
        let closed = TcpListener::bind("127.0.0.1:0").await?;
        closed.local_addr()?
    };
    for address in [closed_at, silent_at] {
        let mut config = config(Url::parse(&format!("http://{address}"))?, "a", "b");
        config.timeouts = BlobTimeouts {
            connect: Duration::from_millis(500),
            attempt: Duration::from_millis(500),
            operation: Duration::from_secs(3),
        };
        let blob = Blob::connect(&config);
        let bytes = content(1, 1000);
        let put = tokio::time::timeout(
            HANG,
            blob.put(&key("v/1/x")?, bytes.clone().into(), sha256(&bytes)),
        )
        .await?;
        let get = tokio::time::timeout(HANG, blob.get(&key("v/1/x")?)).await?;
        for answer in [put.map(drop), get.map(drop)] {
            assert!(
                matches!(answer, Err(BlobError::Unreachable { .. })),
                "{address}: {answer:?}"
            );
            assert!(answer.is_err_and(|error| error.is_retryable()));
        }
    }
    Ok(())
}

/// Many writers of one key: one stores, the others are told the truth.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_of_a_key_one_wins() -> Outcome {
    let dir = tempfile::tempdir()?;
    let store = EmbeddedS3::start(dir.path(), &Supervisor::default()).await?;
    let blob = &connect(&store).await?;
    let name = &key("v/1/contested")?;
    let answers: Vec<_> = futures::stream::iter(0..16_u64)
        .map(|seed| async move {
            let bytes = content(seed, 20_000);
            (
                seed,
                blob.put(name, bytes.clone().into(), sha256(&bytes)).await,
            )
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let winners: Vec<_> = answers
        .iter()
        .filter(|(_, answer)| answer.is_ok())
        .map(|(seed, _)| *seed)
        .collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    assert_eq!(
        blob.get(name).await?.as_deref(),
        Some(&content(winners[0], 20_000)[..])
    );
    for (_, answer) in answers.iter().filter(|(_, answer)| answer.is_err()) {
        assert!(
            matches!(answer, Err(BlobError::Conflict { .. })),
            "{answer:?}"
        );
    }
    Ok(())
}
