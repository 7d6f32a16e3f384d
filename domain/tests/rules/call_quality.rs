use orderline_domain::call::quality::{LineLevel, Sample};

#[test]
fn what_a_page_cannot_have_measured_is_cut() {
    let sample = Sample {
        loss_in: u16::MAX,
        rtt_ms: u32::MAX,
        bits_in: u32::MAX,
        available_out: Some(u32::MAX),
        jitter_ms: 30,
        ..Sample::default()
    };
    let kept = sample.plausible();
    assert_eq!((kept.loss_in, kept.rtt_ms), (1_000, 600_000));
    assert_eq!(kept.bits_in, i32::MAX.unsigned_abs());
    assert_eq!(kept.available_out, Some(i32::MAX.unsigned_abs()));
    assert_eq!((kept.jitter_ms, kept.level), (30, LineLevel::Good));
}
