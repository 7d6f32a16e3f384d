//! Somebody who asked without an account and has left is told that they were answered: by a link to the address that they
//! typed, unless one waits there already or the seller took the last one back.

use super::join_links;
use crate::{
    actor::Actor,
    failure::Failure,
    live::Env,
    store::{customer, people::persons, thread},
    usecase::{Cx, Runner},
};
use futures::FutureExt as _;
use orderline_domain::{
    ids::{ThreadId, UserId},
    people::side::Side,
    thread::join_link::Channel,
};
use orderline_protocol::problem::Code;

/// The actor has written to these people. What goes wrong here is no fault of the message, which is written.
pub(super) async fn tell(run: &Runner, actor: &Actor, thread: ThreadId, people: &[UserId]) {
    let sells = Side::of(actor.role) == Side::Seller;
    if !sells || !is_somebody_away(&run.env, actor, people) {
        return;
    }
    let told = run.act(actor, |cx| told(cx, thread).boxed()).await;
    match told {
        // There is no way out, what goes out is used up, or the thread was closed: the answer waits in the thread.
        Ok(()) => {}
        Err(Failure::Problem(why))
            if matches!(
                why.code,
                Code::ChannelMissing | Code::SentTooMuch | Code::TooMany | Code::ThreadClosed
            ) => {}
        Err(failure) => run.env.log(&failure),
    }
}

fn is_somebody_away(env: &Env, actor: &Actor, people: &[UserId]) -> bool {
    let mut others = people.iter().filter(|user| **user != actor.user);
    others.any(|user| !env.hub.is_online(actor.vendor, *user))
}

async fn told(cx: &mut Cx<'_>, thread: ThreadId) -> Result<(), Failure> {
    let people = thread::participants(&mut cx.tx, thread).await?;
    let mut people = people.unwrap_or_default().into_iter();
    let Some(buyer) = people.find(|it| it.side() == Side::Buyer) else {
        return Ok(());
    };
    // Whoever has an account finds it there; whoever typed no address comes back by themselves.
    let is_told = persons::email(&mut cx.tx, buyer.user).await?.is_none()
        && customer::email_of(&mut cx.tx, buyer.user).await?.is_some()
        && !cx.env.hub.is_online(cx.actor.vendor, buyer.user);
    if !is_told || !join_links::is_due(cx, thread).await? {
        return Ok(());
    }
    join_links::send(cx, thread, Channel::Mail, None).await?;
    Ok(())
}
