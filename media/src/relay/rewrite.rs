//! One outgoing stream, fed by whichever source a receiver watches: sequence numbers and timestamps go on without a
//! break when the source changes.

use crate::rtp::clock::ticks;
use std::time::{Duration, Instant};

/// A new source's first packet comes at least this much later on the outgoing clock.
const MIN_TIMESTAMP_STEP: Duration = Duration::from_millis(10);

/// Where a packet came from: the incoming stream and the connection that carried it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceId {
    /// Counts the relay's incoming streams; never used twice in a call.
    pub stream: u64,
}

/// What of an incoming packet is rewritten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub source: SourceId,
    /// Extended sequence number.
    pub number: u64,
    pub timestamp: u32,
    pub clock_rate: u32,
}

#[derive(Clone, Copy, Debug)]
struct Mapping {
    source: SourceId,
    /// First packet forwarded from this source: incoming extended number and time …
    in_first: u64,
    in_time: u32,
    /// … and what it became.
    out_first: u64,
    out_time: u32,
}

/// Rewrites the packets of one outgoing stream.
#[derive(Clone, Debug)]
pub(crate) struct StreamRewriter {
    mapping: Option<Mapping>,
    /// Newest outgoing number and time, and when it was sent.
    newest: Option<(u64, u32, Instant)>,
    start: (u16, u32),
}

impl StreamRewriter {
    /// `start` is the stream's first sequence number and timestamp (random, RFC 3550).
    pub(crate) fn new(start: (u16, u32)) -> Self {
        Self {
            mapping: None,
            newest: None,
            start,
        }
    }

    /// The source that the stream carries now.
    pub(crate) fn source(&self) -> Option<SourceId> {
        self.mapping.map(|mapping| mapping.source)
    }

    /// Lets go of the source; whichever comes next continues the stream.
    pub(crate) fn release(&mut self) {
        self.mapping = None;
    }

    /// Outgoing sequence number and timestamp. `None` for a packet from before the switch to its source.
    pub(crate) fn rewrite(&mut self, now: Instant, origin: Origin) -> Option<(u16, u32)> {
        let mapping = match self.mapping {
            Some(mapping) if mapping.source == origin.source => mapping,
            _ => *self.mapping.insert(self.begin(now, origin)),
        };
        let number = mapping.out_first + origin.number.checked_sub(mapping.in_first)?;
        let out_time = mapping
            .out_time
            .wrapping_add(origin.timestamp.wrapping_sub(mapping.in_time));
        if self.newest.is_none_or(|(newest, ..)| number > newest) {
            self.newest = Some((number, out_time, now));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the wire carries the low half"
        )]
        let sequence = number as u16;
        Some((sequence, out_time))
    }

    fn begin(&self, now: Instant, origin: Origin) -> Mapping {
        let (out_first, out_time) = match self.newest {
            None => (u64::from(self.start.0), self.start.1),
            Some((number, newest_time, sent)) => {
                let passed = now.saturating_duration_since(sent).max(MIN_TIMESTAMP_STEP);
                (
                    number + 1,
                    newest_time.wrapping_add(ticks(passed, origin.clock_rate)),
                )
            }
        };
        Mapping {
            source: origin.source,
            in_first: origin.number,
            in_time: origin.timestamp,
            out_first,
            out_time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtp::sequence::SequenceWindow;
    use proptest::prelude::*;

    const VIDEO: u32 = 90_000;

    fn origin(stream: u64, number: u64, timestamp: u32) -> Origin {
        Origin {
            source: SourceId { stream },
            number,
            timestamp,
            clock_rate: VIDEO,
        }
    }

    proptest! {
        /// Within one source the rewriting shifts numbers and times by a constant, over every wrap.
        #[test]
        fn a_source_is_shifted_by_a_constant(
            start: u16, start_time: u32, out: u16, out_time: u32,
            steps in proptest::collection::vec((-3i64..6, 0u32..9_000), 1..300),
        ) {
            let now = Instant::now();
            let mut rewriter = StreamRewriter::new((out, out_time));
            let mut window = SequenceWindow::new(start);
            let first = window.highest();
            prop_assert_eq!(rewriter.rewrite(now, origin(1, first, start_time)), Some((out, out_time)));
            let (mut at, mut time) = (i64::from(start), start_time);
            for (step, ticks) in steps {
                at += step;
                time = time.wrapping_add(ticks);
                let sequence = u16::try_from(at.rem_euclid(65_536)).expect("a remainder");
                let Some(extended) = window.accept(sequence) else { continue };
                let mapped = rewriter.rewrite(now, origin(1, extended, time));
                if extended < first {
                    prop_assert_eq!(mapped, None);
                } else {
                    let expected = (
                        out.wrapping_add(sequence.wrapping_sub(start)),
                        out_time.wrapping_add(time.wrapping_sub(start_time)),
                    );
                    prop_assert_eq!(mapped, Some(expected));
                }
            }
        }

        /// A new source continues with the next number, and with a time that grew by what has passed on its own clock.
        #[test]
        fn a_new_source_continues_the_stream(
            out: u16, out_time: u32, first in 65_536u64..200_000, second in 65_536u64..200_000,
            times: (u32, u32), count in 1u64..2_000, pause_ms in 0u64..60_000,
            clock_rate in prop::sample::select(vec![48_000, VIDEO]),
        ) {
            let now = Instant::now();
            let mut rewriter = StreamRewriter::new((out, out_time));
            let mut last = (0, 0);
            for n in 0..count {
                let time = times.0.wrapping_add(u32::try_from(n).unwrap() * 3_000);
                last = rewriter.rewrite(now, origin(1, first + n, time)).unwrap();
            }
            let later = now + Duration::from_millis(pause_ms);
            let next = Origin { clock_rate, ..origin(2, second, times.1) };
            let spliced = rewriter.rewrite(later, next).unwrap();
            prop_assert_eq!(spliced.0, last.0.wrapping_add(1));
            let step = spliced.1.wrapping_sub(last.1);
            prop_assert_eq!(u64::from(step), pause_ms.max(10) * u64::from(clock_rate / 1_000));
            prop_assert_eq!(rewriter.rewrite(later, origin(2, second - 1, times.1)), None);
        }
    }
}
