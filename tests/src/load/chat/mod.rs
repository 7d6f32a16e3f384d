//! Thousands of open sockets, hundreds to thousands of messages a second: how long a message takes to the other side,
//! what that costs, how many a second are held, and what happens past that.
//!
//! Messages are sent in two ways: both people of a thread write right after each other, or half a round apart. Each
//! figure is the worse of the two.

mod rate;
mod sockets;

use super::crowd;
use crate::{measure, server::Server};
use anyhow::{Context as _, Result, ensure};
pub(crate) use rate::{Bench, Figures, messages};
use serde::Serialize;
use std::time::Duration;
use tokio::time::sleep;

/// Memory is read after the sockets have been still for this long.
const STILL: Duration = Duration::from_secs(3);
/// What the figures without a rate in their name are measured at.
const USUAL: u32 = 500;
/// Rates that are tried one after the other, as long as they are held; the first two in any case.
const RATES: [u32; 6] = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000];
/// A rate is held when 99 of 100 messages arrive within this.
const HELD_P99_MS: f64 = 100.0;
/// How much of a rate the generator itself must reach for its figures to mean anything.
const PACE: f64 = 0.98;

/// How much.
#[derive(Clone, Copy, Debug)]
pub struct ChatLoad {
    /// Two sockets each.
    pub threads: u32,
    /// Of each rate, besides its warm-up.
    pub seconds: u32,
}

/// Who writes after whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Both people of a thread, then those of the next.
    Together,
    /// One person of every thread, then the other of each.
    Apart,
}

/// The figures at one rate, as they are printed.
#[derive(Debug, Serialize)]
pub struct ChatReport {
    pub connections: u32,
    pub messages_per_s: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub fsync_floor_ms: f64,
    pub lost: u64,
    pub doubled: u64,
    pub cpu_s_per_1000: f64,
    pub rss_kib_per_connection: f64,
}

/// The figures of all rates: those of [`ChatReport`] at the usual rate, lost and doubled of all together.
#[derive(Debug, Serialize)]
pub struct LimitsReport {
    #[serde(flatten)]
    pub usual: ChatReport,
    pub cpu_s_per_1000_at_1000: f64,
    pub cpu_s_per_1000_at_2000: f64,
    /// The highest rate that was held.
    pub sustained_per_s: u32,
    /// Delivered a second at one and a half times that, as a share of it.
    pub overload_delivered_ratio: f64,
}

/// Measures one rate.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn chat(load: ChatLoad, messages_per_s: u32) -> Result<ChatReport> {
    let mut running = Running::start(load, 2 * messages(messages_per_s, load.seconds)).await?;
    let worse = running.both(messages_per_s).await?;
    running.stop().await?;
    Ok(running.report(&worse, messages_per_s))
}

/// Measures the usual rate, then ever more until a rate is not held, then past it.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn chat_limits(load: ChatLoad) -> Result<LimitsReport> {
    let highest = RATES.iter().copied().max().unwrap_or(USUAL);
    let all = RATES.iter().sum::<u32>() + USUAL + over(highest);
    let mut running = Running::start(load, 2 * messages(all, load.seconds)).await?;
    let usual = running.both(USUAL).await?;
    let (mut sustained, mut cpu) = (0, Vec::with_capacity(RATES.len()));
    let mut holds = true;
    for rate in RATES {
        let worse = running.both(rate).await?;
        cpu.push(worse.cpu_s_per_1000);
        holds &= held(&worse, rate);
        if holds {
            sustained = rate;
        } else if cpu.len() >= 2 {
            break;
        }
    }
    let overload = running.both(over(sustained.max(RATES[0]))).await?;
    running.stop().await?;
    let ratio = if sustained == 0 {
        0.0
    } else {
        overload.delivered_per_s / f64::from(sustained)
    };
    Ok(LimitsReport {
        usual: running.report(&usual, USUAL),
        cpu_s_per_1000_at_1000: measure::rounded(cpu[0]),
        cpu_s_per_1000_at_2000: measure::rounded(cpu[1]),
        sustained_per_s: sustained,
        overload_delivered_ratio: measure::rounded(ratio),
    })
}

/// One and a half times a rate.
const fn over(rate: u32) -> u32 {
    rate + rate / 2
}

fn held(worse: &Figures, rate: u32) -> bool {
    worse.p99_ms <= HELD_P99_MS && worse.lost == 0 && worse.sent_per_s >= PACE * f64::from(rate)
}

/// A server with everybody's sockets.
struct Running {
    load: ChatLoad,
    server: Server,
    bench: Bench,
    rss_kib: f64,
    fsync_floor_ms: f64,
    lost: u64,
    doubled: u64,
}

impl Running {
    async fn start(load: ChatLoad, messages: u32) -> Result<Self> {
        ensure!(
            load.threads > 0 && load.seconds > 0,
            "some threads and some time"
        );
        let server = Server::start(&["--bench-pairs", &load.threads.to_string()]).await?;
        let pid = server.pid().context("the server runs")?;
        let pairs = crowd::sign_in(&server, load.threads).await?;
        eprintln!("{} people are signed in", pairs.len() * 2);
        let before = measure::rss_kib(pid)?;
        let bench = Bench::open(&pairs, messages, pid).await?;
        sleep(STILL).await;
        let rss_kib = measure::rss_kib(pid)? - before;
        eprintln!("{} sockets are open", pairs.len() * 2);
        let fsync_floor_ms = measure::fsync_floor_ms(server.data())?;
        Ok(Self {
            load,
            server,
            bench,
            rss_kib,
            fsync_floor_ms,
            lost: 0,
            doubled: 0,
        })
    }

    /// Measures a rate in both ways.
    async fn both(&mut self, messages_per_s: u32) -> Result<Figures> {
        let mut worse: Option<Figures> = None;
        for way in [Way::Together, Way::Apart] {
            let figures = self
                .bench
                .measure(way, messages_per_s, self.load.seconds)
                .await?;
            eprintln!("{messages_per_s}/s {way:?}: {figures}");
            if figures.lost + figures.refused > 0 {
                eprintln!("{}", self.server.said());
            }
            self.lost += figures.lost;
            self.doubled += figures.doubled;
            worse = Some(match worse {
                Some(other) => other.worse(&figures),
                None => figures,
            });
        }
        worse.context("two ways")
    }

    async fn stop(&mut self) -> Result<()> {
        self.bench.close().await;
        self.server.stop().await
    }

    fn report(&self, worse: &Figures, rate: u32) -> ChatReport {
        let connections = self.load.threads * 2;
        let worth = if worse.sent_per_s < PACE * f64::from(rate) {
            "the generator did not keep up; its figures are too good"
        } else {
            "the generator kept up"
        };
        eprintln!("{worth}");
        ChatReport {
            connections,
            messages_per_s: measure::rounded(worse.delivered_per_s),
            p50_ms: measure::rounded(worse.p50_ms),
            p95_ms: measure::rounded(worse.p95_ms),
            p99_ms: measure::rounded(worse.p99_ms),
            fsync_floor_ms: measure::rounded(self.fsync_floor_ms),
            lost: self.lost,
            doubled: self.doubled,
            cpu_s_per_1000: measure::rounded(worse.cpu_s_per_1000),
            rss_kib_per_connection: measure::rounded(self.rss_kib / f64::from(connections)),
        }
    }
}
