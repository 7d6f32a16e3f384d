//! One direction of a host's line: what becomes of each packet. Pure; the clock is an argument, chance is seeded.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use std::time::Duration;

/// What a line does to packets.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    pub delay_ms: u32,
    /// Of all packets, between 0 and 1.
    pub loss: f64,
    /// Of all packets, between 0 and 1: they are held back so that later ones overtake them.
    pub reorder: f64,
    /// How long such a packet is held back.
    pub held_ms: u32,
    /// 0: as fast as the machine.
    pub rate_kbps: u32,
    /// What may wait for the line, as time at its rate; more is dropped.
    pub queue_ms: u32,
    /// Nothing passes at all.
    pub cut: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            delay_ms: 0,
            loss: 0.0,
            reorder: 0.0,
            held_ms: 30,
            rate_kbps: 0,
            queue_ms: 300,
            cut: false,
        }
    }
}

/// A line with its conditions and what it remembers.
#[derive(Debug)]
pub struct Line {
    conditions: Conditions,
    chance: StdRng,
    /// When the last packet in the queue will have left.
    free: Duration,
}

impl Line {
    pub fn new(seed: u64) -> Self {
        Self {
            conditions: Conditions::default(),
            chance: StdRng::seed_from_u64(seed),
            free: Duration::ZERO,
        }
    }

    /// Changes what happens to packets from now on.
    pub const fn set(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// When a packet of so many bytes that comes `now` arrives at the other end; `None`: never.
    pub fn pass(&mut self, now: Duration, bytes: usize) -> Option<Duration> {
        let conditions = self.conditions;
        // Both are drawn for every packet, so that the fate of one does not shift that of the next.
        let (lost, held) = (self.chance.random::<f64>(), self.chance.random::<f64>());
        if conditions.cut || lost < conditions.loss {
            return None;
        }
        let mut leaves = now;
        if conditions.rate_kbps > 0 {
            let begins = self.free.max(now);
            if begins.saturating_sub(now) > Duration::from_millis(conditions.queue_ms.into()) {
                return None;
            }
            let bits = u64::try_from(bytes).ok()?.checked_mul(8)?;
            // Bits at kilobits a second are milliseconds; in microseconds a short packet still counts.
            leaves = begins + Duration::from_micros(bits * 1000 / u64::from(conditions.rate_kbps));
            self.free = leaves;
        }
        let mut delay = conditions.delay_ms;
        if held < conditions.reorder {
            delay += conditions.held_ms;
        }
        Some(leaves + Duration::from_millis(delay.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn fates(seed: u64, conditions: Conditions) -> Vec<Option<Duration>> {
        let mut line = Line::new(seed);
        line.set(conditions);
        (0..10_000).map(|at| line.pass(MS * at, 1_000)).collect()
    }

    #[test]
    fn the_same_seed_loses_the_same_packets() {
        let conditions = Conditions {
            loss: 0.05,
            reorder: 0.02,
            delay_ms: 150,
            ..Conditions::default()
        };
        let one = fates(7, conditions);
        assert_eq!(one, fates(7, conditions));
        assert_ne!(one, fates(8, conditions));
        let lost = one.iter().filter(|fate| fate.is_none()).count();
        assert!((400..600).contains(&lost), "{lost} of 10,000");
        let late = one
            .iter()
            .zip(0u32..)
            .filter(|(fate, at)| fate.is_some_and(|it| it > MS * (at + 150)))
            .count();
        assert!((120..280).contains(&late), "{late} of 10,000");
    }

    #[test]
    fn a_slow_line_sends_at_its_rate_and_drops_what_cannot_wait() {
        let conditions = Conditions {
            rate_kbps: 800,
            queue_ms: 100,
            ..Conditions::default()
        };
        let mut line = Line::new(1);
        line.set(conditions);
        // 1,000 bytes at 800 kbit/s take 10 ms; all come at once.
        let arrived: Vec<_> = (0..50)
            .filter_map(|_| line.pass(Duration::ZERO, 1_000))
            .collect();
        assert_eq!(arrived.len(), 11);
        assert_eq!(arrived[0], MS * 10);
        assert_eq!(arrived[10], MS * 110);
        assert_eq!(line.pass(MS * 500, 1_000), Some(MS * 510));
    }

    #[test]
    fn a_cut_line_passes_nothing_and_a_good_one_everything_at_once() {
        let mut line = Line::new(1);
        assert_eq!(line.pass(MS, 1_500), Some(MS));
        line.set(Conditions {
            cut: true,
            ..Conditions::default()
        });
        assert_eq!(line.pass(MS, 1_500), None);
    }
}
