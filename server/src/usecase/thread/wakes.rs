//! What nodes on one database tell each other.

use crate::{app::App, store::thread, usecase::Failure};
use orderline_domain::ids::{ThreadId, UserId, VendorId};

pub use crate::store::wakes::{Listener, MAX_SIGNAL, Word, tell};

/// Who takes part in a thread that another node wrote to; nobody when it is not there.
pub async fn people(app: &App, vendor: VendorId, thread: ThreadId) -> Result<Vec<UserId>, Failure> {
    let mut tx = app.store.begin(vendor).await?;
    let standing = thread::standings(&mut tx, &[thread]).await?.pop();
    let people = standing.map(|it| it.people).unwrap_or_default();
    app.people.keep_up(thread, &people);
    Ok(people)
}
