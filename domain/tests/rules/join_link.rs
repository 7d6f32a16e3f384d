//! Links into threads and the codes that prove who opened them (X13).

use crate::support::at;
use jiff::SignedDuration;
use orderline_domain::{
    digest::Digest,
    people::one_time_code::{CODE_LIVES, MAX_TRIES, code_hash},
    thread::join_link::{
        BadStep, Channel, Guess, JoinLink, LINK_LIVES, LinkState, MAX_CODES, is_due, masked,
    },
};
use proptest::prelude::*;

const TOKEN: [u8; 32] = [7; 32];

fn hash(digits: &str) -> Digest {
    code_hash(&TOKEN, digits)
}

#[test]
fn x13_the_right_code_opens_a_link_once() {
    let link = JoinLink::issue(at(0));
    assert_eq!(link.guess(hash("123456"), at(1)), Err(BadStep::NoCode));
    let link = link.send_code(hash("123456"), at(1)).unwrap();
    let Guess::Right(used) = link.guess(hash("123456"), at(2)).unwrap() else {
        panic!("refused")
    };
    assert_eq!(used.state, LinkState::Used { at: at(2) });
    assert_eq!(used.guess(hash("123456"), at(3)), Err(BadStep::Over));
    assert_eq!(used.send_code(hash("1"), at(60)), Err(BadStep::Over));
    let revoked = used.revoke(at(3)).unwrap();
    assert_eq!(revoked.state, LinkState::Revoked { at: at(3) });
    assert_eq!(revoked.revoke(at(4)), Err(BadStep::Over));
    assert_ne!(
        hash("123456"),
        code_hash(&[8; 32], "123456"),
        "a code's hash says nothing without its token"
    );
}

#[test]
fn an_answer_sends_a_link_unless_one_waits_or_the_newest_was_revoked() {
    let open = JoinLink::issue(at(0));
    let revoked = open.revoke(at(1)).unwrap();
    let used = JoinLink {
        state: LinkState::Used { at: at(1) },
        ..open
    };
    assert!(is_due([], at(2)));
    assert!(is_due([used], at(2)));
    assert!(is_due([used, revoked], at(2)));
    assert!(!is_due([open], at(2)));
    assert!(!is_due([used, open], at(2)));
    assert!(!is_due([revoked, used], at(2)));
    let late = at(0).saturating_add(LINK_LIVES).unwrap();
    assert!(is_due([open], late));
    assert!(!is_due([revoked], late), "a revoked one stays revoked");
}

#[test]
fn a_code_bears_few_guesses_and_little_time() {
    let mut link = JoinLink::issue(at(0)).send_code(hash("1"), at(0)).unwrap();
    for left in (0..MAX_TRIES).rev() {
        let Guess::Wrong {
            link: next,
            left: told,
        } = link.guess(hash("2"), at(1)).unwrap()
        else {
            panic!("taken")
        };
        assert_eq!(told, left);
        link = next;
    }
    assert_eq!(link.guess(hash("1"), at(2)), Err(BadStep::NoCode));
    assert_eq!(
        link.send_code(hash("3"), at(10)),
        Err(BadStep::TooSoon { seconds: 21 })
    );
    let link = link.send_code(hash("3"), at(30)).unwrap();
    let late = at(30) + CODE_LIVES;
    assert_eq!(link.guess(hash("3"), late), Err(BadStep::NoCode));
    assert!(matches!(
        link.guess(hash("3"), late - SignedDuration::from_secs(1)),
        Ok(Guess::Right(_))
    ));
}

#[test]
fn a_link_ends_by_time_by_hand_and_by_too_many_codes() {
    let mut link = JoinLink::issue(at(0));
    for n in 0..i64::from(MAX_CODES) {
        link = link.send_code(hash("1"), at(n * 60)).unwrap();
    }
    assert_eq!(
        link.send_code(hash("1"), at(3_600)),
        Err(BadStep::TooManyCodes)
    );
    let over = at(0) + LINK_LIVES;
    assert!(!link.is_open(over));
    assert_eq!(link.guess(hash("1"), over), Err(BadStep::Over));
    let revoked = link.revoke(at(400)).unwrap();
    assert!(!revoked.is_open(at(401)));
    assert_eq!(revoked.guess(hash("1"), at(401)), Err(BadStep::Over));
    let json = serde_json::to_value(revoked.state).unwrap();
    assert_eq!(json["state"], revoked.name());
}

#[test]
fn an_address_is_shown_in_part() {
    assert_eq!(
        masked(Channel::Mail, "jana@lind.example"),
        "j…@lind.example"
    );
    assert_eq!(masked(Channel::Mail, "nonsense"), "…");
    assert_eq!(masked(Channel::Sms, "+49 341 123456"), "…56");
    for channel in Channel::ALL {
        assert_eq!(Channel::from_name(channel.name()), Some(channel));
    }
}

proptest! {
    #[test]
    fn no_more_than_so_many_guesses_are_ever_taken(steps in prop::collection::vec((any::<bool>(), 0i64..120), 1..200)) {
        let mut link = JoinLink::issue(at(0));
        let (mut now, mut guesses) = (0, 0_u32);
        for (guess, passed) in steps {
            now += passed;
            if guess {
                if let Ok(Guess::Wrong { link: next, .. }) = link.guess(hash("wrong"), at(now)) {
                    guesses += 1;
                    link = next;
                }
            } else if let Ok(next) = link.send_code(hash("right"), at(now)) {
                link = next;
            }
        }
        prop_assert!(guesses <= u32::from(MAX_TRIES) * u32::from(MAX_CODES));
    }
}
