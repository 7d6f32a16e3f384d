//! What happens to a call's machine, what it does, and what is drawn of it.

use super::private::Candidate;
use orderline_domain::{
    call::{
        CallEndReason,
        safety::{Fingerprint, SafetyCode},
    },
    ids::CallId,
};
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame, CallView, IceServer, MediaState, PeerView},
    http::CallTicket,
    problem::Problem,
};

/// How the browser answered when it was asked for the microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Microphone {
    /// Not asked yet, or the person has not decided.
    #[default]
    Asking,
    Given,
    /// The person or the browser's settings said no.
    Denied,
    /// There is none.
    Missing,
    /// Another program holds it, or it broke.
    Broken,
    /// This browser cannot take part in calls at all.
    Unsupported,
}

/// How a connection to the relay or to the other browser stands, as the browser reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Connected,
    /// May recover by itself.
    Disconnected,
    Failed,
}

/// Why this tab is no longer in the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The call ended; the reason is `None` until the server has said it.
    Ended(Option<CallEndReason>),
    /// Another tab or device of the same person took it over.
    Elsewhere,
    /// This person left it to somebody else of their side.
    Left,
    Refused(Problem),
}

/// Where this tab stands in the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The call still rings.
    Ringing,
    Connecting,
    Connected,
    Reconnecting,
    Over(Over),
}

/// What is known about who is at the other end of a private connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safety {
    #[default]
    Unknown,
    /// Both sides see this code, if nobody is in between.
    Code(SafetyCode),
    /// The other side's certificate is not the promised one.
    Forged,
}

/// Everything that is drawn of the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub call: CallView,
    pub line: Line,
    pub peer: Option<PeerView>,
    /// The third one, while a call is handed over.
    pub second: Option<PeerView>,
    pub media: MediaState,
    pub microphone: Microphone,
    pub safety: Safety,
    /// Sound and picture still take the former way; the new one is being made.
    pub moving: bool,
    /// An admin hides everybody's addresses.
    pub relay_only: bool,
}

/// How a connection is made.
pub enum Kind {
    /// To the relay: this side offers.
    Relay,
    /// To the other browser.
    Private {
        initiator: bool,
        ice: Vec<IceServer>,
        relay_only: bool,
    },
}

/// Something that happened.
pub enum Input {
    /// This tab takes part in this call from now on.
    Enter(Box<CallView>),
    Microphone(Microphone),
    /// What is sent changed: a device was switched, given or lost.
    Media(MediaState),
    /// The certificate of this page and call; `None` when the browser could not make one.
    Identity(Option<Fingerprint>),
    Ticket {
        leg: u32,
        result: Result<CallTicket, Option<Problem>>,
    },
    /// The browser's own offer or answer; `None` when it could not make one.
    Described {
        peer: u32,
        sdp: Option<String>,
    },
    /// The other side's description was set, and names this certificate; `None` when it could not be set.
    RemoteSet {
        peer: u32,
        found: Option<Fingerprint>,
    },
    Gathered {
        peer: u32,
        candidate: Candidate,
    },
    SocketOpened {
        leg: u32,
    },
    SocketClosed {
        leg: u32,
    },
    Frame {
        leg: u32,
        frame: Box<CallServerFrame>,
    },
    Link {
        peer: u32,
        link: Link,
    },
    /// Nothing comes over a connection any more that the browser takes for good (`dead`), or something does again.
    Silence {
        peer: u32,
        dead: bool,
    },
    /// The person chose to hide or show their address: private connections are made anew.
    Addresses,
    /// The call as the workspace's socket tells it.
    News(Box<CallView>),
    /// The server no longer knows this call as a live one.
    Gone,
    HangUp,
    /// The page is going away.
    Leaving,
    /// The page was frozen and goes on, or the network came back.
    Woken,
    Tick,
}

/// Something to do. A *leg* is a signalling socket and what is negotiated over it; a *peer* is one connection of
/// media. Both are numbered in the order of their making.
pub enum Effect {
    AskMicrophone,
    /// Make this page's certificate for the call.
    MakeIdentity,
    FetchTicket {
        leg: u32,
        call: CallId,
    },
    MakePeer {
        peer: u32,
        kind: Kind,
    },
    MakeOffer {
        peer: u32,
    },
    MakeAnswer {
        peer: u32,
    },
    TakeDescription {
        peer: u32,
        offer: bool,
        sdp: String,
    },
    TakeCandidate {
        peer: u32,
        candidate: Candidate,
    },
    OpenSocket {
        leg: u32,
        url: String,
    },
    Send {
        leg: u32,
        frame: CallClientFrame,
    },
    /// This connection's sound and picture are the ones to be heard and seen.
    Present {
        peer: u32,
    },
    DropLeg {
        leg: u32,
    },
    DropPeer {
        peer: u32,
    },
    /// Ends the call for both, through the workspace's socket.
    HangUp {
        call: CallId,
    },
    ReleaseDevices,
    /// This tab is in this call: a reload comes back to it.
    Remember {
        call: CallId,
    },
    Forget,
}
