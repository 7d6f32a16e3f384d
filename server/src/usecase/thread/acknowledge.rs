//! "Read up to here".

use crate::{
    actor::Actor,
    failure::Failure,
    store::thread::{self, Mark},
    usecase::{JobCx, Reach, Runner, again},
};
use futures::FutureExt as _;
use orderline_domain::ids::UserId;
use orderline_protocol::socket::ReadMark;

/// Marks threads as read up to the given events. Only a participant has such a mark; for anybody else nothing
/// happens. A mark that cannot be written is logged: the next one says more than it did. It is a reader's own and
/// changes nothing of the vendor's, so it is written where the vendor does not work too.
pub async fn acknowledge(run: &Runner, actor: &Actor, marks: &[ReadMark]) {
    let user = actor.user;
    let written = again(|| {
        run.job(Reach::Scope(actor.scope()), |cx| {
            write(cx, user, marks).boxed()
        })
    });
    if let Err(failure) = written.await {
        run.env.log(&failure);
    }
}

async fn write(cx: &mut JobCx<'_>, user: UserId, marks: &[ReadMark]) -> Result<(), Failure> {
    let marks: Vec<Mark> = marks
        .iter()
        .map(|mark| Mark {
            thread: mark.thread,
            seq: mark.seq,
        })
        .collect();
    Ok(thread::acknowledge(&mut cx.tx, user, &marks).await?)
}
