//! A connection to the relay or to the other browser: transceivers in a fixed order, so that no switch ever
//! negotiates anew. Who offers makes them; who answers takes them over.

use super::{
    devices::Track,
    machine::{Kind, Link},
    private::Candidate,
    quality::{Counters, Plan},
    stats::{self, Sends},
};
use js_sys::{Array, Function, Object, Reflect};
use orderline_domain::call::safety::Fingerprint;
use orderline_protocol::call::IceServer;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, MediaStream, MediaStreamTrack, RtcBundlePolicy, RtcCertificate, RtcConfiguration,
    RtcIceCandidateInit, RtcIceServer, RtcIceTransportPolicy, RtcPeerConnection,
    RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcRtpReceiver, RtcRtpSender,
    RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType,
    RtcSessionDescriptionInit,
};

/// Most bits per second of a camera's picture.
const CAMERA_BITS: u32 = 1_200_000;
/// Most bits per second of a shared screen.
const SCREEN_BITS: u32 = 2_500_000;
/// The media lines, in their order.
const LINES: [Line; 3] = [
    Line {
        kind: "audio",
        bits: None,
        sharp: false,
    },
    Line {
        kind: "video",
        bits: Some(CAMERA_BITS),
        sharp: false,
    },
    Line {
        kind: "video",
        bits: Some(SCREEN_BITS),
        sharp: true,
    },
];

struct Line {
    kind: &'static str,
    bits: Option<u32>,
    /// Text stays readable: fewer pictures a second rather than smaller ones.
    sharp: bool,
}

/// The media lines after them on a connection to the relay: sound and camera of a third person in the call. Nothing
/// is sent there.
const SECOND: [&str; 2] = ["audio", "video"];

/// What comes from the other side.
#[derive(Clone)]
pub struct Streams {
    /// In each lane that there is.
    pub audio: Vec<MediaStream>,
    pub camera: MediaStream,
    pub screen: MediaStream,
    /// The camera in the second lane; from browser to browser there is one person, and this is their camera too.
    pub second: MediaStream,
}

struct Media {
    transceivers: [RtcRtpTransceiver; 3],
    second: Option<[RtcRtpTransceiver; 2]>,
    streams: Streams,
}

impl Media {
    /// Whatever receives sound.
    fn hearing(&self) -> impl Iterator<Item = RtcRtpReceiver> + '_ {
        let second = self.second.as_ref().map(|second| &second[0]);
        std::iter::once(&self.transceivers[0])
            .chain(second)
            .map(RtcRtpTransceiver::receiver)
    }

    /// Whatever receives pictures.
    fn seeing(&self) -> impl Iterator<Item = RtcRtpReceiver> + '_ {
        let second = self.second.as_ref().map(|second| &second[1]);
        self.transceivers[1..]
            .iter()
            .chain(second)
            .map(RtcRtpTransceiver::receiver)
    }
}

/// What a connection tells.
pub enum Told {
    Link(Link),
    Candidate(Candidate),
}

/// One connection. Dropping it closes it.
pub struct Peer {
    connection: RtcPeerConnection,
    /// Known from the beginning to who offers, from the offer on to who answers.
    media: Rc<RefCell<Option<Media>>>,
    _on_state: Closure<dyn FnMut(Event)>,
    _on_candidate: Closure<dyn FnMut(RtcPeerConnectionIceEvent)>,
}

impl Peer {
    /// A connection that is not yet described. `hidden` keeps this side's addresses from the other browser.
    ///
    /// # Errors
    /// When the browser has no peer connections or refuses the three media lines.
    pub fn new(
        kind: &Kind,
        certificate: Option<&RtcCertificate>,
        hidden: bool,
        tell: Rc<dyn Fn(Told)>,
    ) -> Result<Self, JsValue> {
        let configuration = RtcConfiguration::new();
        configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
        let mut offers = true;
        if let Kind::Private {
            initiator,
            ice,
            relay_only,
        } = kind
        {
            offers = *initiator;
            configuration.set_ice_servers(&servers(ice));
            if let Some(certificate) = certificate {
                configuration.set_certificates(&Array::of1(certificate));
            }
            if hidden || *relay_only {
                configuration.set_ice_transport_policy(RtcIceTransportPolicy::Relay);
            }
        }
        let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
        let media = if offers {
            let own = LINES.map(|line| add(&connection, &line));
            let second =
                matches!(kind, Kind::Relay).then(|| SECOND.map(|kind| receive(&connection, kind)));
            Some(media(own, second)?)
        } else {
            None
        };
        let watched = connection.clone();
        let told = Rc::clone(&tell);
        let on_state = Closure::<dyn FnMut(Event)>::new(move |_| {
            told(Told::Link(match watched.connection_state() {
                RtcPeerConnectionState::Connected => Link::Connected,
                RtcPeerConnectionState::Disconnected => Link::Disconnected,
                RtcPeerConnectionState::Failed | RtcPeerConnectionState::Closed => Link::Failed,
                _ => Link::Connecting,
            }));
        });
        connection.set_onconnectionstatechange(Some(on_state.as_ref().unchecked_ref()));
        let on_candidate = Closure::<dyn FnMut(RtcPeerConnectionIceEvent)>::new(move |event| {
            // The relay learns a browser's address from its checks; the end of the list says nothing new.
            if let Some(found) = candidate(&event) {
                tell(Told::Candidate(found));
            }
        });
        if matches!(kind, Kind::Private { .. }) {
            connection.set_onicecandidate(Some(on_candidate.as_ref().unchecked_ref()));
        }
        Ok(Self {
            connection,
            media: Rc::new(RefCell::new(media)),
            _on_state: on_state,
            _on_candidate: on_candidate,
        })
    }

    /// This side's offer or answer, in force from now on.
    pub fn describe(&self, offer: bool) -> impl Future<Output = Result<String, JsValue>> + use<> {
        let connection = self.connection.clone();
        let media = Rc::clone(&self.media);
        async move {
            let made = if offer {
                connection.create_offer()
            } else {
                connection.create_answer()
            };
            let made = RtcSessionDescriptionInit::from(JsFuture::from(made).await?);
            JsFuture::from(connection.set_local_description(&made)).await?;
            if let Some(media) = media.borrow().as_ref() {
                for (line, transceiver) in LINES.iter().zip(&media.transceivers) {
                    limit(&transceiver.sender(), line);
                }
            }
            connection
                .local_description()
                .map(|local| local.sdp())
                .ok_or(JsValue::UNDEFINED)
        }
    }

    /// Takes the other side's description; answers the certificate in what is really in force.
    pub fn take(
        &self,
        offer: bool,
        sdp: &str,
    ) -> impl Future<Output = Result<Fingerprint, JsValue>> + use<> {
        let connection = self.connection.clone();
        let known = Rc::clone(&self.media);
        let kind = if offer {
            RtcSdpType::Offer
        } else {
            RtcSdpType::Answer
        };
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        async move {
            JsFuture::from(connection.set_remote_description(&description)).await?;
            if offer {
                let adopted = adopt(&connection)?;
                *known.borrow_mut() = Some(media(adopted, None)?);
            }
            connection
                .remote_description()
                .and_then(|remote| Fingerprint::of_description(&remote.sdp()).ok())
                .ok_or(JsValue::UNDEFINED)
        }
    }

    /// Takes a way to the other browser. One that leads nowhere does no harm.
    pub fn try_way(&self, candidate: &Candidate) {
        let init = RtcIceCandidateInit::new(&candidate.text);
        init.set_sdp_mid(Some(&candidate.mid));
        let added = self
            .connection
            .add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init));
        leptos::task::spawn_local(async move {
            let _ = JsFuture::from(added).await;
        });
    }

    /// What comes from the other side, once that is known.
    pub fn streams(&self) -> Option<Streams> {
        self.media
            .borrow()
            .as_ref()
            .map(|media| media.streams.clone())
    }

    /// Whether sound of the other side has come out of this connection.
    pub fn sounds(&self) -> bool {
        // A browser that cannot tell is taken at its word that it is connected.
        self.sources()
            .is_none_or(|all| all.iter().any(|sources| sources.length() > 0))
    }

    /// How loud the sound that comes in is now, 0 to 1, in each lane; `None` where the browser does not say.
    pub fn heard_levels(&self) -> Option<[f32; 2]> {
        let mut levels = [0.0; 2];
        for (level, sources) in levels.iter_mut().zip(self.sources()?) {
            let heard = Reflect::get(&sources.get(0), &"audioLevel".into());
            #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
            let heard = heard.ok().and_then(|it| it.as_f64()).unwrap_or(0.0) as f32;
            *level = heard;
        }
        Some(levels)
    }

    /// Who was heard last over this connection, in each lane; none before anybody was, `None` where the browser does
    /// not say.
    fn sources(&self) -> Option<Vec<Array>> {
        let media = self.media.borrow();
        let Some(media) = media.as_ref() else {
            return Some(Vec::new());
        };
        media
            .hearing()
            .map(|receiver| {
                let ask = Reflect::get(&receiver, &"getSynchronizationSources".into()).ok()?;
                let sources = ask.dyn_ref::<Function>()?.call0(&receiver).ok()?;
                Some(Array::from(&sources))
            })
            .collect()
    }

    /// Counts what went over this connection so far.
    pub fn count(&self, now: u64) -> impl Future<Output = Option<Counters>> + use<> {
        stats::count(&self.connection, now)
    }

    /// Sends by this plan from now on.
    pub fn apply(&self, plan: &Plan) {
        let sends = [Sends::Sound, Sends::Camera, Sends::Screen];
        if let Some(media) = self.media.borrow().as_ref() {
            for (transceiver, sends) in media.transceivers.iter().zip(sends) {
                stats::apply(&transceiver.sender(), sends, plan);
            }
        }
    }

    /// Sets the jitter buffer's target of the other side's video.
    pub fn set_jitter_buffer_target(&self, ms: u32) {
        if let Some(media) = self.media.borrow().as_ref() {
            for receiver in media.seeing() {
                stats::set_jitter_buffer_target(&receiver, ms);
            }
        }
    }

    /// Sends this track in its place, or nothing.
    pub fn replace(&self, which: Track, track: Option<&MediaStreamTrack>) {
        let at = match which {
            Track::Microphone => 0,
            Track::Camera => 1,
            Track::Screen => 2,
        };
        if let Some(media) = self.media.borrow().as_ref() {
            // Settles at once for a track of the same kind; a closed connection sends nothing anyway.
            let _ = media.transceivers[at].sender().replace_track(track);
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_onconnectionstatechange(None);
        self.connection.set_onicecandidate(None);
        self.connection.close();
    }
}

/// A certificate for one call, and its fingerprint as others will see it.
///
/// # Errors
/// When the browser makes none.
pub async fn identity() -> Result<(RtcCertificate, Fingerprint), JsValue> {
    let algorithm = Object::new();
    set(&algorithm, "name", &"ECDSA".into());
    set(&algorithm, "namedCurve", &"P-256".into());
    let made = RtcPeerConnection::generate_certificate_with_object(&algorithm)?;
    let certificate: RtcCertificate = JsFuture::from(made).await?.unchecked_into();
    // Not every browser tells a certificate's fingerprint; every offer names it.
    let configuration = RtcConfiguration::new();
    configuration.set_certificates(&Array::of1(&certificate));
    let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
    connection.add_transceiver_with_str("audio");
    let offered = JsFuture::from(connection.create_offer()).await;
    connection.close();
    let offer = RtcSessionDescriptionInit::from(offered?);
    let sdp = offer.get_sdp().ok_or(JsValue::UNDEFINED)?;
    let fingerprint = Fingerprint::of_description(&sdp).map_err(|_| JsValue::UNDEFINED)?;
    Ok((certificate, fingerprint))
}

/// The servers as a browser is told them.
pub(super) fn servers(ice: &[IceServer]) -> Array {
    ice.iter()
        .map(|server| {
            let one = RtcIceServer::new();
            let urls: Array = server
                .urls
                .iter()
                .map(|url| JsValue::from_str(url))
                .collect();
            one.set_urls(&urls);
            if let Some(username) = &server.username {
                one.set_username(username);
            }
            if let Some(credential) = &server.credential {
                one.set_credential(credential);
            }
            one
        })
        .collect()
}

fn candidate(event: &RtcPeerConnectionIceEvent) -> Option<Candidate> {
    let found = event.candidate()?;
    let text = found.candidate();
    (!text.is_empty()).then(|| Candidate {
        text,
        mid: found.sdp_mid().unwrap_or_default(),
    })
}

fn media(
    transceivers: [RtcRtpTransceiver; 3],
    second: Option<[RtcRtpTransceiver; 2]>,
) -> Result<Media, JsValue> {
    let stream =
        |of: &RtcRtpTransceiver| MediaStream::new_with_tracks(&Array::of1(&of.receiver().track()));
    let [audio, camera, screen] = &transceivers;
    let mut sounds = vec![stream(audio)?];
    let mut last = camera;
    if let Some([second_audio, second_camera]) = &second {
        sounds.push(stream(second_audio)?);
        last = second_camera;
    }
    let streams = Streams {
        audio: sounds,
        camera: stream(camera)?,
        screen: stream(screen)?,
        second: stream(last)?,
    };
    Ok(Media {
        transceivers,
        second,
        streams,
    })
}

/// A media line that only receives.
fn receive(connection: &RtcPeerConnection, kind: &str) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Recvonly);
    connection.add_transceiver_with_str_and_init(kind, &init)
}

fn add(connection: &RtcPeerConnection, line: &Line) -> RtcRtpTransceiver {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
    if let Some(bits) = line.bits {
        let encoding = Object::new();
        set(&encoding, "maxBitrate", &bits.into());
        init.set_send_encodings(&Array::of1(&encoding));
    }
    connection.add_transceiver_with_str_and_init(line.kind, &init)
}

/// The transceivers that an offer brought along, to send in them too.
fn adopt(connection: &RtcPeerConnection) -> Result<[RtcRtpTransceiver; 3], JsValue> {
    let found: Vec<RtcRtpTransceiver> = connection
        .get_transceivers()
        .iter()
        .map(JsCast::unchecked_into)
        .collect();
    let as_expected = found.len() == LINES.len()
        && found
            .iter()
            .zip(&LINES)
            .all(|(found, line)| found.receiver().track().kind() == line.kind);
    let transceivers: [RtcRtpTransceiver; 3] = found.try_into().map_err(|_| JsValue::UNDEFINED)?;
    if !as_expected {
        return Err(JsValue::UNDEFINED);
    }
    for transceiver in &transceivers {
        transceiver.set_direction(RtcRtpTransceiverDirection::Sendrecv);
    }
    Ok(transceivers)
}

/// Bounds what a sender takes of the line. Browsers that cannot be told go on without.
fn limit(sender: &RtcRtpSender, line: &Line) {
    let Some(bits) = line.bits else { return };
    let parameters = sender.get_parameters();
    let Some(encoding) = parameters.get_encodings().map(|all| all.get(0)) else {
        return;
    };
    if !encoding.is_object() {
        return;
    }
    set(&encoding, "maxBitrate", &bits.into());
    if line.sharp {
        set(
            &parameters,
            "degradationPreference",
            &"maintain-resolution".into(),
        );
    }
    let limited = sender.set_parameters_with_parameters(&parameters);
    leptos::task::spawn_local(async move {
        let _ = JsFuture::from(limited).await;
    });
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(target, &name.into(), value);
}
