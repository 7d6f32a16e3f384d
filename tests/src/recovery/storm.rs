//! Kills of the server while messages are written in many threads at once, as many as it takes.

use super::{
    chatter::{Chatter, Writes},
    verdict,
};
use crate::{load::crowd, server::Server};
use anyhow::{Context as _, Result, ensure};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

/// Between an answer and the next message: as fast as one socket may write for long.
const PAUSE: Duration = Duration::from_millis(60);
/// A kill comes this long after the server was ready, in milliseconds.
const KILL_AFTER_MS: std::ops::Range<u64> = 1_000..4_000;

/// How many kills, in how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Threads, in which both people write without a rest.
    pub threads: u32,
    pub kills: u32,
    pub seed: u64,
}

/// What was there afterwards.
#[derive(Debug, Serialize)]
pub struct StormOutcome {
    pub kills: u32,
    pub acknowledged_messages: u64,
    pub acknowledged_messages_lost: u64,
    /// Messages that stand twice, events that arrived out of order, gaps.
    pub wrong: usize,
}

/// Kills a server as often as planned, under load.
///
/// # Errors
/// When the drill itself fails: a server that does not start again, a client that is refused.
pub async fn storm(storm: Storm) -> Result<StormOutcome> {
    ensure!(
        storm.threads > 0 && storm.kills > 0,
        "some threads and a kill"
    );
    let mut random = StdRng::seed_from_u64(storm.seed);
    let mut server = Server::start(&["--bench-pairs", &storm.threads.to_string()]).await?;
    let pairs = crowd::sign_in(&server, storm.threads).await?;
    let mut chatters = Vec::with_capacity(pairs.len() * 2);
    for pair in &pairs {
        for (person, who) in [(&pair.seller, "seller"), (&pair.buyer, "buyer")] {
            chatters.push(Chatter::start(Writes {
                person: person.clone(),
                thread: pair.thread,
                who,
                pause: PAUSE,
            }));
        }
    }
    for kill in 0..storm.kills {
        sleep(Duration::from_millis(random.random_range(KILL_AFTER_MS))).await;
        server.crash().await?;
        server
            .run()
            .await
            .with_context(|| format!("after kill {}", kill + 1))?;
        eprintln!("kill {} of {}", kill + 1, storm.kills);
    }
    let mut outcome = StormOutcome {
        kills: storm.kills,
        acknowledged_messages: 0,
        acknowledged_messages_lost: 0,
        wrong: 0,
    };
    for (number, chatter) in chatters.into_iter().enumerate() {
        let pair = &pairs[number / 2];
        let said = chatter.stop().await?;
        let chat = verdict::missing(&pair.seller, pair.thread, &said).await?;
        outcome.acknowledged_messages += chat.acknowledged;
        outcome.acknowledged_messages_lost += chat.lost;
        outcome.wrong += chat.wrong.len();
        for wrong in chat.wrong {
            eprintln!("wrong in thread {}: {wrong}", number / 2);
        }
    }
    server.stop().await?;
    Ok(outcome)
}
