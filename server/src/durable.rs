//! Files that survive a power cut. A file counts as stored only when its bytes *and* every folder entry on the
//! way to it were synced: a rename alone may be forgotten, and a new folder may vanish with all it holds.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{
        DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
    },
    path::Path,
};

/// Longest secret file that is read; keys and credentials are far smaller.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Syncs a folder, so that the names in it last.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes `dir`, which lies within `root`, and everything between them, and syncs each folder on the way, so
/// that the whole chain lasts. `root` must exist.
pub(crate) fn create_dirs_synced(root: &Path, dir: &Path) -> io::Result<()> {
    let inner = dir.strip_prefix(root).map_err(|_| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the folder is not within its root",
        )
    })?;
    let mut at = root.to_path_buf();
    for part in inner.components() {
        let parent = at.clone();
        at.push(part);
        match std::fs::create_dir(&at) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        sync_dir(&parent)?;
    }
    Ok(())
}

/// Makes a folder that only its owner may enter (mode 0700), when it is missing, and syncs its parent.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    match std::fs::DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => sync_dir(dir.parent().unwrap_or(Path::new("."))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a file that only its owner may read (mode 0600), synced with its folder; never replaces one.
/// A crash leaves either nothing under `path` or the whole file.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when the file is there already, in which case it is untouched.
pub(crate) fn write_new_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path
        .parent()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a secret needs a folder"))?;
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let outcome = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // A link, unlike a rename, fails when the name is taken.
        std::fs::hard_link(&draft, path)
    })();
    let removed = std::fs::remove_file(&draft);
    outcome?;
    removed?;
    sync_dir(dir)
}

/// Reads a small secret file; `Ok(None)` when there is none.
///
/// # Errors
/// Also when others may read the file: then it is no secret.
pub(crate) fn read_secret(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let seen = file.metadata()?;
    if !is_private(seen.mode(), seen.uid()) {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "others may read {0}; make it its owner's alone with `chmod 600 {0}`",
                path.display()
            ),
        ));
    }
    let mut bytes = Vec::new();
    file.take(MAX_SECRET_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a file of this mode is its owner's alone; one of root's may be read by the group that it was given to.
#[expect(clippy::verbose_bit_mask, reason = "a file's mode is read in octal")]
const fn is_private(mode: u32, owner: u32) -> bool {
    mode & 0o077 == 0 || (owner == 0 && mode & 0o037 == 0)
}

/// Reads the secret at `path`, or stores what `make` gives when there is none yet. Two processes that start at
/// once agree on whichever came first.
pub(crate) fn secret_or_new(
    path: &Path,
    make: impl FnOnce() -> io::Result<Vec<u8>>,
) -> io::Result<(Vec<u8>, bool)> {
    if let Some(bytes) = read_secret(path)? {
        return Ok((bytes, false));
    }
    let bytes = make()?;
    match write_new_secret(path, &bytes) {
        Ok(()) => Ok((bytes, true)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let bytes =
                read_secret(path)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            Ok((bytes, false))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn a_secret_is_its_owners_alone() {
        for (mode, owner, private) in [
            (0o100_600, 1000, true),
            (0o100_400, 0, true),
            (0o100_640, 0, true),
            (0o100_640, 1000, false),
            (0o100_660, 0, false),
            (0o100_644, 0, false),
            (0o100_644, 1000, false),
            (0o100_604, 1000, false),
        ] {
            assert_eq!(is_private(mode, owner), private, "{mode:o} of {owner}");
        }
    }
}
