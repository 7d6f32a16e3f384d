//! The relay's end of the recorder.

use super::{call::CallRecording, packet::Tap};
use crate::rtp::{KeyframeNeed, TrackKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};

/// Names an open recording within the recorder's thread.
pub(super) type Slot = u64;

pub(super) enum Message {
    Open(Slot, Box<CallRecording>, Arc<Shared>),
    Tap(Slot, Tap),
}

/// What a handle and the recorder's thread both see.
#[derive(Default)]
pub(super) struct Shared {
    /// Packets that found the queue full, since the recorder last looked.
    pub lost: AtomicU64,
    pub closing: AtomicBool,
    pub cut: AtomicBool,
}

/// One call's tap. Dropping it closes the recording, as [`Self::close`] does.
pub struct TapHandle {
    pub(super) slot: Slot,
    pub(super) messages: SyncSender<Message>,
    pub(super) shared: Arc<Shared>,
    pub(super) keyframes: Receiver<(TrackKey, KeyframeNeed)>,
}

impl TapHandle {
    /// Hands over a packet or a report. Never waits and makes no system call; when the queue is full the
    /// packet is counted as lost, which the recording and one [`crate::MediaEvent::Trouble`] say.
    pub fn offer(&self, tap: Tap) {
        let packet = matches!(tap, Tap::Rtp(_));
        if self
            .messages
            .try_send(Message::Tap(self.slot, tap))
            .is_err()
            && packet
        {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The tracks of which the recorder wants a key frame, and how much; each is named again while none comes. At most
    /// [`super::limits::KEYFRAME_QUEUE`] at once.
    pub fn keyframes_wanted(&self) -> impl Iterator<Item = (TrackKey, KeyframeNeed)> + '_ {
        self.keyframes
            .try_iter()
            .take(super::limits::KEYFRAME_QUEUE)
    }

    /// Ends the current segment at the next flush, so that all of what was said so far can be stored.
    pub fn cut(&self) {
        self.shared.cut.store(true, Ordering::Release);
    }

    /// Ends the recording: everything offered is written and synced, then
    /// [`crate::MediaEvent::RecordingClosed`] follows the last `SegmentReady`.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for TapHandle {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
    }
}
