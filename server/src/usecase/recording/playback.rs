//! A recording's files as they are played: decrypted piece by piece, on the way out.

use crate::{
    actor::Actor,
    auth,
    blob::{Blob, ObjectKey},
    failure::Failure,
    store::recording::{
        self,
        access::{self, NewAccess},
        files,
    },
    usecase::{Cx, Runner, recording::live::key_of},
};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    ids::RecordingId,
    people::roles::{Action, Relation},
};
use orderline_media::{
    RecordingKey,
    render::sealed::{self, SealedError, SealedReader},
};
use orderline_protocol::problem::Code;
use std::ops::Range;
use uuid::Uuid;

/// Runs use cases beside the store that holds the recordings' files. Cheap to clone.
#[derive(Clone)]
pub struct Archive {
    pub run: Runner,
    pub blob: Blob,
}

/// How long an opening lets its files be fetched.
const OPENING: SignedDuration = SignedDuration::from_hours(12);

/// A sealed file in the store.
pub struct SealedFile {
    blob: Blob,
    object: ObjectKey,
    reader: SealedReader,
}

impl SealedFile {
    /// Plain bytes.
    pub fn len(&self) -> u64 {
        self.reader.plain_len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The plain bytes of a range, cut at the file's end.
    pub async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Failure> {
        let sealed = sealed::sealed_range(range.clone(), self.len());
        let bytes = self
            .blob
            .get_range(&self.object, sealed)
            .await?
            .ok_or_else(missing)?;
        self.reader.open(range, &bytes).map_err(damaged)
    }
}

/// Opens a sealed file of the store; `name` is part of its seal.
pub async fn open(
    blob: &Blob,
    object: &str,
    name: &str,
    key: RecordingKey,
) -> Result<SealedFile, Failure> {
    let object: ObjectKey = object
        .parse()
        .map_err(|error| Failure::Internal(format!("{error}")))?;
    let info = blob.head(&object).await?.ok_or_else(missing)?;
    let header = blob
        .get_range(&object, 0..sealed::HEADER)
        .await?
        .ok_or_else(missing)?;
    let reader = SealedReader::new(&key, name, &header, info.bytes).map_err(damaged)?;
    Ok(SealedFile {
        blob: blob.clone(),
        object,
        reader,
    })
}

/// A file as it is sent.
pub struct Played {
    pub file: SealedFile,
    pub mime: String,
    /// Of the plain bytes.
    pub sha256: [u8; 32],
}

/// A file of a recording that this person has opened with a reason; the fetch is logged under it, once a file.
pub async fn file(archive: &Archive, actor: &Actor, wanted: Wanted<'_>) -> Result<Played, Failure> {
    let found = archive
        .run
        .act(actor, |cx| logged(cx, wanted).boxed())
        .await?;
    let file = open(&archive.blob, &found.object_key, wanted.name, found.key).await?;
    Ok(Played {
        file,
        mime: found.mime,
        sha256: found.sha256,
    })
}

/// Which file, under which opening.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub recording: RecordingId,
    pub name: &'a str,
    pub play: Uuid,
}

/// Where a file is and how it is opened.
struct Found {
    object_key: String,
    mime: String,
    sha256: [u8; 32],
    key: RecordingKey,
}

async fn logged(cx: &mut Cx<'_>, wanted: Wanted<'_>) -> Result<Found, Failure> {
    let Wanted {
        recording,
        name,
        play,
    } = wanted;
    auth::authorise(cx.actor, Action::PlayRecording, Relation::Foreign)?;
    let record = recording::find(&mut cx.tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    let files = files::all(&mut cx.tx, recording).await?;
    let file = files
        .into_iter()
        .find(|file| file.name == name)
        .ok_or(Code::NotFound)?;
    let now = cx.now;
    let what = format!("played {name}");
    let since = now - OPENING;
    let (reason, known) = access::opening(&mut cx.tx, play, recording, cx.actor.user, since, &what)
        .await?
        .ok_or(Code::NotAllowed)?;
    if !known {
        let line = NewAccess {
            id: cx.env.entropy.uuid(now),
            vendor: cx.actor.vendor,
            recording,
            user: cx.actor.user,
            role: cx.actor.role,
            play: Some(play),
            at: now,
            what: &what,
            reason: &reason,
        };
        access::log(&mut cx.tx, &line).await?;
    }
    Ok(Found {
        object_key: file.object_key,
        mime: file.mime,
        sha256: file.sha256,
        key: key_of(cx.env, &record)?,
    })
}

fn missing() -> Failure {
    Failure::Internal("a stored file is missing from the store".to_owned())
}

fn damaged(error: SealedError) -> Failure {
    Failure::Internal(format!("a stored file: {error}"))
}
