//! Numbered payloads in the shape of Opus and VP8.

use bytes::{BufMut, Bytes, BytesMut};

/// A 20 ms CELT fullband mono packet's first byte (RFC 6716, section 3.1).
const OPUS_TOC: u8 = 0xf8;
/// Bytes of a sound packet: 48 kbit/s.
const SOUND_BYTES: usize = 120;
/// Bytes of one packet of a picture.
const PICTURE_BYTES: usize = 1_100;

/// A packet of sound that carries its number.
pub fn sound(number: u32) -> Bytes {
    let mut payload = BytesMut::with_capacity(SOUND_BYTES);
    payload.put_u8(OPUS_TOC);
    payload.put_u32(number);
    payload.resize(SOUND_BYTES, 0x5a);
    payload.freeze()
}

/// The number of a packet made by [`sound`].
pub fn sound_number(payload: &[u8]) -> Option<u32> {
    match payload {
        [OPUS_TOC, a, b, c, d, ..] if payload.len() == SOUND_BYTES => {
            Some(u32::from_be_bytes([*a, *b, *c, *d]))
        }
        _ => None,
    }
}

/// One packet of a picture. Its descriptor has a two-byte picture id (RFC 7741, section 4.2).
pub fn picture(number: u32, part: u8, key_frame: bool) -> Bytes {
    let first = part == 0;
    let mut payload = BytesMut::with_capacity(PICTURE_BYTES);
    payload.put_u8(if first { 0x90 } else { 0x80 });
    payload.put_u8(0x80);
    payload.put_u16(0x8000 | (number & 0x7fff) as u16);
    // The frame tag's lowest bit is 0 in a key frame (RFC 6386, section 9.1).
    payload.put_u8(u8::from(!key_frame));
    payload.put_u32(number);
    payload.put_u8(part);
    payload.resize(PICTURE_BYTES, 0xa5);
    payload.freeze()
}

/// Number and part of a packet made by [`picture`].
pub fn picture_number(payload: &[u8]) -> Option<(u32, u8)> {
    match payload {
        [_, 0x80, _, _, _, a, b, c, d, part, ..] if payload.len() == PICTURE_BYTES => {
            Some((u32::from_be_bytes([*a, *b, *c, *d]), *part))
        }
        _ => None,
    }
}
