//! Media on a connection that is up: opened and sealed, watched, reported and repaired.

use super::{agreed::Agreed, line::Upkeep, secure::Keys};
use bytes::BytesMut;
use rtc::{
    interceptor::{
        AttributedPacket, Interceptor as _, Packet, TaggedPacket, TwccReceiverBuilder,
        TwccReceiverInterceptor,
    },
    rtcp, rtp,
    sansio::Protocol as _,
    shared::TransportContext,
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// From one report of arrivals to the next; browsers among themselves take 50 to 250 ms.
const ARRIVALS: Duration = Duration::from_millis(50);
/// Where a packet's stream stands in its header (RFC 3550, section 5.1).
const SSRC: std::ops::Range<usize> = 8..12;

/// Reports, repair and feedback are one; beside it, the arrivals from which the peer estimates its way to us. A peer
/// that has only our reports of loss takes every lost packet for a full way, and never finds back up.
pub(super) struct Flow {
    upkeep: Upkeep,
    arrivals: TwccReceiverInterceptor,
    /// The streams that may come. Others are not even opened: nobody declared them.
    known: Vec<u32>,
    sealed: VecDeque<BytesMut>,
}

impl Flow {
    pub fn new(upkeep: Upkeep) -> Self {
        let arrivals = TwccReceiverBuilder::new().with_interval(ARRIVALS).build();
        Self {
            upkeep,
            arrivals,
            known: Vec::new(),
            sealed: VecDeque::new(),
        }
    }

    /// A stream that goes out.
    pub fn bind_outgoing(&mut self, agreed: &Agreed, ssrc: u32, repair: Option<u32>) {
        self.upkeep.bind_outgoing(&agreed.stream(ssrc, repair));
    }

    /// A stream that may come.
    pub fn bind_incoming(&mut self, agreed: &Agreed, ssrc: u32, repair: Option<u32>) {
        let stream = agreed.stream(ssrc, repair);
        self.upkeep.bind_incoming(&stream);
        self.arrivals.bind_remote_stream(&stream);
        self.known.push(ssrc);
        self.known.extend(repair);
    }

    /// Takes a datagram of media; what is no good is dropped.
    pub fn came(&mut self, now: Instant, keys: &mut Keys, sealed: &[u8]) -> Option<Packet> {
        if is_rtcp(sealed) {
            let parts = keys.open_rtcp(sealed).ok()?;
            for part in &parts {
                self.upkeep.control(now, part.as_ref());
            }
            self.seal(keys);
            return Some(Packet::Rtcp(parts));
        }
        let ssrc = u32::from_be_bytes(sealed.get(SSRC)?.try_into().ok()?);
        if !self.known.contains(&ssrc) {
            return None;
        }
        let packet = keys.open_rtp(sealed).ok()?;
        self.upkeep.came(now, &packet);
        if packet.header.extension {
            self.numbered(now, packet)
        } else {
            Some(Packet::Rtp(packet))
        }
    }

    /// Takes note of the arrival of a packet that may be numbered for it.
    fn numbered(&mut self, now: Instant, packet: rtp::Packet) -> Option<Packet> {
        let packet = TaggedPacket {
            now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtp(packet)),
        };
        // It neither fails nor keeps anything back.
        let _ = self.arrivals.handle_read(packet);
        Some(self.arrivals.poll_read()?.message.packet)
    }

    pub fn send_rtp(&mut self, now: Instant, keys: &mut Keys, mut packet: rtp::Packet) {
        self.upkeep.goes(now, &mut packet);
        // What cannot be sealed is too long for any datagram.
        self.sealed.extend(keys.seal_rtp(&packet));
    }

    pub fn send_rtcp(&mut self, keys: &mut Keys, packet: Box<dyn rtcp::Packet>) {
        self.sealed.extend(keys.seal_rtcp(&[packet]));
    }

    /// Seals what is to be sent again, and the reports.
    fn seal(&mut self, keys: &mut Keys) {
        loop {
            let arrivals = || Some(self.arrivals.poll_write()?.message.packet);
            let Some(packet) = self.upkeep.poll_write().or_else(arrivals) else {
                break;
            };
            let sealed = match &packet {
                Packet::Rtp(packet) => keys.seal_rtp(packet),
                Packet::Rtcp(packets) => keys.seal_rtcp(packets),
                _ => continue,
            };
            self.sealed.extend(sealed);
        }
    }

    pub fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.sealed.pop_front()
    }

    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let (upkeep, arrivals) = (self.upkeep.poll_timeout(), self.arrivals.poll_timeout());
        upkeep.into_iter().chain(arrivals).min()
    }

    pub fn handle_timeout(&mut self, now: Instant, keys: &mut Keys) {
        self.upkeep.handle_timeout(now);
        let _ = self.arrivals.handle_timeout(now);
        self.seal(keys);
    }
}

/// RTP and RTCP on one port are told apart by the second byte (RFC 5761, section 4).
fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram.get(1), Some(192..=223))
}
