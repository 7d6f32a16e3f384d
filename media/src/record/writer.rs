//! One segment file while it is written.

use super::codec::{self, Record, TrackDecl};
use super::job::Segment;
use super::limits::{MAX_FRAME, MAX_UNWRITTEN};
use super::seal::Sealer;
use super::segment::{FrameHead, Header, header_hash};
use crate::{Micros, RecordingKey, SegmentInfo};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Added to a segment's name while it is written.
pub(crate) const OPEN_SUFFIX: &str = ".open";

/// The finished segment's path in the spool.
pub(crate) fn segment_path(folder: &Path, epoch: u32, index: u32) -> PathBuf {
    folder.join(format!("{epoch:08}-{index:08}.seg"))
}

/// The same while the file is open.
pub(crate) fn open_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(OPEN_SUFFIX);
    name.into()
}

/// Collects records, seals them frame by frame and writes the frames. A frame is sealed once: when the disk
/// refuses it, the same bytes are written again later at the same place, so no nonce is ever used twice.
pub(crate) struct SegmentWriter {
    file: File,
    path: PathBuf,
    header: Header,
    sealer: Sealer,
    hasher: Sha256,
    opened: Instant,
    pending: Vec<u8>,
    pending_times: Option<(Micros, Micros)>,
    times: Option<(Micros, Micros)>,
    unwritten: VecDeque<Vec<u8>>,
    unwritten_bytes: usize,
    written: u64,
}

impl SegmentWriter {
    /// Creates the file `….seg.open`; fails when it, or the finished file, is there already.
    pub(crate) fn create(
        folder: &Path,
        key: &RecordingKey,
        header: Header,
        now: Instant,
    ) -> io::Result<Self> {
        let path = segment_path(folder, header.epoch, header.index);
        if path.try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(open_path(&path))?;
        let encoded = header.encode();
        let sealer = Sealer::new(key, &header, header_hash(&encoded));
        let mut writer = Self {
            file,
            path,
            header,
            sealer,
            hasher: Sha256::new(),
            opened: now,
            pending: Vec::new(),
            pending_times: None,
            times: None,
            unwritten: VecDeque::new(),
            unwritten_bytes: 0,
            written: 0,
        };
        writer.queue(encoded);
        Ok(writer)
    }

    pub(crate) fn opened(&self) -> Instant {
        self.opened
    }

    /// Declares a track that the header does not list.
    pub(crate) fn declare(&mut self, track: TrackDecl) {
        self.push(&Record::Track(track), None);
    }

    /// Takes a record; `false` when too much waits for the disk already.
    pub(crate) fn record(&mut self, record: &Record, arrival: Micros) -> bool {
        if self.unwritten_bytes > MAX_UNWRITTEN {
            return false;
        }
        self.push(record, Some(arrival));
        true
    }

    fn push(&mut self, record: &Record, arrival: Option<Micros>) {
        let before = self.pending.len();
        codec::encode(record, self.header.start, &mut self.pending);
        if self.pending.len() > MAX_FRAME {
            let record = self.pending.split_off(before);
            self.seal_pending(false);
            self.pending = record;
        }
        if let Some(at) = arrival {
            widen(&mut self.pending_times, at, at);
        }
    }

    /// Seals what is pending and writes whatever is not written yet.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.seal_pending(false);
        }
        self.write()
    }

    /// Seals the last frame. Afterwards only [`Self::write`] and [`Self::finished`] make sense.
    pub(crate) fn end(&mut self) {
        self.seal_pending(true);
    }

    /// Writes all sealed frames; on an error, call it again later.
    pub(crate) fn write(&mut self) -> io::Result<()> {
        while let Some(next) = self.unwritten.front() {
            self.file.write_all_at(next, self.written)?;
            self.hasher.update(next);
            self.written += next.len() as u64;
            self.unwritten_bytes -= next.len();
            self.unwritten.pop_front();
        }
        Ok(())
    }

    /// Everything is written: what the next sync has to complete.
    pub(crate) fn finished(self) -> Segment {
        let (first_at, last_at) = self.times.unwrap_or((self.header.start, self.header.start));
        Segment {
            open_path: open_path(&self.path),
            info: SegmentInfo {
                recording: self.header.recording,
                call: self.header.call,
                epoch: self.header.epoch,
                index: self.header.index,
                path: self.path,
                bytes: self.written,
                sha256: self.hasher.finalize().into(),
                first_at,
                last_at,
            },
        }
    }

    fn seal_pending(&mut self, last: bool) {
        // The next frame will be about as long.
        let next = Vec::with_capacity(self.pending.len());
        let plain = std::mem::replace(&mut self.pending, next);
        let times = self.pending_times.take();
        if let Some((first, last)) = times {
            widen(&mut self.times, first, last);
        }
        let (first_at, last_at) = times.unwrap_or((Micros::MAX, 0));
        let head = FrameHead {
            last,
            first_at,
            last_at,
        };
        let sealed = self.sealer.seal(&head, &plain);
        self.queue(head.envelope(&sealed));
    }

    fn queue(&mut self, bytes: Vec<u8>) {
        self.unwritten_bytes += bytes.len();
        self.unwritten.push_back(bytes);
    }
}

/// Makes a folder that nobody else can read, with those above it; it may be there already.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn widen(times: &mut Option<(Micros, Micros)>, first: Micros, last: Micros) {
    let (a, b) = times.unwrap_or((first, last));
    *times = Some((a.min(first), b.max(last)));
}
