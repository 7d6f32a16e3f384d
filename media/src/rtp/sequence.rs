//! Sequence numbers without their wrap, and the window that finds duplicates.

/// Packets that may arrive late and still be told from duplicates.
pub const WINDOW: u64 = 1_024;
const WORDS: usize = 16;

/// The extended number nearest to `highest` whose low half is `sequence` (RFC 3711, section 3.3.1).
pub fn extend(highest: u64, sequence: u16) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half is what the wire carries"
    )]
    let ahead = sequence.wrapping_sub(highest as u16);
    if ahead < 0x8000 {
        highest + u64::from(ahead)
    } else {
        highest.saturating_sub(u64::from(ahead.wrapping_neg()))
    }
}

/// Which packets of one stream have come.
#[derive(Clone, Debug)]
pub struct SequenceWindow {
    highest: u64,
    /// One bit per packet, addressed by the extended number modulo [`WINDOW`].
    seen: [u64; WORDS],
}

impl SequenceWindow {
    /// Begins with the stream's first packet. Numbers start one wrap up, so that earlier ones stay positive.
    pub fn new(first: u16) -> Self {
        let mut window = Self {
            highest: u64::from(first) + (1 << 16),
            seen: [0; WORDS],
        };
        window.mark(window.highest);
        window
    }

    /// The newest number so far.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// The packet's extended number; `None` for a duplicate, or one too late to tell.
    pub fn accept(&mut self, sequence: u16) -> Option<u64> {
        let extended = extend(self.highest, sequence);
        if extended > self.highest {
            if extended - self.highest >= WINDOW {
                self.seen = [0; WORDS];
            } else {
                for between in self.highest + 1..extended {
                    let (word, bit) = place(between);
                    self.seen[word] &= !bit;
                }
            }
            self.highest = extended;
        } else {
            let (word, bit) = place(extended);
            if self.highest - extended >= WINDOW || self.seen[word] & bit != 0 {
                return None;
            }
        }
        self.mark(extended);
        Some(extended)
    }

    fn mark(&mut self, extended: u64) {
        let (word, bit) = place(extended);
        self.seen[word] |= bit;
    }
}

fn place(extended: u64) -> (usize, u64) {
    let slot = extended % WINDOW;
    let word = (slot / 64) as usize;
    (word, 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn the_wrap_is_crossed_in_both_directions() {
        assert_eq!(extend(65_535, 0), 65_536);
        assert_eq!(extend(65_536, 65_535), 65_535);
        assert_eq!(extend(0, 65_535), 0);
    }

    proptest! {
        #[test]
        fn each_packet_is_taken_once(start: u16, steps in proptest::collection::vec(-20i64..25, 1..400)) {
            let mut window = SequenceWindow::new(start);
            let mut taken = HashSet::from([window.highest()]);
            let mut at = i64::from(start) + 65_536;
            for step in steps {
                at += step;
                let sequence = u16::try_from(at.rem_euclid(65_536)).expect("a remainder");
                let extended = u64::try_from(at).expect("steps never go below the start's wrap");
                let late = window.highest().saturating_sub(extended) >= WINDOW;
                prop_assert_eq!(window.accept(sequence), (!late && taken.insert(extended)).then_some(extended));
            }
        }
    }
}
