//! Where a request for a socket comes from. Browsers open sockets across origins without asking and send the
//! cookies along, so the page's origin is compared with the host that it talks to.

use super::Refusal;
use axum::http::{HeaderMap, Uri, header};
use orderline_protocol::problem::Code;

/// Refuses a request whose `Origin` is missing or names another host or port than `Host`.
pub fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST);
    let origin = text(header::ORIGIN)
        .and_then(|origin| origin.parse::<Uri>().ok())
        .and_then(|uri| uri.authority().map(|it| it.as_str().to_owned()));
    match (origin, host) {
        (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(Code::NotAllowed.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                axum::http::HeaderName::from_static(name),
                axum::http::HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn only_our_own_pages_open_sockets() {
        let ours = [
            ("host", "seller.localhost:8080"),
            ("origin", "http://seller.localhost:8080"),
        ];
        assert!(check(&headers(&ours)).is_ok());
        for origin in [
            "http://evil.example",
            "http://buyer.localhost:8080",
            "http://seller.localhost",
            "http://seller.localhost:80",
            "null",
            "",
        ] {
            let other = [("host", "seller.localhost:8080"), ("origin", origin)];
            assert!(check(&headers(&other)).is_err(), "{origin}");
        }
        assert!(check(&headers(&[("host", "seller.localhost:8080")])).is_err());
        assert!(check(&headers(&[("origin", "http://seller.localhost:8080")])).is_err());
    }
}
