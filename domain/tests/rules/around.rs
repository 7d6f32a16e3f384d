//! What is planned before and noted after a call (X13).

use crate::support::{BUYER, SELLER, at};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    call::CallSide,
    follow_up::{
        appointment::{
            Appointment, AppointmentState, BadSlot, BadStep, MAX_AHEAD, MAX_MINUTES, MIN_MINUTES,
            Planner, Slot,
        },
        call_back::{self, CallBack, CallBackReason, Done},
        outcome::{BadOutcome, Noted, Outcome},
    },
    text::{AppointmentNote, OutcomeNote},
};
use proptest::prelude::*;

const MARA: Planner = Planner {
    user: SELLER,
    side: CallSide::Seller,
};
const JANA: Planner = Planner {
    user: BUYER,
    side: CallSide::Buyer,
};

fn slot(seconds: i64) -> Slot {
    Slot {
        starts_at: at(seconds),
        minutes: 30,
        note: Some(AppointmentNote::new("The March group").unwrap()),
    }
}

#[test]
fn x13_a_planned_call_is_agreed_to_by_the_other_side() {
    let proposed = Appointment::propose(slot(3_600), MARA, at(0)).unwrap();
    assert_eq!(
        proposed.clone().confirm(MARA, at(1)),
        Err(BadStep::OwnProposal)
    );
    let confirmed = proposed.confirm(JANA, at(1)).unwrap();
    assert_eq!(confirmed.name(), "confirmed");
    assert_eq!(
        confirmed.clone().confirm(JANA, at(2)),
        Err(BadStep::AlreadyConfirmed)
    );
    // Moved by either, it waits for the other again, and calendars hear of it.
    let moved = confirmed.move_to(slot(7_200), JANA, at(3)).unwrap();
    assert_eq!(moved.sequence, 1);
    assert_eq!(moved.state, AppointmentState::Proposed { by: JANA });
    assert_eq!(
        moved.clone().confirm(JANA, at(4)),
        Err(BadStep::OwnProposal)
    );
    let off = moved.cancel(None, MARA, at(5)).unwrap();
    assert_eq!(off.sequence, 2);
    assert_eq!(off.clone().confirm(MARA, at(6)), Err(BadStep::Cancelled));
    assert_eq!(
        off.clone().move_to(slot(9_000), MARA, at(6)),
        Err(BadStep::Cancelled)
    );
    assert_eq!(off.cancel(None, JANA, at(6)), Err(BadStep::Cancelled));
}

#[test]
fn a_time_is_to_come_within_a_year_and_of_a_sensible_length() {
    let bad = |slot: Slot| Appointment::propose(slot, MARA, at(0)).unwrap_err();
    assert_eq!(bad(slot(0)), BadSlot::Past);
    let far = Slot {
        starts_at: at(1) + MAX_AHEAD,
        ..slot(0)
    };
    assert_eq!(bad(far), BadSlot::TooFar);
    for minutes in [0, MIN_MINUTES - 1, MAX_MINUTES + 1, u16::MAX] {
        assert_eq!(
            bad(Slot {
                minutes,
                ..slot(60)
            }),
            BadSlot::Length
        );
    }
    // What has passed is neither agreed to nor moved nor called off.
    let late = at(3_600) + SignedDuration::from_mins(30);
    let proposed = Appointment::propose(slot(3_600), MARA, at(0)).unwrap();
    assert!(!proposed.is_open(late));
    assert_eq!(proposed.clone().confirm(JANA, late), Err(BadStep::Over));
    assert_eq!(proposed.cancel(None, JANA, late), Err(BadStep::Over));
    let edge = Slot {
        starts_at: Timestamp::MAX,
        ..slot(0)
    };
    assert_eq!(edge.ends_at(), Timestamp::MAX);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Confirm,
    Move(i64),
    Cancel,
}

fn steps() -> impl Strategy<Value = Vec<(Step, bool, i64)>> {
    let step = prop_oneof![
        3 => Just(Step::Confirm),
        3 => (1i64..20_000).prop_map(Step::Move),
        1 => Just(Step::Cancel),
    ];
    prop::collection::vec((step, any::<bool>(), 0i64..2_000), 1..25)
}

proptest! {
    #[test]
    fn whatever_both_do_nobody_agrees_for_the_other_and_sequences_only_grow(steps in steps()) {
        let mut held = Appointment::propose(slot(5_000), MARA, at(0)).unwrap();
        let mut now = 0;
        for (step, buyer, passed) in steps {
            now += passed;
            let by = if buyer { JANA } else { MARA };
            let before = held.clone();
            let after = match step {
                Step::Confirm => held.clone().confirm(by, at(now)),
                Step::Move(ahead) => held.clone().move_to(slot(now + ahead), by, at(now)),
                Step::Cancel => held.clone().cancel(None, by, at(now)),
            };
            if let Ok(after) = after {
                prop_assert!(before.is_open(at(now)));
                prop_assert!(after.sequence >= before.sequence);
                let slot_changed = after.slot.starts_at != before.slot.starts_at;
                prop_assert!(!slot_changed || after.sequence > before.sequence);
                if let AppointmentState::Confirmed { by, .. } = &after.state {
                    let AppointmentState::Proposed { by: proposer } = &before.state else {
                        return Err(TestCaseError::fail("agreed to what was not proposed"));
                    };
                    prop_assert_ne!(by.side, proposer.side);
                }
                held = after;
            } else {
                prop_assert_eq!(&held, &before);
            }
            let json = serde_json::to_value(&held.state).unwrap();
            prop_assert_eq!(json["state"].as_str(), Some(held.name()));
            prop_assert_eq!(serde_json::from_value::<AppointmentState>(json).unwrap(), held.state.clone());
        }
    }
}

#[test]
fn x13_an_outcome_travels_with_its_note_and_promises_only_times_to_come() {
    let noted = Noted {
        outcome: Outcome::CallAgain { due_at: at(3_600) },
        note: Some(OutcomeNote::new("Asks her partner first").unwrap()),
    };
    let json = serde_json::to_value(&noted).unwrap();
    assert_eq!(json["outcome"], "call_again");
    assert_eq!(serde_json::from_value::<Noted>(json).unwrap(), noted);
    assert_eq!(noted.outcome.check(at(0)), Ok(()));
    assert_eq!(noted.outcome.check(at(3_600)), Err(BadOutcome::Past));
    let far = Outcome::CallAgain {
        due_at: at(1) + MAX_AHEAD,
    };
    assert_eq!(far.check(at(0)), Err(BadOutcome::TooFar));
    assert_eq!(Outcome::Agreement.call_again(), None);
}

#[test]
fn x13_an_entry_of_the_list_is_put_off_or_done_once() {
    let entry = CallBack::open(CallBackReason::Missed, at(0));
    let later = entry.put_off(at(60), at(1)).unwrap();
    assert_eq!((later.due_at, later.is_open()), (at(60), true));
    assert_eq!(entry.put_off(at(1), at(1)), Err(call_back::BadStep::Past));
    let done = later.finish(Done::CrossedOff, at(2)).unwrap();
    assert!(!done.is_open());
    assert_eq!(
        done.finish(Done::Called, at(3)),
        Err(call_back::BadStep::Done)
    );
    assert_eq!(done.put_off(at(99), at(3)), Err(call_back::BadStep::Done));
    for reason in CallBackReason::ALL {
        assert_eq!(CallBackReason::from_name(reason.name()), Some(reason));
        assert_eq!(
            serde_json::to_string(&reason).unwrap(),
            format!("\"{}\"", reason.name())
        );
    }
}
