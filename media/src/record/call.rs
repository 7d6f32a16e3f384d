//! One call's recording: its tracks, its open segment, its wishes for key frames.

use super::codec::{PacketRecord, Record, ReportRecord, TrackDecl};
use super::job::Job;
use super::keyframes::KeyframeWatch;
use super::limits::{MAX_PAYLOAD, MAX_TRACKS, SEGMENT_LENGTH};
use super::order::{Sequence, Verdict};
use super::packet::{Tap, TapPacket};
use super::segment::Header;
use super::writer::{SegmentWriter, make_folder};
use crate::rtp::{KeyframeNeed, TrackKey};
use crate::{Micros, RecordingSpec};
use foldhash::HashMap;
use orderline_domain::ids::CallId;
use std::collections::hash_map::Entry;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::Instant;

struct Track {
    decl: TrackDecl,
    sequence: Sequence,
    /// Pictures only.
    keyframes: Option<KeyframeWatch>,
}

/// What a call's recording has to tell, besides what it writes.
#[derive(Default)]
pub(crate) struct Outcome {
    pub jobs: Vec<Job>,
    pub troubles: Vec<String>,
    /// Something was written that the next sync must cover.
    pub wrote: bool,
}

/// State of one open recording. Time is an argument.
pub(crate) struct CallRecording {
    call: CallId,
    epoch: u32,
    spec: RecordingSpec,
    folder: PathBuf,
    keyframes: SyncSender<(TrackKey, KeyframeNeed)>,
    tracks: HashMap<(TrackKey, u32), Track>,
    next_index: u32,
    segments: u32,
    segment: Option<SegmentWriter>,
    /// Ended, with a last frame that the disk has not taken yet.
    ending: Option<SegmentWriter>,
    disk_trouble: bool,
    loss_reported: bool,
    /// Packets that could not be taken, not yet noted in a segment.
    lost: u64,
    last_arrival: Micros,
}

impl CallRecording {
    pub(crate) fn new(
        call: CallId,
        epoch: u32,
        spec: RecordingSpec,
        folder: PathBuf,
        keyframes: SyncSender<(TrackKey, KeyframeNeed)>,
    ) -> Self {
        Self {
            call,
            epoch,
            spec,
            folder,
            keyframes,
            tracks: HashMap::default(),
            next_index: 0,
            segments: 0,
            segment: None,
            ending: None,
            disk_trouble: false,
            loss_reported: false,
            lost: 0,
            last_arrival: 0,
        }
    }

    pub(crate) fn call(&self) -> CallId {
        self.call
    }

    /// Takes one packet or report.
    pub(crate) fn tap(&mut self, tap: Tap, now: Instant, out: &mut Outcome) {
        match tap {
            Tap::Rtp(packet) => self.packet(packet, now, out),
            Tap::SenderReport {
                track,
                ssrc,
                ntp,
                rtp_time,
                arrival,
            } => {
                // A report about a stream that has sent nothing yet ties nothing to anything.
                if let Some(known) = self.tracks.get(&(track, ssrc)) {
                    let record = Record::Report(ReportRecord {
                        track: known.decl.id,
                        ntp,
                        rtp_time,
                        arrival,
                    });
                    self.write_record(&record, arrival, now, out);
                }
            }
        }
    }

    /// Takes note that `count` packets were lost between the relay and here.
    pub(crate) fn lost(&mut self, count: u64, out: &mut Outcome) {
        self.lost += count;
        if !self.loss_reported {
            self.loss_reported = true;
            out.troubles.push(
                "the recorder could not keep up or could not write: packets are missing".into(),
            );
        }
    }

    fn packet(&mut self, packet: TapPacket, now: Instant, out: &mut Outcome) {
        let track_key = packet.track();
        let TapPacket { arrival, rtp, .. } = packet;
        if rtp.payload.len() > MAX_PAYLOAD {
            return self.lost(1, out);
        }
        let stream = (track_key, rtp.ssrc);
        let full = self.tracks.len() >= MAX_TRACKS;
        let id = u16::try_from(self.tracks.len()).unwrap_or(u16::MAX);
        let track = match self.tracks.entry(stream) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if full => return self.lost(1, out),
            Entry::Vacant(new) => {
                let decl = TrackDecl {
                    id,
                    key: track_key,
                    codec: rtp.codec,
                    ssrc: rtp.ssrc,
                    clock_rate: rtp.codec.clock_rate(),
                };
                if let Some(segment) = &mut self.segment {
                    segment.declare(decl);
                }
                let keyframes = rtp.codec.is_video().then(KeyframeWatch::default);
                new.insert(Track {
                    decl,
                    sequence: Sequence::default(),
                    keyframes,
                })
            }
        };
        let Verdict::New(sequence) = track.sequence.accept(rtp.sequence, arrival) else {
            return;
        };
        let gap = track.sequence.take_lost(arrival) > 0;
        if let Some(watch) = &mut track.keyframes
            && let Some(need) = watch.packet(rtp.key_frame, gap, arrival)
        {
            // A full queue means that the relay has requests enough; the watch asks again.
            let _ = self.keyframes.try_send((track_key, need));
        }
        let record = Record::Packet(PacketRecord {
            track: track.decl.id,
            sequence,
            timestamp: rtp.timestamp,
            marker: rtp.marker,
            arrival,
            payload: rtp.payload,
        });
        self.write_record(&record, arrival, now, out);
    }

    fn write_record(&mut self, record: &Record, arrival: Micros, now: Instant, out: &mut Outcome) {
        if self.segment.is_none() {
            match self.begin(arrival, now) {
                Ok(segment) => {
                    self.segment = Some(segment);
                    self.segments += 1;
                }
                Err(error) => {
                    self.trouble(&error, out);
                    return self.lost(1, out);
                }
            }
        }
        self.last_arrival = arrival;
        self.note_lost();
        let taken = self
            .segment
            .as_mut()
            .is_some_and(|segment| segment.record(record, arrival));
        if !taken {
            self.lost(1, out);
        }
    }

    /// Writes down what was lost, as soon as there is room.
    fn note_lost(&mut self) {
        let (count, at) = (self.lost, self.last_arrival);
        if count > 0
            && let Some(segment) = &mut self.segment
            && segment.record(&Record::Lost { count, at }, at)
        {
            self.lost = 0;
        }
    }

    fn begin(&mut self, start: Micros, now: Instant) -> io::Result<SegmentWriter> {
        let mut tracks: Vec<_> = self.tracks.values().map(|track| track.decl).collect();
        tracks.sort_unstable_by_key(|track| track.id);
        // It goes whenever all of its segments are stored.
        make_folder(&self.folder)?;
        loop {
            let header = Header {
                recording: self.spec.recording,
                call: self.call,
                epoch: self.epoch,
                index: self.next_index,
                start,
                nonce: rand::random(),
                tracks: tracks.clone(),
            };
            let made = SegmentWriter::create(&self.folder, &self.spec.key, header, now);
            match made {
                // An epoch opened a second time: never append, take the next free place.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.next_index += 1,
                Ok(segment) => {
                    self.next_index += 1;
                    return Ok(segment);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes what is pending and ends the segment when it is full or `cut` asks for it.
    pub(crate) fn flush(&mut self, now: Instant, cut: bool, out: &mut Outcome) {
        self.write_ending(out);
        self.note_lost();
        if let Some(segment) = &mut self.segment {
            let full = now.saturating_duration_since(segment.opened()) >= SEGMENT_LENGTH;
            if (full || cut) && self.ending.is_none() {
                segment.end();
                self.ending = self.segment.take();
                self.write_ending(out);
            } else {
                let written = segment.flush();
                self.after_write(written, out);
            }
        }
    }

    /// Ends the recording; nothing may be tapped afterwards.
    pub(crate) fn close(mut self, now: Instant, out: &mut Outcome) {
        // Twice: the first may only get rid of a segment that ended before.
        self.flush(now, true, out);
        self.flush(now, true, out);
        if self.segment.is_some() || self.ending.is_some() {
            out.troubles.push(
                "the last segment could not be written whole; it stays in the spool until the next start".into(),
            );
        }
        out.jobs.push(Job::Closed {
            call: self.call,
            recording: self.spec.recording,
            epoch: self.epoch,
            segments: self.segments,
        });
    }

    fn write_ending(&mut self, out: &mut Outcome) {
        if let Some(mut segment) = self.ending.take() {
            let written = segment.write();
            if written.is_ok() {
                out.jobs.push(Job::Segment(segment.finished()));
            } else {
                self.ending = Some(segment);
            }
            self.after_write(written, out);
        }
    }

    fn after_write(&mut self, written: io::Result<()>, out: &mut Outcome) {
        out.wrote = true;
        match written {
            Ok(()) => self.disk_trouble = false,
            Err(error) => self.trouble(&error, out),
        }
    }

    fn trouble(&mut self, error: &io::Error, out: &mut Outcome) {
        if !self.disk_trouble {
            self.disk_trouble = true;
            out.troubles
                .push(format!("the recorder cannot write to its spool: {error}"));
        }
    }
}
