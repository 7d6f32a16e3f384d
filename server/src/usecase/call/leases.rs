//! Who owns which call: the lease, what is taken over from an earlier process, and what is closed for one that
//! never came back.

use crate::{
    failure::Failure,
    live::Env,
    store::{
        Tx,
        call::{self, parts},
        nodes, recording,
    },
    usecase::{
        JobCx,
        call::{
            life::{By, settle},
            start::LEASE,
        },
    },
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    call::{Call, CallState, RECONNECT_GRACE_SECONDS},
    clock::ClockPair,
    ids::{CallId, NodeId},
};

/// How long a call is held whose media broke off.
const GRACE: SignedDuration = SignedDuration::from_secs(RECONNECT_GRACE_SECONDS as i64);

/// Renews this node's leases; answers its live calls with their versions.
pub async fn renew(cx: &mut JobCx<'_>) -> Result<Vec<(CallId, i64)>, Failure> {
    let now = cx.now;
    nodes::seen(&mut cx.tx, cx.env.node, now).await?;
    let owned = parts::renew(&mut cx.tx, cx.env.node, now, now + LEASE).await?;
    Ok(owned)
}

/// Calls whose node has been silent for longer than a call is held.
pub async fn abandoned(cx: &mut JobCx<'_>) -> Result<Vec<Call>, Failure> {
    Ok(call::abandoned(&mut cx.tx, cx.now - GRACE).await?)
}

/// Closes an abandoned call, unless its node has come back meanwhile.
pub async fn close_abandoned(cx: &mut JobCx<'_>, call: &Call) -> Result<(), Failure> {
    let Some(record) = call::lock(&mut cx.tx, call.call)
        .await?
        .filter(|it| it.version == call.version)
    else {
        return Ok(());
    };
    tracing::warn!(call.id = %call.call, node.id = %call.node, "a call's node is gone; the call is closed");
    let last = last_sign(&mut cx.tx, &record).await?;
    close(cx, &record, last).await
}

/// How many calls run on this node.
pub async fn live_here(cx: &mut JobCx<'_>) -> Result<usize, Failure> {
    let live = call::live_of_nodes(&mut cx.tx, &[cx.env.node]).await?;
    Ok(live.len())
}

/// The live calls of these dead processes.
pub async fn left_by(cx: &mut JobCx<'_>, dead: &[NodeId]) -> Result<Vec<Call>, Failure> {
    Ok(call::live_of_nodes(&mut cx.tx, dead).await?)
}

/// Takes up a live call of a dead process: one that is still within its grace goes on in a new epoch, another ends
/// at its last packet.
pub async fn take_up(cx: &mut JobCx<'_>, call: CallId) -> Result<Option<Call>, Failure> {
    let Some(record) = call::lock(&mut cx.tx, call)
        .await?
        .filter(|it| it.state.is_live())
    else {
        return Ok(None);
    };
    let now = cx.env.clock.pair(cx.env.node);
    let last = last_sign(&mut cx.tx, &record).await?;
    let running = matches!(
        record.state,
        CallState::Active { .. } | CallState::Reconnecting { .. }
    );
    if running && now.wall.duration_since(last) > GRACE {
        close(cx, &record, last).await?;
        return Ok(None);
    }
    let (node, url) = (cx.env.node, &cx.env.node_url);
    let adopted = call::adopt(&mut cx.tx, &record, node, url, now.wall + LEASE).await?;
    let Some(adopted) = adopted else {
        return Ok(None);
    };
    let CallState::Active { .. } = adopted.state else {
        return Ok(Some(adopted));
    };
    let state = adopted.state.clone().interrupted(at(cx.env, last), now);
    let state = state.map_err(|error| Failure::Internal(error.to_string()))?;
    let settled = settle(cx.env, &mut cx.tx, &adopted, state, By::SYSTEM).await?;
    Ok(Some(settled.told(&mut cx.news)))
}

/// Ends a call at its last sign of life. The row is locked by this transaction.
async fn close(cx: &mut JobCx<'_>, record: &Call, last: Timestamp) -> Result<(), Failure> {
    let env = cx.env;
    let now = env.clock.pair(env.node);
    let state = record.state.clone().abandoned(at(env, last), now);
    let state = state.map_err(|error| Failure::Internal(error.to_string()))?;
    let settled = settle(env, &mut cx.tx, record, state, By::SYSTEM).await?;
    settled.told(&mut cx.news);
    Ok(())
}

/// The last that is known of a call.
async fn last_sign(tx: &mut Tx, record: &Call) -> Result<Timestamp, Failure> {
    let packet = recording::last_packet(tx, record.call).await?;
    Ok(record.last_sign(packet))
}

/// A wall time of another process. Such pairs compare with that process's by the wall clock alone, as they must.
fn at(env: &Env, wall: Timestamp) -> ClockPair {
    let now = env.clock.pair(env.node);
    let back = u64::try_from(now.wall.duration_since(wall).as_millis()).unwrap_or(0);
    ClockPair {
        node: now.node,
        monotonic_ms: now.monotonic_ms.saturating_sub(back),
        wall,
    }
}
