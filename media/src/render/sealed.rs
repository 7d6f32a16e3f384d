//! The form in which a recording's derived files are stored: sealed in pieces, so that a part of a file can
//! be opened without the rest.
//!
//! A sealed file is a 24-byte header (`OLSF`, version 1 as `u16`, two zero bytes, a random nonce of 16
//! bytes), then pieces of 64 KiB of plaintext with 16 bytes of tag each; the last may be shorter, and an
//! empty file has one empty piece. The key is derived from the recording's key with the file's name as the
//! label and the nonce as the salt. A piece's number is its nonce; its associated data is the header, the
//! number and whether it is the last, so pieces can be neither swapped nor cut off.

use crate::RecordingKey;
use crate::record::seal::derive;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use std::io::{self, Read, Write};
use std::ops::Range;

/// Plaintext bytes of a piece.
pub const PIECE: u64 = 64 * 1024;
/// Bytes that a piece's seal adds.
pub const TAG: u64 = 16;
/// Bytes before the first piece.
pub const HEADER: u64 = HEADER_LEN as u64;
const HEADER_LEN: usize = 24;
/// A sealed piece in memory.
const SEALED_PIECE: usize = 64 * 1024 + 16;
/// Longest sealed file, in bytes: keeps the arithmetic far from overflow.
const MAX_LEN: u64 = 1 << 48;
const MAGIC: &[u8; 8] = b"OLSF\x00\x01\x00\x00";
const LABEL: &str = "orderline file v1 ";

/// A sealed file, or the part asked for, is not what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    #[error("not a sealed file")]
    Header,
    #[error("a sealed file cannot have this length")]
    Length,
    #[error("piece {0} is not what was sealed")]
    Piece(u64),
}

/// Length of the sealed form of a file.
pub fn sealed_len(plain_len: u64) -> u64 {
    HEADER + plain_len + pieces(plain_len) * TAG
}

/// Length of the file inside a sealed form of this length.
pub fn plain_len(sealed_len: u64) -> Result<u64, SealedError> {
    if !(HEADER + TAG..=MAX_LEN).contains(&sealed_len) {
        return Err(SealedError::Length);
    }
    let body = sealed_len - HEADER;
    let rest = body % (PIECE + TAG);
    if rest != 0 && rest < TAG {
        return Err(SealedError::Length);
    }
    Ok(body - body.div_ceil(PIECE + TAG) * TAG)
}

/// The bytes of the sealed form that hold a range of the file: whole pieces. The range is clipped to the
/// file; an empty one gives an empty range.
pub fn sealed_range(range: Range<u64>, plain_len: u64) -> Range<u64> {
    let end = range.end.min(plain_len);
    if range.start >= end {
        return HEADER..HEADER;
    }
    let (first, last) = (range.start / PIECE, (end - 1) / PIECE);
    let last_end = HEADER + (last + 1) * (PIECE + TAG);
    HEADER + first * (PIECE + TAG)..last_end.min(sealed_len(plain_len))
}

/// Seals a file; gives the sealed length. `nonce` is random and never used for two contents.
pub fn seal_file(
    key: &RecordingKey,
    name: &str,
    nonce: [u8; 16],
    plain: &mut impl Read,
    sealed: &mut impl Write,
) -> io::Result<u64> {
    let mut header = [0; HEADER_LEN];
    header[..8].copy_from_slice(MAGIC);
    header[8..].copy_from_slice(&nonce);
    sealed.write_all(&header)?;
    let cipher = cipher(key, name, &header);
    let mut written = HEADER;
    let mut piece = next_piece(plain)?;
    let mut number = 0;
    loop {
        let next = if piece.len() as u64 == PIECE {
            next_piece(plain)?
        } else {
            Vec::new()
        };
        let last = next.is_empty();
        let (nonce, aad) = place(&header, number, last);
        let body = cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: &piece,
                    aad: &aad,
                },
            )
            .map_err(|_| io::Error::other("a piece cannot be sealed"))?;
        sealed.write_all(&body)?;
        written += body.len() as u64;
        if last {
            return Ok(written);
        }
        piece = next;
        number += 1;
    }
}

/// Opens parts of one sealed file.
pub struct SealedReader {
    cipher: Aes256Gcm,
    header: [u8; HEADER_LEN],
    plain_len: u64,
}

impl SealedReader {
    /// Needs the file's first [`HEADER`] bytes and its whole sealed length.
    pub fn new(
        key: &RecordingKey,
        name: &str,
        header: &[u8],
        sealed_len: u64,
    ) -> Result<Self, SealedError> {
        let header: [u8; HEADER_LEN] = header.try_into().map_err(|_| SealedError::Header)?;
        if header[..8] != *MAGIC {
            return Err(SealedError::Header);
        }
        Ok(Self {
            cipher: cipher(key, name, &header),
            header,
            plain_len: plain_len(sealed_len)?,
        })
    }

    /// Length of the file inside.
    pub fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Opens a range of the file from the bytes that [`sealed_range`] names for it.
    pub fn open(&self, range: Range<u64>, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
        let end = range.end.min(self.plain_len);
        if range.start >= end {
            return Ok(Vec::new());
        }
        let expected = sealed_range(range.clone(), self.plain_len);
        if sealed.len() as u64 != expected.end - expected.start {
            return Err(SealedError::Length);
        }
        let first = range.start / PIECE;
        let count = pieces(self.plain_len);
        let mut plain = Vec::with_capacity(sealed.len());
        for (body, number) in sealed.chunks(SEALED_PIECE).zip(first..) {
            let (nonce, aad) = place(&self.header, number, number + 1 == count);
            let piece = self
                .cipher
                .decrypt(
                    &Nonce::from(nonce),
                    Payload {
                        msg: body,
                        aad: &aad,
                    },
                )
                .map_err(|_| SealedError::Piece(number))?;
            plain.extend_from_slice(&piece);
        }
        let skip = usize::try_from(range.start - first * PIECE).map_err(|_| SealedError::Length)?;
        let len = usize::try_from(end - range.start).map_err(|_| SealedError::Length)?;
        plain
            .get(skip..skip + len)
            .map(<[u8]>::to_vec)
            .ok_or(SealedError::Length)
    }
}

fn pieces(plain_len: u64) -> u64 {
    plain_len.div_ceil(PIECE).max(1)
}

fn cipher(key: &RecordingKey, name: &str, header: &[u8]) -> Aes256Gcm {
    derive(key, &header[8..], format!("{LABEL}{name}").as_bytes())
}

fn place(header: &[u8], number: u64, last: bool) -> ([u8; 12], Vec<u8>) {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    let mut aad = header.to_vec();
    aad.extend_from_slice(&number.to_be_bytes());
    aad.push(u8::from(last));
    (nonce, aad)
}

fn next_piece(plain: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    plain.take(PIECE).read_to_end(&mut piece)?;
    Ok(piece)
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "lengths of test data")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: RecordingKey = RecordingKey([3; 32]);

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let len = seal_file(&KEY, "audio.webm", [9; 16], &mut &*plain, &mut out).expect("memory");
        assert_eq!(len, out.len() as u64);
        assert_eq!(len, sealed_len(plain.len() as u64));
        assert_eq!(plain_len(len), Ok(plain.len() as u64));
        out
    }

    fn open(file: &[u8], name: &str, range: Range<u64>) -> Result<Vec<u8>, SealedError> {
        let reader = SealedReader::new(&KEY, name, &file[..HEADER_LEN], file.len() as u64)?;
        let part = sealed_range(range.clone(), reader.plain_len());
        reader.open(range, &file[part.start as usize..part.end as usize])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn any_range_comes_back(len in 0usize..200_000, a: u64, b: u64) {
            let plain: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let file = sealed(&plain);
            let (a, b) = (a % (len as u64 + 2), b % (len as u64 + 2));
            let range = a.min(b)..a.max(b);
            let clipped = (range.start as usize).min(len)..(range.end as usize).min(len);
            prop_assert_eq!(open(&file, "audio.webm", range), Ok(plain[clipped].to_vec()));
        }

        #[test]
        fn arbitrary_bytes_never_panic(len: u64, start: u64, end: u64,
                                       bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut header = [0; HEADER_LEN];
            header[..8].copy_from_slice(MAGIC);
            prop_assert!(SealedReader::new(&KEY, "x", &bytes, len).is_err());
            if let Ok(reader) = SealedReader::new(&KEY, "x", &header, len % (2 * MAX_LEN)) {
                let opened = reader.open(start % len.max(1)..end, &bytes);
                prop_assert!(opened.is_err() || opened.is_ok_and(|plain| plain.is_empty()));
            }
        }
    }

    #[test]
    fn edges_of_pieces() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE] {
            let plain = vec![5; len as usize];
            assert_eq!(open(&sealed(&plain), "audio.webm", 0..u64::MAX), Ok(plain));
        }
    }

    #[test]
    fn cut_swapped_renamed_and_changed_files_are_noticed() {
        let plain = vec![5; 3 * PIECE as usize];
        let file = sealed(&plain);
        assert_eq!(open(&file, "other", 0..10), Err(SealedError::Piece(0)));
        let cut = &file[..(HEADER + 2 * (PIECE + TAG)) as usize];
        assert_eq!(
            open(cut, "audio.webm", 0..10),
            Ok(vec![5; 10]),
            "a piece before the cut is sound"
        );
        assert_eq!(
            open(cut, "audio.webm", PIECE..PIECE + 1),
            Err(SealedError::Piece(1)),
            "the end is missing"
        );
        let mut swapped = file.clone();
        let piece = SEALED_PIECE;
        swapped[24..24 + 2 * piece].rotate_left(piece);
        assert_eq!(
            open(&swapped, "audio.webm", 0..1),
            Err(SealedError::Piece(0))
        );
        let mut changed = file;
        changed[30] ^= 1;
        assert_eq!(
            open(&changed, "audio.webm", 0..1),
            Err(SealedError::Piece(0))
        );
    }
}
