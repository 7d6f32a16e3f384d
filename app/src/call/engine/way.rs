//! One way of the media, to the relay or to the other browser, over any number of legs and connections.
//!
//! A *leg* is a signalling socket and what is negotiated over it. A leg to the relay has one connection from its
//! beginning; a private leg gets one each time that the server pairs it with the other side's. What comes from a leg
//! or a connection that is no longer the newest changes nothing, so late answers of an abandoned attempt do no harm.
//! A new connection is made before the old one is let go.

use super::{
    leg::{Carrying, Connection, Cx, Leg, PING_AFTER_MS, SHAKY_MS, SILENT_MS, wait_ms},
    steps::{Effect, Kind, Link},
};
use orderline_domain::call::{mode::Route, safety::Fingerprint};
use orderline_protocol::{
    call::{CallClientFrame, IceServer},
    http::CallTicket,
};

/// Where a way stands.
pub(super) enum Phase {
    Leg(Box<Leg>),
    Waiting { until: u64 },
}

/// One way's whole state.
pub struct Way {
    pub route: Route,
    /// Not to be heard before the server says that both sides' media flow here.
    pub hold: bool,
    pub(super) phase: Phase,
    pub(super) carrying: Option<Carrying>,
    attempts: u32,
}

impl Way {
    /// Begins with a first leg.
    pub fn begin(route: Route, hold: bool, cx: &mut Cx<'_>) -> Self {
        let mut way = Self {
            route,
            hold,
            phase: Phase::Waiting { until: 0 },
            carrying: None,
            attempts: 0,
        };
        way.next_leg(cx);
        way
    }

    fn next_leg(&mut self, cx: &mut Cx<'_>) {
        let Some(call) = cx.shared.call else { return };
        let number = cx.shared.number();
        cx.out.push(Effect::FetchTicket { leg: number, call });
        let connection = (self.route == Route::Relay).then(|| {
            cx.out.push(Effect::MakePeer {
                peer: number,
                kind: Kind::Relay,
            });
            cx.out.push(Effect::MakeOffer { peer: number });
            Connection::new(number, cx.now, None)
        });
        if self.route == Route::Private && cx.shared.keys.is_none() {
            cx.out.push(Effect::MakeIdentity);
        }
        self.phase = Phase::Leg(Box::new(Leg::new(number, cx.now, connection)));
    }

    pub(super) fn leg(&self) -> Option<&Leg> {
        match &self.phase {
            Phase::Leg(leg) => Some(leg),
            Phase::Waiting { .. } => None,
        }
    }

    pub(super) fn leg_mut(&mut self) -> Option<&mut Leg> {
        match &mut self.phase {
            Phase::Leg(leg) => Some(leg),
            Phase::Waiting { .. } => None,
        }
    }

    fn connection(&self) -> Option<&Connection> {
        self.leg().and_then(|leg| leg.connection.as_ref())
    }

    pub(super) fn newest(&mut self, peer: u32) -> Option<&mut Connection> {
        self.leg_mut()
            .and_then(|leg| leg.connection.as_mut())
            .filter(|connection| connection.peer == peer)
    }

    /// Whether this is the number of the newest leg.
    pub fn has_leg(&self, number: u32) -> bool {
        self.leg().is_some_and(|leg| leg.number == number)
    }

    /// The newest connection, when it stands.
    pub fn connected(&self) -> Option<u32> {
        let leg = self.leg().filter(|leg| leg.joined)?;
        let connection = leg.connection.as_ref()?;
        (connection.link == Link::Connected).then_some(connection.peer)
    }

    /// Whether a former connection carries on well.
    pub fn is_carried(&self) -> bool {
        self.carrying.is_some_and(|it| it.link == Link::Connected)
    }

    /// Whether anything of this way can still be heard.
    pub fn sounds(&self) -> bool {
        self.carrying.is_some() || self.connection().is_some_and(Connection::sounds)
    }

    /// Whether it has given up because another way is being made.
    pub const fn has_given_up(&self) -> bool {
        matches!(self.phase, Phase::Waiting { until: u64::MAX })
    }

    /// Whether an admin hides everybody's addresses.
    pub fn relay_only(&self) -> bool {
        self.leg().is_some_and(|leg| leg.relay_only)
    }

    /// The leg that frames go out on, once it has joined.
    pub fn joined_leg(&self) -> Option<u32> {
        self.leg().filter(|leg| leg.joined).map(|leg| leg.number)
    }

    /// Takes what is carried out of the way, to be let go a little later.
    pub const fn take_carrying(&mut self) -> Option<Carrying> {
        self.carrying.take()
    }

    /// Ends this way. What can still be heard of it is given back, everything else is let go.
    pub fn end(mut self, out: &mut Vec<Effect>) -> Option<Carrying> {
        self.put_aside(out);
        self.carrying
    }

    /// Carries another way's sound on until this one has its own.
    pub fn carry(&mut self, carrying: Carrying, out: &mut Vec<Effect>) {
        if let Some(older) = self.carrying.replace(carrying) {
            older.drop(out);
        }
    }

    /// The newest leg is over: its connection is carried on if it ever sounded, else let go. A disturbed one is often
    /// back the moment that the network is, long before a new one.
    fn put_aside(&mut self, out: &mut Vec<Effect>) {
        let Phase::Leg(leg) = std::mem::replace(&mut self.phase, Phase::Waiting { until: 0 })
        else {
            return;
        };
        let leg = *leg;
        match leg.connection {
            Some(connection) if connection.sounds() => {
                let carrying = Carrying {
                    route: self.route,
                    peer: connection.peer,
                    leg: Some(leg.number),
                    link: connection.link,
                };
                self.carry(carrying, out);
            }
            other => {
                if let Some(connection) = other {
                    out.push(Effect::DropPeer {
                        peer: connection.peer,
                    });
                }
                out.push(Effect::DropLeg { leg: leg.number });
            }
        }
    }

    /// Gives the newest leg up and makes another one soon; not while another way is being made instead.
    pub fn fail(&mut self, retry: bool, cx: &mut Cx<'_>) {
        if self.leg().is_none() {
            return;
        }
        self.put_aside(cx.out);
        if !retry {
            self.phase = Phase::Waiting { until: u64::MAX };
            return;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any bits will do for jitter"
        )]
        let wait = wait_ms(self.attempts, cx.random as u64);
        self.attempts = self.attempts.saturating_add(1);
        if wait == 0 {
            self.next_leg(cx);
        } else {
            self.phase = Phase::Waiting {
                until: cx.now.saturating_add(wait),
            };
        }
    }

    /// The ticket came.
    pub fn ticket(&mut self, ticket: CallTicket, cx: &mut Cx<'_>) {
        if let Some(leg) = self.leg_mut() {
            leg.ticket = Some(ticket);
        }
        self.open_when_ready(cx);
    }

    /// Opens the socket once everything for the Join is there: the ticket, and the offer or the certificate.
    pub fn open_when_ready(&mut self, cx: &mut Cx<'_>) {
        let private = self.route == Route::Private;
        let Some(leg) = self.leg_mut() else { return };
        let ready = if private {
            cx.shared.keys.is_some()
        } else {
            leg.offer.is_some()
        };
        if let (Some(ticket), true, false) = (&leg.ticket, ready, leg.opening) {
            leg.opening = true;
            cx.out.push(Effect::OpenSocket {
                leg: leg.number,
                url: ticket.url.clone(),
            });
        }
    }

    /// The socket is open: joins.
    pub fn opened(&mut self, cx: &mut Cx<'_>) {
        let Some(leg) = self.leg_mut() else { return };
        if let Some(ticket) = leg.ticket.take() {
            let frame = CallClientFrame::Join {
                ticket: ticket.ticket,
                sdp: leg.offer.take(),
                media: cx.shared.media,
            };
            cx.out.push(Effect::Send {
                leg: leg.number,
                frame,
            });
        }
    }

    /// Something came over the socket.
    pub fn heard(&mut self, now: u64) {
        if let Some(leg) = self.leg_mut() {
            leg.heard = now;
            leg.pinged = false;
        }
    }

    /// The server took the leg in.
    pub fn joined(
        &mut self,
        answer: Option<String>,
        ice: Vec<IceServer>,
        relay_only: bool,
        cx: &mut Cx<'_>,
    ) {
        let Some(leg) = self.leg_mut() else { return };
        leg.joined = true;
        leg.ice = ice;
        leg.relay_only = relay_only;
        if let (Some(sdp), Some(connection)) = (answer, &leg.connection) {
            cx.out.push(Effect::TakeDescription {
                peer: connection.peer,
                offer: false,
                sdp,
            });
        }
        // What changed while the Join was on its way.
        cx.out.push(Effect::Send {
            leg: leg.number,
            frame: CallClientFrame::Media {
                media: cx.shared.media,
            },
        });
    }

    /// The browser made its own description of this connection.
    pub fn described(&mut self, peer: u32, sdp: Option<String>, retry: bool, cx: &mut Cx<'_>) {
        if self.newest(peer).is_none() {
            return;
        }
        let Some(sdp) = sdp else {
            return self.fail(retry, cx);
        };
        if self.route == Route::Private {
            self.on_pair(cx, |pair, keys| pair.described(sdp, keys));
        } else {
            if let Some(leg) = self.leg_mut() {
                leg.offer = Some(sdp);
            }
            self.open_when_ready(cx);
        }
    }

    /// The browser took the other side's description, or could not.
    pub fn remote_set(
        &mut self,
        peer: u32,
        found: Option<Fingerprint>,
        retry: bool,
        cx: &mut Cx<'_>,
    ) {
        if self.newest(peer).is_none() {
            return;
        }
        match found {
            Some(found) => self.on_pair(cx, |pair, keys| pair.remote_set(found, keys)),
            None => self.fail(retry, cx),
        }
    }

    /// A connection of this way changed its state.
    pub fn link(&mut self, peer: u32, link: Link, retry: bool, cx: &mut Cx<'_>) {
        if let Some(carrying) = self.carrying.as_mut().filter(|it| it.peer == peer) {
            carrying.link = link;
            if link == Link::Failed
                && let Some(carrying) = self.carrying.take()
            {
                carrying.drop(cx.out);
            }
            return;
        }
        let Some(connection) = self.newest(peer) else {
            return;
        };
        // Who answers gives who offers the first go at a new meeting.
        let waits = connection.pair.as_ref().is_some_and(|it| !it.initiator) && connection.sounds();
        connection.link = link;
        match link {
            Link::Connecting => {}
            Link::Connected => {
                connection.shaky_since = None;
                self.attempts = 0;
                cx.shared.was_connected = true;
            }
            Link::Disconnected => {
                connection.shaky_since.get_or_insert(cx.now);
            }
            Link::Failed if waits => {
                connection.shaky_since.get_or_insert(cx.now);
            }
            Link::Failed => self.fail(retry, cx),
        }
    }

    /// Nothing comes over a connection that the browser takes for good, or something does again. There is nothing to
    /// wait for then: what is silent for so long is as disturbed as it can be.
    pub fn silence(&mut self, peer: u32, dead: bool, now: u64) {
        if let Some(connection) = self.newest(peer)
            && connection.link == Link::Connected
        {
            connection.shaky_since = dead.then(|| {
                let long_ago = now.saturating_sub(SHAKY_MS);
                connection.shaky_since.unwrap_or(long_ago)
            });
        }
    }

    /// Says on a private leg whether the browsers are connected: the server sees no media of it.
    pub fn tell_link(&mut self, out: &mut Vec<Effect>) {
        let up = self.connected().is_some()
            || self
                .carrying
                .is_some_and(|it| it.route == self.route && it.link == Link::Connected);
        let private = self.route == Route::Private;
        if let Some(leg) = self.leg_mut()
            && private
            && leg.joined
            && leg.told_up != up
        {
            leg.told_up = up;
            out.push(Effect::Send {
                leg: leg.number,
                frame: CallClientFrame::Link { up },
            });
        }
    }

    /// The page goes on after it was frozen, or the network came back.
    pub fn woken(&mut self, cx: &mut Cx<'_>) {
        if self.has_given_up() {
            return;
        }
        match &mut self.phase {
            Phase::Waiting { .. } => self.next_leg(cx),
            Phase::Leg(leg) if leg.joined => {
                // The socket may have died meanwhile; the missing Pong soon says so.
                leg.heard = leg
                    .heard
                    .max(cx.now.saturating_sub(SILENT_MS - PING_AFTER_MS / 2));
                leg.ping(cx);
            }
            Phase::Leg(_) => {}
        }
    }

    /// Time passed.
    pub fn tick(&mut self, retry: bool, cx: &mut Cx<'_>) {
        match &mut self.phase {
            Phase::Waiting { until } if cx.now >= *until => self.next_leg(cx),
            Phase::Waiting { .. } => {}
            Phase::Leg(leg) => {
                let silence = cx.now.saturating_sub(leg.heard);
                let dead = leg.joined && silence >= SILENT_MS;
                if dead || leg.is_late(cx.now, self.attempts) || leg.is_shaky(cx.now) {
                    self.fail(retry, cx);
                } else if leg.joined && !leg.pinged && silence >= PING_AFTER_MS {
                    leg.ping(cx);
                }
            }
        }
    }
}
