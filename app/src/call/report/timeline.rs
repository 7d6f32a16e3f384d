//! A call's lines over its time, ready to be drawn: what support looks at when somebody says that the call was bad.
//! Pure.

use orderline_domain::call::quality::LineLevel;
use orderline_protocol::quality::{CallQuality, QualityPoint};
use std::fmt::Write as _;

/// The chart's width, in its own units.
pub const WIDTH: f64 = 600.0;
/// The height of one strip.
pub const STRIP: f64 = 48.0;
/// A chart spans at least this, in milliseconds.
const LEAST_MS: i64 = 60_000;
/// Points further apart than this are not joined: the page was away. In milliseconds.
const GAP_MS: i64 = 16_000;
/// The top of each strip: loss per thousand, milliseconds, bits per second. Higher values touch the top.
const TOPS: [f64; 3] = [200.0, 1_000.0, 2_000_000.0];

/// A stretch of one level.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    pub level: LineLevel,
    pub from: f64,
    pub to: f64,
}

/// One side's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub name: String,
    pub stretches: Vec<Stretch>,
    /// Paths of loss, round trip, and what came in, as SVG writes them.
    pub paths: [String; 3],
    pub summary: Summary,
}

/// The same in a few numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub points: u32,
    /// Of a hundred points.
    pub weak: u32,
    pub bad: u32,
    /// Per thousand.
    pub loss: u32,
    pub loss_most: u32,
    pub rtt_ms: u32,
    pub rtt_most_ms: u32,
    pub bits_in: u32,
    pub frozen_ms: u32,
    /// Points with the own picture held back.
    pub held: u32,
}

/// Everything that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    pub from: jiff::Timestamp,
    pub to: jiff::Timestamp,
    pub sides: Vec<Side>,
}

/// Lays a call's points out; `None` when there are none.
pub fn laid_out(quality: &CallQuality) -> Option<Timeline> {
    let from = quality.points.iter().map(|it| it.at).min()?;
    let to = quality.points.iter().map(|it| it.at).max()?;
    let span = (to.as_millisecond() - from.as_millisecond()).max(LEAST_MS);
    let sides = quality
        .people
        .iter()
        .filter_map(|(seat, name)| {
            let points: Vec<&QualityPoint> = quality
                .points
                .iter()
                .filter(|it| it.seat == *seat)
                .collect();
            (!points.is_empty()).then(|| side(name, &points, from.as_millisecond(), span))
        })
        .collect();
    Some(Timeline { from, to, sides })
}

fn side(name: &str, points: &[&QualityPoint], from: i64, span: i64) -> Side {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a call")]
    let x = |point: &QualityPoint| (point.at.as_millisecond() - from) as f64 / span as f64 * WIDTH;
    let worst_loss = |it: &QualityPoint| f64::from(it.sample.loss_in.max(it.sample.loss_out));
    let values: [&dyn Fn(&QualityPoint) -> f64; 3] =
        [&worst_loss, &|it| f64::from(it.sample.rtt_ms), &|it| {
            f64::from(it.sample.bits_in)
        }];
    let mut paths = [String::new(), String::new(), String::new()];
    for ((path, value), top) in paths.iter_mut().zip(values).zip(TOPS) {
        let mut before: Option<&QualityPoint> = None;
        for point in points {
            let joined = before.is_some_and(|before| gap(before, point) <= GAP_MS);
            let y = STRIP - (value(point) / top).clamp(0.0, 1.0) * STRIP;
            let verb = if joined { 'L' } else { 'M' };
            // Writing to a text cannot fail.
            let _ = write!(path, "{verb}{:.1} {y:.1}", x(point));
            before = Some(point);
        }
    }
    Side {
        name: name.to_owned(),
        stretches: stretches(points, &x),
        paths,
        summary: summary(points),
    }
}

fn gap(before: &QualityPoint, after: &QualityPoint) -> i64 {
    after.at.as_millisecond() - before.at.as_millisecond()
}

fn stretches(points: &[&QualityPoint], x: &dyn Fn(&QualityPoint) -> f64) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    let mut before: Option<&QualityPoint> = None;
    for point in points {
        let joined = before.is_some_and(|before| gap(before, point) <= GAP_MS);
        match out.last_mut() {
            Some(last) if joined => {
                last.to = x(point);
                if last.level != point.sample.level {
                    out.push(Stretch {
                        level: point.sample.level,
                        from: x(point),
                        to: x(point),
                    });
                }
            }
            _ => out.push(Stretch {
                level: point.sample.level,
                from: x(point),
                to: x(point),
            }),
        }
        before = Some(point);
    }
    out
}

fn summary(points: &[&QualityPoint]) -> Summary {
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX).max(1);
    let sum = |value: &dyn Fn(&QualityPoint) -> u32| -> u32 {
        let sum: u64 = points.iter().map(|it| u64::from(value(it))).sum();
        u32::try_from(sum / u64::from(count)).unwrap_or(u32::MAX)
    };
    let most = |value: &dyn Fn(&QualityPoint) -> u32| -> u32 {
        points.iter().map(|it| value(it)).max().unwrap_or(0)
    };
    let share = |level: LineLevel| sum(&|it| 100 * u32::from(it.sample.level == level));
    let loss = |it: &QualityPoint| u32::from(it.sample.loss_in.max(it.sample.loss_out));
    Summary {
        points: count,
        weak: share(LineLevel::Weak),
        bad: share(LineLevel::Bad),
        loss: sum(&loss),
        loss_most: most(&loss),
        rtt_ms: sum(&|it| it.sample.rtt_ms),
        rtt_most_ms: most(&|it| it.sample.rtt_ms),
        bits_in: sum(&|it| it.sample.bits_in),
        frozen_ms: points
            .iter()
            .fold(0, |sum, it| sum.saturating_add(it.sample.frozen_ms)),
        held: points
            .iter()
            .map(|it| u32::from(it.sample.picture_held))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use orderline_domain::{call::seat::Seat, ids::CallId};
    use orderline_protocol::quality::QualitySample;
    use uuid::Uuid;

    fn point(seat: u8, seconds: i64, level: LineLevel, loss_in: u16) -> QualityPoint {
        QualityPoint {
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds),
            seat: Seat(seat),
            sample: QualitySample {
                level,
                loss_in,
                rtt_ms: 100,
                ..QualitySample::default()
            },
        }
    }

    fn quality(points: Vec<QualityPoint>) -> CallQuality {
        CallQuality {
            call: CallId::from_uuid(Uuid::from_u128(1)),
            people: vec![
                (Seat::SELLER, "Mara".to_owned()),
                (Seat::BUYER, "Jana".to_owned()),
            ],
            points,
        }
    }

    #[test]
    fn a_call_without_points_has_no_timeline() {
        assert_eq!(laid_out(&quality(Vec::new())), None);
    }

    #[test]
    fn each_side_has_its_stretches_and_a_gap_breaks_the_line() {
        use LineLevel::{Bad, Good};
        let timeline = laid_out(&quality(vec![
            point(0, 0, Good, 0),
            point(0, 5, Good, 0),
            point(1, 5, Good, 10),
            point(0, 10, Bad, 200),
            point(0, 15, Bad, 400),
            point(0, 60, Good, 0),
        ]))
        .unwrap();
        assert_eq!(timeline.sides.len(), 2);
        let seller = &timeline.sides[0];
        let levels: Vec<LineLevel> = seller.stretches.iter().map(|it| it.level).collect();
        assert_eq!(levels, [Good, Bad, Good]);
        assert_eq!(
            (seller.stretches[0].from, seller.stretches[0].to),
            (0.0, 100.0)
        );
        assert!(
            (seller.stretches[1].to - 150.0).abs() < f64::EPSILON,
            "nothing is claimed of the gap"
        );
        assert_eq!(
            seller.paths[0],
            "M0.0 48.0L50.0 48.0L100.0 0.0L150.0 0.0M600.0 48.0"
        );
    }

    #[test]
    fn the_numbers_say_the_same() {
        let timeline = laid_out(&quality(vec![
            point(1, 0, LineLevel::Good, 0),
            point(1, 5, LineLevel::Weak, 40),
            point(1, 10, LineLevel::Bad, 200),
            point(1, 15, LineLevel::Good, 0),
        ]))
        .unwrap();
        let summary = timeline.sides[0].summary;
        assert_eq!((summary.weak, summary.bad), (25, 25));
        assert_eq!((summary.loss, summary.loss_most), (60, 200));
        assert_eq!((summary.rtt_ms, summary.rtt_most_ms), (100, 100));
    }
}
