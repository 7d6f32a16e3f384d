//! What stands inside a sealed frame: packets, sender reports, track declarations and notes of lost taps,
//! in a small binary form.
//!
//! A frame's plaintext is a plain sequence of records. A record is one tag byte and its fields; `v` is an
//! unsigned LEB128 number of at most ten bytes, `z` a zigzag-coded signed `v`, fixed-width numbers are
//! big-endian:
//!
//! | tag | record | fields |
//! |---|---|---|
//! | 1 | track declaration | id `u16`, seat `u8`, kind `u8`, codec `u8`, SSRC `u32`, clock rate `u32` |
//! | 2, 3 | packet (3: marker bit set) | track `u16`, extended sequence `v`, RTP time `u32`, arrival `z`, length `v`, payload |
//! | 4 | sender report | track `u16`, NTP time `u64`, RTP time `u32`, arrival `z` |
//! | 5 | packets lost before the recorder | count `v`, arrival `z` |
//!
//! Arrivals are microseconds relative to the segment's start.

use super::limits::MAX_PAYLOAD;
use crate::{Codec, Micros, TrackKey, TrackKind};
use bytes::Bytes;
use orderline_domain::call::seat::Seat;

const TAG_TRACK: u8 = 1;
const TAG_PACKET: u8 = 2;
const TAG_PACKET_MARKED: u8 = 3;
const TAG_REPORT: u8 = 4;
const TAG_LOST: u8 = 5;

/// Bytes that one [`TrackDecl`] takes.
pub(crate) const TRACK_LEN: usize = 13;

/// A track as a segment names it: one RTP stream (SSRC) of one sender. A participant who reloads the page
/// comes back with a new SSRC and gets a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackDecl {
    /// Stable within one (recording, epoch).
    pub id: u16,
    pub key: TrackKey,
    pub codec: Codec,
    pub ssrc: u32,
    /// RTP clock in Hz.
    pub clock_rate: u32,
}

/// One entry of a frame. Arrivals are absolute [`Micros`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Track(TrackDecl),
    Packet(PacketRecord),
    Report(ReportRecord),
    /// `count` packets reached the tap when its queue was full and were dropped.
    Lost {
        count: u64,
        at: Micros,
    },
}

/// One RTP packet as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketRecord {
    pub track: u16,
    /// Unwrapped sequence number: consecutive across the 16-bit wrap within one track id.
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    pub arrival: Micros,
    pub payload: Bytes,
}

/// One RTCP sender report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportRecord {
    pub track: u16,
    /// NTP time in the sender's clock (32.32 fixed point).
    pub ntp: u64,
    pub rtp_time: u32,
    pub arrival: Micros,
}

/// The plaintext of a frame is not a sequence of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("broken record at byte {at} of a frame")]
pub struct CodecError {
    pub at: usize,
}

/// Appends one record; `base` is the segment's start.
pub(crate) fn encode(record: &Record, base: Micros, out: &mut Vec<u8>) {
    match record {
        Record::Track(track) => {
            out.push(TAG_TRACK);
            encode_track(track, out);
        }
        Record::Packet(packet) => {
            out.push(if packet.marker {
                TAG_PACKET_MARKED
            } else {
                TAG_PACKET
            });
            out.extend_from_slice(&packet.track.to_be_bytes());
            put_varint(packet.sequence, out);
            out.extend_from_slice(&packet.timestamp.to_be_bytes());
            put_signed(delta(packet.arrival, base), out);
            put_varint(packet.payload.len() as u64, out);
            out.extend_from_slice(&packet.payload);
        }
        Record::Report(report) => {
            out.push(TAG_REPORT);
            out.extend_from_slice(&report.track.to_be_bytes());
            out.extend_from_slice(&report.ntp.to_be_bytes());
            out.extend_from_slice(&report.rtp_time.to_be_bytes());
            put_signed(delta(report.arrival, base), out);
        }
        Record::Lost { count, at } => {
            out.push(TAG_LOST);
            put_varint(*count, out);
            put_signed(delta(*at, base), out);
        }
    }
}

/// Reads a whole frame. Never panics, whatever the bytes.
pub(crate) fn decode(plain: &[u8], base: Micros) -> Result<Vec<Record>, CodecError> {
    let mut reader = Reader {
        bytes: plain,
        at: 0,
    };
    let mut records = Vec::new();
    while reader.at < plain.len() {
        let start = reader.at;
        let record = read_record(&mut reader, base).ok_or(CodecError { at: start })?;
        records.push(record);
    }
    Ok(records)
}

fn read_record(r: &mut Reader<'_>, base: Micros) -> Option<Record> {
    let tag = r.u8()?;
    Some(match tag {
        TAG_TRACK => Record::Track(decode_track(r.take(TRACK_LEN)?)?),
        TAG_PACKET | TAG_PACKET_MARKED => {
            let track = r.u16()?;
            let sequence = r.varint()?;
            let timestamp = r.u32()?;
            let arrival = absolute(r.signed()?, base);
            let len = usize::try_from(r.varint()?)
                .ok()
                .filter(|len| *len <= MAX_PAYLOAD)?;
            let payload = Bytes::copy_from_slice(r.take(len)?);
            let marker = tag == TAG_PACKET_MARKED;
            Record::Packet(PacketRecord {
                track,
                sequence,
                timestamp,
                marker,
                arrival,
                payload,
            })
        }
        TAG_REPORT => Record::Report(ReportRecord {
            track: r.u16()?,
            ntp: r.u64()?,
            rtp_time: r.u32()?,
            arrival: absolute(r.signed()?, base),
        }),
        TAG_LOST => Record::Lost {
            count: r.varint()?,
            at: absolute(r.signed()?, base),
        },
        _ => return None,
    })
}

/// Appends a track's fields without a tag (also used by the segment header's table).
pub(crate) fn encode_track(track: &TrackDecl, out: &mut Vec<u8>) {
    out.extend_from_slice(&track.id.to_be_bytes());
    out.push(track.key.seat.0);
    out.push(track.key.kind as u8);
    out.push(track.codec as u8);
    out.extend_from_slice(&track.ssrc.to_be_bytes());
    out.extend_from_slice(&track.clock_rate.to_be_bytes());
}

/// Reads what [`encode_track`] wrote; `None` for another length or an unknown kind or codec.
pub(crate) fn decode_track(bytes: &[u8]) -> Option<TrackDecl> {
    let mut r = Reader { bytes, at: 0 };
    let id = r.u16()?;
    let seat = Seat(r.u8()?);
    let kind = match r.u8()? {
        0 => TrackKind::Audio,
        1 => TrackKind::Camera,
        2 => TrackKind::Screen,
        _ => return None,
    };
    let codec = match r.u8()? {
        1 => Codec::Opus,
        2 => Codec::Vp8,
        _ => return None,
    };
    let track = TrackDecl {
        id,
        key: TrackKey { seat, kind },
        codec,
        ssrc: r.u32()?,
        clock_rate: r.u32()?,
    };
    (r.at == bytes.len()).then_some(track)
}

fn delta(at: Micros, base: Micros) -> i64 {
    at.wrapping_sub(base).cast_signed()
}

fn absolute(delta: i64, base: Micros) -> Micros {
    base.wrapping_add(delta.cast_unsigned())
}

fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn put_signed(value: i64, out: &mut Vec<u8>) {
    put_varint(((value << 1) ^ (value >> 63)).cast_unsigned(), out);
}

/// A cursor that gives `None` past the end.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(len)?;
        let part = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(part)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let raw = self.varint()?;
        Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn track_decl() -> impl Strategy<Value = TrackDecl> {
        (
            any::<u16>(),
            any::<u8>(),
            0..3u8,
            any::<bool>(),
            any::<u32>(),
            any::<u32>(),
        )
            .prop_map(|(id, seat, kind, opus, ssrc, clock_rate)| TrackDecl {
                id,
                key: TrackKey {
                    seat: Seat(seat),
                    kind: [TrackKind::Audio, TrackKind::Camera, TrackKind::Screen]
                        [usize::from(kind)],
                },
                codec: if opus { Codec::Opus } else { Codec::Vp8 },
                ssrc,
                clock_rate,
            })
    }

    fn record() -> impl Strategy<Value = Record> {
        prop_oneof![
            track_decl().prop_map(Record::Track),
            (
                any::<(u16, u64, u32, bool, u64)>(),
                proptest::collection::vec(any::<u8>(), 0..1500)
            )
                .prop_map(
                    |((track, sequence, timestamp, marker, arrival), payload)| Record::Packet(
                        PacketRecord {
                            track,
                            sequence,
                            timestamp,
                            marker,
                            arrival,
                            payload: payload.into(),
                        }
                    )
                ),
            any::<(u16, u64, u32, u64)>().prop_map(|(track, ntp, rtp_time, arrival)| {
                Record::Report(ReportRecord {
                    track,
                    ntp,
                    rtp_time,
                    arrival,
                })
            }),
            any::<(u64, u64)>().prop_map(|(count, at)| Record::Lost { count, at }),
        ]
    }

    proptest! {
        #[test]
        fn records_come_back_as_written(records in proptest::collection::vec(record(), 0..20), base: u64) {
            let mut bytes = Vec::new();
            for record in &records {
                encode(record, base, &mut bytes);
            }
            prop_assert_eq!(decode(&bytes, base), Ok(records));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), base: u64) {
            if let Ok(records) = decode(&bytes, base) {
                // What was accepted can be written again and means the same.
                let mut again = Vec::new();
                for record in &records {
                    encode(record, base, &mut again);
                }
                prop_assert_eq!(decode(&again, base), Ok(records));
            }
        }
    }
}
