//! What whoever opens a vendor's public page meets.

use super::{Asker, answering, asker, for_sale, open_thread, vendor_of};
use crate::{
    failure::Failure,
    store::vendor::record,
    usecase::{JobCx, Runner, again, people::session::SignedIn},
};
use futures::FutureExt as _;
use orderline_domain::{ids::ProductId, vendor::state::Shut};
use orderline_protocol::{
    ask::{OpenOne, ShownProduct, TakesNone, VendorPage},
    problem::Code,
};

/// The page at this address, as this reader sees it.
pub async fn look(
    run: &Runner,
    page: &str,
    product: Option<ProductId>,
    me: Option<&SignedIn>,
) -> Result<VendorPage, Failure> {
    let vendor = vendor_of(run, page).await?;
    let asker = asker(run, vendor, me).await?;
    again(|| run.job(asker.reach(vendor), |cx| shown(cx, &asker, product).boxed())).await
}

async fn shown(
    cx: &mut JobCx<'_>,
    asker: &Asker,
    product: Option<ProductId>,
) -> Result<VendorPage, Failure> {
    let kept = record::find(&mut cx.tx).await?.ok_or(Code::NotFound)?;
    let record = kept.record;
    let profile = record.profile.data().clone();
    let product = match product {
        Some(product) => for_sale(&mut cx.tx, product).await?,
        None => None,
    };
    let about = product.as_ref().map(|it| it.product.id);
    let open = open_thread(&mut cx.tx, asker, about).await?;
    let takes_none = match cx.tx.shut() {
        Some(Shut::Suspended) => Some(TakesNone::Suspended),
        Some(Shut::Closed) => Some(TakesNone::Closed),
        None if open.is_some() || answering(&mut cx.tx, asker).await?.is_some() => None,
        None => Some(TakesNone::NobodyAnswers),
    };
    Ok(VendorPage {
        vendor: kept.vendor,
        vendor_name: record.data.name,
        legal_name: profile.legal_name,
        address: profile.address,
        email: profile.email,
        phone: profile.phone,
        product: product.map(|it| ShownProduct {
            product: it.product.id,
            price: it.price().map(|plan| plan.amount),
            name: it.product.name,
        }),
        takes_none,
        asks_as: match asker {
            Asker::Stranger => None,
            Asker::Known(known) | Asker::InThread(known, _) => Some(known.name.clone()),
        },
        open: open.map(|it| OpenOne {
            thread: it.thread,
            title: it.title,
        }),
    })
}
