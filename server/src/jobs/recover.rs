//! What an earlier process left behind: segments in the spool, open epochs, live calls, taken jobs.

use crate::{
    durable,
    failure::Failure,
    usecase::{Reach, Runner, call::leases, recording::segments},
};
use futures::FutureExt as _;
use orderline_domain::ids::NodeId;
use orderline_media::{SegmentInfo, record};
use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

/// Earlier processes that are remembered; what an older one left was taken up long ago.
const MAX_REMEMBERED: usize = 32;

/// The processes that ran on this data folder before. This one is added for the next: whoever holds the
/// folder's lock knows that the others are dead.
pub(super) fn dead_nodes(data: &Path, this: NodeId) -> io::Result<Vec<NodeId>> {
    let path = data.join("nodes");
    let known = match std::fs::read_to_string(&path) {
        Ok(known) => known,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let mut nodes: Vec<NodeId> = known.lines().filter_map(|line| line.parse().ok()).collect();
    nodes.drain(..nodes.len().saturating_sub(MAX_REMEMBERED));
    // A line that a crash cut is no id, and the next one begins on a line of its own.
    let mut file = File::options().create(true).append(true).open(&path)?;
    file.write_all(format!("\n{this}\n").as_bytes())?;
    file.sync_all()?;
    durable::sync_dir(data)?;
    Ok(nodes)
}

/// Everything in the spool, made whole. A file that cannot be used is set aside, never deleted.
pub(super) async fn segments(spool: &Path) -> io::Result<Vec<SegmentInfo>> {
    let spool = spool.to_owned();
    let recovered = tokio::task::spawn_blocking(move || record::recover(&spool))
        .await
        .map_err(io::Error::other)??;
    for path in &recovered.bad {
        tracing::error!(path = %path.display(), "a file in the recordings' spool cannot be read; it was set aside");
    }
    if !recovered.segments.is_empty() {
        tracing::info!(
            segments = recovered.segments.len(),
            "segments were left in the spool; they are stored now"
        );
    }
    Ok(recovered.segments)
}

/// Brings the tables up to what the spool holds, then takes up or closes the calls.
pub(super) async fn tables(
    run: &Runner,
    dead: &[NodeId],
    leftovers: &[SegmentInfo],
) -> Result<(), Failure> {
    for segment in leftovers {
        let registered = run.job(Reach::Everyone, |cx| {
            segments::register(cx, segment).boxed()
        });
        if registered.await?.is_none() {
            tracing::error!(recording.id = %segment.recording, "a segment in the spool belongs to no known recording");
        }
    }
    let orphaned = run.job(Reach::Everyone, |cx| segments::orphaned(cx, dead).boxed());
    for epoch in orphaned.await? {
        let kept: Vec<u32> = leftovers
            .iter()
            .filter(|it| it.recording == epoch.recording && it.epoch == epoch.epoch)
            .map(|it| it.index)
            .collect();
        let closed = run.job(Reach::Everyone, |cx| {
            segments::epoch_orphaned(cx, &epoch, &kept).boxed()
        });
        let lost = closed.await?;
        if lost > 0 {
            tracing::error!(recording.id = %epoch.recording, epoch.epoch, lost, "segments are missing from the spool");
        }
    }
    let left = run.job(Reach::Everyone, |cx| leases::left_by(cx, dead).boxed());
    for call in left.await? {
        let taken = run.job(call.vendor, |cx| leases::take_up(cx, call.call).boxed());
        if let Some(call) = taken.await? {
            tracing::info!(call.id = %call.call, call.epoch, "a live call goes on in this process");
            run.env.calls.changed(call);
        }
    }
    Ok(())
}
