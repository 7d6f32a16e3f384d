//! Whether packets queue on a viewer's way: then the round trip is longer than it was a moment ago.

use std::time::Duration;

/// A trip longer by this than the shortest of late means a queue; less is chance.
const QUEUE: Duration = Duration::from_millis(40);
/// Two trips that differ by less are the same.
const SAME: Duration = Duration::from_millis(20);
/// From this trip on a browser lets pictures wait for what is sent again.
const LONG: Duration = Duration::from_millis(80);
/// Judgements after which the shortest trip is looked for anew: a way that became longer for good is no queue.
const WINDOW: u8 = 5;

/// One viewer's round trips.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trips {
    newest: Option<Duration>,
    /// Of this window and the one before.
    shortest: [Option<Duration>; 2],
    judgements: u8,
    /// The trip when the publishers were asked for less, until it is known what came of it.
    asked: Option<Duration>,
}

impl Trips {
    /// A trip was measured.
    pub fn take(&mut self, trip: Duration) {
        self.newest = Some(trip);
        let shortest = &mut self.shortest[0];
        *shortest = Some(shortest.map_or(trip, |it| it.min(trip)));
    }

    /// Whether the newest trip was a long one.
    pub fn is_long(&self) -> bool {
        self.newest.is_some_and(|trip| trip >= LONG)
    }

    /// The publishers are asked for less since packets seem to queue.
    pub fn less_asked(&mut self) {
        self.asked = self.newest;
    }

    /// The publishers send less, as they were asked: a queue would become shorter. A trip that stays as long is that of
    /// a way that became longer, and the usual one from now on.
    pub fn less_sent(&mut self) {
        if let (Some(asked), Some(newest)) = (self.asked.take(), self.newest)
            && newest.abs_diff(asked) < SAME
        {
            self.shortest = [Some(newest); 2];
        }
    }

    /// Whether packets queue now; `None` while no trip was measured. Asked once a judgement.
    pub fn queue(&mut self) -> Option<bool> {
        let shortest = self.shortest.iter().flatten().min();
        let queue = self.newest.zip(shortest.copied());
        let queue = queue.map(|(newest, shortest)| newest > shortest + QUEUE);
        self.judgements += 1;
        if self.judgements >= WINDOW {
            self.judgements = 0;
            self.shortest = [self.newest, self.shortest[0]];
        }
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trip_that_grows_is_a_queue_until_it_is_the_usual_one() {
        let mut trips = Trips::default();
        assert_eq!(trips.queue(), None);
        trips.take(Duration::from_millis(20));
        assert_eq!(trips.queue(), Some(false));
        trips.take(Duration::from_millis(320));
        let queued = (0..30).take_while(|_| {
            trips.take(Duration::from_millis(320));
            trips.queue() == Some(true)
        });
        let queued = queued.count();
        assert!((5..=10).contains(&queued), "{queued}");
        trips.take(Duration::from_millis(340));
        assert_eq!(trips.queue(), Some(false));
    }

    #[test]
    fn x9_a_trip_that_stays_long_although_less_is_sent_is_no_queue() {
        let after = |then_ms| {
            let mut trips = Trips::default();
            trips.take(Duration::from_millis(5));
            trips.take(Duration::from_millis(305));
            assert_eq!(trips.queue(), Some(true));
            trips.less_asked();
            trips.take(Duration::from_millis(then_ms));
            trips.less_sent();
            trips.queue()
        };
        assert_eq!(after(310), Some(false), "the way became longer");
        assert_eq!(after(250), Some(true), "the queue becomes shorter");
        assert_eq!(after(400), Some(true), "it grows");
    }
}
