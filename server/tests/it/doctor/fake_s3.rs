//! A store in memory that does one thing wrong, and asks nobody who they are.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, Method, Response, StatusCode, header},
    routing::any,
};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822, tz::TimeZone};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::TcpListener;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Nothing,
    /// It replaces objects whatever is asked.
    Overwrites,
    /// It says that it refused, and replaced the object all the same.
    Lies,
    /// It knows no conditional writes.
    Unconditional,
    /// It gives other bytes back.
    Differs,
    /// It removes nothing.
    Keeps,
    Denies,
    NoBucket,
    /// Its clock is ten minutes late.
    Late,
    /// Each read and each write takes so long that all of them together take longer than a look may.
    Slow,
}

/// Below what one attempt may take.
const SLOW: Duration = Duration::from_millis(2800);

/// What it holds.
pub(super) type Objects = Arc<Mutex<HashMap<String, Bytes>>>;

#[derive(Clone)]
struct Store {
    fault: Fault,
    objects: Objects,
}

/// Starts it; answers the options of a server that uses it.
pub(super) async fn start(fault: Fault) -> [String; 3] {
    start_with(fault, Objects::default()).await
}

/// The same over a map that the caller can look into.
pub(super) async fn start_with(fault: Fault, objects: Objects) -> [String; 3] {
    let store = Store { fault, objects };
    let routes = Router::new()
        .route("/{bucket}", any(bucket))
        .route("/{bucket}/", any(bucket))
        .route("/{bucket}/{*key}", any(object))
        .with_state(store);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr: SocketAddr = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    [
        format!("--s3-endpoint=http://{addr}"),
        "--s3-access-key=anybody".to_owned(),
        "--s3-secret-key=anything".to_owned(),
    ]
}

fn answer(store: &Store, status: StatusCode, body: Body) -> Response<Body> {
    let late = match store.fault {
        Fault::Late => SignedDuration::from_mins(10),
        _ => SignedDuration::ZERO,
    };
    let now = (Timestamp::now() - late).to_zoned(TimeZone::UTC);
    let date = rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&now.timestamp())
        .expect("a date");
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let date = date.parse().expect("a header");
    answer.headers_mut().insert(header::DATE, date);
    answer
}

async fn bucket(State(store): State<Store>) -> Response<Body> {
    let status = match store.fault {
        Fault::Denies => StatusCode::FORBIDDEN,
        Fault::NoBucket => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    answer(&store, status, Body::empty())
}

async fn object(
    State(store): State<Store>,
    method: Method,
    Path((_, key)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    if store.fault == Fault::Slow && matches!(method, Method::PUT | Method::GET) {
        tokio::time::sleep(SLOW).await;
    }
    let mut objects = store.objects.lock().unwrap_or_else(PoisonError::into_inner);
    let there = objects.get(&key).cloned();
    match method {
        Method::PUT => {
            let once = headers.contains_key(header::IF_NONE_MATCH);
            if once && store.fault == Fault::Unconditional {
                return answer(&store, StatusCode::NOT_IMPLEMENTED, Body::empty());
            }
            let refused = once && there.is_some() && store.fault != Fault::Overwrites;
            if !refused || store.fault == Fault::Lies {
                objects.insert(key, body);
            }
            let status = if refused {
                StatusCode::PRECONDITION_FAILED
            } else {
                StatusCode::OK
            };
            answer(&store, status, Body::empty())
        }
        Method::DELETE => {
            if store.fault != Fault::Keeps {
                objects.remove(&key);
            }
            answer(&store, StatusCode::NO_CONTENT, Body::empty())
        }
        _ => match there {
            None => answer(&store, StatusCode::NOT_FOUND, Body::empty()),
            Some(_) if store.fault == Fault::Differs && method == Method::GET => {
                answer(&store, StatusCode::OK, Body::from("something else"))
            }
            Some(bytes) if method == Method::HEAD => {
                let mut head = answer(&store, StatusCode::OK, Body::empty());
                let length = bytes.len().into();
                head.headers_mut().insert(header::CONTENT_LENGTH, length);
                head
            }
            Some(bytes) => answer(&store, StatusCode::OK, Body::from(bytes)),
        },
    }
}
