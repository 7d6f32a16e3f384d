//! A leg and its connection as a [`super::way::Way`] holds them, their timers, and what all ways of a call share.

use super::{
    private::{Keys, Pair},
    steps::{Effect, Link, Safety},
};
use crate::backoff;
use orderline_domain::{call::mode::Route, ids::CallId};
use orderline_protocol::{
    call::{CallClientFrame, IceServer, MediaState},
    http::CallTicket,
};

/// The first leg or connection that does not get ready within this time is given up, in milliseconds …
const LEG_MS: u64 = 12_000;
/// … and each after it gets so much more, up to twice the time: a way that is slow stays slow, and would be given up for
/// ever shortly before it stands.
const MORE_MS: u64 = 6_000;
/// `disconnected` is often over by itself; after this time a new leg is made, in milliseconds.
pub const SHAKY_MS: u64 = 2_500;
/// Both browsers lose a private connection at once. Who answers waits for who offers, in milliseconds.
pub const ANSWERER_WAITS_MS: u64 = 2_000;
/// Silence of the signalling socket after which a Ping is sent, in milliseconds.
pub const PING_AFTER_MS: u64 = 8_000;
/// Silence of the signalling socket after which the leg is given up, in milliseconds.
pub const SILENT_MS: u64 = 16_000;
/// So many legs follow one another after [`SOON_MS`] at most …
const SOON_LEGS: u32 = 4;
/// … in milliseconds; the waits after them double.
const SOON_MS: u64 = 500;
/// The longest wait between two legs, in milliseconds. The server holds a broken call for 30 s.
pub const LONGEST_WAIT_MS: u64 = 4_000;

/// What one step of the machine works with.
pub struct Cx<'a> {
    pub now: u64,
    pub random: u128,
    pub shared: &'a mut Shared,
    pub out: &'a mut Vec<Effect>,
}

/// What all ways of a call have in common.
#[derive(Default)]
pub struct Shared {
    /// The number of the newest leg or connection.
    pub numbers: u32,
    pub call: Option<CallId>,
    pub media: MediaState,
    pub keys: Option<Keys>,
    pub safety: Safety,
    pub pings: u64,
    pub was_connected: bool,
}

impl Shared {
    /// A number that no leg or connection had.
    pub const fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }
}

/// A connection that still carries sound until a newer one does, with the leg that goes with it.
#[derive(Clone, Copy)]
pub struct Carrying {
    pub route: Route,
    pub peer: u32,
    pub leg: Option<u32>,
    pub link: Link,
}

impl Carrying {
    pub fn drop(self, out: &mut Vec<Effect>) {
        out.push(Effect::DropPeer { peer: self.peer });
        if let Some(leg) = self.leg {
            out.push(Effect::DropLeg { leg });
        }
    }
}

/// One connection of media.
pub struct Connection {
    pub peer: u32,
    pub since: u64,
    pub link: Link,
    pub shaky_since: Option<u64>,
    /// On a private leg.
    pub pair: Option<Pair>,
}

impl Connection {
    pub const fn new(peer: u32, now: u64, pair: Option<Pair>) -> Self {
        Self {
            peer,
            since: now,
            link: Link::Connecting,
            shaky_since: None,
            pair,
        }
    }

    /// Whether something may be heard over it.
    pub const fn sounds(&self) -> bool {
        matches!(self.link, Link::Connected | Link::Disconnected)
    }
}

/// One signalling socket and what is negotiated over it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one thing that happens once has happened; they come in no fixed order"
)]
pub struct Leg {
    pub number: u32,
    pub since: u64,
    pub ticket: Option<CallTicket>,
    pub offer: Option<String>,
    pub opening: bool,
    pub joined: bool,
    pub heard: u64,
    pub pinged: bool,
    pub told_up: bool,
    pub ice: Vec<IceServer>,
    pub relay_only: bool,
    pub connection: Option<Connection>,
}

impl Leg {
    pub const fn new(number: u32, now: u64, connection: Option<Connection>) -> Self {
        Self {
            number,
            since: now,
            ticket: None,
            offer: None,
            opening: false,
            joined: false,
            heard: now,
            pinged: false,
            told_up: false,
            ice: Vec::new(),
            relay_only: false,
            connection,
        }
    }

    /// Whether it or its connection took too long to get ready, after so many attempts that failed.
    pub fn is_late(&self, now: u64, attempts: u32) -> bool {
        let began = match &self.connection {
            Some(connection) if connection.link == Link::Connecting => connection.since,
            None if !self.joined => self.since,
            // A private leg waits for the other side as long as it takes; the server ends a call that nobody is in.
            Some(_) | None => return false,
        };
        now.saturating_sub(began) >= LEG_MS + MORE_MS * u64::from(attempts.min(2))
    }

    /// Whether its connection has been disturbed for too long.
    pub fn is_shaky(&self, now: u64) -> bool {
        self.connection.as_ref().is_some_and(|connection| {
            let answers = connection.pair.as_ref().is_some_and(|it| !it.initiator);
            let patience = SHAKY_MS + if answers { ANSWERER_WAITS_MS } else { 0 };
            connection
                .shaky_since
                .is_some_and(|since| now.saturating_sub(since) >= patience)
        })
    }

    /// Asks the server for a sign of life.
    pub fn ping(&mut self, cx: &mut Cx<'_>) {
        self.pinged = true;
        cx.shared.pings += 1;
        cx.out.push(Effect::Send {
            leg: self.number,
            frame: CallClientFrame::Ping { n: cx.shared.pings },
        });
    }
}

/// The wait before the next leg: none the first time, short for the next few, then doubling; with some jitter. A browser
/// that got another address knows it only a second or two later and cannot connect until then; each leg that fails in
/// that time should cost little of it.
pub fn wait_ms(attempts: u32, random: u64) -> u64 {
    if attempts == 0 {
        return 0;
    }
    let doublings = attempts.saturating_sub(SOON_LEGS).min(8);
    let full = (SOON_MS << doublings).min(LONGEST_WAIT_MS);
    backoff::spread(full, random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_way_gets_more_time_at_each_attempt() {
        let leg = Leg::new(1, 1_000, None);
        let given_up =
            |attempts| (0..60).find(|second| leg.is_late(1_000 + second * 1_000, attempts));
        let after = [0, 1, 2, 3, u32::MAX].map(given_up);
        assert_eq!(after, [12, 18, 24, 24, 24].map(Some));
    }

    #[test]
    fn the_first_few_legs_follow_soon_and_the_rest_ever_later() {
        let longest = |attempts| (0..=2_000).map(|random| wait_ms(attempts, random)).max();
        let shortest = |attempts| (0..=2_000).map(|random| wait_ms(attempts, random)).min();
        assert_eq!(
            [
                0,
                1,
                SOON_LEGS,
                SOON_LEGS + 1,
                SOON_LEGS + 2,
                SOON_LEGS + 3,
                u32::MAX
            ]
            .map(longest),
            [0, 500, 500, 1_000, 2_000, 4_000, 4_000].map(Some)
        );
        assert_eq!(
            [1, SOON_LEGS, SOON_LEGS + 1, u32::MAX].map(shortest),
            [250, 250, 500, 2_000].map(Some)
        );
    }
}
