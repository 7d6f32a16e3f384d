//! A segment's content, opened with the recording's key: what rendering reads, and how evidence is read.

use crate::RecordingKey;
use crate::record::codec;
use crate::record::seal::Sealer;
use crate::record::segment::{self, next_frame};
use crate::record::{CodecError, Header, Record};

/// An opened segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub header: Header,
    /// In the order in which they were written: the order of arrival.
    pub records: Vec<Record>,
    /// The frame marked as last was there. If not, the file was cut (by a crash, and recovered) and holds
    /// everything up to its last whole frame.
    pub complete: bool,
}

/// Why a segment cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    #[error("the segment's header is broken")]
    Header,
    /// The key is another recording's, or the file was changed by someone who repaired its checksums.
    #[error("frame {frame} is not what the recorder sealed")]
    Seal { frame: u64 },
    #[error("frame {frame}: {source}")]
    Content { frame: u64, source: CodecError },
}

/// Opens a whole segment file.
///
/// A tail that is not a whole frame is ignored, and shows as `complete == false`.
pub fn unseal_segment(file: &[u8], key: &RecordingKey) -> Result<Segment, UnsealError> {
    let (header, mut at) = Header::decode(file).ok_or(UnsealError::Header)?;
    let encoded = file.get(..at).ok_or(UnsealError::Header)?;
    let mut sealer = Sealer::new(key, &header, segment::header_hash(encoded));
    let mut records: Vec<Record> = header.tracks.iter().copied().map(Record::Track).collect();
    let mut complete = false;
    let mut frame = 0;
    while let Some((head, sealed, taken)) = file.get(at..).and_then(next_frame) {
        let plain = sealer
            .open(&head, sealed)
            .ok_or(UnsealError::Seal { frame })?;
        let more = codec::decode(&plain, header.start)
            .map_err(|source| UnsealError::Content { frame, source })?;
        records.extend(more);
        at += taken;
        frame += 1;
        if head.last {
            complete = true;
            break;
        }
    }
    Ok(Segment {
        header,
        records,
        complete,
    })
}
