//! How threads stand to calls, for lists, snapshots and the people who look at them.

use super::Failure;
use crate::{
    hub::Audience,
    store::{Tx, call_requests},
};
use orderline_domain::ids::{ThreadId, UserId};
use orderline_protocol::{calling::CallingView, socket::ServerSignal};
use std::collections::HashMap;

/// How each of these threads stands to calls.
pub async fn of_threads(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<HashMap<ThreadId, CallingView>, Failure> {
    let mut views: HashMap<ThreadId, CallingView> = threads
        .iter()
        .map(|thread| (*thread, CallingView::default()))
        .collect();
    for record in call_requests::live_of_threads(tx, threads).await? {
        if let Some(view) = views.get_mut(&record.thread) {
            view.request = Some(record.view);
        }
    }
    Ok(views)
}

/// How this thread stands to calls.
pub async fn of_thread(tx: &mut Tx, thread: ThreadId) -> Result<CallingView, Failure> {
    let mut views = of_threads(tx, &[thread]).await?;
    Ok(views.remove(&thread).unwrap_or_default())
}

/// The news of how a thread stands to calls now, for its people.
pub async fn news(
    tx: &mut Tx,
    thread: ThreadId,
    people: &[UserId],
) -> Result<(Audience, ServerSignal), Failure> {
    let calling = of_thread(tx, thread).await?;
    Ok((
        Audience::Thread(thread, people.to_vec()),
        ServerSignal::Calling { thread, calling },
    ))
}
