//! The few RTCP packets that the relay acts on.

use rtc::rtcp::{
    payload_feedbacks::{
        full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
        receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
    },
    receiver_report::ReceiverReport,
    reception_report::ReceptionReport,
    sender_report::SenderReport,
};

type Part = Box<dyn rtc::rtcp::Packet>;

/// What the relay acts on, taken apart.
pub(super) fn wanted(packet: &dyn rtc::rtcp::Packet) -> Vec<Part> {
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
