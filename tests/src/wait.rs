//! Waiting for a condition, never for a time; every wait has an end.

use anyhow::{Context as _, Result, ensure};
use std::{
    thread,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// What is waited for comes within this time on a loaded machine too; the server closes an abandoned call after 30 s.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// From one look to the next.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until `look` finds something.
///
/// # Errors
/// When it finds nothing in [`PATIENCE`], or a look fails.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    timeout(PATIENCE, async {
        loop {
            if let Some(found) = look().await? {
                return anyhow::Ok(found);
            }
            sleep(LOOK).await;
        }
    })
    .await
    .with_context(|| format!("this did not come about: {what}"))?
    .with_context(|| what.to_owned())
}

/// The same where nothing is asynchronous.
///
/// # Errors
/// As [`until`].
pub fn until_blocking<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "this did not come about: {what}"
        );
        thread::sleep(LOOK);
    }
}
