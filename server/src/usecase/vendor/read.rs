//! A vendor's record and its log, for the vendor's own admin and for the platform.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        Tx,
        vendor::{
            log,
            record::{self, Kept},
        },
    },
    usecase::Query,
};
use orderline_domain::{
    people::roles::{Action, Relation},
    vendor::ProposedVendor,
};
use orderline_protocol::{
    problem::Code,
    vendor::{PlanOfVendor, VendorLog, VendorLogLine, VendorRecord},
};

/// The record of the vendor that the actor acts at.
pub async fn read(query: &mut Query<'_>) -> Result<VendorRecord, Failure> {
    auth::authorise(query.actor, Action::ReadVendor, Relation::Own)?;
    as_it_is(&mut query.tx).await
}

/// A page of what was changed of it, newest first.
pub async fn log(query: &mut Query<'_>, wanted: &Wanted) -> Result<VendorLog, Failure> {
    auth::authorise(query.actor, Action::ReadVendor, Relation::Own)?;
    let lines = log::lines(&mut query.tx, wanted).await?;
    Ok(lines.page(|it| VendorLogLine {
        at: it.at,
        by: it.by.into(),
        change: it.change,
    }))
}

/// The record as it is now.
pub(super) async fn as_it_is(tx: &mut Tx) -> Result<VendorRecord, Failure> {
    let record = record::find(tx).await?.ok_or(Code::NotFound)?;
    Ok(view(record))
}

fn view(it: Kept) -> VendorRecord {
    let data = it.record.data;
    VendorRecord {
        vendor: it.vendor,
        data: ProposedVendor {
            name: data.name,
            currency: data.currency.code().to_owned(),
            country: data.country,
            time_zone: data.time_zone,
        },
        profile: it.record.profile.data().clone(),
        is_currency_fixed: it.is_currency_fixed,
        plan: PlanOfVendor {
            plan: it.plan,
            name: it.plan_name,
        },
        functions: it.switches,
        state: it.state,
        version: it.version,
        created_at: it.created_at,
    }
}
