//! Media events to whom they concern. Nothing here waits for the database or the store.

use super::{event_name, upload::Upload};
use crate::{
    supervisor::detached,
    usecase::{Reach, Runner, recording::segments},
};
use futures::FutureExt as _;
use orderline_domain::ids::RecordingId;
use orderline_media::MediaEvent;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, mpsc};

/// Between two attempts to save that an epoch has closed.
const RETRY: Duration = Duration::from_secs(2);
/// Attempts, then the next start closes the epoch.
const MAX_ATTEMPTS: u32 = 300;

/// Hands events on until the media side has stopped.
pub(super) async fn run(
    run: Runner,
    reports: Arc<Mutex<mpsc::Receiver<MediaEvent>>>,
    uploads: mpsc::Sender<Upload>,
) {
    let mut reports = reports.lock().await;
    while let Some(event) = reports.recv().await {
        tracing::trace!(event = event_name(&event), "media");
        match event {
            MediaEvent::SegmentReady(segment) => {
                let (recording, epoch, index) = (segment.recording, segment.epoch, segment.index);
                if uploads.try_send(segment).is_err() {
                    tracing::error!(recording.id = %recording, epoch, index,
                        "too many segments wait to be stored; this one stays in the spool until the next start");
                }
            }
            MediaEvent::RecordingClosed {
                recording,
                epoch,
                segments,
                ..
            } => {
                let closed = close_epoch(run.clone(), recording, epoch, segments);
                detached("close epoch", closed);
            }
            MediaEvent::Trouble { call, what } => {
                tracing::warn!(call.id = call.map(tracing::field::display), what, "media");
            }
            MediaEvent::LegConnected { .. }
            | MediaEvent::LegSilent { .. }
            | MediaEvent::LegBack { .. }
            | MediaEvent::LegClosed { .. }
            | MediaEvent::TrackRecorded { .. } => run.env.calls.media(event).await,
        }
    }
}

async fn close_epoch(run: Runner, recording: RecordingId, epoch: u32, segments: u32) {
    for _ in 0..MAX_ATTEMPTS {
        let closed = run.job(Reach::Everyone, |cx| {
            segments::epoch_closed(cx, recording, epoch, segments).boxed()
        });
        match closed.await {
            Ok(complete) => {
                if complete {
                    run.env.wakes.wake(segments::RENDER);
                }
                return;
            }
            Err(failure) => {
                tracing::warn!(error = %failure, recording.id = %recording, epoch, "an epoch's end is not saved yet");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
    tracing::error!(recording.id = %recording, epoch, "an epoch's end could not be saved; the next start closes it");
}
