use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;

/// A browser that takes part: its certificate, what waits to be read, and what came of it.
struct Browser {
    certificate: u8,
    keys: Keys,
    pair: Pair,
    inbox: VecDeque<PeerSignal>,
    work: VecDeque<Step>,
    fresh: u8,
    code: Option<SafetyCode>,
    forged: bool,
    candidates: Vec<String>,
}

fn fingerprint(certificate: u8) -> Fingerprint {
    Fingerprint::from_bytes([certificate; 32])
}

fn sdp(certificate: u8) -> String {
    let hex = vec![format!("{certificate:02X}"); 32].join(":");
    format!("v=0\r\na=fingerprint:sha-256 {hex}\r\n")
}

impl Browser {
    fn new(certificate: u8) -> Self {
        Self {
            certificate,
            keys: Keys::new(fingerprint(certificate), [certificate; NONCE_BYTES]),
            pair: Pair::default(),
            inbox: VecDeque::new(),
            work: VecDeque::new(),
            fresh: certificate.wrapping_mul(7),
            code: None,
            forged: false,
            candidates: Vec::new(),
        }
    }

    fn meet(&mut self, number: u64, initiator: bool) {
        let (pair, steps) = Pair::begin(number, initiator, &self.keys);
        self.pair = pair;
        self.inbox.clear();
        self.work = steps.into();
        (self.code, self.forged) = (None, false);
        self.candidates.clear();
        let own = Candidate {
            text: format!("candidate of {}", self.certificate),
            mid: "0".to_owned(),
        };
        let steps = self.pair.gathered(own);
        self.work.extend(steps);
    }

    /// Does one thing: reads a signal or carries one step out. What it sends is answered.
    fn go_on(&mut self, read: bool) -> Option<PeerSignal> {
        if read && let Some(signal) = self.inbox.pop_front() {
            self.fresh = self.fresh.wrapping_add(1);
            let steps = self
                .pair
                .heard(signal, &mut self.keys, [self.fresh; NONCE_BYTES]);
            self.work.extend(steps);
            return None;
        }
        match self.work.pop_front()? {
            Step::Send(signal) => return Some(signal),
            Step::MakeOffer | Step::MakeAnswer => {
                let steps = self.pair.described(sdp(self.certificate), &self.keys);
                self.work.extend(steps);
            }
            Step::TakeDescription { sdp, .. } => {
                let found = Fingerprint::of_description(&sdp).expect("a certificate");
                let steps = self.pair.remote_set(found, &mut self.keys);
                self.work.extend(steps);
            }
            Step::TakeCandidate(candidate) => self.candidates.push(candidate.text),
            Step::Verified(code) => self.code = Some(code),
            Step::Forged | Step::Failed => self.forged = true,
        }
        None
    }

    fn idle(&self, read: bool) -> bool {
        self.work.is_empty() && (!read || self.inbox.is_empty())
    }
}

/// Lets two browsers meet; `order` picks who goes on, and `until` how many things happen before it breaks off.
fn meet(a: &mut Browser, b: &mut Browser, order: &[u8], until: usize) {
    let mut turns = order.iter().cycle();
    for _ in 0..until {
        if a.idle(true) && b.idle(true) {
            return;
        }
        let turn = turns.next().copied().unwrap_or(0);
        let (one, other) = if turn & 1 == 0 {
            (&mut *a, &mut *b)
        } else {
            (&mut *b, &mut *a)
        };
        if let Some(signal) = one.go_on(turn & 2 == 0) {
            other.inbox.push_back(signal);
        }
    }
}

const ALL: usize = 10_000;

proptest! {
    /// Whatever the order, both see one code, and it stays when the same pages meet again, even after meetings that
    /// broke off anywhere.
    #[test]
    fn x9_both_see_one_code_and_it_stays(
        order in prop::collection::vec(0_u8..4, 4..60),
        broken in prop::collection::vec((any::<bool>(), 0_usize..40), 0..4),
        who in any::<bool>(),
    ) {
        // Every kind of turn must come up, or somebody waits for ever.
        let order: Vec<u8> = order.into_iter().chain(0..4).collect();
        let (mut a, mut b) = (Browser::new(1), Browser::new(2));
        a.meet(1, who);
        b.meet(1, !who);
        meet(&mut a, &mut b, &order, ALL);
        let first = a.code.expect("a code");
        prop_assert_eq!(Some(first), b.code);
        prop_assert_eq!(a.candidates.as_slice(), &["candidate of 2".to_owned()][..]);
        let mut number = 2;
        for (initiator, until) in broken {
            a.meet(number, initiator);
            b.meet(number, !initiator);
            meet(&mut a, &mut b, &order, until);
            prop_assert!(!a.forged && !b.forged);
            number += 1;
        }
        a.meet(number, !who);
        b.meet(number, who);
        meet(&mut a, &mut b, &order, ALL);
        prop_assert_eq!(a.code, Some(first));
        prop_assert_eq!(b.code, Some(first));
    }

    /// A page that was reloaded gets a new code together with the one that stayed, however the first meetings with
    /// it broke off.
    #[test]
    fn x9_after_a_reload_both_see_the_new_code(
        order in prop::collection::vec(0_u8..4, 4..60),
        broken in prop::collection::vec((any::<bool>(), 0_usize..40), 0..4),
    ) {
        let order: Vec<u8> = order.into_iter().chain(0..4).collect();
        let (mut a, mut b) = (Browser::new(1), Browser::new(2));
        a.meet(1, true);
        b.meet(1, false);
        meet(&mut a, &mut b, &order, ALL);
        let first = a.code;
        let mut b = Browser::new(3);
        let mut number = 2;
        for (initiator, until) in broken {
            a.meet(number, initiator);
            b.meet(number, !initiator);
            meet(&mut a, &mut b, &order, until);
            prop_assert!(!a.forged && !b.forged);
            number += 1;
        }
        a.meet(number, true);
        b.meet(number, false);
        meet(&mut a, &mut b, &order, ALL);
        prop_assert!(a.code.is_some());
        prop_assert_eq!(a.code, b.code);
        prop_assert_ne!(a.code, first);
    }
}

/// What both send is changed by somebody in between, who has a certificate of their own.
fn in_between(change: impl Fn(PeerSignal) -> PeerSignal) -> (Browser, Browser) {
    let (mut a, mut b) = (Browser::new(1), Browser::new(2));
    a.meet(1, true);
    b.meet(1, false);
    for turn in 0..ALL {
        if let Some(signal) = a.go_on(turn & 1 == 0) {
            b.inbox.push_back(change(signal));
        }
        if let Some(signal) = b.go_on(turn & 1 == 0) {
            a.inbox.push_back(change(signal));
        }
    }
    (a, b)
}

#[test]
fn x9_another_certificate_than_the_promised_one_is_noticed_by_both() {
    let (a, b) = in_between(|signal| match signal {
        PeerSignal::Offer { .. } => PeerSignal::Offer { sdp: sdp(9) },
        PeerSignal::Answer { .. } => PeerSignal::Answer { sdp: sdp(9) },
        other => other,
    });
    assert!(a.forged && b.forged);
    assert_eq!((a.code, b.code), (None, None));
}

#[test]
fn x9_somebody_in_between_who_promises_too_gives_two_codes() {
    let forger = Side {
        fingerprint: fingerprint(9),
        nonce: Nonce::from_bytes([9; NONCE_BYTES]),
    };
    let (a, b) = in_between(|signal| match signal {
        PeerSignal::Commit { .. } => PeerSignal::Commit {
            commitment: commitment(&forger.nonce, &forger.fingerprint).to_string(),
        },
        PeerSignal::Offer { .. } => PeerSignal::Offer { sdp: sdp(9) },
        PeerSignal::Answer { .. } => PeerSignal::Answer { sdp: sdp(9) },
        PeerSignal::Reveal { .. } => PeerSignal::Reveal {
            nonce: forger.nonce.to_string(),
        },
        other @ PeerSignal::Candidate { .. } => other,
    });
    assert!(a.code.is_some() && b.code.is_some());
    assert_ne!(a.code, b.code, "people who read it to each other notice");
}

#[test]
fn a_promise_that_is_made_knowing_our_nonce_is_refused() {
    let (mut a, mut b) = (Browser::new(1), Browser::new(2));
    a.meet(1, true);
    b.meet(1, false);
    // B reveals as soon as the offer is set; then another promise comes.
    for _ in 0..ALL {
        if let Some(signal) = a.go_on(true) {
            b.inbox.push_back(signal);
        }
        if let Some(signal) = b.go_on(true)
            && !matches!(
                signal,
                PeerSignal::Answer { .. } | PeerSignal::Reveal { .. }
            )
        {
            a.inbox.push_back(signal);
        }
    }
    assert!(b.pair.revealed);
    let late = PeerSignal::Commit {
        commitment: Digest::of(b"late").to_string(),
    };
    let steps = b.pair.heard(late, &mut b.keys, [0; NONCE_BYTES]);
    assert!(matches!(steps.as_slice(), [Step::Forged]));
}

#[test]
fn signals_out_of_order_and_floods_have_bounds() {
    let mut a = Browser::new(1);
    a.meet(1, false);
    let early = PeerSignal::Offer { sdp: sdp(2) };
    assert!(matches!(
        a.pair
            .heard(early, &mut a.keys, [0; NONCE_BYTES])
            .as_slice(),
        [Step::Forged]
    ));
    let mut a = Browser::new(1);
    a.meet(1, false);
    for n in 0..10 * MAX_CANDIDATES {
        let candidate = PeerSignal::Candidate {
            candidate: n.to_string(),
            mid: String::new(),
        };
        a.pair.heard(candidate, &mut a.keys, [0; NONCE_BYTES]);
        a.pair.gathered(Candidate {
            text: n.to_string(),
            mid: String::new(),
        });
    }
    let most = usize::try_from(MAX_CANDIDATES).expect("small");
    assert_eq!(a.pair.theirs.len(), most);
    assert_eq!(a.pair.own.len(), most);
}
