//! What travels about a participant's line.

use super::samples::{CALL, at, buyer, one, seller};
use orderline_domain::call::{quality::LineLevel, seat::Seat};
use orderline_protocol::{
    http::LineCheck,
    quality::{CallQuality, QualityPoint, QualitySample},
};
use std::collections::BTreeSet;

pub(crate) fn quality() -> QualitySample {
    QualitySample {
        level: LineLevel::Weak,
        loss_in: 31,
        loss_out: 4,
        concealed: 12,
        rtt_ms: 180,
        jitter_ms: 22,
        bits_in: 910_000,
        bits_out: 240_000,
        available_out: Some(260_000),
        frozen_ms: 0,
        picture_held: true,
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    one(
        "line_check",
        LineCheck {
            sdp: "v=0".to_owned(),
        },
    )
    .check(files);
    let point = QualityPoint {
        at: at(),
        seat: Seat::BUYER,
        sample: quality(),
    };
    one(
        "call_quality",
        CallQuality {
            call: CALL,
            people: vec![(Seat::SELLER, seller().name), (Seat::BUYER, buyer().name)],
            points: vec![point],
        },
    )
    .check(files);
}
