//! Whether packets queue on a viewer's way: then the round trip is longer than it was a moment ago.

use std::time::Duration;

/// A trip longer by this than the shortest of late means a queue; less is chance.
const QUEUE: Duration = Duration::from_millis(40);
/// Judgements after which the shortest trip is looked for anew: a way that became longer for good is no queue.
const WINDOW: u8 = 5;

/// One viewer's round trips.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trips {
    newest: Option<Duration>,
    /// Of this window and the one before.
    shortest: [Option<Duration>; 2],
    judgements: u8,
}

impl Trips {
    /// A trip was measured.
    pub fn take(&mut self, trip: Duration) {
        self.newest = Some(trip);
        let shortest = &mut self.shortest[0];
        *shortest = Some(shortest.map_or(trip, |it| it.min(trip)));
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
}
