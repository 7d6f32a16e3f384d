//! One participant's place in a call's room.

use orderline_domain::{
    call::{mode::Route, quality::LineLevel},
    clock::ClockPair,
    ids::LegId,
    people::person::Person,
};
use orderline_protocol::call::MediaState;

/// A new leg that takes over from one that was up has this time to come up itself, in milliseconds, before the
/// participant counts as gone: moving to another tab is no interruption. A private leg without its socket has as
/// long, since the browsers go on talking without us.
pub(super) const TAKE_OVER_MS: u64 = 5_000;

/// Where a participant stands: which legs are theirs now, and whether media come over them.
#[derive(Debug)]
pub(super) struct Place {
    pub person: Person,
    pub media: MediaState,
    /// How their line is, as their page said last.
    pub line: Option<LineLevel>,
    /// Since when the page has said that it goes away.
    pub leaving: Option<ClockPair>,
    /// Since when nothing comes from them, over neither way.
    pub away: Option<ClockPair>,
    relay: Way,
    private: Way,
}

/// One of the two ways to a participant.
#[derive(Debug)]
pub(super) struct Way {
    pub leg: Option<LegId>,
    pub has_socket: bool,
    link: Link,
}

#[derive(Clone, Copy, Debug)]
enum Link {
    /// Never there in this process's time.
    Never,
    Present,
    /// It was up until then; a new leg, or its socket, is awaited.
    TakingOver(ClockPair),
    /// The last packet of what was there.
    Gone(ClockPair),
}

/// A leg that was replaced by a newer one of the same way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replaced {
    pub leg: LegId,
    pub had_socket: bool,
}

impl Way {
    const NONE: Self = Self {
        leg: None,
        has_socket: false,
        link: Link::Never,
    };

    /// The leg, while its page can be spoken to.
    pub(super) fn reachable(&self) -> Option<LegId> {
        self.leg.filter(|_| self.has_socket)
    }

    /// Media come.
    pub(super) const fn present(&mut self) {
        self.link = Link::Present;
    }

    /// Media have stopped; this was the last.
    pub(super) const fn absent(&mut self, last_packet: ClockPair) {
        self.link = Link::Gone(last_packet);
    }

    pub(super) const fn is_present(&self) -> bool {
        matches!(self.link, Link::Present | Link::TakingOver(_))
    }

    /// When media stopped, if they have.
    pub(super) const fn gone_since(&self) -> Option<ClockPair> {
        match self.link {
            Link::Gone(last_packet) => Some(last_packet),
            Link::Never | Link::Present | Link::TakingOver(_) => None,
        }
    }

    const fn awaited(&mut self, at: ClockPair) {
        if matches!(self.link, Link::Present) {
            self.link = Link::TakingOver(at);
        }
    }

    fn tick(&mut self, at: ClockPair) {
        if let Link::TakingOver(since) = self.link
            && at.ms_since(&since) >= TAKE_OVER_MS
        {
            self.link = Link::Gone(since);
        }
    }
}

impl Place {
    /// A place that nobody has taken yet.
    pub(super) const fn new(person: Person) -> Self {
        let media = MediaState {
            microphone: false,
            camera: false,
            screen: false,
            has_microphone: false,
        };
        Self {
            person,
            media,
            line: None,
            leaving: None,
            away: None,
            relay: Way::NONE,
            private: Way::NONE,
        }
    }

    pub(super) const fn way(&self, route: Route) -> &Way {
        match route {
            Route::Relay => &self.relay,
            Route::Private => &self.private,
        }
    }

    pub(super) const fn way_mut(&mut self, route: Route) -> &mut Way {
        match route {
            Route::Relay => &mut self.relay,
            Route::Private => &mut self.private,
        }
    }

    /// Which way this leg goes, if it is one of this place's.
    pub(super) fn route_of(&self, leg: LegId) -> Option<Route> {
        [Route::Relay, Route::Private]
            .into_iter()
            .find(|route| self.way(*route).leg == Some(leg))
    }

    /// Takes the place with a new leg; gives the one that it replaces. One of the other way stays beside it.
    pub(super) const fn join(
        &mut self,
        route: Route,
        leg: LegId,
        media: MediaState,
        at: ClockPair,
    ) -> Option<Replaced> {
        self.media = media;
        self.leaving = None;
        let way = self.way_mut(route);
        way.awaited(at);
        let had_socket = way.has_socket;
        way.has_socket = true;
        match way.leg.replace(leg) {
            Some(leg) => Some(Replaced { leg, had_socket }),
            None => None,
        }
    }

    /// The leg's socket is gone. Media through the relay may well go on, and it says when they do not; of a
    /// private leg nobody else would.
    pub(super) const fn socket_gone(&mut self, route: Route, at: ClockPair) {
        let way = self.way_mut(route);
        way.has_socket = false;
        if matches!(route, Route::Private) {
            way.awaited(at);
        }
    }

    /// Gives the leg of a way up that is no longer used.
    pub(super) const fn retire(&mut self, route: Route) -> Way {
        std::mem::replace(self.way_mut(route), Way::NONE)
    }

    /// Time has passed: a leg that did not take over in time is gone.
    pub(super) fn tick(&mut self, at: ClockPair) {
        self.relay.tick(at);
        self.private.tick(at);
        if self.is_present() {
            self.away = None;
        } else {
            self.away.get_or_insert(at);
        }
    }

    /// Whether media came once and have stopped.
    pub(super) const fn has_broken_off(&self) -> bool {
        !self.is_present()
            && (self.relay.gone_since().is_some() || self.private.gone_since().is_some())
    }

    /// Whether media come over one way at least.
    pub(super) const fn is_present(&self) -> bool {
        self.relay.is_present() || self.private.is_present()
    }

    /// The legs whose page can be spoken to.
    pub(super) fn reachable(&self) -> impl Iterator<Item = LegId> {
        [self.relay.reachable(), self.private.reachable()]
            .into_iter()
            .flatten()
    }
}
