//! `GET /call`: the signalling socket of one leg. Thin: frames in and out, and a bound on everything.

use crate::{
    http::Web,
    live::{
        calls::{Join, Joined, Message},
        sessions::{Change, Hold},
    },
    spans,
    usecase::{
        Runner,
        call::ticket::{self, Redeemed},
    },
};
use axum::{
    Router,
    extract::{
        State,
        ws::{CloseFrame, Message as Ws, WebSocket, WebSocketUpgrade},
    },
    http::HeaderMap,
    response::{IntoResponse as _, Response},
    routing::get,
};
use orderline_protocol::{
    CALL_PROTOCOL, MAX_CALL_FRAME_BYTES,
    call::{CallClientFrame, CallServerFrame},
    problem::{Code, Problem},
};
use std::time::Duration;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout},
};
use tracing::Instrument as _;

/// Frames that wait for one socket; a slower one is closed and comes back. All that the other browser may say for a
/// pair at once fits.
const FRAMES: usize = 256;
/// Time from the open socket to the Join, and for the media side to take it in.
const JOIN_TIMEOUT: Duration = Duration::from_secs(10);
/// A socket without any frame for this long is dead.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Time to write one frame.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Frames per second that a page may send. Two browsers that meet have up to a hundred candidates to tell at once.
const MAX_FRAMES_PER_SECOND: u32 = 150;
/// Bytes read at once.
const READ_BUFFER: usize = 8 * 1024;

/// The call socket's route.
pub(crate) fn router() -> Router<Web> {
    Router::new().route("/call", get(upgrade))
}

async fn upgrade(
    State(run): State<Runner>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Err(problem) = crate::http::origin::check(&run.env, &headers) {
        return problem.into_response();
    }
    upgrade
        .protocols([CALL_PROTOCOL])
        .max_message_size(MAX_CALL_FRAME_BYTES)
        .max_frame_size(MAX_CALL_FRAME_BYTES)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .on_upgrade(move |socket| {
            let span = spans::socket(run.env.entropy.uuid(run.env.clock.now()));
            serve(run, socket).instrument(span)
        })
}

async fn serve(run: Runner, mut socket: WebSocket) {
    let (frames, mut outgoing) = mpsc::channel(FRAMES);
    let joined = match timeout(JOIN_TIMEOUT, join(&run, &mut socket, frames)).await {
        Ok(Ok(joined)) => joined,
        Ok(Err(Some(problem))) => return refuse(&mut socket, problem).await,
        Ok(Err(None)) => return,
        Err(_) => return refuse(&mut socket, Code::BadTicket.into()).await,
    };
    let (Joined { leg, call }, mut hold) = joined;
    let mut pace = Pace::new();
    loop {
        tokio::select! {
            // A session that may do more than before goes on with its call.
            change = hold.changed() => if change == Change::Over {
                return end(&mut socket, &call, leg).await;
            },
            frame = outgoing.recv() => {
                let Some(frame) = frame else { break };
                if !write(&mut socket, &frame).await {
                    break;
                }
            }
            incoming = timeout(IDLE_TIMEOUT, socket.recv()) => {
                let Ok(Some(Ok(incoming))) = incoming else { break };
                let frame = match incoming {
                    Ws::Text(text) if pace.allows() => serde_json::from_str::<CallClientFrame>(&text),
                    Ws::Ping(_) | Ws::Pong(_) => continue,
                    Ws::Close(_) => break,
                    Ws::Text(_) => return leave(&mut socket, &call, leg, Code::TooMany).await,
                    Ws::Binary(_) => return leave(&mut socket, &call, leg, Code::Malformed).await,
                };
                let Ok(frame) = frame else {
                    return leave(&mut socket, &call, leg, Code::Malformed).await;
                };
                if call.send(Message::Frame { leg, frame }).await.is_err() {
                    break;
                }
            }
        }
    }
    // The call may have said its last words while this loop ended.
    while let Ok(frame) = outgoing.try_recv() {
        if !write(&mut socket, &frame).await {
            break;
        }
    }
    gone(&call, leg).await;
    // The page may have closed it already.
    let _ = timeout(WRITE_TIMEOUT, socket.send(Ws::Close(None))).await;
}

/// Waits for the Join, takes its ticket and brings the leg in. `Err(None)`: the page went away.
async fn join(
    run: &Runner,
    socket: &mut WebSocket,
    frames: mpsc::Sender<CallServerFrame>,
) -> Result<(Joined, Hold), Option<Problem>> {
    let first = loop {
        match socket.recv().await {
            Some(Ok(Ws::Text(text))) => break text,
            Some(Ok(Ws::Ping(_) | Ws::Pong(_))) => {}
            Some(Ok(Ws::Binary(_))) => return Err(Some(Code::Malformed.into())),
            Some(Ok(Ws::Close(_)) | Err(_)) | None => return Err(None),
        }
    };
    let Ok(CallClientFrame::Join { ticket, sdp, media }) = serde_json::from_str(&first) else {
        return Err(Some(Code::Malformed.into()));
    };
    let Redeemed { record, user, hold } = match ticket::redeem(run, &ticket).await {
        Ok(redeemed) => redeemed,
        Err(failure) => return Err(Some(run.env.explain(failure))),
    };
    let (reply, answer) = oneshot::channel();
    run.env.calls.join(
        record.call,
        Join {
            user,
            sdp,
            media,
            frames,
            reply,
        },
    );
    match answer.await {
        Ok(Ok(joined)) => Ok((joined, hold)),
        Ok(Err(problem)) => Err(Some(problem)),
        Err(_) => Err(Some(Code::Unavailable.into())),
    }
}

/// The session is over: the leg goes, and its media with it.
async fn end(
    socket: &mut WebSocket,
    call: &mpsc::Sender<Message>,
    leg: orderline_domain::ids::LegId,
) {
    if call.send(Message::SessionOver { leg }).await.is_err() {
        tracing::debug!(leg.id = %leg, "a session ended after its call");
    }
    refuse(socket, Code::SignInNeeded.into()).await;
}

async fn leave(
    socket: &mut WebSocket,
    call: &mpsc::Sender<Message>,
    leg: orderline_domain::ids::LegId,
    code: Code,
) {
    gone(call, leg).await;
    refuse(socket, code.into()).await;
}

async fn gone(call: &mpsc::Sender<Message>, leg: orderline_domain::ids::LegId) {
    if call.send(Message::SocketGone { leg }).await.is_err() {
        tracing::debug!(leg.id = %leg, "a socket closed after its call");
    }
}

async fn refuse(socket: &mut WebSocket, problem: Problem) {
    if write(socket, &CallServerFrame::Refused { problem }).await {
        let close = CloseFrame {
            code: 1008,
            reason: "refused".into(),
        };
        // The page may have closed it already.
        let _ = timeout(WRITE_TIMEOUT, socket.send(Ws::Close(Some(close)))).await;
    }
}

async fn write(socket: &mut WebSocket, frame: &CallServerFrame) -> bool {
    let Ok(text) = serde_json::to_string(frame) else {
        tracing::error!("a call frame has no JSON");
        return false;
    };
    matches!(
        timeout(WRITE_TIMEOUT, socket.send(Ws::Text(text.into()))).await,
        Ok(Ok(()))
    )
}

/// Counts frames by the second.
struct Pace {
    since: Instant,
    frames: u32,
}

impl Pace {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            frames: 0,
        }
    }

    fn allows(&mut self) -> bool {
        if self.since.elapsed() >= Duration::from_secs(1) {
            *self = Self::new();
        }
        self.frames += 1;
        self.frames <= MAX_FRAMES_PER_SECOND
    }
}
