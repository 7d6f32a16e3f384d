//! A recording while its call runs: where its packets go, what it has heard, and what a contract can stand on.

use crate::{
    blob::{KeyOwner, WrappedKey},
    failure::Failure,
    live::{Env, hub::Audience},
    store::{
        Tx, call,
        recording::{self, voices},
    },
    usecase::{JobCx, recording::segments},
};
use jiff::Timestamp;
use orderline_domain::{
    call::Call,
    ids::{CallId, RecordingId, ThreadId},
    order::{RecorderReport, contract_gate},
    recording::Recording,
    thread::EventBody,
};
use orderline_media::{CallSpec, RecordingKey, RecordingSpec, TrackKey, TrackKind};
use orderline_protocol::{problem::Code, socket::ServerSignal};

/// What the relay needs to carry this call, and to record it if a recording is named; opens its epoch.
pub async fn media_spec(
    cx: &mut JobCx<'_>,
    call: &Call,
    recording: Option<RecordingId>,
) -> Result<CallSpec, Failure> {
    let recording = match recording {
        None => None,
        Some(recording) => {
            let recording = recording::find(&mut cx.tx, recording)
                .await?
                .ok_or(Code::NotFound)?;
            let key = key_of(cx.env, &recording)?;
            recording::open_epoch(&mut cx.tx, &recording, call.epoch, cx.env.node, cx.now).await?;
            Some(RecordingSpec {
                recording: recording.recording,
                key,
            })
        }
    };
    Ok(CallSpec {
        call: call.call,
        epoch: call.epoch,
        recording,
    })
}

/// Nothing more goes into this recording; once everything is stored its files are made.
pub async fn close(env: &Env, tx: &mut Tx, recording: RecordingId) -> Result<(), Failure> {
    if recording::close(tx, recording, env.clock.now()).await?
        && let Some(closed) = recording::find(tx, recording).await?
    {
        segments::enqueue_if_complete(env, tx, &closed).await?;
    }
    Ok(())
}

/// A track's first packet went into a recording.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    pub call: CallId,
    pub recording: RecordingId,
    pub track: TrackKey,
    pub at: Timestamp,
}

/// The recording's own key, unwrapped.
pub fn key_of(env: &Env, recording: &Recording) -> Result<RecordingKey, Failure> {
    let owner = KeyOwner {
        vendor: recording.vendor,
        recording: recording.recording,
    };
    let wrapped = WrappedKey::try_from(recording.wrapped_key.as_slice())?;
    Ok(env.keys.master.unwrap(&wrapped, owner)?)
}

/// A track carried its first packet in this epoch. The first of all begins the recording, and the thread says
/// so; then the call as it is now is the answer.
pub async fn track_recorded(cx: &mut JobCx<'_>, heard: Heard) -> Result<Option<Call>, Failure> {
    let Heard {
        call,
        recording,
        track,
        at,
    } = heard;
    // Call, recording, thread: locked in this order everywhere, so that nobody waits in a circle.
    call::lock(&mut cx.tx, call).await?;
    let Some(recording) = recording::find(&mut cx.tx, recording).await? else {
        return Ok(None);
    };
    let kind = kind_name(track.kind);
    let first = recording::note_track(&mut cx.tx, &recording, track.seat, kind, at).await?;
    // One that was stopped before anybody noted its first packet has had its last word in the thread.
    if !first || recording.closed_at.is_some() {
        return Ok(None);
    }
    call::touch(&mut cx.tx, call).await?;
    let body = EventBody::RecordingStarted {
        call,
        recording: recording.recording,
    };
    cx.tell_as_system(recording.thread, &body).await?;
    let record = call::find(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    let signal = ServerSignal::Call {
        call: Box::new((&record).into()),
    };
    let people = Audience::at(record.vendor, record.people());
    cx.news.signals.push((people, signal));
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
pub async fn report(
    tx: &mut Tx,
    thread: ThreadId,
    confirmed_at: Timestamp,
) -> Result<RecorderReport, Failure> {
    let recorded = voices::latest(tx, thread, confirmed_at).await?;
    Ok(contract_gate::report(recorded.as_ref(), confirmed_at))
}
