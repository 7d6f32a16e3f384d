//! A disk whose power can be cut: what was not made durable is gone.
//!
//! A file system of its own lies in an image file behind a loop device. What a program writes without syncing stays in
//! memory, because the file system commits only when it is asked to; a cut copies the image as it is at that moment
//! and mounts the copy, as a machine does that starts again. Needs root and loop devices.

use crate::wait::until_blocking;
use anyhow::{Context as _, Result, ensure};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Size of the file system; the image is sparse.
const BYTES: u64 = 8 * 1024 * 1024 * 1024;
/// Nothing is committed by time, data does not follow metadata, and no rename is made durable by itself.
const OPTIONS: &str = "loop,commit=3600,data=writeback,noauto_da_alloc";

/// The disk.
#[derive(Debug)]
pub struct Disk {
    home: PathBuf,
    /// Counts the cuts; names the image.
    number: u32,
}

impl Disk {
    /// A new disk, its image and its mount point in `home`.
    ///
    /// # Errors
    /// Without root, loop devices or `mkfs.ext4`.
    pub fn new(home: &Path) -> Result<Self> {
        let disk = Self {
            home: home.to_owned(),
            number: 0,
        };
        fs::create_dir_all(disk.path())?;
        fs::File::create(disk.image())?.set_len(BYTES)?;
        run(
            "mkfs.ext4",
            [OsStr::new("-q"), OsStr::new("-F"), disk.image().as_os_str()],
        )?;
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.home.join("disk")
    }

    fn image(&self) -> PathBuf {
        self.home.join(format!("disk-{}.img", self.number))
    }

    fn mount(&self) -> Result<()> {
        run(
            "mount",
            [
                OsStr::new("-o"),
                OsStr::new(OPTIONS),
                self.image().as_os_str(),
                self.path().as_os_str(),
            ],
        )
    }

    /// Cuts the power and starts again: everything that was not synced is gone. Whoever used the disk must be dead.
    ///
    /// # Errors
    /// When the image cannot be copied or mounted.
    pub fn cut(&mut self) -> Result<()> {
        let old = self.image();
        self.number += 1;
        run(
            "cp",
            [
                OsStr::new("--sparse=always"),
                old.as_os_str(),
                self.image().as_os_str(),
            ],
        )?;
        // What the old file system still writes on its way out goes into the image that is thrown away.
        until_blocking("nobody uses the disk", || {
            Ok(run("umount", [self.path().as_os_str()]).ok())
        })?;
        fs::remove_file(old)?;
        self.mount()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The folder around it cannot be removed while it is mounted.
        drop(run("umount", [OsStr::new("-l"), self.path().as_os_str()]));
    }
}

fn run<const N: usize>(program: &str, arguments: [&OsStr; N]) -> Result<()> {
    let done = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("{program} is needed"))?;
    ensure!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr).trim()
    );
    Ok(())
}
