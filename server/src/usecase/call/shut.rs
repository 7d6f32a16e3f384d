//! A vendor does not work any more: its calls end.

use crate::{
    failure::Failure,
    store::call,
    usecase::{
        Cx,
        call::life::{By, settle},
    },
};

/// Calls that are loaded at once.
const MAX_LOADED: i64 = 100;

/// Ends every live call of the actor's vendor, for both sides.
pub async fn end_calls(cx: &mut Cx<'_>) -> Result<(), Failure> {
    loop {
        let live = call::live(&mut cx.tx, MAX_LOADED).await?;
        let mut ended = 0;
        for found in live {
            let Some(record) = call::lock(&mut cx.tx, found.call).await? else {
                continue;
            };
            let now = cx.env.clock.pair(cx.env.node);
            // It may have ended before its row was locked.
            let Ok(state) = record.state.clone().vendor_shut(now) else {
                continue;
            };
            let settled = settle(cx.env, &mut cx.tx, &record, state, By::SYSTEM).await?;
            settled.told(&mut cx.news);
            ended += 1;
        }
        // Others are loaded as long as these make room for them.
        if ended == 0 {
            return Ok(());
        }
    }
}
