//! The buyer's word on being recorded: what it begins, and the line that it leaves in the thread.

use crate::{
    auth,
    blob::{self, KeyOwner},
    failure::Failure,
    store::recording::{self, NewRecording},
    usecase::Cx,
};
use orderline_domain::{
    call::{
        Call,
        mode::{CallMode, TalkRefused},
    },
    ids::RecordingId,
    people::roles::Action,
    policy::consent::{ConsentDecision, PolicyRef},
    thread::EventBody,
};
use orderline_protocol::problem::Code;

/// The wording that somebody says to have read.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    pub wording_hash: &'a str,
    pub language: &'a str,
}

/// The buyer agrees to exactly the wording that was shown: the recording gets a row and a key of its own. Nothing
/// goes into it before this is committed.
pub async fn accept(cx: &mut Cx<'_>, record: &Call, read: Read<'_>) -> Result<CallMode, Failure> {
    auth::authorise(
        cx.actor,
        Action::DecideConsent,
        auth::relation(cx.actor, &record.people()),
    )?;
    if !record.notice.was_read(read.wording_hash, read.language) {
        return Err(Code::Conflict.into());
    }
    let recording = RecordingId::from_uuid(cx.env.entropy.uuid(cx.now));
    let mode = record.mode.accept(recording, cx.now).map_err(refused)?;
    let key = blob::new_recording_key()?;
    let owner = KeyOwner {
        vendor: record.vendor,
        recording,
    };
    let wrapped = cx.env.keys.master.wrap(&key, owner)?;
    let new = NewRecording {
        recording,
        vendor: record.vendor,
        call: record.call,
        thread: record.thread,
        wrapped_key: wrapped.as_bytes(),
        at: cx.now,
    };
    recording::open(&mut cx.tx, &new).await?;
    Ok(mode)
}

/// Says in the thread what the buyer decided, under which wording.
pub async fn say(cx: &mut Cx<'_>, record: &Call, decision: ConsentDecision) -> Result<(), Failure> {
    let body = EventBody::ConsentGiven {
        call: record.call,
        policy: PolicyRef::to_notice(&record.notice),
        decision,
    };
    cx.tell(record.thread, &body).await?;
    Ok(())
}

/// A step of the mode that is not allowed, as a problem.
pub fn refused(refused: TalkRefused) -> Failure {
    match refused {
        TalkRefused::Never => Code::NeverRecorded.into(),
        TalkRefused::OnlyRecorded => Code::OnlyRecorded.into(),
        TalkRefused::Step { .. } => Code::Conflict.into(),
    }
}
