//! Compliance staff find recordings and open them, each time with a reason that is kept (B6).

use super::{live::key_of, playback};
use crate::{
    app::App,
    auth,
    store::{
        call::parts,
        recording::{
            self, RecordingRecord,
            access::{self, NewAccess},
            files,
        },
        thread::events,
    },
    usecase::{Actor, Failure, words::wrong},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    ids::RecordingId,
    people::roles::{Action, Relation},
};
use orderline_media::{
    TrackKind,
    render::{MANIFEST_NAME, Manifest},
};
use orderline_protocol::{
    http::{AccessLog, RecordingList},
    problem::{Code, Problem},
    view::{MarkView, PlayView, RecordingRow, TrackView},
};
use std::collections::BTreeMap;

pub use crate::store::recording::access::Search;

/// Shortest and longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 3..=500;

/// The recordings that fit a search, newest first.
pub async fn list(app: &App, actor: &Actor, wanted: &Search) -> Result<RecordingList, Failure> {
    auth::authorise(actor, Action::SearchRecordings, Relation::Own)?;
    let mut tx = app.store.begin(actor.scope()).await?;
    Ok(RecordingList {
        recordings: access::search(&mut tx, wanted).await?,
    })
}

/// Opens a recording: the reason is logged before anything is read.
pub async fn open(
    app: &App,
    actor: &Actor,
    recording: RecordingId,
    reason: &str,
) -> Result<PlayView, Failure> {
    auth::authorise(actor, Action::PlayRecording, Relation::Foreign)?;
    let reason = checked(reason)?;
    let mut tx = app.store.begin(actor.scope()).await?;
    let record = recording::find(&mut tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    let now = app.clock.now();
    let play = app.entropy.uuid(now);
    let line = NewAccess {
        id: play,
        vendor: actor.vendor,
        recording,
        user: actor.user,
        play: None,
        at: now,
        what: "opened",
        reason,
    };
    access::log(&mut tx, &line).await?;
    let wanted = Search {
        recording: Some(recording),
        ..Search::default()
    };
    let row = access::search(&mut tx, &wanted)
        .await?
        .pop()
        .ok_or(Code::NotFound)?;
    let files = files::all(&mut tx, recording).await?;
    let marks = marks(&mut tx, &record, &row).await?;
    let people = parts::participants(&mut tx, record.call)
        .await?
        .into_iter()
        .map(|(seat, person)| (seat, person.name))
        .collect();
    tx.commit().await?;

    let manifest = manifest(app, &record).await?;
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
    let (waveform, gaps) = manifest.as_ref().map(drawn).unwrap_or_default();
    Ok(PlayView {
        row,
        tracks,
        marks,
        waveform,
        people,
        gaps,
    })
}

/// Who opened a recording, when, and why.
pub async fn log(app: &App, actor: &Actor, recording: RecordingId) -> Result<AccessLog, Failure> {
    auth::authorise(actor, Action::ReadAccessLog, Relation::Foreign)?;
    let mut tx = app.store.begin(actor.scope()).await?;
    recording::find(&mut tx, recording)
        .await?
        .ok_or(Code::NotFound)?;
    Ok(AccessLog {
        entries: access::lines(&mut tx, recording).await?,
    })
}

fn checked(reason: &str) -> Result<&str, Problem> {
    let reason = reason.trim();
    let complaint = match reason.chars().count() {
        0 => "required",
        length if length < *REASON.start() => "too_short",
        length if length > *REASON.end() => "too_long",
        _ if reason.chars().any(|c| c.is_control() && c != '\n') => "invalid",
        _ => return Ok(reason),
    };
    let params = match complaint {
        "too_short" => BTreeMap::from([("min".to_owned(), REASON.start().to_string())]),
        "too_long" => BTreeMap::from([("max".to_owned(), REASON.end().to_string())]),
        _ => BTreeMap::new(),
    };
    Err(wrong("reason", complaint, params))
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
async fn manifest(app: &App, record: &RecordingRecord) -> Result<Option<Manifest>, Failure> {
    let Some(object) = &record.manifest_key else {
        return Ok(None);
    };
    let file = playback::open(app, object, MANIFEST_NAME, key_of(app, record)?).await?;
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
