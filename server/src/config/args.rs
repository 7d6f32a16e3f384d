//! The command line.

use super::Secret;
use super::media::MediaTcp;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};
use url::Url;

/// Orderline: calls, offers and orders in one thread.
#[derive(Debug, Parser)]
#[command(name = "orderline", version, about)]
pub struct Cli {
    /// How the log on standard error is written; what it says is set by `ORDERLINE_LOG` (such as
    /// `info,orderline_server=debug`, which adds each statement).
    #[arg(
        long,
        global = true,
        env = "ORDERLINE_LOG_FORMAT",
        value_enum,
        default_value_t = LogFormat::Text
    )]
    pub log_format: LogFormat,
    #[command(subcommand)]
    pub doing: Doing,
}

/// See [`Cli::log_format`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Doing {
    /// Run the server.
    Serve(Box<ServeArgs>),
    /// Create roles and apply migrations, then stop.
    Migrate(MigrateArgs),
    /// Set an empty installation up, as its first page does, then stop.
    Init(Box<InitArgs>),
    /// Look at everything that the server needs, and say in words what is wrong. Takes the options of `serve`.
    Doctor(Box<DoctorArgs>),
    /// Take the second factor of somebody away who lost it and whom no admin of the platform can help. Takes the options
    /// of `serve`.
    ResetSecondFactor(Box<ResetSecondFactorArgs>),
}

/// `orderline reset-second-factor`.
#[derive(Clone, Debug, Args)]
pub struct ResetSecondFactorArgs {
    /// The address that the person signs in with.
    pub email: String,
    /// Why; it stands in the platform's log of sign-ins. Asked for on a terminal where it is not given.
    #[arg(long)]
    pub reason: Option<String>,
    /// Do not ask whether it is meant.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// `orderline doctor`.
#[derive(Clone, Debug, Args)]
pub struct DoctorArgs {
    /// One array of JSON objects instead of lines for people.
    #[arg(long)]
    pub json: bool,
    /// Send a mail to this address, to see it arrive. Otherwise nothing is sent.
    #[arg(long, value_name = "ADDRESS")]
    pub send_to: Option<String>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// `orderline init`. What is given nowhere is asked for on a terminal.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// A file (JSON or TOML) with what the first page asks for: `name`, `entity` (`name`, `address`, `country`, `terms`)
    /// and `admin` (`name`, `email`). What is given beside it counts more.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// What the platform is called.
    #[arg(long)]
    pub name: Option<String>,
    /// Who the contracts will be with.
    #[arg(long)]
    pub entity_name: Option<String>,
    /// Its registered address; `\n` begins another line.
    #[arg(long)]
    pub entity_address: Option<String>,
    /// Its country, such as `DE`.
    #[arg(long)]
    pub entity_country: Option<String>,
    /// A file with the text of its terms.
    #[arg(long, value_name = "FILE")]
    pub terms_file: Option<PathBuf>,
    /// The first admin's name.
    #[arg(long)]
    pub admin_name: Option<String>,
    /// The first admin's address.
    #[arg(long)]
    pub admin_email: Option<String>,
    /// A file with the first admin's password in its first line; `-`: standard input. There is no option for the password
    /// itself: everybody on the machine sees what is written there.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// `orderline serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Fill an empty database with a demo shop and let its people in without a password. Loopback only.
    #[arg(long, env = "ORDERLINE_DEMO")]
    pub demo: bool,
    /// Give the demo shop so many more sellers and buyers, a thread for each pair, for load generators.
    #[arg(
        long,
        env = "ORDERLINE_BENCH_PAIRS",
        default_value_t = 0,
        requires = "demo",
        hide = true
    )]
    pub bench_pairs: u32,
    /// Give the demo shop so many more customers, among whom is searched.
    #[arg(
        long,
        env = "ORDERLINE_BENCH_CUSTOMERS",
        default_value_t = 0,
        requires = "demo",
        hide = true
    )]
    pub bench_customers: u32,
    /// Address of the web server.
    #[arg(long, env = "ORDERLINE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How browsers reach this node, such as `https://shop.example`. Default: `http://localhost:PORT`.
    #[arg(long, env = "ORDERLINE_PUBLIC_URL")]
    pub public_url: Option<Url>,
    /// Reverse proxies that say where a request comes from: addresses or networks, with commas between. What anybody
    /// else says is not believed.
    #[arg(long, env = "ORDERLINE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<String>,
    /// The header in which they say it: `x-forwarded-for` (its last address; the default), `forwarded`, `x-real-ip` or
    /// `cf-connecting-ip`.
    #[arg(long, env = "ORDERLINE_CLIENT_HEADER")]
    pub client_header: Option<String>,
    /// Connections of the web server at once. Default: 20,000, or what three quarters of this process's descriptors
    /// allow.
    #[arg(long, env = "ORDERLINE_MAX_CONNECTIONS")]
    pub max_connections: Option<usize>,
    /// Of them, those of one network. Default: 256, but for this machine and the named proxies.
    #[arg(long, env = "ORDERLINE_MAX_CONNECTIONS_OF_NETWORK")]
    pub max_connections_of_network: Option<usize>,
    /// Milliseconds that a request's headers may take.
    #[arg(long, env = "ORDERLINE_HEADER_TIMEOUT_MS", hide = true)]
    pub header_timeout_ms: Option<u64>,
    /// Folder for keys, the recorder's spool, and the embedded database and storage.
    #[arg(long, env = "ORDERLINE_DATA", default_value = "data")]
    pub data: PathBuf,
    /// Postgres, entered by a login that is a member of `orderline_owner`, `orderline_app`,
    /// `orderline_jobs` and `orderline_platform`. Default: a private Postgres in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,
    /// A login of its own for the application's role.
    #[arg(long, env = "ORDERLINE_DATABASE_APP_URL", hide_env_values = true)]
    pub database_app_url: Option<Secret>,
    /// A login of its own for the jobs' role.
    #[arg(long, env = "ORDERLINE_DATABASE_JOBS_URL", hide_env_values = true)]
    pub database_jobs_url: Option<Secret>,
    /// A login that is `orderline_platform` itself.
    #[arg(long, env = "ORDERLINE_DATABASE_PLATFORM_URL", hide_env_values = true)]
    pub database_platform_url: Option<Secret>,
    /// Most connections of the application's role.
    #[arg(long, env = "ORDERLINE_DATABASE_CONNECTIONS", default_value_t = 12)]
    pub database_connections: u32,
    /// Other nodes use the same database: tell them of what is written here, and hear of theirs.
    #[arg(long, env = "ORDERLINE_SEVERAL_NODES", requires = "database_url")]
    pub several_nodes: bool,
    /// S3 endpoint. Default: storage of our own in the data folder.
    #[arg(long, env = "ORDERLINE_S3_ENDPOINT")]
    pub s3_endpoint: Option<Url>,
    #[arg(long, env = "ORDERLINE_S3_REGION", default_value = "us-east-1")]
    pub s3_region: String,
    #[arg(long, env = "ORDERLINE_S3_BUCKET", default_value = "orderline")]
    pub s3_bucket: String,
    #[arg(long, env = "ORDERLINE_S3_ACCESS_KEY")]
    pub s3_access_key: Option<String>,
    #[arg(long, env = "ORDERLINE_S3_SECRET_KEY", hide_env_values = true)]
    pub s3_secret_key: Option<Secret>,
    /// File with the 32 bytes that all recording keys are wrapped with. Default: made in the data folder.
    #[arg(long, env = "ORDERLINE_MASTER_KEY_FILE")]
    pub master_key_file: Option<PathBuf>,
    /// UDP address for all calls of this node. Default: a free port, at the addresses that browsers of this machine
    /// reach.
    #[arg(long, env = "ORDERLINE_MEDIA_UDP")]
    pub media_udp: Option<SocketAddr>,
    /// TCP address for calls from networks that carry no UDP, or `off`. Default: as `--media-udp`.
    #[arg(long, env = "ORDERLINE_MEDIA_TCP")]
    pub media_tcp: Option<MediaTcp>,
    /// Addresses at which browsers reach these ports. Default: the one they are bound to.
    #[arg(long, env = "ORDERLINE_MEDIA_ANNOUNCE", value_delimiter = ',')]
    pub media_announce: Vec<IpAddr>,
    /// SMTP server for mail: `smtps://`, `smtp://` (STARTTLS) or `smtp+plain://`, then
    /// `[USER:PASSWORD@]HOST[:PORT]`. Default: mail stays in the database.
    #[arg(long, env = "ORDERLINE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Secret>,
    /// The sender of all mail, such as `Orderline <no-reply@shop.example>`.
    #[arg(long, env = "ORDERLINE_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// A certificate authority (PEM) that the SMTP server is trusted by, beside the machine's own.
    #[arg(long, env = "ORDERLINE_SMTP_AUTHORITY_FILE")]
    pub smtp_authority_file: Option<PathBuf>,
    /// When told to stop, wait this many seconds for running calls to end; no new ones begin meanwhile. A call that
    /// still runs then goes on in the next process on this data folder.
    #[arg(
        long,
        env = "ORDERLINE_DRAIN",
        default_value_t = 0,
        value_name = "SECONDS"
    )]
    pub drain: u32,
    /// An address of its own for `/metrics`, which asks nobody who they are there.
    #[arg(long, env = "ORDERLINE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Who may read `/metrics` at the web server's address, by `Authorization: Bearer …`. Without a public URL this
    /// machine may too.
    #[arg(long, env = "ORDERLINE_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<Secret>,
    /// Provider of text messages with the "Messages" interface, such as `https://api.example.com`.
    #[arg(long, env = "ORDERLINE_SMS_URL")]
    pub sms_url: Option<Url>,
    #[arg(long, env = "ORDERLINE_SMS_ACCOUNT")]
    pub sms_account: Option<String>,
    #[arg(long, env = "ORDERLINE_SMS_TOKEN", hide_env_values = true)]
    pub sms_token: Option<Secret>,
    /// The sender of text messages: a number such as `+4930123456`, or a name.
    #[arg(long, env = "ORDERLINE_SMS_FROM")]
    pub sms_from: Option<String>,
    // Last: its heading holds for what follows.
    #[command(flatten)]
    pub turn: TurnArgs,
}

/// TURN, by which calls get through strict networks.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "TURN")]
pub struct TurnArgs {
    /// Have no TURN at all: private calls then fail where a network lets nothing through directly.
    #[arg(long, env = "ORDERLINE_NO_TURN", conflicts_with = "turn_url")]
    pub no_turn: bool,
    /// A TURN server that somebody else runs, such as `turn:turn.example:3478?transport=udp`; several with commas.
    /// Default: coturn as a child of this process, where it is installed.
    #[arg(
        long,
        env = "ORDERLINE_TURN_URL",
        value_delimiter = ',',
        requires = "turn_secret"
    )]
    pub turn_url: Vec<String>,
    /// The secret shared with that server (coturn's `static-auth-secret`).
    #[arg(long, env = "ORDERLINE_TURN_SECRET", hide_env_values = true)]
    pub turn_secret: Option<Secret>,
    /// Address of our own coturn, UDP and TCP. Default: that of the calls, at port 3478; in demo mode and on loopback
    /// any free port.
    #[arg(long, env = "ORDERLINE_TURN_LISTEN", conflicts_with = "turn_url")]
    pub turn_listen: Option<SocketAddr>,
    /// The name or address at which browsers reach our own coturn. Default: the first of `--media-announce`.
    #[arg(long, env = "ORDERLINE_TURN_HOST", conflicts_with = "turn_url")]
    pub turn_host: Option<String>,
    /// The port of TURN over TLS; 443 gets through the most networks. Default 5349; in demo mode and on loopback any
    /// free port.
    #[arg(long, env = "ORDERLINE_TURN_TLS_PORT", conflicts_with = "turn_url")]
    pub turn_tls_port: Option<u16>,
    /// Certificate chain (PEM) of `--turn-host` for TURN over TLS. In demo mode one is made.
    #[arg(long, env = "ORDERLINE_TURN_TLS_CERT", requires = "turn_tls_key")]
    pub turn_tls_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, env = "ORDERLINE_TURN_TLS_KEY", requires = "turn_tls_cert")]
    pub turn_tls_key: Option<PathBuf>,
    /// Private calls go through TURN only, so that nobody learns anybody's network address.
    #[arg(long, env = "ORDERLINE_TURN_ONLY", conflicts_with = "no_turn")]
    pub turn_only: bool,
}

/// `orderline migrate`.
#[derive(Clone, Debug, Args)]
pub struct MigrateArgs {
    /// A login that may create roles, or that is a member of `orderline_owner` when they exist.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Secret,
}
