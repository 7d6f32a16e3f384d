//! The installation's own key. The master key wraps the keys of recordings, which lie wrapped in the database:
//! destroying one erases its recording everywhere.
//!
//! It is made at the first start, in `<data>/keys`, mode 0600. Whoever loses it loses every recording: it belongs in a
//! backup, apart from the database.

use crate::durable;
use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use orderline_domain::ids::{RecordingId, VendorId};
use orderline_media::RecordingKey;
use rand::{TryRng as _, rngs::SysRng};
use sha2::{Digest as _, Sha256};
use std::{
    fmt, io,
    path::{Path, PathBuf},
};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Format of a wrapped key: this byte, the master key's id (8 bytes), a nonce (12), the sealed key (32 + 16).
const VERSION: u8 = 1;
const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
/// The master key's file in the data folder.
const MASTER: &str = "master.key";
const WRAPPED_BYTES: usize = 1 + ID_BYTES + NONCE_BYTES + 32 + 16;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file cannot be used: {0}")]
    Io(#[from] io::Error),
    #[error("the key file does not hold exactly 32 bytes")]
    Length,
    #[error("the configured master key file does not exist")]
    Missing,
    #[error("the recording's key is damaged or belongs to another recording")]
    Damaged,
    #[error("the recording's key was wrapped with another master key")]
    OtherMasterKey,
}

/// Whose key is wrapped: bound into the seal, so that a wrapped key cannot be moved to another recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyOwner {
    pub vendor: VendorId,
    pub recording: RecordingId,
}

impl KeyOwner {
    fn bound(self) -> Vec<u8> {
        let mut out = b"orderline recording key 1".to_vec();
        out.extend_from_slice(self.recording.as_uuid().as_bytes());
        out.extend_from_slice(self.vendor.as_uuid().as_bytes());
        out
    }
}

/// A recording's key as it lies in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey([u8; WRAPPED_BYTES]);

impl WrappedKey {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Which master key wrapped it, as [`MasterKey::id`] names it.
    pub fn master_id(&self) -> String {
        hex::encode(&self.0[1..=ID_BYTES])
    }
}

impl TryFrom<&[u8]> for WrappedKey {
    type Error = KeyError;

    fn try_from(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes.try_into() {
            Ok(bytes) if bytes_version(&bytes) == VERSION => Ok(Self(bytes)),
            _ => Err(KeyError::Damaged),
        }
    }
}

fn bytes_version(bytes: &[u8; WRAPPED_BYTES]) -> u8 {
    bytes[0]
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedKey(redacted)")
    }
}

/// A fresh key for one recording, from the system's randomness.
pub fn new_recording_key() -> Result<RecordingKey, KeyError> {
    let mut key = RecordingKey([0; 32]);
    SysRng
        .try_fill_bytes(&mut key.0)
        .map_err(io::Error::other)?;
    Ok(key)
}

/// Where a key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrigin {
    /// Made just now: there can be no backup yet.
    Made,
    /// Found in the data directory.
    DataDirectory,
    /// From the file that the configuration names.
    Configured,
}

/// The key that wraps the keys of recordings.
#[derive(ZeroizeOnDrop)]
pub struct MasterKey {
    key: [u8; 32],
    #[zeroize(skip)]
    id: [u8; ID_BYTES],
    #[zeroize(skip)]
    origin: KeyOrigin,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("id", &self.id())
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    /// Opens the configured file (never made here), else `<data>/keys/master.key`, made when missing.
    pub fn open(data_dir: &Path, configured: Option<&Path>) -> Result<Self, KeyError> {
        if configured.is_some() {
            return Self::find(data_dir, configured)?.ok_or(KeyError::Missing);
        }
        let (key, origin) = open_or_make(data_dir, MASTER)?;
        Ok(Self::new(key, origin))
    }

    /// The same, but nothing is made.
    pub fn find(data_dir: &Path, configured: Option<&Path>) -> Result<Option<Self>, KeyError> {
        let origin = match configured {
            Some(_) => KeyOrigin::Configured,
            None => KeyOrigin::DataDirectory,
        };
        let path = Self::path(data_dir, configured);
        let Some(bytes) = durable::read_secret(&path)?.map(Zeroizing::new) else {
            return Ok(None);
        };
        let key = bytes.as_slice().try_into().map_err(|_| KeyError::Length)?;
        Ok(Some(Self::new(key, origin)))
    }

    /// Where it is looked for.
    pub fn path(data_dir: &Path, configured: Option<&Path>) -> PathBuf {
        configured.map_or_else(|| data_dir.join("keys").join(MASTER), Path::to_path_buf)
    }

    fn new(key: [u8; 32], origin: KeyOrigin) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"orderline master key id 1");
        hash.update(key);
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&hash.finalize()[..ID_BYTES]);
        Self { key, id, origin }
    }

    pub fn origin(&self) -> KeyOrigin {
        self.origin
    }

    /// Names the key without telling it, for logs and backups: 16 hex digits.
    pub fn id(&self) -> String {
        hex::encode(self.id)
    }

    /// Seals a secret. `bound` says what it is and whose: it opens for that alone.
    pub fn seal(&self, secret: &[u8], bound: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_BYTES];
        SysRng
            .try_fill_bytes(&mut nonce)
            .map_err(io::Error::other)?;
        let payload = Payload {
            msg: secret,
            aad: bound,
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| KeyError::Damaged)?;
        let mut out = Vec::with_capacity(1 + ID_BYTES + NONCE_BYTES + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) sealed.
    ///
    /// # Errors
    /// [`KeyError::OtherMasterKey`] when another master key sealed it; [`KeyError::Damaged`] when it was changed or is bound
    /// to something else.
    pub fn open_sealed(&self, sealed: &[u8], bound: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let Some((&VERSION, rest)) = sealed.split_first() else {
            return Err(KeyError::Damaged);
        };
        let (id, rest) = rest.split_at_checked(ID_BYTES).ok_or(KeyError::Damaged)?;
        if id != self.id {
            return Err(KeyError::OtherMasterKey);
        }
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(KeyError::Damaged)?;
        let payload = Payload {
            msg: sealed,
            aad: bound,
        };
        let opened = self.cipher().decrypt(&Nonce::from(*nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| KeyError::Damaged)
    }

    /// Seals a recording's key for its owner.
    pub fn wrap(&self, key: &RecordingKey, owner: KeyOwner) -> Result<WrappedKey, KeyError> {
        WrappedKey::try_from(self.seal(&key.0, &owner.bound())?.as_slice())
    }

    /// Opens a recording's key.
    ///
    /// # Errors
    /// [`KeyError::OtherMasterKey`] when another master key sealed it; [`KeyError::Damaged`] when it was
    /// changed or belongs to another recording.
    pub fn unwrap(&self, wrapped: &WrappedKey, owner: KeyOwner) -> Result<RecordingKey, KeyError> {
        let opened = self.open_sealed(&wrapped.0, &owner.bound())?;
        Ok(RecordingKey(
            opened
                .as_slice()
                .try_into()
                .map_err(|_| KeyError::Damaged)?,
        ))
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.key.into())
    }
}

fn open_or_make(data_dir: &Path, name: &str) -> Result<([u8; 32], KeyOrigin), KeyError> {
    let dir = data_dir.join("keys");
    durable::private_dir(&dir)?;
    let (bytes, made) = durable::secret_or_new(&dir.join(name), || {
        let mut key = vec![0; 32];
        SysRng.try_fill_bytes(&mut key).map_err(io::Error::other)?;
        Ok(key)
    })?;
    let bytes = Zeroizing::new(bytes);
    let key = bytes.as_slice().try_into().map_err(|_| KeyError::Length)?;
    Ok((
        key,
        if made {
            KeyOrigin::Made
        } else {
            KeyOrigin::DataDirectory
        },
    ))
}
