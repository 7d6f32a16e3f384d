//! What adding and changing share: a proposed product held against the rules, and its partner.

use crate::{failure::Failure, store::catalogue::partners, usecase::Cx};
use orderline_domain::{
    catalogue::proposal::{CheckedProduct, ChosenPartner, ProposedProduct},
    field::{FieldError, code},
    ids::PartnerId,
    money::Currency,
};

/// The product as it can be sold, or everything that is wrong with it.
pub(super) fn checked(
    proposed: &ProposedProduct,
    currency: Currency,
) -> Result<CheckedProduct, Failure> {
    Ok(CheckedProduct::new(proposed.clone(), currency)?)
}

/// The partner that was chosen, written down if it is a new one.
pub(super) async fn partner_of(
    cx: &mut Cx<'_>,
    checked: &CheckedProduct,
) -> Result<PartnerId, Failure> {
    match checked.partner() {
        ChosenPartner::Known(partner) => {
            if partners::is_known(&mut cx.tx, *partner).await? {
                Ok(*partner)
            } else {
                Err(FieldError::new("partner", code::UNKNOWN).into())
            }
        }
        ChosenPartner::New(contracting) => {
            let id = PartnerId::from_uuid(cx.env.entropy.uuid(cx.now));
            Ok(partners::keep(&mut cx.tx, cx.actor.vendor, id, contracting).await?)
        }
    }
}
