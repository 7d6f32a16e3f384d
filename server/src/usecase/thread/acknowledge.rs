//! "Read up to here".

use crate::{
    app::App,
    store::thread,
    usecase::{Actor, Failure},
};
use orderline_protocol::socket::Cursor;

/// Marks threads as read up to the given events. Only a participant has such a mark; for anybody else nothing
/// happens. A mark that cannot be written is logged: the next one says more than it did.
pub async fn acknowledge(app: &App, actor: &Actor, marks: &[Cursor]) {
    if let Err(failure) = write(app, actor, marks).await {
        failure.problem(app);
    }
}

async fn write(app: &App, actor: &Actor, marks: &[Cursor]) -> Result<(), Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    thread::acknowledge(&mut tx, actor.user, marks).await?;
    tx.commit().await?;
    Ok(())
}
