//! Recordings for compliance staff: found, opened with a reason, played with seeking.

use super::{
    Body, Paging, PathOf, QueryOf, Refusal, SignedIn, conditions,
    ranges::{Asked, parse_range},
};
use crate::{
    http::Web,
    live::Env,
    usecase::{
        Runner,
        recording::{
            access,
            playback::{self, Archive, Played, SealedFile, Wanted},
        },
    },
};
use axum::{
    Json, Router,
    body::Body as Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use futures::{FutureExt as _, stream};
use jiff::civil::Date;
use orderline_domain::{ids::RecordingId, recording::Search};
use orderline_protocol::{
    http::{AccessLog, OpenRecording, RecordingList},
    problem::Code,
    recording::PlayView,
};
use serde::Deserialize;
use std::{io, ops::Range};
use uuid::Uuid;

/// Plain bytes that are decrypted at once while a file is sent: sixteen pieces.
const CHUNK: u64 = 1024 * 1024;
/// Who played what must be in the log: no copy stays in a cache.
const NO_COPY: &str = "no-store";
/// Longest search text, in characters.
const MAX_TEXT: usize = 100;

/// The routes of recordings.
pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/api/recordings", get(list))
        .route("/api/recordings/{recording}/plays", post(open))
        .route("/api/recordings/{recording}/log", get(log))
        .route("/api/recordings/{recording}/media/{name}", get(media))
}

#[derive(Deserialize)]
struct Query {
    order: Option<String>,
    from: Option<String>,
    to: Option<String>,
    q: Option<String>,
}

async fn list(
    State(run): State<Runner>,
    signed_in: SignedIn,
    QueryOf(query): QueryOf<Query>,
    Paging(wanted): Paging,
) -> Result<Json<RecordingList>, Refusal> {
    let search = Search {
        recording: None,
        order_number: text(query.order.as_deref())?.map(|it| it.trim_start_matches('#').to_owned()),
        from: day(query.from.as_deref())?,
        to: day(query.to.as_deref())?,
        text: text(query.q.as_deref())?.map(str::to_owned),
    };
    let list = run
        .query(signed_in.actor(), |query| {
            access::list(query, &search, &wanted).boxed()
        })
        .await?;
    Ok(Json(list))
}

async fn open(
    State(archive): State<Archive>,
    signed_in: SignedIn,
    PathOf(recording): PathOf<RecordingId>,
    Body(wish): Body<OpenRecording>,
) -> Result<Json<PlayView>, Refusal> {
    let play = access::open(&archive, signed_in.actor(), recording, &wish.reason).await?;
    Ok(Json(play))
}

async fn log(
    State(run): State<Runner>,
    signed_in: SignedIn,
    PathOf(recording): PathOf<RecordingId>,
    Paging(wanted): Paging,
) -> Result<Json<AccessLog>, Refusal> {
    let log = run
        .query(signed_in.actor(), |query| {
            access::log(query, recording, &wanted).boxed()
        })
        .await?;
    Ok(Json(log))
}

#[derive(Deserialize)]
struct Play {
    play: Uuid,
}

async fn media(
    State(archive): State<Archive>,
    signed_in: SignedIn,
    PathOf((recording, name)): PathOf<(RecordingId, String)>,
    QueryOf(Play { play }): QueryOf<Play>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let wanted = Wanted {
        recording,
        name: &name,
        play,
    };
    let Played { file, mime, sha256 } = playback::file(&archive, signed_in.actor(), wanted).await?;
    let tag = format!("\"{}\"", hex::encode(sha256));
    if conditions::is_another(&headers, &tag) {
        return Ok(StatusCode::PRECONDITION_FAILED.into_response());
    }
    if conditions::is_known(&headers, &tag) {
        let told = [
            (header::ETAG, tag),
            (header::CACHE_CONTROL, NO_COPY.to_owned()),
        ];
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let len = file.len();
    let asked = headers
        .get(header::RANGE)
        .filter(|_| conditions::allows_part(&headers, &tag))
        .and_then(|value| value.to_str().ok());
    let (status, range) = match asked.map(|asked| parse_range(asked, len)) {
        None | Some(Asked::Ignored) => (StatusCode::OK, 0..len),
        Some(Asked::Part(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(Asked::Outside) => {
            let all = [(header::CONTENT_RANGE, format!("bytes */{len}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, all).into_response());
        }
    };
    let mut response =
        Bytes::from_stream(pieces(archive.run.env, file, range.clone())).into_response();
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NO_COPY));
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(range.end - range.start),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Ok(mime) = HeaderValue::from_str(&mime) {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(part) =
            HeaderValue::from_str(&format!("bytes {}-{}/{len}", range.start, range.end - 1))
    {
        headers.insert(header::CONTENT_RANGE, part);
    }
    Ok(response)
}

/// The plain bytes of a range, decrypted as the page takes them.
fn pieces(
    env: Env,
    file: SealedFile,
    range: Range<u64>,
) -> impl futures::Stream<Item = io::Result<Vec<u8>>> {
    stream::unfold((env, file, range), async |(env, file, range)| {
        if range.is_empty() {
            return None;
        }
        let end = ((range.start / CHUNK + 1) * CHUNK).min(range.end);
        match file.read(range.start..end).await {
            Ok(bytes) => Some((Ok(bytes), (env, file, end..range.end))),
            Err(failure) => {
                // The status is sent already: the broken body says it, and the log why.
                let problem = env.explain(failure);
                Some((Err(io::Error::other(problem.title)), (env, file, 0..0)))
            }
        }
    })
}

fn text(value: Option<&str>) -> Result<Option<&str>, Refusal> {
    match value.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) if text.chars().count() > MAX_TEXT || text.contains('\0') => {
            Err(Code::Malformed.into())
        }
        Some(text) => Ok(Some(text)),
    }
}

/// A day; of a longer time the day that it begins with.
fn day(value: Option<&str>) -> Result<Option<Date>, Refusal> {
    text(value)?
        .map(|text| {
            text.get(..10)
                .unwrap_or(text)
                .parse()
                .map_err(|_| Refusal::from(Code::Malformed))
        })
        .transpose()
}
