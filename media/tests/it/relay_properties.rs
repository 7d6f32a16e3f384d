//! What holds of a call's relay whatever comes in: any order of joins and leaves, packets lost, doubled and
//! out of order, numbers and times that wrap, streams that begin anew under another SSRC.

use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::LegId,
};
use orderline_media::{
    relay::{Action, CLOSED_AFTER, MAX_LEGS, Placement, Relay},
    rtp::{Codec, LossReport, MediaLine, RtpIn, RtpOut, TrackKind},
    testkit::media,
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::{Duration, Instant},
};
use uuid::Uuid;

const MS: Duration = Duration::from_millis(1);
/// Requests for one picture are never closer together.
const SPACING: Duration = Duration::from_millis(500);

#[derive(Clone, Debug)]
enum Step {
    Add {
        leg: u8,
        seat: u8,
        start: (u16, u32),
    },
    Connected {
        leg: u8,
    },
    Remove {
        leg: u8,
    },
    /// The next packet of a stream, `ahead` of its place (0 = in order), or one from before.
    Packet {
        leg: u8,
        kind: u8,
        ahead: i8,
        ticks: u32,
        key_frame: bool,
    },
    /// The stream goes on under another SSRC, anywhere in its numbers.
    Anew {
        leg: u8,
        kind: u8,
        sequence: u16,
        timestamp: u32,
    },
    KeyframeWanted {
        leg: u8,
        kind: u8,
    },
    Lost {
        leg: u8,
        lost: u32,
        highest: u32,
    },
    Estimated {
        leg: u8,
        bits: u64,
    },
    Pass {
        ms: u16,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let leg = || 0u8..6;
    prop_oneof![
        1 => (leg(), 0u8..3, any::<(u16, u32)>()).prop_map(|(leg, seat, start)| Step::Add { leg, seat, start }),
        2 => leg().prop_map(|leg| Step::Connected { leg }),
        1 => leg().prop_map(|leg| Step::Remove { leg }),
        40 => (leg(), 0u8..3, -3i8..4, 0u32..4_000, prop::bool::weighted(0.1)).prop_map(
            |(leg, kind, ahead, ticks, key_frame)| Step::Packet { leg, kind, ahead, ticks, key_frame }),
        1 => (leg(), 0u8..3, any::<u16>(), any::<u32>()).prop_map(
            |(leg, kind, sequence, timestamp)| Step::Anew { leg, kind, sequence, timestamp }),
        2 => (leg(), 1u8..3).prop_map(|(leg, kind)| Step::KeyframeWanted { leg, kind }),
        1 => (leg(), any::<u32>(), any::<u32>())
            .prop_map(|(leg, lost, highest)| Step::Lost { leg, lost, highest }),
        1 => (leg(), 0u64..10_000_000).prop_map(|(leg, bits)| Step::Estimated { leg, bits }),
        4 => (0u16..1_500).prop_map(|ms| Step::Pass { ms }),
    ]
}

/// Where a sender's stream stands.
#[derive(Clone, Copy)]
struct Stream {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
}

/// What a viewer has been sent on one of its streams.
#[derive(Default)]
struct Seen {
    sequences: HashSet<u16>,
    /// By sender's SSRC: how far the viewer's numbers and times lie from the sender's.
    shifts: HashMap<u32, (u16, u32)>,
    current: Option<u32>,
}

struct Model {
    relay: Relay,
    now: Instant,
    seats: BTreeMap<u8, u8>,
    connected: HashSet<u8>,
    streams: HashMap<(u8, u8), Stream>,
    next_ssrc: u32,
    seen: HashMap<(u8, MediaLine), Seen>,
    asked: HashMap<(LegId, TrackKind), Instant>,
    /// The SSRC of each sender's stream that the relay saw last.
    sent: HashMap<(u8, u8), u32>,
    number: u32,
}

fn id(leg: u8) -> LegId {
    LegId::from_uuid(Uuid::from_u128(u128::from(leg) + 1))
}

fn leg_of(leg: LegId) -> u8 {
    (0..6).find(|n| id(*n) == leg).expect("one of ours")
}

impl Model {
    fn new(sequences: &[(u16, u32)]) -> Self {
        let mut streams = HashMap::new();
        let mut next_ssrc = 1;
        for leg in 0..6 {
            for kind in 0..3u8 {
                let (sequence, timestamp) =
                    sequences[usize::from(leg * 3 + kind) % sequences.len()];
                let ssrc = next_ssrc;
                next_ssrc += 1;
                streams.insert(
                    (leg, kind),
                    Stream {
                        ssrc,
                        sequence,
                        timestamp,
                    },
                );
            }
        }
        Self {
            relay: Relay::default(),
            now: Instant::now(),
            seats: BTreeMap::new(),
            connected: HashSet::new(),
            streams,
            next_ssrc,
            seen: HashMap::new(),
            asked: HashMap::new(),
            sent: HashMap::new(),
            number: 0,
        }
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let mut actions = Vec::new();
        let now = self.now;
        match *step {
            Step::Add { leg, seat, start } => {
                let lane = if seat == 2 { Lane::Second } else { Lane::First };
                let placement = Placement {
                    seat: Seat(seat),
                    lane,
                };
                let added = self.relay.add(
                    now,
                    id(leg),
                    placement,
                    [start; MediaLine::ALL.len()],
                    &mut actions,
                );
                self.check(&actions)?;
                actions.clear();
                if added.is_ok() {
                    self.forget(leg);
                    self.seats.insert(leg, seat);
                }
            }
            Step::Connected { leg } => {
                if self.seats.contains_key(&leg) {
                    self.connected.insert(leg);
                }
                self.relay.connected(now, id(leg), &mut actions);
            }
            Step::Remove { leg } => self.relay.remove(id(leg), &mut actions),
            Step::Packet {
                leg,
                kind,
                ahead,
                ticks,
                key_frame,
            } => {
                self.packet((leg, kind), ahead, ticks, key_frame, &mut actions)?;
            }
            Step::Anew {
                leg,
                kind,
                sequence,
                timestamp,
            } => {
                let ssrc = self.next_ssrc;
                self.next_ssrc += 1;
                self.streams.insert(
                    (leg, kind),
                    Stream {
                        ssrc,
                        sequence,
                        timestamp,
                    },
                );
            }
            Step::KeyframeWanted { leg, kind } => {
                let line = MediaLine::ALL[usize::from(kind)];
                self.relay
                    .keyframe_requested(now, id(leg), line, &mut actions);
            }
            Step::Lost { leg, lost, highest } => {
                let report = LossReport {
                    line: MediaLine::Camera,
                    cumulative_lost: lost,
                    highest_sequence: highest,
                    rtt: None,
                };
                self.relay.loss_report(id(leg), report, &mut actions);
            }
            Step::Estimated { leg, bits } => self.relay.remb(id(leg), bits, &mut actions),
            Step::Pass { ms } => {
                self.now += MS * u32::from(ms);
                // As the node does it: every timer that is due, once; it must not be due again at once for ever.
                let mut turns = 0;
                while self.relay.poll_timeout().is_some_and(|at| at <= self.now) {
                    self.relay.handle_timeout(self.now, &mut actions);
                    turns += 1;
                    prop_assert!(turns < 4, "a timer that never rests");
                }
            }
        }
        self.check(&actions)?;
        prop_assert!(self.seats.len() <= MAX_LEGS);
        Ok(())
    }

    fn packet(
        &mut self,
        (leg, kind): (u8, u8),
        ahead: i8,
        ticks: u32,
        key_frame: bool,
        actions: &mut Vec<Action>,
    ) -> Result<(), TestCaseError> {
        let stream = self.streams.get_mut(&(leg, kind)).expect("all are there");
        let sequence = stream.sequence.wrapping_add_signed(i16::from(ahead));
        let timestamp = stream.timestamp;
        if ahead >= 0 {
            stream.sequence = sequence.wrapping_add(1);
            stream.timestamp = timestamp.wrapping_add(ticks);
        }
        let (ssrc, track) = (stream.ssrc, TrackKind::ALL[usize::from(kind)]);
        if self.sent.insert((leg, kind), ssrc) != Some(ssrc) {
            // A stream that begins anew may be asked at once.
            self.asked.remove(&(id(leg), track));
        }
        self.number += 1;
        let payload = match track {
            TrackKind::Audio => media::sound(self.number),
            _ => media::picture(self.number, 0, key_frame),
        };
        let codec = Codec::preferred(track);
        let rtp = RtpIn {
            kind: track,
            codec,
            ssrc,
            sequence,
            timestamp,
            marker: key_frame,
            key_frame: codec.starts_key_frame(&payload),
            payload,
        };
        let taken = self.relay.rtp(self.now, id(leg), &rtp, actions);
        let forwarded: Vec<(LegId, RtpOut)> = actions
            .iter()
            .filter_map(|action| match action {
                Action::Forward { to, rtp } => Some((*to, rtp.clone())),
                _ => None,
            })
            .collect();
        prop_assert!(
            taken.is_some() || forwarded.is_empty(),
            "a duplicate goes nowhere"
        );
        for (to, out) in forwarded {
            let to = leg_of(to);
            prop_assert!(
                self.connected.contains(&to),
                "only who is connected gets packets"
            );
            prop_assert!(
                self.seats.get(&to) != self.seats.get(&leg),
                "nobody hears themselves"
            );
            prop_assert_eq!(&out.payload, &rtp.payload);
            prop_assert_eq!((out.line.kind(), out.marker), (rtp.kind, rtp.marker));
            let seen = self.seen.entry((to, out.line)).or_default();
            prop_assert!(seen.sequences.insert(out.sequence), "a number is used once");
            let shift = (
                out.sequence.wrapping_sub(sequence),
                out.timestamp.wrapping_sub(timestamp),
            );
            if seen.current == Some(ssrc) {
                // A viewer that was without pictures for a while goes on with a key frame.
                let same = seen.shifts.insert(ssrc, shift) == Some(shift);
                prop_assert!(
                    same || (track != TrackKind::Audio && key_frame),
                    "one source is shifted by a constant"
                );
            } else {
                prop_assert!(
                    track == TrackKind::Audio || key_frame,
                    "a picture begins with a key frame"
                );
                seen.current = Some(ssrc);
                seen.shifts.insert(ssrc, shift);
            }
        }
        Ok(())
    }

    fn forget(&mut self, leg: u8) {
        self.seats.remove(&leg);
        self.connected.remove(&leg);
        self.seen.retain(|(viewer, _), _| *viewer != leg);
        self.asked.retain(|(asked, _), _| *asked != id(leg));
        // Another connection sends other streams.
        for kind in 0..3 {
            if let Some(stream) = self.streams.get_mut(&(leg, kind)) {
                stream.ssrc = self.next_ssrc;
                self.next_ssrc += 1;
            }
        }
    }

    /// What every step may ask for.
    fn check(&mut self, actions: &[Action]) -> Result<(), TestCaseError> {
        for action in actions {
            match action {
                Action::RequestKeyframe { leg, kind } => {
                    prop_assert!(*kind != TrackKind::Audio);
                    let before = self.asked.insert((*leg, *kind), self.now);
                    prop_assert!(
                        before.is_none_or(|before| self.now >= before + SPACING),
                        "a storm of requests"
                    );
                }
                Action::Closed { leg, last_heard } => {
                    prop_assert!(*last_heard <= self.now);
                    self.forget(leg_of(*leg));
                }
                Action::LimitBitrate {
                    bits_per_second, ..
                } => {
                    prop_assert!((150_000..=6_000_000).contains(bits_per_second));
                }
                Action::Forward { .. } | Action::Silent { .. } | Action::Back { .. } => {}
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Streams begin near the wrap of their numbers or anywhere.
    #[test]
    fn whatever_happens_a_viewer_gets_one_sound_stream_of_each_kind(
        starts in prop::collection::vec(
            (prop_oneof![65_500u16.., any::<u16>()], prop_oneof![4_294_900_000u32.., any::<u32>()]), 18),
        steps in prop::collection::vec(step(), 1..400),
    ) {
        let mut model = Model::new(&starts);
        for seat in 0..2 {
            model.run(&Step::Add { leg: seat, seat, start: (65_530, u32::MAX - 100) })?;
            model.run(&Step::Connected { leg: seat })?;
        }
        for step in &steps {
            model.run(step)?;
        }
        // Left alone, everybody goes in the end.
        for _ in 0..4 {
            model.now += CLOSED_AFTER;
            model.run(&Step::Pass { ms: 0 })?;
        }
        prop_assert!(model.seats.is_empty());
        prop_assert!(!(0..6).any(|leg| model.relay.has(id(leg))));
    }
}
