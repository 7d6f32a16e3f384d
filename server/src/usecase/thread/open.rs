//! A seller opens a thread with a customer.

use crate::{
    auth,
    failure::Failure,
    store::{
        people::persons,
        thread::{self, NewThread},
    },
    usecase::{Cx, call::standing, contact_gate, customer::record::seen},
};
use orderline_domain::{
    field::{FieldError, code},
    ids::{CustomerId, UserId},
    people::roles::{Action, Relation, Role},
    text::Title,
};
use orderline_protocol::{http::OpenThread, problem::Code, thread::ThreadSummary};

/// Opens a thread between the actor and a customer who is there for them, who need not have an account. The id is the
/// client's: asked again with the same id, the same thread is answered.
pub async fn open_thread(cx: &mut Cx<'_>, wish: &OpenThread) -> Result<ThreadSummary, Failure> {
    auth::authorise(cx.actor, Action::OpenThread, Relation::Own)?;
    let title = Title::new(&wish.title).map_err(|bad| bad.at("title"))?;
    let buyer = buyer(cx, wish.customer).await?;
    contact_gate::check(&mut cx.tx, "title", title.as_str()).await?;
    let new = NewThread {
        thread: wish.thread,
        vendor: cx.actor.vendor,
        title: title.as_str(),
        people: &[(cx.actor.user, cx.actor.role), (buyer, Role::Buyer)],
        at: cx.now,
    };
    if !thread::open(&mut cx.tx, &new).await? {
        auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::ReadThread, wish.thread).await?;
    }
    let row = thread::find(&mut cx.tx, wish.thread)
        .await?
        .ok_or(Code::NotFound)?;
    let people = thread::participants(&mut cx.tx, wish.thread)
        .await?
        .unwrap_or_default();
    let calling = standing::of_thread(&mut cx.tx, wish.thread).await?;
    Ok(ThreadSummary {
        calling,
        thread: row.thread,
        title: row.title,
        people: people.into_iter().map(Into::into).collect(),
        last: None,
        seq: row.seq,
        version: row.version,
        unread: 0,
        call: None,
        order_number: None,
    })
}

/// Who the customer is, as long as they may come in.
async fn buyer(cx: &mut Cx<'_>, customer: CustomerId) -> Result<UserId, Failure> {
    let unknown = || FieldError::new("customer", code::UNKNOWN);
    let asked = (cx.actor, Action::ReadCustomers);
    let found = seen(&mut cx.tx, asked, customer).await?;
    let person = found.ok_or_else(unknown)?.person;
    let known = persons::known(&mut cx.tx, person)
        .await?
        .filter(|person| person.is(Role::Buyer))
        .ok_or_else(unknown)?;
    Ok(known.user)
}
