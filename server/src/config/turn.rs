//! TURN: through which calls get where networks let nothing else through.

use super::{ConfigError, Secret, ServeArgs};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// The port that the protocol's own document gives it.
const PORT: u16 = 3478;
/// The same over TLS.
const TLS_PORT: u16 = 5349;
/// Most TURN servers that browsers are told of; each costs every call time.
const MAX_URLS: usize = 6;

/// Which TURN servers browsers are told of.
#[derive(Clone, Debug)]
pub struct TurnConfig {
    pub servers: TurnServers,
    /// The operator hides everybody's network address: private calls go through TURN only.
    pub only: bool,
}

/// Who runs TURN.
#[derive(Clone, Debug)]
pub enum TurnServers {
    None,
    /// coturn as a child of this process, where it is installed.
    Own(OwnTurn),
    /// Somebody else, with whom we share a secret.
    Elsewhere {
        urls: Vec<String>,
        secret: Secret,
    },
}

/// Our own coturn.
#[derive(Clone, Debug)]
pub struct OwnTurn {
    /// Port 0: any that is free.
    pub listen: SocketAddr,
    /// Port 0: any that is free.
    pub tls_port: u16,
    /// How browsers name it; `None`: by its address.
    pub host: Option<String>,
    pub tls: Option<TlsFiles>,
    /// Peers on this machine's loopback are allowed, and a missing certificate is made.
    pub demo: bool,
}

/// A certificate chain and its key, both PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl TurnConfig {
    pub(super) fn read(args: &ServeArgs) -> Result<Self, ConfigError> {
        let turn = &args.turn;
        let servers = if turn.no_turn {
            TurnServers::None
        } else if let (false, Some(secret)) = (turn.turn_url.is_empty(), &turn.turn_secret) {
            TurnServers::Elsewhere {
                urls: known(&turn.turn_url)?,
                secret: secret.clone(),
            }
        } else {
            TurnServers::Own(OwnTurn::read(args))
        };
        Ok(Self {
            servers,
            only: turn.turn_only,
        })
    }
}

impl OwnTurn {
    fn read(args: &ServeArgs) -> Self {
        let turn = &args.turn;
        let near = args
            .media_udp
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |udp| udp.ip());
        // Several servers may run side by side for one person; in public a port is written into a firewall.
        let any = args.demo || near.is_loopback();
        let port = |fixed| if any { 0 } else { fixed };
        Self {
            listen: turn
                .turn_listen
                .unwrap_or_else(|| SocketAddr::new(near, port(PORT))),
            tls_port: turn.turn_tls_port.unwrap_or_else(|| port(TLS_PORT)),
            host: turn.turn_host.clone(),
            tls: turn
                .turn_tls_cert
                .clone()
                .zip(turn.turn_tls_key.clone())
                .map(|(cert, key)| TlsFiles { cert, key }),
            demo: args.demo,
        }
    }
}

fn known(urls: &[String]) -> Result<Vec<String>, ConfigError> {
    let bad = |what: &str| ConfigError::Bad {
        name: "turn-url",
        what: what.to_owned(),
    };
    if urls.len() > MAX_URLS {
        return Err(bad("too many servers: each costs every call time"));
    }
    let fits = |url: &String| {
        url.strip_prefix("turn:")
            .or_else(|| url.strip_prefix("turns:"))
            .is_some_and(|rest| {
                !rest.is_empty() && rest.chars().all(|sign| sign.is_ascii_graphic())
            })
    };
    if !urls.iter().all(fits) {
        return Err(bad(
            "must be turn:HOST[:PORT][?transport=udp|tcp] or turns:…",
        ));
    }
    Ok(urls.to_vec())
}
