//! What the recorder's and the renderer's tests share: a recorder in a folder of its own and packets.

use bytes::Bytes;
use orderline_domain::{
    call::seat::Seat,
    ids::{CallId, RecordingId},
};
use orderline_media::record::{PacketRecord, Record, Recorder, Tap, TapHandle, TapPacket};
use orderline_media::rtp::RtpIn;
use orderline_media::{
    CallSpec, Codec, MediaEvent, Micros, RecordingKey, RecordingSpec, SegmentInfo, TrackKey,
    TrackKind,
};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc::{Receiver, channel};
use uuid::Uuid;

/// An arbitrary wall time, in microseconds since the Unix epoch.
pub(super) const START: Micros = 1_800_000_000_000_000;

pub(super) fn key() -> RecordingKey {
    RecordingKey([7; 32])
}

pub(super) fn spec(epoch: u32) -> CallSpec {
    CallSpec {
        call: CallId::from_uuid(Uuid::from_u128(1)),
        epoch,
        recording: Some(RecordingSpec {
            recording: RecordingId::from_uuid(Uuid::from_u128(2)),
            key: key(),
        }),
    }
}

pub(super) fn track(seat: u8, kind: TrackKind) -> TrackKey {
    TrackKey {
        seat: Seat(seat),
        kind,
    }
}

pub(super) fn audio(
    seat: u8,
    sequence: u16,
    timestamp: u32,
    arrival: Micros,
    payload: &[u8],
) -> TapPacket {
    TapPacket {
        seat: Seat(seat),
        arrival,
        rtp: RtpIn {
            kind: TrackKind::Audio,
            codec: Codec::Opus,
            ssrc: 1000 + u32::from(seat),
            sequence,
            timestamp,
            marker: false,
            key_frame: false,
            payload: Bytes::copy_from_slice(payload),
        },
    }
}

/// A recorder with its spool and its events.
pub(super) struct Bench {
    pub spool: TempDir,
    pub events: Receiver<MediaEvent>,
    pub recorder: Recorder,
}

impl Bench {
    pub(super) fn new() -> Self {
        let spool = tempfile::tempdir().expect("a temporary folder");
        let (sender, events) = channel(10_000);
        let recorder =
            Recorder::start(spool.path().to_owned(), sender).expect("the recorder starts");
        Self {
            spool,
            events,
            recorder,
        }
    }

    /// Waits for the end of a recording: its segments and what troubles were told.
    pub(super) fn until_closed(&mut self) -> (Vec<SegmentInfo>, Vec<String>) {
        let (mut segments, mut troubles) = (Vec::new(), Vec::new());
        let count = self.collect_until_closed(&mut segments, &mut troubles);
        assert_eq!(usize::try_from(count).expect("small"), segments.len());
        (segments, troubles)
    }

    /// The same, after some were taken already; gives how many segments the recorder says it wrote.
    pub(super) fn collect_until_closed(
        &mut self,
        segments: &mut Vec<SegmentInfo>,
        troubles: &mut Vec<String>,
    ) -> u32 {
        loop {
            match self.next_event() {
                MediaEvent::SegmentReady(info) => segments.push(info),
                MediaEvent::Trouble { what, .. } => troubles.push(what),
                MediaEvent::RecordingClosed { segments, .. } => return segments,
                other => panic!("the recorder does not report {other:?}"),
            }
        }
    }

    /// The next event about the recording. How full the host's disk is says nothing about it.
    pub(super) fn next_event(&mut self) -> MediaEvent {
        loop {
            match self.any_event() {
                MediaEvent::Trouble { call: None, what } if what.contains("nearly full") => {}
                event => return event,
            }
        }
    }

    fn any_event(&mut self) -> MediaEvent {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime
            .block_on(async {
                tokio::time::timeout(Duration::from_secs(30), self.events.recv()).await
            })
            .expect("an event within 30 s")
            .expect("the recorder lives")
    }
}

/// Records taps as one call and gives its segment files.
pub(super) fn record(epoch: u32, taps: impl IntoIterator<Item = Tap>) -> Vec<Vec<u8>> {
    record_parts(epoch, [taps])
}

/// The same, with a new segment for each part.
pub(super) fn record_parts<T: IntoIterator<Item = Tap>>(
    epoch: u32,
    parts: impl IntoIterator<Item = T>,
) -> Vec<Vec<u8>> {
    let mut bench = Bench::new();
    let handle = bench
        .recorder
        .open(&spec(epoch))
        .expect("the recording opens");
    let mut files = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        offer_all(&handle, part);
        if parts.peek().is_some() {
            handle.cut();
            let event = bench.next_event();
            let MediaEvent::SegmentReady(info) = event else {
                panic!("{event:?}")
            };
            files.push(std::fs::read(&info.path).expect("the segment is in the spool"));
        }
    }
    handle.close();
    let (mut segments, mut troubles) = (Vec::new(), Vec::new());
    bench.collect_until_closed(&mut segments, &mut troubles);
    assert_eq!(troubles, Vec::<String>::new());
    files.extend(
        segments
            .iter()
            .map(|info| std::fs::read(&info.path).expect("the segment is in the spool")),
    );
    files
}

/// Offers taps no faster than the recorder takes them: [`TapHandle::offer`] itself never waits.
pub(super) fn offer_all(handle: &TapHandle, taps: impl IntoIterator<Item = Tap>) {
    for (i, tap) in taps.into_iter().enumerate() {
        if i % 8192 == 8191 {
            std::thread::sleep(Duration::from_millis(60));
        }
        handle.offer(tap);
    }
}

pub(super) fn packets(records: &[Record]) -> Vec<&PacketRecord> {
    records
        .iter()
        .filter_map(|record| {
            if let Record::Packet(packet) = record {
                Some(packet)
            } else {
                None
            }
        })
        .collect()
}
