//! What a request leaves for after its answer: another token for its session, and that it was refused for want of rights.

use super::{Client, cookie::cookie_header, refusal::RefusedWith};
use crate::http::Web;
use axum::{
    body::Body,
    extract::{FromRequestParts as _, Request, State},
    http::header,
    middleware::Next,
    response::Response,
};
use orderline_domain::{
    ids::UserId,
    people::refusal::{Line, Refused, hour_of},
};
use orderline_protocol::problem::Code;
use std::sync::{Arc, OnceLock};

/// What is known of a request once it was looked at who asks.
#[derive(Clone, Default)]
pub(super) struct Afterwards(Arc<Seen>);

#[derive(Default)]
struct Seen {
    user: OnceLock<UserId>,
    token: OnceLock<String>,
}

impl Afterwards {
    /// This person asks.
    pub(super) fn by(&self, user: UserId) {
        // Whoever was named first asked.
        let _ = self.0.user.set(user);
    }

    /// From now on their session has this token.
    pub(super) fn renew(&self, token: String) {
        let _ = self.0.token.set(token);
    }
}

/// Hands the new token over, and counts the refusal. Neither waits for anything.
pub(super) async fn around(State(web): State<Web>, request: Request<Body>, next: Next) -> Response {
    let afterwards = Afterwards::default();
    let is_platforms = request.uri().path().starts_with("/api/platform/");
    let (mut parts, body) = request.into_parts();
    let client = Client::from_request_parts(&mut parts, &web).await;
    parts.extensions.insert(afterwards.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Afterwards(seen) = afterwards;
    // A handler that begins or ends a session has the last word.
    if let Some(token) = seen.token.get()
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        let (name, value) = cookie_header(token);
        response.headers_mut().append(name, value);
    }
    let user = seen.user.get().copied();
    if let Some(RefusedWith(code)) = response.extensions().get()
        && let Some(refused) = counted(*code, user.is_some() || is_platforms)
        && let Ok(Client(from)) = client
    {
        let env = &web.archive.run.env;
        env.refusals.note(Line {
            hour: hour_of(env.clock.now()),
            user,
            from,
            refused,
        });
    }
    response
}

/// How a code is counted, if it is. What is not there for nobody in particular is no refusal: an address that was typed wrong.
const fn counted(code: Code, is_somebody: bool) -> Option<Refused> {
    Some(match code {
        Code::NotAllowed => Refused::NotAllowed,
        Code::NotFound if is_somebody => Refused::Hidden,
        Code::SecondFactorNeeded => Refused::SecondFactorNeeded,
        Code::FreshProofNeeded => Refused::FreshProofNeeded,
        Code::BadTicket => Refused::BadTicket,
        _ => return None,
    })
}
