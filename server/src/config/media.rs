//! The call relay.

use super::ServeArgs;
use std::{
    net::{AddrParseError, IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
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
    /// The only addresses that anything is taken from; `None`: from anywhere.
    pub only_from: Option<Vec<IpAddr>>,
}

impl MediaConfig {
    pub(super) fn read(args: &ServeArgs) -> Self {
        let (udp, reached) = match args.media_udp {
            Some(udp) => (udp, vec![udp.ip()]),
            None => here(),
        };
        // The demo asks nobody for a password: its calls are this machine's too, though Firefox needs a port that is
        // not the loopback's alone.
        let only_from = (args.demo && args.media_udp.is_none()).then(|| reached.clone());
        let announce = if args.media_announce.is_empty() {
            reached
        } else {
            args.media_announce.clone()
        };
        let tcp = match args.media_tcp {
            Some(MediaTcp::Off) => None,
            Some(MediaTcp::At(address)) => Some(address),
            None => Some(udp),
        };
        Self {
            udp,
            tcp,
            announce,
            only_from,
        }
    }
}

/// Where browsers of this machine reach us. Firefox pairs none of its addresses with the loopback's, so the machine's
/// own stands beside it where there is one.
fn here() -> (SocketAddr, Vec<IpAddr>) {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    own_address().map_or_else(
        || (SocketAddr::new(loopback, 0), vec![loopback]),
        |own| {
            let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
            (SocketAddr::new(any, 0), vec![loopback, own])
        },
    )
}

/// The address from which this machine would speak to others. Nothing is sent to find it out.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // An address of the documentation's (RFC 5737): the way there is everybody else's.
    socket.connect((Ipv4Addr::new(203, 0, 113, 1), 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}
