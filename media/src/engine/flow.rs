//! Media on a connection that is up: SRTP in and out, RTCP feedback, transport-wide congestion control (TWCC).

use super::{agreed::Agreed, feedback::RtpFeedback, secure::Keys};
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

/// From one TWCC feedback packet to the next; browsers among themselves take 50 to 250 ms.
const TWCC_INTERVAL: Duration = Duration::from_millis(50);
/// Place of the SSRC in an RTP header (RFC 3550, section 5.1).
const SSRC: std::ops::Range<usize> = 8..12;

/// Media of one connection. Beside RTCP feedback stand TWCC's arrival times, from which the peer estimates its uplink:
/// a peer that has only our loss reports takes every lost packet for congestion, and never finds back up.
pub(super) struct Flow {
    feedback: RtpFeedback,
    twcc: TwccReceiverInterceptor,
    /// SSRCs that may come. Others are not even decrypted: nobody declared them.
    known: Vec<u32>,
    sealed: VecDeque<BytesMut>,
}

impl Flow {
    pub(crate) fn new(started: Instant) -> Self {
        let twcc = TwccReceiverBuilder::new()
            .with_interval(TWCC_INTERVAL)
            .build();
        Self {
            feedback: RtpFeedback::new(started),
            twcc,
            known: Vec::new(),
            sealed: VecDeque::new(),
        }
    }

    pub(crate) const fn feedback(&self) -> &RtpFeedback {
        &self.feedback
    }

    pub(crate) const fn feedback_mut(&mut self) -> &mut RtpFeedback {
        &mut self.feedback
    }

    /// A stream that goes out.
    pub(crate) fn bind_outgoing(&mut self, agreed: &Agreed, ssrc: u32, repair: Option<u32>) {
        self.feedback.bind_outgoing(&agreed.stream(ssrc, repair));
    }

    /// A stream that may come.
    pub(crate) fn bind_incoming(&mut self, agreed: &Agreed, ssrc: u32, repair: Option<u32>) {
        let stream = agreed.stream(ssrc, repair);
        self.feedback.bind_incoming(&stream);
        self.twcc.bind_remote_stream(&stream);
        self.known.push(ssrc);
        self.known.extend(repair);
    }

    /// Takes an SRTP or SRTCP packet; what cannot be authenticated is dropped.
    pub(crate) fn came(&mut self, now: Instant, keys: &mut Keys, sealed: &[u8]) -> Option<Packet> {
        if is_rtcp(sealed) {
            let parts = keys.open_rtcp(sealed).ok()?;
            for part in &parts {
                self.feedback.received_rtcp(now, part.as_ref());
            }
            self.seal(keys);
            return Some(Packet::Rtcp(parts));
        }
        let ssrc = u32::from_be_bytes(sealed.get(SSRC)?.try_into().ok()?);
        if !self.known.contains(&ssrc) {
            return None;
        }
        let packet = keys.open_rtp(sealed).ok()?;
        self.feedback.received(now, &packet);
        if packet.header.extension {
            self.note_arrival(now, packet)
        } else {
            Some(Packet::Rtp(packet))
        }
    }

    /// Tells TWCC that a packet arrived, which may have a transport-wide sequence number.
    fn note_arrival(&mut self, now: Instant, packet: rtp::Packet) -> Option<Packet> {
        let packet = TaggedPacket {
            now,
            transport: TransportContext::default(),
            message: AttributedPacket::new(Packet::Rtp(packet)),
        };
        // It neither fails nor keeps anything back.
        let _ = self.twcc.handle_read(packet);
        Some(self.twcc.poll_read()?.message.packet)
    }

    pub(crate) fn send_rtp(&mut self, now: Instant, keys: &mut Keys, mut packet: rtp::Packet) {
        self.feedback.sending(now, &mut packet);
        // What cannot be sealed is too long for any datagram.
        self.sealed.extend(keys.seal_rtp(&packet));
    }

    pub(crate) fn send_rtcp(&mut self, keys: &mut Keys, packet: Box<dyn rtcp::Packet>) {
        self.sealed.extend(keys.seal_rtcp(&[packet]));
    }

    /// Encrypts retransmissions and RTCP.
    fn seal(&mut self, keys: &mut Keys) {
        loop {
            let twcc = || Some(self.twcc.poll_write()?.message.packet);
            let Some(packet) = self.feedback.poll_write().or_else(twcc) else {
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

    pub(crate) fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.sealed.pop_front()
    }

    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        let (feedback, twcc) = (self.feedback.poll_timeout(), self.twcc.poll_timeout());
        feedback.into_iter().chain(twcc).min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, keys: &mut Keys) {
        self.feedback.handle_timeout(now);
        let _ = self.twcc.handle_timeout(now);
        self.seal(keys);
    }
}

/// RTP and RTCP on one port are told apart by the second byte (RFC 5761, section 4).
fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram.get(1), Some(192..=223))
}
