//! Vendors' public pages: what they show, the questions that are asked there, and their settings.

use super::{
    Body, Client, PathOf, QueryOf, Refusal, SignedIn, Somebody, cookie::cookie_header,
    language::Reader,
};
use crate::{
    http::Web,
    usecase::{
        Runner,
        ask::{
            look,
            question::{self, Visitor},
            settings,
        },
        people::session,
    },
};
use axum::{
    Json, Router,
    extract::State,
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use futures::FutureExt as _;
use orderline_domain::ids::ProductId;
use orderline_protocol::{
    ask::{AskQuestion, PageSettings, SetPage, VendorPage},
    problem::Code,
};
use serde::Deserialize;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/pages/{page}", get(look_at))
        .route("/api/pages/{page}/questions", post(ask))
        .route("/api/vendor/page", get(read).put(set))
}

#[derive(Deserialize)]
struct About {
    product: Option<String>,
}

async fn look_at(
    State(run): State<Runner>,
    PathOf(page): PathOf<String>,
    QueryOf(About { product }): QueryOf<About>,
    me: Result<Somebody, Refusal>,
) -> Result<Json<VendorPage>, Refusal> {
    let me = who(me)?;
    // What is no id is no product's: the page is there all the same.
    let product: Option<ProductId> = product.and_then(|it| it.parse().ok());
    let view = look::look(&run, &page, product, me.as_ref()).await?;
    Ok(Json(view))
}

async fn ask(
    State(run): State<Runner>,
    PathOf(page): PathOf<String>,
    Client(from): Client,
    Reader(reads): Reader,
    me: Result<Somebody, Refusal>,
    Body(wish): Body<AskQuestion>,
) -> Result<impl IntoResponse, Refusal> {
    let me = who(me)?;
    let visitor = Visitor {
        from,
        reads,
        me: me.as_ref(),
    };
    let (begun, asked) = question::ask(&run, &page, visitor, &wish).await?;
    let cookie = begun.map(|begun| AppendHeaders([cookie_header(&begun.token)]));
    Ok((cookie, Json(asked)))
}

/// Whoever is signed in here, if anybody is.
fn who(me: Result<Somebody, Refusal>) -> Result<Option<session::SignedIn>, Refusal> {
    match me {
        Ok(me) => Ok(Some(me.person)),
        Err(Refusal(problem)) if problem.code == Code::SignInNeeded => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

async fn read(State(run): State<Runner>, me: SignedIn) -> Result<Json<PageSettings>, Refusal> {
    let settings = run.query(me.actor(), |query| settings::read(query).boxed());
    Ok(Json(settings.await?))
}

async fn set(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<SetPage>,
) -> Result<Json<PageSettings>, Refusal> {
    let settings = run.act(me.actor(), |cx| settings::set(cx, &wish).boxed());
    Ok(Json(settings.await?))
}
