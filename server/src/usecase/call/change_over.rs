//! What is kept of a call's way: the spans that are private or recorded as a whole.

use crate::{
    failure::Failure,
    store::call::{
        self,
        parts::{self, NewSpan},
    },
    usecase::JobCx,
};
use jiff::Timestamp;
use orderline_domain::ids::{CallId, RecordingId, SpanId};

/// The media of both sides flow privately, or into this recording, since `at`: the span before ends and a new one
/// begins. Said again it changes nothing; said of a call or a recording that has ended meanwhile neither.
pub async fn moved(
    cx: &mut JobCx<'_>,
    call: CallId,
    recording: Option<RecordingId>,
    at: Timestamp,
) -> Result<(), Failure> {
    let Some(record) = call::lock(&mut cx.tx, call).await? else {
        return Ok(());
    };
    if !record.state.is_live() || (recording.is_some() && record.mode.recording() != recording) {
        return Ok(());
    }
    let new = NewSpan {
        span: SpanId::from_uuid(cx.env.entropy.uuid(cx.now)),
        recording,
        at,
    };
    Ok(parts::open_span(&mut cx.tx, &record, &new).await?)
}
