//! From the tap to sealed segments in the spool (X1).

use super::bench::{Bench, START, audio, key, packets, record, spec, track};
use orderline_media::record::{Record, Tap, TapPacket, discard, recover};
use orderline_media::render::{UnsealError, unseal_segment};
use orderline_media::rtp::{KeyframeNeed, RtpIn};
use orderline_media::{Codec, MediaEvent, RecordingKey, TrackKind};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

fn tap(sequence: u16) -> Tap {
    let n = u64::from(sequence.wrapping_sub(65_400));
    let time = u32::try_from(n).expect("small") * 960;
    Tap::Rtp(audio(
        0,
        sequence,
        time,
        START + n * 20_000,
        &sequence.to_be_bytes(),
    ))
}

#[test]
fn every_packet_is_recorded_once_whatever_the_order() {
    let mut bench = Bench::new();
    let handle = bench.recorder.open(&spec(3)).expect("opens");
    // Wraps around, swapped in pairs, everything twice.
    let order: Vec<u16> = (0..400u16).map(|i| 65_400u16.wrapping_add(i ^ 1)).collect();
    for sequence in order.iter().chain(&order) {
        handle.offer(tap(*sequence));
    }
    handle.close();
    let (segments, troubles) = bench.until_closed();
    assert_eq!(troubles, Vec::<String>::new());

    let mut seen = Vec::new();
    for (i, info) in segments.iter().enumerate() {
        assert_eq!(
            (info.epoch, info.index),
            (3, u32::try_from(i).expect("small"))
        );
        let file = fs::read(&info.path).expect("in the spool");
        assert_eq!(info.sha256, <[u8; 32]>::from(Sha256::digest(&file)));
        assert_eq!(info.bytes, file.len() as u64);
        let segment = unseal_segment(&file, &key()).expect("opens with the key");
        assert!(segment.complete);
        for packet in packets(&segment.records) {
            assert!((info.first_at..=info.last_at).contains(&packet.arrival));
            seen.push((
                packet.sequence,
                u16::from_be_bytes([packet.payload[0], packet.payload[1]]),
            ));
        }
    }
    seen.sort_unstable();
    let first = seen[0].0;
    let expected: Vec<_> = (0..400u16)
        .map(|i| (first + u64::from(i), 65_400u16.wrapping_add(i)))
        .collect();
    assert_eq!(seen, expected);

    for info in &segments {
        discard(info).expect("removed");
        discard(info).expect("removing twice is no error");
    }
    assert_eq!(
        fs::read_dir(bench.spool.path()).expect("the spool").count(),
        0
    );
}

#[test]
fn x1_packets_are_in_the_file_while_the_call_runs() {
    let bench = Bench::new();
    let handle = bench.recorder.open(&spec(1)).expect("opens");
    handle.offer(tap(65_400));
    handle.offer(tap(65_401));
    let folder = bench
        .spool
        .path()
        .join(spec(1).recording.expect("recorded").recording.to_string());
    let file = folder.join("00000001-00000000.seg.open");
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let segment = fs::read(&file)
            .ok()
            .and_then(|bytes| unseal_segment(&bytes, &key()).ok());
        if segment.is_some_and(|segment| !segment.complete && packets(&segment.records).len() == 2)
        {
            break;
        }
        assert!(Instant::now() < until, "the packets never reached the file");
        std::thread::yield_now();
    }
    drop(handle);
}

#[test]
fn x1_a_file_cut_anywhere_gives_its_whole_frames() {
    // Several frames: flushes come every 250 ms, so the file is built by the biggest frames instead.
    let taps = (0..300u16).map(|i| {
        Tap::Rtp(audio(
            0,
            i,
            u32::from(i) * 960,
            START + u64::from(i) * 20_000,
            &[i as u8; 700],
        ))
    });
    let files = record(1, taps);
    let file = &files[0];
    let whole = unseal_segment(file, &key()).expect("whole");
    let all = packets(&whole.records);
    let header_len = usize::try_from(u32::from_be_bytes(file[6..10].try_into().expect("4 bytes")))
        .expect("small");

    let spool = tempfile::tempdir().expect("a folder");
    let recording = spec(1).recording.expect("recorded").recording;
    let folder = spool.path().join(recording.to_string());
    fs::create_dir(&folder).expect("made");
    let open = folder.join("00000001-00000000.seg.open");
    let mut lengths = Vec::new();
    let edges = (0..130)
        .step_by(3)
        .chain((file.len() - 60..=file.len()).step_by(4));
    for cut in edges
        .chain((130..file.len()).step_by(1999))
        .chain([file.len()])
    {
        fs::write(&open, &file[..cut]).expect("written");
        let found = recover(spool.path()).expect("recovers");
        if cut < header_len {
            assert_eq!(
                (found.segments.len(), found.bad.len()),
                (0, 1),
                "cut at {cut}"
            );
            fs::remove_file(&found.bad[0]).expect("set aside, not deleted");
            continue;
        }
        let [info] = &found.segments[..] else {
            panic!("cut at {cut}: {found:?}")
        };
        let left = fs::read(&info.path).expect("has its final name");
        assert!(file.starts_with(&left) && left.len() <= cut);
        assert_eq!(info.sha256, <[u8; 32]>::from(Sha256::digest(&left)));
        let segment = unseal_segment(&left, &key()).expect("readable");
        assert_eq!(segment.complete, cut == file.len());
        let got = packets(&segment.records);
        assert_eq!(got, all[..got.len()], "a prefix");
        lengths.push((cut, got.len()));
        // Found again at the next start, unchanged.
        assert_eq!(
            recover(spool.path()).expect("recovers").segments,
            found.segments
        );
        fs::remove_file(&info.path).expect("there");
    }
    lengths.sort_unstable();
    assert!(
        lengths.is_sorted_by_key(|(_, packets)| *packets),
        "the more bytes, the more packets"
    );
    assert!(
        lengths
            .iter()
            .any(|(cut, n)| *cut < file.len() && *n > 0 && *n < all.len()),
        "frames in between"
    );
}

#[test]
fn a_changed_byte_or_another_key_is_noticed() {
    let mut file = record(1, [tap(65_400)]).remove(0);
    assert_eq!(
        unseal_segment(&file, &RecordingKey([8; 32])),
        Err(UnsealError::Seal { frame: 0 })
    );
    let last = file.len() - 1;
    file[last] ^= 1;
    let torn = unseal_segment(&file, &key()).expect("the header is whole");
    assert!(!torn.complete);
    file[20] ^= 1;
    assert_eq!(unseal_segment(&file, &key()), Err(UnsealError::Header));
}

#[test]
fn an_epoch_opened_again_never_appends() {
    let mut bench = Bench::new();
    for _ in 0..2 {
        let handle = bench.recorder.open(&spec(1)).expect("opens");
        handle.offer(tap(65_400));
        handle.close();
    }
    let mut indices = Vec::new();
    for _ in 0..2 {
        let (segments, _) = bench.until_closed();
        indices.extend(segments.iter().map(|info| info.index));
    }
    indices.sort_unstable();
    assert_eq!(indices, [0, 1]);
}

#[test]
fn a_gap_in_a_picture_asks_for_a_key_frame_and_reports_are_kept() {
    let bench = Bench::new();
    let handle = bench.recorder.open(&spec(1)).expect("opens");
    let camera = track(1, TrackKind::Camera);
    let packet = |sequence: u16, key: bool| {
        Tap::Rtp(TapPacket {
            seat: camera.seat,
            arrival: START + u64::from(sequence) * 33_000,
            rtp: RtpIn {
                kind: camera.kind,
                codec: Codec::Vp8,
                ssrc: 9,
                sequence,
                timestamp: u32::from(sequence) * 3000,
                marker: true,
                key_frame: key,
                payload: vec![0x10, u8::from(!key), 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0].into(),
            },
        })
    };
    handle.offer(packet(0, true));
    handle.offer(Tap::SenderReport {
        track: camera,
        ssrc: 9,
        ntp: 5,
        rtp_time: 6,
        arrival: START,
    });
    let until = Instant::now() + Duration::from_secs(30);
    for sequence in (1..30).chain(31..80) {
        handle.offer(packet(sequence, false));
    }
    loop {
        if let Some((wanted, wish)) = handle.keyframes_wanted().next() {
            assert_eq!((wanted, wish), (camera, KeyframeNeed::Required));
            break;
        }
        assert!(Instant::now() < until, "no key frame was asked for");
        std::thread::yield_now();
    }
    let Bench {
        spool,
        mut events,
        recorder,
    } = bench;
    drop(handle);
    drop(recorder);
    let mut reports = 0;
    while let Ok(event) = events.try_recv() {
        if let MediaEvent::SegmentReady(info) = event {
            let segment =
                unseal_segment(&fs::read(info.path).expect("there"), &key()).expect("opens");
            reports += segment
                .records
                .iter()
                .filter(|r| matches!(r, Record::Report(r) if r.ntp == 5))
                .count();
        }
    }
    assert_eq!(reports, 1, "stopping the recorder wrote everything");
    drop(spool);
}

#[test]
fn a_folder_that_went_with_its_last_stored_segment_comes_back() {
    let mut bench = Bench::new();
    let handle = bench.recorder.open(&spec(1)).expect("opens");
    handle.offer(tap(65_400));
    handle.cut();
    let MediaEvent::SegmentReady(info) = bench.next_event() else {
        panic!("the segment was cut")
    };
    discard(&info).expect("stored and removed");
    assert_eq!(
        fs::read_dir(bench.spool.path()).expect("the spool").count(),
        0
    );
    handle.offer(tap(65_401));
    handle.close();
    let (mut segments, mut troubles) = (Vec::new(), Vec::new());
    assert_eq!(bench.collect_until_closed(&mut segments, &mut troubles), 2);
    assert_eq!((segments.len(), troubles.len()), (1, 0));
}

#[test]
fn a_spool_that_cannot_be_written_is_told_and_the_tap_goes_on() {
    let mut bench = Bench::new();
    let handle = bench.recorder.open(&spec(1)).expect("opens");
    let recording = spec(1).recording.expect("recorded").recording;
    let folder = bench.spool.path().join(recording.to_string());
    fs::remove_dir(&folder).expect("gone");
    fs::write(&folder, "in the way").expect("written");
    for sequence in 0..50 {
        handle.offer(tap(65_400 + sequence));
    }
    handle.close();
    let (segments, troubles) = bench.until_closed();
    assert!(segments.is_empty());
    assert!(
        troubles
            .iter()
            .any(|what| what.contains("cannot write to its spool")),
        "{troubles:?}"
    );
    assert_eq!(
        troubles.len(),
        2,
        "each trouble once, not once a packet: {troubles:?}"
    );
}

#[test]
fn more_than_the_queue_holds_is_counted_not_waited_for() {
    let mut bench = Bench::new();
    let handle = bench.recorder.open(&spec(1)).expect("opens");
    let offered = 200_000u64;
    for i in 0..offered {
        handle.offer(Tap::Rtp(audio(
            0,
            i as u16,
            i as u32 * 960,
            START + i,
            &[0; 40],
        )));
    }
    handle.close();
    let (segments, troubles) = bench.until_closed();
    let mut written = 0;
    for info in segments {
        let segment = unseal_segment(&fs::read(info.path).expect("there"), &key()).expect("opens");
        written += packets(&segment.records).len() as u64;
    }
    assert!(written > 0);
    assert_eq!(
        written == offered,
        troubles.is_empty(),
        "{written} of {offered} written, {troubles:?}"
    );
}

/// A whole segment file with several frames.
fn sample() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let taps = (0..200u16).map(|i| {
            let time = START + u64::from(i) * 20_000;
            Tap::Rtp(audio(0, i, u32::from(i) * 960, time, &[1; 700]))
        });
        record(1, taps).remove(0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_changed_file_is_taken_for_the_recorders(at in 0usize..140_000, byte: u8, cut in 0usize..140_000) {
        let mut file = sample().to_vec();
        let at = at % file.len();
        let same = file[at] == byte;
        file[at] = byte;
        file.truncate(file.len() - cut % file.len());
        if let Ok(segment) = unseal_segment(&file, &key()) {
            let whole = unseal_segment(sample(), &key()).expect("whole");
            prop_assert!(whole.records.starts_with(&segment.records));
            prop_assert!(!segment.complete || same || at >= file.len());
        }
    }

    #[test]
    fn arbitrary_files_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), header: bool) {
        // Half of them behind a sound header.
        let header_len = if header { 93 } else { 0 };
        let file = [&sample()[..header_len], &bytes].concat();
        if let Ok(segment) = unseal_segment(&file, &key()) {
            prop_assert!(packets(&segment.records).is_empty() && !segment.complete);
        }
    }
}
