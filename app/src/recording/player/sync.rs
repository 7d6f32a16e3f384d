//! How a picture follows the sound: pure, so that it can be tested without a browser.

use super::clock::{Clock, float};
use orderline_protocol::recording::TrackView;

/// Further apart than this the picture jumps, in seconds.
pub const SEEK_BEYOND_S: f64 = 0.35;
/// Further apart than this it runs a little faster or slower, in seconds.
pub const NUDGE_BEYOND_S: f64 = 0.04;
/// How much faster or slower.
pub const NUDGE: f64 = 0.06;

/// What the picture should do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Follow {
    /// There is no picture at this moment.
    Hidden,
    Shown {
        /// Where to jump to, in seconds of the file; `None` while near enough.
        seek: Option<f64>,
        playing: bool,
        rate: f64,
    },
}

/// What a picture at `position_s` (seconds of its file) does when the sound stands at `clock`.
pub fn follow(track: &TrackView, clock: Clock, position_s: f64) -> Follow {
    let wanted_s = (clock.ms - float(track.start_ms)) / 1_000.0;
    let length_s = float(track.duration_ms) / 1_000.0;
    if wanted_s < 0.0 || wanted_s > length_s {
        return Follow::Hidden;
    }
    let ahead = position_s - wanted_s;
    let seek = if clock.playing {
        ahead.abs() > SEEK_BEYOND_S
    } else {
        ahead.abs() > NUDGE_BEYOND_S
    };
    let rate = if seek || ahead.abs() <= NUDGE_BEYOND_S {
        clock.speed
    } else {
        clock.speed * (1.0 - NUDGE * ahead.signum())
    };
    Follow::Shown {
        seek: seek.then_some(wanted_s),
        playing: clock.playing,
        rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_domain::call::seat::Seat;

    fn track() -> TrackView {
        TrackView {
            name: "camera-0.webm".to_owned(),
            kind: "camera".to_owned(),
            seat: Some(Seat::SELLER),
            mime: "video/webm".to_owned(),
            start_ms: 2_000,
            duration_ms: 10_000,
            url: String::new(),
        }
    }

    fn at(ms: f64, playing: bool) -> Clock {
        Clock {
            ms,
            playing,
            speed: 1.0,
        }
    }

    #[test]
    fn there_is_no_picture_before_its_start_and_after_its_end() {
        assert_eq!(follow(&track(), at(1_999.0, true), 0.0), Follow::Hidden);
        assert_eq!(follow(&track(), at(12_001.0, true), 0.0), Follow::Hidden);
    }

    #[test]
    fn near_enough_it_just_plays() {
        let shown = follow(&track(), at(5_000.0, true), 3.02);
        assert_eq!(
            shown,
            Follow::Shown {
                seek: None,
                playing: true,
                rate: 1.0
            }
        );
    }

    #[test]
    fn a_small_drift_is_corrected_by_speed_and_a_large_one_by_a_jump() {
        assert_eq!(
            follow(&track(), at(5_000.0, true), 3.2),
            Follow::Shown {
                seek: None,
                playing: true,
                rate: 0.94
            }
        );
        assert_eq!(
            follow(&track(), at(5_000.0, true), 2.8),
            Follow::Shown {
                seek: None,
                playing: true,
                rate: 1.06
            }
        );
        assert_eq!(
            follow(&track(), at(5_000.0, true), 9.0),
            Follow::Shown {
                seek: Some(3.0),
                playing: true,
                rate: 1.0
            }
        );
    }

    #[test]
    fn a_paused_picture_shows_the_exact_moment() {
        assert_eq!(
            follow(&track(), at(5_000.0, false), 3.1),
            Follow::Shown {
                seek: Some(3.0),
                playing: false,
                rate: 1.0
            }
        );
    }
}
