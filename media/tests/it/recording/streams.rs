//! Real media for the tests: Opus tones, VP8 pictures made by ffmpeg, and what ffmpeg says about a file.

use super::bench::{START, audio};
use opus::{Application, Channels, Encoder};
use orderline_domain::call::seat::Seat;
use orderline_media::{
    Codec, Micros, TrackKind,
    record::{Tap, TapPacket},
    rtp::RtpIn,
};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// 20 ms Opus packets of a tone at half of full scale.
pub(super) fn tone(hertz: f32, millis: u64) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(48_000, Channels::Mono, Application::Voip).expect("an encoder");
    (0..millis / 20)
        .map(|packet| {
            let samples: Vec<f32> = (0..960)
                .map(|i| {
                    let time = (packet * 960 + i) as f32 / 48_000.0;
                    0.5 * (time * hertz * std::f32::consts::TAU).sin()
                })
                .collect();
            encoder.encode_vec_float(&samples, 1500).expect("encodes")
        })
        .collect()
}

/// Where a stream begins: its RTP numbering and the time at which its first packet is sent.
#[derive(Clone, Copy)]
pub(super) struct From {
    pub seat: u8,
    pub sequence: u16,
    pub timestamp: u32,
    pub at_ms: u64,
}

/// Opus packets as an undisturbed network brings them.
pub(super) fn voice(from: From, packets: &[Vec<u8>]) -> Vec<TapPacket> {
    packets
        .iter()
        .enumerate()
        .map(|(i, payload)| {
            let sequence = from.sequence.wrapping_add(i as u16);
            let timestamp = from.timestamp.wrapping_add(i as u32 * 960);
            audio(
                from.seat,
                sequence,
                timestamp,
                arrival(from.at_ms + i as u64 * 20),
                payload,
            )
        })
        .collect()
}

/// VP8 frames of ffmpeg's moving test picture, 320 × 240 at 25 a second, a key frame every second.
pub(super) fn pictures(millis: u64) -> Vec<Vec<u8>> {
    let seconds = format!("{}", millis as f64 / 1000.0);
    let ivf = ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=320x240:rate=25",
        "-t",
        &seconds,
        "-c:v",
        "libvpx",
        "-g",
        "25",
        "-b:v",
        "600k",
        "-deadline",
        "realtime",
        "-auto-alt-ref",
        "0",
        "-f",
        "ivf",
        "pipe:1",
    ]);
    // A file header of 32 bytes, then for each frame its length, 8 bytes of time, and the frame.
    let (mut rest, mut frames) = (&ivf[32..], Vec::new());
    while rest.len() >= 12 {
        let len = u32::from_le_bytes(rest[..4].try_into().expect("4 bytes")) as usize;
        frames.push(rest[12..12 + len].to_vec());
        rest = &rest[12 + len..];
    }
    assert_eq!(frames.len() as u64, millis / 40, "ffmpeg made every frame");
    frames
}

/// VP8 packets (RFC 7741, with 15-bit picture ids) of a camera at 25 frames a second.
pub(super) fn camera(from: From, frames: &[Vec<u8>]) -> Vec<TapPacket> {
    let mut sequence = from.sequence;
    let mut packets = Vec::new();
    for (i, frame) in frames.iter().enumerate() {
        let parts: Vec<&[u8]> = frame.chunks(1100).collect();
        for (part, data) in parts.iter().enumerate() {
            let id = (i as u16 & 0x7fff | 0x8000).to_be_bytes();
            let mut payload = vec![if part == 0 { 0x90 } else { 0x80 }, 0x80, id[0], id[1]];
            payload.extend_from_slice(data);
            packets.push(TapPacket {
                seat: Seat(from.seat),
                arrival: arrival(from.at_ms + i as u64 * 40) + part as u64 * 100,
                rtp: RtpIn {
                    kind: TrackKind::Camera,
                    codec: Codec::Vp8,
                    ssrc: 2000 + u32::from(from.seat),
                    sequence,
                    timestamp: from.timestamp.wrapping_add(i as u32 * 3600),
                    marker: part + 1 == parts.len(),
                    key_frame: Codec::Vp8.starts_key_frame(&payload),
                    payload: payload.into(),
                },
            });
            sequence = sequence.wrapping_add(1);
        }
    }
    packets
}

pub(super) fn arrival(millis: u64) -> Micros {
    START + millis * 1000
}

/// All packets in the order of their arrival.
pub(super) fn merge(streams: impl IntoIterator<Item = Vec<TapPacket>>) -> Vec<Tap> {
    let mut all: Vec<TapPacket> = streams.into_iter().flatten().collect();
    all.sort_by_key(|packet| packet.arrival);
    all.into_iter().map(Tap::Rtp).collect()
}

/// Runs ffmpeg and gives what it writes to its output; it must succeed and complain of nothing.
pub(super) fn ffmpeg(args: &[&str]) -> Vec<u8> {
    run("ffmpeg", &[&["-nostdin", "-v", "error"], args].concat())
}

fn run(program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("this test needs {program} on the PATH: {error}"));
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{program} {args:?}: {complaints}"
    );
    output.stdout
}

/// A file that ffmpeg can open.
pub(super) fn on_disk(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new()
        .suffix(".webm")
        .tempfile()
        .expect("a temporary file");
    file.write_all(bytes).expect("written");
    file
}

/// One value of ffprobe's, as a number.
pub(super) fn probe(file: &Path, args: &[&str]) -> f64 {
    let path = file.to_str().expect("a plain path");
    let out = run(
        "ffprobe",
        &[&["-v", "error", "-of", "csv=p=0"], args, &[path]].concat(),
    );
    let text = String::from_utf8_lossy(&out);
    text.trim()
        .trim_end_matches(',')
        .parse()
        .unwrap_or_else(|_| panic!("ffprobe {args:?} says {text:?}"))
}

pub(super) fn duration(file: &Path) -> f64 {
    probe(file, &["-show_entries", "format=duration"])
}

pub(super) fn frame_count(file: &Path) -> f64 {
    probe(
        file,
        &["-count_frames", "-show_entries", "stream=nb_read_frames"],
    )
}

/// Both channels of a stretch of a file, decoded by ffmpeg after a seek.
pub(super) fn channels(file: &Path, from_s: f64, seconds: f64) -> [Vec<f32>; 2] {
    let (from, len) = (from_s.to_string(), seconds.to_string());
    let path = file.to_str().expect("a plain path");
    let raw = ffmpeg(&[
        "-ss", &from, "-i", path, "-t", &len, "-f", "f32le", "-ac", "2", "-ar", "48000", "pipe:1",
    ]);
    let samples: Vec<f32> = raw
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes(b.try_into().expect("4 bytes")))
        .collect();
    [0, 1].map(|side| samples.iter().skip(side).step_by(2).copied().collect())
}

/// Amplitude of one frequency (Goertzel's algorithm); a pure tone gives its own amplitude.
pub(super) fn amplitude(samples: &[f32], hertz: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * hertz / 48_000.0).cos();
    let (mut a, mut b) = (0.0, 0.0);
    for sample in samples {
        (a, b) = (f64::from(*sample) + coefficient * a - b, a);
    }
    let power = a * a + b * b - coefficient * a * b;
    2.0 * power.max(0.0).sqrt() / samples.len().max(1) as f64
}
