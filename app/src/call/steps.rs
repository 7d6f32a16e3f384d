//! What happens to a call's machine, what it does, and what is drawn of it.

use orderline_domain::{call::CallEndReason, ids::CallId};
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame, MediaState, PeerView},
    http::CallTicket,
    problem::Problem,
    view::CallView,
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

/// How the connection to the relay stands, as the browser reports it.
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

/// Everything that is drawn of the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub call: CallView,
    pub line: Line,
    pub peer: Option<PeerView>,
    pub media: MediaState,
    pub microphone: Microphone,
}

/// Something that happened.
pub enum Input {
    /// This tab takes part in this call from now on.
    Enter(Box<CallView>),
    Microphone(Microphone),
    /// What is sent changed: a device was switched, given or lost.
    Media(MediaState),
    Ticket {
        leg: u32,
        result: Result<CallTicket, Option<Problem>>,
    },
    /// The browser's offer; `None` when it could not make one.
    Offer {
        leg: u32,
        sdp: Option<String>,
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
        leg: u32,
        link: Link,
    },
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

/// Something to do.
pub enum Effect {
    AskMicrophone,
    FetchTicket {
        leg: u32,
        call: CallId,
    },
    MakePeer {
        leg: u32,
    },
    OpenSocket {
        leg: u32,
        url: String,
    },
    Send {
        leg: u32,
        frame: CallClientFrame,
    },
    SetAnswer {
        leg: u32,
        sdp: String,
    },
    /// This leg's sound and picture are the ones to be heard and seen.
    Present {
        leg: u32,
    },
    DropLeg {
        leg: u32,
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
