//! The entries of the app: the buyer's, the staff's, the office's.

use super::{Refusal, Somebody, assets, cookie::cookie, language::Reader};
use crate::http::Web;
use axum::{
    Router,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use orderline_domain::{language::Language, people::roles::Entry};
use orderline_protocol::problem::Code;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/", get(start))
        .route("/j", get(link))
        .route("/l", get(link))
        .route("/e", get(link))
        .route("/v/{page}", get(link))
        .route("/i", get(office_door))
        .route("/setup", get(office_door))
        .route("/b", get(async || Redirect::to("/b/")))
        .route("/b/", get(buyer))
        .route("/b/{*path}", get(buyer))
        .route("/s", get(async || Redirect::to("/s/")))
        .route("/s/", get(staff))
        .route("/s/{*path}", get(staff))
        .route("/o", get(async || Redirect::to("/o/")))
        .route("/o/", get(office))
        .route("/o/{*path}", get(office))
}

/// Sends whoever is signed in to their entry; everybody else signs in on the buyer's.
async fn start(
    me: Result<Somebody, Refusal>,
    Reader(language): Reader,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    match me {
        Ok(me) => Ok(Redirect::to(me.person.role().entry().root()).into_response()),
        // The page says why, where it is more than that nobody is signed in.
        Err(Refusal(problem))
            if matches!(
                problem.code,
                Code::SignInNeeded | Code::WorkSuspended | Code::WorkClosed
            ) =>
        {
            Ok(page(Entry::Buyer, Shape::Door, language, &headers))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn link(Reader(language): Reader, headers: HeaderMap) -> Response {
    page(Entry::Buyer, Shape::Door, language, &headers)
}

/// Ways in for people who will work here.
async fn office_door(Reader(language): Reader, headers: HeaderMap) -> Response {
    page(Entry::Office, Shape::Door, language, &headers)
}

async fn buyer(uri: Uri, Reader(language): Reader, headers: HeaderMap) -> Response {
    let shape = Shape::of(uri.path(), &headers);
    page(Entry::Buyer, shape, language, &headers)
}

async fn staff(uri: Uri, Reader(language): Reader, headers: HeaderMap) -> Response {
    let shape = Shape::of(uri.path(), &headers);
    page(Entry::Staff, shape, language, &headers)
}

async fn office(uri: Uri, Reader(language): Reader, headers: HeaderMap) -> Response {
    let shape = Shape::of(uri.path(), &headers);
    page(Entry::Office, shape, language, &headers)
}

/// What a page shows until the app draws: the shape of what will stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The panes, on a narrow screen the list of threads …
    List,
    /// … or an open thread.
    Thread,
    /// One wide page.
    Desk,
    /// The way in: nobody is signed in here.
    Door,
}

impl Shape {
    /// The shape of the page at `path`. Whether the cookie is worth anything the app finds out.
    fn of(path: &str, headers: &HeaderMap) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty()).skip(1);
        match (cookie(headers), parts.next()) {
            (None, _) => Self::Door,
            (Some(_), None) => Self::List,
            (Some(_), Some("threads")) => Self::Thread,
            (Some(_), Some(_)) => Self::Desk,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Thread => "thread",
            Self::Desk => "desk",
            Self::Door => "door",
        }
    }
}

/// One address has a page for each language, so a copy is this browser's alone and is asked for again each time.
const KEEP: &str = "private, no-cache";
/// What decides which of them it is.
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language, cookie");

fn page(entry: Entry, shape: Shape, language: Language, headers: &HeaderMap) -> Response {
    let path = format!("{}/{}.{}.html", entry.name(), shape.name(), language.tag());
    let page = assets::file(&path, headers, KEEP).map(|mut page| {
        page.headers_mut().insert(header::VARY, VARY);
        page
    });
    page.unwrap_or_else(|| {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            "The app's files are not there yet. Build them with `cargo xtask app` and reload this page; a \
             release build of the server must be built again too.\n",
        )
            .into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::{super::cookie::COOKIE, *};

    #[test]
    fn a_page_has_the_shape_of_what_will_stand_there() {
        let mut signed_in = HeaderMap::new();
        let nobody = HeaderMap::new();
        let value = format!("{COOKIE}=something");
        let value = HeaderValue::try_from(value).expect("a header");
        signed_in.insert(header::COOKIE, value);
        for (path, shape) in [
            ("/b/", Shape::List),
            (
                "/s/threads/0193a6a0-0000-7000-8000-000000000001",
                Shape::Thread,
            ),
            ("/s/orders", Shape::Desk),
            ("/b/mailbox", Shape::Desk),
        ] {
            assert_eq!(Shape::of(path, &signed_in), shape, "{path}");
            assert_eq!(Shape::of(path, &nobody), Shape::Door, "{path}");
        }
    }
}
