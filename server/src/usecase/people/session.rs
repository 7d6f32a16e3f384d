//! Who is behind a request, and signing out.

use crate::{
    actor::Actor,
    failure::Failure,
    store::people::sessions::{self, Holder},
    usecase::{AfterCommit, Cx, JobCx, Reach, Runner, again},
};
use futures::FutureExt as _;
use orderline_domain::{
    digest::Digest,
    ids::SessionId,
    people::capacity::{ActAs, Capacity},
};
use orderline_protocol::problem::Code;
use std::collections::HashSet;

/// A signed-in person and what their pages show about them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub vendor_name: String,
    /// All that they could act as.
    pub capacities: Vec<Capacity>,
}

/// Who holds this token, acting as they wish to; `None` when it is unknown, its session is over, or they are nothing to
/// anybody any more.
///
/// # Errors
/// `not_found` when they are not what they wish to act as.
pub async fn holder(
    run: &Runner,
    token: &str,
    wanted: Option<ActAs>,
) -> Result<Option<SignedIn>, Failure> {
    let Some(hash) = token_hash(token) else {
        return Ok(None);
    };
    let holder = again(|| run.job(Reach::Nobody, |cx| holder_of(cx, hash).boxed())).await?;
    holder.map(|holder| acting(holder, wanted)).transpose()
}

async fn holder_of(cx: &mut JobCx<'_>, hash: Digest) -> Result<Option<Holder>, Failure> {
    Ok(sessions::holder(&mut cx.tx, &hash, cx.now).await?)
}

fn acting(holder: Holder, wanted: Option<ActAs>) -> Result<SignedIn, Failure> {
    let as_what = Capacity::choose(&holder.capacities, wanted).ok_or(Code::NotFound)?;
    Ok(SignedIn {
        vendor_name: as_what.vendor_name.clone(),
        actor: Actor {
            user: holder.user,
            vendor: as_what.vendor,
            role: as_what.role,
            name: holder.name,
            session: holder.session,
            only_thread: holder.only_thread,
            proof: holder.proof,
        },
        capacities: holder.capacities,
    })
}

/// Ends the actor's session, and after the commit what lives by it.
pub async fn sign_out(cx: &mut Cx<'_>) -> Result<(), Failure> {
    sessions::end(&mut cx.tx, cx.actor.session).await?;
    let ended = AfterCommit::SessionsOver(vec![cx.actor.session]);
    cx.news.after.push(ended);
    Ok(())
}

/// Ends what lives by sessions that are over, of those that sockets of this node live by. Answers how many it ended.
pub async fn end_what_is_over(run: &Runner) -> Result<usize, Failure> {
    let held = run.env.sessions.all();
    let mut ended = 0;
    for some in held.chunks(sessions::MAX_LOOKED_UP) {
        let open = run.job(Reach::Everyone, |cx| open_of(cx, some).boxed());
        let open = open.await?;
        for session in some.iter().filter(|it| !open.contains(it)) {
            run.env.sessions.end(*session);
            ended += 1;
        }
    }
    Ok(ended)
}

/// Another node says that this session ended or became another one.
pub async fn heard_of(run: &Runner, session: SessionId) -> Result<(), Failure> {
    if !run.env.sessions.has(session) {
        return Ok(());
    }
    let asked = [session];
    let open = run.job(Reach::Everyone, |cx| open_of(cx, &asked).boxed());
    if open.await?.is_empty() {
        run.env.sessions.end(session);
    } else {
        run.env.sessions.renew(session);
    }
    Ok(())
}

async fn open_of(
    cx: &mut JobCx<'_>,
    sessions: &[SessionId],
) -> Result<HashSet<SessionId>, Failure> {
    Ok(sessions::open_of(&mut cx.tx, sessions, cx.now).await?)
}

/// The hash that a token is known by; `None` for what cannot be a token.
pub(in crate::usecase) fn token_hash(token: &str) -> Option<Digest> {
    Some(Digest::of(&token_bytes(token)?))
}

/// The secret that a token spells; `None` for what cannot be a token.
pub fn token_bytes(token: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(token, &mut bytes).ok()?;
    Some(bytes)
}
