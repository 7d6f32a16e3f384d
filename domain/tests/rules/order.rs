use crate::support::{ORDER, RECORDING, SELLER, THREAD, at, eur, uuid};
use orderline_domain::{
    digest::Digest,
    ids::{OfferId, VendorId},
    order::{
        CancelReason, ContractBasis, GateProblem, MAX_UNEXPLAINED_GAP_MS, Order, Placing,
        RecorderReport, VoiceReport, contract_basis, gate_problems,
    },
    people::proof::Proof,
};

const WHOLE: ContractBasis = ContractBasis::Recording {
    recording: RECORDING,
};

fn report() -> RecorderReport {
    let voice = VoiceReport {
        present: true,
        longest_gap_ms: MAX_UNEXPLAINED_GAP_MS,
    };
    RecorderReport {
        recording: Some(RECORDING),
        talk_started_at: at(10),
        confirmed_at: at(300),
        recorded_from: Some(at(10)),
        stored_up_to: Some(at(300)),
        seller: voice,
        buyer: voice,
    }
}

fn order(basis: ContractBasis) -> Order {
    Order::place(Placing {
        id: ORDER,
        vendor: VendorId::from_uuid(uuid(80)),
        thread: THREAD,
        number: 10_482,
        offer: OfferId::from_uuid(uuid(71)),
        revision: 4,
        revision_hash: Digest::of(b"revision"),
        total: eur("2280"),
        basis,
        proof: Proof::Password,
        placed_at: at(301),
        placed_by: SELLER,
    })
}

type Change = fn(&mut RecorderReport);

#[test]
fn x2_a_whole_recording_carries_the_contract() {
    assert_eq!(gate_problems(&report()), []);
    assert_eq!(contract_basis(&report()), WHOLE);
}

#[test]
fn x2_whatever_the_recording_lacks_asks_for_a_written_confirmation() {
    let cases: [(Change, GateProblem); 9] = [
        (|it| it.recording = None, GateProblem::NoRecording),
        (|it| it.recorded_from = None, GateProblem::BeganLate),
        (|it| it.recorded_from = Some(at(11)), GateProblem::BeganLate),
        (|it| it.seller.present = false, GateProblem::SellerNotHeard),
        (|it| it.buyer.present = false, GateProblem::BuyerNotHeard),
        (|it| it.seller.longest_gap_ms += 1, GateProblem::Gap),
        (|it| it.buyer.longest_gap_ms += 1, GateProblem::Gap),
        (|it| it.stored_up_to = None, GateProblem::NotStored),
        (|it| it.stored_up_to = Some(at(299)), GateProblem::NotStored),
    ];
    for (change, problem) in cases {
        let mut report = report();
        change(&mut report);
        assert_eq!(gate_problems(&report), [problem]);
        assert_eq!(
            contract_basis(&report),
            ContractBasis::WrittenConfirmation,
            "{problem:?}"
        );
    }
}

#[test]
fn x2_an_order_without_recording_waits_for_the_written_confirmation() {
    let order = order(ContractBasis::WrittenConfirmation);
    assert_eq!(order.state.name(), "awaiting_written_confirmation");
    let confirmed = order.clone().confirm_in_writing().unwrap();
    assert_eq!(confirmed.state.name(), "placed");
    assert!(confirmed.clone().confirm_in_writing().is_err());
    assert!(
        confirmed
            .cancel(CancelReason::NotConfirmed, at(400))
            .is_err()
    );
    assert!(order.cancel(CancelReason::NotConfirmed, at(400)).is_ok());
}

#[test]
fn only_an_order_that_awaits_its_confirmation_is_cancelled_and_once() {
    let waiting = order(ContractBasis::WrittenConfirmation);
    for reason in [CancelReason::NotConfirmed, CancelReason::Refused] {
        assert!(order(WHOLE).cancel(reason, at(400)).is_err());
        let cancelled = waiting.clone().cancel(reason, at(400)).unwrap();
        assert_eq!(cancelled.state.name(), "cancelled");
        assert!(cancelled.clone().cancel(reason, at(401)).is_err());
        assert!(cancelled.confirm_in_writing().is_err());
    }
}

#[test]
fn an_order_survives_json() {
    for basis in [WHOLE, ContractBasis::WrittenConfirmation] {
        let order = order(basis);
        let json = serde_json::to_value(&order).unwrap();
        assert_eq!(json["state"], order.state.name());
        assert_eq!(serde_json::from_value::<Order>(json).unwrap(), order);
    }
}
