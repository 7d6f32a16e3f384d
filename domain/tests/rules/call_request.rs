use crate::support::{at, uuid};
use orderline_domain::{
    follow_up::{
        call_request::{
            BadMoment, CallRequestState, MAX_AHEAD_DAYS, PAST_GRACE_SECONDS, check_moment,
        },
        refusal::{ReadyReason, Refusal},
    },
    ids::CallId,
};
use proptest::prelude::*;

fn refusal() -> Refusal {
    let words = Some("Please write, the answer is short");
    Refusal::new("reply.reason", Some(ReadyReason::NoTime), words).unwrap()
}

fn planned() -> CallRequestState {
    CallRequestState::Open.plan(at(600), at(1)).unwrap()
}

#[test]
fn cu3_a_request_is_planned_moved_refused_taken_back_or_comes_true() {
    assert_eq!(
        planned(),
        CallRequestState::Planned {
            at: at(600),
            answered_at: at(1)
        }
    );
    let moved = planned().plan(at(900), at(2)).unwrap();
    assert_eq!(
        moved,
        CallRequestState::Planned {
            at: at(900),
            answered_at: at(2)
        }
    );
    assert_eq!(
        moved.refuse(refusal(), at(3)).unwrap(),
        CallRequestState::Refused {
            refusal: refusal(),
            answered_at: at(3)
        }
    );
    assert_eq!(
        planned().withdraw(at(4)).unwrap(),
        CallRequestState::Withdrawn { at: at(4) }
    );
    let call = CallId::from_uuid(uuid(91));
    assert_eq!(
        planned().called(call, at(5)).unwrap(),
        CallRequestState::Called { call, at: at(5) }
    );
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Plan,
    Refuse,
    Withdraw,
    Call,
}

proptest! {
    /// Whatever happens in whatever order: what is no longer live never changes again.
    #[test]
    fn a_request_is_over_once(
        steps in prop::collection::vec(
            prop_oneof![
                Just(Step::Plan), Just(Step::Refuse), Just(Step::Withdraw), Just(Step::Call)
            ],
            1..12,
        )
    ) {
        let mut state = CallRequestState::Open;
        for (n, step) in steps.into_iter().enumerate() {
            let now = at(i64::try_from(n).unwrap());
            let before = state.clone();
            let next = match step {
                Step::Plan => state.clone().plan(at(600), now),
                Step::Refuse => state.clone().refuse(refusal(), now),
                Step::Withdraw => state.clone().withdraw(now),
                Step::Call => state.clone().called(CallId::from_uuid(uuid(91)), now),
            };
            prop_assert_eq!(next.is_ok(), before.is_live());
            if let Ok(next) = next {
                prop_assert_eq!(next.is_live(), matches!(step, Step::Plan));
                state = next;
            }
            let json = serde_json::to_value(&state).unwrap();
            prop_assert_eq!(&json["state"], state.name());
            prop_assert_eq!(serde_json::from_value::<CallRequestState>(json).unwrap(), state.clone());
        }
    }
}

#[test]
fn a_moment_lies_ahead_but_not_too_far() {
    let now = at(0);
    let last = MAX_AHEAD_DAYS * 24 * 3_600;
    assert_eq!(check_moment(at(60), now), Ok(at(60)));
    assert_eq!(
        check_moment(at(-PAST_GRACE_SECONDS), now),
        Ok(at(-PAST_GRACE_SECONDS))
    );
    assert_eq!(
        check_moment(at(-PAST_GRACE_SECONDS - 1), now),
        Err(BadMoment::Past)
    );
    assert_eq!(check_moment(at(last), now), Ok(at(last)));
    assert_eq!(check_moment(at(last + 1), now), Err(BadMoment::TooFar));
}
