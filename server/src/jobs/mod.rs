//! Work beside the requests: the media side's reports, uploads, leases, playable files, and what a start finds
//! left behind.
//!
//! - `acceptances`: orders that no buyer accepted in writing in time
//! - `drafts`: what is typed into offers
//! - `recover`: what an earlier process left in the spool and in the tables
//! - `pump`: media events to the calls and to the uploads
//! - `upload`: segments from the spool into the store
//! - `nodes`: what other nodes on the same database write and signal
//! - `lease`: word that this node lives; calls of nodes that do not
//! - `mail`: mails from their table to whoever takes them
//! - `messages`: text messages to whoever takes them
//! - `meter`: what the media side counts
//! - `remind`: people of planned calls
//! - `finalise`: playable files from complete recordings

pub mod acceptances;
mod drafts;
mod finalise;
mod lease;
mod mail;
mod messages;
mod meter;
mod nodes;
mod pump;
mod recover;
pub mod remind;
mod upload;

use crate::{
    blob::Blob,
    failure::Failure,
    live::{Env, drafts::DraftInbox, messages::Message},
    outside::{mail::Mailer, sms::Sms},
    usecase::{Runner, recording::playback::Archive},
};
use orderline_media::{
    MediaError, MediaEvent, NodeConfig, SegmentInfo, node::MediaNode, record::Recorder,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, Notify, mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

/// Media events that wait to be handled.
const MEDIA_EVENTS: usize = 8_192;
/// Time that a stop gives the recorder to write its last segments, and the uploads to take them.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// Why the work cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the media side: {0}")]
    Media(#[from] MediaError),
    #[error("the recordings' spool: {0}")]
    Spool(#[source] std::io::Error),
    #[error("what was left behind: {0}")]
    Recovery(#[from] Failure),
}

/// The work of a running node.
pub struct Running {
    env: Env,
    media: MediaNode,
    stop: watch::Sender<bool>,
    pump: JoinHandle<()>,
    meter: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
}

/// Tells the finalising job that there may be work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    fn ring(&self) {
        self.0.notify_one();
    }

    async fn rung(&self) {
        self.0.notified().await;
    }
}

/// What the work is done with.
pub struct Means {
    pub run: Runner,
    pub blob: Blob,
    /// Whoever takes mail from us.
    pub mailer: Arc<dyn Mailer>,
    /// Whoever takes text messages; `None`: no provider is set up.
    pub sms: Option<Arc<dyn Sms>>,
    pub typed: DraftInbox,
    pub messages: mpsc::Receiver<Message>,
}

/// Takes up what an earlier process left behind, then starts the media side and everything around it. Call it
/// once, before the first socket is let in. `calls` is the work of the call desk, which needs the relay.
pub async fn start<C>(
    means: Means,
    calls: impl FnOnce(MediaNode) -> C,
) -> Result<Running, StartError>
where
    C: Future<Output = ()> + Send + 'static,
{
    let Means {
        run,
        blob,
        mailer,
        sms,
        typed,
        messages,
    } = means;
    let env = run.env.clone();
    let spool = env.config.data.join("spool");
    let leftovers = recover::segments(&spool).await.map_err(StartError::Spool)?;
    let dead = recover::dead_nodes(&env.config.data, env.node).map_err(StartError::Spool)?;
    recover::tables(&run, &dead, &leftovers).await?;

    let (events, reports) = mpsc::channel(MEDIA_EVENTS);
    let recorder =
        Arc::new(Recorder::start(spool.clone(), events.clone()).map_err(StartError::Spool)?);
    let config = NodeConfig {
        udp: env.config.media.udp,
        tcp: env.config.media.tcp,
        announce: env.config.media.announce.clone(),
        spool,
    };
    let media = MediaNode::start(&config, recorder, events)?;

    let (stop, stopped) = watch::channel(false);
    let wake = Wake::default();
    let watch = &env.supervisor;
    let (uploads, waiting) = mpsc::channel(upload::QUEUE);
    let archive = Archive {
        run: run.clone(),
        blob,
    };
    let mut tasks = vec![
        watch.watch("upload", {
            let (on, wake, stop) = (archive.clone(), wake.clone(), stopped.clone());
            let waiting = Arc::new(Mutex::new(waiting));
            move || upload::run(on.clone(), Arc::clone(&waiting), wake.clone(), stop.clone())
        }),
        watch.watch("finalise", {
            let (on, wake, stop) = (archive, wake.clone(), stopped.clone());
            move || finalise::run(on.clone(), wake.clone(), stop.clone())
        }),
        watch.watch("drafts", {
            let (run, stop) = (run.clone(), stopped.clone());
            let typed = Arc::new(Mutex::new(typed));
            move || drafts::run(run.clone(), Arc::clone(&typed), stop.clone())
        }),
        watch.watch("mail", {
            let (run, stop) = (run.clone(), stopped.clone());
            move || mail::run(run.clone(), Arc::clone(&mailer), stop.clone())
        }),
        watch.vital("calls", calls(media.clone())),
    ];
    if let Some(way) = sms {
        let (run, stop) = (run.clone(), stopped.clone());
        let messages = Arc::new(Mutex::new(messages));
        tasks.push(watch.watch("messages", move || {
            let messages = Arc::clone(&messages);
            messages::run(run.clone(), Arc::clone(&way), messages, stop.clone())
        }));
    }
    tasks.push(looped(&run, &stopped, "lease", lease::run));
    tasks.push(looped(&run, &stopped, "acceptances", acceptances::run));
    tasks.push(looped(&run, &stopped, "remind", remind::run));
    if env.config.database.shared {
        let (outbound, waiting) = mpsc::channel(nodes::QUEUE);
        env.hub.pass_on(outbound);
        let (run, stop) = (run.clone(), stopped.clone());
        let waiting = Arc::new(Mutex::new(waiting));
        tasks.push(watch.watch("nodes", move || {
            nodes::run(run.clone(), Arc::clone(&waiting), stop.clone())
        }));
    }
    let pump = watch.watch("pump", {
        let (run, uploads) = (run.clone(), uploads.clone());
        let reports = Arc::new(Mutex::new(reports));
        move || {
            let reports = Arc::clone(&reports);
            pump::run(run.clone(), reports, uploads.clone(), wake.clone())
        }
    });
    let meter = watch.watch("meter", {
        let (env, media) = (env.clone(), media.clone());
        move || meter::run(env.clone(), media.clone())
    });
    queue(leftovers, &uploads);
    Ok(Running {
        env,
        media,
        stop,
        pump,
        meter,
        tasks,
    })
}

/// Has the segments stored that were left in the spool.
fn queue(leftovers: Vec<SegmentInfo>, uploads: &mpsc::Sender<SegmentInfo>) {
    for segment in leftovers {
        if uploads.try_send(segment).is_err() {
            tracing::warn!(
                "more segments are left in the spool than fit the queue; the rest follows the next start"
            );
            break;
        }
    }
}

/// Starts a loop that only needs to run use cases and the word to stop.
fn looped<F>(
    run: &Runner,
    stop: &watch::Receiver<bool>,
    name: &'static str,
    task: fn(Runner, watch::Receiver<bool>) -> F,
) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (owned, stop) = (run.clone(), stop.clone());
    run.env
        .supervisor
        .watch(name, move || task(owned.clone(), stop.clone()))
}

impl Running {
    /// The relay, for its counters.
    pub const fn media(&self) -> &MediaNode {
        &self.media
    }

    /// Stops in order: the calls' media (the calls themselves go on in the next process), the recorder's last
    /// segments, then the rest. What is not stored by then stays in the spool.
    pub async fn stop(mut self) {
        self.env.supervisor.stopping();
        self.env.calls.stop().await;
        self.media.shutdown().await;
        // It holds the relay too.
        self.meter.abort();
        // Ended by the line before, or by itself.
        let _ = self.meter.await;
        // The recorder stops with the last handle, and with it the stream of its reports.
        let media = self.media;
        if tokio::task::spawn_blocking(move || drop(media))
            .await
            .is_err()
        {
            tracing::error!("the recorder did not stop cleanly");
        }
        if timeout(STOP_TIMEOUT, &mut self.pump).await.is_err() {
            tracing::warn!(
                "the recorder's last reports came too late; the next start finds its segments"
            );
            self.pump.abort();
        }
        self.stop.send_replace(true);
        let finished = async {
            for task in &mut self.tasks {
                // The supervisor has logged how it ended.
                let _ = task.await;
            }
        };
        if timeout(STOP_TIMEOUT, finished).await.is_err() {
            tracing::warn!("some work was cut short; the next start takes it up");
            self.tasks.iter().for_each(JoinHandle::abort);
        }
    }
}

/// The media side's name of an event, for logs.
const fn event_name(event: &MediaEvent) -> &'static str {
    match event {
        MediaEvent::LegConnected { .. } => "leg_connected",
        MediaEvent::LegSilent { .. } => "leg_silent",
        MediaEvent::LegBack { .. } => "leg_back",
        MediaEvent::LegClosed { .. } => "leg_closed",
        MediaEvent::TrackStarted { .. } => "track_started",
        MediaEvent::TrackRecorded { .. } => "track_recorded",
        MediaEvent::SegmentReady(_) => "segment_ready",
        MediaEvent::RecordingClosed { .. } => "recording_closed",
        MediaEvent::Trouble { .. } => "trouble",
    }
}
