//! Playable files from complete recordings, one recording at a time. Every step can be repeated: a file's seal
//! depends on nothing but its content, and its object is named after it.

use super::Wake;
use crate::{
    blob::{Blob, BlobError, ObjectKey},
    failure::Failure,
    usecase::{
        Reach,
        recording::{
            live,
            playback::Archive,
            rendered::{self, FileRecord, Job, Made, RecordingRecord, StoredSegment},
            segments,
        },
    },
};
use futures::FutureExt as _;
use orderline_domain::ids::RecordingId;
use orderline_media::{
    RecordingKey,
    render::{
        MANIFEST_NAME, Manifest, Outputs, RenderError, SegmentSource, TrackFile, render, sealed,
    },
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{runtime::Handle, sync::watch};

/// How often a node looks for recordings that another one completed, or that wait for another attempt.
const POLL: Duration = Duration::from_secs(1);
/// Attempts on segments that cannot be read, before the recording counts as failed.
const MAX_ATTEMPTS: i32 = 5;

#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error(transparent)]
    UseCase(#[from] Failure),
    #[error(transparent)]
    Store(#[from] BlobError),
    #[error(transparent)]
    Build(#[from] RenderError),
    #[error("working files: {0}")]
    Io(#[from] io::Error),
    #[error("a file name of the recording is none: {0}")]
    Name(#[from] crate::blob::BadKey),
}

/// Finalises what is due until the node stops.
pub async fn run(archive: Archive, wake: Wake, mut stop: watch::Receiver<bool>) {
    let work = archive.run.env.config.data.join("work");
    loop {
        let taken = archive
            .run
            .job(Reach::Everyone, |cx| rendered::take(cx).boxed());
        match taken.await {
            Ok(Some(job)) => {
                one(&archive, &work, &job).await;
                if *stop.borrow() {
                    return;
                }
                continue;
            }
            Ok(None) => {}
            Err(failure) => {
                tracing::warn!(error = %failure, "no recording can be taken to render now");
            }
        }
        tokio::select! {
            () = wake.rung() => {}
            () = tokio::time::sleep(POLL) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn one(archive: &Archive, work: &Path, job: &Job) {
    let recording = RecordingId::from_uuid(job.subject);
    let run = &archive.run;
    let result = attempt(archive, work, job, recording).await;
    let Err(error) = result else { return };
    let hopeless = match &error {
        // Storage or disk that fails may work again; bytes that are not what was recorded never will be.
        JobError::Build(RenderError::Io(error)) if error.kind() != io::ErrorKind::InvalidData => {
            false
        }
        JobError::Build(_) | JobError::Name(_) => job.attempts >= MAX_ATTEMPTS,
        JobError::UseCase(_) | JobError::Store(_) | JobError::Io(_) => false,
    };
    let saved = if hopeless {
        tracing::error!(%error, recording.id = %recording, "a recording cannot be rendered; its segments are kept");
        run.job(Reach::Everyone, |cx| {
            rendered::unplayable(cx, job, recording, false).boxed()
        })
        .await
    } else {
        tracing::warn!(%error, recording.id = %recording, job.attempts, "a recording is rendered later");
        let why = error.to_string();
        run.job(Reach::Everyone, |cx| {
            rendered::postpone(cx, job, &why).boxed()
        })
        .await
    };
    if let Err(failure) = saved {
        tracing::warn!(error = %failure, recording.id = %recording, "a job's outcome is not saved; its lease ends it");
    }
}

async fn attempt(
    archive: &Archive,
    work: &Path,
    job: &Job,
    recording: RecordingId,
) -> Result<(), JobError> {
    let Archive { run, blob } = archive;
    let loaded = run.job(Reach::Everyone, |cx| rendered::load(cx, recording).boxed());
    let Some((record, stored)) = loaded.await?.filter(|(_, stored)| !stored.is_empty()) else {
        let ended = run.job(Reach::Everyone, |cx| {
            rendered::unplayable(cx, job, recording, true).boxed()
        });
        return Ok(ended.await?);
    };
    let key = live::key_of(&run.env, &record)?;
    let folder = work.to_owned();
    let source = StoredSource {
        blob: blob.clone(),
        segments: stored,
        runtime: Handle::current(),
    };
    let files = Files {
        folder: folder.clone(),
        made: BTreeMap::new(),
    };
    let build = tokio::task::spawn_blocking({
        let key = key.clone();
        move || build(&folder, source, &key, files)
    });
    let (manifest, mut files) = build.await.map_err(io::Error::other)??;
    let manifest_key = match files.made.remove(MANIFEST_NAME) {
        Some(file) => {
            store(blob, &record, &key, MANIFEST_NAME, file, work)
                .await?
                .0
        }
        None => return Err(io::Error::other("no manifest was made").into()),
    };
    let mut rows = Vec::new();
    for track in &manifest.tracks {
        let Some(file) = files.made.remove(&track.name) else {
            return Err(io::Error::other("a file of the manifest was not made").into());
        };
        let (object_key, sha256) = store(blob, &record, &key, &track.name, file, work).await?;
        rows.push(row(track, object_key.to_string(), sha256));
    }
    let made = Made {
        started_at: segments::wall(manifest.start_micros),
        duration_ms: manifest.duration_ms,
        manifest_key: manifest_key.to_string(),
        files: rows,
    };
    run.job(Reach::Everyone, |cx| {
        rendered::ready(cx, job, &record, &made).boxed()
    })
    .await?;
    tracing::info!(recording.id = %recording, duration_ms = made.duration_ms, "a recording is ready to be played");
    Ok(())
}

fn build(
    folder: &Path,
    mut source: StoredSource,
    key: &RecordingKey,
    mut files: Files,
) -> Result<(Manifest, Files), JobError> {
    crate::durable::private_dir(folder)?;
    let manifest = render(&mut source, key, &mut files)?;
    Ok((manifest, files))
}

fn row(track: &TrackFile, object_key: String, sha256: [u8; 32]) -> FileRecord {
    FileRecord {
        name: track.name.clone(),
        kind: live::kind_name(track.kind).to_owned(),
        seat: track.seat,
        mime: track.mime.clone(),
        start_ms: i64::try_from(track.start_ms).unwrap_or(i64::MAX),
        duration_ms: i64::try_from(track.duration_ms).unwrap_or(i64::MAX),
        bytes: track.bytes,
        sha256,
        object_key,
    }
}

/// Seals a file and stores it under a name made of its content. The nonce comes from the content too: the same
/// file gives the same object, another one a key stream of its own.
async fn store(
    blob: &Blob,
    record: &RecordingRecord,
    key: &RecordingKey,
    name: &str,
    file: File,
    work: &Path,
) -> Result<(ObjectKey, [u8; 32]), JobError> {
    let (key, owned, work) = (key.clone(), name.to_owned(), work.to_owned());
    let sealing = tokio::task::spawn_blocking(move || seal(&key, &owned, file, &work));
    let (sealed, sha256) = sealing.await.map_err(io::Error::other)??;
    let object = format!("{}-{name}", hex::encode(&sha256[..8]));
    let object = ObjectKey::derived(record.vendor, record.recording, &object)?;
    blob.put_file(&object, sealed.path()).await?;
    Ok((object, sha256))
}

fn seal(
    key: &RecordingKey,
    name: &str,
    mut plain: File,
    work: &Path,
) -> io::Result<(tempfile::NamedTempFile, [u8; 32])> {
    plain.rewind()?;
    let mut hash = HashWriter(Sha256::new());
    io::copy(&mut plain, &mut hash)?;
    let sha256: [u8; 32] = hash.0.finalize().into();
    let mut nonce = [0; 16];
    let mut seed = Sha256::new();
    seed.update(b"orderline sealed file nonce 1");
    seed.update(key.0);
    seed.update(name.as_bytes());
    seed.update(sha256);
    nonce.copy_from_slice(&seed.finalize()[..16]);
    plain.rewind()?;
    let mut sealed = tempfile::NamedTempFile::new_in(work)?;
    sealed::seal_file(key, name, nonce, &mut plain, &mut sealed)?;
    sealed.flush()?;
    Ok((sealed, sha256))
}

struct HashWriter(Sha256);

impl io::Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The stored segments, each checked against the hash that was kept when it was recorded. Read on a blocking
/// thread.
struct StoredSource {
    blob: Blob,
    segments: Vec<StoredSegment>,
    runtime: Handle,
}

impl SegmentSource for StoredSource {
    fn count(&self) -> usize {
        self.segments.len()
    }

    fn read(&mut self, index: usize) -> io::Result<Vec<u8>> {
        let segment = self.segments.get(index).ok_or(io::ErrorKind::NotFound)?;
        let key: ObjectKey = segment.object_key.parse().map_err(io::Error::other)?;
        let bytes = self
            .runtime
            .block_on(self.blob.get(&key))
            .map_err(io::Error::other)?;
        let bytes =
            bytes.ok_or_else(|| io::Error::other("a stored segment is missing from the store"))?;
        if <[u8; 32]>::from(Sha256::digest(&bytes)) != *segment.sha256.as_bytes() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a stored segment was changed",
            ));
        }
        Ok(bytes.into())
    }
}

/// Working files without a name: plaintext that no crash leaves behind.
struct Files {
    folder: PathBuf,
    made: BTreeMap<String, File>,
}

impl Outputs for Files {
    type Sink = File;

    fn create(&mut self, _name: &str) -> io::Result<File> {
        tempfile::tempfile_in(&self.folder)
    }

    fn finish(&mut self, name: &str, file: File) -> io::Result<()> {
        self.made.insert(name.to_owned(), file);
        Ok(())
    }
}
