//! Lips and voice together: a sender's reports tie each of its streams' RTP clocks to one clock of its own. A picture
//! is moved, slowly, to where that clock says it belongs beside the same person's voice. The voice itself is never
//! moved, and until there are reports everything stays where it arrived.

use std::collections::VecDeque;

/// Reports that the line is drawn through.
const KEPT: usize = 20;
/// A picture is moved by at most this many thousandths of the time that passes: nobody notices.
const SLEW_PER_MILLE: i64 = 5;
/// A report that disagrees with the one before by more than this many hundredths of the time between them belongs to
/// another beginning of the sender's clock.
const DISAGREES: i64 = 5;
/// Streams that lie further apart do not belong together, in microseconds.
const TOO_FAR: i64 = 1_000_000;

/// One stream's reports: its RTP clock against its sender's clock.
pub(crate) struct Reports {
    clock_rate: i64,
    /// Sender's clock in microseconds, RTP ticks without their wrap.
    kept: VecDeque<(i64, i64)>,
}

impl Reports {
    pub(crate) fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate: i64::from(clock_rate.max(1)),
            kept: VecDeque::new(),
        }
    }

    /// Takes a report: `ntp` is 32.32 fixed point.
    pub(crate) fn add(&mut self, ntp: u64, rtp_time: u32) {
        let micros = i64::try_from((u128::from(ntp) * 1_000_000) >> 32).unwrap_or(i64::MAX);
        let mut ticks = i64::from(rtp_time);
        if let Some(&(last, last_ticks)) = self.kept.back() {
            ticks = last_ticks + i64::from(step(rtp_time, last_ticks));
            let passed = micros - last;
            let claimed = self.micros(ticks - last_ticks);
            if passed <= 0 || (claimed - passed).abs() > passed * DISAGREES / 100 + 5_000 {
                self.kept.clear();
            }
        }
        self.kept.push_back((micros, ticks));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// The moment of an RTP time in the sender's clock, in microseconds: least squares through the reports.
    pub(crate) fn sender_time(&self, rtp_time: u32) -> Option<i64> {
        let &(newest, newest_ticks) = self.kept.back()?;
        // Everything is counted from the newest report, so that all numbers are small.
        let x = self.micros(i64::from(step(rtp_time, newest_ticks)));
        let points: Vec<(i64, i64)> = self
            .kept
            .iter()
            .map(|(micros, ticks)| {
                let claimed = self.micros(ticks - newest_ticks);
                // How far the sender's clock is from the RTP clock at that report.
                (claimed, micros - newest - claimed)
            })
            .collect();
        let count = i64::try_from(points.len()).ok()?;
        let mean_x = points.iter().map(|(x, _)| x).sum::<i64>() / count;
        let mean_y = points.iter().map(|(_, y)| y).sum::<i64>() / count;
        let spread: i128 = points
            .iter()
            .map(|(x, _)| i128::from(x - mean_x).pow(2))
            .sum();
        let together: i128 = points
            .iter()
            .map(|(x, y)| i128::from(x - mean_x) * i128::from(y - mean_y))
            .sum();
        let drift = (i128::from(x - mean_x) * together)
            .checked_div(spread)
            .unwrap_or(0);
        Some(newest + x + mean_y + i64::try_from(drift).ok()?)
    }

    fn micros(&self, ticks: i64) -> i64 {
        ticks.saturating_mul(1_000_000) / self.clock_rate
    }
}

/// From an unwrapped time to the nearest one with these low bits.
fn step(rtp_time: u32, from: i64) -> i32 {
    let low = u32::try_from(from & 0xffff_ffff).unwrap_or_default();
    rtp_time.wrapping_sub(low).cast_signed()
}

/// Where a person's voice stands: a moment of the sender's clock and its place on the timeline, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VoiceAt {
    pub sender_time: i64,
    pub place: i64,
}

impl VoiceAt {
    /// Where something from this moment of the same sender's clock belongs.
    pub(crate) fn place_of(self, sender_time: i64) -> i64 {
        self.place + (sender_time - self.sender_time)
    }
}

/// How far a picture's stream is moved at the moment.
#[derive(Default)]
pub(crate) struct Slew {
    offset: i64,
    last: Option<i64>,
}

impl Slew {
    /// The place of what arrived at `place`, given where it belongs. Microseconds.
    pub(crate) fn moved(&mut self, place: i64, belongs: Option<i64>) -> i64 {
        let passed = self.last.map_or(0, |last| (place - last).max(0));
        self.last = Some(self.last.map_or(place, |last| last.max(place)));
        if let Some(wanted) = belongs
            .map(|belongs| belongs - place)
            .filter(|wanted| wanted.abs() <= TOO_FAR)
        {
            let room = passed * SLEW_PER_MILLE / 1_000;
            self.offset += (wanted - self.offset).clamp(-room, room);
        }
        place + self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ntp(micros: i64) -> u64 {
        u64::try_from((i128::from(micros) << 32) / 1_000_000).expect("after 1900")
    }

    proptest! {
        /// A clock that runs a little wrong, reports that jitter by a few milliseconds, a wrap on the way: the moment
        /// is found to within the jitter.
        #[test]
        fn the_senders_moment_is_found(
            start in 1_000_000_000_000i64..4_000_000_000_000_000,
            first: u32,
            drift_ppm in -300i64..300,
            jitter in prop::collection::vec(-2_000i64..2_000, 20..60),
        ) {
            let mut reports = Reports::new(90_000);
            let rtp = |micros: i64| {
                let ticks = micros * (1_000_000 + drift_ppm) / 1_000_000 * 9 / 100;
                let wrapped = ticks.rem_euclid(1 << 32);
                first.wrapping_add(u32::try_from(wrapped).expect("below 2^32"))
            };
            for (second, jitter) in (0..).zip(&jitter) {
                let at = second * 1_000_000;
                reports.add(ntp(start + at + jitter), rtp(at));
            }
            let end = i64::try_from(jitter.len()).unwrap() * 1_000_000;
            let found = reports.sender_time(rtp(end)).expect("there are reports");
            prop_assert!((found - start - end).abs() < 2_500, "{}", found - start - end);
        }

        #[test]
        fn any_reports_are_read_without_panic(all in prop::collection::vec(any::<(u64, u32, u32)>(), 0..60)) {
            let mut reports = Reports::new(48_000);
            for (ntp, rtp, asked) in all {
                reports.add(ntp, rtp);
                reports.sender_time(asked);
            }
        }
    }

    #[test]
    fn a_picture_is_moved_slowly_and_no_further_than_it_belongs() {
        let mut slew = Slew::default();
        let mut places = Vec::new();
        for frame in 0..1_000 {
            let place = frame * 40_000;
            places.push(slew.moved(place, Some(place - 120_000)) - place);
        }
        assert_eq!(places[0], 0);
        assert_eq!(places[25], -5_000, "five milliseconds after a second");
        assert_eq!(places[600], -120_000);
        assert_eq!(places[999], -120_000);
        // Without reports it stays moved; what does not belong together moves nothing.
        assert_eq!(slew.moved(40_000_000, None), 39_880_000);
        assert_eq!(slew.moved(50_000_000, Some(70_000_000)), 49_880_000);
    }

    #[test]
    fn a_clock_that_begins_anew_forgets_what_was_before() {
        let mut reports = Reports::new(48_000);
        reports.add(ntp(5_000_000_000), 0);
        reports.add(ntp(5_001_000_000), 48_000);
        reports.add(ntp(9_000_000_000), 96_000);
        assert_eq!(reports.sender_time(96_000), Some(9_000_000_000));
    }
}
