//! Whether a call could be made here now, and what is missing. Each look has a time-out, and one answer serves everybody
//! who asks within a second. Nothing of what went wrong leaves but our own words: anybody may ask.

use super::Runner;
use crate::{
    blob::Blob, health::Health, live::Env, supervisor::TaskState,
    usecase::recording::playback::Archive,
};
use jiff::{SignedDuration, Timestamp};
use orderline_protocol::system::{Part, PartView, Readiness};
use std::{collections::HashMap, time::Duration};
use tokio::time::timeout;

/// How long an answer serves others too.
const KEPT: SignedDuration = SignedDuration::from_secs(1);
/// How long one look may take.
const LOOK: Duration = Duration::from_secs(2);
/// The relay is asked twice a second; silent for longer than this, it hangs.
const RELAY_SILENT: SignedDuration = SignedDuration::from_secs(3);

/// What is there and what is not.
pub async fn readiness(archive: &Archive) -> Readiness {
    let env = &archive.run.env;
    let mut last = env.health.last.lock().await;
    let now = env.clock.now();
    let fresh = |at: &Timestamp| now.duration_since(*at).abs() < KEPT;
    let looked = match last.as_ref().filter(|(at, _)| fresh(at)) {
        Some((_, kept)) => kept.parts.clone(),
        None => look(archive).await,
    };
    // What this process knows by itself costs nothing: that part is never old.
    let own = [
        relay(&env.health, env.clock.now()),
        turn(env),
        tasks(env),
        process(env),
    ];
    let parts: Vec<PartView> = looked
        .into_iter()
        .filter(|it| matches!(it.part, Part::Database | Part::Bucket | Part::Spool))
        .chain(own)
        .collect();
    let readiness = Readiness {
        ready: parts.iter().all(|it| it.ok || !it.needed),
        parts,
    };
    let since = last.as_ref().map(|(at, _)| *at).filter(fresh);
    *last = Some((since.unwrap_or(now), readiness.clone()));
    readiness
}

async fn look(archive: &Archive) -> Vec<PartView> {
    let Archive { run, blob } = archive;
    let (database, bucket, spool) = tokio::join!(database(run), bucket(blob), spool(&run.env));
    vec![database, bucket, spool]
}

fn good(part: Part, needed: bool) -> PartView {
    PartView {
        part,
        ok: true,
        needed,
        words: "all is well".to_owned(),
    }
}

fn bad(part: Part, needed: bool, words: impl Into<String>) -> PartView {
    PartView {
        part,
        ok: false,
        needed,
        words: words.into(),
    }
}

async fn database(run: &Runner) -> PartView {
    let words = match timeout(LOOK, run.ping()).await {
        Ok(Ok(())) => return good(Part::Database, true),
        _ if run.env.health.database_restarts() => {
            "the private database ended by itself and is being started again"
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database");
            "the database does not answer"
        }
        Err(_) => "the database did not answer in time",
    };
    bad(Part::Database, true, words)
}

/// Chat and calls work without it: recordings wait in the spool meanwhile.
async fn bucket(blob: &Blob) -> PartView {
    let words = match timeout(LOOK, blob.reach()).await {
        Ok(Ok(())) => return good(Part::Bucket, false),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the object storage");
            "the object storage does not answer; recordings wait on this machine"
        }
        Err(_) => "the object storage did not answer in time; recordings wait on this machine",
    };
    bad(Part::Bucket, false, words)
}

async fn spool(env: &Env) -> PartView {
    let folder = env.config.data.join("spool");
    let look = tokio::task::spawn_blocking(move || orderline_media::record::shortage(&folder));
    match timeout(LOOK, look).await {
        Ok(Ok(Ok(None))) => good(Part::Spool, true),
        Ok(Ok(Ok(Some(shortage)))) => bad(Part::Spool, true, shortage),
        _ => bad(
            Part::Spool,
            true,
            "the recordings' folder cannot be looked at",
        ),
    }
}

fn relay(health: &Health, now: Timestamp) -> PartView {
    let answers = health
        .relay_seen()
        .is_some_and(|at| now.duration_since(at) < RELAY_SILENT);
    if answers {
        good(Part::Relay, true)
    } else {
        bad(Part::Relay, true, "the call relay does not answer")
    }
}

/// Most networks need none.
fn turn(env: &Env) -> PartView {
    match env.turn.answers() {
        Some(true) => good(Part::Turn, false),
        Some(false) => bad(
            Part::Turn,
            false,
            "the TURN server does not answer; private calls fail in strict networks",
        ),
        None => PartView {
            words: "there is none; private calls fail in strict networks".to_owned(),
            ..good(Part::Turn, false)
        },
    }
}

fn tasks(env: &Env) -> PartView {
    let report = env.supervisor.report();
    let mut down: HashMap<TaskState, Vec<&str>> = HashMap::new();
    for task in &report {
        down.entry(task.state).or_default().push(task.name);
    }
    let waiting = down.remove(&TaskState::Waiting).unwrap_or_default();
    let fatal = down.remove(&TaskState::Fatal).unwrap_or_default();
    if fatal.is_empty() && waiting.is_empty() {
        let restarted: Vec<String> = report
            .iter()
            .filter(|it| it.restarts > 0)
            .map(|it| format!("{} ({})", it.name, it.restarts))
            .collect();
        if restarted.is_empty() {
            return good(Part::Tasks, true);
        }
        return PartView {
            words: format!(
                "all run; started again since the start: {}",
                restarted.join(", ")
            ),
            ..good(Part::Tasks, true)
        };
    }
    let words = if fatal.is_empty() {
        format!(
            "failed and about to be started again: {}",
            waiting.join(", ")
        )
    } else {
        format!("failed, and the process ends: {}", fatal.join(", "))
    };
    bad(Part::Tasks, true, words)
}

fn process(env: &Env) -> PartView {
    if env.health.is_draining() {
        bad(
            Part::Process,
            true,
            "this process stops and takes no new calls",
        )
    } else {
        good(Part::Process, true)
    }
}
