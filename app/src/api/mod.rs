//! The typed client of the HTTP API. Pages and stores ask here; nothing else knows `fetch`.

pub mod account;
pub mod again;
pub mod ask;
pub mod asked;
pub mod customer;
pub mod follow_up;
mod people;
pub mod products;
pub mod system;
pub mod vendor;
pub mod visit;

pub use people::{
    change_invitation, change_role, invitations, invite, invite_to_vendor, invited, make_vendor,
    members, people_log, set_up, setup, take_invitation, vendors,
};

use crate::{acting, browser, json};
use gloo_net::http::{Method, RequestBuilder, Response};
use orderline_protocol::{
    calling::{OwnCalling, SetOwnCalling},
    http::{
        AccessLog, AskProofCode, CallingSettings, Catalogue, EventPage, Mailbox, Me, OpenRecording,
        OrderList, PhoneTyped, PhoneUnderstood, ProofCode, ProofView, ReadIn, RecordingList,
        SetCalling, SignIn, Site, ThreadList,
    },
    order::AcceptancePage,
    page::{MAX_PAGE_SIZE, Page, PageCursor},
    policy::{PolicyHistory, PolicyList, PolicyView},
    problem::{Code, Problem},
    recording::PlayView,
    system::JobsView,
    thread::ThreadSnapshot,
};
use serde::{Serialize, de::DeserializeOwned};

/// Pages that are fetched one after the other at most.
const MAX_PAGES: u32 = 20;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said why.
    Problem(Problem),
    /// No answer came.
    Offline,
    /// An answer came that this page does not understand.
    Unreadable,
}

impl Failure {
    /// The server's code, where it gave one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Offline | Self::Unreadable => None,
        }
    }
}

/// `GET path`.
///
/// # Errors
/// [`Failure`], as for every function here.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    let response = asked::response(path).await.map_err(|_| Failure::Offline)?;
    match checked(response).await {
        // The account has one since this page was loaded: it is asked for as at the start.
        Err(failure) if failure.code() == Some(Code::SecondFactorNeeded) => {
            browser::reload();
            Err(failure)
        }
        response => read(response?).await,
    }
}

/// A page of `GET path`: the first, or the one after a cursor. `path` may have a query.
///
/// # Errors
/// [`Failure`].
pub async fn page<T: DeserializeOwned>(
    path: &str,
    after: Option<PageCursor>,
) -> Result<Page<T>, Failure> {
    match after {
        None => get(path).await,
        Some(PageCursor(after)) => {
            let joint = if path.contains('?') { '&' } else { '?' };
            get(&format!("{path}{joint}after={after}")).await
        }
    }
}

/// Every page of `GET path`, up to [`MAX_PAGES`]: for what has to be known as a whole.
///
/// # Errors
/// [`Failure`].
pub async fn all<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, Failure> {
    let (mut items, mut after) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let mut next = page(path, after).await?;
        items.append(&mut next.items);
        after = next.next;
        if after.is_none() {
            break;
        }
    }
    Ok(items)
}

/// `POST path` with a JSON body.
///
/// # Errors
/// [`Failure`].
pub async fn post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, Failure> {
    read(with_body(Method::POST, path, body).await?).await
}

/// `POST path` with a JSON body, where nothing is answered.
///
/// # Errors
/// [`Failure`].
pub async fn post_quiet<B: Serialize>(path: &str, body: &B) -> Result<(), Failure> {
    with_body(Method::POST, path, body).await.map(|_| ())
}

/// `POST path` with a JSON body, where a file is answered.
///
/// # Errors
/// [`Failure`].
pub async fn post_for_file<B: Serialize>(path: &str, body: &B) -> Result<Vec<u8>, Failure> {
    let response = with_body(Method::POST, path, body).await?;
    // A file that breaks off is none.
    response.binary().await.map_err(|_| Failure::Offline)
}

/// `PUT path` with a JSON body.
///
/// # Errors
/// [`Failure`].
pub async fn put<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, Failure> {
    read(with_body(Method::PUT, path, body).await?).await
}

/// `PUT path` with a JSON body, where nothing is answered.
///
/// # Errors
/// [`Failure`].
pub async fn put_quiet<B: Serialize>(path: &str, body: &B) -> Result<(), Failure> {
    with_body(Method::PUT, path, body).await.map(|_| ())
}

/// `POST path` without a body.
///
/// # Errors
/// [`Failure`].
pub async fn post_empty<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    read(send(Method::POST, path).await?).await
}

/// `DELETE path`, where nothing is answered.
///
/// # Errors
/// [`Failure`].
pub async fn delete(path: &str) -> Result<(), Failure> {
    send(Method::DELETE, path).await.map(|_| ())
}

/// `GET /api/site`.
pub async fn site() -> Result<Site, Failure> {
    get("/api/site").await
}

/// `GET /api/session`: who is signed in.
pub async fn me() -> Result<Me, Failure> {
    get("/api/session").await
}

/// `POST /api/session`.
pub async fn sign_in(body: &SignIn) -> Result<Me, Failure> {
    post("/api/session", body).await
}

/// `DELETE /api/session`.
pub async fn sign_out() -> Result<(), Failure> {
    delete("/api/session").await
}

/// `PUT /api/session/language`: what the page is read in, or from now on.
pub async fn read_in(language: String, chosen: bool) -> Result<(), Failure> {
    put_quiet("/api/session/language", &ReadIn { language, chosen }).await
}

/// `GET /api/session/proof`: how this session's person showed who they are.
pub async fn proof() -> Result<ProofView, Failure> {
    get("/api/session/proof").await
}

/// `POST /api/session/proof/code`: sends a code to the account's own contact, or to the one that was typed.
pub async fn send_proof_code(wish: AskProofCode) -> Result<ProofView, Failure> {
    post("/api/session/proof/code", &wish).await
}

/// `POST /api/session/proof`.
pub async fn prove(wish: ProofCode) -> Result<ProofView, Failure> {
    post("/api/session/proof", &wish).await
}

/// `POST /api/phone`: a phone number as it is understood.
pub async fn understand_phone(wish: &PhoneTyped) -> Result<PhoneUnderstood, Failure> {
    post("/api/phone", wish).await
}

/// A page of `GET /api/threads`: as many as are followed.
pub async fn threads(after: Option<PageCursor>) -> Result<ThreadList, Failure> {
    page(&format!("/api/threads?limit={MAX_PAGE_SIZE}"), after).await
}

/// `GET /api/threads/{thread}`: the thread as it stands, with its latest events.
pub async fn thread(thread: orderline_domain::ids::ThreadId) -> Result<ThreadSnapshot, Failure> {
    get(&format!("/api/threads/{thread}")).await
}

/// `GET /api/threads/{thread}/events`: up to `limit` events before `before`, oldest first.
pub async fn events(
    thread: orderline_domain::ids::ThreadId,
    before: i64,
    limit: u32,
) -> Result<EventPage, Failure> {
    get(&format!(
        "/api/threads/{thread}/events?before={before}&limit={limit}"
    ))
    .await
}

/// `GET /api/catalogue`.
pub async fn catalogue() -> Result<Catalogue, Failure> {
    get("/api/catalogue").await
}

/// A page of `GET /api/orders`.
pub async fn orders(after: Option<PageCursor>) -> Result<OrderList, Failure> {
    page("/api/orders", after).await
}

/// `GET /api/policies`: what holds for calls with buyers of each country.
pub async fn policies() -> Result<PolicyList, Failure> {
    get("/api/policies").await
}

/// `GET /api/policies/{scope}`: every version of one policy, newest first.
pub async fn policy(
    scope: orderline_domain::policy::PolicyScope,
) -> Result<PolicyHistory, Failure> {
    get(&format!("/api/policies/{}", scope.name())).await
}

/// `GET /api/threads/{thread}/policy`: what holds for the buyer of a thread.
pub async fn thread_policy(thread: orderline_domain::ids::ThreadId) -> Result<PolicyView, Failure> {
    get(&format!("/api/threads/{thread}/policy")).await
}

/// `GET /api/orders/{order}/acceptance`: what the buyer of an order accepts in writing.
pub async fn acceptance(order: orderline_domain::ids::OrderId) -> Result<AcceptancePage, Failure> {
    get(&format!("/api/orders/{order}/acceptance")).await
}

/// A page of `GET /api/recordings` with a ready query (without `?`).
pub async fn recordings(
    query: String,
    after: Option<PageCursor>,
) -> Result<RecordingList, Failure> {
    page(&format!("/api/recordings?{query}"), after).await
}

/// `POST /api/recordings/{recording}/plays`: opens a recording; the reason goes into its access log.
pub async fn open_recording(
    recording: orderline_domain::ids::RecordingId,
    reason: String,
) -> Result<PlayView, Failure> {
    post(
        &format!("/api/recordings/{recording}/plays"),
        &OpenRecording { reason },
    )
    .await
}

/// `GET /api/recordings/{recording}/log`.
pub async fn access_log(
    recording: orderline_domain::ids::RecordingId,
    after: Option<PageCursor>,
) -> Result<AccessLog, Failure> {
    page(&format!("/api/recordings/{recording}/log"), after).await
}

/// `GET /api/calls/{call}/quality`.
pub async fn call_quality(
    call: orderline_domain::ids::CallId,
) -> Result<orderline_protocol::quality::CallQuality, Failure> {
    get(&format!("/api/calls/{call}/quality")).await
}

/// `GET /api/jobs`: what ran, what waits and what failed.
pub async fn jobs() -> Result<JobsView, Failure> {
    get("/api/jobs").await
}

/// A page of `GET /api/mailbox`: the demo's mails to oneself.
pub async fn mailbox(after: Option<PageCursor>) -> Result<Mailbox, Failure> {
    page("/api/mailbox", after).await
}

/// `GET /api/calling-rules`.
pub async fn calling_settings() -> Result<CallingSettings, Failure> {
    get("/api/calling-rules").await
}

/// `PUT /api/calling-rules`.
pub async fn set_calling(wish: &SetCalling) -> Result<CallingSettings, Failure> {
    put("/api/calling-rules", wish).await
}

/// `GET /api/own-calling-rule`.
pub async fn own_calling() -> Result<OwnCalling, Failure> {
    get("/api/own-calling-rule").await
}

/// `PUT /api/own-calling-rule`.
pub async fn set_own_calling(wish: &SetOwnCalling) -> Result<OwnCalling, Failure> {
    put("/api/own-calling-rule", wish).await
}

async fn send(method: Method, path: &str) -> Result<Response, Failure> {
    sent(method, path, None).await
}

async fn with_body<B: Serialize>(
    method: Method,
    path: &str,
    body: &B,
) -> Result<Response, Failure> {
    let body = serde_json::to_string(body).map_err(|_| Failure::Unreadable)?;
    sent(method, path, Some(&body)).await
}

/// Sends it, and once more where the server asks first who is there and they show it.
async fn sent(method: Method, path: &str, body: Option<&str>) -> Result<Response, Failure> {
    match once(method.clone(), path, body).await {
        Err(failure)
            if failure.code() == Some(Code::FreshProofNeeded) && again::is_shown().await =>
        {
            once(method, path, body).await
        }
        answer => answer,
    }
}

async fn once(method: Method, path: &str, body: Option<&str>) -> Result<Response, Failure> {
    let request = RequestBuilder::new(&acting::address(path))
        .method(method)
        .header("accept", "application/json");
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body),
        None => request.build(),
    };
    let request = request.map_err(|_| Failure::Unreadable)?;
    checked(request.send().await.map_err(|_| Failure::Offline)?).await
}

async fn checked(response: Response) -> Result<Response, Failure> {
    if response.ok() {
        return Ok(response);
    }
    // A proxy in between answers for a server that it does not reach, in words of its own.
    let unknown = if response.status() >= 500 {
        Failure::Offline
    } else {
        Failure::Unreadable
    };
    let text = response.text().await.map_err(|_| Failure::Offline)?;
    Err(json::read(&text).map_or(unknown, Failure::Problem))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::Unreadable)?;
    json::read(&text).map_err(|_| Failure::Unreadable)
}
