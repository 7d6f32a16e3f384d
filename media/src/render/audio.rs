//! The voices' file: decoded streams, mixed left and right, encoded again as stereo Opus.

use super::RenderError;
use super::mixer::{Mixer, RATE};
use super::webm::{Track, WebmWriter};
use opus::{Application, Bitrate, Channels, Encoder};
use std::io::{Seek, Write};

/// Bits per second of the stereo file.
const BITRATE: i32 = 96_000;
const FRAME_MS: u64 = 20;
/// Largest encoded frame; Opus needs no more than 1,275 bytes for 20 ms.
const MAX_ENCODED: usize = 1500;

/// Encodes what the mixer gives.
pub(crate) struct AudioFile<W> {
    encoder: Encoder,
    webm: WebmWriter<W>,
    frames: u64,
}

impl<W: Write + Seek> AudioFile<W> {
    pub(crate) fn new(sink: W) -> Result<Self, RenderError> {
        let rate = u32::try_from(RATE).unwrap_or(48_000);
        let mut encoder = Encoder::new(rate, Channels::Stereo, Application::Audio)?;
        encoder.set_bitrate(Bitrate::Bits(BITRATE))?;
        encoder.set_force_channels(Some(Channels::Stereo))?;
        let pre_skip = u16::try_from(encoder.get_lookahead()?).unwrap_or(312);
        let webm = WebmWriter::new(sink, Track::Opus { pre_skip })?;
        Ok(Self {
            encoder,
            webm,
            frames: 0,
        })
    }

    /// Encodes whole frames up to a place that nothing can change any more.
    pub(crate) fn take(&mut self, mixer: &mut Mixer, until: u64) -> Result<(), RenderError> {
        while mixer.taken() + FRAME_MS * RATE / 1000 <= until {
            let mut packet = [0u8; MAX_ENCODED];
            let len = self.encoder.encode_float(&mixer.take(), &mut packet)?;
            self.webm
                .frame(self.frames * FRAME_MS, true, false, &packet[..len])?;
            self.frames += 1;
        }
        Ok(())
    }

    /// Encodes the rest, up to `end`, and the encoder's own delay. Gives the sink and the duration in
    /// milliseconds.
    pub(crate) fn finish(mut self, mixer: &mut Mixer, end: u64) -> Result<(W, u64), RenderError> {
        let frame = FRAME_MS * RATE / 1000;
        let delay = u64::try_from(self.encoder.get_lookahead()?).unwrap_or(0);
        self.take(mixer, (end + delay).div_ceil(frame) * frame)?;
        let duration = end * 1000 / RATE;
        Ok((self.webm.finish(duration)?, duration))
    }
}
