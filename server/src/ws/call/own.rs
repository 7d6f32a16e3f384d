//! The use cases of one call, as its own task runs them.

use crate::{
    failure::Failure,
    usecase::{
        Runner,
        call::{
            change_over, hang_up,
            life::{self, Step},
        },
        recording::live::{self, Heard},
    },
};
use futures::FutureExt as _;
use jiff::Timestamp;
use orderline_domain::{
    call::Call,
    ids::{CallId, RecordingId, UserId, VendorId},
};
use orderline_media::CallSpec;

/// One call of a vendor.
pub(super) struct Own {
    pub run: Runner,
    pub vendor: VendorId,
    pub call: CallId,
}

impl Own {
    /// The call as its row has it now.
    pub(super) async fn read(&self) -> Result<Option<Call>, Failure> {
        let (run, call) = (&self.run, self.call);
        run.job(self.vendor, |cx| life::read(cx, call).boxed())
            .await
    }

    pub(super) async fn step(&self, step: Step) -> Result<Option<Call>, Failure> {
        let (run, call) = (&self.run, self.call);
        run.job(self.vendor, |cx| life::step(cx, call, step).boxed())
            .await
    }

    pub(super) async fn hang_up(&self, user: UserId) -> Result<Option<Call>, Failure> {
        let (run, call) = (&self.run, self.call);
        let hung_up = run.job(self.vendor, |cx| {
            hang_up::hang_up_in_call(cx, call, user).boxed()
        });
        hung_up.await
    }

    pub(super) async fn heard(&self, heard: Heard) -> Result<Option<Call>, Failure> {
        let noted = self
            .run
            .job(self.vendor, |cx| live::track_recorded(cx, heard).boxed());
        noted.await
    }

    pub(super) async fn moved(
        &self,
        to: Option<RecordingId>,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let (run, call) = (&self.run, self.call);
        let saved = run.job(self.vendor, |cx| {
            change_over::moved(cx, call, to, at).boxed()
        });
        saved.await
    }

    pub(super) async fn media_spec(
        &self,
        call: &Call,
        recording: Option<RecordingId>,
    ) -> Result<CallSpec, Failure> {
        let spec = self.run.job(self.vendor, |cx| {
            live::media_spec(cx, call, recording).boxed()
        });
        spec.await
    }
}
