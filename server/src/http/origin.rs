//! Where a request for a socket comes from. Browsers open sockets across origins without asking and send the
//! cookies along, so the page's origin is compared with the host that it talks to, and with how browsers reach us:
//! a proxy may well change the first.

use super::{Refusal, Web};
use crate::live::Env;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header, request::Parts, uri::Authority},
};
use orderline_protocol::problem::Code;

/// Refuses a request whose `Origin` is missing, or names neither `Host` nor the public URL.
pub(crate) fn check(env: &Env, headers: &HeaderMap) -> Result<(), Refusal> {
    let public = env.config.http.public_url.as_ref().map(url::Url::as_str);
    if ours(headers, public) {
        Ok(())
    } else {
        Err(Code::NotAllowed.into())
    }
}

/// Where the page stands that asks: an origin of ours.
pub(super) struct Here(pub url::Url);

impl FromRequestParts<Web> for Here {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        check(&web.archive.run.env, &parts.headers)?;
        let origin = parts.headers.get(header::ORIGIN);
        let origin = origin.and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Self(origin.ok_or(Code::NotAllowed)?))
    }
}

fn ours(headers: &HeaderMap, public: Option<&str>) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN).and_then(Place::of_url) else {
        return false;
    };
    let host = text(header::HOST).and_then(|host| Place::of_host(host, &origin.scheme));
    host.is_some_and(|host| host == origin) || public.and_then(Place::of_url) == Some(origin)
}

/// A scheme, a host and a port, which is the scheme's own where none is named.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    scheme: String,
    host: String,
    port: u16,
}

impl Place {
    fn of_url(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        Self::new(uri.scheme_str()?, uri.authority()?)
    }

    /// `Host` has no scheme: it is asked by the one of the page.
    fn of_host(host: &str, scheme: &str) -> Option<Self> {
        Self::new(scheme, &host.parse().ok()?)
    }

    fn new(scheme: &str, authority: &Authority) -> Option<Self> {
        let own = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        Some(Self {
            scheme: scheme.to_owned(),
            host: authority.host().to_ascii_lowercase(),
            port: authority.port_u16().unwrap_or(own),
        })
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

    fn asked(host: &'static str, origin: &'static str, public: Option<&str>) -> bool {
        ours(&headers(&[("host", host), ("origin", origin)]), public)
    }

    #[test]
    fn only_our_own_pages_open_sockets() {
        let host = "seller.localhost:8080";
        assert!(asked(host, "http://seller.localhost:8080", None));
        assert!(asked(host, "http://Seller.localhost:8080", None));
        for origin in [
            "http://evil.example",
            "http://buyer.localhost:8080",
            "http://seller.localhost",
            "http://seller.localhost:80",
            "null",
            "",
            "file://seller.localhost:8080",
        ] {
            assert!(!asked(host, origin, None), "{origin}");
        }
        assert!(!ours(&headers(&[("host", host)]), None));
        assert!(!ours(
            &headers(&[("origin", "http://seller.localhost:8080")]),
            None
        ));
    }

    #[test]
    fn what_a_proxy_makes_of_the_host_is_borne() {
        let shop = Some("https://shop.example/");
        assert!(asked("127.0.0.1:8190", "https://shop.example", shop));
        assert!(asked("127.0.0.1:8190", "https://shop.example:443", shop));
        assert!(asked("shop.example:443", "https://shop.example", None));
        assert!(asked("shop.example", "https://shop.example:443", None));
        for origin in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evil.example",
        ] {
            assert!(!asked("127.0.0.1:8190", origin, shop), "{origin}");
        }
    }
}
