//! How a connection comes to be: the answer to a browser's offer and, for the synthetic browser, the offer.

use super::{
    Engine, Incoming, Outgoing, Phase,
    agreed::{Agreed, Declared, Description},
    flow::Flow,
    offer,
    secure::{self, Role, Secure},
    setup,
};
use crate::{MediaError, rtp::MediaLine};
#[cfg(feature = "testkit")]
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use rtc::{
    crypto::{RTCCryptoProvider, default_provider},
    ice::mdns::MulticastDnsMode,
    peer_connection::{
        RTCPeerConnection, RTCPeerConnectionBuilder,
        certificate::RTCCertificate,
        configuration::{RTCConfigurationBuilder, setting_engine::SettingEngineBuilder},
        sdp::RTCSessionDescription,
        transport::{
            CandidateConfig, CandidateHostConfig, RTCDtlsRole, RTCIceCandidate, RTCIceCandidateInit,
        },
    },
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

/// What both sides' connections are made from.
struct Parts {
    now: Instant,
    peer: RTCPeerConnection,
    candidates: Vec<SocketAddr>,
    secure: Secure,
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
        lines: &'static [MediaLine],
    ) -> Result<(Self, String)> {
        let theirs = Description::read(&offer)?;
        let settings = SettingEngineBuilder::new()
            .with_lite(true)
            .with_answering_dtls_role(RTCDtlsRole::Server)
            .with_prflx_acceptance_min_wait(Some(Duration::ZERO))
            .with_ice_timeouts(Some(NEVER), Some(NEVER), None);
        let own = Own::new()?;
        let mut peer = own.build(accept.now, settings, (accept.ufrag, accept.pwd))?;
        peer.set_remote_description(accept.now, RTCSessionDescription::offer(offer)?)?;
        add_tracks(&mut peer, lines, accept.ssrcs)?;
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
        let agreed = Description::read(&answer)?.agreed()?;
        let answer = match accept.tcp {
            Some(port) => offer::announce_tcp(&answer, accept.candidates, port),
            None => answer,
        };
        let mut engine = Self::new(Parts {
            now: accept.now,
            peer,
            candidates: accept.candidates.to_vec(),
            secure: own.secure(Role::Server, theirs.fingerprints())?,
        });
        engine.bind(&agreed, (lines, accept.ssrcs), &theirs.declared());
        Ok((engine, answer))
    }

    fn new(parts: Parts) -> Self {
        let Parts {
            now,
            peer,
            candidates,
            secure,
        } = parts;
        Self {
            peer,
            peer_due: None,
            peer_stirred: true,
            events_due: true,
            candidates,
            secure,
            flow: Flow::new(now),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            phase: Phase::Connecting,
            now,
            pending: VecDeque::new(),
            path: None,
            reached: None,
        }
    }

    /// Takes note of what both sides agreed on: the own streams' lines and numbers, and what the other side declared.
    fn bind(
        &mut self,
        agreed: &[Agreed],
        (lines, ssrcs): (&[MediaLine], Ssrcs),
        declared: &[Option<Declared>],
    ) {
        for (line, agreed) in lines.iter().zip(agreed) {
            let ssrc = ssrcs[line.index()];
            self.flow.bind_outgoing(agreed, ssrc, repair(*line, ssrcs));
            self.outgoing.push(Outgoing {
                ssrc,
                payload_type: agreed.payload_type,
                codec: agreed.codec,
            });
        }
        for ((line, agreed), declared) in MediaLine::ALL.iter().zip(agreed).zip(declared) {
            if let Some(stream) = *declared {
                self.flow.bind_incoming(agreed, stream.ssrc, stream.repair);
                self.incoming.push(Incoming {
                    kind: line.kind(),
                    stream,
                    payload_type: agreed.payload_type,
                    codec: agreed.codec,
                    started: false,
                });
            }
        }
    }
}

/// What one side brings: its ciphers and its certificate.
struct Own {
    provider: Arc<dyn RTCCryptoProvider>,
    certificate: RTCCertificate,
}

impl Own {
    fn new() -> Result<Self> {
        let provider = default_provider().map_err(|error| Error::Crypto(error.to_string()))?;
        let certificate = secure::certificate(provider.as_ref())?;
        Ok(Self {
            provider,
            certificate,
        })
    }

    fn secure(&self, role: Role, fingerprints: Vec<String>) -> Result<Secure> {
        let provider = Arc::clone(&self.provider);
        Secure::new(role, provider, &self.certificate, fingerprints)
    }

    /// The library's connection, whose descriptions name our certificate.
    fn build(
        &self,
        now: Instant,
        settings: SettingEngineBuilder,
        (ufrag, pwd): (&str, &str),
    ) -> Result<RTCPeerConnection> {
        let settings = settings
            .with_multicast_dns_mode(MulticastDnsMode::Disabled)
            .with_include_loopback_candidate(true)
            .with_ice_credentials(ufrag.to_owned(), pwd.to_owned())
            .build();
        let configuration = RTCConfigurationBuilder::new()
            .with_certificates(vec![self.certificate.clone()])
            .build();
        RTCPeerConnectionBuilder::new()
            .with_configuration(configuration)
            .with_media_engine(setup::media_engine()?)
            .with_setting_engine(settings)
            .build(now)
    }
}

/// Each goes to the first media line of its kind that has none, which is its own.
fn add_tracks(peer: &mut RTCPeerConnection, lines: &[MediaLine], ssrcs: Ssrcs) -> Result<()> {
    for line in lines {
        let track = setup::outgoing_track(*line, ssrcs[line.index()], repair(*line, ssrcs));
        peer.add_track(track)?;
    }
    Ok(())
}

/// The stream that repairs a line's own.
fn repair(line: MediaLine, ssrcs: Ssrcs) -> Option<u32> {
    let [.., camera, screen, second] = ssrcs;
    match line {
        MediaLine::Audio | MediaLine::SecondAudio => None,
        MediaLine::Camera => Some(camera),
        MediaLine::Screen => Some(screen),
        MediaLine::SecondCamera => Some(second),
    }
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
    pub(crate) fn offer(offer: &Offer<'_>) -> Result<(Offered, String)> {
        let settings =
            SettingEngineBuilder::new().with_ice_timeouts(Some(NEVER), Some(NEVER), None);
        let own = Own::new()?;
        let mut peer = own.build(offer.now, settings, (offer.ufrag, offer.pwd))?;
        add_tracks(&mut peer, offer::FIRST, offer.ssrcs)?;
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
        let offered = Offered {
            own,
            peer,
            local: offer.local,
            ssrcs: offer.ssrcs,
        };
        Ok((offered, sdp))
    }
}

/// A synthetic browser's connection that has made its offer.
#[cfg(feature = "testkit")]
pub(crate) struct Offered {
    own: Own,
    peer: RTCPeerConnection,
    local: SocketAddr,
    ssrcs: Ssrcs,
}

#[cfg(feature = "testkit")]
impl Offered {
    /// Takes the relay's answer.
    pub(crate) fn answered(mut self, now: Instant, answer: &str) -> Result<Engine> {
        let theirs = Description::read(answer)?;
        // The library's own DTLS is to wait for ever: the handshake is begun beside it.
        let answer = answer.replace("a=setup:passive", "a=setup:active");
        self.peer
            .set_remote_description(now, RTCSessionDescription::answer(answer)?)?;
        let mut engine = Engine::new(Parts {
            now,
            peer: self.peer,
            candidates: vec![self.local],
            secure: self.own.secure(Role::Client, theirs.fingerprints())?,
        });
        engine.bind(
            &theirs.agreed()?,
            (offer::FIRST, self.ssrcs),
            &theirs.declared(),
        );
        Ok(engine)
    }
}
