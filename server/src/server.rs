//! Starting and stopping: what needs what, in that order.

use crate::{
    app::App,
    blob::{Blob, BlobConfig, BlobTimeouts},
    config::{Config, TurnServers, demo},
    embedded::{coturn::EmbeddedTurn, postgres::EmbeddedPostgres, s3::EmbeddedS3},
    health::Health,
    http, jobs, keys,
    live::{
        Appends, CallDesk, Clock, DraftDesk, Entropy, Env, EnvParts, Hub, PeopleCache, Sessions,
        SetupDesk, SignInDesk, TurnDesk, Turns, appends,
    },
    outside::{
        self, Outside,
        mail::{self, Mailer, Smtp, SmtpConfig},
    },
    seed, spans,
    store::{self, Store, nodes},
    supervisor::Supervisor,
    usecase::{Reach, Runner, call::leases, platform::setup},
    wakes::Wakes,
    ws,
};
use anyhow::{Context as _, bail};
use futures::FutureExt as _;
use orderline_domain::ids::NodeId;
use std::{
    fs::{File, TryLockError},
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tracing::Instrument as _;

/// Time that open requests get to finish at a stop.
const DRAIN: Duration = Duration::from_secs(5);
/// How often a draining server looks whether calls still run.
const LOOK_FOR_CALLS: Duration = Duration::from_millis(500);
/// How long a start waits for the data folder, and how often it looks.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
const LOOK_FOR_LOCK: Duration = Duration::from_millis(100);
/// The private cluster's database.
const DATABASE: &str = "orderline";

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
    s3: Option<EmbeddedS3>,
    postgres: Option<EmbeddedPostgres>,
    turn: Option<EmbeddedTurn>,
    /// One process a data folder.
    _lock: File,
}

impl Server {
    /// Starts everything; when this returns, the address answers.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::start_with(config, Clock::system()).await
    }

    /// Starts with a clock that the caller may move.
    pub async fn start_with(config: Config, clock: Clock) -> anyhow::Result<Self> {
        http::start_counting();
        outside::choose_tls();
        let supervisor = Supervisor::default();
        let data = std::path::absolute(&config.data).context("the data folder's path")?;
        let lock = lock(&data).await?;
        let config = Arc::new(Config { data, ..config });

        let (database_url, postgres) = database(&config, &supervisor).await?;
        store::set_up_roles(&database_url).await?;
        store::migrate(&database_url).await?;
        let entropy = Entropy;
        let node = NodeId::from_uuid(entropy.uuid(clock.now()));
        let store = Store::connect(&config.database.store(&database_url, node))?;
        let (blob, s3) = storage(&config, &supervisor).await?;
        let keys = keys::open(&store, &config, clock.now()).await?;

        let (desk, turn) = turn(&config).await;
        let mailer = mailer(&config)?;

        let listener = TcpListener::bind(config.http.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.http.listen))?;
        let addr = listener.local_addr()?;
        let (calls, inbox) = CallDesk::new();
        let (drafts, typed) = DraftDesk::new();
        let hub = Hub::new();
        let tools = appends::Tools {
            store: store.clone(),
            hub: hub.clone(),
            clock: clock.clone(),
            entropy,
        };
        let appends = Appends::start(tools, &supervisor);
        let sign_in = SignInDesk::new(&clock);
        let env = Env::new(EnvParts {
            node_url: config.http.origin(addr.port()),
            clock,
            entropy,
            node,
            keys,
            hub,
            supervisor,
            health: Health::new(postgres.as_ref().map(EmbeddedPostgres::up)),
            sign_in,
            setup: SetupDesk::default(),
            sessions: Sessions::default(),
            turns: Turns::default(),
            people: PeopleCache::default(),
            appends,
            drafts,
            calls,
            wakes: Wakes::default(),
            turn: desk,
            config,
        });
        let app = App {
            run: Runner::new(env.clone(), store.clone()),
            outside: Outside::new(&env.config).context("the SMS provider")?,
            mailer: mailer.into(),
            env,
            store,
            blob,
        };
        let starting = spans::start(entropy.uuid(app.clock.now()));
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
            s3,
            postgres,
            turn,
            _lock: lock,
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
        if let Some(turn) = self.turn {
            turn.stop().await;
        }
        if let Some(s3) = self.s3 {
            s3.stop().await;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await?;
        }
        Ok(())
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

/// Takes the data folder for this process. One that was killed a moment ago may still hold it.
async fn lock(data: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(data)
        .with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let path = data.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot write into the data folder {}", data.display()))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                sleep(LOOK_FOR_LOCK).await;
            }
            Err(TryLockError::WouldBlock) => {
                bail!("another server uses the data folder {}", data.display())
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("locking the data folder");
            }
        }
    }
}

/// The database's address; the private one is started when no other is configured.
async fn database(
    config: &Config,
    supervisor: &Supervisor,
) -> anyhow::Result<(String, Option<EmbeddedPostgres>)> {
    if let Some(url) = &config.database.url {
        return Ok((url.reveal().to_owned(), None));
    }
    let postgres = EmbeddedPostgres::start(&config.data, supervisor).await?;
    let superuser = postgres.superuser_url();
    store::create_database(&superuser, DATABASE).await?;
    let url = store::with_database(&superuser, DATABASE)?;
    Ok((url, Some(postgres)))
}

/// Whoever takes mail from us; nobody does where no server is configured.
fn mailer(config: &Config) -> anyhow::Result<Box<dyn Mailer>> {
    let Some(settings) = &config.mail.smtp else {
        return Ok(Box::new(mail::Local));
    };
    let authority = match &settings.authority_file {
        Some(path) => Some(std::fs::read(path).with_context(|| {
            format!("cannot read the mail server's authority {}", path.display())
        })?),
        None => None,
    };
    let smtp = SmtpConfig::new(settings.url.reveal(), &settings.from, authority)?;
    Ok(Box::new(
        Smtp::new(&smtp).context("the mail server's settings")?,
    ))
}

/// The object storage; ours is started when no other is configured.
async fn storage(
    config: &Config,
    supervisor: &Supervisor,
) -> anyhow::Result<(Blob, Option<EmbeddedS3>)> {
    let bucket = config.storage.bucket.clone();
    let timeouts = BlobTimeouts::default();
    let (settings, s3) = if let Some(external) = &config.storage.external {
        let settings = BlobConfig {
            endpoint: Some(external.endpoint.clone()),
            region: external.region.clone(),
            bucket,
            access_key: external.access_key.clone(),
            secret_key: external.secret_key.reveal().to_owned().into(),
            path_style: true,
            timeouts,
        };
        (settings, None)
    } else {
        let s3 = EmbeddedS3::start(&config.data, supervisor).await?;
        let settings = BlobConfig {
            endpoint: Some(s3.endpoint.clone()),
            region: "us-east-1".to_owned(),
            bucket,
            access_key: s3.access_key.clone(),
            secret_key: s3.secret_key.clone(),
            path_style: true,
            timeouts,
        };
        (settings, Some(s3))
    };
    let blob = Blob::connect(&settings);
    if let Err(error) = blob.ensure_bucket().await {
        // Chat and calls work without storage; recordings wait in the spool until it answers.
        tracing::error!(%error, "the object storage does not answer; recordings will wait on this machine");
    }
    Ok((blob, s3))
}

/// TURN; ours is started when it is installed and no other is configured. Calls work without it, in most networks.
async fn turn(config: &Config) -> (TurnDesk, Option<EmbeddedTurn>) {
    let only = config.turn.only;
    let own = match &config.turn.servers {
        TurnServers::None => return (TurnDesk::none(only), None),
        TurnServers::Elsewhere { urls, secret } => {
            let desk = TurnDesk::new(urls.clone(), secret.clone(), None, only);
            return (desk, None);
        }
        TurnServers::Own(own) => own,
    };
    match EmbeddedTurn::start(&config.data, own, &config.media.announce).await {
        Ok(Some(turn)) => {
            let desk = TurnDesk::new(
                turn.urls.clone(),
                turn.secret.clone(),
                Some(turn.up()),
                only,
            );
            (desk, Some(turn))
        }
        Ok(None) => {
            tracing::warn!(
                "coturn is not installed, so private calls fail in strict networks; Debian's package `coturn` \
                 brings it, or --turn-url names another TURN server"
            );
            (TurnDesk::none(only), None)
        }
        Err(error) => {
            tracing::error!(%error, "the TURN server cannot be set up; private calls fail in strict networks");
            (TurnDesk::none(only), None)
        }
    }
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
    nodes::announce(&mut tx, app.node, &app.node_url, app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
