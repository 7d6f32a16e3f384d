use crate::support::{BUYER, SELLER, THREAD, at, uuid};
use jiff::SignedDuration;
use orderline_domain::{
    digest::{Digest, canonical},
    ids::ThreadId,
    people::roles::Role,
    text::MessageText,
    thread::{
        Author, EventBody,
        chain::{ChainBreak, Envelope, Head, Salt, Sealed, commitment, genesis, seal, verify},
    },
};
use proptest::prelude::*;

const SELLER_AUTHOR: Author = Author::User {
    user: SELLER,
    role: Role::Seller,
};

fn message(text: &str) -> EventBody {
    EventBody::MessageSent {
        text: MessageText::new(text).unwrap(),
    }
}

fn salt(n: usize) -> Salt {
    Salt::from_bytes(*Digest::of(&n.to_be_bytes()).as_bytes())
}

fn chain(thread: ThreadId, texts: &[String]) -> Vec<Sealed> {
    let mut head = Head::empty(thread);
    texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let author = if n % 2 == 0 {
                SELLER_AUTHOR
            } else {
                Author::User {
                    user: BUYER,
                    role: Role::Buyer,
                }
            };
            let when = at(i64::try_from(n).unwrap());
            let sealed = seal(head, author, when, &message(text), salt(n)).unwrap();
            head = sealed.head;
            sealed
        })
        .collect()
}

fn check(events: &[Sealed]) -> Result<orderline_domain::thread::chain::ChainReport, ChainBreak> {
    verify(
        THREAD,
        events
            .iter()
            .map(|it| (&it.envelope, Some((it.body.as_slice(), &it.salt)))),
    )
}

fn texts(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("message {n}")).collect()
}

#[test]
fn x3_an_untouched_chain_verifies_up_to_its_head() {
    let events = chain(THREAD, &texts(5));
    let report = check(&events).unwrap();
    assert_eq!((report.verified, report.erased), (5, 0));
    assert_eq!(report.head, events[4].head);
    assert_eq!(check(&[]).unwrap().head, Head::empty(THREAD));
}

#[test]
fn erased_bodies_leave_the_chain_whole() {
    let events = chain(THREAD, &texts(4));
    let report = verify(
        THREAD,
        events.iter().enumerate().map(|(n, it)| {
            (
                &it.envelope,
                (n != 2).then_some((it.body.as_slice(), &it.salt)),
            )
        }),
    )
    .unwrap();
    assert_eq!((report.verified, report.erased), (3, 1));
    assert_eq!(report.head, events[3].head);
}

#[test]
fn x3_a_body_must_be_of_the_kind_its_envelope_names() {
    let mut events = chain(THREAD, &texts(1));
    for body in [r#"{"type":"call_rang"}"#, "{}", "[]", "no json"] {
        events[0].body = body.as_bytes().to_vec();
        events[0].envelope.body_commitment = commitment(&events[0].salt, body.as_bytes());
        assert!(
            matches!(check(&events), Err(ChainBreak::Kind { seq: 1 })),
            "{body}"
        );
    }
}

#[test]
fn x3_a_chain_of_another_thread_is_not_this_threads() {
    let other = ThreadId::from_uuid(uuid(32));
    let events = chain(other, &texts(2));
    assert!(matches!(
        check(&events),
        Err(ChainBreak::OtherThread { seq: 1 })
    ));
    assert_ne!(genesis(other), genesis(THREAD));
}

#[test]
fn time_is_kept_as_storage_keeps_it() {
    let fine = at(0) + SignedDuration::from_nanos(1_234_567);
    let sealed = seal(
        Head::empty(THREAD),
        Author::System,
        fine,
        &message("a"),
        salt(0),
    )
    .unwrap();
    assert_eq!(
        sealed.envelope.at,
        at(0) + SignedDuration::from_micros(1_234)
    );
    let stored = canonical(&sealed.envelope).unwrap();
    let read: Envelope = serde_json::from_slice(&stored).unwrap();
    assert_eq!(read.hash().unwrap(), sealed.head.hash);
    assert_eq!(Digest::of(&stored), sealed.head.hash);
}

#[test]
fn salts_are_not_shown() {
    assert_eq!(format!("{:?}", salt(1)), "Salt(…)");
}

#[test]
fn a_digest_has_one_spelling() {
    let digest = Digest::of(b"");
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(digest.to_string(), text);
    assert_eq!(text.parse(), Ok(digest));
    assert!(text.to_uppercase().parse::<Digest>().is_err());
    assert!(text[1..].parse::<Digest>().is_err());
    assert_eq!(Digest::of_two(b"ab", b"c"), Digest::of(b"abc"));
}

/// The canonical form is what all evidence stands on: it may not drift.
#[test]
fn golden_envelope() {
    let events = chain(THREAD, &texts(2));
    let envelope = &events[1].envelope;
    assert_eq!(
        String::from_utf8(canonical(envelope).unwrap()).unwrap(),
        include_str!("../../golden/envelope.json").trim_end()
    );
    assert_eq!(
        envelope.hash().unwrap().to_string(),
        "ed41890e16af2c8db5c20fb7cf33f129f341967a5dcc7d145fd9a98096a3aebb"
    );
}

/// One way to tamper with one event.
#[derive(Clone, Copy, Debug)]
enum Tamper {
    BodyBit(usize),
    SaltBit(usize),
    Seq(u64),
    Kind,
    Author,
    At(i64),
    PrevBit(usize),
    CommitmentBit(usize),
    Thread,
    Remove,
    SwapWithNext,
    Double,
}

fn tampers() -> impl Strategy<Value = Tamper> {
    prop_oneof![
        (0usize..10_000).prop_map(Tamper::BodyBit),
        (0usize..256).prop_map(Tamper::SaltBit),
        (1u64..100).prop_map(Tamper::Seq),
        Just(Tamper::Kind),
        Just(Tamper::Author),
        (1i64..1_000_000).prop_map(Tamper::At),
        (0usize..256).prop_map(Tamper::PrevBit),
        (0usize..256).prop_map(Tamper::CommitmentBit),
        Just(Tamper::Thread),
        Just(Tamper::Remove),
        Just(Tamper::SwapWithNext),
        Just(Tamper::Double),
    ]
}

fn flip(bytes: &mut [u8], bit: usize) {
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

fn flipped(digest: Digest, bit: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    flip(&mut bytes, bit);
    Digest::from_bytes(bytes)
}

fn tamper(events: &mut Vec<Sealed>, which: usize, how: Tamper) {
    let event = &mut events[which];
    let envelope = &mut event.envelope;
    match how {
        Tamper::BodyBit(bit) => flip(&mut event.body, bit),
        Tamper::SaltBit(bit) => {
            let mut bytes = *event.salt.as_bytes();
            flip(&mut bytes, bit);
            event.salt = Salt::from_bytes(bytes);
        }
        Tamper::Seq(by) => envelope.seq += by,
        Tamper::Kind => envelope.kind.push('x'),
        Tamper::Author => envelope.author = Author::System,
        Tamper::At(by) => envelope.at += SignedDuration::from_micros(by),
        Tamper::PrevBit(bit) => envelope.prev_hash = flipped(envelope.prev_hash, bit),
        Tamper::CommitmentBit(bit) => {
            envelope.body_commitment = flipped(envelope.body_commitment, bit);
        }
        Tamper::Thread => envelope.thread = ThreadId::from_uuid(uuid(33)),
        Tamper::Remove => {
            events.remove(which);
        }
        Tamper::SwapWithNext => {
            let next = (which + 1) % events.len();
            events.swap(which, next);
        }
        Tamper::Double => {
            let again = event.clone();
            events.insert(which, again);
        }
    }
}

proptest! {
    #[test]
    fn x3_any_single_change_removal_or_swap_is_seen(
        texts in prop::collection::vec("[a-zäß€😀 ]{1,40}x", 2..8),
        which in any::<prop::sample::Index>(),
        how in tampers(),
    ) {
        let sound = chain(THREAD, &texts);
        let head = check(&sound).unwrap().head;
        let mut events = sound.clone();
        tamper(&mut events, which.index(sound.len()), how);
        prop_assert_ne!(&events, &sound);
        // A break in the chain, or, for its last event, another head than the signed one.
        let seen = match check(&events) {
            Ok(report) => report.head != head,
            Err(_) => true,
        };
        prop_assert!(seen, "{:?} went unseen", how);
    }
}
