use crate::support::{RECORDING, at};
use orderline_domain::{
    call::mode::{CallMode, RecordWhen, Route, TalkAction, TalkRefused},
    people::roles::{Relation, Role, allowed},
};
use proptest::prelude::*;

const ASKED: fn(i64) -> CallMode = |second| CallMode::Asked { since: at(second) };

#[test]
fn a_call_is_born_private_or_asked_and_never_recorded() {
    assert_eq!(
        CallMode::at_ring(RecordWhen::Never, at(0)),
        CallMode::Private
    );
    assert_eq!(
        CallMode::at_ring(RecordWhen::ContractTalk, at(0)),
        CallMode::Private
    );
    assert_eq!(CallMode::at_ring(RecordWhen::FirstSecond, at(0)), ASKED(0));
}

#[test]
fn the_contract_talk_is_asked_for_accepted_and_ended() {
    let asked = CallMode::Private
        .ask(RecordWhen::ContractTalk, at(3))
        .unwrap();
    assert_eq!(asked, ASKED(3));
    assert_eq!(asked.route(), Route::Private);
    let recorded = asked.accept(RECORDING, at(5)).unwrap();
    assert_eq!(recorded.recording(), Some(RECORDING));
    assert_eq!(recorded.route(), Route::Relay);
    assert_eq!(recorded.stop().unwrap(), CallMode::Private);
    assert_eq!(asked.refuse().unwrap(), CallMode::Private);
    assert_eq!(asked.withdraw().unwrap(), CallMode::Private);
}

#[test]
fn x8_a_policy_that_never_records_is_never_asked_for() {
    for mode in [CallMode::Private, ASKED(1)] {
        assert_eq!(mode.ask(RecordWhen::Never, at(2)), Err(TalkRefused::Never));
    }
}

#[test]
fn x8_a_ringing_call_is_taken_unrecorded_only_where_the_policy_leaves_that_open() {
    assert_eq!(ASKED(0).answer_unrecorded(true), Ok(CallMode::Private));
    assert_eq!(
        ASKED(0).answer_unrecorded(false),
        Err(TalkRefused::OnlyRecorded)
    );
    assert_eq!(
        CallMode::Private.answer_unrecorded(false),
        Ok(CallMode::Private)
    );
}

#[test]
fn the_seller_asks_the_buyer_decides_both_may_stop() {
    use TalkAction::{Accept, Ask, Refuse, Stop, Withdraw};
    let of = |role: Role| {
        let may = move |it: &TalkAction| allowed(role, it.for_role(role), Relation::Own);
        TalkAction::ALL.into_iter().filter(may).collect::<Vec<_>>()
    };
    for role in [Role::Seller, Role::Rep] {
        assert_eq!(of(role), [Ask, Withdraw, Stop]);
    }
    assert_eq!(of(Role::Buyer), [Accept, Refuse, Stop]);
    for role in [Role::Compliance, Role::Support, Role::Admin] {
        assert_eq!(of(role), []);
    }
}

#[test]
fn a_mode_is_stored_with_its_name() {
    let recorded = ASKED(1).accept(RECORDING, at(2)).unwrap();
    for mode in [CallMode::Private, ASKED(1), recorded] {
        let json = serde_json::to_value(mode).unwrap();
        assert_eq!(json["mode"], mode.name());
        assert_eq!(serde_json::from_value::<CallMode>(json).unwrap(), mode);
    }
    for when in RecordWhen::ALL {
        assert_eq!(RecordWhen::from_name(when.name()), Some(when));
        assert_eq!(serde_json::to_value(when).unwrap(), when.name());
    }
}

proptest! {
    /// X8: whatever is pressed in whatever order, a recording runs only after the question and the buyer's yes to
    /// it, and under a policy that never records it never runs.
    #[test]
    fn x8_nothing_is_recorded_without_a_yes(
        when in prop::sample::select(RecordWhen::ALL.to_vec()),
        steps in prop::collection::vec(0..TalkAction::ALL.len(), 0..40),
    ) {
        let mut mode = CallMode::at_ring(when, at(0));
        for (second, step) in (1..).zip(steps) {
            let action = TalkAction::ALL[step];
            let next = match action {
                TalkAction::Ask => mode.ask(when, at(second)),
                TalkAction::Withdraw => mode.withdraw(),
                TalkAction::Accept => mode.accept(RECORDING, at(second)),
                TalkAction::Refuse => mode.refuse(),
                TalkAction::Stop => mode.stop(),
            };
            let Ok(next) = next else { continue };
            prop_assert_ne!(next, mode);
            if next.recording().is_some() {
                prop_assert_eq!(mode.name(), "asked");
                prop_assert_eq!(action, TalkAction::Accept);
                prop_assert_ne!(when, RecordWhen::Never);
            }
            mode = next;
        }
    }
}
