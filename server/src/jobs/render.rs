//! Playable files from complete recordings, as many at a time as there are cores. Every step can be repeated: a file's
//! seal depends on nothing but its content, and its object is named after it.
//!
//! A stored segment that is missing or changed is told apart from a store that does not answer: it is read again for a
//! while, then it counts as damaged, and the recording is rendered with a gap that says so.

mod files;
mod source;

use super::worker::queue::{Work, Worked};
use crate::{
    blob::{Blob, BlobError},
    failure::Failure,
    usecase::{
        Reach, Runner,
        recording::{
            live,
            rendered::{self, Made},
            segments,
        },
    },
};
use files::{Files, Shelf};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    backoff::Backoff,
    ids::RecordingId,
    job::{self, Taken},
    recording::{Doubt, RenderedFile},
};
use orderline_media::{
    RecordingKey,
    render::{MANIFEST_NAME, Manifest, RenderError, TrackFile, render},
};
use source::StoredSource;
use std::{io, path::Path, thread, time::Duration};
use tokio::runtime::Handle;

/// Most recordings that one node renders side by side; each holds one segment and a few working files.
const MOST: usize = 8;

#[derive(Debug, thiserror::Error)]
enum AttemptError {
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
    #[error("{} stored segments cannot be used", .0.len())]
    Damaged(Vec<Doubt>),
}

/// See the module.
pub(super) struct Render(pub Blob);

impl Work for Render {
    const KIND: &'static str = segments::RENDER;
    const LOOK: Duration = Duration::from_secs(1);
    const LEASE: SignedDuration = SignedDuration::from_mins(3);
    const BACKOFF: Backoff = job::RENDER;

    fn width(&self) -> usize {
        thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST))
    }

    async fn work(&self, run: &Runner, job: &Taken) -> Result<Worked, Failure> {
        let recording = RecordingId::from_uuid(job.subject);
        let error = match attempt((run, &self.0), job, recording).await {
            Ok(()) => return Ok(Worked::Done),
            Err(error) => error,
        };
        tracing::warn!(%error, recording.id = %recording, job.attempts, "a recording is not rendered yet");
        Ok(match error {
            AttemptError::Damaged(found) => damaged(run, recording, &found).await?,
            AttemptError::UseCase(failure) if failure.is_transient() => {
                Worked::Later(failure.words())
            }
            // A key that does not fit, a row that cannot be: somebody has to mend it first.
            AttemptError::UseCase(failure) => Worked::Never(failure.words()),
            AttemptError::Store(BlobError::Conflict { .. } | BlobError::TooLarge { .. }) => {
                Worked::Never("a file cannot be stored under its name".to_owned())
            }
            AttemptError::Store(_) => {
                Worked::Later("the object storage does not answer".to_owned())
            }
            AttemptError::Io(_) | AttemptError::Build(RenderError::Io(_)) => {
                Worked::Later("the storage or this machine's disk fails".to_owned())
            }
            // The same bytes give the same error each time.
            AttemptError::Build(error) => Worked::Never(error.to_string()),
            AttemptError::Name(error) => Worked::Never(error.to_string()),
        })
    }

    async fn give_up(&self, run: &Runner, job: &Taken, why: &str) -> Result<(), Failure> {
        run.job(Reach::Everyone, |cx| rendered::failed(cx, job, why).boxed())
            .await
    }
}

/// Notes which segments cannot be used, and when it is tried again: with them, or without.
async fn damaged(
    run: &Runner,
    recording: RecordingId,
    doubts: &[Doubt],
) -> Result<Worked, Failure> {
    let doubted = run.job(Reach::Everyone, |cx| {
        rendered::doubted(cx, recording, doubts).boxed()
    });
    let pause = doubted.await?;
    let words = format!("{} stored segments are missing or changed", doubts.len());
    Ok(Worked::After(pause, words))
}

async fn attempt(
    (run, blob): (&Runner, &Blob),
    job: &Taken,
    recording: RecordingId,
) -> Result<(), AttemptError> {
    let loaded = run.job(Reach::Everyone, |cx| rendered::load(cx, recording).boxed());
    let loaded = loaded.await?;
    let Some(loaded) = loaded.filter(|it| !it.stored.is_empty() || it.first_damaged.is_some())
    else {
        let ended = run.job(Reach::Everyone, |cx| {
            rendered::empty(cx, job, recording).boxed()
        });
        return Ok(ended.await?);
    };
    if loaded.stored.is_empty() {
        let failed = run.job(Reach::Everyone, |cx| {
            rendered::failed(cx, job, "none of its segments can be used").boxed()
        });
        return Ok(failed.await?);
    }
    let key = live::key_of(&run.env, &loaded.record)?;
    let work = run.env.config.data.join("work");
    let source = StoredSource::new(blob.clone(), &loaded, Handle::current());
    let build = tokio::task::spawn_blocking({
        let (key, work) = (key.clone(), work.clone());
        move || build(&work, source, &key)
    });
    let (manifest, mut files) = build.await.map_err(io::Error::other)??;
    let missing = || io::Error::other("a file of the manifest was not made");
    let shelf = Shelf {
        blob,
        record: &loaded.record,
        key: &key,
        work: &work,
    };
    let file = files.take(MANIFEST_NAME).ok_or_else(missing)?;
    let (manifest_key, _) = shelf.store(MANIFEST_NAME, file).await?;
    let mut rows = Vec::new();
    for track in &manifest.tracks {
        let file = files.take(&track.name).ok_or_else(missing)?;
        let (object_key, sha256) = shelf.store(&track.name, file).await?;
        rows.push(row(track, object_key.to_string(), sha256));
    }
    let made = Made {
        started_at: segments::wall(manifest.start_micros),
        duration_ms: manifest.duration_ms,
        manifest_key: manifest_key.to_string(),
        files: rows,
    };
    run.job(Reach::Everyone, |cx| {
        rendered::ready(cx, job, &loaded.record, &made).boxed()
    })
    .await?;
    tracing::info!(recording.id = %recording, duration_ms = made.duration_ms, "a recording is ready to be played");
    Ok(())
}

/// Builds everything, or finds out which segments stand in the way.
fn build(
    folder: &Path,
    mut source: StoredSource,
    key: &RecordingKey,
) -> Result<(Manifest, Files), AttemptError> {
    crate::durable::private_dir(folder)?;
    let mut files = Files::new(folder.to_owned());
    match render(&mut source, key, &mut files) {
        Ok(manifest) => Ok((manifest, files)),
        Err(error) if source::is_damage(&error) => Err(AttemptError::Damaged(source.damage(key)?)),
        Err(error) => Err(error.into()),
    }
}

fn row(track: &TrackFile, object_key: String, sha256: [u8; 32]) -> RenderedFile {
    RenderedFile {
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
