//! What a stream carries. Which codec that is, the answer of a negotiation says, per stream.

use super::{TrackKind, vp8};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Codec {
    /// RFC 7587.
    Opus = 1,
    /// RFC 7741.
    Vp8 = 2,
}

impl Codec {
    /// Those that a track of this kind may be sent in, the preferred one first.
    pub const fn supported(kind: TrackKind) -> &'static [Self] {
        match kind {
            TrackKind::Audio => &[Self::Opus],
            TrackKind::Camera | TrackKind::Screen => &[Self::Vp8],
        }
    }

    /// The codec that we propose for a track of this kind.
    pub const fn preferred(kind: TrackKind) -> Self {
        Self::supported(kind)[0]
    }

    /// Its name in an SDP `rtpmap` (RFC 8866, section 6.6); case does not count.
    pub const fn encoding_name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Vp8 => "VP8",
        }
    }

    /// Ticks of the RTP clock per second.
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 => 90_000,
        }
    }

    /// Channels that an `rtpmap` names; 0 where it names none.
    pub const fn channels(self) -> u16 {
        match self {
            Self::Opus => 2,
            Self::Vp8 => 0,
        }
    }

    /// The whole value of an `rtpmap`, without the payload type.
    pub fn rtpmap(self) -> String {
        let (name, rate) = (self.encoding_name(), self.clock_rate());
        match self.channels() {
            0 => format!("{name}/{rate}"),
            channels => format!("{name}/{rate}/{channels}"),
        }
    }

    pub const fn is_video(self) -> bool {
        matches!(self, Self::Vp8)
    }

    /// Whether the payload begins a key frame; sound has none.
    pub fn starts_key_frame(self, payload: &[u8]) -> bool {
        match self {
            Self::Opus => false,
            Self::Vp8 => vp8::parse(payload).is_some_and(|part| part.key_frame),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_has_no_key_frames_and_a_vp8_key_frame_is_seen() {
        let key_frame = [0x10, 0x00, 0, 0];
        assert!(Codec::Vp8.starts_key_frame(&key_frame));
        assert!(!Codec::Vp8.starts_key_frame(&[0x10, 0x01, 0, 0]));
        assert!(!Codec::Opus.starts_key_frame(&key_frame));
    }

    #[test]
    fn an_rtpmap_is_written_as_browsers_write_it() {
        assert_eq!(Codec::Opus.rtpmap(), "opus/48000/2");
        assert_eq!(Codec::Vp8.rtpmap(), "VP8/90000");
    }
}
