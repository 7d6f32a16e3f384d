//! What is wrong with the ways to the server.

use super::{Finding, Part, Symptom};
use std::net::{IpAddr, SocketAddr};

/// The port of recorded calls, and what browsers are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFacts {
    pub bound_to: SocketAddr,
    pub announced: Vec<IpAddr>,
    /// Our own running server holds it.
    pub ours: bool,
    /// Others than people at this machine are to reach it.
    pub public: bool,
}

impl MediaFacts {
    /// What a port means that is free or held by our own server.
    pub fn judge(&self) -> Finding {
        let reached = self.announced.iter().any(|it| !is_private(*it));
        let symptom = if self.public && !reached {
            Symptom::MediaPrivate
        } else if self.ours {
            Symptom::MediaOurs
        } else {
            Symptom::MediaGood
        };
        let announced: Vec<String> = self.announced.iter().map(ToString::to_string).collect();
        // With port 0 the system chooses one, which is not known here.
        let address = match self.bound_to.port() {
            0 => self.bound_to.ip().to_string(),
            _ => self.bound_to.to_string(),
        };
        Finding::new(Part::Media, symptom)
            .with("address", &address)
            .with("announced", &announced.join(", "))
    }
}

/// Whether no other network reaches an address of this kind.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            it.is_private() || it.is_loopback() || it.is_link_local() || it.is_unspecified()
        }
        IpAddr::V6(it) => {
            it.is_loopback()
                || it.is_unique_local()
                || it.is_unicast_link_local()
                || it.is_unspecified()
        }
    }
}

/// How a request came back to the server that went out to its public URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub url: String,
    /// A server of this installation answered; `None`: it is not known which servers are of this installation.
    pub ours: Option<bool>,
    /// The client's address that the server took from the request.
    pub client: Option<IpAddr>,
    /// What the request itself claimed to be its client.
    pub claimed: IpAddr,
    /// A named proxy has that address.
    pub by_proxy: bool,
    /// Any proxy is named.
    pub proxies: bool,
    /// A proxy must stand between: at `https`, since this server speaks no TLS, and where the ports differ.
    pub proxied: bool,
}

impl Arrived {
    /// What it means.
    pub fn judge(&self) -> Finding {
        let client = self.client;
        let symptom = if self.ours == Some(false) {
            Symptom::PublicElsewhere
        } else if self.ours.is_none() {
            Symptom::PublicWaits
        } else if client == Some(self.claimed) {
            Symptom::PublicForged
        } else if self.by_proxy {
            Symptom::PublicSilent
        } else if self.proxied && !self.proxies {
            Symptom::PublicUnnamed
        } else {
            Symptom::PublicGood
        };
        let client = client.map(|it| it.to_string()).unwrap_or_default();
        Finding::new(Part::PublicUrl, symptom)
            .with("url", &self.url)
            .with("address", &client)
    }
}
