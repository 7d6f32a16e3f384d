//! Two ends that talk over a seeded bad network, in virtual time.

use super::{
    tests::{info, rtp, take},
    *,
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::collections::{BTreeMap, HashMap, HashSet};

const MS: Duration = Duration::from_millis(1);
/// A picture's packets go out together, a picture every 33 ms.
const PARTS: u16 = 3;
const PICTURES: u16 = 180;
const EVERY: u32 = 33;
/// Streams and their RTX: before and after the sender begins anew.
const STREAMS: [(u32, u32); 2] = [(7, 8), (17, 18)];

struct Network {
    random: StdRng,
    lost_percent: u32,
    jitter: Duration,
    delay: Duration,
    flights: BTreeMap<(Instant, u64), Packet>,
    flown: u64,
    /// Packets of media that were lost.
    lost: u64,
}

impl Network {
    fn send(&mut self, now: Instant, packet: Packet) {
        if self.random.random_range(0..100) < self.lost_percent {
            self.lost += u64::from(matches!(packet, Packet::Rtp(_)));
            return;
        }
        let at = now + self.delay + self.jitter.mul_f64(self.random.random());
        self.flown += 1;
        self.flights.insert((at, self.flown), packet);
    }

    fn arrive(&mut self, now: Instant) -> Option<Packet> {
        let entry = self
            .flights
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}

/// The stream and the number of a media packet, retransmitted or not.
fn whose(packet: &rtp::Packet) -> (u32, u16) {
    let header = &packet.header;
    match STREAMS.iter().find(|(_, repair)| *repair == header.ssrc) {
        Some((stream, _)) => {
            let number = packet.payload.first_chunk().expect("a number");
            (*stream, u16::from_be_bytes(*number))
        }
        None => (header.ssrc, header.sequence_number),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the network does, frames arrive whole soon and little is sent twice; also over the wrap of their numbers
    /// and when the sender goes on with other SSRCs, anywhere in theirs.
    #[test]
    fn frames_are_repaired_over_any_network(
        seed in any::<u64>(),
        lost_percent in 0u32..10,
        jitter_ms in 0u32..30,
        delay_ms in 1u32..200,
        first in prop_oneof![65_000u16.., any::<u16>()],
        anew in prop_oneof![65_400u16.., any::<u16>()],
        changes_at in 30..PICTURES - 30,
    ) {
        let start = Instant::now();
        let (mut here, mut there) = (RtpFeedback::new(start), RtpFeedback::new(start));
        let network = |seed| Network {
            random: StdRng::seed_from_u64(seed),
            lost_percent,
            jitter: jitter_ms * MS,
            delay: delay_ms * MS,
            flights: BTreeMap::new(),
            flown: 0,
            lost: 0,
        };
        let (mut forth, mut back) = (network(seed), network(!seed));
        let mut sent: HashMap<u32, Vec<u16>> = HashMap::new();
        let mut got: HashMap<(u32, u16), u32> = HashMap::new();
        there.bind_outgoing(&info(99, None));
        for ms in 0..u32::from(PICTURES) * EVERY + 3_000 {
            let now = start + ms * MS;
            let picture = u16::try_from(ms / EVERY).expect("some seconds");
            if ms.is_multiple_of(EVERY) && picture < PICTURES {
                let at = usize::from(picture >= changes_at);
                let (stream, repair) = STREAMS[at];
                if picture == 0 || picture == changes_at {
                    here.bind_outgoing(&info(stream, Some(repair)));
                    there.bind_incoming(&info(stream, Some(repair)));
                }
                let base = [first, anew.wrapping_sub(changes_at * PARTS)][at];
                for part in 0..PARTS {
                    let number = base.wrapping_add(picture * PARTS + part);
                    sent.entry(stream).or_default().push(number);
                    let mut packet = rtp(stream, number, &[1, 2, 3]);
                    here.sending(now, &mut packet);
                    forth.send(now, Packet::Rtp(packet));
                }
            }
            while let Some(packet) = forth.arrive(now) {
                if let Packet::Rtp(packet) = &packet {
                    *got.entry(whose(packet)).or_default() += 1;
                }
                take(&mut there, now, &packet);
            }
            while let Some(packet) = back.arrive(now) {
                take(&mut here, now, &packet);
            }
            for (feedback, network) in [(&mut here, &mut forth), (&mut there, &mut back)] {
                if feedback.poll_timeout().is_some_and(|at| at <= now) {
                    feedback.handle_timeout(now);
                    prop_assert!(feedback.poll_timeout().is_none_or(|at| at > now), "a timer that never rests");
                }
                while let Some(packet) = feedback.poll_write() {
                    network.send(now, packet);
                }
            }
        }

        for (stream, sent) in &sent {
            // What comes before the first arrival or after the last is not known to be missing.
            let came: Vec<usize> = (0..sent.len()).filter(|at| got.contains_key(&(*stream, sent[*at]))).collect();
            let (Some(first), Some(last)) = (came.first(), came.last()) else {
                return Err(TestCaseError::fail("nothing came"));
            };
            prop_assert!(*first < 9 && *last + 9 > sent.len(), "{first} to {last} of {}", sent.len());
            let missing = last - first + 1 - came.len();
            prop_assert!(missing <= 2 + came.len() / 100, "{missing} of {} are missing", sent.len());
        }
        let known: HashSet<(u32, u16)> = sent
            .iter()
            .flat_map(|(stream, sent)| sent.iter().map(move |number| (*stream, *number)))
            .collect();
        prop_assert!(got.keys().all(|key| known.contains(key)), "what came was sent");
        let retransmitted = here.stats.retransmitted;
        let lost = forth.lost;
        // What is reordered by more than the grace is NACKed until that is known; so is what is lost while the RTT is
        // only estimated.
        prop_assert!(retransmitted * 10 <= lost * 13 + 200, "{retransmitted} retransmitted, {lost} lost");
        if lost_percent == 0 && jitter_ms < 10 {
            prop_assert_eq!(retransmitted, 0);
        }
    }
}
