//! Who is behind a request, and signing out.

use crate::{
    app::App,
    store::people::sessions,
    usecase::{Actor, Failure, again},
};
use orderline_domain::digest::Digest;

pub use crate::store::people::sessions::IDLE_SECONDS;

/// A signed-in person and what their pages show about them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub vendor_name: String,
}

/// Who holds this token; `None` when it is unknown or its session is over.
pub async fn holder(app: &App, token: &str) -> Result<Option<SignedIn>, Failure> {
    let Some(token_hash) = token_hash(token) else {
        return Ok(None);
    };
    let holder = again(|| holder_now(app, &token_hash)).await?;
    Ok(holder.map(|holder| SignedIn {
        actor: Actor {
            user: holder.user,
            vendor: holder.vendor,
            role: holder.role,
            name: holder.name,
            session: holder.session,
            only_thread: holder.only_thread,
        },
        vendor_name: holder.vendor_name,
    }))
}

async fn holder_now(app: &App, token_hash: &Digest) -> Result<Option<sessions::Holder>, Failure> {
    let mut tx = app.store.begin_unscoped().await?;
    let holder = sessions::holder(&mut tx, token_hash, app.clock.now()).await?;
    tx.commit().await?;
    Ok(holder)
}

/// Ends the actor's session and its sockets.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<(), Failure> {
    let mut tx = app.store.begin(actor.scope()).await?;
    sessions::end(&mut tx, actor.session).await?;
    tx.commit().await?;
    app.hub.sign_out(actor.user, actor.session);
    Ok(())
}

/// The hash that a token is known by; `None` for what cannot be a token.
pub(in crate::usecase) fn token_hash(token: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(token, &mut bytes).ok()?;
    Some(Digest::of(&bytes))
}
