//! The way into a call: ticket, signalling socket, synthetic browser.

use super::{Peer, Person, socket};
use anyhow::{Context as _, Result, bail};
use futures::{SinkExt as _, StreamExt as _};
use orderline_domain::ids::CallId;
use orderline_protocol::{
    CALL_PROTOCOL,
    call::{CallClientFrame, CallServerFrame, CallView, MediaState},
    http::CallTicket,
};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Longest wait for a frame that must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// The call's own socket.
pub struct CallSocket {
    stream: socket::Stream,
}

/// One person's leg.
pub struct InCall {
    pub signalling: CallSocket,
    pub peer: Peer,
    /// The call as it stood when the leg joined.
    pub call: CallView,
}

impl CallSocket {
    /// Opens the socket and joins with this offer; answers the relay's answer and the call.
    ///
    /// # Errors
    /// When the way in is refused.
    pub async fn join(
        person: &Person,
        call: CallId,
        sdp: String,
    ) -> Result<(Self, String, CallView)> {
        let ticket: CallTicket = person
            .post(&format!("/api/calls/{call}/ticket"), &())
            .await?;
        let stream = socket::open(person, "/call", CALL_PROTOCOL).await?;
        let mut socket = Self { stream };
        let media = MediaState {
            microphone: true,
            has_microphone: true,
            ..MediaState::default()
        };
        socket
            .send(&CallClientFrame::Join {
                ticket: ticket.ticket,
                sdp: Some(sdp),
                media,
            })
            .await?;
        loop {
            match socket.next().await? {
                CallServerFrame::Joined { sdp, call, .. } => {
                    let sdp = sdp.context("an answer of the relay")?;
                    return Ok((socket, sdp, *call));
                }
                CallServerFrame::Refused { problem } => bail!("refused: {problem:?}"),
                CallServerFrame::Ended { reason } => bail!("the call has ended: {reason:?}"),
                _ => {}
            }
        }
    }

    /// # Errors
    /// When the socket has ended.
    pub async fn send(&mut self, frame: &CallClientFrame) -> Result<()> {
        self.stream
            .send(Message::text(serde_json::to_string(frame)?))
            .await?;
        Ok(())
    }

    /// The next frame.
    ///
    /// # Errors
    /// When the socket ends, or nothing comes for long.
    pub async fn next(&mut self) -> Result<CallServerFrame> {
        loop {
            let message = timeout(PATIENCE, self.stream.next())
                .await
                .context("a frame in time")?;
            match message.context("the call's socket has ended")?? {
                Message::Text(json) => return Ok(serde_json::from_str(&json)?),
                Message::Close(_) => bail!("the server closed the call's socket"),
                _ => {}
            }
        }
    }
}

/// Joins a call with a synthetic browser that speaks a tone.
///
/// # Errors
/// When the way in is refused.
pub async fn join(person: &Person, call: CallId, seed: u64, hertz: f32) -> Result<InCall> {
    let (peer, offer) = Peer::start(seed, hertz)?;
    let (signalling, answer, call) = CallSocket::join(person, call, offer).await?;
    peer.answered(answer)?;
    Ok(InCall {
        signalling,
        peer,
        call,
    })
}
