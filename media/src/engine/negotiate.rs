//! How a connection comes to be: the answer to a browser's offer and, for the synthetic browser, the offer.

use super::{
    Engine, Outgoing, Phase,
    line::{Line, Told},
    nominate::Nomination,
    offer, setup,
};
use crate::{Codec, MediaError, TrackKind};
use rtc::{
    ice::mdns::MulticastDnsMode,
    peer_connection::{
        RTCPeerConnection, RTCPeerConnectionBuilder,
        configuration::setting_engine::SettingEngineBuilder,
        sdp::RTCSessionDescription,
        transport::{
            CandidateConfig, CandidateHostConfig, RTCDtlsRole, RTCIceCandidate, RTCIceCandidateInit,
        },
    },
    rtp_transceiver::RTCRtpSenderId,
    shared::error::{Error, Result},
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

/// Switches ICE's own idea of a lost peer off: the relay's grace time decides.
const NEVER: Duration = Duration::ZERO;

/// What a leg's engine is made from. The caller brings time, addresses and randomness.
pub struct Accept<'a> {
    pub now: Instant,
    /// The browser's offer.
    pub offer: &'a str,
    /// Where the node's UDP port can be reached; announced in the answer.
    pub candidates: &'a [SocketAddr],
    /// The port at which the same addresses take connections over TCP; announced too.
    pub tcp: Option<u16>,
    /// At least 4 characters, unique on the node: datagrams are told apart by it.
    pub ufrag: &'a str,
    /// At least 22 characters.
    pub pwd: &'a str,
    /// Outgoing streams: audio, camera, screen, then the repair streams of camera and screen. All different.
    pub ssrcs: [u32; 5],
}

/// What both sides' negotiation comes to.
struct Parts {
    now: Instant,
    peer: RTCPeerConnection,
    candidates: Vec<SocketAddr>,
    ssrcs: [u32; 5],
    senders: [RTCRtpSenderId; 3],
    told: Arc<Told>,
}

impl Engine {
    /// Answers a browser's offer.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`] when the offer is not the three lines that we expect, or cannot be answered.
    pub fn accept(accept: &Accept<'_>) -> std::result::Result<(Self, String), MediaError> {
        let offer = offer::check(accept.offer)?;
        // The library's reason may quote the offer, which must not reach a log.
        // A panic of the library on a strange offer refuses the offer.
        catch_unwind(AssertUnwindSafe(|| Self::answer(accept, offer)))
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| MediaError::BadOffer("it cannot be answered".to_owned()))
    }

    fn answer(accept: &Accept<'_>, offer: String) -> Result<(Self, String)> {
        let theirs = offer
            .lines()
            .find_map(|line| line.strip_prefix("a=ice-ufrag:"))
            .ok_or(Error::ErrSessionDescriptionMissingIceUfrag)?
            .to_owned();
        let told = Arc::new(Told::default());
        let settings = SettingEngineBuilder::new()
            .with_lite(true)
            .with_answering_dtls_role(RTCDtlsRole::Server)
            .with_prflx_acceptance_min_wait(Some(Duration::ZERO))
            .with_ice_timeouts(Some(NEVER), Some(NEVER), None);
        let mut peer = build(accept.now, settings, (accept.ufrag, accept.pwd), &told)?;
        peer.set_remote_description(accept.now, RTCSessionDescription::offer(offer)?)?;
        let senders = add_tracks(&mut peer, accept.ssrcs)?;
        for candidate in accept.candidates {
            peer.add_local_candidate(host_candidate(*candidate)?)?;
        }
        peer.add_local_candidate(RTCIceCandidateInit::default())?;
        let answer = peer.create_answer(None)?;
        peer.set_local_description(accept.now, answer)?;
        let answer = peer
            .local_description()
            .ok_or(Error::ErrNoRemoteDescription)?
            .sdp;
        let answer = match accept.tcp {
            Some(port) => offer::announce_tcp(&answer, accept.candidates, port),
            None => answer,
        };
        let mut engine = Self::new(Parts {
            now: accept.now,
            peer,
            candidates: accept.candidates.to_vec(),
            ssrcs: accept.ssrcs,
            senders,
            told,
        });
        engine.learn_payload_types()?;
        engine.nomination = Some(Nomination::new(accept.ufrag, &theirs, accept.pwd)?);
        Ok((engine, answer))
    }

    fn new(parts: Parts) -> Self {
        let Parts {
            now,
            peer,
            candidates,
            ssrcs,
            senders,
            told,
        } = parts;
        let outgoing = TrackKind::ALL.map(|kind| {
            let (sender, ssrc) = (senders[kind.index()], ssrcs[kind.index()]);
            Outgoing {
                sender,
                ssrc,
                payload_type: 0,
            }
        });
        let incoming = [None; 3];
        Self {
            peer,
            candidates,
            incoming,
            outgoing,
            told,
            phase: Phase::Connecting,
            early: Vec::new(),
            ice_up: false,
            now,
            nomination: None,
            pending: VecDeque::new(),
            path: None,
            events_due: true,
        }
    }

    fn learn_payload_types(&mut self) -> Result<()> {
        for kind in TrackKind::ALL {
            let outgoing = &mut self.outgoing[kind.index()];
            let wanted = match kind.codec() {
                Codec::Opus => "audio/opus",
                Codec::Vp8 => "video/vp8",
            };
            let mut sender = self
                .peer
                .rtp_sender(outgoing.sender)
                .ok_or(Error::ErrRTPSenderNotExisted)?;
            outgoing.payload_type = sender
                .get_parameters()
                .rtp_parameters
                .codecs
                .iter()
                .find(|codec| codec.rtp_codec.mime_type.eq_ignore_ascii_case(wanted))
                .ok_or(Error::ErrRTPTransceiverCodecUnsupported)?
                .payload_type;
        }
        Ok(())
    }
}

fn build(
    now: Instant,
    settings: SettingEngineBuilder,
    (ufrag, pwd): (&str, &str),
    told: &Arc<Told>,
) -> Result<RTCPeerConnection> {
    let settings = settings
        .with_multicast_dns_mode(MulticastDnsMode::Disabled)
        .with_include_loopback_candidate(true)
        .with_ice_credentials(ufrag.to_owned(), pwd.to_owned())
        .build();
    RTCPeerConnectionBuilder::new()
        .with_media_engine(setup::media_engine()?)
        .with_setting_engine(settings)
        .with_interceptor_registry(setup::interceptors(Line::new(now, Arc::clone(told))))
        .build(now)
}

fn add_tracks(peer: &mut RTCPeerConnection, ssrcs: [u32; 5]) -> Result<[RTCRtpSenderId; 3]> {
    let [audio, camera, screen, camera_rtx, screen_rtx] = ssrcs;
    Ok([
        peer.add_track(setup::outgoing_track(TrackKind::Audio, audio, None))?,
        peer.add_track(setup::outgoing_track(
            TrackKind::Camera,
            camera,
            Some(camera_rtx),
        ))?,
        peer.add_track(setup::outgoing_track(
            TrackKind::Screen,
            screen,
            Some(screen_rtx),
        ))?,
    ])
}

fn host_candidate(address: SocketAddr) -> Result<RTCIceCandidateInit> {
    let candidate = CandidateHostConfig {
        base_config: CandidateConfig {
            network: "udp".to_owned(),
            address: address.ip().to_string(),
            port: address.port(),
            component: 1,
            ..Default::default()
        },
        ..Default::default()
    }
    .new_candidate_host()?;
    RTCIceCandidate::from(&candidate).to_json()
}

/// What a synthetic browser's connection is made from.
#[cfg(feature = "testkit")]
pub(crate) struct Offer<'a> {
    pub now: Instant,
    pub local: SocketAddr,
    pub ufrag: &'a str,
    pub pwd: &'a str,
    pub ssrcs: [u32; 5],
}

#[cfg(feature = "testkit")]
impl Engine {
    /// Offers what a browser's page offers: sound, camera and screen.
    pub(crate) fn offer(offer: &Offer<'_>) -> Result<(Self, String)> {
        let told = Arc::new(Told::default());
        let settings =
            SettingEngineBuilder::new().with_ice_timeouts(Some(NEVER), Some(NEVER), None);
        let mut peer = build(offer.now, settings, (offer.ufrag, offer.pwd), &told)?;
        let senders = add_tracks(&mut peer, offer.ssrcs)?;
        peer.add_local_candidate(host_candidate(offer.local)?)?;
        let description = peer.create_offer(None)?;
        peer.set_local_description(offer.now, description)?;
        let sdp = peer
            .local_description()
            .ok_or(Error::ErrNoRemoteDescription)?
            .sdp;
        Ok((
            Self::new(Parts {
                now: offer.now,
                peer,
                candidates: vec![offer.local],
                ssrcs: offer.ssrcs,
                senders,
                told,
            }),
            sdp,
        ))
    }

    /// Takes the relay's answer.
    pub(crate) fn answered(&mut self, now: Instant, answer: String) -> Result<()> {
        self.peer
            .set_remote_description(now, RTCSessionDescription::answer(answer)?)?;
        self.learn_payload_types()
    }
}
