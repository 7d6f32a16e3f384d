//! What the server says to this crate and hears from it.

use crate::rtp::TrackKey;
use orderline_domain::{
    call::{hand_over::Lane, seat::Seat},
    ids::{CallId, LegId, RecordingId},
};
use serde::{Deserialize, Serialize};
use std::{fmt, net::SocketAddr, path::PathBuf};
use zeroize::ZeroizeOnDrop;

/// Microseconds since the Unix epoch, derived from one (monotonic, wall) pair taken when the call was
/// created: a step of the wall clock moves nothing inside a call.
pub type Micros = u64;

/// The key that seals one recording's segments and everything derived from them.
#[derive(Clone, ZeroizeOnDrop)]
pub struct RecordingKey(pub [u8; 32]);

impl fmt::Debug for RecordingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingKey(redacted)")
    }
}

/// How a node's media side is set up.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// The one UDP address that all legs of this node share.
    pub udp: SocketAddr,
    /// Where the node also takes connections over TCP, for networks that carry no UDP.
    pub tcp: Option<SocketAddr>,
    /// Addresses announced as ICE candidates (with the bound ports).
    pub announce: Vec<std::net::IpAddr>,
    /// The only addresses that anything is taken from; `None`: from anywhere.
    pub only_from: Option<Vec<std::net::IpAddr>>,
    /// Folder of the recorder's spool; created when missing.
    pub spool: PathBuf,
}

/// A call to be relayed by this node.
#[derive(Clone, Debug)]
pub struct CallSpec {
    pub call: CallId,
    /// Fences an earlier owner: part of every segment's name.
    pub epoch: u32,
    pub recording: Option<RecordingSpec>,
}

/// Where a recorded call's packets go.
#[derive(Clone, Debug)]
pub struct RecordingSpec {
    pub recording: RecordingId,
    pub key: RecordingKey,
}

/// One participant's new connection.
#[derive(Clone, Debug)]
pub struct JoinSpec {
    pub call: CallId,
    pub leg: LegId,
    pub seat: Seat,
    /// Where the buyer hears and sees somebody of the seller's side; of no account for the buyer's own legs.
    pub lane: Lane,
    /// The browser's offer: three sendrecv media lines in the order of `TrackKind`, and two recvonly ones when it
    /// has room for a second person. Never logged.
    pub offer_sdp: String,
}

/// What the media side reports. Every queue of these is bounded.
#[derive(Clone, Debug)]
pub enum MediaEvent {
    /// ICE and DTLS are up.
    LegConnected {
        call: CallId,
        leg: LegId,
        at: Micros,
    },
    /// Nothing valid arrived from the leg for the consent time; it may come back.
    LegSilent {
        call: CallId,
        leg: LegId,
        last_packet_at: Micros,
    },
    /// Packets arrive again after silence.
    LegBack {
        call: CallId,
        leg: LegId,
        at: Micros,
    },
    /// The leg is gone for good (DTLS closed, failed, or removed).
    LegClosed {
        call: CallId,
        leg: LegId,
        last_packet_at: Micros,
    },
    /// The first packet of a track went into this recording.
    TrackRecorded {
        call: CallId,
        recording: RecordingId,
        track: TrackKey,
        at: Micros,
    },
    /// A segment file is complete and synced; it waits in the spool to be stored.
    SegmentReady(SegmentInfo),
    /// The call's recording has written its last segment.
    RecordingClosed {
        call: CallId,
        recording: RecordingId,
        epoch: u32,
        segments: u32,
    },
    /// Something that an operator must know; the call goes on.
    Trouble { call: Option<CallId>, what: String },
}

/// A complete segment in the spool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentInfo {
    pub recording: RecordingId,
    pub call: CallId,
    pub epoch: u32,
    /// Counts from 0 within (recording, epoch).
    pub index: u32,
    pub path: PathBuf,
    pub bytes: u64,
    /// SHA-256 of the file as it lies on disk (sealed).
    pub sha256: [u8; 32],
    /// Arrival of the first and the last packet in it.
    pub first_at: Micros,
    pub last_at: Micros,
}

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error("no such call on this node")]
    UnknownCall,
    #[error("no such leg in this call")]
    UnknownLeg,
    #[error("the offer cannot be used: {0}")]
    BadOffer(String),
    #[error("this node is at its limit of {0}")]
    Full(&'static str),
    #[error("the media side has stopped")]
    Stopped,
    #[error("socket or spool: {0}")]
    Io(#[from] std::io::Error),
}
