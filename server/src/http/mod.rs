//! HTTP: one router per resource; each handler extracts, calls one use case and maps the result.

mod account;
mod account_link;
mod afterwards;
mod around;
mod ask;
mod assets;
mod calling_rules;
mod calls;
mod catalogue;
mod client;
mod conditions;
mod cookie;
mod customers;
mod email_change;
mod extract;
mod health;
mod ice;
mod jobs;
mod join;
mod language;
mod layers;
mod line_check;
mod mailbox;
mod orders;
pub(crate) mod origin;
mod pages;
mod passkeys;
mod people;
mod phone;
mod plans;
mod platform;
mod platform_people;
mod policies;
mod proof;
mod ranges;
mod recordings;
mod refusal;
mod second_factor;
mod security;
pub(crate) mod serve;
mod session;
mod site;
mod state;
mod system;
mod threads;
mod vendor;
mod visits;

pub(crate) use client::Client;
pub(crate) use extract::{AtPlatform, Body, Paging, PathOf, QueryOf, SignedIn, Somebody};
pub(crate) use health::{numbers_alone, start_counting};
pub(crate) use refusal::Refusal;
pub(crate) use state::Web;

use axum::{Router, middleware};
use orderline_protocol::problem::{Code, Problem};

/// The whole of the server's web surface, with the sockets' routes.
pub(crate) fn router(web: Web, sockets: Router<Web>) -> Router {
    let routes = Router::new()
        .merge(session::router())
        .merge(language::router())
        .merge(proof::router())
        .merge(account::router())
        .merge(account_link::router())
        .merge(email_change::router())
        .merge(passkeys::router())
        .merge(second_factor::router())
        .merge(security::router())
        .merge(site::router())
        .merge(threads::router())
        .merge(customers::router())
        .merge(catalogue::router())
        .merge(calls::router())
        .merge(line_check::router())
        .merge(recordings::router())
        .merge(orders::router())
        .merge(policies::router())
        .merge(calling_rules::router())
        .merge(mailbox::router())
        .merge(around::router())
        .merge(ask::router())
        .merge(join::router())
        .merge(jobs::router())
        .merge(phone::router())
        .merge(people::router())
        .merge(platform::router())
        .merge(plans::router())
        .merge(system::router())
        .merge(vendor::router())
        .merge(visits::router())
        .merge(platform_people::router())
        .merge(health::router())
        .merge(ice::router())
        .merge(sockets)
        .merge(assets::router())
        .merge(pages::router())
        .fallback(async || Refusal(Code::NotFound.into()))
        .method_not_allowed_fallback(async || {
            Refusal(Problem {
                status: 405,
                ..Code::Malformed.into()
            })
        });
    layers::around(routes, &web.archive.run.env)
        .layer(middleware::from_fn_with_state(
            web.clone(),
            afterwards::around,
        ))
        .layer(middleware::from_fn_with_state(web.clone(), layers::log))
        .with_state(web)
}
