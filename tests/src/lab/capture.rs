//! What passes one host's interface, written down as a capture (the libpcap file format, whole IP packets).

use anyhow::{Context as _, Result};
use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    time::Duration,
};

/// The format's mark for times in microseconds, and its version.
const MAGIC: u32 = 0xa1b2_c3d4;
const VERSION: [u16; 2] = [2, 4];
/// Longest packet that is written, and the kind of link: packets begin with their IP header.
const LONGEST: u32 = 65_535;
const RAW_IP: u32 = 101;
/// A capture ends here: no test lets so much pass.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A capture that goes on.
pub struct Capture {
    pub host: usize,
    file: BufWriter<File>,
    written: u64,
}

impl Capture {
    /// Begins a new file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(host: usize, path: &Path) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut capture = Self {
            host,
            file: BufWriter::new(file),
            written: 0,
        };
        capture.file.write_all(&header())?;
        Ok(capture)
    }

    /// Notes a packet that passed `at` after the beginning.
    ///
    /// # Errors
    /// When it cannot be written, or the capture is full.
    pub fn note(&mut self, at: Duration, packet: &[u8]) -> Result<()> {
        let record = record(at, packet);
        self.written += u64::try_from(record.len() + packet.len())?;
        anyhow::ensure!(self.written <= MOST_BYTES, "the capture is full");
        self.file.write_all(&record)?;
        self.file.write_all(packet)?;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> Result<()> {
        Ok(self.file.flush()?)
    }
}

fn header() -> Vec<u8> {
    let mut bytes = MAGIC.to_le_bytes().to_vec();
    for part in VERSION {
        bytes.extend(part.to_le_bytes());
    }
    for part in [0, 0, LONGEST, RAW_IP] {
        bytes.extend(part.to_le_bytes());
    }
    bytes
}

fn record(at: Duration, packet: &[u8]) -> Vec<u8> {
    let seconds = u32::try_from(at.as_secs()).unwrap_or(u32::MAX);
    let length = u32::try_from(packet.len()).unwrap_or(LONGEST);
    [seconds, at.subsec_micros(), length, length]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_holds_each_packet_with_its_time() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("lab.pcap");
        let mut capture = Capture::begin(1, &path)?;
        capture.note(Duration::from_micros(2_000_003), &[0x45, 7])?;
        capture.end()?;
        let bytes = std::fs::read(&path)?;
        assert_eq!(bytes.len(), 24 + 16 + 2);
        assert_eq!(bytes[..4], MAGIC.to_le_bytes());
        assert_eq!(bytes[20..24], RAW_IP.to_le_bytes());
        let words: Vec<_> = bytes[24..40].chunks(4).map(|word| word[0]).collect();
        assert_eq!(words, [2, 3, 2, 2]);
        assert_eq!(bytes[40..], [0x45, 7]);
        Ok(())
    }
}
