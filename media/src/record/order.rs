//! One RTP stream's sequence numbers: unwrapping, duplicates, and gaps that nothing has repaired in time.
//!
//! Packets are not held back: each goes to the spool as it arrives and carries its unwrapped number, by
//! which the reader sorts. So a crash loses nothing to a reorder window; the window only decides when a
//! missing packet is given up.

use super::limits::{HISTORY, REORDER_PACKETS, REORDER_WINDOW};
use crate::{Micros, rtp::sequence::extend};
use std::collections::{BTreeMap, BTreeSet};

/// What to do with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// New; its unwrapped sequence number.
    New(u64),
    Duplicate,
    /// Further back than the history reaches, or the first packet after a restart of the numbering.
    TooOld,
}

/// State of one stream; bounded by [`HISTORY`].
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    highest: Option<u64>,
    /// Seen numbers within the history.
    seen: BTreeSet<u64>,
    /// Missing numbers and the arrival of the packet that showed them missing.
    missing: BTreeMap<u64, Micros>,
    /// Lost for good, not reported yet.
    lost: u64,
    /// The number that would confirm that the sender has restarted its numbering.
    restart: Option<u16>,
}

impl Sequence {
    /// Takes note of a packet.
    pub(crate) fn accept(&mut self, sequence: u16, arrival: Micros) -> Verdict {
        let Some(highest) = self.highest else {
            // One whole cycle above zero, so that packets sent before the first one have room below it.
            let first = 0x1_0000 + u64::from(sequence);
            self.advance(first);
            return Verdict::New(first);
        };
        let number = extend(highest, sequence);
        if number > highest {
            self.restart = None;
            let skipped = number - highest - 1;
            // What is further back is given up at once.
            let noted = skipped.min(REORDER_PACKETS);
            self.lost += skipped - noted;
            for gap in number - noted..number {
                self.missing.insert(gap, arrival);
            }
            self.advance(number);
            return Verdict::New(number);
        }
        if number + HISTORY > highest {
            self.missing.remove(&number);
            return if self.seen.insert(number) {
                Verdict::New(number)
            } else {
                Verdict::Duplicate
            };
        }
        if self.restart == Some(sequence) {
            self.lost += 1 + u64::try_from(self.missing.len()).unwrap_or(u64::MAX);
            self.missing.clear();
            let number = (highest | 0xffff) + 0x1_0001 + u64::from(sequence);
            self.restart = None;
            self.advance(number);
            return Verdict::New(number);
        }
        self.restart = Some(sequence.wrapping_add(1));
        Verdict::TooOld
    }

    /// Packets given up since the last call, as of `now` (the latest arrival in the call).
    pub(crate) fn take_lost(&mut self, now: Micros) -> u64 {
        let highest = self.highest.unwrap_or(0);
        while let Some((&number, &since)) = self.missing.first_key_value() {
            if now.saturating_sub(since) < REORDER_WINDOW && highest - number < REORDER_PACKETS {
                break;
            }
            self.missing.remove(&number);
            self.lost += 1;
        }
        std::mem::take(&mut self.lost)
    }

    fn advance(&mut self, number: u64) {
        self.highest = Some(number);
        self.seen.insert(number);
        let floor = number.saturating_sub(HISTORY);
        while self.seen.first().is_some_and(|n| *n <= floor) {
            self.seen.pop_first();
        }
        while let Some((&n, _)) = self.missing.first_key_value() {
            if n > floor {
                break;
            }
            self.missing.remove(&n);
            self.lost += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wraps_and_keeps_counting() {
        let mut s = Sequence::default();
        let numbers: Vec<_> = [65534, 65535, 0, 1]
            .into_iter()
            .map(|n| s.accept(n, 0))
            .collect();
        let base = 0x1_0000 + 65534;
        assert_eq!(
            numbers,
            (0..4).map(|i| Verdict::New(base + i)).collect::<Vec<_>>()
        );
        assert_eq!(s.take_lost(10_000_000), 0);
    }

    #[test]
    fn a_gap_is_given_up_after_the_window_and_a_late_packet_still_taken() {
        let mut s = Sequence::default();
        s.accept(10, 0);
        s.accept(12, 1000);
        assert_eq!(s.take_lost(100_000), 0);
        assert_eq!(s.take_lost(1_100_000), 1);
        assert_eq!(s.accept(11, 1_200_000), Verdict::New(0x1_0000 + 11));
        assert_eq!(s.accept(11, 1_200_000), Verdict::Duplicate);
        assert_eq!(s.take_lost(10_000_000), 0);
    }

    #[test]
    fn a_restarted_numbering_is_followed() {
        let mut s = Sequence::default();
        s.accept(40_000, 0);
        assert_eq!(s.accept(20_000, 1), Verdict::TooOld);
        let Verdict::New(next) = s.accept(20_001, 2) else {
            panic!("the restart was not followed")
        };
        assert_eq!(s.accept(20_002, 3), Verdict::New(next + 1));
        assert!(s.take_lost(3) > 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Any reordering within the window and any duplication gives every packet exactly once.
        #[test]
        fn each_packet_once(start: u16, shuffle in proptest::collection::vec(0usize..20, 200)) {
            let mut order: Vec<u16> = (0..200).map(|i| start.wrapping_add(i)).collect();
            for (i, by) in shuffle.iter().enumerate() {
                let j = (i + by).min(199);
                order.swap(i, j);
            }
            // The first packet anchors the numbering.
            let mut s = Sequence::default();
            let mut new = Vec::new();
            for n in order.iter().chain(order.iter()) {
                if let Verdict::New(number) = s.accept(*n, 0) {
                    new.push(number);
                }
            }
            new.sort_unstable();
            let first = new[0];
            prop_assert_eq!(new, (first..first + 200).collect::<Vec<_>>());
            prop_assert_eq!(s.take_lost(u64::MAX), 0);
        }

        #[test]
        fn arbitrary_numbers_never_panic(numbers in proptest::collection::vec(any::<(u16, u32)>(), 0..500)) {
            let mut s = Sequence::default();
            for (n, at) in numbers {
                s.accept(n, u64::from(at));
                s.take_lost(u64::from(at));
                prop_assert!(s.seen.len() as u64 <= HISTORY && s.missing.len() as u64 <= HISTORY);
            }
        }
    }
}
