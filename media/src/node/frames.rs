//! Datagrams in a byte stream (RFC 4571): two bytes of length before each.

use super::core::MAX_DATAGRAM;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use std::collections::VecDeque;

/// Bytes of the length.
const HEAD: usize = 2;
/// Bytes that wait for a slow reader: half a second of a lively picture. What comes on top is lost, as it would be on
/// a full line.
const MAX_WAITING: usize = 256 * 1024;

/// The peer sent a length that no datagram of ours has: nothing after it can be made sense of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Takes a stream apart.
#[derive(Default)]
pub(crate) struct Incoming {
    buffer: BytesMut,
}

impl Incoming {
    /// Takes the next bytes of the stream. Everything that is whole is to be fetched with [`Self::next`] before more
    /// is given, so that no more than one datagram and one read wait here.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole datagram.
    ///
    /// # Errors
    /// [`TooLong`]: the stream is of no more use.
    pub(crate) fn next(&mut self) -> Result<Option<BytesMut>, TooLong> {
        let Some((head, _)) = self.buffer.split_first_chunk::<HEAD>() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes(*head));
        if length > MAX_DATAGRAM {
            return Err(TooLong);
        }
        if self.buffer.len() < HEAD + length {
            return Ok(None);
        }
        self.buffer.advance(HEAD);
        Ok(Some(self.buffer.split_to(length)))
    }
}

/// Puts a stream together.
#[derive(Default)]
pub(crate) struct Outgoing {
    waiting: VecDeque<Bytes>,
    bytes: usize,
}

impl Outgoing {
    /// Queues a datagram; `false` when too much waits already.
    pub(crate) fn push(&mut self, datagram: &[u8]) -> bool {
        let Ok(length) = u16::try_from(datagram.len()) else {
            return false;
        };
        if self.bytes + datagram.len() > MAX_WAITING {
            return false;
        }
        let mut framed = BytesMut::with_capacity(HEAD + datagram.len());
        framed.put_u16(length);
        framed.put_slice(datagram);
        self.bytes += framed.len();
        self.waiting.push_back(framed.freeze());
        true
    }

    /// What is to be written next.
    pub(crate) fn front(&self) -> Option<&[u8]> {
        self.waiting.front().map(AsRef::as_ref)
    }

    /// So many bytes of [`Self::front`] were written.
    pub(crate) fn written(&mut self, count: usize) {
        if let Some(front) = self.waiting.front_mut() {
            let count = count.min(front.len());
            front.advance(count);
            self.bytes -= count;
            if front.is_empty() {
                self.waiting.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However a stream is cut into pieces, the same datagrams come out.
        #[test]
        fn datagrams_survive_any_cutting(
            datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..MAX_DATAGRAM), 0..20),
            cuts in prop::collection::vec(1usize..700, 1..50),
        ) {
            let mut outgoing = Outgoing::default();
            for datagram in &datagrams {
                prop_assert!(outgoing.push(datagram));
            }
            let (mut incoming, mut got) = (Incoming::default(), Vec::new());
            let mut cuts = cuts.iter().cycle();
            while let Some(front) = outgoing.front() {
                let count = front.len().min(*cuts.next().unwrap());
                incoming.push(&front[..count]);
                outgoing.written(count);
                while let Some(datagram) = incoming.next().unwrap() {
                    got.push(datagram.to_vec());
                }
            }
            prop_assert_eq!(got, datagrams);
            prop_assert_eq!(outgoing.bytes, 0);
        }

        #[test]
        fn any_bytes_are_read_without_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..900), 0..20)) {
            let mut incoming = Incoming::default();
            for piece in &pieces {
                incoming.push(piece);
                while let Ok(Some(datagram)) = incoming.next() {
                    prop_assert!(datagram.len() <= MAX_DATAGRAM);
                }
            }
        }
    }

    #[test]
    fn a_slow_reader_loses_what_is_too_much() {
        let mut outgoing = Outgoing::default();
        let sent = (0..1_000).filter(|_| outgoing.push(&[7; 1_000])).count();
        assert!((250..=262).contains(&sent), "{sent}");
    }

    #[test]
    fn a_length_beyond_any_datagram_ends_the_stream() {
        let mut incoming = Incoming::default();
        incoming.push(&[0xff, 0xff, 1]);
        assert_eq!(incoming.next(), Err(TooLong));
    }
}
