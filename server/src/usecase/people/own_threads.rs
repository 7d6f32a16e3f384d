//! All threads in which somebody buys, whatever page they are on: a list across vendors. What stands in one is read at its
//! vendor.

use crate::{
    failure::Failure,
    page::Wanted,
    store::thread::own,
    usecase::{JobCx, Reach, Runner, again, people::session::SignedIn},
};
use futures::FutureExt as _;
use orderline_protocol::{
    account::{OwnThread, OwnThreads},
    problem::Code,
};

/// A page of them, the newest first. A session of one thread has no list.
pub async fn list(run: &Runner, me: &SignedIn, wanted: &Wanted) -> Result<OwnThreads, Failure> {
    me.may_act()?;
    if me.is_limited() {
        return Err(Code::NotFound.into());
    }
    again(|| run.job(Reach::Person(me.user()), |cx| listed(cx, wanted).boxed())).await
}

async fn listed(cx: &mut JobCx<'_>, wanted: &Wanted) -> Result<OwnThreads, Failure> {
    let part = own::of_person(&mut cx.tx, wanted).await?;
    Ok(part.page(|it| OwnThread {
        thread: it.thread,
        vendor: it.vendor,
        vendor_name: it.vendor_name,
        title: it.title,
        seller: it.seller,
        last_at: it.last_at,
        unread: it.unread,
    }))
}
