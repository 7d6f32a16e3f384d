//! Lets the few RTCP packets that the relay acts on through to us; by default the chain keeps them all.

use rtc::{
    interceptor::{Attribute, AttributedPacket, Interceptor, Packet, StreamInfo, TaggedPacket},
    rtcp::{
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
            receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
        },
        receiver_report::ReceiverReport,
        reception_report::ReceptionReport,
        sender_report::SenderReport,
    },
    sansio::Protocol,
    shared::error::Error,
};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

type Part = Box<dyn rtc::rtcp::Packet>;

/// Set whenever a packet passed SRTP's authentication: proof that the peer is alive.
pub(super) type Heard = Arc<AtomicBool>;

/// An interceptor that forwards reports, key-frame requests and limits, one packet each, and notes that the
/// peer was heard.
pub(super) struct Feedback {
    heard: Heard,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Feedback {
    pub(super) fn new(heard: Heard) -> Self {
        Self {
            heard,
            read: VecDeque::new(),
            write: VecDeque::new(),
        }
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Feedback {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        self.heard.store(true, Ordering::Relaxed);
        let Packet::Rtcp(packets) = &msg.message.packet else {
            self.read.push_back(msg);
            return Ok(());
        };
        // A compound packet is delivered to the track that its first part names, and a report without blocks
        // names none. Each part that we want therefore travels alone.
        for packet in packets {
            for part in wanted(packet.as_ref()) {
                self.read.push_back(TaggedPacket {
                    now: msg.now,
                    transport: msg.transport,
                    message: AttributedPacket::new(Packet::Rtcp(vec![part]))
                        .with(Attribute::DeliverToApplication),
                });
            }
        }
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, msg: TaggedPacket) -> Result<(), Error> {
        self.write.push_back(msg);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }
}

/// What the relay acts on, taken apart.
fn wanted(packet: &dyn rtc::rtcp::Packet) -> Vec<Part> {
    let any = packet.as_any();
    if let Some(report) = any.downcast_ref::<SenderReport>() {
        let alone = SenderReport {
            reports: Vec::new(),
            ..report.clone()
        };
        let mut parts = blocks(report.ssrc, &report.reports);
        parts.push(Box::new(alone));
        parts
    } else if let Some(report) = any.downcast_ref::<ReceiverReport>() {
        blocks(report.ssrc, &report.reports)
    } else if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
        vec![Box::new(pli.clone())]
    } else if let Some(fir) = any.downcast_ref::<FullIntraRequest>() {
        vec![Box::new(fir.clone())]
    } else if let Some(limit) = any.downcast_ref::<ReceiverEstimatedMaximumBitrate>() {
        vec![Box::new(limit.clone())]
    } else {
        Vec::new()
    }
}

/// At most 31 blocks fit a report (RFC 3550, section 6.4.1).
fn blocks(ssrc: u32, blocks: &[ReceptionReport]) -> Vec<Part> {
    let alone = |block: &ReceptionReport| -> Part {
        Box::new(ReceiverReport {
            ssrc,
            reports: vec![block.clone()],
            ..ReceiverReport::default()
        })
    };
    blocks.iter().map(alone).collect()
}

impl Interceptor for Feedback {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}
