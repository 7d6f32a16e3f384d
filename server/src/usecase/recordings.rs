//! A recording while its call runs: where its packets go, what it has heard, and what a contract can stand on.

use super::{AfterCommit, Failure, Outcome, calls::CallRecord, command};
use crate::{
    app::App,
    blob::{KeyOwner, WrappedKey},
    hub::Audience,
    store::{
        Tx, calls,
        events::{NewEvent, append_event},
        recordings::{self, RecordingRecord},
        voices,
    },
};
use jiff::Timestamp;
use orderline_domain::{
    ids::{CallId, ThreadId, VendorId},
    order::{RecorderReport, VoiceReport},
    thread::{Author, EventBody},
};
use orderline_media::{CallSpec, RecordingKey, RecordingSpec, TrackKey, TrackKind};
use orderline_protocol::{
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// What the relay needs to carry and record this call; opens the recording's epoch.
pub async fn media_spec(app: &App, call: &CallRecord) -> Result<CallSpec, Failure> {
    let mut tx = app.store.begin(call.vendor).await?;
    let recording = recordings::of_call(&mut tx, call.call)
        .await?
        .ok_or(Code::NotFound)?;
    let key = key_of(app, &recording)?;
    recordings::open_epoch(&mut tx, &recording, call.epoch, app.node, app.clock.now()).await?;
    tx.commit().await?;
    Ok(CallSpec {
        call: call.call,
        epoch: call.epoch,
        recording: Some(RecordingSpec {
            recording: recording.recording,
            key,
        }),
    })
}

/// The recording's own key, unwrapped.
pub fn key_of(app: &App, recording: &RecordingRecord) -> Result<RecordingKey, Failure> {
    let owner = KeyOwner {
        vendor: recording.vendor,
        recording: recording.recording,
    };
    let wrapped = WrappedKey::try_from(recording.wrapped_key.as_slice())?;
    Ok(app.keys.master.unwrap(&wrapped, owner)?)
}

/// A track carried its first packet in this epoch. The first of all begins the recording, and the thread says
/// so; then the call as it is now is the answer.
pub async fn track_started(
    app: &App,
    vendor: VendorId,
    call: CallId,
    track: TrackKey,
    at: Timestamp,
) -> Result<Option<CallRecord>, Failure> {
    let mut tx = app.store.begin(vendor).await?;
    // Call, recording, thread: locked in this order everywhere, so that nobody waits in a circle.
    calls::lock(&mut tx, call).await?;
    let Some(recording) = recordings::of_call(&mut tx, call).await? else {
        return Ok(None);
    };
    let kind = kind_name(track.kind);
    let first = recordings::note_track(&mut tx, &recording, track.seat.0, kind, at).await?;
    if !first {
        tx.commit().await?;
        return Ok(None);
    }
    calls::touch(&mut tx, call).await?;
    let body = EventBody::RecordingStarted {
        call,
        recording: recording.recording,
    };
    let new = NewEvent {
        thread: recording.thread,
        author: Author::System,
        command: None,
        at: app.clock.now(),
        salt: app.entropy.bytes32(),
        body: &body,
    };
    let published = append_event(&mut tx, new).await?;
    let record = calls::find(&mut tx, call).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    let view = Box::new(record.view());
    let outcome = Outcome {
        events: vec![published],
        signals: vec![(
            Audience::Users(record.people()),
            ServerSignal::Call { call: view.clone() },
        )],
        after: Vec::<AfterCommit>::new(),
        ..Outcome::of(CommandResult::Call { call: view })
    };
    command::finish(app, &outcome);
    Ok(Some(record))
}

/// A track kind's name in storage and on the wire.
pub const fn kind_name(kind: TrackKind) -> &'static str {
    match kind {
        TrackKind::Audio => "audio",
        TrackKind::Camera => "camera",
        TrackKind::Screen => "screen",
    }
}

/// The recorder's account of this thread's latest recorded call, for the contract gate (X2).
///
/// The contract talk is not marked yet: it counts from the moment both sides were connected and recorded. While
/// the call runs, everything up to now is on its way through the spool into the store; once it has ended, the
/// account reaches to its last segment.
pub async fn report(
    tx: &mut Tx,
    thread: ThreadId,
    confirmed_at: Timestamp,
) -> Result<RecorderReport, Failure> {
    let nothing = VoiceReport {
        present: false,
        longest_gap_ms: 0,
    };
    let Some(heard) = voices::latest(tx, thread, confirmed_at).await? else {
        return Ok(RecorderReport {
            recording: None,
            talk_started_at: confirmed_at,
            confirmed_at,
            recorded_from: None,
            stored_up_to: None,
            seller: nothing,
            buyer: nothing,
        });
    };
    let talk_started_at = match (heard.call_started_at, heard.recorded_from) {
        (Some(call), Some(recorded)) => call.max(recorded),
        (call, recorded) => call.or(recorded).unwrap_or(confirmed_at),
    };
    let voice = |since: Option<Timestamp>| VoiceReport {
        present: since.is_some_and(|since| since <= confirmed_at),
        longest_gap_ms: heard.longest_gap_ms,
    };
    let stored_up_to = if heard.running {
        Some(confirmed_at)
    } else {
        heard.last_segment_at
    };
    Ok(RecorderReport {
        recording: Some(heard.recording),
        talk_started_at,
        confirmed_at,
        recorded_from: heard.recorded_from,
        stored_up_to,
        seller: voice(heard.seller_since),
        buyer: voice(heard.buyer_since),
    })
}
