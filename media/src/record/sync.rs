//! The thread that makes written frames durable: one `syncfs` for the whole node, away from the thread that
//! writes, so that a slow disk delays durability but never the tap. A segment is reported only after a sync
//! that began when its last byte was written.

use super::job::{Job, Segment};
use super::limits::{JOB_QUEUE, OUTBOX, SPACE_INTERVAL, SYNC_INTERVAL};
use super::space;
use crate::MediaEvent;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

/// How long a stopping recorder waits for room in the receiver's queue.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Syncer {
    pub spool: PathBuf,
    /// The spool's folder, held open: the file system to sync.
    pub folder: File,
    pub jobs: Receiver<Job>,
    /// Set by the writer when something new waits for a sync.
    pub dirty: Arc<AtomicBool>,
    pub events: Sender<MediaEvent>,
}

impl Syncer {
    /// Runs until the recorder's thread has gone and everything it left is done.
    pub(crate) fn run(self) {
        let mut state = State::default();
        let mut next_sync = Instant::now() + SYNC_INTERVAL;
        let mut next_look = Instant::now();
        loop {
            let wait = next_sync.saturating_duration_since(Instant::now());
            let (now_due, stopping) = match self.jobs.recv_timeout(wait) {
                Ok(job) => {
                    // Somebody waits for the end of a recording: sync at once.
                    let urgent = matches!(job, Job::Closed { .. });
                    state.waiting.push(job);
                    (urgent || state.waiting.len() >= JOB_QUEUE, false)
                }
                Err(RecvTimeoutError::Timeout) => (true, false),
                Err(RecvTimeoutError::Disconnected) => (true, true),
            };
            if !now_due {
                continue;
            }
            next_sync = Instant::now() + SYNC_INTERVAL;
            self.sync(&mut state);
            if Instant::now() >= next_look {
                next_look = Instant::now() + SPACE_INTERVAL;
                self.look_at_space(&mut state);
            }
            self.deliver(&mut state);
            if stopping {
                self.deliver_last(&mut state);
                return;
            }
        }
    }

    fn sync(&self, state: &mut State) {
        if !self.dirty.swap(false, Ordering::AcqRel) && state.waiting.is_empty() {
            return;
        }
        if let Err(error) = rustix::fs::syncfs(&self.folder) {
            self.dirty.store(true, Ordering::Release);
            if !std::mem::replace(&mut state.sync_failed, true) {
                state.trouble(format!("the spool cannot be synced: {error}"));
            }
            return;
        }
        state.sync_failed = false;
        for job in std::mem::take(&mut state.waiting) {
            match job {
                Job::Segment(segment) => match complete(&segment) {
                    Ok(()) => state
                        .outbox
                        .push_back(MediaEvent::SegmentReady(segment.info)),
                    Err(error) => state.trouble(format!("a segment stays in the spool: {error}")),
                },
                Job::Closed {
                    call,
                    recording,
                    epoch,
                    segments,
                } => {
                    state.outbox.push_back(MediaEvent::RecordingClosed {
                        call,
                        recording,
                        epoch,
                        segments,
                    });
                }
            }
        }
    }

    fn look_at_space(&self, state: &mut State) {
        let short = match space::shortage(&self.spool) {
            Ok(shortage) => shortage,
            Err(error) => Some(format!("the spool's space cannot be read: {error}")),
        };
        match short {
            Some(what) if !state.space_short => {
                state.space_short = true;
                state.trouble(what);
            }
            Some(_) => {}
            None => state.space_short = false,
        }
    }

    /// Gives the receiver what it has room for. What goes beyond the outbox lies in the spool and is found
    /// at the next start.
    fn deliver(&self, state: &mut State) {
        while let Some(event) = state.outbox.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => {
                    state.outbox.push_front(event);
                    break;
                }
                Err(TrySendError::Closed(_)) => {
                    state.outbox.clear();
                    break;
                }
            }
        }
        if state.outbox.len() > OUTBOX {
            tracing::error!(
                events = state.outbox.len(),
                "the recorder's events are not taken"
            );
            state.outbox.truncate(OUTBOX);
        }
    }

    fn deliver_last(&self, state: &mut State) {
        let until = Instant::now() + STOP_PATIENCE;
        while !state.outbox.is_empty() && Instant::now() < until {
            self.deliver(state);
            if !state.outbox.is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

#[derive(Default)]
struct State {
    waiting: Vec<Job>,
    outbox: VecDeque<MediaEvent>,
    sync_failed: bool,
    space_short: bool,
}

impl State {
    fn trouble(&mut self, what: String) {
        tracing::warn!(what, "recorder");
        self.outbox
            .push_back(MediaEvent::Trouble { call: None, what });
    }
}

/// The file is synced: give it its final name. The new name itself need not be durable: recovery finds a
/// whole segment under either.
fn complete(segment: &Segment) -> io::Result<()> {
    fs::rename(&segment.open_path, &segment.info.path)
}
