//! Turns what the library reports into [`Output`]s.

use super::{Engine, Output, Phase, RtpIn};
use crate::{Line, TrackKind, relay::Report};
use rtc::{
    peer_connection::{
        event::{RTCPeerConnectionEvent, RTCTrackEvent},
        state::{RTCIceConnectionState, RTCPeerConnectionState},
        transport::RTCDtlsTransportState,
    },
    rtcp::{
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
            receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
        },
        receiver_report::ReceiverReport,
        sender_report::SenderReport,
    },
    rtp::{Header, Packet},
    sansio::Protocol,
};

impl Engine {
    pub(super) fn poll_event(&mut self) -> Option<Output> {
        while let Some(event) = self.peer.poll_event() {
            if let Some(output) = self.event(event) {
                return Some(output);
            }
        }
        // The peer's goodbye changes no state of the connection; the transport below knows.
        if self.phase == Phase::Connected && self.transport_closed() {
            self.phase = Phase::Closed;
            return Some(Output::Closed);
        }
        None
    }

    fn event(&mut self, event: RTCPeerConnectionEvent) -> Option<Output> {
        match event {
            RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                RTCPeerConnectionState::Connected,
            ) if self.phase == Phase::Connecting => {
                self.phase = Phase::Connected;
                return Some(Output::Connected);
            }
            RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed,
            ) => {
                self.phase = Phase::Closed;
                return Some(Output::Closed);
            }
            RTCPeerConnectionEvent::OnIceConnectionStateChangeEvent(
                RTCIceConnectionState::Connected | RTCIceConnectionState::Completed,
            ) => self.ice_is_up(),
            RTCPeerConnectionEvent::OnTrack(RTCTrackEvent::OnOpen(open)) => {
                if let Some(slot) = self.incoming.get_mut(usize::from(open.receiver_id)) {
                    *slot = Some(open.ssrc);
                }
            }
            _ => {}
        }
        None
    }

    fn transport_closed(&mut self) -> bool {
        let sender = self.outgoing[0].sender;
        self.peer
            .rtp_sender(sender)
            .and_then(|sender| sender.transport().map(|transport| transport.state()))
            .is_some_and(|state| {
                matches!(
                    state,
                    RTCDtlsTransportState::Closed | RTCDtlsTransportState::Failed
                )
            })
    }

    pub(super) fn rtp(&mut self, packet: Packet) -> Option<Output> {
        let Header {
            ssrc,
            payload_type,
            sequence_number,
            timestamp,
            marker,
            ..
        } = packet.header;
        let kind = self.incoming_kind(ssrc)?;
        if self.outgoing[kind.index()].payload_type != payload_type {
            return None;
        }
        Some(Output::Rtp(RtpIn {
            kind,
            ssrc,
            sequence: sequence_number,
            timestamp,
            marker,
            payload: packet.payload,
        }))
    }

    pub(super) fn rtcp(&mut self, packet: &dyn rtc::rtcp::Packet) -> Option<Output> {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<SenderReport>() {
            let kind = self.incoming_kind(report.ssrc)?;
            return Some(Output::SenderReport {
                kind,
                ssrc: report.ssrc,
                ntp: report.ntp_time,
                rtp_time: report.rtp_time,
            });
        }
        if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            let block = report.reports.first()?;
            let line = self.outgoing_line(block.ssrc)?;
            return Some(Output::Lost(Report {
                line,
                lost: block.total_lost,
                highest: block.last_sequence_number,
                round_trip: self.told.round_trip(),
            }));
        }
        if let Some(limit) = any.downcast_ref::<ReceiverEstimatedMaximumBitrate>() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the cast saturates"
            )]
            return Some(Output::Limit(limit.bitrate as u64));
        }
        let ssrc = if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            pli.media_ssrc
        } else {
            any.downcast_ref::<FullIntraRequest>()?.fir.first()?.ssrc
        };
        Some(Output::KeyframeWanted(self.outgoing_line(ssrc)?))
    }

    fn outgoing_line(&self, ssrc: u32) -> Option<Line> {
        let index = self
            .outgoing
            .iter()
            .position(|outgoing| outgoing.ssrc == ssrc)?;
        Some(Line::ALL[index])
    }

    /// The first packet of a stream raises its event along with itself: read events once more for it.
    fn incoming_kind(&mut self, ssrc: u32) -> Option<TrackKind> {
        let find = |incoming: &[Option<u32>; Line::ALL.len()]| {
            incoming.iter().position(|known| *known == Some(ssrc))
        };
        let index = find(&self.incoming).or_else(|| {
            while let Some(event) = self.peer.poll_event() {
                if let Some(output) = self.event(event) {
                    self.pending.push_back(output);
                }
            }
            find(&self.incoming)
        })?;
        Some(Line::ALL[index].kind())
    }
}
