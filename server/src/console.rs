//! What whoever runs the server does at its command line for people who cannot help themselves.

use crate::{
    config::{Config, ResetSecondFactorArgs},
    init::{alone, terminal, told},
    live::Clock,
    server::Parts,
    usecase::{Runner, people::factor_reset},
};
use anyhow::{Context as _, bail};
use orderline_protocol::security::SecondFactorOf;

/// What somebody types who means it.
const YES: &str = "yes";
/// Said where nothing was done.
const NOTHING: &str = "Nothing was changed.";

/// `orderline reset-second-factor`: takes somebody's second factor away, after asking. Answers what to tell whoever asked.
///
/// # Errors
/// No account of that address; a server that runs on the same data folder; nobody there to be asked.
pub async fn reset_second_factor(args: ResetSecondFactorArgs) -> anyhow::Result<String> {
    let config = alone(Config::try_from(args.serve.clone())?);
    let parts = Parts::assemble(config, Clock::system())
        .await
        .context("the installation cannot be opened")?;
    let done = reset(&parts.app.run, args).await;
    parts.close().await?;
    done
}

async fn reset(run: &Runner, args: ResetSecondFactorArgs) -> anyhow::Result<String> {
    let found = factor_reset::find_at_console(run, &args.email)
        .await
        .map_err(told)?;
    if !found.authenticator && found.passkeys == 0 {
        return Ok(format!("{} has no second factor. {NOTHING}", args.email));
    }
    let (user, name) = (found.account.user, found.account.name.clone());
    let Some(reason) = tokio::task::spawn_blocking(move || meant(args, &found)).await?? else {
        return Ok(NOTHING.to_owned());
    };
    factor_reset::reset_at_console(run, user, &reason)
        .await
        .map_err(told)?;
    Ok(format!(
        "The second factor of {name} is gone, and they are signed out everywhere. They sign in with their password and set \
         up a new one."
    ))
}

/// Why it is done; `None`: it is not meant after all.
fn meant(args: ResetSecondFactorArgs, found: &SecondFactorOf) -> anyhow::Result<Option<String>> {
    let reason = match args.reason {
        Some(reason) => reason,
        None if terminal::is_there() => terminal::ask("Why (it stands in the log of sign-ins)")?,
        None => bail!("nobody is there to be asked why: give it by --reason"),
    };
    if args.yes {
        return Ok(Some(reason));
    }
    if !terminal::is_there() {
        bail!("nobody is there to be asked whether it is meant: give --yes");
    }
    let question = format!(
        "Remove the second factor of {} ({}), and sign them out everywhere? Type `{YES}`",
        found.account.name, args.email
    );
    Ok((terminal::ask(&question)? == YES).then_some(reason))
}
