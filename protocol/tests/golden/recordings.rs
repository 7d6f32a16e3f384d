//! Recordings as they are found, opened and played.

use super::samples::{CALL, ORDER, RECORDING, SELLER, THREAD, at, event, one, person};
use orderline_domain::{people::roles::Role, recording::Damage};
use orderline_protocol::{
    http::{AccessLog, OpenRecording, RecordingList},
    recording::{
        AccessView, DamageView, MarkView, PlayView, RecordingPhase, RecordingRow, TrackView,
    },
};
use std::collections::BTreeSet;

fn recording() -> RecordingRow {
    RecordingRow {
        recording: RECORDING,
        call: CALL,
        thread: THREAD,
        phase: RecordingPhase::Ready,
        seller: "Mara König".to_owned(),
        buyer: "Jana Lind".to_owned(),
        order: Some(ORDER),
        order_number: Some("2026-1001".to_owned()),
        started_at: at(),
        duration_ms: Some(61_000),
        segments_stored: 16,
    }
}

pub(crate) fn check(files: &mut BTreeSet<String>) {
    one(
        "recording_list",
        RecordingList {
            next: None,
            items: vec![recording()],
        },
    )
    .check(files);
    one(
        "open_recording",
        OpenRecording {
            reason: "Complaint 17".to_owned(),
        },
    )
    .check(files);
    one(
        "play",
        PlayView {
            row: recording(),
            tracks: vec![TrackView {
                name: "audio.webm".to_owned(),
                kind: "audio".to_owned(),
                seat: None,
                mime: "audio/webm".to_owned(),
                start_ms: 0,
                duration_ms: 61_000,
                url: "/api/recordings/x/media/audio.webm?play=y".to_owned(),
            }],
            marks: vec![MarkView {
                at_ms: 1_000,
                event: event(),
            }],
            waveform: vec![vec![0, 128], vec![255, 1]],
            people: Vec::new(),
            gaps: vec![(100, 300)],
            damage: vec![DamageView {
                from_ms: 4_000,
                to_ms: 8_000,
                damage: Damage::Changed,
            }],
            description_lost: true,
        },
    )
    .check(files);
    one(
        "access_log",
        AccessLog {
            next: None,
            items: vec![AccessView {
                at: at(),
                who: person(SELLER, "Tomas Albrecht", Role::Compliance),
                what: "play".to_owned(),
                reason: "Complaint 17".to_owned(),
            }],
        },
    )
    .check(files);
}
