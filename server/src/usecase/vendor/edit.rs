//! The vendor's admin or the platform changes a vendor's record.

use super::{log::note, read::as_it_is};
use crate::{
    auth,
    failure::Failure,
    store::vendor::record,
    usecase::{Cx, number_plan},
};
use orderline_domain::{
    field::{FieldError, code},
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
    let (profile, unknown) = understood(&wish.profile, &wish.data.country);
    let next = before
        .record
        .edited(&wish.data, &profile, before.is_currency_fixed);
    let next = match (next, unknown) {
        (Ok(next), None) => next,
        (next, unknown) => {
            let mut wrong = next.err().unwrap_or_default();
            wrong.extend(unknown);
            return Err(wrong.into());
        }
    };
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

/// What was typed, with its phone number as networks take it; one that names no country is read in the vendor's.
fn understood(typed: &ProfileData, country: &str) -> (ProfileData, Option<FieldError>) {
    let country = country.trim().to_ascii_uppercase();
    let read = typed
        .phone
        .as_deref()
        .map(|text| number_plan::read_in(Some(&country), "phone", text));
    let (phone, unknown) = match read {
        None => (None, None),
        Some(Ok(number)) => (Some(number.e164()), None),
        Some(Err(empty)) if empty.code == code::REQUIRED => (None, None),
        Some(Err(unknown)) => (None, Some(unknown)),
    };
    let profile = ProfileData {
        phone,
        ..typed.clone()
    };
    (profile, unknown)
}
