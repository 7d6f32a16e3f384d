use crate::support::{at, clock};
use jiff::SignedDuration;
use orderline_domain::{
    call::{
        CONNECT_SECONDS, CallEndReason, CallSide, CallState, EndedCall, RECONNECT_GRACE_SECONDS,
        RING_SECONDS,
    },
    text::DeclineReason,
};
use proptest::prelude::*;

fn connecting() -> CallState {
    CallState::ring(at(0)).accept(at(2)).unwrap()
}

fn active() -> CallState {
    connecting().connected(clock(1, 3_000)).unwrap()
}

fn ended(state: CallState) -> EndedCall {
    match state {
        CallState::Ended(ended) => ended,
        other => panic!("the call is {}", other.name()),
    }
}

#[test]
fn b3_a_call_that_is_answered_knows_its_start_end_and_duration() {
    let call = ended(
        active()
            .end(CallEndReason::HungUpByBuyer, clock(1, 63_500))
            .unwrap(),
    );
    assert_eq!(
        call,
        EndedCall {
            reason: CallEndReason::HungUpByBuyer,
            started_at: Some(clock(1, 3_000).wall),
            ended_at: clock(1, 63_500).wall,
            duration_ms: 60_500,
        }
    );
}

#[test]
fn b3_a_step_of_the_wall_clock_moves_neither_end_nor_duration() {
    for step in [-86_400, -30, 30, 86_400] {
        let mut end = clock(1, 63_000);
        end.wall += SignedDuration::from_secs(step);
        let call = ended(active().end(CallEndReason::HungUpBySeller, end).unwrap());
        assert_eq!(call.duration_ms, 60_000);
        assert_eq!(call.ended_at, clock(1, 63_000).wall);
    }
}

#[test]
fn b3_after_a_restart_the_wall_clock_decides() {
    // Another process: its monotonic clock began anew.
    let mut end = clock(2, 63_000);
    end.monotonic_ms = 10;
    let held = active().interrupted(end, end).unwrap();
    let call = ended(held.end(CallEndReason::HungUpBySeller, end).unwrap());
    assert_eq!((call.duration_ms, call.ended_at), (60_000, end.wall));
    // A clock set back across the restart never gives a negative duration.
    end.wall = at(-100);
    let call = ended(active().end(CallEndReason::ServerStopped, end).unwrap());
    assert_eq!(call.duration_ms, 0);
    assert_eq!(call.ended_at, call.started_at.unwrap());
}

#[test]
fn ringing_ends_in_five_ways() {
    let ringing = || CallState::ring(at(0));
    assert_eq!(
        ringing().decline(None, None, at(1)).unwrap().name(),
        "declined"
    );
    let reason = DeclineReason::new("in a meeting").unwrap();
    assert_eq!(
        ringing()
            .decline(Some(reason.clone()), Some(at(3_600)), at(1))
            .unwrap(),
        CallState::Declined {
            reason: Some(reason),
            call_at: Some(at(3_600)),
            at: at(1)
        }
    );
    assert_eq!(ringing().busy(at(0)).unwrap().name(), "busy");
    assert_eq!(ringing().cancel(at(1)).unwrap().name(), "cancelled");
    assert_eq!(ringing().accept(at(1)).unwrap().name(), "connecting");
    let limit = i64::from(RING_SECONDS) * 1_000;
    assert_eq!(ringing().expires_in_ms(clock(1, limit - 1)), Some(1));
    assert_eq!(ringing().expire(clock(1, limit - 1)), ringing());
    assert_eq!(ringing().expire(clock(1, limit)).name(), "no_answer");
    // Answered once: a second answer, a late decline or taking back come too late.
    assert!(connecting().accept(at(3)).is_err());
    assert!(connecting().decline(None, None, at(3)).is_err());
    assert!(connecting().cancel(at(3)).is_err());
}

#[test]
fn a_call_whose_media_never_meet_has_no_duration() {
    let limit = 2_000 + i64::from(CONNECT_SECONDS) * 1_000;
    assert_eq!(connecting().expire(clock(1, limit - 1)), connecting());
    let call = ended(connecting().expire(clock(1, limit)));
    assert_eq!(
        (call.reason, call.started_at, call.duration_ms),
        (CallEndReason::NeverConnected, None, 0)
    );
    let call = ended(
        connecting()
            .end(CallEndReason::hung_up_by(CallSide::Seller), clock(1, 5_000))
            .unwrap(),
    );
    assert_eq!(
        (call.reason, call.started_at),
        (CallEndReason::HungUpBySeller, None)
    );
}

#[test]
fn a_broken_call_is_held_and_then_ends_at_its_last_packet() {
    let held = active()
        .interrupted(clock(1, 20_000), clock(1, 21_000))
        .unwrap();
    assert!(held.is_live());
    let back = held.clone().connected(clock(1, 30_000)).unwrap();
    assert_eq!(back, active());
    let limit = 21_000 + i64::from(RECONNECT_GRACE_SECONDS) * 1_000;
    assert_eq!(held.clone().expire(clock(1, limit - 1)), held);
    let call = ended(held.expire(clock(1, limit)));
    assert_eq!(call.reason, CallEndReason::ConnectionLost);
    assert_eq!(
        (call.duration_ms, call.ended_at),
        (17_000, clock(1, 20_000).wall)
    );
}

#[test]
fn a_state_is_stored_with_its_name() {
    let held = active()
        .interrupted(clock(1, 20_000), clock(1, 21_000))
        .unwrap();
    let ringing = CallState::ring(at(0));
    for state in [
        ringing.clone(),
        ringing
            .clone()
            .decline(
                Some(DeclineReason::new("later").unwrap()),
                Some(at(3_600)),
                at(1),
            )
            .unwrap(),
        ringing.clone().busy(at(1)).unwrap(),
        ringing.clone().cancel(at(1)).unwrap(),
        ringing.expire(clock(1, 50_000)),
        connecting(),
        active(),
        held.clone(),
        held.end(CallEndReason::ServerStopped, clock(1, 22_000))
            .unwrap(),
    ] {
        let json = serde_json::to_value(&state).unwrap();
        assert_eq!(json["state"], state.name());
        assert_eq!(serde_json::from_value::<CallState>(json).unwrap(), state);
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Accept,
    Decline,
    Busy,
    Cancel,
    Connected,
    Interrupted,
    End,
    Expire,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64, u128)>> {
    use Step::{Accept, Busy, Cancel, Connected, Decline, End, Expire, Interrupted};
    let step = prop::sample::select(vec![
        Accept,
        Accept,
        Accept,
        Connected,
        Connected,
        Connected,
        Interrupted,
        Interrupted,
        Decline,
        Busy,
        Cancel,
        End,
        Expire,
    ]);
    prop::collection::vec((step, 0i64..60_000, 1u128..3), 1..30)
}

proptest! {
    #[test]
    fn a_finished_call_never_moves_and_times_never_run_backwards(steps in steps()) {
        let mut state = CallState::ring(at(0));
        let mut ms = 0;
        for (step, passed, node) in steps {
            let last_packet = clock(node, ms);
            ms += passed;
            let (now, before) = (clock(node, ms), state.clone());
            let result = match step {
                Step::Accept => state.clone().accept(now.wall),
                Step::Decline => state.clone().decline(None, None, now.wall),
                Step::Busy => state.clone().busy(now.wall),
                Step::Cancel => state.clone().cancel(now.wall),
                Step::Connected => state.clone().connected(now),
                Step::Interrupted => state.clone().interrupted(last_packet, now),
                Step::End => state.clone().end(CallEndReason::HungUpBySeller, now),
                Step::Expire => Ok(state.clone().expire(now)),
            };
            if let Ok(after) = result {
                state = after;
            }
            if !before.is_live() {
                prop_assert_eq!(&state, &before);
            }
            if let CallState::Ended(EndedCall { started_at, ended_at, duration_ms, .. }) = &state {
                let between = started_at.map_or(0, |it| ended_at.duration_since(it).as_millis());
                prop_assert_eq!(between, i128::from(*duration_ms));
                prop_assert!(*ended_at >= at(0) && *ended_at <= now.wall);
            }
        }
        // Whatever happened, a call that is not active ends by itself once time passes.
        let late = clock(1, ms + 1_000_000);
        if !matches!(state, CallState::Active { .. }) {
            prop_assert!(!state.expire(late).is_live());
        }
    }
}
