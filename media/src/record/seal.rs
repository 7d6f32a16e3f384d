//! Sealing of frames: AES-256-GCM with a key of its own for every segment.

use super::segment::{FrameHead, Header};
use crate::RecordingKey;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

const LABEL: &[u8] = b"orderline segment v1";

/// One segment's cipher. Nonces are frame counters, so a segment is written by one [`Sealer`] only and never
/// continued by another: the header's random nonce gives each file another key.
pub(crate) struct Sealer {
    cipher: Aes256Gcm,
    header_hash: [u8; 32],
    counter: u64,
}

impl Sealer {
    /// The cipher of the segment with this header, at its first frame.
    pub(crate) fn new(key: &RecordingKey, header: &Header, header_hash: [u8; 32]) -> Self {
        let mut salt = Vec::with_capacity(40);
        salt.extend_from_slice(header.recording.as_uuid().as_bytes());
        salt.extend_from_slice(&header.epoch.to_be_bytes());
        salt.extend_from_slice(&header.index.to_be_bytes());
        salt.extend_from_slice(&header.nonce);
        Self {
            cipher: derive(key, &salt, LABEL),
            header_hash,
            counter: 0,
        }
    }

    /// Seals the next frame.
    pub(crate) fn seal(&mut self, head: &FrameHead, plain: &[u8]) -> Vec<u8> {
        let (nonce, aad) = self.next(head);
        self.cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .expect("AES-GCM refuses only messages of 64 GiB and more; a frame has 64 KiB")
    }

    /// Opens the next frame; `None` when it is not what was sealed, or not in its place.
    pub(crate) fn open(&mut self, head: &FrameHead, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, aad) = self.next(head);
        self.cipher
            .decrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .ok()
    }

    fn next(&mut self, head: &FrameHead) -> ([u8; 12], Vec<u8>) {
        let counter = self.counter.to_be_bytes();
        self.counter += 1;
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&counter);
        let mut aad = Vec::with_capacity(57);
        aad.extend_from_slice(&self.header_hash);
        aad.extend_from_slice(&counter);
        aad.extend_from_slice(&head.bound());
        (nonce, aad)
    }
}

/// A cipher under a subkey of the recording's key (HKDF-SHA256).
pub(crate) fn derive(key: &RecordingKey, salt: &[u8], label: &[u8]) -> Aes256Gcm {
    let mut subkey = Zeroizing::new([0u8; 32]);
    Hkdf::<Sha256>::new(Some(salt), &key.0)
        .expand(label, subkey.as_mut_slice())
        .expect("32 bytes are within HKDF-SHA256's limit of 8160");
    Aes256Gcm::new_from_slice(subkey.as_slice()).expect("the subkey has 32 bytes")
}
