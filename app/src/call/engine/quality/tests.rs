use super::*;
use proptest::prelude::*;

fn sample(available: u32) -> QualitySample {
    QualitySample {
        available_out: Some(available),
        ..QualitySample::default()
    }
}

fn lossy(loss_in: u16) -> QualitySample {
    QualitySample {
        loss_in,
        ..QualitySample::default()
    }
}

#[test]
fn a_second_between_two_countings_gives_rates_and_shares() {
    let before = Counters {
        at_ms: 1_000,
        packets_in: 1_000,
        packets_lost: 10,
        bytes_in: 100_000,
        bytes_out: 50_000,
        sound_samples: 48_000,
        sound_made_up: 0,
        frozen: 1.0,
        ..Counters::default()
    };
    let now = Counters {
        at_ms: 2_000,
        packets_in: 1_095,
        packets_lost: 15,
        bytes_in: 225_000,
        bytes_out: 62_500,
        sound_samples: 96_000,
        sound_made_up: 480,
        frozen: 1.25,
        round_trip: Some(0.15),
        jitter: 0.012,
        missed_there: Some(0.05),
        available_out: Some(640_000.7),
        datagrams_in: 1_400,
        checks_in: None,
    };
    let sample = between(&before, &now).unwrap();
    assert_eq!((sample.loss_in, sample.loss_out), (50, 50));
    assert_eq!((sample.bits_in, sample.bits_out), (1_000_000, 100_000));
    assert_eq!((sample.concealed, sample.frozen_ms), (10, 250));
    assert_eq!((sample.rtt_ms, sample.jitter_ms), (150, 12));
    assert_eq!(sample.available_out, Some(640_000));
    assert_eq!(now.came(), None, "this browser does not count its checks");
    let counting = |packets_in| Counters {
        packets_in,
        checks_in: Some(7),
        ..now
    };
    assert_eq!(counting(0).came(), None, "nothing flowed yet");
    assert_eq!(counting(60).came(), Some(7 + 1_400 + 60));
}

#[test]
fn countings_of_two_connections_give_nothing() {
    let older = Counters {
        at_ms: 1_000,
        packets_in: 500,
        ..Counters::default()
    };
    let newer = Counters {
        at_ms: 2_000,
        packets_in: 3,
        ..Counters::default()
    };
    assert_eq!(between(&older, &newer), None);
    assert_eq!(between(&newer, &newer), None);
}

#[test]
fn one_bad_second_changes_nothing_and_two_do() {
    let mut judge = Judge::default();
    assert_eq!(judge.take(&lossy(200)), LineLevel::Good);
    assert_eq!(judge.take(&lossy(0)), LineLevel::Good);
    assert_eq!(judge.take(&lossy(200)), LineLevel::Good);
    assert_eq!(
        judge.take(&lossy(40)),
        LineLevel::Weak,
        "the milder of the two"
    );
    assert_eq!(judge.take(&lossy(200)), LineLevel::Weak);
    assert_eq!(judge.take(&lossy(200)), LineLevel::Bad);
}

#[test]
fn a_line_is_good_again_only_after_a_while() {
    let mut judge = Judge::default();
    for _ in 0..2 {
        judge.take(&lossy(200));
    }
    let levels: Vec<LineLevel> = (0..BETTER_AFTER).map(|_| judge.take(&lossy(0))).collect();
    assert_eq!(levels.iter().filter(|it| **it == LineLevel::Bad).count(), 5);
    assert_eq!(levels.last(), Some(&LineLevel::Good));
}

#[test]
fn every_kind_of_trouble_is_seen() {
    let weak = |change: fn(&mut QualitySample)| {
        let mut sample = sample(1_000_000);
        change(&mut sample);
        judged(&sample)
    };
    assert_eq!(weak(|_| ()), LineLevel::Good);
    assert_eq!(weak(|it| it.loss_out = 40), LineLevel::Weak);
    assert_eq!(weak(|it| it.rtt_ms = 500), LineLevel::Weak);
    assert_eq!(weak(|it| it.jitter_ms = 90), LineLevel::Weak);
    assert_eq!(weak(|it| it.frozen_ms = 100), LineLevel::Weak);
    assert_eq!(weak(|it| it.concealed = 50), LineLevel::Weak);
    assert_eq!(weak(|it| it.available_out = Some(150_000)), LineLevel::Weak);
    assert_eq!(weak(|it| it.concealed = 150), LineLevel::Bad);
    assert_eq!(weak(|it| it.rtt_ms = 1_000), LineLevel::Bad);
    assert_eq!(weak(|it| it.available_out = Some(50_000)), LineLevel::Bad);
}

/// A camera that has been on for a while, on a line with room for it.
fn warm(screen: bool) -> Sending {
    let mut sending = Sending::default();
    run(&mut sending, &sample(2_500_000), screen, WARM_UP + 1);
    sending
}

fn run(sending: &mut Sending, sample: &QualitySample, screen: bool, seconds: u32) -> Plan {
    let mut plan = sending.take(sample, true, screen);
    for _ in 1..seconds {
        plan = sending.take(sample, true, screen);
    }
    plan
}

#[test]
fn a_narrow_line_makes_the_picture_smaller_then_pauses_it() {
    let mut sending = warm(false);
    let narrow = sample(260_000);
    assert_eq!(run(&mut sending, &narrow, false, 2).camera, Some(STEPS[0]));
    assert_eq!(run(&mut sending, &narrow, false, 1).camera, Some(STEPS[2]));
    let none = sample(75_000);
    assert_eq!(run(&mut sending, &none, false, 3).camera, Some(STEPS[3]));
    let plan = run(&mut sending, &none, false, 3);
    assert_eq!(plan.camera, None);
    assert!(plan.holds_back());
}

#[test]
fn a_camera_that_was_just_switched_on_gets_time_to_climb() {
    let mut sending = Sending::default();
    let plan = run(&mut sending, &sample(300_000), false, WARM_UP);
    assert_eq!(plan.camera, Some(STEPS[0]));
    sending.take(&sample(300_000), false, false);
    let plan = run(&mut sending, &sample(300_000), false, WARM_UP);
    assert!(!plan.holds_back(), "the same when it is switched on again");
}

#[test]
fn the_picture_comes_back_a_step_at_a_time() {
    let mut sending = warm(false);
    run(&mut sending, &sample(75_000), false, 6);
    let mut seen = Vec::new();
    for _ in 0..60 {
        // What the browser believes follows what is sent.
        let sent = STEPS.get(sending.step).map_or(0, |step| step.bits);
        let plan = sending.take(&sample(sent + SOUND_BITS), true, false);
        if seen.last() != Some(&plan.camera) {
            seen.push(plan.camera);
        }
    }
    let steps: Vec<Option<Step>> = [None]
        .into_iter()
        .chain(STEPS.into_iter().rev().map(Some))
        .collect();
    assert_eq!(seen, steps);
}

#[test]
fn a_step_up_that_fails_is_tried_more_and_more_rarely() {
    let mut sending = warm(false);
    // Too little for the second step, for an hour.
    let (mut tries, mut before) = (0, None);
    for _ in 0..3_600 {
        let plan = sending.take(&sample(170_000 + SOUND_BITS), true, false);
        let now = plan.camera.map(|step| step.bits);
        tries += u32::from(now == Some(STEPS[1].bits) && before == Some(STEPS[2].bits));
        before = now;
    }
    assert!((2..80).contains(&tries), "{tries} tries in an hour");
}

#[test]
fn a_shared_screen_comes_before_the_camera() {
    let mut sending = warm(true);
    let plan = run(&mut sending, &sample(480_000), true, 3);
    assert_eq!(plan.camera, Some(STEPS[3]));
    assert_eq!(plan.screen_frames, 5);
    let plan = run(&mut warm(true), &sample(2_500_000), true, 3);
    assert_eq!((plan.camera, plan.screen_frames), (Some(STEPS[0]), 15));
}

#[test]
fn without_an_estimate_the_loss_decides() {
    let calm = QualitySample::default();
    let mut sending = Sending::default();
    run(&mut sending, &calm, false, WARM_UP + 1);
    let loss = QualitySample {
        loss_out: 150,
        ..calm
    };
    assert_eq!(run(&mut sending, &loss, false, 3).camera, Some(STEPS[1]));
    assert_eq!(run(&mut sending, &loss, false, 3).camera, Some(STEPS[2]));
    assert_eq!(run(&mut sending, &loss, false, 6).camera, None);
    sending.try_again();
    assert_eq!(sending.take(&calm, true, false).camera, Some(STEPS[3]));
}

proptest! {
    #[test]
    fn any_line_gives_a_plan_and_any_counting_a_sample_within_bounds(
        lines in proptest::collection::vec((any::<Option<u32>>(), 0_u16..=1000, any::<[bool; 2]>()), 1..300),
        counts in proptest::array::uniform8(any::<u32>()),
        fractions in proptest::array::uniform4(any::<f64>()),
    ) {
        let mut sending = Sending::default();
        for (available_out, loss_out, [camera, screen]) in lines {
            sending.take(&QualitySample { available_out, loss_out, ..QualitySample::default() }, camera, screen);
            prop_assert!(sending.step <= STEPS.len());
        }
        let counters = |at: usize| Counters {
            at_ms: u64::from(counts[at]),
            packets_in: u64::from(counts[at + 1]),
            packets_lost: u64::from(counts[at + 2]),
            bytes_in: u64::from(counts[at + 3]),
            round_trip: Some(fractions[0]),
            jitter: fractions[1],
            missed_there: Some(fractions[2]),
            available_out: Some(fractions[3]),
            ..Counters::default()
        };
        if let Some(sample) = between(&counters(0), &counters(4)) {
            prop_assert!(sample.loss_in <= 1000 && sample.loss_out <= 1000 && sample.concealed <= 1000);
        }
    }
}
