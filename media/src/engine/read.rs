//! Turns what came into [`Output`]s.

use super::{Engine, Incoming, Output, Phase};
use crate::rtp::{LossReport, MediaLine, RtpIn};
use bytes::Buf as _;
use rtc::{
    peer_connection::{
        event::RTCPeerConnectionEvent,
        state::{RTCIceConnectionState, RTCPeerConnectionState},
    },
    rtcp::{
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
            receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
        },
        receiver_report::ReceiverReport,
        reception_report::ReceptionReport,
        sender_report::SenderReport,
    },
    rtp::Packet,
    sansio::Protocol,
};

/// Bytes of the original sequence number before an RTX payload (RFC 4588, section 4).
const ORIGINAL_SEQUENCE: usize = 2;

impl Engine {
    /// Reads what the library's connection noticed: whether checks get through.
    pub(super) fn read_events(&mut self) {
        while let Some(event) = self.peer.poll_event() {
            match event {
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                    RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed,
                ) if self.phase.is_open() => {
                    self.phase = Phase::Closed;
                    self.pending.push_back(Output::Closed);
                }
                RTCPeerConnectionEvent::OnIceConnectionStateChangeEvent(
                    RTCIceConnectionState::Connected | RTCIceConnectionState::Completed,
                ) => self.secure.begin(self.now),
                _ => {}
            }
        }
    }

    pub(super) fn rtp(&mut self, packet: Packet) -> Option<Output> {
        let Packet {
            header,
            mut payload,
        } = packet;
        let of = |it: &&mut Incoming| {
            it.stream.ssrc == header.ssrc || it.stream.repair == Some(header.ssrc)
        };
        let incoming = self.incoming.iter_mut().find(of)?;
        let mut sequence = header.sequence_number;
        if incoming.stream.ssrc == header.ssrc {
            if header.payload_type != incoming.payload_type {
                return None;
            }
        } else {
            // One without it is padding that probes the bandwidth.
            if payload.len() < ORIGINAL_SEQUENCE {
                return None;
            }
            sequence = payload.get_u16();
        }
        incoming.started = true;
        Some(Output::Rtp(RtpIn {
            kind: incoming.kind,
            codec: incoming.codec,
            ssrc: incoming.stream.ssrc,
            sequence,
            timestamp: header.timestamp,
            marker: header.marker,
            key_frame: incoming.codec.starts_key_frame(&payload),
            payload,
        }))
    }

    /// Finds what the relay acts on in one packet of a compound RTCP packet.
    pub(super) fn rtcp(&mut self, part: &dyn rtc::rtcp::Packet) {
        let any = part.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            self.report_blocks(&report.reports);
            let of = |it: &&Incoming| it.stream.ssrc == report.ssrc;
            let sent = self.incoming.iter().find(of).map(|it| it.kind);
            self.pending.extend(sent.map(|kind| Output::SenderReport {
                kind,
                ssrc: report.ssrc,
                ntp: report.ntp_time,
                rtp_time: report.rtp_time,
            }));
        } else if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            self.report_blocks(&report.reports);
        } else if let Some(remb) = any.downcast_ref::<ReceiverEstimatedMaximumBitrate>() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates"
            )]
            self.pending.push_back(Output::Remb(remb.bitrate as u64));
        } else if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            self.keyframe_requested(pli.media_ssrc);
        } else if let Some(fir) = any.downcast_ref::<FullIntraRequest>() {
            fir.fir
                .iter()
                .for_each(|entry| self.keyframe_requested(entry.ssrc));
        }
    }

    /// At most 31 blocks fit a report (RFC 3550, section 6.4.1).
    fn report_blocks(&mut self, blocks: &[ReceptionReport]) {
        for block in blocks {
            let Some(line) = self.outgoing_line(block.ssrc) else {
                continue;
            };
            self.pending.push_back(Output::LossReport(LossReport {
                line,
                cumulative_lost: block.total_lost,
                highest_sequence: block.last_sequence_number,
                rtt: self.flow.feedback().newest_rtt(),
            }));
        }
    }

    fn keyframe_requested(&mut self, ssrc: u32) {
        let line = self.outgoing_line(ssrc);
        self.pending.extend(line.map(Output::KeyframeRequested));
    }

    fn outgoing_line(&self, ssrc: u32) -> Option<MediaLine> {
        let index = self
            .outgoing
            .iter()
            .position(|outgoing| outgoing.ssrc == ssrc)?;
        Some(MediaLine::ALL[index])
    }
}
