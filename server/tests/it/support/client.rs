//! A browser as far as HTTP goes: one cookie jar, `Origin` and `Sec-Fetch-Site` as a browser sends them.

use crate::support::second_factor;
use orderline_domain::{
    ids::VendorId,
    people::{capacity::ActAs, roles::Role},
};
use orderline_protocol::{http::Me, problem::Problem};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use std::net::SocketAddr;

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    pub addr: SocketAddr,
    /// `name=value` of the session cookie.
    pub cookie: Option<String>,
    /// In which capacity its page acts; none: in the person's first.
    pub acting: Option<ActAs>,
    client: Client,
}

impl Browser {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        orderline_server::outside::choose_tls();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            addr,
            cookie: None,
            acting: None,
            client,
        }
    }

    /// The origin of the server's pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The same browser's page that acts in this capacity.
    pub(crate) fn acting(&self, vendor: VendorId, role: Role) -> Self {
        Self {
            acting: Some(ActAs {
                vendor: Some(vendor),
                role,
            }),
            ..self.clone()
        }
    }

    /// A path with the capacity that the page acts in.
    pub(crate) fn path(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.acting
            .map_or_else(|| path.to_owned(), |it| format!("{path}{joint}as={it}"))
    }

    /// A request as one of our own pages makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = self.path(path);
        let request = self
            .client
            .request(method, format!("{}{path}", self.origin()))
            .header(header::ORIGIN, self.origin())
            .header("sec-fetch-site", "same-origin");
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// Signs in and keeps the cookie.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) {
        let response = self.try_sign_in(email, password).await;
        assert_eq!(response.status(), StatusCode::OK, "{email} signs in");
        self.cookie = Some(session_cookie(&response).0);
        let me: Me = response.json().await.expect("who signed in");
        if me.needs_second_factor {
            second_factor::show(self, email).await;
        }
    }

    /// Asks to sign in.
    pub(crate) async fn try_sign_in(&self, email: &str, password: &str) -> Response {
        let wish = serde_json::json!({"email": email, "password": password});
        self.request(Method::POST, "/api/session")
            .json(&wish)
            .send()
            .await
            .expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path)
            .send()
            .await
            .expect("an answer")
    }

    /// Reads JSON that must be there.
    pub(crate) async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let response = self.get(path).await;
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("GET {path}: {error}: {text}"))
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Response {
        let request = self.request(Method::POST, path).json(body);
        request.send().await.expect("an answer")
    }

    pub(crate) async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path)
            .send()
            .await
            .expect("an answer")
    }
}

/// The session cookie that an answer sets: `name=value`, and its attributes.
pub(crate) fn session_cookie(response: &Response) -> (String, Vec<String>) {
    let header = response
        .headers()
        .get(header::SET_COOKIE)
        .expect("a cookie is set")
        .to_str()
        .expect("text");
    let mut parts = header.split("; ").map(ToOwned::to_owned);
    (parts.next().expect("a pair"), parts.collect())
}

/// The problem in an answer.
pub(crate) async fn problem(response: Response) -> Problem {
    let kind = response.headers().get(header::CONTENT_TYPE).cloned();
    assert_eq!(
        kind.as_ref().map(header::HeaderValue::as_bytes),
        Some(b"application/problem+json".as_slice())
    );
    let status = response.status();
    let problem: Problem = response.json().await.expect("a problem");
    assert_eq!(problem.status, status.as_u16());
    problem
}
