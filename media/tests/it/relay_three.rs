//! A colleague of the seller joins a call: everyone gets everyone, each in a lane of their own.

use crate::support::{Net, World, call_id};
use orderline_domain::call::{hand_over::Lane, seat::Seat};
use orderline_media::{TrackKind, relay::Placement};
use std::{collections::BTreeMap, time::Duration};

const TICK: Duration = Duration::from_millis(20);
const COLLEAGUE: Placement = Placement {
    seat: Seat(2),
    lane: Lane::Second,
};

/// Everybody in `who` talks and shows themselves for so many seconds.
fn talk(world: &mut World, who: &[usize], seconds: u32) {
    for tick in 0..seconds * 50 {
        let now = world.now;
        for one in who {
            let browser = &mut world.people[*one].browser;
            browser.speak(now);
            if tick % 2 == 0 {
                browser.show(now, TrackKind::Camera, tick % 50 == 0, 2);
            }
        }
        world.run_for(TICK);
    }
    world.run_for(TICK);
}

/// Numbers of the packets that somebody got, by stream.
fn streams(world: &World, who: usize, kind: TrackKind) -> Vec<Vec<u32>> {
    let mut streams: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for got in world.people[who].got(kind) {
        streams.entry(got.ssrc).or_default().push(got.number.0);
    }
    streams.into_values().collect()
}

#[test]
fn three_hear_and_see_each_other_and_two_go_on() {
    let mut world = World::new(13, Net::CLEAN);
    let seller = world.join_at(Seat::SELLER.into(), true);
    let buyer = world.join_at(Seat::BUYER.into(), true);
    world.connect();
    let colleague = world.join_at(COLLEAGUE, true);
    world.connect();
    talk(&mut world, &[seller, buyer, colleague], 2);
    let all: Vec<u32> = (0..100).collect();
    for who in [seller, buyer, colleague] {
        assert_eq!(
            streams(&world, who, TrackKind::Audio),
            [all.clone(), all.clone()],
            "{who} hears both others, whole and apart"
        );
        assert_eq!(streams(&world, who, TrackKind::Camera).len(), 2);
    }
    let leg = world.people[seller].leg;
    world
        .core
        .leave(world.now, call_id(1), leg)
        .expect("the seller leaves");
    talk(&mut world, &[buyer, colleague], 1);
    for who in [buyer, colleague] {
        let lengths: Vec<usize> = streams(&world, who, TrackKind::Audio)
            .iter()
            .map(Vec::len)
            .collect();
        assert_eq!(lengths.iter().sum::<usize>(), 250);
        assert!(lengths.contains(&150), "{lengths:?}");
    }
}

/// A page from before there was room for a second person still hears the first.
#[test]
fn a_page_without_room_goes_on_as_before() {
    let mut world = World::new(14, Net::CLEAN);
    let seller = world.join(Seat::SELLER);
    let buyer = world.join(Seat::BUYER);
    let colleague = world.join_at(COLLEAGUE, true);
    world.connect();
    talk(&mut world, &[seller, buyer, colleague], 1);
    assert_eq!(streams(&world, buyer, TrackKind::Audio).len(), 1);
    assert_eq!(streams(&world, colleague, TrackKind::Audio).len(), 2);
}
