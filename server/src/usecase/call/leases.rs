//! Who owns which call: the lease, what is taken over from an earlier process, and what is closed for one that
//! never came back.

use super::{
    life::{By, CallRecord, settle},
    start::LEASE,
};
use crate::{
    app::App,
    store::{Tx, call as calls, call::parts, recording},
    usecase::{Failure, command},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    call::{CallEndReason, CallState, RECONNECT_GRACE_SECONDS},
    clock::ClockPair,
    ids::{CallId, NodeId},
};

/// How long a call is held whose media broke off.
const GRACE: SignedDuration = SignedDuration::from_secs(RECONNECT_GRACE_SECONDS as i64);

/// Renews this node's leases; answers its live calls with their versions.
pub async fn renew(app: &App) -> Result<Vec<(CallId, i64)>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let now = app.clock.now();
    let owned = parts::renew(&mut tx, app.node, now, now + LEASE).await?;
    parts::drop_expired_tickets(&mut tx, now).await?;
    tx.commit().await?;
    Ok(owned)
}

/// Closes calls whose node has been silent for longer than a call is held.
pub async fn close_abandoned(app: &App) -> Result<(), Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let abandoned = calls::abandoned(&mut tx, app.clock.now() - GRACE).await?;
    drop(tx);
    for call in abandoned {
        tracing::warn!(call.id = %call.call, node.id = %call.node, "a call's node is gone; the call is closed");
        let mut tx = app.store.begin(call.vendor).await?;
        // Still the same version: its node has not come back meanwhile.
        let Some(record) = calls::lock(&mut tx, call.call)
            .await?
            .filter(|it| it.version == call.version)
        else {
            continue;
        };
        let last = last_sign(&mut tx, &record).await?;
        close(app, tx, &record, last).await?;
    }
    Ok(())
}

/// Takes up the live calls of these dead processes: those that are still within their grace go on in a new
/// epoch, the others end at their last packet.
pub async fn take_up(app: &App, dead: &[NodeId]) -> Result<Vec<CallRecord>, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    let left = calls::live_of_nodes(&mut tx, dead).await?;
    drop(tx);
    let mut taken = Vec::new();
    for call in left {
        let mut tx = app.store.begin(call.vendor).await?;
        let Some(record) = calls::lock(&mut tx, call.call)
            .await?
            .filter(|it| it.state.is_live())
        else {
            continue;
        };
        let now = app.clock.pair(app.node);
        let last = last_sign(&mut tx, &record).await?;
        let running = matches!(
            record.state,
            CallState::Active { .. } | CallState::Reconnecting { .. }
        );
        if running && now.wall.duration_since(last) > GRACE {
            close(app, tx, &record, last).await?;
            continue;
        }
        let adopted =
            calls::adopt(&mut tx, &record, app.node, &app.node_url, now.wall + LEASE).await?;
        let Some(mut adopted) = adopted else { continue };
        let mut outcome = None;
        if let CallState::Active { .. } = adopted.state {
            let state = adopted.state.clone().interrupted(at(app, last), now);
            let state = state.map_err(|error| Failure::Internal(error.to_string()))?;
            let settled = settle(app, &mut tx, &adopted, state, By::SYSTEM).await?;
            outcome = Some(settled.outcome());
            adopted = settled.record;
        }
        tx.commit().await?;
        if let Some(outcome) = outcome {
            command::finish(app, &outcome);
        }
        taken.push(adopted);
    }
    Ok(taken)
}

/// Ends a call at its last sign of life. The row is locked by this transaction.
async fn close(app: &App, mut tx: Tx, record: &CallRecord, last: Timestamp) -> Result<(), Failure> {
    let now = app.clock.pair(app.node);
    let state = match record.state {
        CallState::Ringing { .. } => CallState::NoAnswer { at: now.wall },
        CallState::Active { .. } => record
            .state
            .clone()
            .interrupted(at(app, last), now)
            .and_then(|state| state.end(CallEndReason::ConnectionLost, now))
            .map_err(|error| Failure::Internal(error.to_string()))?,
        _ => record
            .state
            .clone()
            .end(CallEndReason::ConnectionLost, at(app, last))
            .map_err(|error| Failure::Internal(error.to_string()))?,
    };
    let settled = settle(app, &mut tx, record, state, By::SYSTEM).await?;
    tx.commit().await?;
    command::finish(app, &settled.outcome());
    Ok(())
}

/// The last that is known of a call: its last recorded packet, else the last renewal that saw its media flow,
/// else its beginning.
async fn last_sign(tx: &mut Tx, record: &CallRecord) -> Result<Timestamp, Failure> {
    let packet = recording::last_packet(tx, record.call).await?;
    let started = match record.state {
        CallState::Active { started } | CallState::Reconnecting { started, .. } => started.wall,
        CallState::Connecting { accepted_at } => accepted_at,
        _ => record.ringing_since,
    };
    Ok(packet
        .or(record.last_media_at)
        .unwrap_or(started)
        .max(started))
}

/// A wall time of another process. Such pairs compare with that process's by the wall clock alone, as they must.
fn at(app: &App, wall: Timestamp) -> ClockPair {
    let now = app.clock.pair(app.node);
    let back = u64::try_from(now.wall.duration_since(wall).as_millis()).unwrap_or(0);
    ClockPair {
        node: now.node,
        monotonic_ms: now.monotonic_ms.saturating_sub(back),
        wall,
    }
}
