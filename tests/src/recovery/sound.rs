//! How much of what was said before a kill a recording holds.

use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use tokio::process::Command;

const RATE: usize = 48_000;
/// Length of one look at the sound.
const WINDOW: usize = RATE / 100;
/// Louder than this (of full scale, root mean square) is a voice.
const VOICE: f32 = 0.03;
/// Of a recorded stretch at least this share must sound: the voices never pause.
const MOSTLY: f64 = 0.97;
/// The voices begin when the second side has come in.
const BEGIN_S: f64 = 1.0;

/// Decodes a recording of two voices that never paused; answers where the voice of `channel` (0 or 1) was last
/// heard before `kill_s` (seconds on the recording).
pub(super) async fn last_heard(file: &Path, channel: usize, kill_s: f64) -> Result<f64> {
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-f", "f32le", "-ac", "2", "-ar", "48000", "-"])
        .output()
        .await
        .context("ffmpeg is needed to decode a recording")?;
    ensure!(
        decoded.status.success() && decoded.stderr.is_empty(),
        "the recording does not decode: {}",
        String::from_utf8_lossy(&decoded.stderr)
    );
    let heard: Vec<bool> = decoded
        .stdout
        .chunks_exact(8 * WINDOW)
        .map(|window| loudness(window, channel) > VOICE)
        .collect();
    let at = |seconds: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds of a short file"
        )]
        let window = (seconds * 100.0).max(0.0) as usize;
        window.min(heard.len())
    };
    let before = &heard[..at(kill_s)];
    let last = before
        .iter()
        .rposition(|heard| *heard)
        .context("no voice before the kill")?;
    let stretch = &before[at(BEGIN_S).min(last)..=last];
    let sounding = stretch.iter().filter(|heard| **heard).count();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand windows")]
    let (share, last_s) = (
        sounding as f64 / stretch.len() as f64,
        (last + 1) as f64 / 100.0,
    );
    ensure!(
        share >= MOSTLY,
        "only {:.0} % of channel {channel} sounds before the kill",
        share * 100.0
    );
    Ok(last_s)
}

fn loudness(window: &[u8], channel: usize) -> f32 {
    let samples = window.chunks_exact(8).filter_map(|frame| {
        let bytes = frame.get(channel * 4..channel * 4 + 4)?;
        Some(f32::from_le_bytes(bytes.try_into().ok()?))
    });
    #[expect(clippy::cast_precision_loss, reason = "480 samples")]
    let mean = samples.map(|sample| sample * sample).sum::<f32>() / WINDOW as f32;
    mean.sqrt()
}
