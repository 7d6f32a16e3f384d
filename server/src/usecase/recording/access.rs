//! Compliance staff find recordings and open them, each time with a reason that is kept (B6).

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        Tx,
        call::parts,
        recording::{
            self,
            access::{self, NewAccess},
            damage, files,
        },
        thread::events,
    },
    usecase::{
        Cx, Query,
        recording::{
            live::key_of,
            playback::{self, Archive},
        },
    },
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    ids::RecordingId,
    people::roles::{Action, Relation},
    recording::{Found, Recording, Search},
    text::AccessReason,
};
use orderline_media::{
    TrackKind,
    render::{MANIFEST_NAME, Manifest},
};
use orderline_protocol::{
    http::{AccessLog, RecordingList},
    problem::Code,
    recording::{DamageView, MarkView, PlayView, TrackView},
};

/// Damaged stretches closer than this are told as one, in milliseconds.
const TOUCHING_MS: i64 = 1_000;

/// A page of the recordings that fit a search, newest first.
pub async fn list(
    query: &mut Query<'_>,
    search: &Search,
    wanted: &Wanted,
) -> Result<RecordingList, Failure> {
    auth::authorise(query.actor, Action::SearchRecordings, Relation::Own)?;
    let found = access::search(&mut query.tx, search, wanted).await?;
    Ok(found.page(Into::into))
}

/// Opens a recording: the reason is logged before anything is read.
pub async fn open(
    archive: &Archive,
    actor: &Actor,
    recording: RecordingId,
    reason: &str,
) -> Result<PlayView, Failure> {
    let opened = archive
        .run
        .act(actor, |cx| logged(cx, recording, reason).boxed());
    let (record, mut view) = opened.await?;
    let (manifest, lost) = manifest(archive, &record).await?;
    view.description_lost = lost;
    (view.waveform, view.gaps) = manifest.as_ref().map(drawn).unwrap_or_default();
    Ok(view)
}

/// What the database has of it.
async fn logged(
    cx: &mut Cx<'_>,
    recording: RecordingId,
    reason: &str,
) -> Result<(Recording, PlayView), Failure> {
    auth::authorise(cx.actor, Action::PlayRecording, Relation::Foreign)?;
    let reason = AccessReason::new(reason).map_err(|bad| bad.at("reason"))?;
    let record = recording::find(&mut cx.tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    let now = cx.now;
    let play = cx.env.entropy.uuid(now);
    let line = NewAccess {
        id: play,
        vendor: cx.actor.vendor,
        recording,
        user: cx.actor.user,
        role: cx.actor.role,
        play: None,
        at: now,
        what: "opened",
        reason: reason.as_str(),
    };
    access::log(&mut cx.tx, &line).await?;
    let search = Search {
        recording: Some(recording),
        ..Search::default()
    };
    let found = access::search(&mut cx.tx, &search, &Wanted::default())
        .await?
        .items
        .pop()
        .ok_or(Code::NotFound)?;
    let files = files::all(&mut cx.tx, recording).await?;
    let marks = marks(&mut cx.tx, &record, &found).await?;
    let damage = damaged(&mut cx.tx, &record).await?;
    let people = parts::participants(&mut cx.tx, record.call)
        .await?
        .into_iter()
        .map(|(seat, person)| (seat, person.name))
        .collect();
    let tracks = files
        .into_iter()
        .map(|file| TrackView {
            url: format!(
                "/api/recordings/{recording}/media/{}?play={play}",
                file.name
            ),
            name: file.name,
            kind: file.kind,
            seat: file.seat,
            mime: file.mime,
            start_ms: file.start_ms,
            duration_ms: file.duration_ms,
        })
        .collect();
    let view = PlayView {
        row: found.into(),
        tracks,
        marks,
        waveform: Vec::new(),
        people,
        gaps: Vec::new(),
        damage,
        description_lost: false,
    };
    Ok((record, view))
}

/// A page of who opened a recording, when, and why.
pub async fn log(
    query: &mut Query<'_>,
    recording: RecordingId,
    wanted: &Wanted,
) -> Result<AccessLog, Failure> {
    auth::authorise(query.actor, Action::ReadAccessLog, Relation::Foreign)?;
    recording::find(&mut query.tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    let lines = access::lines(&mut query.tx, recording, wanted).await?;
    Ok(lines.page(Into::into))
}

/// The thread's events during the recording, as points on its timeline.
async fn marks(
    tx: &mut crate::store::Tx,
    record: &Recording,
    found: &Found,
) -> Result<Vec<MarkView>, Failure> {
    let (Some(from), Some(duration)) = (record.started_at, found.duration_ms) else {
        return Ok(Vec::new());
    };
    let to = from
        .saturating_add(SignedDuration::from_millis(duration))
        .unwrap_or(Timestamp::MAX);
    let events = events::milestones(tx, record.thread, from, to).await?;
    Ok(events
        .into_iter()
        .map(|event| MarkView {
            at_ms: i64::try_from(event.at.duration_since(from).as_millis()).unwrap_or(i64::MAX),
            event: event.into(),
        })
        .collect())
}

/// The recording's manifest, once it has one, and whether it had one that cannot be read any more. It only draws: the
/// sound is played without it.
async fn manifest(
    archive: &Archive,
    record: &Recording,
) -> Result<(Option<Manifest>, bool), Failure> {
    let Some(object) = &record.manifest_key else {
        return Ok((None, false));
    };
    let key = key_of(&archive.run.env, record)?;
    let read = async {
        let file = playback::open(&archive.blob, object, MANIFEST_NAME, key).await?;
        file.read(0..file.len()).await
    };
    let bytes = match read.await {
        Ok(bytes) => bytes,
        // What failed is the store, or the key of everything.
        Err(failure @ (Failure::Blob(_) | Failure::Key(_) | Failure::Store(_))) => {
            return Err(failure);
        }
        Err(failure) => {
            tracing::error!(error = %failure, recording.id = %record.recording, "a recording's description is damaged");
            return Ok((None, true));
        }
    };
    match serde_json::from_slice(&bytes) {
        Ok(manifest) => Ok((Some(manifest), false)),
        Err(error) => {
            tracing::error!(%error, recording.id = %record.recording, "a recording's description cannot be read");
            Ok((None, true))
        }
    }
}

/// What of a recording was captured and cannot be used any more; stretches that touch and are damaged alike are one.
async fn damaged(tx: &mut Tx, record: &Recording) -> Result<Vec<DamageView>, Failure> {
    let segments = damage::of_recording(tx, record.recording).await?;
    let zero = record
        .started_at
        .or_else(|| segments.first().map(|it| it.first_at));
    let Some(zero) = zero else {
        return Ok(Vec::new());
    };
    let ms = |at: Timestamp| i64::try_from(at.duration_since(zero).as_millis()).unwrap_or(i64::MAX);
    let mut stretches: Vec<DamageView> = Vec::new();
    for segment in segments {
        let next = DamageView {
            from_ms: ms(segment.first_at).max(0),
            to_ms: ms(segment.last_at).max(0),
            damage: segment.damage,
        };
        match stretches.last_mut() {
            Some(last) if last.damage == next.damage && next.from_ms - last.to_ms < TOUCHING_MS => {
                last.to_ms = next.to_ms;
            }
            _ => stretches.push(next),
        }
    }
    Ok(stretches)
}

/// Peaks by seat, and the stretches where a voice is missing.
fn drawn(manifest: &Manifest) -> (Vec<Vec<u8>>, Vec<(i64, i64)>) {
    let seats = manifest
        .waveforms
        .iter()
        .map(|it| usize::from(it.seat.0) + 1)
        .max()
        .unwrap_or(0);
    let mut waveform = vec![Vec::new(); seats];
    for it in &manifest.waveforms {
        waveform[usize::from(it.seat.0)].clone_from(&it.peaks);
    }
    let ms = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let voices = manifest
        .gaps
        .iter()
        .filter(|gap| gap.track.kind == TrackKind::Audio);
    let mut gaps: Vec<(i64, i64)> = voices.map(|gap| (ms(gap.from_ms), ms(gap.to_ms))).collect();
    gaps.sort_unstable();
    gaps.dedup();
    (waveform, gaps)
}
