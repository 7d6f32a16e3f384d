//! What is known of a thread's buyer, for whoever writes them an offer.

use crate::{
    auth,
    failure::Failure,
    store::customer::{self, addresses},
    usecase::Query,
};
use orderline_domain::{
    customer::{addresses::AddressData, buyer::BuyerData},
    ids::ThreadId,
    people::roles::Action,
};
use orderline_protocol::{
    customer::{KnownAddress, KnownBuyer},
    problem::Code,
};

/// The buyer's data as the vendor's record has them, once for each address of the record: those that are taken by default
/// first, bills' before deliveries'.
pub async fn known(query: &mut Query<'_>, thread: ThreadId) -> Result<KnownBuyer, Failure> {
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::EditOffer, thread).await?;
    let customer = customer::of_buyer(&mut query.tx, thread).await?;
    let customer = customer.ok_or(Code::NotFound)?;
    let stored = customer::find(&mut query.tx, customer).await?;
    let record = stored.ok_or(Code::NotFound)?.record;
    let all = addresses::of(&mut query.tx, customer).await?;
    let mut data: Vec<&AddressData> = all.all().iter().map(|it| &it.data).collect();
    data.sort_by_key(|it| (!it.billing.is_default(), !it.delivery.is_default()));
    let addresses = data.into_iter().map(|it| KnownAddress {
        billing: it.billing,
        delivery: it.delivery,
        buyer: BuyerData {
            name: record.data().name.clone(),
            company: record.data().company.clone(),
            email: record.data().email.clone().unwrap_or_default(),
            phone: record.data().phone.clone(),
            address: it.address.clone(),
        },
    });
    Ok(KnownBuyer {
        addresses: addresses.collect(),
    })
}
