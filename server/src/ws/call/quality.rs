//! What the pages of a call measured, on its way into the database: thinned, cut to what can be true, and written
//! in batches.

use crate::usecase::{Runner, call::quality};
use futures::FutureExt as _;
use orderline_domain::{
    call::{
        Call,
        quality::{Point, Sample},
        seat::Seat,
    },
    clock::ClockPair,
};
use std::collections::BTreeMap;

/// A side's samples are kept at most this often, in milliseconds.
const EVERY_MS: u64 = 5_000;
/// The database hears of them at most this often, in milliseconds.
const WRITE_EVERY_MS: u64 = 30_000;
/// Points that wait; when the database does not take them, the oldest go.
const MAX_WAITING: usize = 120;
/// The points that wait.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    kept: BTreeMap<Seat, ClockPair>,
    waiting: Vec<Point>,
    written: Option<ClockPair>,
}

impl Timeline {
    /// Takes a sample in, unless this side's last one is too fresh.
    pub(super) fn take(&mut self, seat: Seat, sample: Sample, at: ClockPair) {
        let fresh = self
            .kept
            .get(&seat)
            .is_some_and(|last| at.ms_since(last) < EVERY_MS);
        if fresh {
            return;
        }
        self.kept.insert(seat, at);
        self.written.get_or_insert(at);
        if self.waiting.len() >= MAX_WAITING {
            self.waiting.remove(0);
        }
        self.waiting.push(Point {
            at: at.wall,
            seat,
            sample: sample.plausible(),
        });
    }

    /// Writes what is due; what could not be written waits for the next time.
    pub(super) async fn write(&mut self, run: &Runner, call: &Call, over: bool) {
        let points = self.due(run.env.clock.pair(run.env.node), over);
        if points.is_empty() {
            return;
        }
        let saved = run.job(call.vendor, |cx| {
            quality::keep(cx, call.vendor, call.call, &points).boxed()
        });
        if let Err(failure) = saved.await {
            tracing::warn!(error = %failure, call.id = %call.call, "the quality of a call's lines is not saved yet");
            self.put_back(points);
        }
    }

    /// The points to be written now, if it is time; all that wait when the call is `over`.
    fn due(&mut self, at: ClockPair, over: bool) -> Vec<Point> {
        let since = self.written.map_or(0, |written| at.ms_since(&written));
        if self.waiting.is_empty() || !(over || since >= WRITE_EVERY_MS) {
            return Vec::new();
        }
        self.written = Some(at);
        std::mem::take(&mut self.waiting)
    }

    /// They could not be written: they wait for the next time.
    fn put_back(&mut self, mut points: Vec<Point>) {
        points.append(&mut self.waiting);
        let surplus = points.len().saturating_sub(MAX_WAITING);
        points.drain(..surplus);
        self.waiting = points;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use orderline_domain::ids::NodeId;
    use uuid::Uuid;

    fn at(ms: u64) -> ClockPair {
        ClockPair {
            node: NodeId::from_uuid(Uuid::from_u128(1)),
            monotonic_ms: ms,
            wall: Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms.cast_signed()),
        }
    }

    #[test]
    fn a_side_is_kept_every_five_seconds_and_written_every_thirty() {
        let mut timeline = Timeline::default();
        for ms in (0..30_000).step_by(100) {
            timeline.take(Seat::SELLER, Sample::default(), at(ms));
            timeline.take(Seat::BUYER, Sample::default(), at(ms));
            assert!(timeline.due(at(ms), false).is_empty());
        }
        let written = timeline.due(at(30_000), false);
        assert_eq!(written.len(), 12);
        assert!(timeline.due(at(60_000), false).is_empty(), "nothing twice");
        timeline.take(Seat::SELLER, Sample::default(), at(60_000));
        assert_eq!(timeline.due(at(60_001), true).len(), 1);
    }

    #[test]
    fn points_that_could_not_be_written_wait_but_not_without_bound() {
        let mut timeline = Timeline::default();
        for minute in 0..200 {
            timeline.take(Seat::SELLER, Sample::default(), at(minute * 60_000));
            let due = timeline.due(at(minute * 60_000 + 59_000), false);
            timeline.put_back(due);
        }
        let all = timeline.due(at(u64::from(u32::MAX)), true);
        assert_eq!(all.len(), MAX_WAITING);
        assert_eq!(all.last().unwrap().at, at(199 * 60_000).wall);
    }
}
