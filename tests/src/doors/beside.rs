//! How chat fares beside something else that the server does.

use crate::{
    load::{
        chat::{Bench, Way, messages},
        crowd::{self, Pair},
    },
    measure,
    server::Server,
};
use anyhow::{Context as _, Result, ensure};

/// Pairs of people who write.
pub(super) const PAIRS: u32 = 200;
/// Messages a second: what a busy installation has, far from what it can bear.
const RATE: u32 = 200;
/// Of one measurement, after its warm-up.
const SECONDS: u32 = 6;
/// Measurements without and with, one after the other, so that both meet the same machine.
pub(super) const ROUNDS: u32 = 5;

/// People who write to each other.
pub(super) struct Chat {
    pub pairs: Vec<Pair>,
    bench: Bench,
}

impl Chat {
    pub(super) async fn open(server: &Server) -> Result<Self> {
        let pid = server.pid().context("the server runs")?;
        let pairs = crowd::sign_in(server, PAIRS).await?;
        let all = 2 * ROUNDS * messages(RATE, SECONDS);
        let bench = Bench::open(&pairs, all, pid).await?;
        Ok(Self { pairs, bench })
    }

    /// Time within which 99 of 100 messages arrive, in milliseconds.
    pub(super) async fn p99_ms(&mut self) -> Result<f64> {
        let figures = self.bench.measure(Way::Apart, RATE, SECONDS).await?;
        eprintln!("{figures}");
        ensure!(figures.lost + figures.refused == 0, "messages were lost");
        Ok(figures.p99_ms)
    }

    pub(super) async fn close(mut self) {
        self.bench.close().await;
    }
}

/// The median of what each round made slower.
pub(super) fn median_ratio(rounds: &[(f64, f64)]) -> f64 {
    let mut ratios: Vec<f64> = rounds
        .iter()
        .map(|(alone, beside)| beside / alone)
        .collect();
    measure::rounded(measure::quantile(&mut ratios, 0.5))
}

/// The median of the rounds without anything beside.
pub(super) fn median_alone(rounds: &[(f64, f64)]) -> f64 {
    let mut alone: Vec<f64> = rounds.iter().map(|(alone, _)| *alone).collect();
    measure::rounded(measure::quantile(&mut alone, 0.5))
}
