//! What the steps of an offer share: loading it for one actor, showing it, and the catalogue and day that it is
//! computed with.

use crate::{
    actor::Actor,
    auth,
    failure::Failure,
    live::Env,
    page::Wanted,
    store::{
        Tx,
        catalogue::products,
        offer::{self, StoredOffer, Which},
        order, thread,
    },
    usecase::{Query, policy::in_force},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use orderline_domain::{
    catalogue::product::Catalogue,
    field::{FieldError, code},
    ids::{ThreadId, UserId, VendorId},
    offer::{OfferState, draft::Draft, revision::Revision},
    people::{
        person::Person,
        roles::{Action, Relation},
        side::Side,
    },
};
use orderline_protocol::{
    http::OrderList,
    offer::{ConfirmedView, OfferView, RevisionView},
    order::OrderView,
    problem::{Code, Problem},
};

/// Locks and loads an offer that the actor may treat so; one that does not exist and one that is none of the actor's
/// business look the same.
pub async fn authorised(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    which: Which,
) -> Result<(StoredOffer, Vec<UserId>), Failure> {
    offer::lock(tx, which).await?;
    let stored = offer::find(tx, which).await?.ok_or(Code::NotFound)?;
    let people = auth::authorise_in_thread(tx, actor, action, stored.thread).await?;
    Ok((stored, people))
}

/// The vendor's day at this moment.
pub async fn today(tx: &mut Tx, vendor: VendorId, now: Timestamp) -> Result<Date, Failure> {
    let name = offer::time_zone(tx, vendor).await?.ok_or(Code::NotFound)?;
    let zone = TimeZone::get(&name)
        .map_err(|error| Failure::Internal(format!("the vendor's time zone: {error}")))?;
    Ok(now.to_zoned(zone).date())
}

/// As much of the catalogue as this draft needs: its product with all plans.
pub async fn catalogue_for(tx: &mut Tx, draft: &Draft) -> Result<Catalogue, Failure> {
    let Some(product) = draft.product else {
        return Ok(Catalogue::default());
    };
    let found = products::find(tx, product).await?;
    Ok(found.map(Into::into).unwrap_or_default())
}

/// The rule's complaints as a problem that names its fields. A product that is inactive has a code of its own
/// (CC6).
pub fn complaints(errors: &[FieldError]) -> Problem {
    let named = Problem::from(errors.to_vec());
    if errors.iter().any(|it| it.code == code::INACTIVE) {
        Problem {
            fields: named.fields,
            ..Code::ProductInactive.into()
        }
    } else {
        named
    }
}

/// The offer as both sides see it.
pub async fn view(
    tx: &mut Tx,
    stored: &StoredOffer,
    people: &[Person],
) -> Result<OfferView, Failure> {
    let shown = stored.offer.revision().map(revision_view);
    let confirmed = match &stored.offer.state {
        OfferState::Confirmed {
            revision,
            confirmation,
        } => Some(ConfirmedView {
            number: revision.number(),
            hash: revision.hash().to_string(),
            at: confirmation.at,
            by: confirmation.by,
            proof: confirmation.proof,
        }),
        _ => None,
    };
    let buyer = buyer_of(people);
    let (mut in_writing, mut own_country) = (false, None);
    if let Some(revision) = stored.offer.revision() {
        let country = &revision.content().buyer.address.country;
        let policy = in_force::of_order(tx, stored.thread, buyer, country).await?;
        in_writing = policy.rules().written_acceptance;
        own_country = in_force::own_country(tx, stored.thread, buyer)
            .await?
            .filter(|own| own != country);
    }
    Ok(OfferView {
        offer: stored.offer.id,
        version: stored.state_version,
        draft: stored.draft.clone(),
        editor: people
            .iter()
            .find(|it| Some(it.user) == stored.editor)
            .map(Into::into),
        shown,
        confirmed,
        in_writing,
        own_country,
    })
}

/// The buyer of these people.
pub fn buyer_of(people: &[Person]) -> Option<UserId> {
    people
        .iter()
        .find(|person| person.side() == Side::Buyer)
        .map(|person| person.user)
}

fn revision_view(revision: &Revision) -> RevisionView {
    RevisionView {
        number: revision.number(),
        hash: revision.hash().to_string(),
        at: revision.made_at(),
        content: revision.content().clone(),
    }
}

/// The offer and the order of a thread that the actor may read; the draft is the live one where this node
/// holds it.
pub async fn of_thread(
    env: &Env,
    tx: &mut Tx,
    thread: ThreadId,
) -> Result<(Option<OfferView>, Option<OrderView>), Failure> {
    let Some(mut stored) = offer::find(tx, Which::OfThread(thread)).await? else {
        return Ok((None, None));
    };
    if let Some((draft, editor)) = env.drafts.current(thread).await
        && draft.version > stored.draft.version
    {
        stored.draft = draft;
        stored.editor = Some(editor);
    }
    let people = thread::participants(tx, thread).await?.unwrap_or_default();
    let order = order::of_thread(tx, thread).await?;
    let offer = view(tx, &stored, &people).await?;
    Ok((Some(offer), order.map(Into::into)))
}

/// A page of the orders, newest first: all of the vendor's for whoever may read them, else those of the actor's own
/// threads.
pub async fn orders(query: &mut Query<'_>, wanted: &Wanted) -> Result<OrderList, Failure> {
    auth::authorise(query.actor, Action::ReadOrder, Relation::Own)?;
    let all = auth::may(query.actor, Action::ReadOrder, Relation::Foreign);
    let of = (!all).then_some(query.actor.user);
    let orders = order::page(&mut query.tx, of, wanted).await?;
    Ok(orders.page(Into::into))
}
