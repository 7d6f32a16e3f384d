//! How a connection comes to be: the answer to a browser's offer and, for the synthetic browser, the offer.

use super::{
    Engine, Outgoing, Phase,
    line::{Told, Upkeep},
    nominate::Nomination,
    offer, setup,
};
use crate::{Codec, Line, MediaError};
#[cfg(feature = "testkit")]
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
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

/// The numbers of the outgoing streams: each line's own, then the repair streams of camera, screen and the second
/// camera.
pub type Ssrcs = [u32; 8];

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
    /// All different; see [`Ssrcs`].
    pub ssrcs: Ssrcs,
}

/// What both sides' negotiation comes to.
struct Parts {
    now: Instant,
    peer: RTCPeerConnection,
    candidates: Vec<SocketAddr>,
    ssrcs: Ssrcs,
    senders: Vec<RTCRtpSenderId>,
    told: Arc<Told>,
}

impl Engine {
    /// Answers a browser's offer.
    ///
    /// # Errors
    /// [`MediaError::BadOffer`] when the offer is not the three lines that we expect, or cannot be answered.
    pub fn accept(accept: &Accept<'_>) -> std::result::Result<(Self, String), MediaError> {
        let (offer, lines) = offer::check(accept.offer)?;
        // The library's reason may quote the offer, which must not reach a log.
        // A panic of the library on a strange offer refuses the offer.
        catch_unwind(AssertUnwindSafe(|| Self::answer(accept, offer, lines)))
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| MediaError::BadOffer("it cannot be answered".to_owned()))
    }

    fn answer(
        accept: &Accept<'_>,
        offer: String,
        lines: &'static [Line],
    ) -> Result<(Self, String)> {
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
        let senders = add_tracks(&mut peer, lines, accept.ssrcs)?;
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
        let outgoing = senders
            .into_iter()
            .zip(ssrcs)
            .map(|(sender, ssrc)| Outgoing {
                sender,
                ssrc,
                payload_type: 0,
            })
            .collect();
        let incoming = [None; Line::ALL.len()];
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
        for (outgoing, line) in self.outgoing.iter_mut().zip(Line::ALL) {
            let wanted = match line.kind().codec() {
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
        .with_interceptor_registry(setup::interceptors(Upkeep::new(now, Arc::clone(told))))
        .build(now)
}

/// Each goes to the first media line of its kind that has none, which is its own.
fn add_tracks(
    peer: &mut RTCPeerConnection,
    lines: &[Line],
    ssrcs: Ssrcs,
) -> Result<Vec<RTCRtpSenderId>> {
    let [.., camera_rtx, screen_rtx, second_rtx] = ssrcs;
    lines
        .iter()
        .map(|line| {
            let rtx = match line {
                Line::Audio | Line::SecondAudio => None,
                Line::Camera => Some(camera_rtx),
                Line::Screen => Some(screen_rtx),
                Line::SecondCamera => Some(second_rtx),
            };
            peer.add_track(setup::outgoing_track(*line, ssrcs[line.index()], rtx))
        })
        .collect()
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
    pub ssrcs: Ssrcs,
    /// Whether it has room for a second person.
    pub second: bool,
}

#[cfg(feature = "testkit")]
impl Engine {
    /// Offers what a browser's page offers: sound, camera and screen, and perhaps a second person's.
    pub(crate) fn offer(offer: &Offer<'_>) -> Result<(Self, String)> {
        let told = Arc::new(Told::default());
        let settings =
            SettingEngineBuilder::new().with_ice_timeouts(Some(NEVER), Some(NEVER), None);
        let mut peer = build(offer.now, settings, (offer.ufrag, offer.pwd), &told)?;
        let senders = add_tracks(&mut peer, offer::FIRST, offer.ssrcs)?;
        if offer.second {
            for kind in [RtpCodecKind::Audio, RtpCodecKind::Video] {
                peer.add_transceiver_from_kind(kind, None)?;
            }
        }
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
