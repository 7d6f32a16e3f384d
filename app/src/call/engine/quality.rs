//! How the line is, from what the browser counts; and what is sent over it. Pure.
//!
//! Sound goes before picture: when what can be sent stays too little, the camera's picture is made smaller step by
//! step and at last paused; a shared screen keeps its sharpness and becomes slower.

use orderline_domain::call::quality::LineLevel;
use orderline_protocol::quality::QualitySample;
use std::cmp::Ordering;

/// Packets of sound or picture after which a connection has shown that something flows: a second of sound.
const FLOWED: u64 = 50;

/// What the browser has counted since the connection began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counters {
    /// Milliseconds of a steady clock.
    pub at_ms: u64,
    pub packets_in: u64,
    pub packets_lost: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub sound_samples: u64,
    pub sound_made_up: u64,
    /// Seconds for which the other side's picture stood still.
    pub frozen: f64,
    /// Seconds there and back; the newest that is known.
    pub round_trip: Option<f64>,
    /// Seconds.
    pub jitter: f64,
    /// The share of what was sent that the other end missed, as it last said.
    pub missed_there: Option<f64>,
    /// Bits per second.
    pub available_out: Option<f64>,
    /// Packets of every kind but checks.
    pub datagrams_in: u64,
    /// Checks of the way, asked for and answered; `None` where the browser does not count them.
    pub checks_in: Option<u64>,
}

impl Counters {
    /// Everything that came, if the browser counts it and sound or a picture flowed: where nobody says anything, silence
    /// means nothing.
    pub fn came(&self) -> Option<u64> {
        let checks = self.checks_in.filter(|_| self.packets_in >= FLOWED)?;
        Some(checks + self.datagrams_in + self.packets_in)
    }
}

/// What happened between two countings; `None` when they are not of one connection, or no time passed.
pub fn between(before: &Counters, now: &Counters) -> Option<QualitySample> {
    let ms = now.at_ms.checked_sub(before.at_ms).filter(|ms| *ms > 0)?;
    let came = now.packets_in.checked_sub(before.packets_in)?;
    let lost = now.packets_lost.saturating_sub(before.packets_lost);
    let heard = now.sound_samples.checked_sub(before.sound_samples)?;
    let made_up = now.sound_made_up.saturating_sub(before.sound_made_up);
    let bits = |before: u64, now: u64| {
        let bits = now.checked_sub(before)?.saturating_mul(8_000) / ms;
        u32::try_from(bits).ok()
    };
    Some(QualitySample {
        level: LineLevel::Good,
        loss_in: per_thousand(lost, came.saturating_add(lost)),
        loss_out: share(now.missed_there.unwrap_or(0.0)),
        concealed: per_thousand(made_up, heard),
        rtt_ms: milliseconds(now.round_trip.unwrap_or(0.0)),
        jitter_ms: milliseconds(now.jitter),
        bits_in: bits(before.bytes_in, now.bytes_in)?,
        bits_out: bits(before.bytes_out, now.bytes_out)?,
        available_out: now.available_out.map(whole),
        frozen_ms: milliseconds(now.frozen - before.frozen),
        picture_held: false,
    })
}

fn per_thousand(part: u64, of: u64) -> u16 {
    let share = part.saturating_mul(1_000).checked_div(of).unwrap_or(0);
    u16::try_from(share.min(1_000)).unwrap_or(1_000)
}

fn whole(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "cut to what fits just before"
    )]
    let whole = value.clamp(0.0, f64::from(i32::MAX)) as u32;
    whole
}

fn share(part: f64) -> u16 {
    u16::try_from(whole(part.clamp(0.0, 1.0) * 1_000.0)).unwrap_or(1_000)
}

fn milliseconds(seconds: f64) -> u32 {
    whole(seconds * 1_000.0)
}

/// How good a single sample is.
fn judged(sample: &QualitySample) -> LineLevel {
    let worst_loss = sample.loss_in.max(sample.loss_out);
    let narrow = |bits: u32| sample.available_out.is_some_and(|it| it < bits);
    if worst_loss >= 100
        || sample.concealed >= 100
        || sample.rtt_ms >= 900
        || sample.frozen_ms >= 500
        || narrow(60_000)
    {
        LineLevel::Bad
    } else if worst_loss >= 30
        || sample.concealed >= 40
        || sample.rtt_ms >= 400
        || sample.jitter_ms >= 80
        || sample.frozen_ms > 0
        || narrow(200_000)
    {
        LineLevel::Weak
    } else {
        LineLevel::Good
    }
}

/// Samples in a row before the line counts as worse.
const WORSE_AFTER: u32 = 2;
/// Samples in a row before the line counts as better.
const BETTER_AFTER: u32 = 6;

/// Judges the line so that it does not flicker: worse soon, better late.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    level: LineLevel,
    worse: u32,
    better: u32,
    /// The mildest of the worse samples in a row, and the worst of the better ones.
    towards_worse: LineLevel,
    towards_better: LineLevel,
}

impl Judge {
    /// Takes a sample in; gives the line's level.
    pub fn take(&mut self, sample: &QualitySample) -> LineLevel {
        let now = judged(sample);
        match now.cmp(&self.level) {
            Ordering::Greater => {
                self.towards_worse = if self.worse == 0 {
                    now
                } else {
                    self.towards_worse.min(now)
                };
                self.worse += 1;
                self.better = 0;
            }
            Ordering::Less => {
                self.towards_better = if self.better == 0 {
                    now
                } else {
                    self.towards_better.max(now)
                };
                self.better += 1;
                self.worse = 0;
            }
            Ordering::Equal => {
                self.worse = 0;
                self.better = 0;
            }
        }
        if self.worse >= WORSE_AFTER {
            self.level = self.towards_worse;
            self.worse = 0;
        } else if self.better >= BETTER_AFTER {
            self.level = self.towards_better;
            self.better = 0;
        }
        self.level
    }
}

/// How a camera's picture is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Most bits per second.
    pub bits: u32,
    /// How many times smaller than it was taken, on each side.
    pub smaller: f64,
    pub frames: u32,
}

/// From the best to the least; below the last one the picture is paused.
const STEPS: [Step; 4] = [
    Step {
        bits: 1_200_000,
        smaller: 1.0,
        frames: 30,
    },
    Step {
        bits: 550_000,
        smaller: 1.5,
        frames: 25,
    },
    Step {
        bits: 250_000,
        smaller: 2.0,
        frames: 20,
    },
    Step {
        bits: 110_000,
        smaller: 4.0,
        frames: 12,
    },
];
/// What the sound needs with everything around it, in bits per second.
const SOUND_BITS: u32 = 70_000;
/// What a shared screen is given before the camera, in bits per second.
const SCREEN_BITS: u32 = 300_000;
/// A narrow line is believed after this many samples in a row.
const NARROW_AFTER: u32 = 3;
/// Samples after the camera was switched on in which nothing is believed.
const WARM_UP: u32 = 8;
/// A step up is tried after this many good samples in a row; each failure doubles it.
const UP_AFTER: u32 = 8;
const MOST_UP_AFTER: u32 = 64;
/// A step up that is taken back within this many samples has failed.
const FAILED_WITHIN: u32 = 12;
/// Loss at the other end that says "too much", where the browser gives no estimate; per thousand.
const TOO_MUCH_LOSS: u16 = 100;
/// Loss at which nothing more is tried, unless the estimate has room for it.
const SOME_LOSS: u16 = 20;

/// How the pictures are sent now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// `None`: the camera's picture is paused.
    pub camera: Option<Step>,
    /// Most pictures of a shared screen per second.
    pub screen_frames: u32,
}

impl Plan {
    /// Whether the camera's picture is held back.
    pub fn holds_back(&self) -> bool {
        self.camera != Some(STEPS[0])
    }
}

/// Decides how the pictures are sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Place in [`STEPS`]; their number means paused.
    step: usize,
    narrow: u32,
    calm: u32,
    up_after: u32,
    since_up: Option<u32>,
    /// Samples since the camera was switched on.
    age: u32,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            step: 0,
            narrow: 0,
            calm: 0,
            up_after: UP_AFTER,
            since_up: None,
            age: 0,
        }
    }
}

impl Sending {
    /// Takes a sample in, once a second, with what is sent: the camera, a screen.
    pub fn take(&mut self, sample: &QualitySample, camera: bool, screen: bool) -> Plan {
        let reserved = SOUND_BITS + if screen { SCREEN_BITS } else { 0 };
        let room = sample
            .available_out
            .map(|bits| bits.saturating_sub(reserved));
        self.since_up = self
            .since_up
            .map(|since| since + 1)
            .filter(|since| *since <= FAILED_WITHIN);
        if !camera {
            // Nothing is learned about a picture that is not there; it begins anew.
            *self = Self::default();
            return self.plan(room, screen);
        }
        self.age = self.age.saturating_add(1);
        if self.age <= WARM_UP {
            // The browser's estimate begins low and climbs.
        } else if self.is_narrow(sample, room) {
            self.calm = 0;
            self.narrow += 1;
            if self.narrow >= NARROW_AFTER {
                self.down(room);
            }
        } else {
            self.narrow = 0;
            // A line may lose packets however little is sent; the browser's estimate tells that from a full one.
            let fits = STEPS
                .get(self.step.wrapping_sub(1))
                .is_some_and(|more| room.is_some_and(|room| room >= more.bits));
            self.calm = if sample.loss_out < SOME_LOSS || fits {
                self.calm + 1
            } else {
                0
            };
            if self.step > 0 && self.calm >= self.up_after {
                self.up();
            }
        }
        self.plan(room, screen)
    }

    /// The person wants the paused picture back now.
    pub fn try_again(&mut self) {
        self.step = self.step.min(STEPS.len() - 1);
        self.narrow = 0;
        self.calm = 0;
        self.up_after = UP_AFTER;
    }

    fn is_narrow(&self, sample: &QualitySample, room: Option<u32>) -> bool {
        let Some(step) = STEPS.get(self.step) else {
            return false;
        };
        // The browser's estimate follows what is sent, and its encoder follows the estimate: only far too little
        // counts.
        room.is_some_and(|room| room < step.bits / 3) || sample.loss_out >= TOO_MUCH_LOSS
    }

    fn down(&mut self, room: Option<u32>) {
        self.narrow = 0;
        if self.since_up.take().is_some() {
            self.up_after = (self.up_after * 2).min(MOST_UP_AFTER);
        }
        let fits = room.and_then(|room| {
            STEPS
                .iter()
                .position(|step| room >= step.bits / 3 * 2)
                .or(Some(STEPS.len()))
        });
        // With an estimate straight to what fits; without one, a step at a time. Paused only when not even the
        // least gets through.
        self.step = fits.map_or(self.step + 1, |fits| {
            let least = STEPS.len() - 1;
            fits.min(least).max(self.step + 1)
        });
        self.step = self.step.min(STEPS.len());
    }

    fn up(&mut self) {
        self.calm = 0;
        self.step -= 1;
        self.since_up = Some(0);
    }

    fn plan(&self, room: Option<u32>, screen: bool) -> Plan {
        let tight = screen && room.is_some_and(|room| room < STEPS[2].bits);
        Plan {
            camera: STEPS.get(self.step).copied(),
            screen_frames: if tight { 5 } else { 15 },
        }
    }
}

#[cfg(test)]
mod tests;
