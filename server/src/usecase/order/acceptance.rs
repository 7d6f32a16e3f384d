//! The buyer accepts an order in writing, refuses to, or lets the time pass. Only acceptance makes a contract (X8).

use crate::{
    auth,
    failure::Failure,
    store::{
        Tx,
        follow_up::appointments,
        offer::{self, Which},
        order::{
            self,
            acceptances::{self, NewAcceptance, StoredAcceptance},
            steps::{self, StoredOrder},
        },
        people::persons,
        thread,
    },
    texts::{self, MailKind, moment, money},
    usecase::{
        Cx, JobCx, News, Query,
        call::standing,
        mail::{self, Letter},
        policy::in_force::Policy,
        thread::people::audience,
    },
};
use orderline_domain::{
    digest::Digest,
    ids::{OrderId, UserId, VendorId},
    language::best,
    offer::revision::RevisionContent,
    order::{
        Order, OrderState,
        acceptance::{Asked, NotAccepted},
    },
    people::{roles::Action, side::Side},
    policy::consent::PolicyRef,
    text as typed,
    text::DeclineReason,
    thread::EventBody,
};
use orderline_protocol::{
    order::{AcceptancePage, OrderView, WordsView},
    problem::Code,
    socket::{CommandResult, ServerSignal},
};

/// Orders whose time is over that one sweep takes up.
const MAX_OVERDUE: i64 = 100;

/// Asks the buyer of an order that waits, by mail too. Answers nothing for one that does not.
pub async fn ask(
    cx: &mut Cx<'_>,
    order: &Order,
    content: &RevisionContent,
    policy: &Policy,
) -> Result<Option<Asked>, Failure> {
    if order.state != OrderState::AwaitingWrittenConfirmation {
        return Ok(None);
    }
    let asked = Asked::at(order.placing.placed_at);
    let new = NewAcceptance {
        order: order.placing.id,
        vendor: order.placing.vendor,
        policy: policy.scope.name(),
        policy_version: policy.version,
        source: &policy.rules().source,
        asked,
    };
    acceptances::ask(&mut cx.tx, &new).await?;
    mail(cx, order, content, asked).await?;
    Ok(Some(asked))
}

/// Mails the buyer the way to the page where the order is accepted or refused.
async fn mail(
    cx: &mut Cx<'_>,
    order: &Order,
    content: &RevisionContent,
    asked: Asked,
) -> Result<(), Failure> {
    let placing = &order.placing;
    let people = thread::participants(&mut cx.tx, placing.thread).await?;
    let people = people.unwrap_or_default();
    let Some(buyer) = people.iter().find(|person| person.side() == Side::Buyer) else {
        return Ok(());
    };
    let link = mail::thread_link(cx.env, &mut cx.tx, buyer, placing.thread).await?;
    let vendor = persons::vendor_name(&mut cx.tx, cx.actor.vendor)
        .await?
        .unwrap_or_default();
    let zone = match appointments::zone_of(&mut cx.tx, buyer.user).await? {
        Some(zone) => Some(zone),
        None => appointments::vendor_zone(&mut cx.tx, placing.vendor).await?,
    };
    let language = mail::language_of(&mut cx.tx, buyer.user).await?;
    let letter = Letter {
        to: buyer.user,
        address: None,
        thread: Some(placing.thread),
        kind: MailKind::OrderAccept,
        about: placing.id.as_uuid(),
        values: &[
            ("name", &buyer.name),
            ("seller", &cx.actor.name),
            ("vendor", &vendor),
            ("number", &placing.number.to_string()),
            ("product", &content.product_name),
            ("total", &money(language, placing.total)),
            (
                "until",
                &moment(language, asked.due_at, zone.as_deref().unwrap_or("UTC")),
            ),
            ("link", &link),
        ],
        attachment: None,
        notice: None,
        secret: false,
    };
    mail::queue(cx.env, &mut cx.tx, placing.vendor, &letter).await
}

/// What the buyer of an order is asked to accept, or accepted.
pub async fn page(query: &mut Query<'_>, order: OrderId) -> Result<AcceptancePage, Failure> {
    let order = order::find(&mut query.tx, order)
        .await?
        .ok_or(Code::NotFound)?;
    let placing = &order.order.placing;
    let thread = placing.thread;
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadOrder, thread).await?;
    let asked = acceptances::find(&mut query.tx, placing.id)
        .await?
        .ok_or(Code::NotFound)?;
    let offer = offer::find(&mut query.tx, Which::OfThread(thread)).await?;
    let revision = offer
        .as_ref()
        .and_then(|it| it.offer.revision())
        .ok_or(Code::NotFound)?;
    let home = persons::home(&mut query.tx, query.actor.user, thread).await?;
    let mut words = asked
        .accepted
        .map_or_else(texts::acceptances, |words| vec![words]);
    let language = home.map_or_else(String::new, |home| home.language);
    if let Some(first) = best(&words, &language, |it| &it.language).cloned() {
        words.retain(|it| *it != first);
        words.insert(0, first);
    }
    Ok(AcceptancePage {
        hash: revision.hash().to_string(),
        content: revision.content().clone(),
        order: order.into(),
        policy: asked.policy,
        policy_version: asked.policy_version,
        source: asked.source,
        words: words.into_iter().map(WordsView::from).collect(),
    })
}

/// What a buyer accepts: exactly this content in exactly these words.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    pub hash: &'a str,
    pub words_hash: &'a str,
    pub language: &'a str,
}

/// The buyer accepts. Accepted again, it answers the same order.
pub async fn accept_order(
    cx: &mut Cx<'_>,
    order: OrderId,
    accepted: Accepted<'_>,
) -> Result<CommandResult, Failure> {
    let (stored, asked, people) = authorised(cx, order).await?;
    let placing = &stored.order.placing;
    if accepted.hash.parse() != Ok(placing.revision_hash) {
        return Err(Code::StaleRevision.into());
    }
    if asked.accepted.is_some() {
        return done(cx, order, people).await;
    }
    let hash: Digest = accepted
        .words_hash
        .parse()
        .map_err(|_| Code::StaleRevision)?;
    let words = texts::acceptances()
        .into_iter()
        .find(|it| it.language == accepted.language && it.hash() == hash)
        .ok_or(Code::StaleRevision)?;
    let after = asked.asked.accept(stored.order.clone(), cx.now);
    let after = after.map_err(refusal)?;
    let proof = cx.actor.proof();
    let accepted = acceptances::Accepted {
        words: &words,
        at: cx.now,
        by: cx.actor.user,
        proof,
    };
    let kept = acceptances::accepted(&mut cx.tx, order, accepted).await?;
    if !kept || !steps::save(&mut cx.tx, &stored, &after).await? {
        return Err(Code::Conflict.into());
    }
    let body = EventBody::OrderAccepted {
        order,
        number: placing.number,
        hash: placing.revision_hash,
        words: PolicyRef {
            policy: asked.policy,
            version: asked.policy_version,
            language: words.language.clone(),
            wording_hash: hash,
        },
        proof,
    };
    cx.tell(stored.order.placing.thread, &body).await?;
    done(cx, order, people).await
}

/// The buyer refuses, with a reason if they give one.
pub async fn refuse_order(
    cx: &mut Cx<'_>,
    order: OrderId,
    reason: Option<&str>,
) -> Result<CommandResult, Failure> {
    let (stored, asked, people) = authorised(cx, order).await?;
    let reason = typed::optional("reason", reason, DeclineReason::new)?;
    let after = asked.asked.refuse(stored.order.clone(), cx.now);
    let after = after.map_err(refusal)?;
    let closed = acceptances::closed(&mut cx.tx, order, cx.now).await?;
    if !closed || !steps::save(&mut cx.tx, &stored, &after).await? {
        return Err(Code::Conflict.into());
    }
    let body = EventBody::OrderRefused {
        order,
        number: stored.order.placing.number,
        reason,
        proof: cx.actor.proof(),
    };
    cx.tell(stored.order.placing.thread, &body).await?;
    done(cx, order, people).await
}

/// The mail that asks the buyer will not arrive. Answers whether that still matters.
pub async fn undelivered(cx: &mut JobCx<'_>, order: OrderId) -> Result<bool, Failure> {
    if !acceptances::undelivered(&mut cx.tx, order, cx.now).await? {
        return Ok(false);
    }
    let Some(stored) = order::find(&mut cx.tx, order).await? else {
        return Ok(false);
    };
    let people = thread::participants(&mut cx.tx, stored.order.placing.thread).await?;
    let people = people.unwrap_or_default().into_iter().map(|it| it.user);
    told(&mut cx.tx, &mut cx.news, order, people.collect()).await?;
    Ok(true)
}

/// The orders whose time to be accepted is over, with their vendors.
pub async fn overdue(cx: &mut JobCx<'_>) -> Result<Vec<(VendorId, OrderId)>, Failure> {
    Ok(acceptances::overdue(&mut cx.tx, cx.now, MAX_OVERDUE).await?)
}

/// Ends an order that nobody accepted in time; answers whether it was for this call to end.
pub async fn lapse(cx: &mut JobCx<'_>, order: OrderId) -> Result<bool, Failure> {
    let Some(stored) = steps::lock(&mut cx.tx, order).await? else {
        return Ok(false);
    };
    let Some(asked) = acceptances::find(&mut cx.tx, order).await? else {
        return Ok(false);
    };
    // Cancelled by other means meanwhile: only the question is over.
    let after = asked.asked.lapse(stored.order.clone(), cx.now).ok();
    if !acceptances::closed(&mut cx.tx, order, cx.now).await? {
        return Ok(false);
    }
    let placing = &stored.order.placing;
    if let Some(after) = after {
        if !steps::save(&mut cx.tx, &stored, &after).await? {
            return Err(Code::Conflict.into());
        }
        let body = EventBody::OrderLapsed {
            order,
            number: placing.number,
        };
        cx.tell_as_system(placing.thread, &body).await?;
    }
    let people = thread::participants(&mut cx.tx, placing.thread).await?;
    let people = people.unwrap_or_default().into_iter().map(|it| it.user);
    told(&mut cx.tx, &mut cx.news, order, people.collect()).await?;
    Ok(true)
}

/// The order and its question, if the actor may answer it.
async fn authorised(
    cx: &mut Cx<'_>,
    order: OrderId,
) -> Result<(StoredOrder, StoredAcceptance, Vec<UserId>), Failure> {
    let stored = steps::lock(&mut cx.tx, order)
        .await?
        .ok_or(Code::NotFound)?;
    let thread = stored.order.placing.thread;
    let people =
        auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::AcceptOrder, thread).await?;
    let asked = acceptances::find(&mut cx.tx, order)
        .await?
        .ok_or(Code::Conflict)?;
    Ok((stored, asked, people))
}

async fn done(
    cx: &mut Cx<'_>,
    order: OrderId,
    people: Vec<UserId>,
) -> Result<CommandResult, Failure> {
    let order = told(&mut cx.tx, &mut cx.news, order, people).await?;
    Ok(CommandResult::Order { order })
}

/// The order as it is now, told to its people.
async fn told(
    tx: &mut Tx,
    news: &mut News,
    order: OrderId,
    people: Vec<UserId>,
) -> Result<Box<OrderView>, Failure> {
    let order = order::find(tx, order).await?.ok_or(Code::NotFound)?;
    let order = Box::new(OrderView::from(order));
    // What was cancelled no longer counts for a rule on who may call.
    let calling = standing::news(tx, order.thread, &people).await?;
    news.signals.push(calling);
    let audience = audience(tx, order.thread, people);
    let signal = ServerSignal::Order {
        thread: order.thread,
        order: order.clone(),
    };
    news.signals.push((audience, signal));
    Ok(order)
}

fn refusal(why: NotAccepted) -> Failure {
    match why {
        NotAccepted::Lapsed => Code::OrderLapsed.into(),
        NotAccepted::NotLapsed | NotAccepted::Step(_) => Code::Conflict.into(),
    }
}
