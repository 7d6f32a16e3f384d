//! What a server is made of, before it does anything by itself.

use crate::{
    app::App,
    blob::{Blob, BlobConfig, BlobTimeouts},
    config::{Config, TurnServers},
    embedded::{
        coturn::EmbeddedTurn,
        postgres::{DATABASE, EmbeddedPostgres},
        s3::EmbeddedS3,
    },
    health::Health,
    http, keys,
    live::{
        Appends, CallDesk, Clock, DraftDesk, Entropy, Env, EnvParts, Hub, PeopleCache, Refusals,
        Sessions, SetupDesk, SignInDesk, TurnDesk, Turns, appends, calls::DeskInbox,
        drafts::DraftInbox,
    },
    outside::{self, Outside, mail},
    store::{self, Store},
    supervisor::Supervisor,
    usecase::Runner,
    wakes::Wakes,
};
use anyhow::{Context as _, bail};
use orderline_domain::ids::NodeId;
use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

/// How long a start waits for the data folder, and how often it looks.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
const LOOK_FOR_LOCK: Duration = Duration::from_millis(100);

/// See the module.
pub(crate) struct Parts {
    pub app: App,
    /// Nobody is let in yet.
    pub listener: TcpListener,
    /// What is typed into drafts, and what is asked of calls.
    pub typed: DraftInbox,
    pub inbox: DeskInbox,
    pub kept: Kept,
}

/// What runs beside the server and ends with it.
pub(crate) struct Kept {
    s3: Option<EmbeddedS3>,
    postgres: Option<EmbeddedPostgres>,
    turn: Option<EmbeddedTurn>,
    /// One process a data folder.
    _lock: File,
}

impl Parts {
    /// Puts everything together on a database that fits this program.
    pub(crate) async fn assemble(config: Config, clock: Clock) -> anyhow::Result<Self> {
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
        let mailer = mail::mailer(&config.mail)?;

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
        let sign_in = SignInDesk::new(&clock).context("no thread for passwords")?;
        let env = Env::new(EnvParts {
            port: addr.port(),
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
            refusals: Refusals::default(),
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
        Ok(Self {
            app,
            listener,
            typed,
            inbox,
            kept: Kept {
                s3,
                postgres,
                turn,
                _lock: lock,
            },
        })
    }

    /// Ends what was begun, without anything having been done.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.app.supervisor.stopping();
        self.app.appends.stop().await;
        self.app.store.close().await;
        self.kept.stop().await
    }
}

impl Kept {
    /// Ends it, the database last.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
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
