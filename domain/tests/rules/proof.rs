//! How people show who they are, and what it lets them do.

use crate::support::{at, uuid};
use jiff::SignedDuration;
use orderline_domain::{
    digest::Digest,
    ids::SessionId,
    people::{
        one_time_code::{
            CODE_LIVES, Entered, MAX_OF_PERSON, MAX_OF_SESSION, MAX_TRIES, NotSent, ProofCodes,
            code_hash, digits, typed,
        },
        proof::Proof,
        roles::Action,
    },
    thread::join_link::Channel,
};
use proptest::prelude::*;

fn session(n: u128) -> SessionId {
    SessionId::from_uuid(uuid(900 + n))
}

fn hash(digits: &str) -> Digest {
    code_hash(&[7; 32], digits)
}

#[test]
fn who_came_by_a_link_to_a_given_contact_binds_nobody() {
    let given = Proof::by_link(Channel::Sms, false);
    for action in Action::ALL {
        let binds = matches!(action, Action::ConfirmOffer | Action::AcceptOrder);
        assert_eq!(
            Proof::AskedThemselves.is_enough(action),
            !binds,
            "{action:?}"
        );
        assert_eq!(given.is_enough(action), !binds, "{action:?}");
        for own in [
            Proof::Password,
            Proof::DemoDoor,
            Proof::by_link(Channel::Mail, true),
            Proof::CodeToOwnContact {
                channel: Channel::Mail,
            },
        ] {
            assert!(own.is_enough(action), "{own:?} {action:?}");
        }
    }
}

#[test]
fn a_code_is_of_the_session_that_it_was_sent_for() {
    let codes = ProofCodes::default();
    let codes = codes.send(session(1), hash("123456"), at(0)).unwrap();
    assert!(codes.waiting(session(1), at(1)).is_some());
    assert_eq!(codes.waiting(session(2), at(1)), None);
    let (codes, entered) = codes.enter(session(2), hash("123456"), at(1));
    assert_eq!(entered, Entered::Over);
    let (codes, entered) = codes.enter(session(1), hash("123456"), at(1));
    assert_eq!(entered, Entered::Right);
    let (_, again) = codes.enter(session(1), hash("123456"), at(2));
    assert_eq!(again, Entered::Over, "a code is used once");
}

#[test]
fn a_code_holds_for_minutes_and_a_newer_one_takes_its_place() {
    let codes = ProofCodes::default();
    let codes = codes.send(session(1), hash("1"), at(0)).unwrap();
    assert_eq!(
        codes.clone().send(session(1), hash("2"), at(10)),
        Err(NotSent::TooSoon { seconds: 21 })
    );
    let late = at(0) + CODE_LIVES;
    assert_eq!(codes.waiting(session(1), late), None);
    let (_, entered) = codes.clone().enter(session(1), hash("1"), late);
    assert_eq!(entered, Entered::Over);
    let codes = codes.send(session(1), hash("2"), at(30)).unwrap();
    let (codes, entered) = codes.enter(session(1), hash("1"), at(31));
    assert!(matches!(entered, Entered::Wrong { left, .. } if left == MAX_TRIES - 1));
    let (_, entered) = codes.enter(session(1), hash("2"), at(32));
    assert_eq!(entered, Entered::Right);
}

#[test]
fn one_session_does_not_use_up_what_others_may_ask_for() {
    let mut codes = ProofCodes::default();
    for n in 0..MAX_OF_SESSION {
        let now = at(i64::try_from(n).unwrap() * 60);
        codes = codes.send(session(1), hash("1"), now).unwrap();
    }
    assert_eq!(
        codes.clone().send(session(1), hash("1"), at(3_600)),
        Err(NotSent::TooMany)
    );
    assert!(codes.clone().send(session(2), hash("1"), at(3_600)).is_ok());
    let tomorrow = at(2 * 60) + SignedDuration::from_hours(24);
    assert!(codes.send(session(1), hash("1"), tomorrow).is_ok());
}

#[test]
fn codes_are_six_digits_however_they_are_typed() {
    for n in 0..=255_u8 {
        let code = digits([n; 32]);
        assert_eq!(typed(&code), Some(code));
    }
    assert_eq!(typed(" 123 456\u{a0}"), Some("123456".to_owned()));
    for bad in ["", "12345", "1234567", "abcdef", "½23456", "١٢٣٤٥٦"] {
        assert_eq!(typed(bad), None, "{bad}");
    }
}

proptest! {
    /// Whatever sessions do in a day, few guesses are ever taken at one person's codes.
    #[test]
    fn guesses_at_a_persons_codes_are_few(
        steps in prop::collection::vec((any::<bool>(), 0u128..20, 0i64..60), 1..400),
    ) {
        let (mut codes, mut now, mut guesses) = (ProofCodes::default(), 0, 0);
        for (guess, who, passed) in steps {
            now = (now + passed).min(86_399);
            if guess {
                let (next, entered) = codes.enter(session(who), hash("wrong"), at(now));
                guesses += usize::from(matches!(entered, Entered::Wrong { .. }));
                codes = next;
            } else if let Ok(next) = codes.clone().send(session(who), hash("right"), at(now)) {
                codes = next;
            }
        }
        prop_assert!(guesses <= MAX_OF_PERSON * usize::from(MAX_TRIES));
    }
}
