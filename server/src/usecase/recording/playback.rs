//! A recording's files as they are played: decrypted piece by piece, on the way out.

use super::live::key_of;
use crate::{
    app::App,
    auth,
    blob::{Blob, ObjectKey},
    store::recording::{
        self,
        access::{self, NewAccess},
        files,
    },
    usecase::{Actor, Failure},
};
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
    app: &App,
    object: &str,
    name: &str,
    key: RecordingKey,
) -> Result<SealedFile, Failure> {
    let object: ObjectKey = object
        .parse()
        .map_err(|error| Failure::Internal(format!("{error}")))?;
    let info = app.blob.head(&object).await?.ok_or_else(missing)?;
    let header = app
        .blob
        .get_range(&object, 0..sealed::HEADER)
        .await?
        .ok_or_else(missing)?;
    let reader = SealedReader::new(&key, name, &header, info.bytes).map_err(damaged)?;
    Ok(SealedFile {
        blob: app.blob.clone(),
        object,
        reader,
    })
}

/// A file of a recording that this person has opened with a reason; the fetch is logged under it, once a file.
pub async fn file(
    app: &App,
    actor: &Actor,
    recording: RecordingId,
    name: &str,
    play: Uuid,
) -> Result<(SealedFile, String), Failure> {
    auth::authorise(actor, Action::PlayRecording, Relation::Foreign)?;
    let mut tx = app.store.begin(actor.scope()).await?;
    let record = recording::find(&mut tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    let files = files::all(&mut tx, recording).await?;
    let file = files
        .into_iter()
        .find(|file| file.name == name)
        .ok_or(Code::NotFound)?;
    let now = app.clock.now();
    let what = format!("played {name}");
    let since = now - OPENING;
    let (reason, known) = access::opening(&mut tx, play, recording, actor.user, since, &what)
        .await?
        .ok_or(Code::NotAllowed)?;
    if !known {
        let line = NewAccess {
            id: app.entropy.uuid(now),
            vendor: actor.vendor,
            recording,
            user: actor.user,
            play: Some(play),
            at: now,
            what: &what,
            reason: &reason,
        };
        access::log(&mut tx, &line).await?;
    }
    tx.commit().await?;
    let opened = open(app, &file.object_key, name, key_of(app, &record)?).await?;
    Ok((opened, file.mime))
}

fn missing() -> Failure {
    Failure::Internal("a stored file is missing from the store".to_owned())
}

fn damaged(error: SealedError) -> Failure {
    Failure::Internal(format!("a stored file: {error}"))
}
