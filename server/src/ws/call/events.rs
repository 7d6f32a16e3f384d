//! What goes into a call's room and what comes out. None of it has a `Debug`: an SDP or an address must not reach a
//! log by accident.

use crate::usecase::call::life::Step;
use orderline_domain::{
    call::{Call, mode::Route, quality::LineLevel, seat::Seat},
    clock::ClockPair,
    ids::{LegId, RecordingId, UserId},
};
use orderline_protocol::call::{CallServerFrame, IceServer, MediaState, PeerSignal};

/// What happened.
pub(super) enum Input {
    /// The call's row changed.
    Changed(Box<Call>),
    /// A participant's new leg: to the relay, where the media side has taken it in, or private.
    Joined(Box<NewLeg>),
    Media {
        leg: LegId,
        media: MediaState,
    },
    /// For the other browser.
    Signal {
        leg: LegId,
        pair: u64,
        body: PeerSignal,
    },
    /// A page says whether its browser is connected to the other.
    Link {
        leg: LegId,
        up: bool,
    },
    /// How the participant's line is, as their page says.
    Quality {
        leg: LegId,
        level: LineLevel,
    },
    /// The page says that it goes away.
    Leaving {
        leg: LegId,
    },
    /// A page of this person has begun: perhaps the one that went away.
    Here {
        user: UserId,
    },
    /// The signalling socket is gone; the media may well go on.
    SocketGone {
        leg: LegId,
    },
    LegConnected {
        leg: LegId,
    },
    LegSilent {
        leg: LegId,
        last_packet: ClockPair,
    },
    LegBack {
        leg: LegId,
    },
    LegClosed {
        leg: LegId,
        last_packet: ClockPair,
    },
    Tick,
}

/// A leg that joins.
pub(super) struct NewLeg {
    pub seat: Seat,
    pub leg: LegId,
    pub epoch: u32,
    /// The relay's answer; none on a private leg.
    pub sdp: Option<String>,
    pub ice: Vec<IceServer>,
    pub relay_only: bool,
    pub media: MediaState,
}

impl NewLeg {
    /// Where it leads.
    pub(super) const fn route(&self) -> Route {
        if self.sdp.is_some() {
            Route::Relay
        } else {
            Route::Private
        }
    }
}

/// What is to be done.
pub(super) enum Effect {
    Send {
        leg: LegId,
        frame: CallServerFrame,
    },
    /// Close the leg's socket once everything before is sent.
    CloseSocket {
        leg: LegId,
    },
    /// Take the leg out of the media.
    RemoveLeg {
        leg: LegId,
    },
    /// From now on the relay carries the call like this.
    Relay(RelayUse),
    /// Both sides' media flow privately, or into this recording: keep that.
    Moved {
        recording: Option<RecordingId>,
        at: ClockPair,
    },
    /// A signal came that its sender may not send.
    RefusedSignal,
    Step(Step),
    /// The call is over: the media end and the room closes.
    Finish,
}

/// What the relay does for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum RelayUse {
    /// Nothing: it rings, or it is private.
    #[default]
    Off,
    /// Forwards, and records if a recording is named.
    On { recording: Option<RecordingId> },
}
