//! The evidence chain of a thread. Each event is an envelope plus a body; the envelope holds a salted
//! commitment to the body and the hash of the envelope before it. So a body and its salt can be erased and
//! the chain still verifies, and nothing can be changed, removed or swapped unseen.

use crate::{
    digest::{Digest, NotCanonical, canonical},
    ids::ThreadId,
    thread::{Author, EventBody},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 32 random bytes that keep a short body from being guessed out of its commitment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Wraps 32 bytes from a cryptographic generator.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

// A salt in a log would undo the erasure of its body.
impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// The part of an event that the chain runs over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    pub thread: ThreadId,
    /// From 1, without gaps.
    pub seq: u64,
    /// [`EventBody::kind`] of the body.
    pub kind: String,
    pub author: Author,
    /// In whole microseconds, as storage keeps it.
    pub at: Timestamp,
    /// Hash of the envelope before; of the first, [`genesis`].
    pub prev_hash: Digest,
    /// SHA-256 of the salt followed by the body's canonical bytes.
    pub body_commitment: Digest,
}

impl Envelope {
    /// SHA-256 of the envelope's canonical bytes.
    pub fn hash(&self) -> Result<Digest, NotCanonical> {
        Ok(Digest::of(&canonical(self)?))
    }
}

/// Where a thread's chain stands: what the next event continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub thread: ThreadId,
    /// Of the last event; 0 before the first.
    pub seq: u64,
    /// Of the last envelope; before the first, [`genesis`].
    pub hash: Digest,
}

impl Head {
    /// The head of a thread without events.
    pub fn empty(thread: ThreadId) -> Self {
        Self {
            thread,
            seq: 0,
            hash: genesis(thread),
        }
    }
}

/// What the first envelope of a thread continues: SHA-256 of the thread's id as text.
pub fn genesis(thread: ThreadId) -> Digest {
    Digest::of(thread.to_string().as_bytes())
}

/// An event ready to be stored: store `body` as these bytes, for the commitment is to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub envelope: Envelope,
    /// The envelope's canonical JSON, as it was hashed.
    pub envelope_bytes: Vec<u8>,
    /// The body's canonical JSON.
    pub body: Vec<u8>,
    pub salt: Salt,
    /// The chain's new head.
    pub head: Head,
}

/// Why an event is not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    #[error("what a reader found in place of a body is never written")]
    NotOriginal,
}

/// Appends an event to a chain.
pub fn seal(
    head: Head,
    author: Author,
    at: Timestamp,
    body: &EventBody,
    salt: Salt,
) -> Result<Sealed, SealError> {
    if !body.is_original() {
        return Err(SealError::NotOriginal);
    }
    let bytes = canonical(body)?;
    let envelope = Envelope {
        thread: head.thread,
        seq: head.seq + 1,
        kind: body.kind().to_owned(),
        author,
        at: whole_micros(at),
        prev_hash: head.hash,
        body_commitment: commitment(&salt, &bytes),
    };
    let envelope_bytes = canonical(&envelope)?;
    let head = Head {
        thread: head.thread,
        seq: envelope.seq,
        hash: Digest::of(&envelope_bytes),
    };
    Ok(Sealed {
        envelope,
        envelope_bytes,
        body: bytes,
        salt,
        head,
    })
}

/// The commitment to a body's canonical bytes.
pub fn commitment(salt: &Salt, body: &[u8]) -> Digest {
    Digest::of_two(salt.as_bytes(), body)
}

/// Storage keeps microseconds; a hash over anything finer could not be taken again.
fn whole_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// A chain that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// Compare with the signed head: only that shows that no events are missing at the end.
    pub head: Head,
    /// Events whose body is there and matches.
    pub verified: u64,
    /// Events whose body was erased.
    pub erased: u64,
}

/// Where and how a chain is broken.
#[derive(Debug, thiserror::Error)]
pub enum ChainBreak {
    #[error("event {seq} is of another thread")]
    OtherThread { seq: u64 },
    #[error("event {expected} should follow, but event {found} does")]
    Sequence { expected: u64, found: u64 },
    #[error("event {seq} does not continue the event before it")]
    Link { seq: u64 },
    #[error("the body of event {seq} is not the one that was committed to")]
    Body { seq: u64 },
    #[error("the body of event {seq} is of another kind than its envelope says")]
    Kind { seq: u64 },
    #[error("event {seq} has no canonical form")]
    NotCanonical {
        seq: u64,
        #[source]
        source: NotCanonical,
    },
}

/// Checks a thread's whole chain in order. A body with its salt is checked against its commitment; `None`
/// stands for one that was erased.
pub fn verify<'a>(
    thread: ThreadId,
    events: impl IntoIterator<Item = (&'a Envelope, Option<(&'a [u8], &'a Salt)>)>,
) -> Result<ChainReport, ChainBreak> {
    let mut report = ChainReport {
        head: Head::empty(thread),
        verified: 0,
        erased: 0,
    };
    for (envelope, body) in events {
        let (seq, expected) = (envelope.seq, report.head.seq + 1);
        if envelope.thread != thread {
            return Err(ChainBreak::OtherThread { seq });
        }
        if seq != expected {
            return Err(ChainBreak::Sequence {
                expected,
                found: seq,
            });
        }
        if envelope.prev_hash != report.head.hash {
            return Err(ChainBreak::Link { seq });
        }
        match body {
            Some((bytes, salt)) => {
                check_body(envelope, bytes, salt)?;
                report.verified += 1;
            }
            None => report.erased += 1,
        }
        report.head.seq = seq;
        report.head.hash = envelope
            .hash()
            .map_err(|source| ChainBreak::NotCanonical { seq, source })?;
    }
    Ok(report)
}

/// What a stored event says, as far as it is what its envelope commits to. `None` stands for a body that was erased.
pub fn open(envelope: &Envelope, stored: Option<(&[u8], &Salt)>) -> EventBody {
    let kind = envelope.kind.clone();
    let Some((bytes, salt)) = stored else {
        return EventBody::Erased { kind };
    };
    if commitment(salt, bytes) != envelope.body_commitment {
        return EventBody::Tampered { kind };
    }
    match serde_json::from_slice::<EventBody>(bytes) {
        Ok(EventBody::Erased { .. } | EventBody::Tampered { .. }) | Err(_) => {
            EventBody::Tampered { kind }
        }
        Ok(body) if body.kind() == kind => body,
        Ok(_) => EventBody::Tampered { kind },
    }
}

/// Only the tag of a body is read, so that an old verifier still checks bodies of kinds made after it.
#[derive(Deserialize)]
struct Tag {
    r#type: String,
}

fn check_body(envelope: &Envelope, bytes: &[u8], salt: &Salt) -> Result<(), ChainBreak> {
    let seq = envelope.seq;
    if commitment(salt, bytes) != envelope.body_commitment {
        return Err(ChainBreak::Body { seq });
    }
    match serde_json::from_slice::<Tag>(bytes) {
        Ok(tag) if tag.r#type == envelope.kind => Ok(()),
        _ => Err(ChainBreak::Kind { seq }),
    }
}
