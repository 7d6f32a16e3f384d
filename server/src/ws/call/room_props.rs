//! Whatever comes in whatever order, the room keeps what [`World`] holds it to.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Move {
    Join(Seat, Route),
    /// The nth leg that ever joined, counted from the newest.
    Link(usize, bool),
    Connected(usize),
    Silent(usize),
    Closed(usize),
    SocketGone(usize),
    Leaving(usize),
    Ask,
    Refuse,
    Accept,
    Stop,
    Wait(u64),
    /// The seller asks a colleague, who comes; one of the two leaves.
    AskColleague,
    Come,
    NotCome,
    Leave(bool),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let route = prop_oneof![Just(Route::Private), Just(Route::Relay)];
    let leg = 0_usize..6;
    let one = prop_oneof![
        4 => (0_u8..3, route).prop_map(|(seat, route)| Move::Join(Seat(seat), route)),
        6 => (leg.clone(), prop::bool::weighted(0.8)).prop_map(|(leg, up)| Move::Link(leg, up)),
        6 => leg.clone().prop_map(Move::Connected),
        1 => leg.clone().prop_map(Move::Silent),
        1 => leg.clone().prop_map(Move::Closed),
        1 => leg.clone().prop_map(Move::SocketGone),
        1 => leg.prop_map(Move::Leaving),
        2 => Just(Move::Ask),
        1 => Just(Move::Refuse),
        2 => Just(Move::Accept),
        1 => Just(Move::Stop),
        3 => (0_u64..6_000).prop_map(Move::Wait),
        2 => Just(Move::AskColleague),
        2 => Just(Move::Come),
        1 => Just(Move::NotCome),
        1 => any::<bool>().prop_map(Move::Leave),
    ];
    prop::collection::vec(one, 1..80)
}

/// Plays the moves; a leg joins only where the actor would let it.
fn play(world: &mut World, moves: Vec<Move>) {
    let mut legs: Vec<(u128, Route)> = Vec::new();
    let mut recordings = 100;
    for one in moves {
        if world.room.finished {
            return;
        }
        let nth = |back: usize| legs.iter().rev().nth(back).copied();
        let mode = world.room.call().mode;
        let stepped = match one {
            Move::Join(seat, route) => {
                if world.room.places.contains_key(&seat) && world.room.may_join(route).is_ok() {
                    let number = 1_000 + legs.len() as u128;
                    legs.push((number, route));
                    world.join(seat, number, route);
                }
                continue;
            }
            Move::Wait(ms) => {
                world.wait(ms);
                continue;
            }
            Move::AskColleague | Move::Come | Move::NotCome | Move::Leave(_) => {
                staff(world, &one);
                continue;
            }
            Move::Ask => mode.ask(RecordWhen::ContractTalk, at(world.now).wall),
            Move::Refuse => mode.refuse(),
            Move::Stop => mode.stop(),
            Move::Accept => {
                recordings += 1;
                mode.accept(recording(recordings), at(world.now).wall)
            }
            Move::Link(back, up) => {
                if let Some((leg, _)) = nth(back) {
                    world.link(leg, up);
                }
                continue;
            }
            Move::Connected(back)
            | Move::Silent(back)
            | Move::Closed(back)
            | Move::SocketGone(back)
            | Move::Leaving(back) => {
                let Some((number, route)) = nth(back) else {
                    continue;
                };
                let (leg, last_packet) = (leg(number), at(world.now));
                let input = match one {
                    Move::SocketGone(_) => Input::SocketGone { leg },
                    Move::Leaving(_) => Input::Leaving { leg },
                    // The media side speaks of its own legs alone.
                    _ if route == Route::Private => continue,
                    Move::Connected(_) => Input::LegConnected { leg },
                    Move::Silent(_) => Input::LegSilent { leg, last_packet },
                    _ => Input::LegClosed { leg, last_packet },
                };
                world.take(input);
                continue;
            }
        };
        if let Ok(mode) = stepped {
            world.mode(mode);
        }
    }
}

/// The colleague is whoever of the two is not in the call; each keeps their seat.
fn staff(world: &mut World, one: &Move) {
    let now = at(world.now).wall;
    let side = world.room.call().side.clone();
    let users =
        [(1, SELLER), (3, Seat(2))].map(|(n, seat)| (UserId::from_uuid(Uuid::from_u128(n)), seat));
    world.side(|_| match one {
        Move::AskColleague => {
            let (user, seat) = users[usize::from(side.has(users[0].0))];
            side.ask(user, seat, None, now)
        }
        Move::Come => {
            let user = side.asked().map_or(users[0].0, |it| it.user);
            side.accept(user, now)
        }
        Move::NotCome => side.refused(WhyRefused::Withdrawn),
        Move::Leave(first) => side.leave(users[usize::from(*first)].0),
        _ => Err(InvalidHandOver::NotAsked),
    });
}

proptest! {
    #[test]
    fn whatever_happens_nothing_is_recorded_without_a_yes(moves in moves()) {
        let mut world = World::new(CallMode::Private);
        play(&mut world, moves);
    }

    /// From wherever the call has come, two pages that do their part bring it to where its mode is.
    #[test]
    fn two_pages_that_come_back_always_meet(moves in moves()) {
        let mut world = World::new(CallMode::Private);
        play(&mut world, moves);
        if world.room.finished {
            return Ok(());
        }
        let route = world.room.call().mode.route();
        prop_assert_eq!(world.room.may_join(route), Ok(()));
        world.asked();
        let seat = world.room.call().side.seller().seat;
        world.join(seat, 1, route);
        world.join(BUYER, 2, route);
        for number in [1, 2] {
            match route {
                Route::Private => world.link(number, true),
                Route::Relay => world.connected(number),
            }
        }
        prop_assert_eq!(world.state(), "active");
        prop_assert_eq!(world.room.carried.map(|it| it.route), Some(route));
        world.wait(RETIRE_MS);
        prop_assert!(world.room.retired.is_empty());
        let records = match world.relay {
            RelayUse::Off => None,
            RelayUse::On { recording } => recording,
        };
        prop_assert_eq!(records, world.room.call().mode.recording());
        prop_assert_eq!(world.relay == RelayUse::Off, route == Route::Private);
    }
}
