//! What a page may know before anybody signs in; and the demo's doors.

use super::{PathOf, Refusal, session::cookie_header};
use crate::{app::App, seed, usecase::sign_in};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::get,
};
use orderline_protocol::{
    http::{DemoPerson, Site},
    problem::Code,
};

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/site", get(site))
        .route("/demo/{person}", get(enter))
}

async fn site(State(app): State<App>, headers: HeaderMap) -> Json<Site> {
    // Each person on a host name of their own, at the port that this page came from: one cookie jar a name.
    let port = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.rsplit_once(':'))
        .and_then(|(_, port)| port.parse::<u16>().ok());
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let people = if app.config.demo { seed::DOORS } else { &[] };
    let people = people.iter().map(|door| DemoPerson {
        person: door.person.to_owned(),
        name: door.name.to_owned(),
        url: format!("http://{0}.localhost{port}/demo/{0}", door.person),
    });
    Json(Site {
        demo: app.config.demo,
        people: people.collect(),
    })
}

async fn enter(
    State(app): State<App>,
    PathOf(person): PathOf<String>,
) -> Result<impl IntoResponse, Refusal> {
    let door = seed::DOORS
        .iter()
        .chain(seed::SIDE_DOORS)
        .find(|door| door.person == person);
    let email = door
        .map(|door| door.email.to_owned())
        .or_else(|| seed::bench::email_of(&person))
        .filter(|_| app.config.demo)
        .ok_or(Code::NotFound)?;
    let begun = sign_in::enter(&app, &email)
        .await
        .map_err(Refusal::of(&app))?;
    Ok((
        StatusCode::SEE_OTHER,
        AppendHeaders([
            cookie_header(&begun.token),
            (header::LOCATION, header::HeaderValue::from_static("/")),
        ]),
    ))
}
