//! Two browsers and a node, in memory: what one sends, the other gets.

use crate::support::{Net, World};
use orderline_domain::call::seat::Seat;
use orderline_media::{MediaEvent, TrackKind};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(20);

/// One second of talk: sound every 20 ms, a picture of three packets every 40 ms.
fn talk(world: &mut World, who: usize, seconds: u32) {
    for tick in 0..seconds * 50 {
        let now = world.now;
        let browser = &mut world.people[who].browser;
        browser.speak(now);
        if tick % 2 == 0 {
            browser.show(now, TrackKind::Camera, tick % 100 == 0, 3);
            browser.show(now, TrackKind::Screen, tick % 100 == 0, 2);
        }
        world.run_for(TICK);
    }
}

/// Everything arrives, in order, on its own track.
#[test]
fn all_that_one_sends_arrives_at_the_other() {
    let mut world = World::new(1, Net::CLEAN);
    let (seller, buyer) = (world.join(Seat::SELLER), world.join(Seat::BUYER));
    world.connect();
    talk(&mut world, seller, 2);
    world.run_for(TICK);

    let buyer = &world.people[buyer];
    let sound: Vec<u32> = buyer
        .got(TrackKind::Audio)
        .iter()
        .map(|got| got.number.0)
        .collect();
    assert_eq!(sound, (0..100).collect::<Vec<_>>());
    for (kind, parts) in [(TrackKind::Camera, 3), (TrackKind::Screen, 2)] {
        let pictures: Vec<(u32, u8)> = buyer.got(kind).iter().map(|got| got.number).collect();
        let expected: Vec<(u32, u8)> = (0..50)
            .flat_map(|n| (0..parts).map(move |part| (n, part)))
            .collect();
        assert_eq!(pictures, expected, "{kind:?}");
    }
    assert!(
        world.people[seller].received.is_empty(),
        "nobody hears themselves"
    );
    for person in &world.people {
        let up = |event: &&MediaEvent| matches!(event, MediaEvent::LegConnected { leg, .. } if *leg == person.leg);
        assert_eq!(world.events.iter().filter(up).count(), 1);
    }
}
