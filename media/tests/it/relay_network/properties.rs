//! Connections and their relay over seeded bad networks, with numbers and times that wrap, and a sender who
//! comes back with streams of other SSRCs. In memory, in virtual time.

use crate::support::{Net, Received, World};
use bytes::BytesMut;
use orderline_domain::call::seat::Seat;
use orderline_media::TrackKind;
use proptest::prelude::*;
use std::{collections::HashSet, net::SocketAddr, time::Duration};

const TICK: Duration = Duration::from_millis(20);
const TICKS: u32 = 200;
/// Packets of a picture; there is one every other tick.
const PARTS: u8 = 3;
/// What somebody who has come back says and shows is numbered from here.
const AGAIN: u32 = 1_000;

/// What one connection of the sender sent on one track.
struct Sent {
    /// Where its numbers begin.
    first: u32,
    packets: usize,
    /// Another connection took its place.
    replaced: bool,
}

/// The sender's side of a test: who speaks now, and what has been sent.
struct Speaker {
    who: usize,
    since: u32,
    spans: Vec<(u32, u32)>,
}

impl Speaker {
    fn speak(&mut self, world: &mut World, tick: u32) {
        let at = tick - self.since;
        let now = world.now;
        let person = &mut world.people[self.who];
        let wanted = !std::mem::take(&mut person.keyframes_wanted).is_empty();
        person.browser.speak(now);
        if at.is_multiple_of(2) {
            let key_frame = wanted || at.is_multiple_of(50);
            person
                .browser
                .show(now, TrackKind::Camera, key_frame, PARTS);
        }
    }

    fn ended(&mut self, tick: u32) {
        let first = if self.spans.is_empty() { 0 } else { AGAIN };
        self.spans.push((first, tick - self.since));
    }

    fn sent(&self, kind: TrackKind) -> impl Iterator<Item = Sent> {
        let last = self.spans.len() - 1;
        let spans = self.spans.iter().enumerate();
        spans.map(move |(at, (first, ticks))| Sent {
            first: *first,
            packets: match kind {
                TrackKind::Audio => *ticks as usize,
                _ => ticks.div_ceil(2) as usize * usize::from(PARTS),
            },
            replaced: at < last,
        })
    }
}

/// A packet's place in its stream.
fn place(got: &Received, first: u32) -> u32 {
    let (number, part) = got.number;
    match got.kind {
        TrackKind::Audio => number - first,
        _ => (number - first) * u32::from(PARTS) + u32::from(part),
    }
}

proptest! {
    // Each case makes two whole connections, or three.
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Sound is never repeated and mostly there; pictures are repaired; the viewer's numbers are the sender's, shifted,
    /// and go on when the sender comes back; what is resent stays near what was lost; strangers change nothing.
    #[test]
    fn a_call_survives_any_bad_network(
        seed in 0u64..1_000_000,
        lost_percent in 0u32..8,
        doubled_percent in 0u32..8,
        jitter_ms in 0u64..30,
        delay_ms in 1u64..90,
        // Not wrapped within the first packets: when these overtake each other, SRTP cannot tell (RFC 3711, 3.3.1).
        sequence in prop_oneof![65_400u16..65_500, 0..65_500u16],
        timestamp in prop_oneof![4_294_800_000u32.., any::<u32>()],
        again in prop::option::of(20..TICKS / 2),
        floods in prop::collection::vec((any::<u8>(), 0usize..1_300), 0..40),
    ) {
        let mut world = World::new(seed, Net::CLEAN);
        world.join(Seat::SELLER);
        world.join(Seat::BUYER);
        let begin = |world: &mut World, who: usize| {
            for kind in [TrackKind::Audio, TrackKind::Camera] {
                world.people[who].browser.begin_at(kind, sequence, timestamp);
            }
        };
        begin(&mut world, 0);
        world.connect();
        world.change(Net {
            lost_percent,
            doubled_percent,
            jitter: Duration::from_millis(jitter_ms),
            delay: Duration::from_millis(delay_ms),
        });
        let stranger: SocketAddr = "203.0.113.5:666".parse().expect("an address");
        let strangers = floods.len() as u64;
        let dropped = world.core.stats().dropped_unknown;
        let mut floods = floods.iter();
        let mut speaker = Speaker { who: 0, since: 0, spans: Vec::new() };
        for tick in 0..TICKS {
            if again == Some(tick) {
                let who = world.join(Seat::SELLER);
                begin(&mut world, who);
                world.people[who].browser.count_from(AGAIN);
            }
            if speaker.who == 0 && world.people.get(2).is_some_and(|person| person.connected) {
                speaker.ended(tick);
                (speaker.who, speaker.since) = (2, tick);
            }
            speaker.speak(&mut world, tick);
            if let Some((first, length)) = floods.next() {
                let mut bytes = BytesMut::zeroed(*length + 1);
                bytes[0] = *first;
                world.core.datagram(world.now, stranger, &bytes);
            }
            world.run_for(TICK);
        }
        speaker.ended(TICKS);
        world.run_for(Duration::from_secs(3));

        let buyer = &world.people[1];
        for kind in [TrackKind::Audio, TrackKind::Camera] {
            let got = buyer.got(kind);
            let ssrcs: HashSet<u32> = got.iter().map(|got| got.ssrc).collect();
            prop_assert_eq!(ssrcs.len(), 1, "{:?}: one stream for the viewer", kind);
            let mut newest: Option<u16> = None;
            for sent in speaker.sent(kind) {
                let got: Vec<(u32, &Received)> = got
                    .iter()
                    .filter(|got| (got.number.0 >= AGAIN) == (sent.first == AGAIN))
                    .map(|got| (place(got, sent.first), *got))
                    .collect();
                let places: HashSet<u32> = got.iter().map(|(place, _)| *place).collect();
                // A picture's packet that was merely late may have been asked for.
                let twice = got.len() - places.len();
                let bearable = if kind == TrackKind::Audio { 0 } else { sent.packets / 8 + 3 };
                prop_assert!(twice <= bearable, "{kind:?}: {twice} of {} came twice", sent.packets);

                // What was sent before the first key frame whose beginning reached the relay is shown to nobody; the
                // sender is asked for another at most every half second, and some of these requests are lost.
                let first = places.iter().min().map_or(sent.packets, |first| *first as usize);
                let way = usize::try_from((delay_ms + jitter_ms) * 2 / 20).expect("a short way");
                prop_assert!(first <= (way + 60) * 3 / 2, "{kind:?}: begins with {first} of {}", sent.packets);
                // Whoever is replaced speaks on until they know it.
                let end = match places.iter().max() {
                    Some(last) if sent.replaced => *last as usize + 1,
                    _ => sent.packets,
                };
                // Two ways, each with its loss; sound is not repaired, nor is what nothing follows.
                let due = end.saturating_sub(first);
                let missing = due - places.len();
                let bearable = match kind {
                    TrackKind::Audio => due * (lost_percent as usize * 2 + 7) / 100 + 5,
                    _ if sent.replaced => due * 5 / 100 + 6 + way * lost_percent as usize / 5,
                    _ => due * 2 / 100 + 6,
                };
                prop_assert!(missing <= bearable, "{kind:?}: {missing} of {due} missing");

                let shifts: HashSet<u16> = got
                    .iter()
                    .map(|(place, got)| got.sequence.wrapping_sub(u16::try_from(*place).expect("a short talk")))
                    .collect();
                prop_assert!(shifts.len() <= 1, "{kind:?}: shifted by {shifts:?}");
                if let Some(newest) = newest {
                    let behind = |got: &Received| got.sequence.wrapping_sub(newest).wrapping_sub(1) < 0x8000;
                    prop_assert!(got.iter().all(|(_, got)| behind(got)), "{kind:?}: numbers are used twice");
                }
                let last = got.iter().max_by_key(|(place, _)| *place);
                newest = last.map(|(_, got)| got.sequence).or(newest);
            }
        }
        let stats = world.core.stats();
        let resent: u64 = world.people.iter().map(|person| person.browser.feedback_stats().retransmitted).sum();
        let lost = world.media_lost;
        prop_assert!(
            (stats.feedback.retransmitted + resent) * 10 <= lost * 13 + 300,
            "resent {} + {resent}, lost {lost}", stats.feedback.retransmitted
        );
        // The older connection goes when the newer is used, which may not have happened yet.
        let legs = if speaker.who == 2 { 2..=2 } else { 2..=world.people.len() as u64 };
        prop_assert!(legs.contains(&stats.legs), "{} legs", stats.legs);
        // Two ways' jitter together stays below the first wait.
        if lost_percent == 0 && jitter_ms < 5 {
            prop_assert_eq!(stats.feedback.retransmitted + resent, 0, "nothing was lost: {} by the node, {} by browsers", stats.feedback.retransmitted, resent);
        }
        prop_assert!(stats.dropped_unknown - dropped >= strangers);
    }
}
