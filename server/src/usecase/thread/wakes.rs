//! What nodes on one database tell each other.

use crate::{failure::Failure, store::thread, usecase::JobCx};
use orderline_domain::ids::{ThreadId, UserId};

pub use crate::store::wakes::{Listener, MAX_SIGNAL, Word};

/// Who takes part in a thread that another node wrote to; nobody when it is not there.
pub async fn people(cx: &mut JobCx<'_>, thread: ThreadId) -> Result<Vec<UserId>, Failure> {
    let standing = thread::standings(&mut cx.tx, &[thread]).await?.pop();
    let people = standing.map(|it| it.people).unwrap_or_default();
    cx.env.people.keep_up(thread, &people);
    Ok(people)
}
