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
pub(super) fn take(line: &mut Upkeep, now: Instant, packet: &Packet) {
    match packet {
        Packet::Rtp(packet) => line.came(now, packet),
        Packet::Rtcp(parts) => parts
            .iter()
            .for_each(|part| line.control(now, part.as_ref())),
        _ => panic!("media and its control"),
    }
}

/// Sequence numbers asked for at `now`.
fn asked(line: &mut Upkeep, now: Instant) -> Vec<u16> {
    line.handle_timeout(now);
    let mut wanted = Vec::new();
    while let Some(sent) = line.poll_write() {
        let Packet::Rtcp(parts) = sent else {
            continue;
        };
        for part in parts {
            if let Some(nack) = part.as_any().downcast_ref::<TransportLayerNack>() {
                for pair in &nack.nacks {
                    wanted.extend(pair.packet_list());
                }
            }
        }
    }
    wanted
}

fn arrive(line: &mut Upkeep, now: Instant, sequence: u16) {
    line.came(now, &rtp(7, sequence, &[1, 2, 3]));
}

fn line(start: Instant) -> Upkeep {
    let mut line = Upkeep::new(start, Arc::new(Told::default()));
    line.bind_incoming(&info(7, Some(8)));
    line.bind_outgoing(&info(70, Some(80)));
    line
}

#[test]
fn x9_a_lost_packet_is_asked_for_four_times_a_round_trip_apart_and_then_given_up() {
    let start = Instant::now();
    let mut line = line(start);
    line.round_trip = Some(300 * MS);
    arrive(&mut line, start, 65_534);
    arrive(&mut line, start, 1);
    assert_eq!(asked(&mut line, start), NONE);
    let mut now = start + 10 * MS;
    for _ in 0..4 {
        // On so long a way each request goes out twice: one that is lost would cost a whole trip.
        for _ in 0..2 {
            assert_eq!(asked(&mut line, now), [65_535, 0]);
            assert_eq!(asked(&mut line, now + 19 * MS), NONE);
            now += 20 * MS;
        }
        assert_eq!(asked(&mut line, now + 299 * MS), NONE);
        now += 300 * MS;
    }
    assert_eq!(asked(&mut line, now + 9_000 * MS), NONE);
}

#[test]
fn what_arrives_late_or_by_the_repair_stream_is_not_asked_for() {
    let start = Instant::now();
    let mut line = line(start);
    for sequence in [10, 13, 12] {
        arrive(&mut line, start, sequence);
    }
    assert_eq!(line.poll_timeout(), Some(start + 10 * MS));
    // RFC 4588: the original number goes before the payload.
    line.came(start, &rtp(8, 5_000, &[0, 11, 1, 2, 3]));
    assert_eq!(asked(&mut line, start + 10 * MS), NONE);
}

#[test]
fn where_packets_overtake_each_other_the_first_request_waits_longer() {
    let start = Instant::now();
    let mut line = line(start);
    arrive(&mut line, start, 1);
    arrive(&mut line, start, 3);
    arrive(&mut line, start + 9 * MS, 2);
    arrive(&mut line, start + 20 * MS, 5);
    assert_eq!(line.poll_timeout(), Some(start + 10 * MS));
    asked(&mut line, start + 10 * MS);
    assert_eq!(line.poll_timeout(), Some(start + 31 * MS + MS / 4));
}

#[test]
fn a_hole_too_long_to_repair_is_left_to_a_key_frame() {
    let start = Instant::now();
    let mut line = line(start);
    arrive(&mut line, start, 0);
    arrive(&mut line, start, 5_000);
    assert_eq!(asked(&mut line, start + 100 * MS), NONE);
}

fn nack(sequence: u16) -> Packet {
    let nack = TransportLayerNack {
        sender_ssrc: 1,
        media_ssrc: 70,
        nacks: nack_pairs_from_sequence_numbers(&[sequence]),
    };
    Packet::Rtcp(vec![Box::new(nack)])
}

/// A packet that the peer asks for over and over is resent once a round trip, and not without end; over a long way the
/// second time in two copies.
#[test]
fn x9_a_packet_is_resent_once_a_round_trip_and_eight_times_at_most() {
    let start = Instant::now();
    let mut line = line(start);
    line.round_trip = Some(100 * MS);
    line.goes(start, &mut rtp(70, 500, &[9, 9]));
    let mut resent = Vec::new();
    for ms in 0..1_900 {
        let now = start + ms * MS;
        take(&mut line, now, &nack(500));
        while let Some(sent) = line.poll_write() {
            let Packet::Rtp(packet) = sent else {
                panic!("only media is resent");
            };
            assert_eq!((packet.header.ssrc, packet.header.payload_type), (80, 97));
            assert_eq!(packet.payload.as_ref(), [1, 0xf4, 9, 9]);
            resent.push(ms);
        }
    }
    assert_eq!(resent, [75, 150, 150, 225, 300, 375, 450, 525, 600]);
    assert_eq!(line.told.resent.load(Ordering::Relaxed), 9);
}

/// X9: a viewer judges its way by when packets left, so one that is sent again says its own time.
#[test]
fn x9_a_picture_says_when_it_left_the_first_time_and_again() {
    let start = Instant::now();
    let mut line = Upkeep::new(start, Arc::new(Told::default()));
    let mut stamped = info(70, Some(80));
    stamped.rtp_header_extensions = vec![RTPHeaderExtension {
        uri: crate::engine::setup::ABS_SEND_TIME_URI.to_owned(),
        id: 2,
    }];
    line.bind_outgoing(&stamped);
    let stamp = |packet: &rtp::Packet| {
        let stamp = packet.header.get_extension(2).expect("a stamp");
        u32::from_be_bytes([0, stamp[0], stamp[1], stamp[2]])
    };
    let mut first = rtp(70, 500, &[9, 9]);
    line.goes(start, &mut first);
    take(&mut line, start + 250 * MS, &nack(500));
    let Some(Packet::Rtp(again)) = line.poll_write() else {
        panic!("it is sent again");
    };
    // 18 bits of fraction: a quarter of a second.
    assert_eq!(stamp(&again) - stamp(&first), 1 << 16);
}

#[test]
fn what_is_two_seconds_old_is_not_resent() {
    let start = Instant::now();
    let mut line = line(start);
    line.goes(start, &mut rtp(70, 1, &[9]));
    let later = start + 2_100 * MS;
    for sequence in 2..5 {
        line.goes(later, &mut rtp(70, sequence, &[9]));
    }
    let much_later = later + 200 * MS;
    for sequence in 1..4 {
        take(&mut line, much_later, &nack(sequence));
    }
    assert_eq!(line.told.resent.load(Ordering::Relaxed), 2);
}

/// Two lines that talk to each other learn how long the way is, and how much of it is lost.
#[test]
fn reports_tell_the_round_trip_and_the_loss() {
    let start = Instant::now();
    let mut here = Upkeep::new(start, Arc::default());
    let mut there = Upkeep::new(start + 12_345 * MS, Arc::default());
    here.bind_outgoing(&info(7, None));
    there.bind_incoming(&info(7, None));
    there.bind_outgoing(&info(9, None));
    let way = 120 * MS;
    let mut sequence = 0_u16;
    let mut lost = Vec::new();
    for ms in 0..4_000 {
        let now = start + ms * MS;
        if ms % 10 == 0 {
            sequence += 1;
            let mut packet = rtp(7, sequence, &[1]);
            here.goes(now, &mut packet);
            if sequence % 10 != 5 {
                there.came(now + way, &packet);
            }
        }
        here.handle_timeout(now);
        there.handle_timeout(now + way);
        while let Some(sent) = here.poll_write() {
            // What is sent again is lost again.
            if matches!(sent, Packet::Rtcp(_)) {
                take(&mut there, now + way, &sent);
            }
        }
        while let Some(sent) = there.poll_write() {
            if let Packet::Rtcp(parts) = &sent {
                lost.extend(parts.iter().filter_map(|part| {
                    let report = part.as_any().downcast_ref::<ReceiverReport>()?;
                    Some(report.reports.first()?.fraction_lost)
                }));
            }
            take(&mut here, now + 2 * way, &sent);
        }
    }
    let measured = here.round_trip.expect("it was measured");
    assert!(
        measured >= (2 * way).checked_sub(MS).unwrap() && measured <= 2 * way + MS,
        "{measured:?}"
    );
    let newest = *lost.last().expect("a report");
    assert!((24..=27).contains(&newest), "{lost:?}");
}
