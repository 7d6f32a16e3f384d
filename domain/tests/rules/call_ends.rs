use crate::support::{at, clock};
use orderline_domain::call::{CallEndReason, CallSide, CallState, NotRunning};

fn active() -> CallState {
    let connecting = CallState::ring(at(0)).accept(at(2)).unwrap();
    connecting.connected(clock(1, 3_000)).unwrap()
}

#[test]
fn hanging_up_on_a_ring_takes_it_back_or_declines_it() {
    let ringing = || CallState::ring(at(0));
    let now = clock(1, 1_000);
    let hang_up = |state: CallState, side| state.hang_up(side, now).unwrap().name();
    assert_eq!(hang_up(ringing(), CallSide::Seller), "cancelled");
    assert_eq!(hang_up(ringing(), CallSide::Buyer), "declined");
    let over = active().hang_up(CallSide::Buyer, clock(1, 9_000)).unwrap();
    assert_eq!(over.end_reason(), Some(CallEndReason::HungUpByBuyer));
    assert!(over.hang_up(CallSide::Buyer, clock(1, 9_500)).is_err());
}

#[test]
fn where_the_vendor_is_shut_a_ring_is_taken_back_and_a_call_ends() {
    let now = clock(1, 9_000);
    let ringing = CallState::ring(at(0)).vendor_shut(now).unwrap();
    assert_eq!(ringing.name(), "cancelled");
    let over = active().vendor_shut(now).unwrap();
    assert_eq!(over.end_reason(), Some(CallEndReason::VendorShut));
    assert!(over.vendor_shut(now).is_err());
}

#[test]
fn a_call_that_its_node_left_ends_at_its_last_sign() {
    let (last, now) = (clock(1, 20_000), clock(1, 90_000));
    let missed = CallState::ring(at(0)).abandoned(last, now).unwrap();
    assert_eq!(missed, CallState::NoAnswer { at: now.wall });
    let held = active().interrupted(last, clock(1, 21_000)).unwrap();
    for state in [active(), held] {
        let over = state.abandoned(last, now).unwrap();
        assert_eq!(over.ended_at(), Some(last.wall));
        assert_eq!(over.end_reason(), Some(CallEndReason::ConnectionLost));
        assert!(over.was_held());
    }
    let connecting = CallState::ring(at(0)).accept(at(2)).unwrap();
    let over = connecting.abandoned(last, now).unwrap();
    assert!(!over.was_held());
    assert_eq!(
        (over.started_at(), over.ended_at()),
        (None, Some(last.wall))
    );
}

#[test]
fn only_an_answered_call_goes_on() {
    let ringing = CallState::ring(at(0));
    assert_eq!(ringing.require_answered(), Err(NotRunning::Rings));
    assert_eq!(active().require_answered(), Ok(()));
    let missed = ringing.expire(clock(1, 90_000));
    assert_eq!(missed.require_answered(), Err(NotRunning::Over));
    assert_eq!(missed.ended_at(), Some(clock(1, 90_000).wall));
}

#[test]
fn a_reason_is_stored_by_its_name() {
    for reason in [
        CallEndReason::HungUpBySeller,
        CallEndReason::HungUpByBuyer,
        CallEndReason::ConnectionLost,
        CallEndReason::ServerStopped,
        CallEndReason::NeverConnected,
        CallEndReason::VendorShut,
    ] {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
    }
}
