//! DTLS, and SRTP with the keys that it agrees on (RFC 5764).
//!
//! The library's connection does the same, but carries every packet through nine layers to get there. Its parts are
//! put together here with nothing between them: a packet costs its cipher and little more.

use bytes::BytesMut;
use rtc::{
    crypto::{HashAlgorithm, RTCCryptoProvider, SignatureScheme},
    dtls::{
        config::{
            ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig,
            VerifyPeerCertificateFn,
        },
        endpoint::{Endpoint, EndpointEvent},
        extension::extension_use_srtp::SrtpProtectionProfile,
        state::State,
    },
    peer_connection::certificate::{CertificateParams, RTCCertificate},
    rtcp, rtp,
    shared::{
        TransportContext, TransportProtocol,
        error::{Error, Result},
        marshal::{Marshal as _, Unmarshal as _},
    },
    srtp::{
        config::{Config, LABEL_EXTRACTOR_DTLS_SRTP},
        context::Context,
        option::{srtcp_replay_protection, srtp_replay_protection},
        protection_profile::ProtectionProfile,
    },
};
use std::{net::SocketAddr, sync::Arc, time::Instant};

/// Packets that may overtake each other before one counts as played back (RFC 3711, section 3.3.2).
const REPLAY_WINDOW: usize = 64;

/// Who begins the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Waits for the other side.
    Server,
    /// The synthetic browser's.
    Client,
}

/// What a datagram changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    /// The keys are there.
    Up,
    /// The other side said goodbye.
    Closed,
}

/// One side of DTLS.
pub(super) struct Secure {
    provider: Arc<dyn RTCCryptoProvider>,
    endpoint: Endpoint,
    /// Of the side that begins, until it has.
    begins: Option<Arc<HandshakeConfig>>,
    keys: Option<Keys>,
}

/// A certificate for one connection.
///
/// # Errors
/// When the provider of the ciphers cannot make one.
pub(super) fn certificate(provider: &dyn RTCCryptoProvider) -> Result<RTCCertificate> {
    let name = CertificateParams::new(vec!["orderline".to_owned()])
        .map_err(|error| Error::Other(error.to_string()))?;
    RTCCertificate::generate(provider.crypto(), SignatureScheme::EcdsaP256Sha256, name)
}

impl Secure {
    /// `fingerprints` are those of the other side's certificate (RFC 8122), one of which it must have.
    ///
    /// # Errors
    /// When the provider lacks a cipher.
    pub(crate) fn new(
        role: Role,
        provider: Arc<dyn RTCCryptoProvider>,
        certificate: &RTCCertificate,
        fingerprints: Vec<String>,
    ) -> Result<Self> {
        // Each side's certificate is its own; what counts is that the other side's description named it.
        let config = ConfigBuilder::default()
            .with_crypto_provider(Arc::clone(&provider))
            .with_certificates(vec![certificate.dtls_certificate.clone()])
            .with_srtp_protection_profiles(vec![
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
                SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm,
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
            ])
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            .with_insecure_skip_verify(true)
            .with_verify_peer_certificate(Some(named(Arc::clone(&provider), fingerprints)))
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .build(role == Role::Client, None)?;
        let config = Arc::new(config);
        let local = TransportContext::default().local_addr;
        let (waits, begins) = match role {
            Role::Server => (Some(config), None),
            Role::Client => (None, Some(config)),
        };
        Ok(Self {
            provider,
            endpoint: Endpoint::new(local, TransportProtocol::UDP, waits),
            begins,
            keys: None,
        })
    }

    /// Begins the handshake, on the side that does: the way is open.
    pub(crate) fn begin(&mut self, now: Instant) {
        if let Some(config) = self.begins.take() {
            // It fails only for an address that it does not have.
            let _ = self.endpoint.connect(now, peer(), config, None);
        }
    }

    /// Takes a datagram. One that is no good changes nothing.
    pub(crate) fn datagram(&mut self, now: Instant, bytes: BytesMut) -> Change {
        let mut change = Change::Nothing;
        for event in self
            .endpoint
            .read(now, peer(), None, bytes)
            .unwrap_or_default()
        {
            match event {
                EndpointEvent::HandshakeComplete => {
                    let agreed = self.endpoint.get_connection_state(peer());
                    self.keys = agreed.and_then(|state| {
                        // Without a cipher for media in common nothing can be said.
                        Keys::new(state, self.provider.as_ref()).ok()
                    });
                    if self.keys.is_some() {
                        change = Change::Up;
                    }
                }
                EndpointEvent::PeerClosed => change = Change::Closed,
                _ => {}
            }
        }
        change
    }

    /// The keys, once they are agreed on.
    pub(crate) fn keys(&mut self) -> Option<&mut Keys> {
        self.keys.as_mut()
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.endpoint.poll_transmit().map(|sent| sent.message)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout(&peer())
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|at| at <= now) {
            // A handshake that ran out of tries; the relay closes what never came up.
            let _ = self.endpoint.handle_timeout(peer(), now);
        }
    }

    /// Says goodbye.
    pub(crate) fn close(&mut self, now: Instant) {
        // There is nobody to tell of an error.
        let _ = self.endpoint.close(now);
    }
}

/// The endpoint tells its peers apart by their addresses. Here it has one, wherever that is.
fn peer() -> SocketAddr {
    TransportContext::default().peer_addr
}

/// Accepts a certificate that the other side's description named.
fn named(
    provider: Arc<dyn RTCCryptoProvider>,
    fingerprints: Vec<String>,
) -> VerifyPeerCertificateFn {
    Arc::new(move |chain, _| {
        let certificate = chain.first().ok_or(Error::ErrNonCertificate)?;
        let hash = provider
            .crypto()
            .hash(HashAlgorithm::Sha256, certificate)
            .map_err(|error| Error::Crypto(error.to_string()))?;
        let bytes: Vec<String> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if fingerprints.contains(&bytes.join(":")) {
            Ok(())
        } else {
            Err(Error::ErrNoMatchingCertificateFingerprint)
        }
    })
}

/// SRTP in both directions.
pub(super) struct Keys {
    inbound: Context,
    outbound: Context,
}

impl Keys {
    fn new(state: &State, provider: &dyn RTCCryptoProvider) -> Result<Self> {
        let profile = match state.srtp_protection_profile() {
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
            SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm => ProtectionProfile::AeadAes256Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => {
                ProtectionProfile::Aes128CmHmacSha1_80
            }
            _ => return Err(Error::ErrNoSuchSrtpProfile),
        };
        let mut config = Config {
            profile,
            ..Config::default()
        };
        let length = config.keying_material_len();
        let material = state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], length)?;
        config.set_session_keys_from_keying_material(material.as_ref(), state.is_client())?;
        let keys = &config.keys;
        let crypto = provider.crypto();
        Ok(Self {
            inbound: Context::new(
                &keys.remote_master_key,
                &keys.remote_master_salt,
                profile,
                Some(srtp_replay_protection(REPLAY_WINDOW)),
                Some(srtcp_replay_protection(REPLAY_WINDOW)),
                crypto,
            )?,
            outbound: Context::new(
                &keys.local_master_key,
                &keys.local_master_salt,
                profile,
                None,
                None,
                crypto,
            )?,
        })
    }

    /// # Errors
    /// When it is not from the other side, came before, or is no packet.
    pub(crate) fn open_rtp(&mut self, sealed: &[u8]) -> Result<rtp::Packet> {
        let mut open = self.inbound.decrypt_rtp(sealed)?;
        rtp::Packet::unmarshal(&mut open)
    }

    /// # Errors
    /// As [`Self::open_rtp`].
    pub(crate) fn open_rtcp(&mut self, sealed: &[u8]) -> Result<Vec<Box<dyn rtcp::Packet>>> {
        let mut open = self.inbound.decrypt_rtcp(sealed)?;
        rtcp::packet::unmarshal(&mut open)
    }

    /// # Errors
    /// When it is longer than a packet can be, or the keys are used up.
    pub(crate) fn seal_rtp(&mut self, packet: &rtp::Packet) -> Result<BytesMut> {
        let open = packet.marshal()?;
        self.outbound.encrypt_rtp_with_header(&open, &packet.header)
    }

    /// # Errors
    /// As [`Self::seal_rtp`].
    pub(crate) fn seal_rtcp(&mut self, packets: &[Box<dyn rtcp::Packet>]) -> Result<BytesMut> {
        let open = rtcp::packet::marshal(packets)?;
        self.outbound.encrypt_rtcp(&open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::crypto::default_provider;

    fn fingerprint(provider: &dyn RTCCryptoProvider, certificate: &RTCCertificate) -> String {
        certificate
            .get_fingerprints(provider.crypto())
            .expect("a hash")
            .remove(0)
            .value
            .to_ascii_lowercase()
    }

    /// Both sides; the server expects the client's certificate or another one.
    fn pair(expected: bool) -> (Secure, Secure) {
        let provider = default_provider().expect("ciphers");
        let certificates = [(); 3].map(|()| certificate(provider.as_ref()).expect("a certificate"));
        let [server, client, other] = &certificates;
        let named = if expected { client } else { other };
        let side = |role, own, named| {
            let named = vec![fingerprint(provider.as_ref(), named)];
            Secure::new(role, Arc::clone(&provider), own, named).expect("a side")
        };
        (
            side(Role::Server, server, named),
            side(Role::Client, client, server),
        )
    }

    fn talk(server: &mut Secure, client: &mut Secure) -> Vec<Change> {
        let now = Instant::now();
        let mut changes = Vec::new();
        client.begin(now);
        for _ in 0..20 {
            while let Some(bytes) = client.poll_transmit() {
                changes.push(server.datagram(now, bytes));
            }
            while let Some(bytes) = server.poll_transmit() {
                changes.push(client.datagram(now, bytes));
            }
        }
        changes
    }

    #[test]
    fn two_sides_agree_on_keys_and_say_goodbye() {
        let (mut server, mut client) = pair(true);
        let ups = |changes: Vec<Change>| changes.iter().filter(|it| **it == Change::Up).count();
        assert_eq!(ups(talk(&mut server, &mut client)), 2);
        let packet = rtp::Packet {
            header: rtp::Header {
                version: 2,
                ssrc: 7,
                sequence_number: 9,
                ..rtp::Header::default()
            },
            payload: bytes::Bytes::from_static(b"what was said"),
        };
        let sealed = client
            .keys()
            .expect("keys")
            .seal_rtp(&packet)
            .expect("sealed");
        assert!(!sealed.windows(4).any(|part| part == b"what"));
        let keys = server.keys().expect("keys");
        assert_eq!(keys.open_rtp(&sealed).expect("opened"), packet);
        assert!(keys.open_rtp(&sealed).is_err(), "a packet played back");
        let mut forged = client
            .keys()
            .expect("keys")
            .seal_rtp(&packet)
            .expect("sealed");
        forged[15] ^= 1;
        assert!(server.keys().expect("keys").open_rtp(&forged).is_err());
        client.close(Instant::now());
        let goodbye = client.poll_transmit().expect("a goodbye");
        assert_eq!(server.datagram(Instant::now(), goodbye), Change::Closed);
    }

    #[test]
    fn a_certificate_that_nobody_named_gets_no_keys() {
        let (mut server, mut client) = pair(false);
        assert!(!talk(&mut server, &mut client).contains(&Change::Up));
        assert!(server.keys().is_none() && client.keys().is_none());
    }
}
