//! The VP8 payload descriptor (RFC 7741, section 4.2).

/// One packet's part of a VP8 frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vp8Part<'a> {
    /// The packet begins a frame: start of partition, partition 0.
    pub begins_frame: bool,
    /// The packet begins a key frame.
    pub key_frame: bool,
    /// Width and height in pixels, from a key frame's first packet.
    pub size: Option<(u16, u16)>,
    /// The payload after the descriptor.
    pub data: &'a [u8],
}

/// Reads the descriptor; `None` when it is cut or nothing follows it.
pub fn parse(payload: &[u8]) -> Option<Vp8Part<'_>> {
    let first = *payload.first()?;
    let mut at = 1;
    if first & 0x80 != 0 {
        let extension = *payload.get(at)?;
        at += 1;
        if extension & 0x80 != 0 {
            // The picture id has one byte, or two when its own top bit is set.
            at += if payload.get(at)? & 0x80 != 0 { 2 } else { 1 };
        }
        if extension & 0x40 != 0 {
            at += 1;
        }
        if extension & 0x30 != 0 {
            at += 1;
        }
    }
    let data = payload.get(at..).filter(|data| !data.is_empty())?;
    let begins_frame = first & 0x17 == 0x10;
    let key_frame = begins_frame && data[0] & 0x01 == 0;
    Some(Vp8Part {
        begins_frame,
        key_frame,
        size: if key_frame { key_size(data) } else { None },
        data,
    })
}

/// A key frame's size: after the 3-byte frame tag and the start code 9d 01 2a come 14 bits of width and of
/// height, little-endian, each below 2 bits of scale (RFC 6386, section 9.1).
fn key_size(data: &[u8]) -> Option<(u16, u16)> {
    let [0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *data.get(3..10)? else {
        return None;
    };
    Some((
        u16::from_le_bytes([w0, w1]) & 0x3fff,
        u16::from_le_bytes([h0, h1]) & 0x3fff,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn key_frame_behind_a_long_picture_id() {
        let payload = [
            0x90, 0xf0, 0x81, 0x23, 0x05, 0x60, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01,
            0xf0, 0x00,
        ];
        let part = parse(&payload).expect("a whole descriptor");
        assert!(part.begins_frame && part.key_frame);
        assert_eq!(part.size, Some((320, 240)));
        assert_eq!(part.data.len(), 10);
    }

    #[test]
    fn a_later_packet_of_a_frame_is_no_key_frame() {
        let part = parse(&[0x00, 0x10]).expect("a whole descriptor");
        assert!(!part.begins_frame && !part.key_frame);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Some(part) = parse(&bytes) {
                prop_assert!(!part.data.is_empty());
            }
        }
    }
}
