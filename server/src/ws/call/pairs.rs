//! Who may say what to whom while two browsers meet: signals pass between the two legs of the newest pair alone,
//! and only so many of them.

use orderline_domain::ids::LegId;
use orderline_protocol::call::{
    MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_PEER_SDP_BYTES, PeerSignal,
};

/// Offers and answers of one leg for one pair.
const MAX_DESCRIPTIONS: u32 = 20;
/// Commitments of one leg for one pair: its first, and one with a fresh nonce for a page that is new to it (ADR 6).
const MAX_COMMITMENTS: u32 = 2;
/// Hex digits of a commitment, and of a nonce.
const COMMITMENT_CHARS: usize = 64;
const NONCE_CHARS: usize = 32;
/// The longest name of a media line, in bytes.
const MAX_MID_BYTES: usize = 16;

/// The newest pair of private legs.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    number: u64,
    legs: Option<[LegId; 2]>,
    sent: [Sent; 2],
}

/// What one leg has sent for the pair.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    commitments: u32,
    revealed: bool,
    descriptions: u32,
    candidates: u32,
}

/// What becomes of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass {
        to: LegId,
    },
    /// For a pair that is no more: the other side came back meanwhile.
    Late,
    /// Not this leg's to say, too long or too often.
    Refused,
}

impl Pairs {
    /// The two private legs that are there now. Gives the number of a new pair when they are others than before.
    /// Numbers grow across processes too, as pages outlive them.
    pub(super) fn update(&mut self, legs: Option<[LegId; 2]>, wall_ms: u64) -> Option<u64> {
        if legs == self.legs {
            return None;
        }
        self.legs = legs;
        legs?;
        self.number = (self.number + 1).max(wall_ms);
        self.sent = [Sent::default(); 2];
        Some(self.number)
    }

    /// Whether a leg may say this, and to whom it goes.
    pub(super) fn judge(&mut self, from: LegId, pair: u64, signal: &PeerSignal) -> Verdict {
        if pair > self.number {
            return Verdict::Refused;
        }
        let Some(legs) = self.legs.filter(|_| pair == self.number) else {
            return Verdict::Late;
        };
        let (sent, to) = if from == legs[0] {
            (&mut self.sent[0], legs[1])
        } else if from == legs[1] {
            (&mut self.sent[1], legs[0])
        } else {
            return Verdict::Late;
        };
        if sent.takes(signal) {
            Verdict::Pass { to }
        } else {
            Verdict::Refused
        }
    }
}

impl Sent {
    fn takes(&mut self, signal: &PeerSignal) -> bool {
        match signal {
            PeerSignal::Commit { commitment } => {
                self.commitments = self.commitments.saturating_add(1);
                commitment.len() == COMMITMENT_CHARS && self.commitments <= MAX_COMMITMENTS
            }
            PeerSignal::Reveal { nonce } => {
                nonce.len() == NONCE_CHARS && !std::mem::replace(&mut self.revealed, true)
            }
            PeerSignal::Offer { sdp } | PeerSignal::Answer { sdp } => {
                self.descriptions += 1;
                sdp.len() <= MAX_PEER_SDP_BYTES && self.descriptions <= MAX_DESCRIPTIONS
            }
            PeerSignal::Candidate { candidate, mid } => {
                self.candidates = self.candidates.saturating_add(1);
                candidate.len() <= MAX_CANDIDATE_BYTES
                    && mid.len() <= MAX_MID_BYTES
                    && self.candidates <= MAX_CANDIDATES
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn leg(n: u128) -> LegId {
        LegId::from_uuid(Uuid::from_u128(n))
    }

    fn candidate(length: usize) -> PeerSignal {
        PeerSignal::Candidate {
            candidate: "c".repeat(length),
            mid: "0".to_owned(),
        }
    }

    #[test]
    fn signals_pass_between_the_two_legs_of_the_newest_pair_alone() {
        let mut pairs = Pairs::default();
        assert_eq!(pairs.update(None, 1_000), None);
        let first = pairs.update(Some([leg(1), leg(2)]), 1_000);
        assert_eq!(first, Some(1_000));
        assert_eq!(pairs.update(Some([leg(1), leg(2)]), 2_000), None);
        let pass = |to| Verdict::Pass { to };
        assert_eq!(pairs.judge(leg(1), 1_000, &candidate(9)), pass(leg(2)));
        assert_eq!(pairs.judge(leg(2), 1_000, &candidate(9)), pass(leg(1)));
        assert_eq!(pairs.judge(leg(3), 1_000, &candidate(9)), Verdict::Late);
        assert_eq!(pairs.judge(leg(1), 1_001, &candidate(9)), Verdict::Refused);
        // The second came back; a clock that was set back changes nothing.
        assert_eq!(pairs.update(None, 900), None);
        assert_eq!(pairs.judge(leg(1), 1_000, &candidate(9)), Verdict::Late);
        assert_eq!(pairs.update(Some([leg(1), leg(4)]), 900), Some(1_001));
        assert_eq!(pairs.judge(leg(1), 1_000, &candidate(9)), Verdict::Late);
        assert_eq!(pairs.judge(leg(2), 1_001, &candidate(9)), Verdict::Late);
        assert_eq!(pairs.judge(leg(1), 1_001, &candidate(9)), pass(leg(4)));
    }

    #[test]
    fn what_is_too_long_or_too_often_goes_nowhere() {
        let mut pairs = Pairs::default();
        let pair = pairs.update(Some([leg(1), leg(2)]), 5).unwrap_or_default();
        let passes = |pairs: &mut Pairs, signal: &PeerSignal| {
            matches!(pairs.judge(leg(1), pair, signal), Verdict::Pass { .. })
        };
        assert!(!passes(&mut pairs, &candidate(MAX_CANDIDATE_BYTES + 1)));
        let count = (0..1_000)
            .filter(|_| passes(&mut pairs, &candidate(MAX_CANDIDATE_BYTES)))
            .count();
        assert_eq!(count, 99, "a hundred in all");
        // The other leg has its own bounds.
        assert_ne!(pairs.judge(leg(2), pair, &candidate(1)), Verdict::Refused);
        let commit = PeerSignal::Commit {
            commitment: "a".repeat(64),
        };
        assert!(passes(&mut pairs, &commit));
        assert!(
            passes(&mut pairs, &commit),
            "once more for a page that is new"
        );
        assert!(!passes(&mut pairs, &commit), "and no more");
        let reveal = PeerSignal::Reveal {
            nonce: "a".repeat(31),
        };
        assert!(!passes(&mut pairs, &reveal));
        let offer = |length: usize| PeerSignal::Offer {
            sdp: "v".repeat(length),
        };
        assert!(!passes(&mut pairs, &offer(MAX_PEER_SDP_BYTES + 1)));
        let count = (0..1_000)
            .filter(|_| passes(&mut pairs, &offer(MAX_PEER_SDP_BYTES)))
            .count();
        assert_eq!(count, 19);
    }
}
