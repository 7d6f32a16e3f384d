//! The cookie that a session is known by in the browser.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use orderline_domain::job::SESSION_IDLE;

/// The session cookie. The prefix makes browsers insist on Secure, Path=/ and no Domain.
pub(super) const COOKIE: &str = "__Host-orderline";

/// The header that hands a token to the browser.
pub(super) fn cookie_header(token: &str) -> (HeaderName, HeaderValue) {
    set_cookie(token, SESSION_IDLE.as_secs())
}

fn set_cookie(value: &str, max_age: i64) -> (HeaderName, HeaderValue) {
    let text =
        format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age}");
    // Tokens are hexadecimal, so the text is always a header value.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

/// The header that takes the token out of the browser.
pub(super) fn no_cookie() -> (HeaderName, HeaderValue) {
    set_cookie("", 0)
}

/// The session cookie's value.
pub(super) fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_named(headers, COOKIE)
}

/// The value of the cookie with this name.
pub(super) fn cookie_named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}
