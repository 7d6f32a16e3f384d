//! What is noted of a leg's connection.

use crate::{failure::Failure, store::call::parts, usecase::JobCx};
use orderline_domain::{
    call::{
        Call,
        leg::{LegNews, NewLeg},
    },
    ids::LegId,
};

/// A participant's leg was taken in.
pub async fn opened(cx: &mut JobCx<'_>, call: &Call, new: &NewLeg) -> Result<(), Failure> {
    Ok(parts::open_leg(&mut cx.tx, call, new).await?)
}

/// Media flows on it, or it is gone for good.
pub async fn noted(cx: &mut JobCx<'_>, leg: LegId, news: LegNews) -> Result<(), Failure> {
    Ok(parts::note_leg(&mut cx.tx, leg, news).await?)
}
