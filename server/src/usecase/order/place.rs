//! "Order now": the confirmed revision becomes an order, once (B5).

use crate::{
    failure::Failure,
    live::hub::Audience,
    store::{
        catalogue::products,
        offer::{self, StoredOffer, Which},
        order, thread,
    },
    usecase::{
        Cx,
        call::standing,
        offer::{show::refusal, view as shared},
        order::acceptance,
        policy::in_force,
        recording::live,
        vendor::functions,
    },
};
use orderline_domain::{
    digest::Digest,
    ids::{OfferId, OrderId, UserId},
    offer::{Confirmation, OfferState, revision::RevisionContent},
    order::{Order, Placing, acceptance::Asked, placed::PlacedOrder},
    people::roles::Action,
    thread::EventBody,
    vendor::function::Function,
};
use orderline_protocol::{
    order::OrderView,
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// Makes the order, or answers the one that was made: however often the button is pressed, the order exists
/// once, since the offer's row is locked first. Everything is checked again, in the same transaction.
pub async fn place_order(
    cx: &mut Cx<'_>,
    offer: OfferId,
    hash: &str,
) -> Result<CommandResult, Failure> {
    let (stored, people) = shared::authorised(
        &mut cx.tx,
        cx.actor,
        Action::FinaliseOrder,
        Which::Offer(offer),
    )
    .await?;
    if let Some(order) = order::of_offer(&mut cx.tx, offer).await? {
        let order = Box::new(order.into());
        return Ok(CommandResult::Order { order });
    }
    functions::require(&mut cx.tx, Function::PhoneSales).await?;
    let hash: Digest = hash.parse().map_err(|_| Code::StaleRevision)?;
    let (content, confirmation) = confirmed(&stored)?;
    check_again(cx, &content).await?;

    let id = OrderId::from_uuid(cx.env.entropy.uuid(cx.now));
    let after = stored
        .offer
        .clone()
        .finalise(hash, id, cx.now)
        .map_err(refusal)?;
    let report = live::report(&mut cx.tx, stored.thread, confirmation.at).await?;
    let known = thread::participants(&mut cx.tx, stored.thread).await?;
    let buyer = shared::buyer_of(&known.unwrap_or_default());
    let country = &content.buyer.address.country;
    let policy = in_force::of_order(&mut cx.tx, stored.thread, buyer, country).await?;
    let order = Order::place(Placing {
        id,
        vendor: cx.actor.vendor,
        thread: stored.thread,
        number: order::next_number(&mut cx.tx, cx.actor.vendor).await?,
        offer,
        revision: after.revisions,
        revision_hash: hash,
        total: content.schedule.total,
        basis: policy.rules().basis(&report),
        proof: confirmation.proof,
        placed_at: cx.now,
        placed_by: cx.actor.user,
    });
    order::insert(&mut cx.tx, &order, &content).await?;
    let asked = acceptance::ask(cx, &order, &content, &policy).await?;
    if !offer::save(&mut cx.tx, &stored, &after).await? {
        return Err(Code::Conflict.into());
    }
    finish(cx, people, (order, asked), content).await
}

/// The content that the buyer confirmed, and how.
fn confirmed(stored: &StoredOffer) -> Result<(RevisionContent, Confirmation), Failure> {
    match &stored.offer.state {
        OfferState::Confirmed {
            revision,
            confirmation,
        } => Ok((revision.content().clone(), *confirmation)),
        OfferState::Shown { .. } => Err(Code::StaleRevision.into()),
        _ => Err(Code::Conflict.into()),
    }
}

/// What may have changed since the revision was made: the product may no longer be sold (CC6). Method (CC4)
/// and address (CC5) are inside the revision, which nothing changes.
async fn check_again(cx: &mut Cx<'_>, content: &RevisionContent) -> Result<(), Failure> {
    let found = products::find(&mut cx.tx, content.product)
        .await?
        .ok_or(Code::ProductInactive)?;
    found
        .product
        .sellable()
        .map_err(|_| Code::ProductInactive)?;
    if !content.method.allowed(content.terms.kind()) {
        return Err(Code::Conflict.into());
    }
    Ok(content
        .buyer
        .clone()
        .complete()
        .map(|_| ())
        .map_err(|errors| shared::complaints(&errors))?)
}

async fn finish(
    cx: &mut Cx<'_>,
    people: Vec<UserId>,
    (order, asked): (Order, Option<Asked>),
    content: RevisionContent,
) -> Result<CommandResult, Failure> {
    let placing = &order.placing;
    let body = EventBody::OrderPlaced {
        order: placing.id,
        number: placing.number,
        offer: placing.offer,
        basis: placing.basis,
        proof: placing.proof,
        total: placing.total,
        schedule: content.schedule.clone(),
    };
    let thread = placing.thread;
    cx.tell(thread, &body).await?;
    let row = thread::find(&mut cx.tx, thread).await?;
    let version = row.ok_or(Code::NotFound)?.version;
    let placed = PlacedOrder {
        order,
        content,
        acceptance: asked.map(Into::into),
        version,
    };
    let order = Box::new(OrderView::from(placed));
    // A rule may ask for an order, or for its value.
    let calling = standing::news(&mut cx.tx, thread, &people).await?;
    cx.news.signals.push(calling);
    let audience = Audience::thread(cx.actor.vendor, thread, people);
    let signal = ServerSignal::Order {
        thread,
        order: order.clone(),
    };
    cx.news.signals.push((audience, signal));
    Ok(CommandResult::Order { order })
}
