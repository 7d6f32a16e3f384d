//! Kills of the server at random moments, during chat and during a recorded call, and what was there afterwards.

mod call;
mod chatter;
mod sound;
mod storm;
mod verdict;

pub use storm::{Storm, StormOutcome, storm};
pub use verdict::Outcome;

use crate::{client::Person, server::Server};
use anyhow::{Context as _, Result, ensure};
use call::Driven;
use chatter::{Chatter, PAUSE, Writes};
use orderline_domain::ids::ThreadId;
use orderline_protocol::http::ThreadList;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::time::Duration;

/// Every so many kills nobody comes back, and the server must close the call by itself.
const LEFT_ALONE_EVERY: u32 = 3;
/// A kill comes this long after both were heard, in milliseconds.
const KILL_AFTER_MS: std::ops::Range<u64> = 300..6_000;

/// How many kills, and the seed of their moments.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub kills: u32,
    pub seed: u64,
    /// Cut the power instead: the database dies too, and what was not synced is gone.
    pub cuts: bool,
}

/// Two people whose calls are recorded from the first second.
const PAIR: [&str; 2] = ["--bench-pairs", "1"];

/// The people of a run.
struct People {
    seller: Person,
    buyer: Person,
    compliance: Person,
    thread: ThreadId,
}

impl People {
    async fn enter(server: &Server) -> Result<Self> {
        let seller = Person::enter(server.addr, "bench-seller-0").await?;
        let buyer = Person::enter(server.addr, "bench-buyer-0").await?;
        let compliance = Person::enter(server.addr, "compliance").await?;
        let list: ThreadList = buyer.get("/api/threads").await?;
        let thread = list.items.first().context("the buyer has a thread")?.thread;
        Ok(Self {
            seller,
            buyer,
            compliance,
            thread,
        })
    }
}

/// Kills a server as often as planned.
///
/// # Errors
/// When the drill itself fails: a server that does not start again, a client that is refused.
pub async fn run(plan: Plan) -> Result<Outcome> {
    ensure!(plan.kills > 0, "at least one kill");
    let mut random = StdRng::seed_from_u64(plan.seed);
    let mut server = if plan.cuts {
        Server::start_on_disk(&PAIR).await?
    } else {
        Server::start(&PAIR).await?
    };
    let people = People::enter(&server).await?;
    let chatter = |person: &Person, who| {
        Chatter::start(Writes {
            person: person.clone(),
            thread: people.thread,
            who,
            pause: PAUSE,
        })
    };
    let chatters = [
        chatter(&people.seller, "seller"),
        chatter(&people.buyer, "buyer"),
    ];
    let mut outcome = Outcome::new(plan.kills);
    for kill in 0..plan.kills {
        let wait = Duration::from_millis(random.random_range(KILL_AFTER_MS));
        let left_alone = kill % LEFT_ALONE_EVERY == LEFT_ALONE_EVERY - 1;
        let driven = Driven {
            people: &people,
            seed: random.random(),
            wait,
            left_alone,
        };
        let seen = call::drive(&mut server, &driven)
            .await
            .with_context(|| format!("kill {}\n{}", kill + 1, server.said()))?;
        eprintln!("kill {} of {}: {seen}", kill + 1, plan.kills);
        outcome.add(seen);
    }
    for chatter in chatters {
        let said = chatter.stop().await?;
        outcome.add_chat(verdict::missing(&people.seller, people.thread, &said).await?);
    }
    server.stop().await?;
    Ok(outcome)
}
