//! The `orderline` binary.

use anyhow::{Context as _, anyhow};
use clap::Parser as _;
use orderline_server::{
    config::{
        Cli, Config, DoctorArgs, Doing, InitArgs, LogFormat, MigrateArgs, ResetSecondFactorArgs,
        ServeArgs,
    },
    console, doctor, init,
    server::Server,
    store,
};
use std::{io::Write as _, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Every packet of a call is a handful of small pieces of memory: with the system's allocator they cost an eighth of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is logged where nobody says. The WebRTC core warns of each datagram that it drops, and names its sender.
const LOG: &str = "info,rtc=error,aws=warn,s3s=warn,hyper=warn";
/// The same for what answers in words of its own.
const QUIET_LOG: &str = "error";

fn main() -> ExitCode {
    let cli = Cli::parse();
    let usual = match cli.doing {
        Doing::Serve(_) | Doing::Migrate(_) => LOG,
        Doing::Init(_) | Doing::Doctor(_) | Doing::ResetSecondFactor(_) => QUIET_LOG,
    };
    let filter = EnvFilter::try_from_env("ORDERLINE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    log_to_stderr(cli.log_format, filter);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start");
    let done = runtime.and_then(|runtime| match cli.doing {
        Doing::Serve(args) => runtime.block_on(serve(*args)).map(|()| ExitCode::SUCCESS),
        Doing::Migrate(args) => runtime.block_on(migrate(args)).map(|()| ExitCode::SUCCESS),
        Doing::Init(args) => runtime.block_on(set_up(*args)).map(|()| ExitCode::SUCCESS),
        Doing::Doctor(args) => runtime.block_on(examine(*args)),
        Doing::ResetSecondFactor(args) => runtime
            .block_on(reset_second_factor(*args))
            .map(|()| ExitCode::SUCCESS),
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("orderline: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Lines for people, or for machines: one JSON object each, with the spans that it stands in.
fn log_to_stderr(format: LogFormat, filter: EnvFilter) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    // Each page holds a socket; the usual soft limit of 1,024 is for programs that know no better.
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    tracing::debug!(files, "files and sockets that may be open");
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = Server::start(Config::try_from(args)?).await?;
    say(&format!("Orderline is ready: {}/", server.url()));
    if let Some(page) = &server.setup {
        say(&format!("It waits to be set up: {page}"));
    }
    let fatal = tokio::select! {
        _ = term.recv() => None,
        _ = interrupt.recv() => None,
        task = server.fatal() => Some(task),
    };
    tracing::info!("stopping");
    if fatal.is_none() {
        tokio::select! {
            () = server.drain() => {}
            // Told twice: at once.
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    server.stop().await?;
    fatal.map_or(Ok(()), |task| {
        Err(anyhow!("the task `{task}` failed; see the log"))
    })
}

/// A line for whoever started the server. Whether they still listen is theirs to decide: `println!` would end the server.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

async fn migrate(args: MigrateArgs) -> anyhow::Result<()> {
    let url = args.database_url.reveal();
    store::set_up_roles(url).await?;
    store::migrate(url).await?;
    Ok(())
}

async fn set_up(args: InitArgs) -> anyhow::Result<()> {
    say(&init::init(args).await?);
    Ok(())
}

async fn reset_second_factor(args: ResetSecondFactorArgs) -> anyhow::Result<()> {
    say(&console::reset_second_factor(args).await?);
    Ok(())
}

async fn examine(args: DoctorArgs) -> anyhow::Result<ExitCode> {
    let json = args.json;
    let report = doctor::examine(args).await?;
    let text = if json { report.json()? } else { report.text() };
    say(text.trim_end());
    Ok(if report.is_broken() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
