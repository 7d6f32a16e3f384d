//! The recorder's thread and its owner.

use super::call::{CallRecording, Outcome};
use super::job::Job;
use super::limits::{FLUSH_INTERVAL, JOB_QUEUE, KEYFRAME_QUEUE, POLL_INTERVAL, TAP_QUEUE};
use super::sync::Syncer;
use super::tap::{Message, Shared, Slot, TapHandle};
use super::writer::make_folder;
use crate::{CallSpec, MediaError, MediaEvent};
use foldhash::HashMap;
use orderline_domain::ids::CallId;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;
use tokio::sync::mpsc::Sender;

/// A node's recorder. Dropping it ends all recordings, syncs, reports what the receiver has room for and
/// joins its threads.
pub struct Recorder {
    spool: PathBuf,
    messages: SyncSender<Message>,
    next_slot: AtomicU64,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Recorder {
    /// Starts the threads. Run [`super::recover()`] on the spool first.
    ///
    /// # Errors
    /// The spool cannot be made or opened, or no thread can be started.
    pub fn start(spool: PathBuf, events: Sender<MediaEvent>) -> io::Result<Self> {
        make_folder(&spool)?;
        let folder = File::open(&spool)?;
        let (messages, inbox) = sync_channel(TAP_QUEUE);
        let (jobs, jobs_inbox) = sync_channel(JOB_QUEUE);
        let dirty = Arc::new(AtomicBool::new(false));
        let stop = Arc::new(AtomicBool::new(false));
        let syncer = Syncer {
            spool: spool.clone(),
            folder,
            jobs: jobs_inbox,
            dirty: Arc::clone(&dirty),
            events: events.clone(),
        };
        let runner = Runner {
            inbox,
            jobs,
            dirty,
            events,
            stop: Arc::clone(&stop),
            open: HashMap::default(),
        };
        let threads = vec![
            thread::Builder::new()
                .name("record".into())
                .spawn(|| runner.run())?,
            thread::Builder::new()
                .name("record-sync".into())
                .spawn(|| syncer.run())?,
        ];
        Ok(Self {
            spool,
            messages,
            next_slot: AtomicU64::new(0),
            stop,
            threads,
        })
    }

    /// Opens the recording of a call. No file is made before the first packet.
    ///
    /// # Errors
    /// `Full` when the recorder is behind, `Stopped` when it has died, `UnknownCall` when the call is not to
    /// be recorded, `Io` when the recording's folder cannot be made.
    pub fn open(&self, spec: &CallSpec) -> Result<TapHandle, MediaError> {
        let Some(recording) = spec.recording.clone() else {
            return Err(MediaError::UnknownCall);
        };
        let folder = self.spool.join(recording.recording.to_string());
        make_folder(&folder)?;
        let (wanted, keyframes) = sync_channel(KEYFRAME_QUEUE);
        let call = CallRecording::new(spec.call, spec.epoch, recording, folder, wanted);
        let slot = self.next_slot.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::new(Shared::default());
        let message = Message::Open(slot, Box::new(call), Arc::clone(&shared));
        self.messages
            .try_send(message)
            .map_err(|error| match error {
                TrySendError::Full(_) => MediaError::Full("packets waiting for the recorder"),
                TrySendError::Disconnected(_) => MediaError::Stopped,
            })?;
        Ok(TapHandle {
            slot,
            messages: self.messages.clone(),
            shared,
            keyframes,
        })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a recorder thread had panicked");
            }
        }
    }
}

struct Open {
    recording: Box<CallRecording>,
    shared: Arc<Shared>,
}

struct Runner {
    inbox: Receiver<Message>,
    jobs: SyncSender<Job>,
    dirty: Arc<AtomicBool>,
    events: Sender<MediaEvent>,
    stop: Arc<AtomicBool>,
    open: HashMap<Slot, Open>,
}

impl Runner {
    fn run(mut self) {
        let mut next_flush = Instant::now() + FLUSH_INTERVAL;
        loop {
            // Looked at before the queue is emptied: what was offered before a close is then taken first.
            let stopping = self.stop.load(Ordering::Acquire);
            let closing: Vec<Slot> = self
                .open
                .iter()
                .filter(|(_, open)| stopping || open.shared.closing.load(Ordering::Acquire))
                .map(|(slot, _)| *slot)
                .collect();
            self.drain();
            for slot in closing {
                self.close(slot);
            }
            if stopping {
                let rest: Vec<Slot> = self.open.keys().copied().collect();
                for slot in rest {
                    self.close(slot);
                }
                return;
            }
            let now = Instant::now();
            if now >= next_flush {
                next_flush = now + FLUSH_INTERVAL;
                self.flush(now);
            }
            thread::sleep(POLL_INTERVAL);
        }
    }

    fn drain(&mut self) {
        let now = Instant::now();
        for _ in 0..TAP_QUEUE {
            match self.inbox.try_recv() {
                Ok(Message::Open(slot, recording, shared)) => {
                    self.open.insert(slot, Open { recording, shared });
                }
                Ok(Message::Tap(slot, tap)) => {
                    if let Some(open) = self.open.get_mut(&slot) {
                        let mut out = Outcome::default();
                        open.recording.tap(tap, now, &mut out);
                        let call = open.recording.call();
                        self.report(call, out);
                    }
                }
                Err(_) => break,
            }
        }
    }

    fn flush(&mut self, now: Instant) {
        let mut outcomes = Vec::new();
        for open in self.open.values_mut() {
            let mut out = Outcome::default();
            open.note_lost(&mut out);
            let cut = open.shared.cut.swap(false, Ordering::AcqRel);
            open.recording.flush(now, cut, &mut out);
            outcomes.push((open.recording.call(), out));
        }
        for (call, out) in outcomes {
            self.report(call, out);
        }
    }

    fn close(&mut self, slot: Slot) {
        if let Some(mut open) = self.open.remove(&slot) {
            let call = open.recording.call();
            let mut out = Outcome::default();
            open.note_lost(&mut out);
            open.recording.close(Instant::now(), &mut out);
            self.report(call, out);
        }
    }

    fn report(&self, call: CallId, out: Outcome) {
        if out.wrote {
            self.dirty.store(true, Ordering::Release);
        }
        // Before the jobs: the last of them tells that the recording is over, and nothing is told of it after that.
        for what in out.troubles {
            self.trouble(call, what);
        }
        for job in out.jobs {
            if self.jobs.try_send(job).is_err() {
                let what =
                    "the disk is far behind: a segment waits in the spool for the next start";
                self.trouble(call, what.into());
            }
        }
    }

    fn trouble(&self, call: CallId, what: String) {
        tracing::warn!(call.id = %call, what, "recorder");
        // A receiver that is behind has the log.
        let _ = self.events.try_send(MediaEvent::Trouble {
            call: Some(call),
            what,
        });
    }
}

impl Open {
    fn note_lost(&mut self, out: &mut Outcome) {
        let lost = self.shared.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            self.recording.lost(lost, out);
        }
    }
}
