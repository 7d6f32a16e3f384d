//! Packet loss on the way to a receiver, from its report blocks. Counted over all streams together: a report about a
//! stream of three packets says a third is lost where one is.

use crate::rtp::{LossReport, MediaLine};

/// Fewer packets say nothing; they count together with the next.
const MIN_PACKETS: u32 = 40;
/// A stream whose sequence numbers jumped further has begun anew.
const MAX_JUMP: u32 = 20_000;

/// One receiver's loss since it was last asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LossCounter {
    previous: [Option<LossReport>; MediaLine::ALL.len()],
    lost: i32,
    expected: u32,
}

impl LossCounter {
    pub(crate) fn on_report(&mut self, report: LossReport) {
        let before = self.previous[report.line.index()].replace(report);
        let Some(before) = before else { return };
        let expected = report
            .highest_sequence
            .wrapping_sub(before.highest_sequence);
        if expected > MAX_JUMP {
            return;
        }
        self.expected = self.expected.saturating_add(expected);
        // The difference of two numbers of 24 bits, with its sign.
        let lost =
            (report.cumulative_lost.wrapping_sub(before.cumulative_lost) << 8).cast_signed() >> 8;
        self.lost = self.lost.saturating_add(lost);
    }

    /// Fraction lost since the last answer, in 256ths; `None` while too little is known.
    pub(crate) fn take_fraction_lost(&mut self) -> Option<u8> {
        if self.expected < MIN_PACKETS {
            return None;
        }
        let lost = u64::try_from(self.lost).unwrap_or(0);
        let fraction = lost * 256 / u64::from(self.expected);
        (self.lost, self.expected) = (0, 0);
        Some(u8::try_from(fraction).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn report(line: MediaLine, lost: u32, highest: u32) -> LossReport {
        LossReport {
            line,
            cumulative_lost: lost,
            highest_sequence: highest,
            rtt: None,
        }
    }

    #[test]
    fn a_loss_in_a_thin_stream_does_not_stand_for_all() {
        let mut losses = LossCounter::default();
        losses.on_report(report(MediaLine::Audio, 0, 1_000));
        losses.on_report(report(MediaLine::Screen, 0, 70_000));
        losses.on_report(report(MediaLine::Audio, 2, 1_098));
        losses.on_report(report(MediaLine::Screen, 1, 70_002));
        assert_eq!(losses.take_fraction_lost(), Some(7), "3 of 100");
        assert_eq!(losses.take_fraction_lost(), None);
    }

    #[test]
    fn what_comes_late_is_not_lost_and_a_new_beginning_is_no_loss() {
        let mut losses = LossCounter::default();
        losses.on_report(report(MediaLine::Camera, 3, 100));
        losses.on_report(report(MediaLine::Camera, 0x00ff_ffff, 200));
        assert_eq!(
            losses.take_fraction_lost(),
            Some(0),
            "four fewer than before"
        );
        losses.on_report(report(MediaLine::Camera, 900, 4_000_000_000));
        assert_eq!(losses.take_fraction_lost(), None);
        losses.on_report(report(MediaLine::Camera, 950, 4_000_000_100));
        assert_eq!(losses.take_fraction_lost(), Some(128));
    }
}
