//! Compressed copies beside the app's files, so that the server never compresses them itself.

use crate::shell::files_below;
use anyhow::{Context, Result};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

/// The kinds of file that gain by it.
const KINDS: [&str; 6] = ["wasm", "js", "css", "html", "json", "svg"];

/// Writes `<file>.br` and `<file>.gz` beside each file below `folder` that they make smaller.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn beside(folder: &Path) -> Result<()> {
    let mut files = files_below(folder, &[])?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
    });
    thread::scope(|scope| {
        let workers: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(move || one(file)))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
    })
}

/// The name of a file's Brotli copy.
pub(super) fn brotli_name(file: &Path) -> PathBuf {
    with_suffix(file, ".br")
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn one(file: &Path) -> Result<()> {
    let plain = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    write_if_smaller(&brotli_name(file), &brotli(&plain)?, &plain)?;
    write_if_smaller(&with_suffix(file, ".gz"), &gzip(&plain)?, &plain)
}

fn write_if_smaller(place: &Path, packed: &[u8], plain: &[u8]) -> Result<()> {
    if packed.len() < plain.len() {
        fs::write(place, packed).with_context(|| format!("cannot write {}", place.display()))?;
    }
    Ok(())
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &parameters).context("cannot compress")?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn copies_unpack_to_the_file_and_small_files_get_none() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let text = "let it be small. ".repeat(200);
        fs::write(folder.path().join("a.js"), &text)?;
        fs::write(folder.path().join("b.js"), "1")?;
        beside(folder.path())?;

        let mut unpacked = String::new();
        let packed = fs::read(folder.path().join("a.js.br"))?;
        brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut unpacked)?;
        assert_eq!(unpacked, text);
        unpacked.clear();
        let packed = fs::read(folder.path().join("a.js.gz"))?;
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked)?;
        assert_eq!(unpacked, text);
        assert!(!folder.path().join("b.js.br").exists());
        Ok(())
    }
}
