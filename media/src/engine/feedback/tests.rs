use super::*;
use rtc::interceptor::{RTCPFeedback, RTPHeaderExtension};

const MS: Duration = Duration::from_millis(1);
const NONE: [u16; 0] = [];

pub(super) fn info(ssrc: u32, rtx: Option<u32>) -> StreamInfo {
    StreamInfo {
        ssrc,
        ssrc_rtx: rtx,
        payload_type: 96,
        payload_type_rtx: rtx.map(|_| 97),
        clock_rate: 90_000,
        rtcp_feedback: vec![RTCPFeedback {
            typ: "nack".to_owned(),
            parameter: String::new(),
        }],
        ..StreamInfo::default()
    }
}

pub(super) fn rtp(ssrc: u32, sequence: u16, payload: &'static [u8]) -> rtp::Packet {
    rtp::Packet {
        header: rtp::Header {
            version: 2,
            payload_type: 96,
            sequence_number: sequence,
            timestamp: u32::from(sequence) * 3_000,
            ssrc,
            ..rtp::Header::default()
        },
        payload: bytes::Bytes::from_static(payload),
    }
}

/// What came, of either kind.
pub(super) fn take(feedback: &mut RtpFeedback, now: Instant, packet: &Packet) {
    match packet {
        Packet::Rtp(packet) => feedback.received(now, packet),
        Packet::Rtcp(parts) => parts
            .iter()
            .for_each(|part| feedback.received_rtcp(now, part.as_ref())),
        _ => panic!("media and its control"),
    }
}

/// Sequence numbers that are asked for at `now`.
fn nacked(feedback: &mut RtpFeedback, now: Instant) -> Vec<u16> {
    feedback.handle_timeout(now);
    let mut missing = Vec::new();
    while let Some(sent) = feedback.poll_write() {
        let Packet::Rtcp(parts) = sent else {
            continue;
        };
        for part in parts {
            if let Some(nack) = part.as_any().downcast_ref::<TransportLayerNack>() {
                for pair in &nack.nacks {
                    missing.extend(pair.packet_list());
                }
            }
        }
    }
    missing
}

fn arrive(feedback: &mut RtpFeedback, now: Instant, sequence: u16) {
    feedback.received(now, &rtp(7, sequence, &[1, 2, 3]));
}

fn feedback(start: Instant) -> RtpFeedback {
    let mut feedback = RtpFeedback::new(start);
    feedback.bind_incoming(&info(7, Some(8)));
    feedback.bind_outgoing(&info(70, Some(80)));
    feedback
}

#[test]
fn a_lost_packet_is_nacked_four_times_an_rtt_apart_and_then_given_up() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    feedback.smoothed_rtt = Some(300 * MS);
    arrive(&mut feedback, start, 65_534);
    arrive(&mut feedback, start, 1);
    assert_eq!(nacked(&mut feedback, start), NONE);
    let mut now = start + 10 * MS;
    for _ in 0..4 {
        // At so high an RTT each NACK goes out twice: one that is lost would cost a whole RTT.
        for _ in 0..2 {
            assert_eq!(nacked(&mut feedback, now), [65_535, 0]);
            assert_eq!(nacked(&mut feedback, now + 19 * MS), NONE);
            now += 20 * MS;
        }
        assert_eq!(nacked(&mut feedback, now + 299 * MS), NONE);
        now += 300 * MS;
    }
    assert_eq!(nacked(&mut feedback, now + 9_000 * MS), NONE);
}

#[test]
fn what_arrives_late_or_by_rtx_is_not_nacked() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    for sequence in [10, 13, 12] {
        arrive(&mut feedback, start, sequence);
    }
    assert_eq!(feedback.poll_timeout(), Some(start + 10 * MS));
    // RFC 4588: the original number goes before the payload.
    feedback.received(start, &rtp(8, 5_000, &[0, 11, 1, 2, 3]));
    assert_eq!(nacked(&mut feedback, start + 10 * MS), NONE);
}

#[test]
fn where_packets_are_reordered_the_first_nack_waits_longer() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    arrive(&mut feedback, start, 1);
    arrive(&mut feedback, start, 3);
    arrive(&mut feedback, start + 9 * MS, 2);
    arrive(&mut feedback, start + 20 * MS, 5);
    assert_eq!(feedback.poll_timeout(), Some(start + 10 * MS));
    nacked(&mut feedback, start + 10 * MS);
    assert_eq!(feedback.poll_timeout(), Some(start + 31 * MS + MS / 4));
}

#[test]
fn a_gap_too_long_to_retransmit_is_left_to_a_key_frame() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    arrive(&mut feedback, start, 0);
    arrive(&mut feedback, start, 5_000);
    assert_eq!(nacked(&mut feedback, start + 100 * MS), NONE);
}

fn nack(sequence: u16) -> Packet {
    let nack = TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc: 70,
        nacks: nack_pairs_from_sequence_numbers(&[sequence]),
    };
    Packet::Rtcp(vec![Box::new(nack)])
}

/// A packet that the peer asks for over and over is retransmitted once an RTT, and not without end; at a high RTT the
/// second time in two copies.
#[test]
fn a_packet_is_retransmitted_once_an_rtt_and_eight_times_at_most() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    feedback.smoothed_rtt = Some(100 * MS);
    feedback.sending(start, &mut rtp(70, 500, &[9, 9]));
    let mut retransmitted = Vec::new();
    for ms in 0..1_900 {
        let now = start + ms * MS;
        take(&mut feedback, now, &nack(500));
        while let Some(sent) = feedback.poll_write() {
            let Packet::Rtp(packet) = sent else {
                panic!("only media is retransmitted");
            };
            assert_eq!((packet.header.ssrc, packet.header.payload_type), (80, 97));
            assert_eq!(packet.payload.as_ref(), [1, 0xf4, 9, 9]);
            retransmitted.push(ms);
        }
    }
    assert_eq!(retransmitted, [75, 150, 150, 225, 300, 375, 450, 525, 600]);
    assert_eq!(feedback.stats.retransmitted, 9);
}

/// A receiver estimates its bandwidth from when packets left, so a retransmission says its own time.
#[test]
fn a_packet_says_when_it_left_the_first_time_and_again() {
    let start = Instant::now();
    let mut feedback = RtpFeedback::new(start);
    let mut with_time = info(70, Some(80));
    with_time.rtp_header_extensions = vec![RTPHeaderExtension {
        uri: crate::engine::setup::ABS_SEND_TIME_URI.to_owned(),
        id: 2,
    }];
    feedback.bind_outgoing(&with_time);
    let abs_send_time = |packet: &rtp::Packet| {
        let time = packet.header.get_extension(2).expect("abs-send-time");
        u32::from_be_bytes([0, time[0], time[1], time[2]])
    };
    let mut first = rtp(70, 500, &[9, 9]);
    feedback.sending(start, &mut first);
    take(&mut feedback, start + 250 * MS, &nack(500));
    let Some(Packet::Rtp(again)) = feedback.poll_write() else {
        panic!("it is sent again");
    };
    // 18 bits of fraction: a quarter of a second.
    assert_eq!(abs_send_time(&again) - abs_send_time(&first), 1 << 16);
}

#[test]
fn what_is_two_seconds_old_is_not_retransmitted() {
    let start = Instant::now();
    let mut feedback = feedback(start);
    feedback.sending(start, &mut rtp(70, 1, &[9]));
    let later = start + 2_100 * MS;
    for sequence in 2..5 {
        feedback.sending(later, &mut rtp(70, sequence, &[9]));
    }
    let much_later = later + 200 * MS;
    for sequence in 1..4 {
        take(&mut feedback, much_later, &nack(sequence));
    }
    assert_eq!(feedback.stats.retransmitted, 2);
}

/// Two ends that talk to each other learn the RTT and the loss.
#[test]
fn reports_tell_the_rtt_and_the_loss() {
    let start = Instant::now();
    let mut here = RtpFeedback::new(start);
    let mut there = RtpFeedback::new(start + 12_345 * MS);
    here.bind_outgoing(&info(7, None));
    there.bind_incoming(&info(7, None));
    there.bind_outgoing(&info(9, None));
    let delay = 120 * MS;
    let mut sequence = 0_u16;
    let mut lost = Vec::new();
    for ms in 0..4_000 {
        let now = start + ms * MS;
        if ms % 10 == 0 {
            sequence += 1;
            let mut packet = rtp(7, sequence, &[1]);
            here.sending(now, &mut packet);
            if sequence % 10 != 5 {
                there.received(now + delay, &packet);
            }
        }
        here.handle_timeout(now);
        there.handle_timeout(now + delay);
        while let Some(sent) = here.poll_write() {
            // What is retransmitted is lost again.
            if matches!(sent, Packet::Rtcp(_)) {
                take(&mut there, now + delay, &sent);
            }
        }
        while let Some(sent) = there.poll_write() {
            if let Packet::Rtcp(parts) = &sent {
                lost.extend(parts.iter().filter_map(|part| {
                    let report = part.as_any().downcast_ref::<ReceiverReport>()?;
                    Some(report.reports.first()?.fraction_lost)
                }));
            }
            take(&mut here, now + 2 * delay, &sent);
        }
    }
    let measured = here.smoothed_rtt.expect("it was measured");
    assert!(
        measured >= (2 * delay).checked_sub(MS).unwrap() && measured <= 2 * delay + MS,
        "{measured:?}"
    );
    let newest = *lost.last().expect("a report");
    assert!((24..=27).contains(&newest), "{lost:?}");
}
