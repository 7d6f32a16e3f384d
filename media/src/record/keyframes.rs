//! When the recorder wants a key frame of a picture: at the start, after a gap that nothing repaired, and
//! when the last one is old, because a recording can be sought to key frames only.

use super::limits::{KEYFRAME_MAX_AGE, KEYFRAME_RETRY};
use crate::Micros;

/// State of one picture's stream.
#[derive(Debug, Default)]
pub struct KeyframeWatch {
    last: Option<Micros>,
    /// Pictures after a gap cannot be shown until a key frame comes.
    broken: bool,
    asked: Option<Micros>,
}

impl KeyframeWatch {
    /// Takes note of a packet; `true` when a key frame should be asked for.
    pub fn packet(&mut self, begins_key_frame: bool, after_gap: bool, at: Micros) -> bool {
        if begins_key_frame {
            self.last = Some(at);
            self.broken = false;
            self.asked = None;
        }
        if after_gap && !begins_key_frame {
            self.broken = true;
        }
        let old = self
            .last
            .is_none_or(|last| at.saturating_sub(last) >= KEYFRAME_MAX_AGE);
        let again = self
            .asked
            .is_none_or(|asked| at.saturating_sub(asked) >= KEYFRAME_RETRY);
        let ask = (self.broken || old) && again;
        if ask {
            self.asked = Some(at);
        }
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_at_the_start_after_a_gap_and_when_old_but_not_all_the_time() {
        let mut watch = KeyframeWatch::default();
        assert!(watch.packet(false, false, 0), "nothing to start from");
        assert!(!watch.packet(false, false, 500_000), "asked a moment ago");
        assert!(watch.packet(false, false, 1_000_000), "none came");
        assert!(!watch.packet(true, false, 1_100_000));
        assert!(watch.packet(false, true, 1_200_000), "a gap");
        assert!(!watch.packet(true, false, 1_300_000));
        assert!(!watch.packet(false, false, 11_299_999));
        assert!(watch.packet(false, false, 11_300_000), "old");
    }
}
