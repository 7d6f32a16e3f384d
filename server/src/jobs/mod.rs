//! Work beside the requests. Every task here belongs to the supervisor.
//!
//! - `worker`: the loop of all jobs; `acceptances`, `lease`, `refusals`, `remind`, `sessions`, `housekeeping`, and over the queue `mail`,
//!   `text_message` and `render`
//! - `drafts`: what is typed into offers
//! - `pump`: media events to the calls and to the uploads; `upload`: segments from the spool into the store, by `schedule`
//! - `nodes`: what other nodes on the same database write and signal
//! - `recover`: what an earlier process left in the spool and in the tables
//! - `meter`: what the media side counts

pub mod acceptances;
mod drafts;
mod housekeeping;
mod lease;
mod mail;
mod meter;
mod nodes;
mod pump;
mod recover;
mod refusals;
pub mod remind;
mod render;
mod schedule;
mod sessions;
mod text_message;
mod upload;
mod worker;

use crate::{
    blob::Blob,
    failure::Failure,
    live::{Env, drafts::DraftInbox},
    outside::{mail::Mailer, sms::Sms},
    usecase::{
        Reach, Runner,
        jobs::runs::{self, Known},
        recording::playback::Archive,
    },
};
use acceptances::Acceptances;
use futures::FutureExt as _;
use housekeeping::Housekeeping;
use lease::Leases;
use mail::Mails;
use orderline_media::{
    MediaError, MediaEvent, NodeConfig, SegmentInfo, node::MediaNode, record::Recorder,
};
use refusals::Refusals;
use remind::Reminders;
use render::Render;
use sessions::Sessions;
use std::{sync::Arc, time::Duration};
use text_message::TextMessages;
use tokio::{
    sync::{Mutex, mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use worker::{Job, Nodes, queue::Queue};

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

/// What the work is done with.
pub struct Means {
    pub run: Runner,
    pub blob: Blob,
    /// Whoever takes mail from us.
    pub mailer: Arc<dyn Mailer>,
    /// Whoever takes text messages; `None`: no provider is set up.
    pub sms: Option<Arc<dyn Sms>>,
    pub typed: DraftInbox,
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
    } = means;
    let env = run.env.clone();
    let spool = env.config.data.join("spool");
    let leftovers = recover::segments(&spool).await.map_err(StartError::Spool)?;
    let dead = recover::dead_nodes(&env.config.data, env.node).map_err(StartError::Spool)?;
    recover::tables(&run, &dead, &leftovers).await?;
    run.job(Reach::Everyone, |cx| runs::announce(cx, &KNOWN).boxed())
        .await?;

    let (events, reports) = mpsc::channel(MEDIA_EVENTS);
    let recorder =
        Arc::new(Recorder::start(spool.clone(), events.clone()).map_err(StartError::Spool)?);
    let config = NodeConfig {
        udp: env.config.media.udp,
        tcp: env.config.media.tcp,
        announce: env.config.media.announce.clone(),
        only_from: env.config.media.only_from.clone(),
        spool,
    };
    let media = MediaNode::start(&config, recorder, events)?;

    let (stop, stopped) = watch::channel(false);
    let watch = &env.supervisor;
    let (uploads, waiting) = mpsc::channel(upload::QUEUE);
    let archive = Archive {
        run: run.clone(),
        blob,
    };
    let begin = Begin {
        run: &run,
        stop: &stopped,
    };
    let mut tasks = vec![
        begin.job(Acceptances),
        begin.job(Housekeeping),
        begin.job(Leases),
        begin.job(Queue(Mails(mailer))),
        begin.job(Refusals),
        begin.job(Reminders),
        begin.job(Queue(Render(archive.blob.clone()))),
        begin.job(Sessions),
        begin.job(Queue(TextMessages(sms))),
        watch.watch("upload", {
            let stop = stopped.clone();
            let waiting = upload::Uploads::new(waiting);
            move || upload::run(archive.clone(), Arc::clone(&waiting), stop.clone())
        }),
        watch.watch("drafts", {
            let (run, stop) = (run.clone(), stopped.clone());
            let typed = Arc::new(Mutex::new(typed));
            move || drafts::run(run.clone(), Arc::clone(&typed), stop.clone())
        }),
        watch.vital("calls", calls(media.clone())),
    ];
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
            pump::run(run.clone(), reports, uploads.clone())
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

/// The jobs that [`start`] begins, as the table of jobs knows them.
const KNOWN: [Known; 9] = [
    known::<Acceptances>(),
    known::<Housekeeping>(),
    known::<Leases>(),
    known::<Queue<Mails>>(),
    known::<Refusals>(),
    known::<Reminders>(),
    known::<Queue<Render>>(),
    known::<Sessions>(),
    known::<Queue<TextMessages>>(),
];

const fn known<J: Job>() -> Known {
    Known {
        name: J::NAME,
        schedule: J::SCHEDULE,
        leased: matches!(J::NODES, Nodes::One),
    }
}

/// What every job begins with.
struct Begin<'a> {
    run: &'a Runner,
    stop: &'a watch::Receiver<bool>,
}

impl Begin<'_> {
    fn job<J: Job>(&self, job: J) -> JoinHandle<()> {
        let (job, run, stop) = (Arc::new(job), self.run.clone(), self.stop.clone());
        self.run.env.supervisor.watch(J::NAME, move || {
            worker::run(Arc::clone(&job), run.clone(), stop.clone())
        })
    }
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
        MediaEvent::TrackRecorded { .. } => "track_recorded",
        MediaEvent::SegmentReady(_) => "segment_ready",
        MediaEvent::RecordingClosed { .. } => "recording_closed",
        MediaEvent::Trouble { .. } => "trouble",
    }
}
