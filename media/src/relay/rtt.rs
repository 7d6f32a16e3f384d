//! Whether packets queue on the way to a receiver: then the RTT is higher than it was a moment ago.

use std::time::Duration;

/// An RTT above the lowest of late by more than this means a queue; less is chance.
const QUEUE_MARGIN: Duration = Duration::from_millis(40);
/// Two RTTs that differ by less are the same.
const SAME_MARGIN: Duration = Duration::from_millis(20);
/// From this RTT on a browser's jitter buffer waits for retransmitted video (ADR 11).
const HIGH_RTT: Duration = Duration::from_millis(80);
/// Updates after which the lowest RTT is looked for anew: an RTT that stays higher for good is no queue.
const WINDOW: u8 = 5;

/// One receiver's RTT over the last updates.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RttWindow {
    newest: Option<Duration>,
    /// Of this window and the one before.
    lowest: [Option<Duration>; 2],
    updates: u8,
    /// The RTT when the publishers were asked for less, until it is known what came of it.
    when_limited: Option<Duration>,
}

impl RttWindow {
    /// An RTT was measured.
    pub(crate) fn on_measured(&mut self, rtt: Duration) {
        self.newest = Some(rtt);
        let lowest = &mut self.lowest[0];
        *lowest = Some(lowest.map_or(rtt, |it| it.min(rtt)));
    }

    /// Whether the newest RTT is high.
    pub(crate) fn is_high(&self) -> bool {
        self.newest.is_some_and(|rtt| rtt >= HIGH_RTT)
    }

    /// The publishers are asked for less since packets seem to queue.
    pub(crate) fn on_limited(&mut self) {
        self.when_limited = self.newest;
    }

    /// The publishers keep to the limit: a queue would become shorter. An RTT that stays as high is no queue but the
    /// usual one from now on.
    pub(crate) fn on_limit_kept(&mut self) {
        if let (Some(before), Some(newest)) = (self.when_limited.take(), self.newest)
            && newest.abs_diff(before) < SAME_MARGIN
        {
            self.lowest = [Some(newest); 2];
        }
    }

    /// Whether packets queue now; `None` while no RTT was measured. Called once an update.
    pub(crate) fn is_queueing(&mut self) -> Option<bool> {
        let lowest = self.lowest.iter().flatten().min();
        let queueing = self.newest.zip(lowest.copied());
        let queueing = queueing.map(|(newest, lowest)| newest > lowest + QUEUE_MARGIN);
        self.updates += 1;
        if self.updates >= WINDOW {
            self.updates = 0;
            self.lowest = [self.newest, self.lowest[0]];
        }
        queueing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rtt_that_grows_is_a_queue_until_it_is_the_usual_one() {
        let mut rtt = RttWindow::default();
        assert_eq!(rtt.is_queueing(), None);
        rtt.on_measured(Duration::from_millis(20));
        assert_eq!(rtt.is_queueing(), Some(false));
        rtt.on_measured(Duration::from_millis(320));
        let queued = (0..30).take_while(|_| {
            rtt.on_measured(Duration::from_millis(320));
            rtt.is_queueing() == Some(true)
        });
        let queued = queued.count();
        assert!((5..=10).contains(&queued), "{queued}");
        rtt.on_measured(Duration::from_millis(340));
        assert_eq!(rtt.is_queueing(), Some(false));
    }

    #[test]
    fn an_rtt_that_stays_high_although_less_is_sent_is_no_queue() {
        let after = |then_ms| {
            let mut rtt = RttWindow::default();
            rtt.on_measured(Duration::from_millis(5));
            rtt.on_measured(Duration::from_millis(305));
            assert_eq!(rtt.is_queueing(), Some(true));
            rtt.on_limited();
            rtt.on_measured(Duration::from_millis(then_ms));
            rtt.on_limit_kept();
            rtt.is_queueing()
        };
        assert_eq!(after(310), Some(false), "the path became longer");
        assert_eq!(after(250), Some(true), "the queue becomes shorter");
        assert_eq!(after(400), Some(true), "it grows");
    }
}
