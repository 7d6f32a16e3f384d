//! The call relay.

use super::ServeArgs;
use std::{
    net::{AddrParseError, IpAddr, SocketAddr},
    str::FromStr,
};

/// Where calls over TCP are taken, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaTcp {
    Off,
    At(SocketAddr),
}

impl FromStr for MediaTcp {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text {
            "off" => Ok(Self::Off),
            address => address.parse().map(Self::At),
        }
    }
}

/// The ports of all calls, and the addresses that browsers are told.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    pub udp: SocketAddr,
    pub tcp: Option<SocketAddr>,
    pub announce: Vec<IpAddr>,
}

impl MediaConfig {
    pub(super) fn read(args: &ServeArgs) -> Self {
        let mut announce = args.media_announce.clone();
        if announce.is_empty() {
            announce.push(args.media_udp.ip());
        }
        let tcp = match args.media_tcp {
            Some(MediaTcp::Off) => None,
            Some(MediaTcp::At(address)) => Some(address),
            None => Some(args.media_udp),
        };
        Self {
            udp: args.media_udp,
            tcp,
            announce,
        }
    }
}
