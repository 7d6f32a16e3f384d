//! Two browsers meet, as a pure reducer. Each side commits to its certificate and a nonce before it learns the
//! other's; then offer, answer and candidates; then both reveal, and both compute the same code.
//!
//! A page keeps one certificate a call, and its nonce as long as it meets the same page, so that the code stays when
//! a connection is made anew. A nonce that was revealed is used again only towards the promise that it was revealed
//! to: against a new promise, made while knowing it, the code would prove nothing.

use orderline_domain::{
    call::safety::{
        Fingerprint, NONCE_BYTES, Nonce, Revealed, SafetyCode, Side, commitment, safety_code,
    },
    digest::Digest,
};
use orderline_protocol::call::{
    MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_PEER_SDP_BYTES, PeerSignal,
};

/// Promises that one side may make for one pair: its first, and one with a fresh nonce.
const MAX_PROMISES: u32 = 2;

/// What this page proves itself by in one call.
pub struct Keys {
    fingerprint: Fingerprint,
    nonce: Nonce,
    revealed_to: Option<Digest>,
}

impl Keys {
    pub const fn new(fingerprint: Fingerprint, fresh: [u8; NONCE_BYTES]) -> Self {
        Self {
            fingerprint,
            nonce: Nonce::from_bytes(fresh),
            revealed_to: None,
        }
    }

    const fn side(&self) -> Side {
        Side {
            fingerprint: self.fingerprint,
            nonce: self.nonce,
        }
    }

    fn promise(&self) -> PeerSignal {
        PeerSignal::Commit {
            commitment: commitment(&self.nonce, &self.fingerprint).to_string(),
        }
    }
}

/// A candidate for the way between the browsers. No `Debug`: it is an address.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Empty: there are no more.
    pub text: String,
    pub mid: String,
}

/// What is to be done for a pair.
pub enum Step {
    Send(PeerSignal),
    MakeOffer,
    MakeAnswer,
    /// Set the other's description; `offer` tells which kind it is.
    TakeDescription {
        offer: bool,
        sdp: String,
    },
    TakeCandidate(Candidate),
    /// The other side kept its promise; both sides see this code.
    Verified(SafetyCode),
    /// The other side did not keep its promise, or said what nobody says: somebody may be in between.
    Forged,
    /// The browser cannot do its part.
    Failed,
}

/// One meeting of two browsers.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one thing that happens once has happened; they come in no fixed order"
)]
pub struct Pair {
    pub number: u64,
    pub initiator: bool,
    promises: u32,
    /// The other's commitment.
    promised: Option<Digest>,
    /// The certificate in the other's description as the browser has set it.
    remote: Option<Fingerprint>,
    /// What the other side revealed.
    nonce: Option<Nonce>,
    asked_for_offer: bool,
    described: bool,
    description_taken: bool,
    revealed: bool,
    done: bool,
    /// Own candidates that wait for the own description to be sent.
    own: Vec<Candidate>,
    gathered: u32,
    /// The other's candidates that wait for its description to be set.
    theirs: Vec<Candidate>,
    heard: u32,
}

impl Pair {
    /// Begins; the promise goes out first.
    pub fn begin(number: u64, initiator: bool, keys: &Keys) -> (Self, Vec<Step>) {
        let pair = Self {
            number,
            initiator,
            ..Self::default()
        };
        (pair, vec![Step::Send(keys.promise())])
    }

    /// Takes what the other side said; `fresh` is random.
    pub fn heard(
        &mut self,
        signal: PeerSignal,
        keys: &mut Keys,
        fresh: [u8; NONCE_BYTES],
    ) -> Vec<Step> {
        if self.done && !matches!(signal, PeerSignal::Candidate { .. }) {
            return Vec::new();
        }
        match signal {
            PeerSignal::Commit { commitment } => self.promised(&commitment, keys, fresh),
            PeerSignal::Offer { sdp } => self.description(true, sdp),
            PeerSignal::Answer { sdp } => self.description(false, sdp),
            PeerSignal::Candidate { candidate, mid } => self.candidate(Candidate {
                text: candidate,
                mid,
            }),
            PeerSignal::Reveal { nonce } => match nonce.parse() {
                Ok(nonce) if self.nonce.is_none() && self.promised.is_some() => {
                    self.nonce = Some(nonce);
                    self.verify(keys)
                }
                _ => self.forged(),
            },
        }
    }

    fn promised(&mut self, promise: &str, keys: &mut Keys, fresh: [u8; NONCE_BYTES]) -> Vec<Step> {
        let Ok(promise) = promise.parse::<Digest>() else {
            return self.forged();
        };
        if self.promised == Some(promise) {
            return Vec::new();
        }
        self.promises += 1;
        // After our nonce is known a promise proves nothing any more.
        if self.revealed || self.nonce.is_some() || self.promises > MAX_PROMISES {
            return self.forged();
        }
        self.promised = Some(promise);
        let mut steps = Vec::new();
        if keys.revealed_to.is_some_and(|known| known != promise) {
            keys.nonce = Nonce::from_bytes(fresh);
            keys.revealed_to = None;
            steps.push(Step::Send(keys.promise()));
        }
        if self.initiator && !self.asked_for_offer {
            self.asked_for_offer = true;
            steps.push(Step::MakeOffer);
        }
        steps
    }

    fn description(&mut self, offer: bool, sdp: String) -> Vec<Step> {
        let expected = if self.initiator {
            !offer && self.described
        } else {
            offer
        };
        if !expected
            || self.promised.is_none()
            || self.description_taken
            || sdp.len() > MAX_PEER_SDP_BYTES
        {
            return self.forged();
        }
        self.description_taken = true;
        vec![Step::TakeDescription { offer, sdp }]
    }

    fn candidate(&mut self, candidate: Candidate) -> Vec<Step> {
        if self.heard >= MAX_CANDIDATES || candidate.text.len() > MAX_CANDIDATE_BYTES {
            return Vec::new();
        }
        self.heard += 1;
        if self.remote.is_some() {
            vec![Step::TakeCandidate(candidate)]
        } else {
            self.theirs.push(candidate);
            Vec::new()
        }
    }

    /// The browser made its own description.
    pub fn described(&mut self, sdp: String, keys: &Keys) -> Vec<Step> {
        // A browser that took another certificate than the promised one would look like somebody in between.
        if Fingerprint::of_description(&sdp) != Ok(keys.fingerprint) {
            return vec![Step::Failed];
        }
        self.described = true;
        let description = if self.initiator {
            PeerSignal::Offer { sdp }
        } else {
            PeerSignal::Answer { sdp }
        };
        let waiting = std::mem::take(&mut self.own).into_iter().map(told);
        std::iter::once(description)
            .chain(waiting)
            .map(Step::Send)
            .collect()
    }

    /// The browser found a way to itself.
    pub fn gathered(&mut self, candidate: Candidate) -> Vec<Step> {
        if self.gathered >= MAX_CANDIDATES || candidate.text.len() > MAX_CANDIDATE_BYTES {
            return Vec::new();
        }
        self.gathered += 1;
        if self.described {
            vec![Step::Send(told(candidate))]
        } else {
            self.own.push(candidate);
            Vec::new()
        }
    }

    /// The browser has set the other's description, in which it found this certificate.
    pub fn remote_set(&mut self, found: Fingerprint, keys: &mut Keys) -> Vec<Step> {
        let Some(promised) = self.promised else {
            return self.forged();
        };
        self.remote = Some(found);
        let mut steps: Vec<Step> = std::mem::take(&mut self.theirs)
            .into_iter()
            .map(Step::TakeCandidate)
            .collect();
        if !self.initiator {
            steps.push(Step::MakeAnswer);
        }
        self.revealed = true;
        keys.revealed_to = Some(promised);
        steps.push(Step::Send(PeerSignal::Reveal {
            nonce: keys.nonce.to_string(),
        }));
        steps.extend(self.verify(keys));
        steps
    }

    fn verify(&mut self, keys: &Keys) -> Vec<Step> {
        let (Some(commitment), Some(fingerprint), Some(nonce)) =
            (self.promised, self.remote, self.nonce)
        else {
            return Vec::new();
        };
        let other = Revealed {
            commitment,
            side: Side { fingerprint, nonce },
        };
        match safety_code(&keys.side(), &other) {
            Ok(code) => {
                self.done = true;
                vec![Step::Verified(code)]
            }
            Err(_) => self.forged(),
        }
    }

    fn forged(&mut self) -> Vec<Step> {
        self.done = true;
        vec![Step::Forged]
    }
}

fn told(candidate: Candidate) -> PeerSignal {
    PeerSignal::Candidate {
        candidate: candidate.text,
        mid: candidate.mid,
    }
}

#[cfg(test)]
mod tests;
