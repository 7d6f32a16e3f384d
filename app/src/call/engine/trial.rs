//! A connection to the relay without a call, to see whether one would work here.

use super::stats;
use crate::{api, browser};
use futures::channel::oneshot;
use leptos::prelude::set_timeout;
use orderline_protocol::http::LineCheck;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    RtcBundlePolicy, RtcConfiguration, RtcPeerConnection, RtcPeerConnectionState, RtcSdpType,
    RtcSessionDescriptionInit,
};

/// From one look to the next.
const LOOK: Duration = Duration::from_millis(100);
/// Looks until a connection that does not come is given up: ten seconds.
const MOST_LOOKS: u32 = 100;
/// Looks after it came until the time there and back is known: two seconds.
const RTT_LOOKS: u32 = 20;

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Connected after this time; the time there and back, where the browser says it.
    Reached { took_ms: u64, rtt_ms: Option<u32> },
    /// The server answers, the relay does not: something between blocks it.
    Blocked,
    /// The server does not answer, or has no room now.
    Failed(api::Failure),
    /// The browser makes no connection.
    Unsupported,
}

/// A connection that is closed when it is dropped.
pub(super) struct Closing(pub RtcPeerConnection);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Tries it.
pub async fn try_line() -> Outcome {
    let Ok((connection, sdp)) = offered().await else {
        return Outcome::Unsupported;
    };
    let answer: LineCheck = match api::post("/api/line-check", &LineCheck { sdp }).await {
        Ok(answer) => answer,
        Err(failure) => return Outcome::Failed(failure),
    };
    let began = browser::steady_ms();
    let taken = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
    taken.set_sdp(&answer.sdp);
    if JsFuture::from(connection.0.set_remote_description(&taken))
        .await
        .is_err()
    {
        return Outcome::Unsupported;
    }
    for _ in 0..MOST_LOOKS {
        match connection.0.connection_state() {
            RtcPeerConnectionState::Connected => {
                let took_ms = browser::steady_ms().saturating_sub(began);
                let rtt_ms = round_trip(&connection.0).await;
                return Outcome::Reached { took_ms, rtt_ms };
            }
            RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed => break,
            _ => pause().await,
        }
    }
    Outcome::Blocked
}

async fn offered() -> Result<(Closing, String), JsValue> {
    let configuration = RtcConfiguration::new();
    configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    let connection = Closing(RtcPeerConnection::new_with_configuration(&configuration)?);
    // As a call's leg offers it: sound, camera, screen.
    for kind in ["audio", "video", "video"] {
        connection.0.add_transceiver_with_str(kind);
    }
    let offer = JsFuture::from(connection.0.create_offer()).await?;
    let offer = RtcSessionDescriptionInit::from(offer);
    JsFuture::from(connection.0.set_local_description(&offer)).await?;
    let sdp = connection
        .0
        .local_description()
        .map(|local| local.sdp())
        .ok_or(JsValue::UNDEFINED)?;
    Ok((connection, sdp))
}

async fn round_trip(connection: &RtcPeerConnection) -> Option<u32> {
    for _ in 0..RTT_LOOKS {
        let counted = stats::count(connection, browser::steady_ms()).await?;
        if let Some(seconds) = counted.round_trip.filter(|seconds| *seconds > 0.0) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "milliseconds between 1 and a minute"
            )]
            let ms = (seconds * 1_000.0).clamp(1.0, 60_000.0).round() as u32;
            return Some(ms);
        }
        pause().await;
    }
    None
}

/// Waits from one look to the next.
pub(super) async fn pause() {
    let (done, wait) = oneshot::channel();
    set_timeout(
        move || {
            // Whoever waited may have gone.
            let _ = done.send(());
        },
        LOOK,
    );
    let _ = wait.await;
}
