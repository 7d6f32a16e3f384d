//! Where rendering reads from and writes to, and how it fails.

use super::unseal::UnsealError;
use crate::Micros;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// The sealed segments of one recording, ordered by epoch and index.
pub trait SegmentSource {
    /// How many there are.
    fn count(&self) -> usize;
    /// The bytes of one. Each is read once, in order.
    fn read(&mut self, index: usize) -> io::Result<Vec<u8>>;
    /// When the recording began, microseconds since the Unix epoch, where its first segments are missing: what is left
    /// then keeps its place, after silence of the right length.
    fn began(&self) -> Option<Micros> {
        None
    }
}

impl SegmentSource for Vec<Vec<u8>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn read(&mut self, index: usize) -> io::Result<Vec<u8>> {
        self.get(index)
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Where the derived files go. They are plaintext: whoever keeps them seals them (see [`super::sealed`]).
pub trait Outputs {
    type Sink: Read + Write + Seek;
    /// A new, empty file.
    fn create(&mut self, name: &str) -> io::Result<Self::Sink>;
    /// The file is whole.
    fn finish(&mut self, name: &str, sink: Self::Sink) -> io::Result<()>;
}

/// Keeps everything in memory: for short recordings and tests.
impl Outputs for BTreeMap<String, Vec<u8>> {
    type Sink = io::Cursor<Vec<u8>>;

    fn create(&mut self, _name: &str) -> io::Result<Self::Sink> {
        Ok(io::Cursor::default())
    }

    fn finish(&mut self, name: &str, sink: Self::Sink) -> io::Result<()> {
        self.insert(name.to_owned(), sink.into_inner());
        Ok(())
    }
}

/// Why a recording cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("segment {index} of the recording: {source}")]
    Unseal { index: usize, source: UnsealError },
    #[error("segment {index} belongs to another recording or is out of order")]
    Order { index: usize },
    #[error("the recording has no segments")]
    Empty,
    #[error("the recording claims to be longer than a day")]
    TooLong,
    #[error("reading or writing: {0}")]
    Io(#[from] io::Error),
    #[error("the voices cannot be decoded or encoded: {0}")]
    Opus(#[from] opus::Error),
    #[error("the manifest cannot be written: {0}")]
    Manifest(#[from] serde_json::Error),
}

/// Hands a whole file over; gives its length and its SHA-256 in hexadecimal.
pub(super) fn keep<O: Outputs>(
    outputs: &mut O,
    name: &str,
    mut sink: O::Sink,
) -> io::Result<(u64, String)> {
    sink.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let len = sink.read(&mut buffer)?;
        if len == 0 {
            break;
        }
        hasher.update(&buffer[..len]);
        bytes += len as u64;
    }
    outputs.finish(name, sink)?;
    Ok((bytes, hex::encode(hasher.finalize())))
}
