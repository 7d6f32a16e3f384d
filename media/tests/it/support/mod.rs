//! A node and its browsers on a network in memory, in virtual time: seeded loss, doubling and reordering.

pub(crate) mod local_node;

use bytes::BytesMut;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, LegId},
};
use orderline_media::{
    MediaError, MediaEvent, TrackKind,
    engine::{Accept, Engine, Output},
    node::core::{Core, Join, Transmit},
    relay::Placement,
    testkit::{Browser, media},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    collections::{BTreeMap, HashMap},
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};
use uuid::Uuid;

pub(crate) const NODE: &str = "192.0.2.1:3478";
/// Wall clock at the world's beginning, in microseconds.
pub(crate) const WALL: u64 = 1_750_000_000_000_000;
const MS: Duration = Duration::from_millis(1);

/// What the network does to each datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Net {
    pub lost_percent: u32,
    pub doubled_percent: u32,
    /// Every datagram takes `delay`, and up to this much more.
    pub jitter: Duration,
    pub delay: Duration,
}

impl Net {
    pub(crate) const CLEAN: Self = Self {
        lost_percent: 0,
        doubled_percent: 0,
        jitter: Duration::ZERO,
        delay: Duration::from_millis(10),
    };
}

/// A packet that a browser received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub kind: TrackKind,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    /// Number, and part of a picture.
    pub number: (u32, u8),
    pub at: Duration,
}

pub(crate) struct Person {
    pub leg: LegId,
    pub address: SocketAddr,
    pub browser: Browser,
    pub connected: bool,
    pub closed: bool,
    pub received: Vec<Received>,
    pub keyframes_wanted: Vec<(TrackKind, Duration)>,
    /// What the node last asked it to keep to, in bits per second.
    pub limit: Option<u64>,
    /// This much of what is sent to it is lost, besides the network's own loss.
    pub downlink_lost_percent: u32,
    /// Its cable is pulled.
    pub cut_off: bool,
}

impl Person {
    pub(crate) fn got(&self, kind: TrackKind) -> Vec<&Received> {
        self.received
            .iter()
            .filter(|received| received.kind == kind)
            .collect()
    }
}

pub(crate) struct World {
    pub core: Core,
    pub people: Vec<Person>,
    pub events: Vec<MediaEvent>,
    net: Net,
    pub start: Instant,
    pub now: Instant,
    random: StdRng,
    seed: u64,
    flights: BTreeMap<(Instant, u64), (SocketAddr, SocketAddr, BytesMut)>,
    flown: u64,
    /// Each way has its own chance, so that the order in which different ways are used changes nothing.
    ways: HashMap<(SocketAddr, SocketAddr), StdRng>,
    /// Datagrams of video, long as they are, that the network lost on either way.
    pub media_lost: u64,
}

pub(crate) fn call_id(n: u128) -> CallId {
    CallId::from_uuid(Uuid::from_u128(n))
}

pub(crate) fn leg_id(n: u128) -> LegId {
    LegId::from_uuid(Uuid::from_u128(n))
}

impl World {
    /// A node with one call, number 1.
    pub(crate) fn new(seed: u64, net: Net) -> Self {
        let start = Instant::now();
        let mut core = Core::default();
        core.create(start, WALL, call_id(1), None)
            .expect("an empty node");
        let mut world = Self {
            core,
            people: Vec::new(),
            events: Vec::new(),
            net,
            start,
            now: start,
            random: StdRng::seed_from_u64(seed),
            seed,
            flights: BTreeMap::new(),
            flown: 0,
            ways: HashMap::new(),
            media_lost: 0,
        };
        world.change(net);
        world
    }

    /// From now on the network is like this.
    pub(crate) fn change(&mut self, net: Net) {
        self.net = net;
        self.ways.clear();
    }

    /// Somebody's browser joins the call; returns its index.
    pub(crate) fn join(&mut self, seat: Seat) -> usize {
        self.join_at(seat.into(), false)
    }

    /// The same with a place of its own, and perhaps room for a second person.
    pub(crate) fn join_at(&mut self, placement: Placement, second: bool) -> usize {
        let index = self.people.len();
        let (leg, address) = (leg_id(100 + index as u128), address(index));
        let seed = self.seed * 100 + index as u64;
        let (mut browser, offer) =
            Browser::with_room(self.now, address, seed, second).expect("an offer");
        let answer = self.accept(leg, placement, &offer).expect("an answer");
        browser
            .answered(self.now, &answer)
            .expect("an answer that fits");
        self.people.push(Person {
            leg,
            address,
            browser,
            connected: false,
            closed: false,
            received: Vec::new(),
            keyframes_wanted: Vec::new(),
            limit: None,
            downlink_lost_percent: 0,
            cut_off: false,
        });
        index
    }

    /// The node's side of joining.
    pub(crate) fn accept(
        &mut self,
        leg: LegId,
        placement: impl Into<Placement>,
        offer: &str,
    ) -> Result<String, MediaError> {
        let ufrag = format!("{:016x}", self.random.random::<u64>());
        let pwd = format!("{:032x}", self.random.random::<u128>());
        let base = self.random.random::<u32>() & !0xff;
        let accept = Accept {
            now: self.now,
            offer,
            candidates: &[node()],
            tcp: None,
            ufrag: &ufrag,
            pwd: &pwd,
            ssrcs: [0, 1, 2, 3, 4, 5, 6, 7].map(|n| base + n),
        };
        let (engine, answer) = Engine::accept(&accept)?;
        let [a, b, c] = [(); 3].map(|()| (self.random.random(), self.random.random()));
        let starts = [a, b, c, (7, 7), (9, 9)];
        self.core.join(
            self.now,
            Join {
                call: call_id(1),
                leg,
                placement: placement.into(),
                engine,
                ufrag,
                starts,
            },
        )?;
        Ok(answer)
    }

    /// Lets everything happen up to `until`.
    pub(crate) fn run_for(&mut self, duration: Duration) {
        let until = self.now + duration;
        self.settle();
        while let Some(next) = self.next().filter(|next| *next <= until) {
            self.now = next.max(self.now);
            self.step();
            self.settle();
        }
        self.now = until;
    }

    /// Runs until everybody is connected, for at most ten seconds.
    pub(crate) fn connect(&mut self) {
        for _ in 0..1_000 {
            if self
                .people
                .iter()
                .all(|person| person.connected || person.closed)
            {
                return;
            }
            self.run_for(10 * MS);
        }
        panic!("somebody never connected");
    }

    fn next(&mut self) -> Option<Instant> {
        let flight = self.flights.keys().next().map(|(at, _)| *at);
        let core = self.core.poll_timeout();
        // A browser's own timers: never sooner than a millisecond, as its event loop would have it.
        let soonest = self.now + MS;
        let browsers = self
            .people
            .iter_mut()
            .filter_map(|person| person.browser.poll_timeout())
            .map(|at| at.max(soonest))
            .min();
        flight.into_iter().chain(core).chain(browsers).min()
    }

    fn step(&mut self) {
        while let Some(entry) = self
            .flights
            .first_entry()
            .filter(|entry| entry.key().0 <= self.now)
        {
            let (source, dest, bytes) = entry.remove();
            if dest == node() {
                self.core.datagram(self.now, source, &bytes);
            } else if let Some(person) = self
                .people
                .iter_mut()
                .find(|person| person.address == dest && !person.cut_off)
            {
                person.browser.handle(self.now, source, &bytes);
            }
        }
        self.core.flush(self.now);
        if self.core.poll_timeout().is_some_and(|at| at <= self.now) {
            self.core.handle_timeout(self.now);
        }
        for person in &mut self.people {
            if person
                .browser
                .poll_timeout()
                .is_some_and(|at| at <= self.now)
            {
                person.browser.handle_timeout(self.now);
            }
        }
    }

    /// Empties all outputs onto the network.
    pub(crate) fn settle(&mut self) {
        self.core.flush(self.now);
        let mut sent = Vec::new();
        self.core.take_transmits(&mut sent);
        for Transmit { dest, bytes } in sent {
            self.fly(node(), dest, &bytes);
        }
        while let Some(event) = self.core.next_event() {
            self.events.push(event);
        }
        for at in 0..self.people.len() {
            while let Some(output) = self.people[at].browser.poll() {
                self.output(at, output);
            }
        }
    }

    fn output(&mut self, at: usize, output: Output) {
        let since = self.now - self.start;
        let person = &mut self.people[at];
        match output {
            Output::Transmit { dest, bytes } => {
                if !person.cut_off {
                    let source = person.address;
                    self.fly(source, dest, &bytes);
                }
            }
            Output::Rtp(rtp) => {
                let number = match rtp.kind {
                    TrackKind::Audio => (
                        media::sound_number(&rtp.payload).expect("a whole sound packet"),
                        0,
                    ),
                    _ => media::picture_number(&rtp.payload).expect("a whole picture packet"),
                };
                person.received.push(Received {
                    kind: rtp.kind,
                    ssrc: rtp.ssrc,
                    sequence: rtp.sequence,
                    timestamp: rtp.timestamp,
                    number,
                    at: since,
                });
            }
            Output::KeyframeRequested(line) => person.keyframes_wanted.push((line.kind(), since)),
            Output::Connected => person.connected = true,
            Output::Closed => person.closed = true,
            Output::Remb(bits_per_second) => person.limit = Some(bits_per_second),
            Output::SenderReport { .. } | Output::LossReport(_) => {}
        }
    }

    fn fly(&mut self, source: SocketAddr, dest: SocketAddr, bytes: &BytesMut) {
        let seed = self.seed;
        let random = self.ways.entry((source, dest)).or_insert_with(|| {
            let host = |address: SocketAddr| match address.ip() {
                IpAddr::V4(ip) => u64::from(ip.to_bits() & 0xffff),
                IpAddr::V6(_) => 0,
            };
            StdRng::seed_from_u64((seed << 32) | (host(source) << 16) | host(dest))
        });
        if random.random_range(0..100) < self.net.lost_percent {
            self.media_lost += u64::from(bytes.len() > 1_000);
            return;
        }
        let downlink = self.people.iter().find(|person| person.address == dest);
        let lost = downlink.map_or(0, |person| person.downlink_lost_percent);
        if random.random_range(0..100) < lost {
            return;
        }
        let twice = random.random_range(0..100) < self.net.doubled_percent;
        for _ in 0..=u8::from(twice) {
            let jitter = self.net.jitter.mul_f64(random.random::<f64>());
            self.flown += 1;
            self.flights.insert(
                (self.now + self.net.delay + jitter, self.flown),
                (source, dest, bytes.clone()),
            );
        }
    }
}

pub(crate) fn node() -> SocketAddr {
    NODE.parse().expect("an address")
}

fn address(index: usize) -> SocketAddr {
    format!("198.51.100.{}:5000", index + 1)
        .parse()
        .expect("an address")
}
