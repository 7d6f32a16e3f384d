//! What a datagram's first reader must know of STUN: whom a binding request is for, and whether it chooses
//! its path.

const HEADER: usize = 20;
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const USERNAME: u16 = 0x0006;
const USE_CANDIDATE: u16 = 0x0025;
const ICE_CONTROLLED: u16 = 0x8029;
/// A browser's binding request has five or six attributes.
const MAX_ATTRIBUTES: usize = 16;

/// Whether the datagram is STUN by its first byte (RFC 7983).
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

/// A binding request, not yet authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request<'a> {
    /// The receiver's ufrag: the part of USERNAME before the colon (RFC 8445, section 7.2.2).
    pub receiver: &'a str,
    /// The sender wants media to go where this came from.
    pub nominates: bool,
}

/// Whether the datagram is one that an authenticated check makes us send: its answer, or a check of our own.
pub(crate) fn proves(sent: &[u8]) -> bool {
    sent.starts_with(&[0x01, 0x01]) || sent.starts_with(&BINDING_REQUEST)
}

/// Whether the datagram is the answer to a check.
pub(crate) fn is_answer(datagram: &[u8]) -> bool {
    datagram.starts_with(&[0x01])
}

/// Reads a binding request; `None` when the datagram is none, or names nobody.
pub(crate) fn request(datagram: &[u8]) -> Option<Request<'_>> {
    let (header, mut rest) = datagram.split_at_checked(HEADER)?;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if header[..2] != BINDING_REQUEST || header[4..8] != MAGIC || length != rest.len() {
        return None;
    }
    let (mut receiver, mut nominates) = (None, false);
    for _ in 0..MAX_ATTRIBUTES {
        let Some((head, body)) = rest.split_at_checked(4) else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = body.get(..length)?;
        match u16::from_be_bytes([head[0], head[1]]) {
            USERNAME => receiver = std::str::from_utf8(value).ok()?.split_once(':'),
            USE_CANDIDATE => nominates = true,
            // A peer of an ICE-lite side controls; the library would answer this without asking for proof.
            ICE_CONTROLLED => return None,
            _ => {}
        }
        rest = body.get(length.next_multiple_of(4)..)?;
    }
    let (receiver, _) = receiver?;
    Some(Request {
        receiver,
        nominates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn datagram(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut datagram = BINDING_REQUEST.to_vec();
        datagram.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        datagram.extend(MAGIC);
        datagram.extend([7; 12]);
        datagram.extend(body);
        datagram
    }

    #[test]
    fn a_request_names_its_receiver_and_may_choose_its_path() {
        let chosen = datagram(&[
            (USE_CANDIDATE, &[]),
            (USERNAME, b"ours:theirs"),
            (0x24, &[0; 4]),
        ]);
        let plain = datagram(&[(USERNAME, b"ours:theirs")]);
        for (bytes, nominates) in [(&chosen, true), (&plain, false)] {
            let expected = Request {
                receiver: "ours",
                nominates,
            };
            assert_eq!(request(bytes), Some(expected));
        }
        assert_eq!(request(&datagram(&[(USERNAME, b"no colon")])), None);
        assert_eq!(request(&datagram(&[])), None);
        assert_eq!(request(&chosen[..chosen.len() - 1]), None);
    }

    proptest! {
        #[test]
        fn any_datagram_is_read_without_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), header: bool) {
            if header && bytes.len() >= HEADER {
                let length = u16::try_from(bytes.len() - HEADER).unwrap().to_be_bytes();
                bytes[..2].copy_from_slice(&BINDING_REQUEST);
                bytes[2..4].copy_from_slice(&length);
                bytes[4..8].copy_from_slice(&MAGIC);
            }
            let _ = request(&bytes);
        }
    }
}
