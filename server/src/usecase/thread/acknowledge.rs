//! "Read up to here".

use crate::{
    actor::Actor,
    failure::Failure,
    store::thread::{self, Mark},
    usecase::{Cx, Runner},
};
use futures::FutureExt as _;
use orderline_protocol::socket::ReadMark;

/// Marks threads as read up to the given events. Only a participant has such a mark; for anybody else nothing
/// happens. A mark that cannot be written is logged: the next one says more than it did.
pub async fn acknowledge(run: &Runner, actor: &Actor, marks: &[ReadMark]) {
    if let Err(failure) = run.act(actor, |cx| write(cx, marks).boxed()).await {
        run.env.log(&failure);
    }
}

async fn write(cx: &mut Cx<'_>, marks: &[ReadMark]) -> Result<(), Failure> {
    let marks: Vec<Mark> = marks
        .iter()
        .map(|mark| Mark {
            thread: mark.thread,
            seq: mark.seq,
        })
        .collect();
    Ok(thread::acknowledge(&mut cx.tx, cx.actor.user, &marks).await?)
}
