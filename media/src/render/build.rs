//! All segments of a recording, once through, into all of its files.

use super::audio::AudioFile;
use super::manifest::{
    AUDIO_NAME, Gap, MANIFEST_NAME, Manifest, SegmentEntry, TrackFile, picture_name,
};
use super::mixer::{Mixer, RATE};
use super::picture::{Assembler, PictureFile};
use super::ports::{Outputs, RenderError, SegmentSource, keep};
use super::sync::{Reports, Slew, VoiceAt};
use super::timeline::{LOOKAHEAD, Placed, Stream};
use super::unseal::{Segment, unseal_segment};
use super::voice::Voice;
use crate::record::{Record, TrackDecl};
use crate::{Codec, Micros, RecordingKey, TrackKey, TrackKind};
use orderline_domain::call::seat::Seat;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Write;

/// Version of [`Manifest`] that is written.
const VERSION: u32 = 1;
/// The longest recording, in microseconds: a day. Times beyond it mean a broken clock.
const MAX_DURATION: Micros = 24 * 3600 * 1_000_000;
/// How far behind the newest arrival the voices are encoded: nothing comes later than the ordering allows.
const SETTLED: Micros = LOOKAHEAD + 1_000_000;
/// Gaps that a manifest lists; the rest of a hopeless recording is not told one by one.
const MAX_GAPS: usize = 10_000;

/// Makes `audio.webm`, one `WebM` for each seat's camera and screen, and `manifest.json`.
///
/// All files lie on one timeline: zero is the arrival of the recording's first packet, `audio.webm` begins
/// there and lasts as long as the recording, the pictures begin at their [`TrackFile::start_ms`]. Time in
/// which a node was down, or nobody sent, is silence of the right length.
///
/// # Errors
/// See [`RenderError`]; files begun before an error are not finished.
pub fn render<S: SegmentSource, O: Outputs>(
    source: &mut S,
    key: &RecordingKey,
    outputs: &mut O,
) -> Result<Manifest, RenderError> {
    let mut build: Option<Build<'_, O>> = None;
    let mut outputs = Some(outputs);
    for index in 0..source.count() {
        let file = source.read(index)?;
        let segment =
            unseal_segment(&file, key).map_err(|source| RenderError::Unseal { index, source })?;
        let build = match (&mut build, outputs.take()) {
            (Some(build), _) => build,
            (none, Some(outputs)) => none.insert(Build::new(&segment, source.began(), outputs)?),
            (None, None) => return Err(RenderError::Empty),
        };
        build.segment(index, segment, &file)?;
    }
    build.ok_or(RenderError::Empty)?.finish()
}

/// What one stream's packets become.
enum Content {
    Voice(Voice),
    Picture(Assembler),
}

struct Playing {
    stream: Stream,
    content: Content,
    reports: Reports,
    slew: Slew,
}

impl Playing {
    /// Moves a picture towards its sender's voice, and notes where the voice stands.
    fn keep_together(&mut self, placed: &mut Placed, voices: &mut BTreeMap<Seat, VoiceAt>) {
        let (rate, seat) = (
            i64::from(self.stream.decl.clock_rate),
            self.stream.decl.key.seat,
        );
        let sender_time = self.reports.sender_time(placed.packet.timestamp);
        let place = placed.at.saturating_mul(1_000_000) / rate.max(1);
        match &self.content {
            Content::Voice(_) => {
                if let Some(sender_time) = sender_time {
                    voices.insert(seat, VoiceAt { sender_time, place });
                }
            }
            Content::Picture(_) => {
                let voice = voices.get(&seat).copied();
                let belongs = voice.zip(sender_time).map(|(voice, at)| voice.place_of(at));
                let moved = self.slew.moved(place, belongs) - place;
                placed.at += moved * rate / 1_000_000;
            }
        }
    }
}

/// What is known of a sender's track through all of its streams.
#[derive(Default)]
struct Known {
    epoch: u32,
    /// End of what was last heard, or time of the last whole picture, in milliseconds.
    last_ms: Option<u64>,
    /// Place of the last packet, in milliseconds.
    seen_ms: u64,
    /// Since when pictures are being left out.
    lost_from: Option<u64>,
}

struct Build<'o, O: Outputs> {
    outputs: &'o mut O,
    manifest: Manifest,
    mixer: Mixer,
    audio: AudioFile<O::Sink>,
    pictures: BTreeMap<TrackKey, PictureFile<O::Sink>>,
    /// Streams of the current epoch, by track id.
    lines: BTreeMap<u16, Playing>,
    known: BTreeMap<TrackKey, Known>,
    voices: BTreeMap<Seat, VoiceAt>,
    latest: Micros,
}

impl<'o, O: Outputs> Build<'o, O> {
    fn new(
        first: &Segment,
        began: Option<Micros>,
        outputs: &'o mut O,
    ) -> Result<Self, RenderError> {
        let start = first.header.start;
        let audio = AudioFile::new(outputs.create(AUDIO_NAME)?)?;
        let manifest = Manifest {
            version: VERSION,
            recording: first.header.recording,
            call: first.header.call,
            start_micros: began.map_or(start, |began| began.min(start)),
            duration_ms: 0,
            tracks: Vec::new(),
            gaps: Vec::new(),
            epochs: Vec::new(),
            segments: Vec::new(),
            waveforms: Vec::new(),
        };
        Ok(Self {
            outputs,
            latest: manifest.start_micros,
            manifest,
            mixer: Mixer::default(),
            audio,
            pictures: BTreeMap::new(),
            lines: BTreeMap::new(),
            known: BTreeMap::new(),
            voices: BTreeMap::new(),
        })
    }

    fn segment(&mut self, index: usize, segment: Segment, file: &[u8]) -> Result<(), RenderError> {
        let header = &segment.header;
        let last = self
            .manifest
            .segments
            .last()
            .map(|last| (last.epoch, last.index));
        if header.recording != self.manifest.recording
            || last.is_some_and(|last| last >= (header.epoch, header.index))
        {
            return Err(RenderError::Order { index });
        }
        if last.is_none_or(|(epoch, _)| epoch != header.epoch) {
            self.settle(true)?;
            self.lines.clear();
            self.voices.clear();
            self.manifest.epochs.push(header.epoch);
        }
        self.manifest.segments.push(SegmentEntry {
            epoch: header.epoch,
            index: header.index,
            sha256: hex::encode(Sha256::digest(file)),
            complete: segment.complete,
        });
        for record in segment.records {
            match record {
                Record::Track(decl) => self.declare(decl)?,
                Record::Packet(packet) => {
                    self.latest = self.latest.max(packet.arrival);
                    if self.latest - self.manifest.start_micros > MAX_DURATION {
                        return Err(RenderError::TooLong);
                    }
                    if let Some(line) = self.lines.get_mut(&packet.track) {
                        line.stream.push(packet);
                    }
                }
                Record::Report(report) => {
                    if let Some(line) = self.lines.get_mut(&report.track) {
                        line.reports.add(report.ntp, report.rtp_time);
                    }
                }
                // Losses show as missing sequence numbers.
                Record::Lost { .. } => {}
            }
        }
        self.settle(false)
    }

    fn declare(&mut self, decl: TrackDecl) -> Result<(), RenderError> {
        if self.lines.contains_key(&decl.id) {
            return Ok(());
        }
        let content = match decl.codec {
            Codec::Opus => Content::Voice(Voice::new(decl.key.seat)?),
            Codec::Vp8 => Content::Picture(Assembler::default()),
        };
        let line = Playing {
            stream: Stream::new(decl, self.manifest.start_micros),
            content,
            reports: Reports::new(decl.clock_rate),
            slew: Slew::default(),
        };
        self.lines.insert(decl.id, line);
        Ok(())
    }

    /// Places what is ripe (all, with `drain`) and encodes the voices as far as they are settled.
    fn settle(&mut self, drain: bool) -> Result<(), RenderError> {
        let mut lines = std::mem::take(&mut self.lines);
        for line in lines.values_mut() {
            while let Some(mut placed) = line.stream.pop(self.latest, drain) {
                line.keep_together(&mut placed, &mut self.voices);
                self.place(&line.stream.decl, &mut line.content, &placed)?;
            }
        }
        self.lines = lines;
        let settled = (self.latest - self.manifest.start_micros).saturating_sub(SETTLED);
        self.audio.take(&mut self.mixer, settled * RATE / 1_000_000)
    }

    fn place(
        &mut self,
        decl: &TrackDecl,
        content: &mut Content,
        placed: &Placed,
    ) -> Result<(), RenderError> {
        let epoch = self.manifest.epochs.last().copied().unwrap_or(0);
        let at_ms = millis(placed.at, decl.clock_rate);
        let known = self.known.entry(decl.key).or_insert_with(|| Known {
            epoch,
            ..Known::default()
        });
        known.seen_ms = at_ms;
        if known.epoch != epoch {
            known.epoch = epoch;
            known.lost_from = known.lost_from.or(known.last_ms);
        }
        match content {
            Content::Voice(voice) => {
                let missing = voice.packet(placed, &mut self.mixer);
                known.last_ms = Some(voice.end() * 1000 / RATE);
                let missing = missing.map(|(from, to)| (from * 1000 / RATE, to * 1000 / RATE));
                let down = known.lost_from.take().map(|from| (from, at_ms));
                for (from, to) in [missing, down].into_iter().flatten() {
                    self.gap(decl.key, from, to);
                }
            }
            Content::Picture(assembler) => {
                let frame = assembler.packet(placed);
                if assembler.is_broken() {
                    known.lost_from = known.lost_from.or(known.last_ms).or(Some(at_ms));
                }
                let Some(frame) = frame else { return Ok(()) };
                let frame_ms = millis(frame.at, decl.clock_rate);
                known.last_ms = Some(frame_ms);
                if let Some(from) = known.lost_from.take() {
                    self.gap(decl.key, from, frame_ms);
                }
                self.picture(decl.key, frame_ms, &frame)?;
            }
        }
        Ok(())
    }

    fn picture(
        &mut self,
        key: TrackKey,
        at_ms: u64,
        frame: &super::picture::Frame,
    ) -> Result<(), RenderError> {
        let file = match self.pictures.entry(key) {
            Entry::Occupied(file) => file.into_mut(),
            Entry::Vacant(none) => {
                // The first whole frame is a key frame, and a key frame tells its size.
                let Some(size) = frame.size else {
                    return Ok(());
                };
                let sink = self.outputs.create(&picture_name(key))?;
                none.insert(PictureFile::new(sink, at_ms, size)?)
            }
        };
        file.frame(at_ms, frame.key, &frame.data)
    }

    fn gap(&mut self, track: TrackKey, from_ms: u64, to_ms: u64) {
        if from_ms < to_ms && self.manifest.gaps.len() < MAX_GAPS {
            self.manifest.gaps.push(Gap {
                track,
                from_ms,
                to_ms,
            });
        }
    }

    fn finish(mut self) -> Result<Manifest, RenderError> {
        self.settle(true)?;
        let arrived = (self.latest - self.manifest.start_micros) * RATE / 1_000_000;
        let end = self.mixer.end().max(arrived);
        self.manifest.duration_ms = end * 1000 / RATE;
        let unfinished: Vec<_> = self
            .known
            .iter()
            .filter_map(|(key, known)| Some((*key, known.lost_from?, known.seen_ms)))
            .collect();
        for (key, from, to) in unfinished {
            self.gap(key, from, to);
        }
        self.manifest
            .gaps
            .sort_by_key(|gap| (gap.from_ms, gap.track));

        let (sink, duration_ms) = self.audio.finish(&mut self.mixer, end)?;
        self.manifest.waveforms = self.mixer.waveforms(end);
        let (bytes, sha256) = keep(self.outputs, AUDIO_NAME, sink)?;
        self.manifest.tracks.push(TrackFile {
            name: AUDIO_NAME.to_owned(),
            seat: None,
            kind: TrackKind::Audio,
            codec: Codec::Opus,
            mime: "audio/webm; codecs=opus".to_owned(),
            start_ms: 0,
            duration_ms,
            bytes,
            sha256,
            width: None,
            height: None,
        });
        for (key, file) in self.pictures {
            let name = picture_name(key);
            let (start_ms, (width, height)) = (file.start_ms, file.size);
            let (sink, duration_ms) = file.finish()?;
            let (bytes, sha256) = keep(self.outputs, &name, sink)?;
            self.manifest.tracks.push(TrackFile {
                name,
                seat: Some(key.seat),
                kind: key.kind,
                codec: Codec::Vp8,
                mime: "video/webm; codecs=vp8".to_owned(),
                start_ms,
                duration_ms,
                bytes,
                sha256,
                width: Some(width),
                height: Some(height),
            });
        }
        let mut sink = self.outputs.create(MANIFEST_NAME)?;
        sink.write_all(&serde_json::to_vec_pretty(&self.manifest)?)?;
        self.outputs.finish(MANIFEST_NAME, sink)?;
        Ok(self.manifest)
    }
}

fn millis(ticks: i64, clock_rate: u32) -> u64 {
    u64::try_from(ticks).unwrap_or(0) * 1000 / u64::from(clock_rate.max(1))
}
