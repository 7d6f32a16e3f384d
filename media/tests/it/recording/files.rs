//! From sealed segments to files that a player opens (X1).

use super::bench::{key, record, record_parts, track};
use super::streams::{
    From, amplitude, camera, channels, duration, ffmpeg, frame_count, merge, on_disk, pictures,
    tone, voice,
};
use orderline_domain::call::seat::Seat;
use orderline_media::record::recover;
use orderline_media::render::{AUDIO_NAME, Gap, MANIFEST_NAME, Manifest, RenderError, render};
use orderline_media::{RecordingKey, TrackKind, record::TapPacket};
use std::collections::BTreeMap;
use std::fs;

type Files = BTreeMap<String, Vec<u8>>;

fn made(mut segments: Vec<Vec<u8>>) -> (Manifest, Files) {
    let mut files = Files::new();
    let manifest = render(&mut segments, &key(), &mut files).expect("rendered");
    assert_eq!(
        serde_json::from_slice::<Manifest>(&files[MANIFEST_NAME]).expect("JSON"),
        manifest
    );
    for track in &manifest.tracks {
        assert_eq!(track.bytes, files[&track.name].len() as u64);
    }
    (manifest, files)
}

const SELLER: From = From {
    seat: 0,
    sequence: 65_500,
    timestamp: u32::MAX - 5000,
    at_ms: 0,
};
const BUYER: From = From {
    seat: 1,
    sequence: 7,
    timestamp: 99,
    at_ms: 0,
};

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected} ± {tolerance}"
    );
}

/// Each tone is in its own channel and not in the other.
#[track_caller]
fn tones_apart(file: &std::path::Path, from: f64, seconds: f64) {
    let [left, right] = channels(file, from, seconds);
    near(amplitude(&left, 440.0), 0.5, 0.1);
    near(amplitude(&right, 1000.0), 0.5, 0.1);
    assert!(
        amplitude(&left, 1000.0) < 0.005,
        "the buyer is heard on the left"
    );
    assert!(
        amplitude(&right, 440.0) < 0.005,
        "the seller is heard on the right"
    );
}

#[test]
fn voices_left_and_right_and_pictures_on_one_timeline() {
    let parts = merge([
        voice(SELLER, &tone(440.0, 6000)),
        voice(BUYER, &tone(1000.0, 6000)),
        camera(
            From {
                at_ms: 1500,
                ..SELLER
            },
            &pictures(4000),
        ),
        camera(From { at_ms: 0, ..BUYER }, &pictures(6000)),
    ]);
    let (first, second) = parts.split_at(parts.len() / 2);
    let segments = record_parts(1, [first.to_vec(), second.to_vec()]);
    assert!(segments.len() >= 2);
    let (manifest, files) = made(segments);
    assert_eq!(manifest.gaps, []);
    near(manifest.duration_ms as f64, 6000.0, 1.0);
    assert!(manifest.segments.iter().all(|segment| segment.complete));

    let file = on_disk(&files[AUDIO_NAME]);
    near(duration(file.path()), 6.0, 0.03);
    tones_apart(file.path(), 0.5, 5.0);
    // After a seek, too.
    tones_apart(file.path(), 4.0, 1.5);

    for (name, start_ms, seconds) in [
        ("seat0-camera.webm", 1500, 4.0),
        ("seat1-camera.webm", 0, 6.0),
    ] {
        let entry = manifest
            .tracks
            .iter()
            .find(|entry| entry.name == name)
            .expect("a picture's file");
        assert_eq!(
            (entry.start_ms, entry.width, entry.height),
            (start_ms, Some(320), Some(240))
        );
        let file = on_disk(&files[name]);
        near(duration(file.path()), seconds, 0.05);
        near(frame_count(file.path()), seconds * 25.0, 0.0);
        let after_seek = [
            "-ss",
            "2.5",
            "-i",
            file.path().to_str().expect("plain"),
            "-frames:v",
            "1",
        ];
        let picture = ffmpeg(
            &[
                &after_seek[..],
                &["-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"],
            ]
            .concat(),
        );
        assert_eq!(picture.len(), 320 * 240);
    }
    let seats: Vec<_> = manifest
        .waveforms
        .iter()
        .map(|w| (w.seat, w.peaks.len(), w.peaks[30]))
        .collect();
    assert_eq!(
        seats.iter().map(|s| (s.0, s.1)).collect::<Vec<_>>(),
        [(Seat(0), 60), (Seat(1), 60)]
    );
    assert!(
        seats.iter().all(|s| (100..160).contains(&s.2)),
        "half of full scale: {seats:?}"
    );
}

/// A repeatable disturbance: about one in `loss` packets goes missing, others swap places or come twice.
fn disturbed(packets: Vec<TapPacket>, loss: u32) -> Vec<TapPacket> {
    let mut state = 12_345u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut out = Vec::new();
    for (i, mut packet) in packets.into_iter().enumerate() {
        let dice = random();
        if i > 30 && dice % loss == 0 {
            continue;
        }
        packet.arrival += u64::from(dice % 60) * 1000;
        if dice % 11 == 0 {
            let mut again = packet.clone();
            again.arrival += 5000;
            out.push(again);
        }
        out.push(packet);
    }
    out
}

#[test]
fn losses_reordering_and_repeats_leave_a_file_that_plays() {
    let taps = merge([
        disturbed(voice(SELLER, &tone(440.0, 8000)), 25),
        disturbed(voice(BUYER, &tone(1000.0, 8000)), 20),
        disturbed(camera(SELLER, &pictures(8000)), 30),
    ]);
    let (manifest, files) = made(record(1, taps));
    near(manifest.duration_ms as f64, 8000.0, 100.0);
    let file = on_disk(&files[AUDIO_NAME]);
    near(duration(file.path()), 8.0, 0.1);
    let [left, right] = channels(file.path(), 1.0, 6.5);
    near(amplitude(&left, 440.0), 0.5, 0.1);
    near(amplitude(&right, 1000.0), 0.5, 0.1);
    assert!(amplitude(&left, 1000.0) < 0.01 && amplitude(&right, 440.0) < 0.01);
    for seat in 0..2 {
        let gaps = manifest
            .gaps
            .iter()
            .filter(|gap| gap.track == track(seat, TrackKind::Audio));
        let lost: u64 = gaps.map(|gap| gap.to_ms - gap.from_ms).sum();
        assert!((100..1000).contains(&lost), "seat {seat} lost {lost} ms");
    }
    // ffmpeg complains about no frame: each can be decoded from those before it.
    let file = on_disk(&files["seat0-camera.webm"]);
    let frames = frame_count(file.path());
    assert!((40.0..200.0).contains(&frames), "{frames} frames");
    assert!(
        manifest
            .gaps
            .iter()
            .any(|gap| gap.track == track(0, TrackKind::Camera))
    );
}

#[test]
fn silence_that_was_never_sent_keeps_its_length() {
    let packets = tone(440.0, 9000);
    let mut sent = voice(SELLER, &packets);
    // The sender goes silent: numbering goes on, time runs, nothing is sent from 2 s to 7 s.
    sent.drain(100..350);
    for (i, packet) in sent.iter_mut().enumerate() {
        packet.rtp.sequence = SELLER.sequence.wrapping_add(i as u16);
    }
    let (manifest, files) = made(record(1, merge([sent])));
    near(manifest.duration_ms as f64, 9000.0, 1.0);
    assert_eq!(manifest.gaps, [], "silence is no gap");
    let file = on_disk(&files[AUDIO_NAME]);
    near(duration(file.path()), 9.0, 0.03);
    for (from, expected) in [(0.5, 0.5), (3.0, 0.0), (5.5, 0.0), (7.3, 0.5)] {
        near(
            amplitude(&channels(file.path(), from, 1.0)[0], 440.0),
            expected,
            0.1,
        );
    }
}

#[test]
fn a_restart_during_the_call_is_silence_of_the_right_length() {
    let segments = [
        record(
            1,
            merge([
                voice(SELLER, &tone(440.0, 2000)),
                camera(SELLER, &pictures(2000)),
            ]),
        ),
        record(
            4,
            merge([
                voice(
                    From {
                        at_ms: 12_000,
                        sequence: 9,
                        ..SELLER
                    },
                    &tone(440.0, 2000),
                ),
                camera(
                    From {
                        at_ms: 12_000,
                        sequence: 9,
                        ..SELLER
                    },
                    &pictures(2000),
                ),
            ]),
        ),
    ];
    let (manifest, files) = made(segments.concat());
    assert_eq!(manifest.epochs, [1, 4]);
    near(manifest.duration_ms as f64, 14_000.0, 1.0);
    let file = on_disk(&files[AUDIO_NAME]);
    near(duration(file.path()), 14.0, 0.03);
    for (from, expected) in [(0.5, 0.5), (5.0, 0.0), (10.5, 0.0), (12.5, 0.5)] {
        near(
            amplitude(&channels(file.path(), from, 1.0)[0], 440.0),
            expected,
            0.1,
        );
    }
    let picture = on_disk(&files["seat0-camera.webm"]);
    near(duration(picture.path()), 14.0, 0.05);
    near(frame_count(picture.path()), 100.0, 0.0);
    let voice = Gap {
        track: track(0, TrackKind::Audio),
        from_ms: 2000,
        to_ms: 12_000,
    };
    let camera = Gap {
        track: track(0, TrackKind::Camera),
        from_ms: 1960,
        to_ms: 12_000,
    };
    assert_eq!(manifest.gaps, [camera, voice]);
}

#[test]
fn x1_a_recording_cut_by_a_crash_plays_up_to_its_last_frame() {
    let taps = merge([
        voice(SELLER, &tone(440.0, 6000)),
        camera(SELLER, &pictures(6000)),
    ]);
    let whole = record(1, taps).remove(0);
    let spool = tempfile::tempdir().expect("a folder");
    let folder = spool.path().join("00000000-0000-0000-0000-000000000002");
    fs::create_dir(&folder).expect("made");
    let mut lasted = Vec::new();
    for part in [4, 5, 7, 9, 10] {
        fs::write(
            folder.join("00000001-00000000.seg.open"),
            &whole[..whole.len() * part / 10],
        )
        .expect("written");
        let found = recover(spool.path()).expect("recovers");
        let file = fs::read(&found.segments[0].path).expect("there");
        let (manifest, files) = made(vec![file]);
        assert_eq!(manifest.segments[0].complete, part == 10);
        let audio = on_disk(&files[AUDIO_NAME]);
        near(
            duration(audio.path()) * 1000.0,
            manifest.duration_ms as f64,
            30.0,
        );
        lasted.push(manifest.duration_ms);
        fs::remove_file(&found.segments[0].path).expect("there");
    }
    assert!(
        lasted.is_sorted() && lasted[0] > 100 && lasted[4] == 6000,
        "{lasted:?}"
    );
}

#[test]
fn foreign_keys_and_wrong_order_are_refused() {
    let segments = record(1, merge([voice(SELLER, &tone(440.0, 100))]));
    let twice = [segments.clone(), segments.clone()].concat();
    let mut files = Files::new();
    let result = render(&mut twice.clone(), &key(), &mut files);
    assert!(
        matches!(result, Err(RenderError::Order { index: 1 })),
        "{result:?}"
    );
    let result = render(&mut segments.clone(), &RecordingKey([0; 32]), &mut files);
    assert!(
        matches!(result, Err(RenderError::Unseal { index: 0, .. })),
        "{result:?}"
    );
    assert!(matches!(
        render(&mut Vec::new(), &key(), &mut files),
        Err(RenderError::Empty)
    ));
    assert!(files.is_empty());
}
