use crate::support::{RECORDING, at, uuid};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    call::seat::Seat,
    ids::ParticipantId,
    order::{
        ContractBasis, GateProblem, MAX_UNEXPLAINED_GAP_MS, contract_basis,
        contract_gate::{Leg, MOVING_TOLERANCE, Part, Recorded, Voice, report},
        gate_problems,
    },
};
use proptest::prelude::*;

fn ms(ms: i64) -> Timestamp {
    at(0) + SignedDuration::from_millis(ms)
}

fn leg(person: u128, opened: i64, last: Option<i64>) -> Leg {
    Leg {
        participant: ParticipantId::from_uuid(uuid(person)),
        opened_at: ms(opened),
        connected_at: Some(ms(opened + 100)),
        last_packet_at: last.map(ms),
    }
}

/// A talk that is recorded from its start on and goes on.
fn running() -> Recorded {
    Recorded {
        recording: RECORDING,
        opened_at: ms(0),
        started_at: Some(ms(500)),
        closed_at: None,
        call_active: true,
        still_writing: false,
        spans: vec![ms(400)],
        voices: vec![
            Voice {
                seat: Seat(0),
                since: ms(500),
            },
            Voice {
                seat: Seat(1),
                since: ms(600),
            },
        ],
        parts: vec![Part {
            first_at: ms(500),
            last_at: ms(60_000),
        }],
        legs: vec![leg(1, 100, None), leg(2, 200, None)],
    }
}

fn problems(recorded: &Recorded, confirmed: i64) -> Vec<GateProblem> {
    gate_problems(&report(Some(recorded), ms(confirmed)))
}

#[test]
fn x2_packets_that_were_on_their_way_carry_no_confirmation_after_the_stop() {
    let stopped = Recorded {
        closed_at: Some(ms(60_000)),
        parts: vec![Part {
            first_at: ms(500),
            last_at: ms(60_040),
        }],
        ..running()
    };
    assert_eq!(problems(&stopped, 59_990), []);
    assert_eq!(problems(&stopped, 60_005), [GateProblem::NotStored]);
}

#[test]
fn x2_a_running_talk_stands_for_the_contract() {
    let talk = running();
    let report = report(Some(&talk), ms(90_000));
    assert_eq!(
        contract_basis(&report),
        ContractBasis::Recording {
            recording: RECORDING
        }
    );
    assert_eq!(
        report.talk_started_at,
        ms(500),
        "the first packet belongs to the moving"
    );
}

#[test]
fn x2_what_is_missing_is_named() {
    let none = report(None, ms(1_000));
    assert_eq!(gate_problems(&none), [GateProblem::NoRecording]);
    let never_moved = Recorded {
        spans: Vec::new(),
        ..running()
    };
    assert_eq!(problems(&never_moved, 1_000), [GateProblem::NoRecording]);

    let late = Recorded {
        started_at: Some(ms(400) + MOVING_TOLERANCE + SignedDuration::from_millis(1)),
        ..running()
    };
    assert_eq!(problems(&late, 90_000), [GateProblem::BeganLate]);
    let just = Recorded {
        started_at: Some(ms(400) + MOVING_TOLERANCE),
        ..running()
    };
    assert_eq!(problems(&just, 90_000), []);

    let deaf = Recorded {
        voices: vec![Voice {
            seat: Seat(0),
            since: ms(500),
        }],
        ..running()
    };
    assert_eq!(problems(&deaf, 90_000), [GateProblem::BuyerNotHeard]);
    let colleague = Recorded {
        voices: vec![
            Voice {
                seat: Seat(2),
                since: ms(500),
            },
            Voice {
                seat: Seat(1),
                since: ms(95_000),
            },
        ],
        ..running()
    };
    assert_eq!(
        problems(&colleague, 90_000),
        [GateProblem::BuyerNotHeard],
        "heard too late"
    );

    let ended = Recorded {
        call_active: false,
        closed_at: Some(ms(70_000)),
        ..running()
    };
    assert_eq!(problems(&ended, 60_000), []);
    assert_eq!(problems(&ended, 60_001), [GateProblem::NotStored]);
    let writing = Recorded {
        still_writing: true,
        ..ended
    };
    assert_eq!(problems(&writing, 70_000), []);
    assert_eq!(problems(&writing, 70_001), [GateProblem::NotStored]);
}

#[test]
fn x2_a_break_between_connections_or_processes_is_a_gap() {
    let allowed = i64::from(MAX_UNEXPLAINED_GAP_MS);
    for (gap, found) in [(allowed, vec![]), (allowed + 1, vec![GateProblem::Gap])] {
        let reconnected = Recorded {
            legs: vec![
                leg(2, 200, Some(10_000)),
                leg(2, 10_000 + gap - 100, None),
                leg(1, 100, None),
            ],
            ..running()
        };
        assert_eq!(
            problems(&reconnected, 90_000),
            found,
            "{gap} ms between connections"
        );
        let restarted = Recorded {
            parts: vec![
                Part {
                    first_at: ms(500),
                    last_at: ms(30_000),
                },
                Part {
                    first_at: ms(30_000 + gap),
                    last_at: ms(60_000),
                },
            ],
            ..running()
        };
        assert_eq!(
            problems(&restarted, 90_000),
            found,
            "{gap} ms between processes"
        );
    }
    // Before the recording was opened people spoke in private: how they were connected then is nobody's business.
    let private = Recorded {
        opened_at: ms(50_000),
        legs: vec![leg(1, 100, Some(40_000)), leg(1, 49_000, None)],
        ..running()
    };
    assert_eq!(problems(&private, 90_000), []);
}

proptest! {
    /// However connections and processes follow each other: the account has exactly the longest hole that was made.
    #[test]
    fn x2_the_longest_hole_is_the_gap(
        legs in prop::collection::vec((1_i64..20_000, 0_i64..2_000), 1..6),
        parts in prop::collection::vec((1_i64..20_000, 0_i64..2_000), 1..6),
        shuffled in any::<u64>(),
    ) {
        let mut talk = running();
        talk.legs.clear();
        talk.parts.clear();
        let mut longest = 0;
        let mut now = 1_000;
        for (index, (length, gap)) in legs.iter().enumerate() {
            let last = (index + 1 < legs.len()).then_some(now + 100 + length);
            talk.legs.push(leg(1, now, last));
            if last.is_some() {
                longest = longest.max(*gap);
            }
            now += 100 + length + gap - 100;
        }
        let mut now = 500;
        for (index, (length, gap)) in parts.iter().enumerate() {
            talk.parts.push(Part { first_at: ms(now), last_at: ms(now + length) });
            if index + 1 < parts.len() {
                longest = longest.max(*gap);
            }
            now += length + gap;
        }
        let shift = usize::try_from(shuffled % 5).unwrap() % talk.legs.len();
        talk.legs.rotate_left(shift);
        let report = report(Some(&talk), ms(100_000));
        prop_assert_eq!(i64::from(report.buyer.longest_gap_ms), longest);
        prop_assert_eq!(report.seller.longest_gap_ms, report.buyer.longest_gap_ms);
    }

    /// The account never says that more is there than was stored, nor that the talk began before both had moved.
    #[test]
    fn x2_nothing_is_claimed_that_is_not_stored(closed in 500_i64..80_000, confirmed in 500_i64..120_000) {
        let talk = Recorded {
            call_active: false,
            closed_at: Some(ms(closed)),
            ..running()
        };
        let report = report(Some(&talk), ms(confirmed));
        let stored = closed.min(60_000);
        prop_assert_eq!(report.stored_up_to, Some(ms(stored)));
        prop_assert!(report.talk_started_at >= ms(400));
        let stands = contract_basis(&report) == ContractBasis::Recording { recording: RECORDING };
        prop_assert_eq!(stands, (600..=stored).contains(&confirmed));
    }
}
