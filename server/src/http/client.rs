//! Where a request comes from: the peer, or, behind a proxy that the operator named, whom the proxy names.

use super::Refusal;
use crate::http::Web;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use axum_client_ip::{ClientIp, ClientIpSource};
use orderline_protocol::problem::Code;
use std::net::{IpAddr, SocketAddr};

/// The client's own address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub IpAddr);

impl FromRequestParts<Web> for Client {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, web)
            .await
            .map_err(|_| Code::Internal)?;
        let peer = peer.ip().to_canonical();
        let proxies = &web.archive.run.env.config.http.proxies;
        if !proxies.trust(peer) {
            return Ok(Self(peer));
        }
        let source: ClientIpSource = proxies.source.clone();
        parts.extensions.insert(source);
        // A proxy that names nobody speaks for itself.
        let named = ClientIp::from_request_parts(parts, web).await;
        Ok(Self(named.map_or(peer, |ClientIp(own)| own.to_canonical())))
    }
}
