//! A whole server on a database of its own: real Postgres, real sockets, embedded storage, two shops.

pub(crate) mod client;
pub(crate) mod coturn;
pub(crate) mod database;
pub(crate) mod second_factor;
pub(crate) mod shops;
pub(crate) mod socket;

use clap::Parser as _;
use orderline_server::{
    actor::Actor,
    config::{Cli, Config, Doing},
    live::Clock,
    server::Server,
    usecase::people::session,
};
use std::{path::Path, time::Duration};
use tempfile::TempDir;

pub(crate) use client::Browser;
pub(crate) use database::TestDatabase;
pub(crate) use shops::{PASSWORD, Shops};
pub(crate) use socket::Socket;

/// How long a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How often a stopping test looks whether its jobs are done, every ten milliseconds.
const DRAIN_ROUNDS: u32 = 2_000;

/// A running server with two shops.
pub(crate) struct TestApp {
    pub server: Server,
    pub database: TestDatabase,
    pub shops: Shops,
    pub clock: Clock,
    pub data: TempDir,
    options: Vec<String>,
}

impl TestApp {
    /// Starts a server on a fresh database.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with further command line options.
    pub(crate) async fn start_with(options: &[&str]) -> Self {
        let database = TestDatabase::create().await;
        let data = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::system();
        second_factor::keep_time(&clock);
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let config = config(&database, data.path(), &options);
        let server = Server::start_with(config, clock.clone())
            .await
            .expect("the server starts");
        let shops = Shops::write(&server.app).await;
        Self {
            server,
            database,
            shops,
            clock,
            data,
            options,
        }
    }

    /// Stops the server and starts another on the same database and data.
    pub(crate) async fn restart(self) -> Self {
        self.server.stop().await.expect("the server stops");
        let config = config(&self.database, self.data.path(), &self.options);
        let server = Server::start_with(config, self.clock.clone())
            .await
            .expect("the server starts again");
        Self { server, ..self }
    }

    /// Starts a second node on the same database, with a data folder of its own and the first one's master key.
    pub(crate) async fn second(&self) -> (Server, TempDir) {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut options = self.options.clone();
        let key = self.data.path().join("keys/master.key");
        options.push(format!("--master-key-file={}", key.display()));
        let config = config(&self.database, data.path(), &options);
        let server = Server::start_with(config, self.clock.clone()).await;
        (server.expect("a second node starts"), data)
    }

    /// Waits until every job is done, stops the server and removes its database. A job that is left or was given up is a
    /// fault.
    pub(crate) async fn stop(self) {
        self.stop_leaving(&[]).await;
    }

    /// The same, but jobs of these kinds may be left: the test has seen to that.
    pub(crate) async fn stop_leaving(self, kinds: &[&str]) {
        let mut conn = self.database.connect().await;
        let mut left = Vec::new();
        for round in 0.. {
            left = self.database.jobs_left(&mut conn, kinds).await;
            let hopeless = left.iter().any(|job| job.contains("given up"));
            if left.is_empty() || hopeless || round > DRAIN_ROUNDS {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(left, Vec::<String>::new(), "jobs are left over");
        drop(conn);
        self.server.stop().await.expect("the server stops");
        self.database.remove().await;
    }

    /// Waits until nothing is due any more, then lets this much time pass. Time that jumps while a message waits makes it
    /// come too late, as an outage would.
    pub(crate) async fn pass(&self, time: Duration) {
        self.rest().await;
        self.clock.advance(time);
    }

    /// Waits until every job that is due by the test's clock is done.
    pub(crate) async fn rest(&self) {
        let mut conn = self.database.connect().await;
        let due = async |conn: &mut _| self.database.jobs_due(conn, self.clock.now()).await;
        for _ in 0..DRAIN_ROUNDS {
            if due(&mut conn).await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} jobs are due and not done", due(&mut conn).await);
    }

    /// Stops the server and leaves what it wrote to another one.
    pub(crate) async fn abandon(self) -> (TestDatabase, Shops, TempDir) {
        self.server.stop().await.expect("the server stops");
        (self.database, self.shops, self.data)
    }

    /// One of our shop's people, as use cases know them.
    pub(crate) async fn actor(&self, person: &str) -> Actor {
        let browser = self.sign_in(&self.shops.ours.email(person)).await;
        let cookie = browser.cookie.expect("a session");
        let (_, token) = cookie.split_once('=').expect("a pair");
        let holder = session::holder(&self.server.app.run, token, None).await;
        let person = holder.expect("the store answers").expect("a session");
        person.actor().expect("somebody at a vendor")
    }

    /// A browser without a session.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.server.addr)
    }

    /// A browser that this person has signed in with.
    pub(crate) async fn sign_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(email, PASSWORD).await;
        browser
    }
}

/// Starts a server on this database and data, if it can.
pub(crate) async fn try_start(
    database: &TestDatabase,
    data: &Path,
    options: &[&str],
) -> anyhow::Result<Server> {
    let options: Vec<String> = options.iter().map(ToString::to_string).collect();
    Server::start_with(config(database, data, &options), Clock::system()).await
}

/// An id that nothing has yet.
pub(crate) fn fresh_uuid() -> uuid::Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

fn config(database: &TestDatabase, data: &Path, options: &[String]) -> Config {
    let mut args = vec![
        "orderline".to_owned(),
        "serve".to_owned(),
        "--listen=127.0.0.1:0".to_owned(),
        format!("--data={}", data.display()),
        format!("--database-url={}", database.url),
    ];
    // A child more for each of many servers; the browser tests have it.
    if !options.iter().any(|it| it.starts_with("--turn")) {
        args.push("--no-turn".to_owned());
    }
    args.extend_from_slice(options);
    let cli = Cli::try_parse_from(args).expect("the options are known");
    let Doing::Serve(args) = cli.doing else {
        panic!("serve was asked for")
    };
    Config::try_from(*args).expect("the settings can be")
}

/// Waits until `what` answers something, asking again every few milliseconds; panics after [`PATIENCE`].
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "never happened: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
