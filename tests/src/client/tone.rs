//! A tone as Opus packets of 20 ms.

use anyhow::Result;
use bytes::Bytes;
use opus::{Application, Channels, Encoder};

const RATE: u32 = 48_000;
/// Samples of 20 ms.
const FRAME: usize = 960;
/// Longest packet that an encoder makes of 20 ms at this rate, in bytes.
const LONGEST: usize = 400;
const BITS_PER_SECOND: i32 = 48_000;

/// Makes the packets one after the other.
pub struct Tone {
    encoder: Encoder,
    hertz: f32,
    /// Samples made so far.
    at: u32,
}

impl Tone {
    /// # Errors
    /// When the encoder cannot be made.
    pub fn new(hertz: f32) -> Result<Self> {
        let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Audio)?;
        encoder.set_bitrate(opus::Bitrate::Bits(BITS_PER_SECOND))?;
        Ok(Self {
            encoder,
            hertz,
            at: 0,
        })
    }

    /// The next 20 ms.
    ///
    /// # Errors
    /// The encoder's.
    pub fn packet(&mut self) -> Result<Bytes> {
        let mut samples = [0_f32; FRAME];
        for sample in &mut samples {
            // One second holds whole turns of every tone in use, so the phase never grows large.
            #[expect(clippy::cast_precision_loss, reason = "below 48,000")]
            let seconds = (self.at % RATE) as f32 / 48_000.0;
            *sample = 0.4 * (std::f32::consts::TAU * self.hertz * seconds).sin();
            self.at = self.at.wrapping_add(1) % RATE;
        }
        Ok(Bytes::from(
            self.encoder.encode_vec_float(&samples, LONGEST)?,
        ))
    }
}
