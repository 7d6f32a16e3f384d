//! One viewer's picture: which frames can be shown when, and how often it stands still.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Packets of one picture.
pub(super) const PARTS: u8 = 4;
/// Frames whose parts are kept while earlier ones are missing.
const MAX_WAITING: usize = 300;
/// A pause is a freeze when it is this much longer than usual, and …
const LONGER: Duration = Duration::from_millis(150);
/// … this many times as long.
const TIMES: u32 = 3;

#[derive(Default)]
struct Frame {
    parts: u8,
    key: bool,
}

/// The viewer.
#[derive(Default)]
pub(super) struct Watch {
    /// The next frame that can be decoded.
    next: Option<u32>,
    waiting: BTreeMap<u32, Frame>,
    shown: Option<Instant>,
    usual: Duration,
    pub freezes: u64,
    pub frozen: Duration,
}

impl Watch {
    /// A part of a frame came.
    pub(super) fn part(&mut self, now: Instant, number: u32, part: u8, key: bool) {
        if self.next.is_some_and(|next| number < next) {
            return;
        }
        let frame = self.waiting.entry(number).or_default();
        frame.parts |= 1 << part;
        frame.key |= key;
        let whole = |frame: &Frame| frame.parts.count_ones() == u32::from(PARTS);
        loop {
            let next = self.next;
            let found = self
                .waiting
                .iter()
                .find(|(number, frame)| whole(frame) && (frame.key || Some(**number) == next))
                .map(|(number, _)| *number);
            let Some(number) = found else { break };
            self.waiting = self.waiting.split_off(&(number + 1));
            self.next = Some(number + 1);
            self.show(now);
        }
        while self.waiting.len() > MAX_WAITING {
            self.waiting.pop_first();
        }
    }

    fn show(&mut self, now: Instant) {
        let Some(before) = self.shown.replace(now) else {
            return;
        };
        let pause = now.duration_since(before);
        if self.usual.is_zero() {
            self.usual = pause;
        }
        if pause > (self.usual * TIMES).max(self.usual + LONGER) {
            self.freezes += 1;
            self.frozen += pause;
        }
        self.usual = (self.usual * 29 + pause) / 30;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_lost_part_that_never_comes_freezes_until_the_next_key_frame() {
        let start = Instant::now();
        let mut watch = Watch::default();
        for number in 0..90_u32 {
            for part in 0..PARTS {
                if (number, part) != (40, 2) {
                    watch.part(start + number * 33 * MS, number, part, number % 60 == 0);
                }
            }
        }
        assert_eq!(watch.freezes, 1);
        assert_eq!(watch.frozen, 21 * 33 * MS);
        assert_eq!(watch.next, Some(90));
    }

    #[test]
    fn a_part_that_comes_late_is_no_freeze() {
        let start = Instant::now();
        let mut watch = Watch::default();
        for number in 0..90_u32 {
            let at = start + number * 33 * MS;
            for part in 0..PARTS {
                if (number, part) != (40, 2) {
                    watch.part(at, number, part, number == 0);
                }
            }
            if number == 43 {
                watch.part(at, 40, 2, false);
            }
        }
        assert_eq!((watch.freezes, watch.next), (0, Some(90)));
    }
}
