//! How threads stand to calls, for lists, snapshots and the people who look at them.

use crate::{
    failure::Failure,
    live::hub::Audience,
    store::{
        Tx,
        call::{
            settings::{self as store, StandingOfCalls},
            talked,
        },
        follow_up::call_requests,
    },
    usecase::{Cx, thread::people::audience},
};
use orderline_domain::{
    call::rules::{may_call, switches},
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
    for (thread, ms) in talked::of_threads(tx, threads).await? {
        if let Some(view) = views.get_mut(&thread) {
            view.talked_ms = ms;
        }
    }
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
    let calling = standing.calling;
    let switches = switches(standing.vendor.rule, standing.seller).map(|paid| CallSwitch {
        paid,
        on: if paid { calling.paid } else { calling.chosen },
    });
    let switches = switches.collect();
    let no_calls = may_call(standing.vendor, standing.seller, &calling).err();
    CallingView {
        version: standing.version,
        request: None,
        why_not: no_calls.map(|it| it.why),
        whose: no_calls.map(|it| it.whose).unwrap_or_default(),
        least: no_calls.and_then(|it| it.least),
        closed: calling.closed,
        contact: standing.contact,
        off: standing.off,
        switches,
        talked_ms: 0,
        unsummarised: standing.unsummarised,
    }
}
