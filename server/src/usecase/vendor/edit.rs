//! The vendor's admin or the platform changes a vendor's record.

use super::{log::note, read::as_it_is};
use crate::{
    auth,
    failure::Failure,
    store::vendor::record,
    usecase::{Cx, number_plan},
};
use orderline_domain::{
    people::roles::{Action, Relation},
    vendor::{change::VendorChange, profile::ProfileData},
};
use orderline_protocol::{
    problem::Code,
    vendor::{EditVendor, VendorRecord},
};

/// Changes the record. Whoever looked at an older version than the one that holds is told so; what changes nothing is
/// answered and leaves no line in the log.
pub async fn edit(cx: &mut Cx<'_>, wish: &EditVendor) -> Result<VendorRecord, Failure> {
    auth::authorise(cx.actor, Action::EditVendor, Relation::Own)?;
    let before = record::find(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    let (data, profile) = (&wish.data, &wish.profile);
    let of = |phone| {
        let profile = ProfileData {
            phone,
            ..profile.clone()
        };
        before
            .record
            .edited(data, &profile, before.is_currency_fixed)
    };
    let next = number_plan::understood(Some(&data.country), profile.phone.as_deref(), of)?;
    if before.version != wish.version {
        return Err(Code::Conflict.into());
    }
    let fields = before.record.changed(&next);
    if !fields.is_empty() {
        if !record::save(&mut cx.tx, &before, &next).await? {
            return Err(Code::Conflict.into());
        }
        note(cx, &VendorChange::Edited { fields }).await?;
    }
    as_it_is(&mut cx.tx).await
}
