//! The only place that names sqlx: one file per aggregate, private row types, checked queries.
//!
//! Every read and write goes through a [`Tx`]. A transaction begun for a vendor sees that vendor's rows only
//! (row-level security is forced and the role owns nothing); one begun for jobs sees every vendor's.

pub mod ask;
pub mod call;
pub mod catalogue;
pub mod checkup;
pub mod commands;
pub mod customer;
mod errors;
pub mod follow_up;
pub mod job_runs;
pub mod jobs;
pub mod mail;
pub mod master_key;
mod migrate;
pub mod nodes;
pub mod offer;
pub mod order;
pub mod outward;
pub mod people;
pub mod platform;
pub mod platform_steps;
pub mod policy;
pub mod recording;
pub mod seed;
mod statement;
pub mod text_messages;
pub mod thread;
mod tx;
pub mod vendor;
pub mod wakes;

pub use errors::StoreError;
pub use migrate::{MigrateError, create_database, migrate, set_up_roles, with_database};
pub use tx::Tx;
use tx::read_shut;

use orderline_domain::ids::NodeId;
use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, time::Duration};

/// How long a request waits for a free connection before it is told to try again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that was used this lately is taken to be alive.
const IDLE_TRUSTED: Duration = Duration::from_millis(250);
/// Ends a statement that a fault or an attack has made endless.
const STATEMENT_TIMEOUT: &str = "15s";
/// Ends a transaction whose task has stopped feeding it.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "30s";
/// Connections of the jobs' role.
const JOBS_CONNECTIONS: u32 = 4;
/// Connections of the platform's role.
const PLATFORM_CONNECTIONS: u32 = 2;
/// Messages that are written alone, each behind the lock of its thread's row.
pub const APPENDS_ALONE: u32 = 3;
/// How the connections that append messages plan: once for all calls, whatever the tables looked like that day, and
/// always by key. A lock that is not given back in time ends the wait, not the message.
const APPENDS_OPTIONS: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("lock_timeout", "3s"),
];

/// Where the database is and under which roles it is entered.
#[derive(Clone)]
pub struct StoreConfig {
    /// A login that is a member of the four roles (or a superuser).
    pub url: String,
    /// A login that is `orderline_app` itself; without it the role is taken on at connection start.
    pub app_url: Option<String>,
    /// Likewise for `orderline_jobs`.
    pub jobs_url: Option<String>,
    /// Likewise for `orderline_platform`.
    pub platform_url: Option<String>,
    /// Most connections of the application's role.
    pub connections: u32,
    /// This node, when others share the database: what it writes is told to them.
    pub shared_as: Option<NodeId>,
}

impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// The connection pools. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    app: sqlx::PgPool,
    jobs: sqlx::PgPool,
    /// For the platform's own people.
    platform: sqlx::PgPool,
    /// Of the application's role too: what appends messages never waits for what else goes on.
    appends: sqlx::PgPool,
}

impl Store {
    /// Opens the pools; the first use connects.
    pub fn connect(config: &StoreConfig) -> Result<Self, StoreError> {
        let mut app = options(&config.url, config.app_url.as_deref(), "orderline_app")?;
        let mut jobs = options(&config.url, config.jobs_url.as_deref(), "orderline_jobs")?;
        let platform = config.platform_url.as_deref();
        let mut platform = options(&config.url, platform, "orderline_platform")?;
        if let Some(node) = config.shared_as {
            app = app.options([("orderline.node", node)]);
            jobs = jobs.options([("orderline.node", node)]);
            platform = platform.options([("orderline.node", node)]);
        }
        let appends = app.clone().options(APPENDS_OPTIONS);
        Ok(Self {
            appends: pool(appends, 1 + APPENDS_ALONE),
            app: pool(app, config.connections),
            jobs: pool(jobs, JOBS_CONNECTIONS),
            platform: pool(platform, PLATFORM_CONNECTIONS),
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let one = sqlx::query_scalar!("SELECT 1").fetch_one(&self.app).await?;
        debug_assert_eq!(one, Some(1));
        Ok(())
    }

    /// Lets running transactions finish, then closes every connection.
    pub async fn close(&self) {
        self.appends.close().await;
        self.app.close().await;
        self.jobs.close().await;
        self.platform.close().await;
    }
}

fn options(
    url: &str,
    own_url: Option<&str>,
    role: &'static str,
) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(own_url.unwrap_or(url))?
        .application_name(role)
        .statement_cache_capacity(256)
        .options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            (
                "idle_in_transaction_session_timeout",
                IDLE_IN_TRANSACTION_TIMEOUT,
            ),
            // Durable before acknowledged, whatever the cluster's default is.
            ("synchronous_commit", "on"),
            // Our statements are over sooner than their compilation, which Postgres begins on a plan's estimated cost:
            // a plan that has no way but one that was switched off costs ten thousand million.
            ("jit", "off"),
        ]);
    Ok(match own_url {
        Some(_) => options,
        None => options.options([("role", role)]),
    })
}

fn pool(options: PgConnectOptions, connections: u32) -> sqlx::PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A dead connection shows at its first statement, and what can be repeated is repeated. One that has lain
        // idle is looked at first: after an outage none of them may be alive.
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for >= IDLE_TRUSTED {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}
