//! Links that lead a buyer into exactly one thread.

use crate::person::Person;
use jiff::Timestamp;
use orderline_domain::{
    ids::{JoinLinkId, ThreadId},
    thread::join_link::Channel,
};
use serde::{Deserialize, Serialize};

/// `POST /api/join/look` and `POST /api/join/code`: the token of the link that was opened. Nobody needs to be
/// signed in.
#[derive(Clone, Serialize, Deserialize)]
pub struct JoinToken {
    /// 64 hexadecimal digits.
    pub token: String,
}

/// `POST /api/join/enter`: token and code; sets the cookie of a session that sees this thread alone, unless the
/// buyer is signed in already. Answers [`JoinEntered`].
#[derive(Clone, Serialize, Deserialize)]
pub struct JoinCode {
    pub token: String,
    /// Six digits.
    pub code: String,
}

/// Where an opened link leads, before anybody has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinView {
    pub vendor_name: String,
    pub seller: String,
    pub channel: Channel,
    /// Enough of the address to know it again.
    pub hint: String,
    /// Until when the code that was sent last holds; none before the first.
    pub code_until: Option<Timestamp>,
}

/// The way into the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinEntered {
    pub thread: ThreadId,
}

/// Where a link stands, for the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinLinkPhase {
    /// Not handed over yet.
    Sending,
    Sent,
    /// It could not be handed over.
    Failed,
    Used,
    Revoked,
    Expired,
}

/// A link as the seller sees it; the token is nobody's but the buyer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinLinkView {
    pub link: JoinLinkId,
    pub version: i64,
    pub phase: JoinLinkPhase,
    pub channel: Channel,
    pub hint: String,
    pub by: Option<Person>,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

/// `GET /api/threads/{thread}/join-links` (seller): the newest first, at most 20.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinLinkList {
    pub links: Vec<JoinLinkView>,
}
