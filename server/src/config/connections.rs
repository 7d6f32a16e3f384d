//! How many connections the web server takes, and how long it waits for their headers.

use super::{ConfigError, Proxies, ServeArgs};
use std::{net::IpAddr, time::Duration};

/// Connections at once where the machine allows more, and where nobody knows what it allows.
const MOST: usize = 20_000;
const UNKNOWN: u64 = 1_024;
/// Of one network; a whole office may stand behind one address.
const OF_NETWORK: usize = 256;
/// Between two requests, and until the first has its headers.
const HEADERS: Duration = Duration::from_secs(15);

/// What the web server bears.
#[derive(Clone, Debug)]
pub struct ConnectionBounds {
    pub total: usize,
    /// `None`: the usual share, which this machine and the named proxies do not have.
    of_network: Option<usize>,
    pub headers: Duration,
    proxies: Proxies,
}

impl ConnectionBounds {
    pub(super) fn read(args: &ServeArgs, proxies: &Proxies) -> Result<Self, ConfigError> {
        let total = args.max_connections.unwrap_or(MOST).min(allowed());
        if total == 0 || args.max_connections_of_network == Some(0) {
            return Err(ConfigError::Bad {
                name: "max-connections",
                what: "nobody could come in".to_owned(),
            });
        }
        Ok(Self {
            total,
            of_network: args.max_connections_of_network,
            headers: args
                .header_timeout_ms
                .map_or(HEADERS, Duration::from_millis),
            proxies: proxies.clone(),
        })
    }

    /// What this peer's network may have.
    pub fn share_of(&self, peer: IpAddr) -> usize {
        let peer = peer.to_canonical();
        match self.of_network {
            Some(share) => share,
            None if peer.is_loopback() || self.proxies.trust(peer) => self.total,
            None => OF_NETWORK,
        }
    }
}

/// Three quarters of the files that this process may have open: the rest stays for the database, the storage and calls.
fn allowed() -> usize {
    let files = rlimit::Resource::NOFILE
        .get()
        .map_or(UNKNOWN, |(soft, _)| soft);
    usize::try_from(files / 4 * 3).unwrap_or(usize::MAX)
}
