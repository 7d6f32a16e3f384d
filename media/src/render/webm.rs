//! A small `WebM` writer: one track, known sizes, duration, cues and a seek head, so that a player seeks.
//!
//! Source of the element ids: the Matroska specification (RFC 9559) and the `WebM` container guidelines. Time
//! is in milliseconds. Clusters are collected in memory (bounded) and written whole; the head's lengths and
//! positions are filled in at the end, hence `Seek`.

use std::io::{self, Seek, SeekFrom, Write};

/// A cluster is closed at this length in bytes …
const MAX_CLUSTER: usize = 4 * 1024 * 1024;
/// … or in milliseconds. Block times are 16-bit signed numbers within it.
const MAX_CLUSTER_MS: u64 = 5_000;

mod id {
    pub(crate) const EBML: u32 = 0x1a45_dfa3;
    pub(crate) const SEGMENT: u32 = 0x1853_8067;
    pub(crate) const SEEK_HEAD: u32 = 0x114d_9b74;
    pub(crate) const SEEK: u32 = 0x4dbb;
    pub(crate) const SEEK_ID: u32 = 0x53ab;
    pub(crate) const SEEK_POSITION: u32 = 0x53ac;
    pub(crate) const INFO: u32 = 0x1549_a966;
    pub(crate) const TIMESTAMP_SCALE: u32 = 0x002a_d7b1;
    pub(crate) const DURATION: u32 = 0x4489;
    pub(crate) const MUXING_APP: u32 = 0x4d80;
    pub(crate) const WRITING_APP: u32 = 0x5741;
    pub(crate) const TRACKS: u32 = 0x1654_ae6b;
    pub(crate) const TRACK_ENTRY: u32 = 0xae;
    pub(crate) const TRACK_NUMBER: u32 = 0xd7;
    pub(crate) const TRACK_UID: u32 = 0x73c5;
    pub(crate) const TRACK_TYPE: u32 = 0x83;
    pub(crate) const FLAG_LACING: u32 = 0x9c;
    pub(crate) const CODEC_ID: u32 = 0x86;
    pub(crate) const CODEC_PRIVATE: u32 = 0x63a2;
    pub(crate) const CODEC_DELAY: u32 = 0x56aa;
    pub(crate) const SEEK_PRE_ROLL: u32 = 0x56bb;
    pub(crate) const VIDEO: u32 = 0xe0;
    pub(crate) const PIXEL_WIDTH: u32 = 0xb0;
    pub(crate) const PIXEL_HEIGHT: u32 = 0xba;
    pub(crate) const AUDIO: u32 = 0xe1;
    pub(crate) const SAMPLING_FREQUENCY: u32 = 0xb5;
    pub(crate) const CHANNELS: u32 = 0x9f;
    pub(crate) const CLUSTER: u32 = 0x1f43_b675;
    pub(crate) const TIMESTAMP: u32 = 0xe7;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xa3;
    pub(crate) const CUES: u32 = 0x1c53_bb6b;
    pub(crate) const CUE_POINT: u32 = 0xbb;
    pub(crate) const CUE_TIME: u32 = 0xb3;
    pub(crate) const CUE_TRACK_POSITIONS: u32 = 0xb7;
    pub(crate) const CUE_TRACK: u32 = 0xf7;
    pub(crate) const CUE_CLUSTER_POSITION: u32 = 0xf1;
}

/// What the one track holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Track {
    /// Stereo Opus at 48 kHz; the encoder's delay in samples.
    Opus { pre_skip: u16 },
    /// Width and height of the first picture, in pixels.
    Vp8 { width: u16, height: u16 },
}

/// One file being written.
pub(crate) struct WebmWriter<W> {
    sink: W,
    /// Offset of the segment's content: positions inside the file count from here.
    content: u64,
    seek_head_at: u64,
    duration_at: u64,
    info_at: u64,
    tracks_at: u64,
    cluster: Option<Cluster>,
    /// Time and position of each cluster that begins with a key frame.
    cues: Vec<(u64, u64)>,
}

struct Cluster {
    time: u64,
    key: bool,
    blocks: Vec<u8>,
}

impl<W: Write + Seek> WebmWriter<W> {
    /// Writes the head of the file.
    pub(crate) fn new(mut sink: W, track: Track) -> io::Result<Self> {
        let ebml = [
            uint(0x4286, 1),
            uint(0x42f7, 1),
            uint(0x42f2, 4),
            uint(0x42f3, 8),
            element(0x4282, b"webm"),
            uint(0x4287, 4),
            uint(0x4285, 2),
        ];
        sink.write_all(&element(id::EBML, &ebml.concat()))?;
        sink.write_all(&id_bytes(id::SEGMENT))?;
        sink.write_all(&long_size(0))?;
        let content = sink.stream_position()?;
        let seek_head_at = content;
        sink.write_all(&seek_head(0, 0, 0))?;

        let info_at = sink.stream_position()?;
        let app = concat!("orderline ", env!("CARGO_PKG_VERSION")).as_bytes();
        let duration = element(id::DURATION, &0f64.to_be_bytes());
        // The duration comes last, so that its place is known.
        let info = [
            uint(id::TIMESTAMP_SCALE, 1_000_000),
            element(id::MUXING_APP, app),
            element(id::WRITING_APP, app),
            duration,
        ];
        sink.write_all(&element(id::INFO, &info.concat()))?;
        let tracks_at = sink.stream_position()?;
        sink.write_all(&element(
            id::TRACKS,
            &element(id::TRACK_ENTRY, &track_entry(track)),
        ))?;
        Ok(Self {
            sink,
            content,
            seek_head_at,
            duration_at: tracks_at - 8,
            info_at,
            tracks_at,
            cluster: None,
            cues: Vec::new(),
        })
    }

    /// Appends a frame. Times must not go back; `time` is in milliseconds from the file's start.
    pub(crate) fn frame(
        &mut self,
        time: u64,
        key: bool,
        picture: bool,
        data: &[u8],
    ) -> io::Result<()> {
        let full = self.cluster.as_ref().is_some_and(|cluster| {
            time < cluster.time
                || time - cluster.time >= MAX_CLUSTER_MS
                || cluster.blocks.len() >= MAX_CLUSTER
                || (picture && key)
        });
        if full {
            self.end_cluster()?;
        }
        let cluster = self.cluster.get_or_insert_with(|| Cluster {
            time,
            key,
            blocks: Vec::new(),
        });
        let offset = i16::try_from(time - cluster.time).unwrap_or(i16::MAX);
        let mut block = Vec::with_capacity(data.len() + 4);
        block.push(0x81);
        block.extend_from_slice(&offset.to_be_bytes());
        block.push(if key { 0x80 } else { 0 });
        block.extend_from_slice(data);
        cluster
            .blocks
            .extend_from_slice(&element(id::SIMPLE_BLOCK, &block));
        Ok(())
    }

    /// Writes the cues, fills in the head and gives the sink back. `duration` in milliseconds.
    pub(crate) fn finish(mut self, duration: u64) -> io::Result<W> {
        self.end_cluster()?;
        let cues_at = self.sink.stream_position()?;
        let points: Vec<u8> = self
            .cues
            .iter()
            .flat_map(|(time, at)| cue_point(*time, *at))
            .collect();
        self.sink.write_all(&element(id::CUES, &points))?;
        let end = self.sink.stream_position()?;

        let position = |at: u64| at - self.content;
        let head = seek_head(
            position(self.info_at),
            position(self.tracks_at),
            position(cues_at),
        );
        self.sink.seek(SeekFrom::Start(self.seek_head_at))?;
        self.sink.write_all(&head)?;
        self.sink.seek(SeekFrom::Start(self.content - 8))?;
        self.sink.write_all(&long_size(end - self.content))?;
        self.sink.seek(SeekFrom::Start(self.duration_at))?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of a call are far below 2^52"
        )]
        self.sink.write_all(&(duration as f64).to_be_bytes())?;
        self.sink.seek(SeekFrom::Start(end))?;
        self.sink.flush()?;
        Ok(self.sink)
    }

    fn end_cluster(&mut self) -> io::Result<()> {
        let Some(cluster) = self.cluster.take() else {
            return Ok(());
        };
        if cluster.key {
            self.cues
                .push((cluster.time, self.sink.stream_position()? - self.content));
        }
        let time = uint(id::TIMESTAMP, cluster.time);
        self.sink.write_all(&id_bytes(id::CLUSTER))?;
        self.sink
            .write_all(&long_size((time.len() + cluster.blocks.len()) as u64))?;
        self.sink.write_all(&time)?;
        self.sink.write_all(&cluster.blocks)
    }
}

fn track_entry(track: Track) -> Vec<u8> {
    let mut entry = [
        uint(id::TRACK_NUMBER, 1),
        uint(id::TRACK_UID, 1),
        uint(id::FLAG_LACING, 0),
    ]
    .concat();
    match track {
        Track::Opus { pre_skip } => {
            // RFC 7845, section 5.1: version, channels, pre-skip, input rate, gain, mapping family; little-endian.
            let mut head = b"OpusHead\x01\x02".to_vec();
            head.extend_from_slice(&pre_skip.to_le_bytes());
            head.extend_from_slice(&48_000u32.to_le_bytes());
            head.extend_from_slice(&[0, 0, 0]);
            let audio = [
                float(id::SAMPLING_FREQUENCY, 48_000.0),
                uint(id::CHANNELS, 2),
            ];
            entry.extend(uint(id::TRACK_TYPE, 2));
            entry.extend(element(id::CODEC_ID, b"A_OPUS"));
            entry.extend(element(id::CODEC_PRIVATE, &head));
            entry.extend(uint(
                id::CODEC_DELAY,
                u64::from(pre_skip) * 1_000_000_000 / 48_000,
            ));
            entry.extend(uint(id::SEEK_PRE_ROLL, 80_000_000));
            entry.extend(element(id::AUDIO, &audio.concat()));
        }
        Track::Vp8 { width, height } => {
            let video = [
                uint(id::PIXEL_WIDTH, u64::from(width)),
                uint(id::PIXEL_HEIGHT, u64::from(height)),
            ];
            entry.extend(uint(id::TRACK_TYPE, 1));
            entry.extend(element(id::CODEC_ID, b"V_VP8"));
            entry.extend(element(id::VIDEO, &video.concat()));
        }
    }
    entry
}

/// Always of the same length, so that it can be written twice.
fn seek_head(info: u64, tracks: u64, cues: u64) -> Vec<u8> {
    let seek = |target: u32, at: u64| {
        let position = element(id::SEEK_POSITION, &at.to_be_bytes());
        element(
            id::SEEK,
            &[element(id::SEEK_ID, &id_bytes(target)), position].concat(),
        )
    };
    let all = [
        seek(id::INFO, info),
        seek(id::TRACKS, tracks),
        seek(id::CUES, cues),
    ];
    element(id::SEEK_HEAD, &all.concat())
}

fn cue_point(time: u64, position: u64) -> Vec<u8> {
    let track = [
        uint(id::CUE_TRACK, 1),
        uint(id::CUE_CLUSTER_POSITION, position),
    ];
    let point = [
        uint(id::CUE_TIME, time),
        element(id::CUE_TRACK_POSITIONS, &track.concat()),
    ];
    element(id::CUE_POINT, &point.concat())
}

fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let mut out = id_bytes(id);
    // Up to 126 bytes the length takes one byte, else eight: simple and never ambiguous.
    match u8::try_from(body.len()) {
        Ok(len) if len < 0x7f => out.push(0x80 | len),
        _ => out.extend_from_slice(&long_size(body.len() as u64)),
    }
    out.extend_from_slice(body);
    out
}

fn uint(id: u32, value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let skip = bytes.iter().take_while(|b| **b == 0).count().min(7);
    element(id, &bytes[skip..])
}

fn float(id: u32, value: f64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// An id as it stands in the file: its own leading bits tell its length.
fn id_bytes(id: u32) -> Vec<u8> {
    id.to_be_bytes()
        .into_iter()
        .skip_while(|b| *b == 0)
        .collect()
}

/// A length in eight bytes; a file is shorter than 2^56.
fn long_size(len: u64) -> [u8; 8] {
    (len | (1 << 56)).to_be_bytes()
}
