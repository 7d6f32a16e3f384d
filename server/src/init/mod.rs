//! `orderline init`: sets an empty installation up, as its first page does.

mod answers;
pub(crate) mod terminal;

use crate::{
    config::{Config, InitArgs, TurnServers},
    english,
    failure::Failure,
    live::Clock,
    outside,
    server::Parts,
    usecase::platform::setup,
};
use answers::Answers;
use anyhow::{Context as _, anyhow};
use orderline_protocol::problem::FieldProblem;
use std::net::{Ipv4Addr, SocketAddr};

/// Said where there is nothing left to do.
const DONE_BEFORE: &str = "The installation was set up before. Nothing was changed.";
/// Said when it is done.
const DONE: &str =
    "The installation is set up. Start it with `orderline serve` and sign in as its admin.";

/// Sets the installation up, and answers what to tell whoever asked. Once it was set up, nothing is asked and nothing
/// changed.
///
/// # Errors
/// What is missing or wrong, each field named; a server that runs on the same data folder.
pub async fn init(args: InitArgs) -> anyhow::Result<String> {
    outside::choose_tls();
    let answers = Answers::read(&args)?;
    let config = alone(Config::try_from(args.serve)?);
    let parts = Parts::assemble(config, Clock::system())
        .await
        .context("the installation cannot be opened")?;
    let done = set_up(&parts, answers).await;
    parts.close().await?;
    done
}

async fn set_up(parts: &Parts, answers: Answers) -> anyhow::Result<String> {
    let run = &parts.app.run;
    if setup::is_set_up(run).await.map_err(told)? {
        return Ok(DONE_BEFORE.to_owned());
    }
    let proposed = tokio::task::spawn_blocking(move || answers.complete()).await??;
    setup::establish(run, &proposed).await.map_err(told)?;
    Ok(DONE.to_owned())
}

/// Neither the configured port nor a relay is needed: nobody is let in.
pub(crate) fn alone(mut config: Config) -> Config {
    config.http.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.turn.servers = TurnServers::None;
    config
}

/// A failure in words, each wrong field on a line of its own.
pub(crate) fn told(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Problem(problem) if !problem.fields.is_empty() => {
            let lines: Vec<String> = problem.fields.iter().map(line).collect();
            anyhow!("what was given cannot be used:\n{}", lines.join("\n"))
        }
        other => other.into(),
    }
}

fn line(wrong: &FieldProblem) -> String {
    let key = format!("field_error.{}", wrong.code);
    let limits = wrong.params.iter();
    let words = english::text(&key, limits.map(|(name, it)| (name.as_str(), it.as_str())));
    format!("  {}: {words}", wrong.field)
}
