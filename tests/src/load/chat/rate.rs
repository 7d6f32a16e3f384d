//! One rate in one way.

use super::{
    super::crowd::Pair,
    Way,
    sockets::{self, Fate, Fates},
};
use crate::measure;
use anyhow::{Context as _, Result};
use std::{fmt, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

/// Messages before the measurement begins, as seconds of load.
const WARM_UP_S: u32 = 3;
/// Longest wait for what is still on its way at the end.
const DRAIN: Duration = Duration::from_secs(45);

/// Messages of a rate, its warm-up's too.
pub(crate) const fn messages(per_s: u32, seconds: u32) -> u32 {
    per_s * (WARM_UP_S + seconds)
}

/// What one rate showed.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub sent_per_s: f64,
    /// Within the time of sending.
    pub delivered_per_s: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub cpu_s_per_1000: f64,
    /// Acknowledged, and not at the other side.
    pub lost: u64,
    pub doubled: u64,
    /// Not acknowledged.
    pub refused: u64,
}

impl Figures {
    /// The worse of each figure.
    pub(super) fn worse(&self, other: &Self) -> Self {
        Self {
            sent_per_s: self.sent_per_s.min(other.sent_per_s),
            delivered_per_s: self.delivered_per_s.min(other.delivered_per_s),
            p50_ms: self.p50_ms.max(other.p50_ms),
            p95_ms: self.p95_ms.max(other.p95_ms),
            p99_ms: self.p99_ms.max(other.p99_ms),
            cpu_s_per_1000: self.cpu_s_per_1000.max(other.cpu_s_per_1000),
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            refused: self.refused + other.refused,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sent {:.0}/s, delivered {:.0}/s, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, {:.3} CPU s per 1,000, {} lost, \
             {} doubled, {} refused",
            self.sent_per_s,
            self.delivered_per_s,
            self.p50_ms,
            self.p95_ms,
            self.p99_ms,
            self.cpu_s_per_1000,
            self.lost,
            self.doubled,
            self.refused
        )
    }
}

/// Everybody's sockets.
pub(crate) struct Bench {
    pid: u32,
    senders: Vec<mpsc::Sender<u32>>,
    tasks: JoinSet<()>,
    fates: Arc<Fates>,
    /// The number of the next message.
    next: u32,
}

impl Bench {
    /// Opens the sockets, for so many messages in all.
    pub(crate) async fn open(pairs: &[Pair], messages: u32, pid: u32) -> Result<Self> {
        let fates = Arc::new(Fates::new(messages));
        let mut tasks = JoinSet::new();
        let senders = sockets::open(pairs, &fates, &mut tasks).await?;
        Ok(Self {
            pid,
            senders,
            tasks,
            fates,
            next: 0,
        })
    }

    /// Sends at a rate, and waits until everything has arrived.
    pub(crate) async fn measure(&mut self, way: Way, per_s: u32, seconds: u32) -> Result<Figures> {
        let warm = self.next + messages(per_s, 0);
        let end = self.next + messages(per_s, seconds);
        let mut tick = interval(Duration::from_secs(1) / per_s);
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut cpu, mut from) = (0.0, self.fates.now());
        for (number, round) in (self.next..end).zip(0..) {
            tick.tick().await;
            if number == warm {
                cpu = measure::cpu_seconds_of_tree(self.pid)?;
                from = self.fates.now();
            }
            let sender = &self.senders[self.socket(way, round)];
            sender.send(number).await.context("the socket is open")?;
        }
        let until = self.fates.now();
        let cpu = measure::cpu_seconds_of_tree(self.pid)? - cpu;
        let all = &self.fates.all[self.next as usize..end as usize];
        let done = timeout(DRAIN, async {
            while all.iter().any(|fate| fate.arrived().is_none()) {
                sleep(Duration::from_millis(100)).await;
            }
        });
        if done.await.is_err() {
            eprintln!("some messages have not arrived");
        }
        let warm_up = (warm - self.next) as usize;
        self.next = end;
        Ok(figures(all, warm_up, from..until, cpu))
    }

    /// Whose turn it is to send: seller and buyer of each pair stand side by side.
    fn socket(&self, way: Way, round: usize) -> usize {
        let sockets = self.senders.len();
        match way {
            Way::Together => round % sockets,
            Way::Apart => {
                let pairs = sockets / 2;
                round % pairs * 2 + round / pairs % 2
            }
        }
    }

    /// Closes the sockets.
    pub(crate) async fn close(&mut self) {
        self.senders.clear();
        self.tasks.abort_all();
        while self.tasks.join_next().await.is_some() {}
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and microseconds of minutes"
)]
fn figures(all: &[Fate], warm_up: usize, window: std::ops::Range<u64>, cpu: f64) -> Figures {
    let count = |what: &dyn Fn(&Fate) -> bool| all.iter().filter(|fate| what(fate)).count() as u64;
    let measured = &all[warm_up..];
    let within = |at: Option<u64>| at.is_some_and(|at| window.contains(&at));
    let delivered = count(&|fate| within(fate.arrived())) as f64;
    let sent = measured.iter().filter(|fate| within(fate.sent())).count() as f64;
    let seconds = (window.end - window.start) as f64 / 1_000_000.0;
    let mut took: Vec<f64> = measured
        .iter()
        .filter_map(|fate| Some(fate.arrived()?.saturating_sub(fate.sent()?) as f64 / 1_000.0))
        .collect();
    Figures {
        sent_per_s: sent / seconds,
        delivered_per_s: delivered / seconds,
        p50_ms: measure::quantile(&mut took, 0.5),
        p95_ms: measure::quantile(&mut took, 0.95),
        p99_ms: measure::quantile(&mut took, 0.99),
        cpu_s_per_1000: cpu / delivered * 1_000.0,
        lost: count(&|fate| fate.acknowledged() && fate.arrived().is_none()),
        doubled: count(&Fate::doubled),
        refused: count(&|fate| !fate.acknowledged()),
    }
}
