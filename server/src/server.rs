//! Starting and stopping: what needs what, in that order.

mod parts;

pub(crate) use parts::{Kept, Parts};

use crate::{
    app::App,
    config::{Config, demo},
    http, jobs,
    live::Clock,
    seed, spans,
    store::nodes::{self, Node},
    usecase::{Reach, call::leases, platform::setup},
    ws,
};
use anyhow::Context as _;
use futures::FutureExt as _;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tracing::Instrument as _;

/// Time that open requests get to finish at a stop.
const DRAIN: Duration = Duration::from_secs(5);
/// How often a draining server looks whether calls still run.
const LOOK_FOR_CALLS: Duration = Duration::from_millis(500);

/// A running server.
pub struct Server {
    pub app: App,
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where the installation is set up, until it was: whoever knows it may.
    pub setup: Option<String>,
    jobs: jobs::Running,
    /// Gives numbers out at an address of its own.
    numbers: Option<JoinHandle<()>>,
    stop_web: oneshot::Sender<()>,
    web: JoinHandle<()>,
    kept: Kept,
}

impl Server {
    /// Starts everything; when this returns, the address answers.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::start_with(config, Clock::system()).await
    }

    /// Starts with a clock that the caller may move.
    pub async fn start_with(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let Parts {
            app,
            listener,
            typed,
            inbox,
            kept,
        } = Parts::assemble(config, clock).await?;
        let addr = listener.local_addr()?;
        let starting = spans::start(app.entropy.uuid(app.clock.now()));
        announce(&app).instrument(starting.clone()).await?;
        seeded(&app).instrument(starting).await?;
        let means = jobs::Means {
            run: app.run.clone(),
            blob: app.blob.clone(),
            mailer: Arc::clone(&app.mailer),
            sms: app.outside.sms.clone(),
            typed,
        };
        let jobs = jobs::start(means, |media| ws::call::run(app.run.clone(), media, inbox)).await?;

        let setup = if setup::is_set_up(&app.run).await? {
            None
        } else {
            let token = app.setup.open(app.entropy);
            Some(format!("{}/setup#{token}", app.node_url))
        };
        let numbers = numbers(&app).await?;
        let (stop_web, stopped) = oneshot::channel();
        let routes = http::router(app.web(), ws::router());
        let bounds = app.config.http.connections.clone();
        let web = http::serve::serve(listener, routes, bounds, async {
            // Also when the sender is gone: then the server is being dropped.
            stopped.await.ok();
        });
        let web = app.supervisor.vital("web", web);
        Ok(Self {
            app,
            addr,
            setup,
            jobs,
            numbers,
            stop_web,
            web,
            kept,
        })
    }

    /// How a browser reaches it; without a slash at the end.
    pub fn url(&self) -> &str {
        &self.app.node_url
    }

    /// Waits until a task has ended without which the process cannot go on; answers its name.
    pub async fn fatal(&self) -> &'static str {
        self.app.supervisor.fatal().await
    }

    /// Before a stop: no new calls begin, sockets are told to move, and running calls get the configured time to end.
    /// May be dropped at any moment.
    pub async fn drain(&self) {
        self.app.health.drain();
        self.app.hub.move_on();
        if self.app.config.drain.is_zero() {
            return;
        }
        let ended = async {
            loop {
                let live = self
                    .app
                    .run
                    .job(Reach::Everyone, |cx| leases::live_here(cx).boxed());
                match live.await {
                    Ok(0) => return,
                    Ok(calls) => tracing::info!(calls, "calls still run"),
                    Err(failure) => {
                        tracing::warn!(error = %failure, "running calls cannot be counted");
                    }
                }
                sleep(LOOK_FOR_CALLS).await;
            }
        };
        if timeout(self.app.config.drain, ended).await.is_err() {
            tracing::warn!("calls still run; they go on in the next process");
        }
    }

    /// Stops in order: sockets are told to come back, running calls are left for the next process, what is
    /// written is written, and the children end.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.app.supervisor.stopping();
        self.app.hub.close();
        self.stop_web.send(()).ok();
        if let Some(numbers) = self.numbers {
            numbers.abort();
        }
        let mut web = self.web;
        if timeout(DRAIN, &mut web).await.is_err() {
            tracing::warn!("some requests were cut off");
            web.abort();
        }
        self.app.appends.stop().await;
        self.app.drafts.save().await;
        self.jobs.stop().await;
        self.app.store.close().await;
        self.kept.stop().await
    }
}

/// The numbers' own listener, where one is configured.
async fn numbers(app: &App) -> anyhow::Result<Option<JoinHandle<()>>> {
    let Some(address) = app.config.http.metrics_listen else {
        return Ok(None);
    };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let serve = axum::serve(listener, http::numbers_alone(app.env.clone()));
    Ok(Some(app.supervisor.vital("numbers", async move {
        if let Err(error) = serve.await {
            tracing::error!(%error, "the numbers' own listener failed");
        }
    })))
}

/// Writes what the demo shows, where it is not there yet.
async fn seeded(app: &App) -> anyhow::Result<()> {
    if !app.config.demo {
        return Ok(());
    }
    if seed::demo(app).await? {
        tracing::info!("the demo shop was written");
    }
    if app.config.bench_pairs > 0 {
        seed::bench::pairs(app, demo::DOORS[0].email, app.config.bench_pairs).await?;
    }
    if app.config.bench_customers > 0 {
        let count = app.config.bench_customers;
        seed::bench_customers::customers(app, demo::DOORS[0].email, count).await?;
    }
    Ok(())
}

async fn announce(app: &App) -> anyhow::Result<()> {
    let mut tx = app.store.begin_jobs().await?;
    let now = app.clock.now();
    let node = Node {
        id: app.node,
        public_url: app.node_url.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: now,
        seen_at: now,
    };
    nodes::announce(&mut tx, &node).await?;
    tx.commit().await?;
    Ok(())
}
