//! How threads stand to calls, for lists, snapshots and the people who look at them.

use crate::{
    failure::Failure,
    live::hub::Audience,
    store::{
        Tx,
        call::settings::{self as store, StandingOfCalls},
        follow_up::call_requests,
    },
    usecase::{Cx, thread::people::audience},
};
use orderline_domain::{
    call::rules::{CallingRule, may_call},
    ids::{ThreadId, UserId},
    thread::EventBody,
};
use orderline_protocol::{
    calling::{CallSwitch, CallingView},
    socket::{CommandResult, ServerSignal},
};
use std::collections::HashMap;

/// How each of these threads stands to calls.
pub async fn of_threads(
    tx: &mut Tx,
    threads: &[ThreadId],
) -> Result<HashMap<ThreadId, CallingView>, Failure> {
    let standings = store::of_threads(tx, threads).await?;
    let mut views: HashMap<ThreadId, CallingView> = standings
        .into_iter()
        .map(|standing| (standing.thread, view(standing)))
        .collect();
    for request in call_requests::live_of_threads(tx, threads).await? {
        if let Some(view) = views.get_mut(&request.thread) {
            view.request = Some(request.into());
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
    let audience = audience(tx, thread, people.to_vec());
    Ok((audience, ServerSignal::Calling { thread, calling }))
}

/// Appends an event that changes how its thread stands to calls; the thread's people hear that too.
pub async fn tell(
    cx: &mut Cx<'_>,
    thread: ThreadId,
    body: &EventBody,
) -> Result<CommandResult, Failure> {
    let told = cx.tell(thread, body).await?;
    let signal = news(&mut cx.tx, thread, &told.people).await?;
    cx.news.signals.push(signal);
    Ok(told.answer())
}

fn view(standing: StandingOfCalls) -> CallingView {
    let paid = match standing.vendor.rule {
        CallingRule::Chosen => Some(false),
        CallingRule::Paid => Some(true),
        CallingRule::On | CallingRule::Off | CallingRule::Stages { .. } => None,
    };
    let calling = standing.calling;
    CallingView {
        version: standing.version,
        request: None,
        why_not: may_call(standing.vendor, calling).err(),
        closed: calling.closed,
        contact: standing.contact,
        off: standing.off,
        switch: paid.map(|paid| CallSwitch {
            paid,
            on: if paid { calling.paid } else { calling.chosen },
        }),
        unsummarised: standing.unsummarised,
    }
}
