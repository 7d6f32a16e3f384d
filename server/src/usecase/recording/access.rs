//! Compliance staff find recordings and open them, each time with a reason that is kept (B6).

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        call::parts,
        recording::{
            self, RecordingRecord,
            access::{self, NewAccess},
            files,
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
    text::AccessReason,
};
use orderline_media::{
    TrackKind,
    render::{MANIFEST_NAME, Manifest},
};
use orderline_protocol::{
    http::{AccessLog, RecordingList},
    problem::Code,
    view::{MarkView, PlayView, RecordingRow, TrackView},
};

pub use crate::store::recording::access::Search;

/// A page of the recordings that fit a search, newest first.
pub async fn list(
    query: &mut Query<'_>,
    search: &Search,
    wanted: &Wanted,
) -> Result<RecordingList, Failure> {
    auth::authorise(query.actor, Action::SearchRecordings, Relation::Own)?;
    Ok(access::search(&mut query.tx, search, wanted).await?)
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
    let manifest = manifest(archive, &record).await?;
    (view.waveform, view.gaps) = manifest.as_ref().map(drawn).unwrap_or_default();
    Ok(view)
}

/// What the database has of it.
async fn logged(
    cx: &mut Cx<'_>,
    recording: RecordingId,
    reason: &str,
) -> Result<(RecordingRecord, PlayView), Failure> {
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
    let row = access::search(&mut cx.tx, &search, &Wanted::default())
        .await?
        .items
        .pop()
        .ok_or(Code::NotFound)?;
    let files = files::all(&mut cx.tx, recording).await?;
    let marks = marks(&mut cx.tx, &record, &row).await?;
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
        row,
        tracks,
        marks,
        waveform: Vec::new(),
        people,
        gaps: Vec::new(),
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
    Ok(access::lines(&mut query.tx, recording, wanted).await?)
}

/// The thread's events during the recording, as points on its timeline.
async fn marks(
    tx: &mut crate::store::Tx,
    record: &RecordingRecord,
    row: &RecordingRow,
) -> Result<Vec<MarkView>, Failure> {
    let (Some(from), Some(duration)) = (record.started_at, row.duration_ms) else {
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
            event,
        })
        .collect())
}

/// The recording's manifest, once it has one.
async fn manifest(
    archive: &Archive,
    record: &RecordingRecord,
) -> Result<Option<Manifest>, Failure> {
    let Some(object) = &record.manifest_key else {
        return Ok(None);
    };
    let key = key_of(&archive.run.env, record)?;
    let file = playback::open(&archive.blob, object, MANIFEST_NAME, key).await?;
    let bytes = file.read(0..file.len()).await?;
    let manifest =
        serde_json::from_slice(&bytes).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(Some(manifest))
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
