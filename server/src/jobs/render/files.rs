//! What is made: working files without a name, and their sealed form in the store.

use super::AttemptError;
use crate::blob::{Blob, ObjectKey};
use orderline_domain::recording::Recording;
use orderline_media::{
    RecordingKey,
    render::{Outputs, sealed},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};

/// Working files without a name: plaintext that no crash leaves behind.
pub(super) struct Files {
    folder: PathBuf,
    made: BTreeMap<String, File>,
}

impl Files {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            made: BTreeMap::new(),
        }
    }

    /// The file of this name, once.
    pub(super) fn take(&mut self, name: &str) -> Option<File> {
        self.made.remove(name)
    }
}

impl Outputs for Files {
    type Sink = File;

    fn create(&mut self, _name: &str) -> io::Result<File> {
        tempfile::tempfile_in(&self.folder)
    }

    fn finish(&mut self, name: &str, file: File) -> io::Result<()> {
        self.made.insert(name.to_owned(), file);
        Ok(())
    }
}

/// Where the files of one recording are stored.
pub(super) struct Shelf<'a> {
    pub blob: &'a Blob,
    pub record: &'a Recording,
    pub key: &'a RecordingKey,
    pub work: &'a Path,
}

impl Shelf<'_> {
    /// Seals a file and stores it under a name made of its content. The nonce comes from the content too: the same
    /// file gives the same object, another one a key stream of its own.
    pub(super) async fn store(
        &self,
        name: &str,
        file: File,
    ) -> Result<(ObjectKey, [u8; 32]), AttemptError> {
        let (key, owned, work) = (self.key.clone(), name.to_owned(), self.work.to_owned());
        let sealing = tokio::task::spawn_blocking(move || seal(&key, &owned, file, &work));
        let (sealed, sha256) = sealing.await.map_err(io::Error::other)??;
        let object = format!("{}-{name}", hex::encode(&sha256[..8]));
        let object = ObjectKey::derived(self.record.vendor, self.record.recording, &object)?;
        self.blob.put_file(&object, sealed.path()).await?;
        Ok((object, sha256))
    }
}

fn seal(
    key: &RecordingKey,
    name: &str,
    mut plain: File,
    work: &Path,
) -> io::Result<(tempfile::NamedTempFile, [u8; 32])> {
    plain.rewind()?;
    let mut hash = HashWriter(Sha256::new());
    io::copy(&mut plain, &mut hash)?;
    let sha256: [u8; 32] = hash.0.finalize().into();
    let mut nonce = [0; 16];
    let mut seed = Sha256::new();
    seed.update(b"orderline sealed file nonce 1");
    seed.update(key.0);
    seed.update(name.as_bytes());
    seed.update(sha256);
    nonce.copy_from_slice(&seed.finalize()[..16]);
    plain.rewind()?;
    let mut sealed = tempfile::NamedTempFile::new_in(work)?;
    sealed::seal_file(key, name, nonce, &mut plain, &mut sealed)?;
    sealed.flush()?;
    Ok((sealed, sha256))
}

struct HashWriter(Sha256);

impl io::Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
