//! What a bad network, a lost participant and a stranger do to a call. In memory, in virtual time.

mod properties;

use crate::support::{Net, World, leg_id};
use bytes::BytesMut;
use orderline_domain::call::seat::Seat;
use orderline_media::{
    Codec, MediaError, MediaEvent, TrackKind,
    engine::MAX_SDP_BYTES,
    relay::{CLOSED_AFTER, MAX_LEGS, SILENT_AFTER},
    testkit::Browser,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{collections::HashSet, time::Duration};

const TICK: Duration = Duration::from_millis(20);
const BAD: Net = Net {
    lost_percent: 5,
    doubled_percent: 5,
    jitter: Duration::from_millis(15),
    delay: Duration::from_millis(20),
};

/// Both seats of a connected call.
fn pair(seed: u64) -> World {
    let mut world = World::new(seed, Net::CLEAN);
    world.join(Seat::SELLER);
    world.join(Seat::BUYER);
    world.connect();
    world
}

/// Sound every 20 ms and a picture of three packets every 40 ms, a key frame each second or when asked.
fn talk(world: &mut World, who: usize, ticks: u32) {
    for tick in 0..ticks {
        let now = world.now;
        let wanted = !std::mem::take(&mut world.people[who].keyframes_wanted).is_empty();
        let browser = &mut world.people[who].browser;
        browser.speak(now);
        if tick % 2 == 0 {
            browser.show(now, TrackKind::Camera, wanted || tick % 50 == 0, 3);
        }
        world.run_for(TICK);
    }
}

/// With 5% lost, doubled and out of order on every way, video is repaired and sound mostly arrives.
#[test]
fn a_bad_network_is_repaired() {
    for seed in 1..=3 {
        let mut world = pair(seed);
        world.change(BAD);
        talk(&mut world, 0, 500);
        world.run_for(Duration::from_secs(1));
        let buyer = &world.people[1];

        let pictures: HashSet<_> = buyer
            .got(TrackKind::Camera)
            .iter()
            .map(|got| got.number)
            .collect();
        assert!(
            pictures.len() >= 742,
            "seed {seed}: {} of 750 packets of pictures",
            pictures.len()
        );
        let sound: HashSet<_> = buyer
            .got(TrackKind::Audio)
            .iter()
            .map(|got| got.number)
            .collect();
        assert!(
            sound.len() >= 430,
            "seed {seed}: {} of 500 packets of sound",
            sound.len()
        );

        // Retransmissions stay near what was lost; they do not become a storm.
        let stats = world.core.stats();
        assert!(
            stats.forwarded <= 1_250,
            "seed {seed}: forwarded {}",
            stats.forwarded
        );
        assert!(
            stats.datagrams_out <= 4_000,
            "seed {seed}: sent {}",
            stats.datagrams_out
        );

        // Numbers and times on the wire are the sender's, shifted: the same distance for each packet.
        for kind in [TrackKind::Audio, TrackKind::Camera] {
            let mut shifts: HashSet<u16> = HashSet::new();
            for got in buyer.got(kind) {
                let (number, part) = got.number;
                let place = if kind == TrackKind::Audio {
                    number
                } else {
                    number * 3 + u32::from(part)
                };
                let place = u16::try_from(place).expect("a short talk");
                shifts.insert(got.sequence.wrapping_sub(place));
            }
            assert_eq!(shifts.len(), 1, "seed {seed}, {kind:?}");
        }
    }
}

/// Somebody who joins again is heard and seen on the same streams, whose numbers and times go on.
#[test]
fn joining_again_continues_the_streams() {
    let mut world = pair(7);
    talk(&mut world, 0, 50);
    let before = world.people[1].received.len();
    let again = world.join(Seat::SELLER);
    world.connect();
    talk(&mut world, again, 50);

    let buyer = &world.people[1];
    for kind in [TrackKind::Audio, TrackKind::Camera] {
        let got = buyer.got(kind);
        let ssrcs: HashSet<_> = got.iter().map(|got| got.ssrc).collect();
        assert_eq!(ssrcs.len(), 1, "{kind:?}: one stream for the viewer");
        for pair in got.windows(2) {
            assert_eq!(
                pair[1].sequence,
                pair[0].sequence.wrapping_add(1),
                "{kind:?}"
            );
            let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
            let most = (pair[1].at.saturating_sub(pair[0].at) + TICK * 2).as_millis()
                * u128::from(Codec::preferred(kind).clock_rate())
                / 1_000;
            assert!(u128::from(ticks) <= most, "{kind:?}: {ticks} ticks");
        }
    }
    assert_eq!(
        buyer.received[before..]
            .iter()
            .filter(|got| got.kind == TrackKind::Audio)
            .count(),
        50
    );
    // The first connection was closed, with a goodbye on the wire.
    assert!(world.people[0].closed, "the replaced browser was told");
    let gone = world
        .events
        .iter()
        .filter(|event| matches!(event, MediaEvent::LegClosed { leg, .. } if *leg == leg_id(100)));
    assert_eq!(gone.count(), 1);
}

/// A viewer's wish for a key frame reaches the sender, at most every 500 ms.
#[test]
fn a_key_frame_is_asked_for_soon_and_seldom() {
    let mut world = pair(8);
    talk(&mut world, 0, 10);
    world.people[0].keyframes_wanted.clear();
    let mut asked = Vec::new();
    // Ten seconds in which the viewer asks every 20 ms and the sender sends pictures but no key frame.
    for _ in 0..500 {
        let now = world.now;
        world.people[0]
            .browser
            .show(now, TrackKind::Camera, false, 1);
        world.people[1].browser.request_keyframe(TrackKind::Camera);
        world.run_for(TICK);
        asked.append(&mut world.people[0].keyframes_wanted);
    }
    assert!(
        (19..=21).contains(&asked.len()),
        "asked {} times",
        asked.len()
    );
    for pair in asked.windows(2) {
        assert!(
            pair[1].1 >= pair[0].1 + Duration::from_millis(500),
            "{pair:?}"
        );
    }
    assert!(asked.iter().all(|(kind, _)| *kind == TrackKind::Camera));

    // Once the viewer is content, an unanswered request is repeated every four seconds.
    world.run_for(Duration::from_millis(600));
    world.people[0].keyframes_wanted.clear();
    for _ in 0..500 {
        let now = world.now;
        world.people[0]
            .browser
            .show(now, TrackKind::Camera, false, 1);
        world.run_for(TICK);
    }
    let repeated = world.people[0].keyframes_wanted.len();
    assert!((2..=3).contains(&repeated), "repeated {repeated} times");
}

/// A viewer that joins late gets a picture that begins with a key frame, and at once.
#[test]
fn a_late_viewer_begins_with_a_key_frame() {
    let mut world = World::new(9, Net::CLEAN);
    world.join(Seat::SELLER);
    world.connect();
    talk(&mut world, 0, 30);
    let late = world.join(Seat::BUYER);
    world.connect();
    let joined = world.now - world.start;
    for _ in 0..50 {
        let now = world.now;
        let wanted = !std::mem::take(&mut world.people[0].keyframes_wanted).is_empty();
        world.people[0]
            .browser
            .show(now, TrackKind::Camera, wanted, 2);
        world.run_for(TICK);
    }
    let got = world.people[late].got(TrackKind::Camera);
    let first = got.first().expect("a picture");
    assert_eq!(first.number.1, 0, "it begins with a picture's first packet");
    assert!(
        first.at < joined + Duration::from_millis(200),
        "{:?} after {joined:?}",
        first.at
    );
}

/// Silence is reported after three seconds, return at once, and after thirty seconds the leg is closed.
#[test]
fn a_silent_leg_is_missed_then_back_then_closed() {
    let mut world = pair(10);
    talk(&mut world, 0, 10);
    let leg = world.people[0].leg;
    world.people[0].cut_off = true;
    world.run_for(SILENT_AFTER + Duration::from_millis(500));
    assert!(
        matches!(world.events.last(), Some(MediaEvent::LegSilent { leg: silent, .. }) if *silent == leg)
    );
    world.people[0].cut_off = false;
    talk(&mut world, 0, 200);
    assert!(
        matches!(world.events.last(), Some(MediaEvent::LegBack { leg: back, .. }) if *back == leg)
    );
    world.people[0].cut_off = true;
    let cut = world.now - world.start;
    world.run_for(CLOSED_AFTER + Duration::from_millis(500));
    let Some(MediaEvent::LegClosed {
        leg: closed,
        last_packet_at,
        ..
    }) = world.events.last()
    else {
        panic!("{:?}", world.events.last());
    };
    assert_eq!(*closed, leg);
    let last = Duration::from_micros(last_packet_at - crate::support::WALL);
    assert!(
        last <= cut + Duration::from_millis(50) && last + Duration::from_millis(100) >= cut,
        "{last:?} {cut:?}"
    );
    assert_eq!(world.core.stats().legs, 1);
}

/// A browser whose network gives it another address keeps its connection, in both directions.
#[test]
fn a_browser_that_moves_is_followed() {
    let mut world = pair(14);
    talk(&mut world, 0, 20);
    talk(&mut world, 1, 20);
    world.people[1].address = "198.51.100.200:7000".parse().expect("an address");
    // Its next checks come from the new address, and prove themselves.
    world.run_for(Duration::from_secs(6));
    let (before, heard) = (
        world.people[1].received.len(),
        world.people[0].received.len(),
    );
    talk(&mut world, 0, 50);
    talk(&mut world, 1, 50);
    assert!(world.people[1].received.len() >= before + 50 + 75);
    assert!(world.people[0].received.len() >= heard + 50 + 75);
    let gone = |event: &MediaEvent| matches!(event, MediaEvent::LegClosed { .. });
    assert!(!world.events.iter().any(gone));
}

/// A viewer on a poor line makes its publisher send less, and more again when the line is good.
#[test]
fn a_poor_line_limits_the_sender() {
    let mut world = pair(15);
    talk(&mut world, 0, 150);
    assert_eq!(world.people[0].limit, None, "nothing to limit");
    world.people[1].downlink_lost_percent = 25;
    talk(&mut world, 0, 750);
    let poor = world.people[0].limit.expect("a limit");
    assert!(poor <= 400_000, "{poor}");
    world.people[1].downlink_lost_percent = 0;
    talk(&mut world, 0, 750);
    let better = world.people[0].limit.expect("a limit");
    assert!(better > poor * 2, "{poor} then {better}");
}

/// A browser that leaves says so, and the leg is closed at once.
#[test]
fn a_goodbye_closes_the_leg() {
    let mut world = pair(11);
    world.people[1].browser.close();
    world.run_for(Duration::from_millis(100));
    let leg = world.people[1].leg;
    assert!(
        matches!(world.events.last(), Some(MediaEvent::LegClosed { leg: closed, .. }) if *closed == leg)
    );
    assert_eq!(world.core.stats().legs, 1);
    let now = world.now;
    world
        .core
        .end(now, crate::support::call_id(1))
        .expect("the call exists");
    world.run_for(Duration::from_millis(100));
    assert!(
        world.people[0].closed,
        "the end of the call is said on the wire"
    );
    assert_eq!((world.core.stats().calls, world.core.stats().legs), (0, 0));
}

/// Nonsense offers are refused; a thousand candidates and a full call harm nobody.
#[test]
fn bad_offers_are_refused() {
    let mut world = pair(12);
    let (_, good) = Browser::new(world.now, "198.51.100.77:9".parse().expect("an address"), 5)
        .expect("an offer");
    let refused = |world: &mut World, offer: &str| {
        let result = world.accept(leg_id(500), Seat(2), offer);
        assert!(matches!(result, Err(MediaError::BadOffer(_))), "{result:?}");
    };
    for offer in [
        String::new(),
        "v=0".to_owned(),
        "x".repeat(MAX_SDP_BYTES + 1),
        good.replace("a=ice-ufrag", "a=ice-ufrog"),
        good.replace("a=fingerprint", "a=thumbprint"),
        good.replace("sha-256", "md5-of-sorts"),
        good.replace("111", "999999"),
        good.replace("opus/48000/2", "PCMU/8000"),
        good.replace("a=mid:2", "a=mid:1"),
        good[..good.len() / 2].to_owned(),
    ] {
        refused(&mut world, &offer);
    }
    let candidates = "a=candidate:1 1 udp 1 203.0.113.9 9 typ host\r\n".repeat(1_000);
    world
        .accept(leg_id(501), Seat(2), &(good.clone() + &candidates))
        .expect("candidates are ignored");
    // Every mutilation is answered or refused, never a panic.
    let mut random = StdRng::seed_from_u64(12);
    for _ in 0..300 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..random.random_range(1..8) {
            let at = random.random_range(0..bytes.len());
            bytes[at] = random.random_range(b' '..=b'~');
        }
        let offer = String::from_utf8(bytes).expect("ASCII");
        let _ = world.accept(leg_id(502), Seat(3), &offer);
    }
    for seat in 10..30 {
        let result = world.accept(leg_id(u128::from(seat)), Seat(seat), &good);
        assert!(
            matches!(result, Ok(_) | Err(MediaError::Full(_))),
            "{result:?}"
        );
    }
    assert_eq!(world.core.stats().legs, MAX_LEGS as u64);
    talk(&mut world, 0, 20);
    assert_eq!(world.people[1].got(TrackKind::Audio).len(), 20);
}

/// Garbage from strangers and in a participant's name is dropped and counted; the call goes on.
#[test]
fn floods_and_garbage_are_harmless() {
    let mut world = pair(13);
    talk(&mut world, 0, 10);
    let mut random = StdRng::seed_from_u64(13);
    let stranger = "203.0.113.5:666".parse().expect("an address");
    let buyer = world.people[1].address;
    let before = world.core.stats();
    for n in 0..30_000u32 {
        let length = random.random_range(0..2_100);
        let mut bytes = BytesMut::zeroed(length);
        random.fill(&mut bytes[..]);
        if let Some(first) = bytes.first_mut() {
            // STUN, DTLS, SRTP and the rest in turn.
            *first = [0, 1, 22, 20, 128, 144, 255, *first][n as usize % 8];
        }
        let source = if n % 2 == 0 { stranger } else { buyer };
        world.core.datagram(world.now, source, &bytes);
    }
    let after = world.core.stats();
    assert_eq!(after.datagrams_in - before.datagrams_in, 30_000);
    assert!(
        after.dropped_unknown - before.dropped_unknown >= 14_000,
        "{after:?}"
    );
    assert!(after.dropped_size - before.dropped_size >= 300, "{after:?}");
    assert_eq!(after.legs, 2);
    let heard = world.people[1].received.len();
    talk(&mut world, 0, 50);
    assert!(world.people[1].received.len() >= heard + 49 + 72);
    assert_eq!(world.core.stats().legs, 2);
}
