//! One camera's or screen's file: frames put together from packets, broken ones left out.

use super::RenderError;
use super::timeline::Placed;
use super::webm::{Track, WebmWriter};
use crate::rtp::vp8;
use std::io::{Seek, Write};

/// Largest VP8 frame that is put together, in bytes.
const MAX_FRAME: usize = 8 * 1024 * 1024;
/// How long the last picture of a file is shown, in milliseconds.
const LAST_FRAME_MS: u64 = 40;

/// A whole frame, or news of missing ones.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Ticks of the stream's clock since the recording's start.
    pub at: i64,
    pub key: bool,
    pub size: Option<(u16, u16)>,
    pub data: Vec<u8>,
}

/// Puts one stream's frames together. After a loss nothing is given until the next key frame, since every
/// other frame builds on those before it.
#[derive(Default)]
pub(crate) struct Assembler {
    current: Option<Frame>,
    timestamp: u32,
    /// Waiting for a key frame.
    broken: bool,
    started: bool,
}

impl Assembler {
    /// Takes the next packet in order; gives a frame when this packet ends one.
    pub(crate) fn packet(&mut self, placed: &Placed) -> Option<Frame> {
        if placed.missing > 0 {
            self.lose();
        }
        let part = vp8::parse(&placed.packet.payload)?;
        let same = self.current.is_some() && self.timestamp == placed.packet.timestamp;
        if part.begins_frame && !same {
            // The frame before never ended: its marker packet was lost at the edge of a gap, or never sent.
            if self.current.take().is_some() {
                self.lose();
            }
            if part.key_frame {
                self.started = true;
                self.broken = false;
            }
            self.timestamp = placed.packet.timestamp;
            let data = part.data.to_vec();
            self.current = Some(Frame {
                at: placed.at,
                key: part.key_frame,
                size: part.size,
                data,
            });
        } else if let (Some(frame), true) = (&mut self.current, same) {
            if frame.data.len() + part.data.len() > MAX_FRAME {
                self.lose();
                return None;
            }
            frame.data.extend_from_slice(part.data);
        } else {
            self.lose();
            return None;
        }
        if !placed.packet.marker {
            return None;
        }
        let frame = self.current.take()?;
        (self.started && !self.broken).then_some(frame)
    }

    /// Frames are being left out until a key frame comes.
    pub(crate) fn is_broken(&self) -> bool {
        !self.started || self.broken
    }

    fn lose(&mut self) {
        self.current = None;
        self.broken = true;
    }
}

/// One picture's file over the whole recording, through all of its streams.
pub(crate) struct PictureFile<W> {
    webm: WebmWriter<W>,
    /// Milliseconds from the recording's start to the file's zero.
    pub start_ms: u64,
    pub size: (u16, u16),
    last_ms: u64,
}

impl<W: Write + Seek> PictureFile<W> {
    /// Begins a file at its first key frame.
    pub(crate) fn new(sink: W, start_ms: u64, size: (u16, u16)) -> Result<Self, RenderError> {
        let webm = WebmWriter::new(
            sink,
            Track::Vp8 {
                width: size.0,
                height: size.1,
            },
        )?;
        Ok(Self {
            webm,
            start_ms,
            size,
            last_ms: start_ms,
        })
    }

    /// Appends a frame at its place in the recording, in milliseconds.
    pub(crate) fn frame(&mut self, at_ms: u64, key: bool, data: &[u8]) -> Result<(), RenderError> {
        // Players want times that never go back.
        let at = at_ms.max(self.last_ms);
        self.last_ms = at;
        self.webm.frame(at - self.start_ms, key, true, data)?;
        Ok(())
    }

    /// Gives the sink and the duration in milliseconds.
    pub(crate) fn finish(self) -> Result<(W, u64), RenderError> {
        let duration = self.last_ms - self.start_ms + LAST_FRAME_MS;
        Ok((self.webm.finish(duration)?, duration))
    }
}
