//! In which language a page is served: what its person chose, else what was chosen in this browser, else what the
//! browser asks for.

use super::{
    Body, Refusal, Somebody,
    cookie::{cookie, cookie_named},
};
use crate::{
    http::Web,
    usecase::{Runner, people::session},
};
use axum::{
    Router,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
    routing::put,
};
use jiff::SignedDuration;
use orderline_domain::language::Language;
use orderline_protocol::{http::ReadIn, problem::Code};
use std::convert::Infallible;

/// The cookie in which a browser keeps the language that was chosen there.
const COOKIE: &str = "__Host-orderline-language";
/// How long it keeps it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 365);

pub(super) fn router() -> Router<Web> {
    Router::new().route("/api/session/language", put(keep))
}

/// Whoever reads the page that is asked for.
pub(super) struct Reader(pub Language);

impl FromRequestParts<Web> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let own = match cookie(&parts.headers) {
            // A page is served whatever became of the session, and while the database is away.
            Some(token) => session::holder(&web.archive.run, token, None)
                .await
                .ok()
                .flatten()
                .and_then(|it| it.chosen_language()),
            None => None,
        };
        Ok(Self(own.unwrap_or_else(|| of_browser(&parts.headers))))
    }
}

/// What this browser's pages are read in while nobody has chosen for themselves.
fn of_browser(headers: &HeaderMap) -> Language {
    let chosen = cookie_named(headers, COOKIE).and_then(Language::from_tag);
    let asked_for = || {
        let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Language::accepted(header)
    };
    chosen.or_else(asked_for).unwrap_or(Language::COMMON)
}

async fn keep(
    State(run): State<Runner>,
    me: Result<Somebody, Refusal>,
    Body(wish): Body<ReadIn>,
) -> Result<impl IntoResponse, Refusal> {
    let me = match me {
        Ok(me) => Some(me.person),
        Err(Refusal(problem)) if problem.code == Code::SignInNeeded => None,
        Err(refusal) => return Err(refusal),
    };
    let language = session::read_in(&run, me.as_ref(), &wish).await?;
    let kept = wish.chosen.then(|| AppendHeaders([kept_here(language)]));
    Ok((kept, StatusCode::NO_CONTENT))
}

fn kept_here(language: Language) -> (HeaderName, HeaderValue) {
    let text = format!(
        "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        language.tag(),
        KEPT.as_secs()
    );
    // Tags are letters and dashes, so the text is always a header value.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_comes_before_what_the_browser_asks_for() {
        let mut headers = HeaderMap::new();
        assert_eq!(of_browser(&headers), Language::English);
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_static("fr-CH, de;q=0.5"),
        );
        assert_eq!(of_browser(&headers), Language::French);
        let (_, set) = kept_here(Language::Romanian);
        let pair = set
            .to_str()
            .expect("a text")
            .split(';')
            .next()
            .expect("a pair");
        headers.insert(
            header::COOKIE,
            HeaderValue::try_from(pair).expect("a header"),
        );
        assert_eq!(of_browser(&headers), Language::Romanian);
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("__Host-orderline-language=xx"),
        );
        assert_eq!(of_browser(&headers), Language::French);
    }
}
