//! Chooses a connection's pair as soon as one works.
//!
//! A browser sends its first DTLS flight when a check of its own was answered, but may take a second or two to
//! send the check that nominates. The library reads no DTLS before that. So the answering side, which knows
//! its own password, gives the library the nomination that is bound to come.

use rtc::{
    crypto::default_provider,
    ice::attributes::{
        control::AttrControlling, priority::PriorityAttr, use_candidate::UseCandidateAttr,
    },
    shared::error::{Error, Result},
    stun::{
        attributes::ATTR_USERNAME,
        fingerprint::FINGERPRINT,
        integrity::MessageIntegrity,
        message::{BINDING_REQUEST, Message, TransactionId},
        textattrs::Username,
    },
};

/// Priority of a peer-reflexive candidate (RFC 8445, section 5.1.2): what a browser's check carries.
const PRIORITY: u32 = (110 << 24) + (65_535 << 8) + 255;

/// A binding request, to be read by the library as if it came from the peer.
pub(super) struct Nomination {
    pub request: Vec<u8>,
}

impl Nomination {
    /// `ours` and `theirs` are the ufrags, `pwd` is ours: a check is signed with its receiver's.
    pub fn new(ours: &str, theirs: &str, pwd: &str) -> Result<Self> {
        let provider = default_provider().map_err(|error| Error::Crypto(error.to_string()))?;
        let mut message = Message::new();
        message.build(&[
            Box::new(BINDING_REQUEST),
            Box::new(TransactionId::new()),
            Box::new(Username::new(ATTR_USERNAME, format!("{ours}:{theirs}"))),
            Box::<UseCandidateAttr>::default(),
            Box::new(AttrControlling(0)),
            Box::new(PriorityAttr(PRIORITY)),
            Box::new(MessageIntegrity::new_short_term_integrity_with_provider(
                pwd.to_owned(),
                provider.crypto(),
            )),
            Box::new(FINGERPRINT),
        ])?;
        Ok(Self {
            request: message.raw,
        })
    }

    /// Whether a datagram is the library's answer to it, which must not go out.
    pub fn is_answer(&self, datagram: &[u8]) -> bool {
        // The transaction id ends the 20-byte header (RFC 8489, section 5).
        datagram
            .get(8..20)
            .is_some_and(|id| self.request.get(8..20) == Some(id))
    }
}

/// Whether a datagram is the answer to a check of ours: the pair works.
pub(super) fn is_success(datagram: &[u8]) -> bool {
    datagram.starts_with(&[0x01, 0x01])
}
