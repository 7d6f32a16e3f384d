//! The segment file's outer form: header and frame envelopes, which need no key.
//!
//! All numbers are big-endian. A header, in the clear but bound to every frame by its hash:
//!
//! | bytes | field |
//! |---|---|
//! | 4 | `OLSG` |
//! | 2 | format version, 1 |
//! | 4 | length of the header with its checksum |
//! | 16, 16 | recording, call |
//! | 4, 4 | epoch, index |
//! | 8 | start: arrival of the first packet, microseconds since the Unix epoch |
//! | 16 | random nonce of this file |
//! | 2 | number of tracks, then 13 bytes for each (see the codec) |
//! | 4 | CRC-32 of all before |
//!
//! Then frames, each sealed with AES-256-GCM:
//!
//! | bytes | field |
//! |---|---|
//! | 4 | length of the sealed part |
//! | 1 | flags: bit 0 = the segment's last frame |
//! | 8, 8 | arrival of the first and of the last packet inside (`u64::MAX`, 0 when there is none) |
//! | 4 | CRC-32 of the fields above and of the sealed part |
//! | … | the sealed part: ciphertext and 16-byte tag |
//!
//! The checksum finds a torn write without the key; the seal's associated data (header hash, frame counter,
//! the frame's flags and times) finds everything else. A file that ends without a last frame was cut.

use super::codec::{self, Reader, TRACK_LEN, TrackDecl};
use super::limits::{MAX_FRAME, MAX_TRACKS};
use crate::Micros;
use orderline_domain::ids::{CallId, RecordingId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const MAGIC: &[u8; 4] = b"OLSG";
const VERSION: u16 = 1;
const FRAME_FINAL: u8 = 1;
/// Bytes of a header without tracks.
const HEADER_FIXED: usize = 80;
/// Bytes of a frame before its sealed part.
pub(crate) const FRAME_PREFIX: usize = 25;
/// Bytes that the seal adds.
pub(crate) const TAG: usize = 16;

/// What a segment says about itself, in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub recording: RecordingId,
    pub call: CallId,
    pub epoch: u32,
    pub index: u32,
    pub start: Micros,
    pub nonce: [u8; 16],
    /// Tracks known when the segment began; later ones are declared inside frames.
    pub tracks: Vec<TrackDecl>,
}

impl Header {
    pub fn encode(&self) -> Vec<u8> {
        let len = HEADER_FIXED + self.tracks.len() * TRACK_LEN;
        let mut out = Vec::with_capacity(len);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(self.recording.as_uuid().as_bytes());
        out.extend_from_slice(self.call.as_uuid().as_bytes());
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(&self.index.to_be_bytes());
        out.extend_from_slice(&self.start.to_be_bytes());
        out.extend_from_slice(&self.nonce);
        out.extend_from_slice(
            &u16::try_from(self.tracks.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
        for track in &self.tracks {
            codec::encode_track(track, &mut out);
        }
        out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
        out
    }

    /// Reads a header from the front of a file: the header and its length in bytes.
    pub fn decode(file: &[u8]) -> Option<(Self, usize)> {
        let mut r = Reader { bytes: file, at: 0 };
        if r.take(4)? != MAGIC || r.u16()? != VERSION {
            return None;
        }
        let len = usize::try_from(r.u32()?).ok()?;
        if !(HEADER_FIXED..=HEADER_FIXED + MAX_TRACKS * TRACK_LEN).contains(&len) {
            return None;
        }
        let body = file.get(..len - 4)?;
        let crc = file.get(len - 4..len)?;
        if crc32fast::hash(body).to_be_bytes() != crc {
            return None;
        }
        let recording = RecordingId::from_uuid(Uuid::from_bytes(r.array()?));
        let call = CallId::from_uuid(Uuid::from_bytes(r.array()?));
        let epoch = r.u32()?;
        let index = r.u32()?;
        let start = r.u64()?;
        let nonce = r.array()?;
        let count = usize::from(r.u16()?);
        let tracks = (0..count)
            .map(|_| codec::decode_track(r.take(TRACK_LEN)?))
            .collect::<Option<Vec<_>>>()?;
        let header = Self {
            recording,
            call,
            epoch,
            index,
            start,
            nonce,
            tracks,
        };
        (r.at + 4 == len).then_some((header, len))
    }
}

/// SHA-256 of an encoded header, bound into every frame's seal.
pub(crate) fn header_hash(encoded: &[u8]) -> [u8; 32] {
    Sha256::digest(encoded).into()
}

/// A frame's clear part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub last: bool,
    /// Arrival of the first packet inside; `u64::MAX` when there is none.
    pub first_at: Micros,
    /// Arrival of the last packet inside; 0 when there is none.
    pub last_at: Micros,
}

impl FrameHead {
    /// The fields that the seal covers besides the header's hash and the counter.
    pub(crate) fn bound(&self) -> [u8; 17] {
        let mut out = [0; 17];
        out[0] = if self.last { FRAME_FINAL } else { 0 };
        out[1..9].copy_from_slice(&self.first_at.to_be_bytes());
        out[9..].copy_from_slice(&self.last_at.to_be_bytes());
        out
    }

    /// The whole frame as it goes to the file.
    pub(crate) fn envelope(&self, sealed: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(FRAME_PREFIX + sealed.len());
        out.extend_from_slice(
            &u32::try_from(sealed.len())
                .unwrap_or(u32::MAX)
                .to_be_bytes(),
        );
        out.extend_from_slice(&self.bound());
        let mut crc = crc32fast::Hasher::new();
        crc.update(&out);
        crc.update(sealed);
        out.extend_from_slice(&crc.finalize().to_be_bytes());
        out.extend_from_slice(sealed);
        out
    }
}

/// Reads the whole frame at the front of `bytes`: clear part, sealed part, bytes taken. `None` when it is
/// cut, torn or not a frame.
pub(crate) fn next_frame(bytes: &[u8]) -> Option<(FrameHead, &[u8], usize)> {
    let mut r = Reader { bytes, at: 0 };
    let len = usize::try_from(r.u32()?).ok()?;
    if !(TAG..=MAX_FRAME + TAG).contains(&len) {
        return None;
    }
    let flags = r.u8()?;
    let first_at = r.u64()?;
    let last_at = r.u64()?;
    let covered = r.at;
    let crc = r.u32()?;
    let sealed = r.take(len)?;
    let mut check = crc32fast::Hasher::new();
    check.update(bytes.get(..covered)?);
    check.update(sealed);
    if flags & !FRAME_FINAL != 0 || check.finalize() != crc {
        return None;
    }
    Some((
        FrameHead {
            last: flags & FRAME_FINAL != 0,
            first_at,
            last_at,
        },
        sealed,
        r.at,
    ))
}

/// How far a file can be trusted, found without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub header: Header,
    /// Bytes up to the end of the last whole frame.
    pub good_len: usize,
    /// The frame marked as last is there.
    pub complete: bool,
    pub first_at: Micros,
    pub last_at: Micros,
}

/// Walks over a file's frames; `None` when the header itself is broken.
pub(crate) fn measure(file: &[u8]) -> Option<Extent> {
    let (header, mut at) = Header::decode(file)?;
    let (mut first_at, mut last_at, mut complete) = (Micros::MAX, 0, false);
    while let Some((head, _, taken)) = file.get(at..).and_then(next_frame) {
        at += taken;
        first_at = first_at.min(head.first_at);
        last_at = last_at.max(head.last_at);
        if head.last {
            complete = true;
            break;
        }
    }
    if first_at > last_at {
        (first_at, last_at) = (header.start, header.start);
    }
    Some(Extent {
        header,
        good_len: at,
        complete,
        first_at,
        last_at,
    })
}
