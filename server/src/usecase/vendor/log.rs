//! Each change of a vendor is written into its log.

use crate::{
    failure::Failure,
    store::vendor::log::{self, NewLine},
    usecase::Cx,
};
use orderline_domain::vendor::change::VendorChange;

/// Writes into the log what the actor did.
pub(in crate::usecase) async fn note(
    cx: &mut Cx<'_>,
    change: &VendorChange,
) -> Result<(), Failure> {
    let line = NewLine {
        entry: cx.env.entropy.uuid(cx.now),
        vendor: cx.actor.vendor,
        at: cx.now,
        by: (cx.actor.user, cx.actor.role),
        change,
    };
    Ok(log::write(&mut cx.tx, &line).await?)
}
