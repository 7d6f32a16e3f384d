//! Work beside the requests: the media side's reports, uploads, leases, playable files, and what a start finds
//! left behind.
//!
//! - `acceptances`: orders that no buyer accepted in writing in time
//! - `recover`: what an earlier process left in the spool and in the tables
//! - `pump`: media events to the calls and to the uploads
//! - `upload`: segments from the spool into the store
//! - `nodes`: what other nodes on the same database write and signal
//! - `lease`: word that this node lives; calls of nodes that do not
//! - `mail`: mails from their table to whoever takes them
//! - `meter`: what the media side counts
//! - `remind`: people of planned calls
//! - `finalise`: playable files from complete recordings

mod acceptances;
mod finalise;
mod lease;
mod mail;
mod meter;
mod nodes;
mod pump;
mod recover;
mod remind;
mod upload;

use crate::{app::App, usecase::Failure};
use orderline_media::{MediaError, MediaEvent, NodeConfig, record::Recorder, shard::MediaNode};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{JoinHandle, JoinSet},
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
    app: App,
    media: MediaNode,
    stop: watch::Sender<bool>,
    pump: JoinHandle<()>,
    meter: JoinHandle<()>,
    tasks: JoinSet<()>,
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

/// Takes up what an earlier process left behind, then starts the media side and everything around it. Call it
/// once, before the first socket is let in. `calls` is the work of the call desk, which needs the relay.
pub async fn start<C>(app: &App, calls: impl FnOnce(MediaNode) -> C) -> Result<Running, StartError>
where
    C: Future<Output = ()> + Send + 'static,
{
    let spool = app.config.data.join("spool");
    let leftovers = recover::segments(&spool).await.map_err(StartError::Spool)?;
    let dead = recover::dead_nodes(&app.config.data, app.node).map_err(StartError::Spool)?;
    recover::tables(app, &dead, &leftovers).await?;

    let (events, reports) = mpsc::channel(MEDIA_EVENTS);
    let recorder =
        Arc::new(Recorder::start(spool.clone(), events.clone()).map_err(StartError::Spool)?);
    let config = NodeConfig {
        udp: app.config.media.udp,
        tcp: app.config.media.tcp,
        announce: app.config.media.announce.clone(),
        spool,
    };
    let media = MediaNode::start(&config, recorder, events)?;

    let (stop, stopped) = watch::channel(false);
    let wake = Wake::default();
    let mut tasks = JoinSet::new();
    let (uploads, waiting) = mpsc::channel(upload::QUEUE);
    tasks.spawn(upload::run(
        app.clone(),
        waiting,
        wake.clone(),
        stopped.clone(),
    ));
    tasks.spawn(lease::run(app.clone(), stopped.clone()));
    tasks.spawn(acceptances::run(app.clone(), stopped.clone()));
    tasks.spawn(remind::run(app.clone(), stopped.clone()));
    if app.config.database.shared {
        let (outbound, waiting) = mpsc::channel(nodes::QUEUE);
        app.hub.pass_on(outbound);
        tasks.spawn(nodes::run(app.clone(), waiting, stopped.clone()));
    }
    tasks.spawn(mail::run(app.clone(), stopped.clone()));
    tasks.spawn(finalise::run(app.clone(), wake.clone(), stopped));
    let pump = tokio::spawn(pump::run(app.clone(), reports, uploads.clone(), wake));
    let meter = tokio::spawn(meter::run(media.clone()));
    tasks.spawn(calls(media.clone()));
    for segment in leftovers {
        if uploads.try_send(segment).is_err() {
            tracing::warn!(
                "more segments are left in the spool than fit the queue; the rest follows the next start"
            );
            break;
        }
    }
    Ok(Running {
        app: app.clone(),
        media,
        stop,
        pump,
        meter,
        tasks,
    })
}

impl Running {
    /// The relay, for its counters.
    pub const fn media(&self) -> &MediaNode {
        &self.media
    }

    /// Stops in order: the calls' media (the calls themselves go on in the next process), the recorder's last
    /// segments, then the rest. What is not stored by then stays in the spool.
    pub async fn stop(mut self) {
        self.app.calls.stop().await;
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
        let finished = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(STOP_TIMEOUT, finished).await.is_err() {
            tracing::warn!("some work was cut short; the next start takes it up");
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
