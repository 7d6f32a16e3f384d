//! The connection to the relay: three transceivers in a fixed order, so that no switch ever negotiates anew.

use super::{devices::Track, machine::Link};
use js_sys::{Array, Function, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, MediaStream, MediaStreamTrack, RtcBundlePolicy, RtcConfiguration, RtcPeerConnection,
    RtcPeerConnectionState, RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
    RtcSdpType, RtcSessionDescriptionInit,
};

/// Most bits per second of a camera's picture.
const CAMERA_BITS: u32 = 1_200_000;
/// Most bits per second of a shared screen.
const SCREEN_BITS: u32 = 2_500_000;

/// What comes from the other side, one stream a track.
#[derive(Clone)]
pub struct Streams {
    pub audio: MediaStream,
    pub camera: MediaStream,
    pub screen: MediaStream,
}

/// One connection. Dropping it closes it.
pub struct Peer {
    connection: RtcPeerConnection,
    transceivers: [RtcRtpTransceiver; 3],
    pub streams: Streams,
    _on_state: Closure<dyn FnMut(Event)>,
}

impl Peer {
    /// A connection that is not yet offered; its state comes through `tell`.
    ///
    /// # Errors
    /// When the browser has no peer connections or refuses the three media lines.
    pub fn new(tell: Rc<dyn Fn(Link)>) -> Result<Self, JsValue> {
        let configuration = RtcConfiguration::new();
        configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
        let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
        let transceivers = [
            add(&connection, "audio", None),
            add(&connection, "video", Some(CAMERA_BITS)),
            add(&connection, "video", Some(SCREEN_BITS)),
        ];
        let stream = |at: usize| {
            MediaStream::new_with_tracks(&Array::of1(&transceivers[at].receiver().track()))
        };
        let streams = Streams {
            audio: stream(0)?,
            camera: stream(1)?,
            screen: stream(2)?,
        };
        let watched = connection.clone();
        let on_state = Closure::<dyn FnMut(Event)>::new(move |_| {
            tell(match watched.connection_state() {
                RtcPeerConnectionState::Connected => Link::Connected,
                RtcPeerConnectionState::Disconnected => Link::Disconnected,
                RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed => Link::Failed,
                _ => Link::Connecting,
            });
        });
        connection.set_onconnectionstatechange(Some(on_state.as_ref().unchecked_ref()));
        Ok(Self {
            connection,
            transceivers,
            streams,
            _on_state: on_state,
        })
    }

    /// The offer. Sent at once: the relay learns the browser's address from its checks.
    pub fn offer(&self) -> impl Future<Output = Result<String, JsValue>> + use<> {
        let connection = self.connection.clone();
        async move {
            let offer = JsFuture::from(connection.create_offer()).await?;
            let offer = RtcSessionDescriptionInit::from(offer);
            JsFuture::from(connection.set_local_description(&offer)).await?;
            connection
                .local_description()
                .map(|local| local.sdp())
                .ok_or(JsValue::UNDEFINED)
        }
    }

    /// Takes the relay's answer.
    pub fn answer(&self, sdp: &str) -> impl Future<Output = Result<(), JsValue>> + use<> {
        let connection = self.connection.clone();
        let answer = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
        answer.set_sdp(sdp);
        async move {
            JsFuture::from(connection.set_remote_description(&answer))
                .await
                .map(|_| ())
        }
    }

    /// How loud the sound that comes in is now, 0 to 1; `None` where the browser does not say.
    pub fn heard_level(&self) -> Option<f32> {
        let receiver = self.transceivers[0].receiver();
        let ask = Reflect::get(&receiver, &"getSynchronizationSources".into()).ok()?;
        let sources = ask.dyn_ref::<Function>()?.call0(&receiver).ok()?;
        let level = Reflect::get(&Array::from(&sources).get(0), &"audioLevel".into()).ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
        let level = level.as_f64()? as f32;
        Some(level)
    }

    /// Sends this track in its place, or nothing.
    pub fn replace(&self, which: Track, track: Option<&MediaStreamTrack>) {
        let at = match which {
            Track::Microphone => 0,
            Track::Camera => 1,
            Track::Screen => 2,
        };
        // Settles at once for a track of the same kind; a closed connection sends nothing anyway.
        let _ = self.transceivers[at].sender().replace_track(track);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_onconnectionstatechange(None);
        self.connection.close();
    }
}

fn add(connection: &RtcPeerConnection, kind: &str, bits: Option<u32>) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
    if let Some(bits) = bits {
        let encoding = Object::new();
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&encoding, &"maxBitrate".into(), &bits.into());
        init.set_send_encodings(&Array::of1(&encoding));
    }
    connection.add_transceiver_with_str_and_init(kind, &init)
}
