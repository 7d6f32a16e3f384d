//! The store's process is killed in the middle of writes. The child is this very test, started again.

use super::support::{Outcome, config, content, key, sha256};
use futures::{StreamExt as _, stream::FuturesUnordered};
use orderline_server::{blob::Blob, embedded::s3::EmbeddedS3, supervisor::Supervisor};
use std::{collections::BTreeMap, path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, Command},
};

const FOLDER: &str = "ORDERLINE_TEST_STORE_FOLDER";
const ROUNDS: u64 = 6;
const WRITERS: u64 = 12;
/// Every object has its own size, up to this many bytes.
const MAX_BYTES: u64 = 400_000;

/// X1: an acknowledged object is there after `kill -9`, and nothing half-written is visible.
#[tokio::test(flavor = "multi_thread")]
async fn x1_a_killed_store_loses_nothing_it_acknowledged() -> Outcome {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return serve(Path::new(&folder)).await;
    }
    let dir = tempfile::tempdir()?;
    let mut acknowledged = BTreeMap::new();
    let mut next = 0_u64;
    for round in 0..ROUNDS {
        let (mut child, blob) = start(dir.path()).await?;
        check(&blob, &acknowledged).await?;
        let mut writes = FuturesUnordered::new();
        let kill_after = 5 + usize::try_from(round * 7 % 40)?;
        let mut confirmed = 0;
        while confirmed < kill_after {
            while writes.len() < usize::try_from(WRITERS)? {
                writes.push(write(&blob, next));
                next += 1;
            }
            if let Some((seed, stored)) = writes.next().await {
                acknowledged.insert(seed, stored?);
                confirmed += 1;
            }
        }
        // SIGKILL, with a dozen writes under way.
        child.start_kill()?;
        while let Some((seed, stored)) = writes.next().await {
            if let Ok(bytes) = stored {
                acknowledged.insert(seed, bytes);
            }
        }
        child.wait().await?;
    }
    let (mut child, blob) = start(dir.path()).await?;
    check(&blob, &acknowledged).await?;
    assert!(acknowledged.len() as u64 >= ROUNDS * 5);
    child.kill().await?;
    Ok(())
}

fn name(seed: u64) -> String {
    format!("v/{}/rec/{}/seg/{seed:08}.seg", seed % 3, seed % 7)
}

fn length(seed: u64) -> usize {
    usize::try_from(seed.wrapping_mul(7_919) * 37 % MAX_BYTES).unwrap_or(0)
}

async fn write(blob: &Blob, seed: u64) -> (u64, Outcome<usize>) {
    let bytes = content(seed, length(seed));
    let stored = async {
        blob.put(&key(&name(seed))?, bytes.clone().into(), sha256(&bytes))
            .await?;
        Ok(bytes.len())
    };
    (seed, stored.await)
}

/// Everything acknowledged is there, and everything that is there is whole.
async fn check(blob: &Blob, acknowledged: &BTreeMap<u64, usize>) -> Outcome {
    let listed: BTreeMap<_, _> = blob
        .list("v/")
        .await?
        .into_iter()
        .map(|object| (object.key, object.bytes))
        .collect();
    for (seed, bytes) in acknowledged {
        assert_eq!(
            listed.get(&name(*seed)),
            Some(&(*bytes as u64)),
            "object {seed} was acknowledged"
        );
    }
    for listed in listed.keys() {
        let seed = listed
            .rsplit('/')
            .next()
            .and_then(|file| file.strip_suffix(".seg"))
            .ok_or("a strange key")?;
        let seed = seed.parse()?;
        let found = blob
            .get(&key(listed)?)
            .await?
            .ok_or("listed, but not there")?;
        assert!(
            found == content(seed, length(seed)),
            "{listed} is half an object"
        );
    }
    Ok(())
}

/// Starts the store in a process of its own.
async fn start(folder: &Path) -> Outcome<(Child, Blob)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args([
            "--exact",
            "blob_stores::kill::x1_a_killed_store_loses_nothing_it_acknowledged",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        let mut words = line.split(' ').skip_while(|word| *word != "STORE").skip(1);
        if let (Some(endpoint), Some(access), Some(secret)) =
            (words.next(), words.next(), words.next())
        {
            let blob = Blob::connect(&config(endpoint.parse()?, access, secret));
            blob.ensure_bucket().await?;
            return Ok((child, blob));
        }
    }
    Err("the store's process ended before it served".into())
}

/// The child's side: serves until it is killed, or until the parent is gone.
async fn serve(folder: &Path) -> Outcome {
    let store = EmbeddedS3::start(folder, &Supervisor::default()).await?;
    println!(
        "STORE {} {} {} ",
        store.endpoint,
        store.access_key,
        store.secret_key.as_str()
    );
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    store.stop().await;
    Ok(())
}
