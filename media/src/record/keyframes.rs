//! When the recorder wants a key frame of a picture: at the start, after a gap that nothing repaired, and
//! when the last one is old, because a recording can be sought to key frames only.

use super::limits::{KEYFRAME_AT_LAST, KEYFRAME_MAX_AGE, KEYFRAME_RETRY};
use crate::{Micros, rtp::KeyframeNeed};

/// State of one picture's stream.
#[derive(Debug, Default)]
pub(crate) struct KeyframeWatch {
    last: Option<Micros>,
    /// Pictures after a gap cannot be shown until a key frame comes.
    broken: bool,
    asked: Option<Micros>,
}

impl KeyframeWatch {
    /// Takes note of a packet; answers whether a key frame should be asked for.
    pub(crate) fn packet(
        &mut self,
        begins_key_frame: bool,
        after_gap: bool,
        at: Micros,
    ) -> Option<KeyframeNeed> {
        if begins_key_frame {
            self.last = Some(at);
            self.broken = false;
            self.asked = None;
        }
        if after_gap && !begins_key_frame {
            self.broken = true;
        }
        let older = |age| self.last.is_none_or(|last| at.saturating_sub(last) >= age);
        let need = if self.broken || older(KEYFRAME_AT_LAST) {
            Some(KeyframeNeed::Required)
        } else {
            older(KEYFRAME_MAX_AGE).then_some(KeyframeNeed::Useful)
        };
        let again = self
            .asked
            .is_none_or(|asked| at.saturating_sub(asked) >= KEYFRAME_RETRY);
        let need = need.filter(|_| again)?;
        self.asked = Some(at);
        Some(need)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_at_the_start_after_a_gap_and_when_old_but_not_all_the_time() {
        let mut watch = KeyframeWatch::default();
        let (required, useful) = (Some(KeyframeNeed::Required), Some(KeyframeNeed::Useful));
        assert_eq!(watch.packet(false, false, 0), required, "nothing before it");
        assert_eq!(watch.packet(false, false, 500_000), None, "a moment ago");
        assert_eq!(watch.packet(false, false, 1_000_000), required, "none came");
        assert_eq!(watch.packet(true, false, 1_100_000), None);
        assert_eq!(watch.packet(false, true, 1_200_000), required, "a gap");
        assert_eq!(watch.packet(true, false, 1_300_000), None);
        assert_eq!(watch.packet(false, false, 11_299_999), None);
        assert_eq!(watch.packet(false, false, 11_300_000), useful, "old");
        assert_eq!(watch.packet(false, false, 61_299_999), useful, "not given");
        assert_eq!(watch.packet(false, false, 62_300_000), required, "too old");
    }
}
