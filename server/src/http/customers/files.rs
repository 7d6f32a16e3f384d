//! Customers that leave in a file, and come in from one.

use crate::{
    actor::Actor,
    failure::Failure,
    http::{Body, Refusal, SignedIn, Web},
    page::Wanted,
    usecase::{
        Runner,
        customer::{
            export::{self, Piece},
            import,
        },
    },
};
use axum::{
    Json, Router,
    body::Body as Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::post,
};
use futures::{FutureExt as _, TryStreamExt as _, stream};
use orderline_domain::customer::sheet::MAX_FILE_BYTES;
use orderline_protocol::{
    customer::{CustomersImported, Found, ImportCustomers, ImportFile, ImportPreview},
    page::MAX_PAGE_SIZE,
};

/// Largest request with a file in it: as JSON writes it, a sign may become two.
const MAX_BODY: usize = 2 * MAX_FILE_BYTES + 1024;

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/customers/imports", post(take))
        .route("/api/customers/imports/look", post(look))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .route("/api/customers/export", post(give))
}

async fn look(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<ImportFile>,
) -> Result<Json<ImportPreview>, Refusal> {
    let preview = run
        .query(me.actor(), |query| import::look(query, &wish).boxed())
        .await?;
    Ok(Json(preview))
}

async fn take(
    State(run): State<Runner>,
    me: SignedIn,
    Body(wish): Body<ImportCustomers>,
) -> Result<Json<CustomersImported>, Refusal> {
    let came = run
        .act(me.actor(), |cx| import::import(cx, &wish).boxed())
        .await?;
    Ok(Json(came))
}

/// The first piece is read before anything is answered, so that a refusal is said as any other.
async fn give(
    State(run): State<Runner>,
    me: SignedIn,
    Body(narrowed): Body<Found>,
) -> Result<impl IntoResponse, Refusal> {
    let asked = Asked {
        run,
        actor: me.actor().clone(),
        narrowed,
    };
    let first = asked.piece(None).await?;
    let next = first.next.clone();
    let rest = stream::try_unfold((asked, next), |(asked, next)| async move {
        let Some(after) = next else {
            return Ok::<_, Failure>(None);
        };
        let piece = asked.piece(Some(&after.0)).await?;
        Ok(Some((piece.bytes, (asked, piece.next))))
    });
    let rest = rest.map_err(|failure| {
        failure.log("customers.export");
        std::io::Error::other("the rest could not be read")
    });
    let file = futures::StreamExt::chain(stream::iter([Ok(first.bytes)]), rest);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"customers.csv\""),
        ),
    ];
    Ok((headers, Bytes::from_stream(file)))
}

/// Who asked for which customers.
struct Asked {
    run: Runner,
    actor: Actor,
    narrowed: Found,
}

impl Asked {
    async fn piece(&self, after: Option<&str>) -> Result<Piece, Failure> {
        let wanted = Wanted::new(after, Some(MAX_PAGE_SIZE))
            .map_err(|error| Failure::Internal(error.to_string()))?;
        self.run
            .query(&self.actor, |query| {
                export::piece(query, &self.narrowed, &wanted).boxed()
            })
            .await
    }
}
