//! What the measurements have in common: quantiles, processor time, memory, the disk's own speed.

use anyhow::{Context as _, Result, ensure};
use std::{collections::HashMap, fs, io::Write as _, path::Path, time::Instant};

/// Ticks of the kernel's clock in a second of processor time (`USER_HZ` on every Linux of today).
const TICKS_PER_SECOND: f64 = 100.0;
/// Size of a page of the database's log, in bytes.
const LOG_PAGE: usize = 8 * 1024;
const SYNCS: usize = 200;

/// The value below which `share` of the values lie (nearest rank); 0 for no values.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let rank = (values.len() as f64 * share).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or_default()
}

/// Three digits after the point are enough for a figure.
pub fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// One process as `/proc` shows it.
struct Process {
    parent: u32,
    /// User and system time, its ended children's too, in ticks.
    ticks: u64,
}

fn processes() -> Result<HashMap<u32, Process>> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // A process may end while the list is read.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        // The name in brackets may hold anything, so fields are counted after it: the first is number 3.
        let Some((_, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |number: usize| {
            fields
                .get(number - 3)
                .and_then(|text| text.parse::<u64>().ok())
        };
        let (Some(parent), Some(ticks)) = (
            field(4).and_then(|parent| u32::try_from(parent).ok()),
            (14..=17).map(field).sum::<Option<u64>>(),
        ) else {
            continue;
        };
        all.insert(pid, Process { parent, ticks });
    }
    Ok(all)
}

/// Processor seconds (user and system) of a process alone.
///
/// # Errors
/// When it is not there.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let all = processes()?;
    Ok(seconds(
        all.get(&pid).context("the process is there")?.ticks,
    ))
}

/// Processor seconds of a process and everything that it started: the server with its private database.
///
/// # Errors
/// When it is not there.
pub fn cpu_seconds_of_tree(root: u32) -> Result<f64> {
    let all = processes()?;
    let ticks = belonging(&all, root)?
        .into_iter()
        .filter_map(|pid| Some(all.get(&pid)?.ticks));
    Ok(seconds(ticks.sum()))
}

/// A process and everything that it started.
///
/// # Errors
/// When it is not there.
pub fn tree(root: u32) -> Result<Vec<u32>> {
    belonging(&processes()?, root)
}

fn belonging(all: &HashMap<u32, Process>, root: u32) -> Result<Vec<u32>> {
    ensure!(all.contains_key(&root), "the process is not there");
    let belongs = |mut pid: u32| {
        while let Some(process) = all.get(&pid) {
            if pid == root {
                return true;
            }
            pid = process.parent;
        }
        false
    };
    Ok(all.keys().copied().filter(|pid| belongs(*pid)).collect())
}

fn seconds(ticks: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "ticks of hours")]
    let ticks = ticks as f64;
    ticks / TICKS_PER_SECOND
}

/// Resident memory of a process, in KiB.
///
/// # Errors
/// When it is not there.
pub fn rss_kib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("resident memory")?;
    let number = line.split_whitespace().next().context("a number")?;
    Ok(number.parse()?)
}

/// Median time that the disk below `folder` takes to make one page durable, in milliseconds.
///
/// # Errors
/// The disk's.
pub fn fsync_floor_ms(folder: &Path) -> Result<f64> {
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [0x5a; LOG_PAGE];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(quantile(&mut times, 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_nearest_rank() {
        let mut values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert!((quantile(&mut values, 0.5) - 3.0).abs() < f64::EPSILON);
        assert!((quantile(&mut values, 0.99) - 5.0).abs() < f64::EPSILON);
        assert!(quantile(&mut [], 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn this_process_has_used_time_and_memory() {
        let pid = std::process::id();
        assert!(cpu_seconds_of_tree(pid).expect("it is there") >= 0.0);
        assert!(rss_kib(pid).expect("it is there") > 100.0);
    }
}
