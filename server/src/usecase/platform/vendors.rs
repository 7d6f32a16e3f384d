//! The platform's vendors: made here, with a first person who is invited.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        platform::{self, ListedVendor},
        vendor::plans,
    },
    usecase::PlatformCx,
};
use orderline_domain::{ids::VendorId, people::roles::Action, vendor::VendorData};
use orderline_protocol::{
    platform::{MakeVendor, VendorList, VendorView},
    problem::Code,
};

/// A page of all vendors, the newest first.
pub async fn list(cx: &mut PlatformCx<'_>, wanted: &Wanted) -> Result<VendorList, Failure> {
    auth::authorise_steward(cx.steward, Action::ReadVendors)?;
    let all = platform::vendors(&mut cx.tx, wanted).await?;
    Ok(all.page(view))
}

/// Makes a vendor. The id is the client's: asked again with the same id and data, the same vendor is answered.
pub async fn make(cx: &mut PlatformCx<'_>, wish: &MakeVendor) -> Result<VendorView, Failure> {
    auth::authorise_steward(cx.steward, Action::MakeVendors)?;
    let data = VendorData::new(&wish.data)?;
    let plan = plans::first(&mut cx.tx).await?.ok_or(Code::Conflict)?;
    let is_new = platform::add_vendor(&mut cx.tx, (wish.vendor, plan), &data, cx.now).await?;
    if is_new {
        platform::offer_entities(&mut cx.tx, wish.vendor).await?;
    }
    let vendor = platform::vendor(&mut cx.tx, wish.vendor)
        .await?
        .ok_or(Code::Conflict)?;
    if !is_new && vendor.data != data {
        return Err(Code::CommandReused.into());
    }
    Ok(view(vendor))
}

/// Whether there is such a vendor.
pub async fn require(cx: &mut PlatformCx<'_>, vendor: VendorId) -> Result<(), Failure> {
    auth::authorise_steward(cx.steward, Action::ReadVendors)?;
    platform::vendor(&mut cx.tx, vendor)
        .await?
        .map(|_| ())
        .ok_or_else(|| Code::NotFound.into())
}

fn view(it: ListedVendor) -> VendorView {
    VendorView {
        vendor: it.vendor,
        name: it.data.name,
        currency: it.data.currency.code().to_owned(),
        country: it.data.country,
        time_zone: it.data.time_zone,
        created_at: it.created_at,
        shut: it.shut,
    }
}
