//! What the operator decides, read once: the command line and `ORDERLINE_…` variables.

mod args;
mod connections;
mod database;
pub mod demo;
mod http;
mod mail;
mod media;
mod proxies;
mod secret;
mod sms;
mod storage;
mod turn;

pub use args::{
    Cli, DoctorArgs, Doing, InitArgs, LogFormat, MigrateArgs, ResetSecondFactorArgs, ServeArgs,
};
pub use connections::ConnectionBounds;
pub use database::DatabaseConfig;
pub use http::HttpConfig;
pub use mail::{MailConfig, SmtpSettings};
pub use media::MediaConfig;
pub use proxies::Proxies;
pub use secret::Secret;
pub use sms::SmsConfig;
pub use storage::{ExternalStorage, StorageConfig};
pub use turn::{OwnTurn, TlsFiles, TurnConfig, TurnServers};

use std::{path::PathBuf, time::Duration};

/// A running server's settings, one part per concern.
#[derive(Clone, Debug)]
pub struct Config {
    /// Demo people sign in without a password; loopback only.
    pub demo: bool,
    /// Pairs of people that load generators sign in as; only in demo mode.
    pub bench_pairs: u32,
    /// Customers among whom searches are measured; only in demo mode.
    pub bench_customers: u32,
    /// Everything that this machine keeps: keys, spool, and the embedded database and storage.
    pub data: PathBuf,
    pub http: HttpConfig,
    pub database: DatabaseConfig,
    pub storage: StorageConfig,
    pub media: MediaConfig,
    pub turn: TurnConfig,
    /// `None`: no text messages are sent.
    pub sms: Option<SmsConfig>,
    pub mail: MailConfig,
    /// How long a stop waits for running calls.
    pub drain: Duration,
}

/// Settings that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("demo mode lets anybody in and listens on loopback only, not on {0}")]
    DemoInPublic(std::net::SocketAddr),
    #[error("demo mode lets anybody in and is reached on this machine only, not at {0}")]
    DemoElsewhere(url::Url),
    #[error("{name}: {what}")]
    Bad { name: &'static str, what: String },
}

impl TryFrom<ServeArgs> for Config {
    type Error = ConfigError;

    fn try_from(args: ServeArgs) -> Result<Self, ConfigError> {
        if args.demo && !args.listen.ip().is_loopback() {
            return Err(ConfigError::DemoInPublic(args.listen));
        }
        if let Some(url) = args.public_url.as_ref().filter(|_| args.demo)
            && !url.host_str().is_some_and(is_this_machine)
        {
            return Err(ConfigError::DemoElsewhere(url.clone()));
        }
        Ok(Self {
            demo: args.demo,
            bench_pairs: args.bench_pairs,
            bench_customers: args.bench_customers,
            http: HttpConfig::read(&args)?,
            database: DatabaseConfig::read(&args),
            storage: StorageConfig::read(&args)?,
            media: MediaConfig::read(&args),
            turn: TurnConfig::read(&args)?,
            sms: SmsConfig::read(&args)?,
            mail: MailConfig::read(&args)?,
            drain: Duration::from_secs(args.drain.into()),
            data: args.data,
        })
    }
}

/// Whether a host's name can only be this machine's own.
pub fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}
