//! The call relay.

use super::ServeArgs;
use std::net::{IpAddr, SocketAddr};

/// The UDP port of all calls, and the addresses that browsers are told.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    pub udp: SocketAddr,
    pub announce: Vec<IpAddr>,
}

impl MediaConfig {
    pub(super) fn read(args: &ServeArgs) -> Self {
        let mut announce = args.media_announce.clone();
        if announce.is_empty() {
            announce.push(args.media_udp.ip());
        }
        Self {
            udp: args.media_udp,
            announce,
        }
    }
}
