//! What a page may know before anybody signs in; and the demo's doors.

use super::{PathOf, QueryOf, Refusal, cookie::cookie_header};
use crate::{
    config::demo,
    http::Web,
    live::Env,
    usecase::{Runner, people::sign_in},
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use orderline_domain::people::roles::Entry;
use orderline_protocol::{
    http::{DemoPerson, Site},
    problem::Code,
};
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/site", get(site))
        .route("/demo/{person}", get(enter))
}

async fn site(State(env): State<Env>, headers: HeaderMap) -> Json<Site> {
    // Each person on a host name of their own, at the port that this page came from: one cookie jar a name.
    let port = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.rsplit_once(':'))
        .and_then(|(_, port)| port.parse::<u16>().ok());
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let people = if env.config.demo { demo::DOORS } else { &[] };
    let people = people.iter().map(|door| DemoPerson {
        person: door.person.to_owned(),
        name: door.name.to_owned(),
        url: format!("http://{0}.localhost{port}/demo/{0}", door.person),
    });
    Json(Site {
        demo: env.config.demo,
        people: people.collect(),
    })
}

async fn enter(
    State(run): State<Runner>,
    PathOf(person): PathOf<String>,
    QueryOf(place): QueryOf<Place>,
) -> Result<impl IntoResponse, Refusal> {
    let email = demo::email_behind(&person)
        .filter(|_| run.env.config.demo)
        .ok_or(Code::NotFound)?;
    let begun = sign_in::enter(&run, &email).await?;
    Ok((
        StatusCode::SEE_OTHER,
        AppendHeaders([
            cookie_header(&begun.token),
            (header::LOCATION, place.location()),
        ]),
    ))
}

/// Where whoever came in by a door wanted to go.
#[derive(Deserialize)]
struct Place {
    to: Option<String>,
}

impl Place {
    /// A page of our own, or the first one.
    fn location(&self) -> header::HeaderValue {
        let first = header::HeaderValue::from_static("/");
        let Some(to) = &self.to else { return first };
        let ours = Entry::of_path(to).is_some()
            && to
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let to = ours.then(|| header::HeaderValue::from_str(to).ok());
        to.flatten().unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_door_leads_to_our_own_pages_only() {
        let to = |to: &str| {
            let place = Place {
                to: Some(to.to_owned()),
            };
            place.location()
        };
        assert_eq!(to("/b/threads/1"), "/b/threads/1");
        for other in [
            "//elsewhere.example",
            "https://x",
            "/b",
            "/b/\r\nx: y",
            "/b/\\x",
            "",
        ] {
            assert_eq!(to(other), "/", "{other}");
        }
    }
}
