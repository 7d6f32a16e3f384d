//! What is kept of a call's way: the spans that are private or recorded as a whole.

use crate::{
    app::App,
    store::call::{
        self,
        parts::{self, NewSpan},
    },
    usecase::Failure,
};
use jiff::Timestamp;
use orderline_domain::ids::{CallId, RecordingId, SpanId, VendorId};

/// The media of both sides flow privately, or into this recording, since `at`: the span before ends and a new one
/// begins. Said again it changes nothing; said of a call or a recording that has ended meanwhile neither.
pub async fn moved(
    app: &App,
    vendor: VendorId,
    call: CallId,
    recording: Option<RecordingId>,
    at: Timestamp,
) -> Result<(), Failure> {
    let mut tx = app.store.begin(vendor).await?;
    let Some(record) = call::lock(&mut tx, call).await? else {
        return Ok(());
    };
    if !record.state.is_live() || (recording.is_some() && record.mode.recording() != recording) {
        return Ok(());
    }
    let new = NewSpan {
        span: SpanId::from_uuid(app.entropy.uuid(app.clock.now())),
        recording,
        at,
    };
    parts::open_span(&mut tx, &record, &new).await?;
    Ok(tx.commit().await?)
}
