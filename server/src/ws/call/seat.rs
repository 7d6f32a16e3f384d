//! One participant's place in a call's room.

use orderline_domain::{clock::ClockPair, ids::LegId};
use orderline_protocol::{call::MediaState, view::Person};

/// A new leg that takes over from one that was up has this time to come up itself, in milliseconds, before the
/// participant counts as gone: moving to another tab is no interruption.
const TAKE_OVER_MS: u64 = 5_000;

/// Where a participant stands: which leg is theirs now, and whether packets come from it.
#[derive(Debug)]
pub struct Place {
    pub person: Person,
    pub leg: Option<LegId>,
    pub has_socket: bool,
    pub media: MediaState,
    /// Since when the page has said that it goes away.
    pub leaving: Option<ClockPair>,
    link: Link,
}

#[derive(Clone, Copy, Debug)]
enum Link {
    /// Never there in this process's time.
    Never,
    Present,
    /// A new leg takes over from one that was up until then.
    TakingOver(ClockPair),
    /// The last packet of what was there.
    Gone(ClockPair),
}

impl Place {
    /// A place that nobody has taken yet.
    pub const fn new(person: Person) -> Self {
        let media = MediaState {
            microphone: false,
            camera: false,
            screen: false,
            has_microphone: false,
        };
        Self {
            person,
            leg: None,
            has_socket: false,
            media,
            leaving: None,
            link: Link::Never,
        }
    }

    /// Takes the place with a new leg; gives the one that it replaces.
    pub const fn join(&mut self, leg: LegId, media: MediaState, at: ClockPair) -> Option<LegId> {
        let old = self.leg.replace(leg);
        self.has_socket = true;
        self.media = media;
        self.leaving = None;
        if matches!(self.link, Link::Present) {
            self.link = Link::TakingOver(at);
        }
        old
    }

    /// Packets come.
    pub const fn present(&mut self) {
        self.link = Link::Present;
    }

    /// Packets have stopped; this was the last.
    pub const fn absent(&mut self, last_packet: ClockPair) {
        self.link = Link::Gone(last_packet);
    }

    /// Time has passed: a leg that did not take over in time is gone.
    pub fn tick(&mut self, at: ClockPair) {
        if let Link::TakingOver(since) = self.link
            && at.ms_since(&since) >= TAKE_OVER_MS
        {
            self.link = Link::Gone(since);
        }
    }

    pub const fn is_present(&self) -> bool {
        matches!(self.link, Link::Present | Link::TakingOver(_))
    }

    /// When packets stopped, if they have.
    pub const fn gone_since(&self) -> Option<ClockPair> {
        match self.link {
            Link::Gone(last_packet) => Some(last_packet),
            Link::Never | Link::Present | Link::TakingOver(_) => None,
        }
    }
}
