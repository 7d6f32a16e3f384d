//! A call's recording under a clock that the test holds.

use super::call::{CallRecording, Outcome};
use super::job::Job;
use super::limits::{MAX_TRACKS, SEGMENT_LENGTH};
use super::packet::{Tap, TapPacket};
use crate::record::Record;
use crate::render::unseal_segment;
use crate::rtp::{Codec, RtpIn, TrackKind};
use crate::{RecordingKey, RecordingSpec};
use bytes::Bytes;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, RecordingId},
};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use uuid::Uuid;

const KEY: RecordingKey = RecordingKey([1; 32]);

fn recording(folder: &Path) -> CallRecording {
    let spec = RecordingSpec {
        recording: RecordingId::from_uuid(Uuid::from_u128(2)),
        key: KEY,
    };
    let (wanted, _) = sync_channel(1);
    CallRecording::new(
        CallId::from_uuid(Uuid::from_u128(1)),
        0,
        spec,
        folder.to_owned(),
        wanted,
    )
}

fn packet(ssrc: u32, sequence: u16) -> Tap {
    Tap::Rtp(TapPacket {
        seat: Seat::BUYER,
        arrival: 1_000_000 + u64::from(sequence) * 1000,
        rtp: RtpIn {
            kind: TrackKind::Audio,
            codec: Codec::Opus,
            ssrc,
            sequence,
            timestamp: 0,
            marker: false,
            key_frame: false,
            payload: Bytes::from_static(&[1, 2, 3]),
        },
    })
}

fn opened(out: &Outcome) -> Vec<(u32, bool, Vec<u32>, usize)> {
    out.jobs
        .iter()
        .filter_map(|job| {
            let Job::Segment(segment) = job else {
                return None;
            };
            let file = std::fs::read(&segment.open_path).expect("written");
            let segment = unseal_segment(&file, &KEY).expect("opens");
            let tracks = segment.records.iter().filter_map(|r| {
                if let Record::Track(t) = r {
                    Some(t.ssrc)
                } else {
                    None
                }
            });
            let packets = segment
                .records
                .iter()
                .filter(|r| matches!(r, Record::Packet(_)))
                .count();
            Some((
                segment.header.index,
                segment.complete,
                tracks.collect(),
                packets,
            ))
        })
        .collect()
}

#[test]
fn a_segment_ends_after_four_seconds_or_at_a_cut_and_names_its_tracks() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut call = recording(folder.path());
    let mut out = Outcome::default();
    let start = Instant::now();
    call.tap(packet(5, 1), start, &mut out);
    call.flush(
        start + SEGMENT_LENGTH.saturating_sub(Duration::from_millis(1)),
        false,
        &mut out,
    );
    assert!(out.jobs.is_empty());
    // A second stream appears inside the segment.
    call.tap(packet(6, 2), start, &mut out);
    call.flush(start + SEGMENT_LENGTH, false, &mut out);
    call.tap(packet(6, 3), start + SEGMENT_LENGTH, &mut out);
    call.flush(start + SEGMENT_LENGTH, true, &mut out);
    // Nothing arrived: no empty segment.
    call.flush(start + SEGMENT_LENGTH * 3, true, &mut out);
    assert_eq!(
        opened(&out),
        [(0, true, vec![5, 6], 2), (1, true, vec![5, 6], 1)]
    );
    call.close(start, &mut out);
    assert!(matches!(
        out.jobs.last(),
        Some(Job::Closed { segments: 2, .. })
    ));
    assert!(out.troubles.is_empty());
}

#[test]
fn losses_before_the_recorder_are_noted_in_the_recording_and_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut call = recording(folder.path());
    let mut out = Outcome::default();
    let now = Instant::now();
    call.lost(3, &mut out);
    call.lost(4, &mut out);
    call.tap(packet(5, 1), now, &mut out);
    call.close(now, &mut out);
    let Job::Segment(segment) = &out.jobs[0] else {
        panic!("{:?}", out.jobs)
    };
    let segment =
        unseal_segment(&std::fs::read(&segment.open_path).expect("written"), &KEY).expect("opens");
    assert!(
        segment
            .records
            .iter()
            .any(|r| matches!(r, Record::Lost { count: 7, .. }))
    );
    assert_eq!(out.troubles.len(), 1);
}

#[test]
fn streams_without_end_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut call = recording(folder.path());
    let mut out = Outcome::default();
    let now = Instant::now();
    for ssrc in (0u32..).take(MAX_TRACKS + 10) {
        call.tap(packet(ssrc, 1), now, &mut out);
    }
    call.close(now, &mut out);
    assert_eq!(opened(&out)[0].3, MAX_TRACKS);
    assert_eq!(out.troubles.len(), 1);
}
