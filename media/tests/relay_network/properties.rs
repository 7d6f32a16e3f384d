//! X13, B2: connections and their relay over seeded bad networks, with numbers and times that wrap. In memory, in
//! virtual time.

use crate::support::{Net, World};
use bytes::BytesMut;
use orderline_media::{Seat, TrackKind};
use proptest::prelude::*;
use std::{collections::HashSet, net::SocketAddr, time::Duration};

const TICK: Duration = Duration::from_millis(20);
const TICKS: u32 = 200;

proptest! {
    // Each case makes two whole connections.
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Sound is never repeated and mostly there; pictures are repaired; the viewer's numbers are the sender's, shifted;
    /// what is resent stays near what was lost; strangers change nothing.
    #[test]
    fn a_call_survives_any_bad_network(
        seed in 0u64..1_000_000,
        lost_percent in 0u32..8,
        doubled_percent in 0u32..8,
        jitter_ms in 0u64..30,
        delay_ms in 1u64..150,
        sequence in prop_oneof![65_400u16.., any::<u16>()],
        timestamp in prop_oneof![4_294_800_000u32.., any::<u32>()],
        floods in prop::collection::vec((any::<u8>(), 0usize..1_300), 0..40),
    ) {
        let mut world = World::new(seed, Net::CLEAN);
        world.join(Seat::SELLER);
        world.join(Seat::BUYER);
        for kind in [TrackKind::Audio, TrackKind::Camera] {
            world.people[0].browser.begin_at(kind, sequence, timestamp);
        }
        world.connect();
        world.net = Net {
            lost_percent,
            doubled_percent,
            jitter: Duration::from_millis(jitter_ms),
            delay: Duration::from_millis(delay_ms),
        };
        let stranger: SocketAddr = "203.0.113.5:666".parse().expect("an address");
        let dropped = world.core.stats().dropped_unknown;
        let mut floods = floods.iter();
        for tick in 0..TICKS {
            let now = world.now;
            let wanted = !std::mem::take(&mut world.people[0].keyframes_wanted).is_empty();
            world.people[0].browser.speak(now);
            if tick % 2 == 0 {
                world.people[0].browser.show(now, TrackKind::Camera, wanted || tick % 50 == 0, 3);
            }
            if let Some((first, length)) = floods.next() {
                let mut bytes = BytesMut::zeroed(*length + 1);
                bytes[0] = *first;
                world.core.datagram(now, stranger, bytes);
            }
            world.run_for(TICK);
        }
        world.run_for(Duration::from_secs(3));

        let buyer = &world.people[1];
        for (kind, sent) in [(TrackKind::Audio, TICKS), (TrackKind::Camera, TICKS / 2 * 3)] {
            let got = buyer.got(kind);
            let numbers: HashSet<_> = got.iter().map(|got| got.number).collect();
            // A picture's packet that was merely late may have been asked for.
            let twice = got.len() - numbers.len();
            let bearable = if kind == TrackKind::Audio { 0 } else { sent as usize / 8 };
            prop_assert!(twice <= bearable, "{kind:?}: {twice} came twice");
            let missing = sent as usize - numbers.len();
            // Two ways, each with its loss; sound is not repaired.
            let bearable = match kind {
                TrackKind::Audio => sent as usize * (lost_percent as usize * 2 + 7) / 100,
                _ => sent as usize * 2 / 100 + 3,
            };
            prop_assert!(missing <= bearable, "{kind:?}: {missing} of {sent} missing");
            let shifts: HashSet<u16> = got
                .iter()
                .map(|got| {
                    let place = match kind {
                        TrackKind::Audio => got.number.0,
                        _ => got.number.0 * 3 + u32::from(got.number.1),
                    };
                    got.sequence.wrapping_sub(u16::try_from(place).expect("a short talk"))
                })
                .collect();
            prop_assert_eq!(shifts.len(), 1, "{:?}", kind);
        }
        let stats = world.core.stats();
        let (resent, asked) = world.people[0].browser.repairs();
        let lost = world.media_lost;
        prop_assert!(
            (stats.resent + resent) * 10 <= lost * 13 + 150,
            "resent {} + {resent} (asked {asked}), lost {lost}", stats.resent
        );
        prop_assert_eq!(stats.legs, 2);
        if lost_percent == 0 && jitter_ms < 8 {
            prop_assert_eq!(stats.resent + resent, 0, "nothing was lost");
        }
        prop_assert!(stats.dropped_unknown >= dropped);
    }
}
