//! Whose a network address counts as, where addresses are counted.

use std::net::{IpAddr, Ipv6Addr};

/// The network of an address: an IPv6 host has a whole /64 to choose its addresses from; an IPv4 address is its own.
pub fn network(address: IpAddr) -> IpAddr {
    prefix(address, 64)
}

/// The site of an address: whoever has an IPv6 line may have a whole /48 of networks.
pub fn site(address: IpAddr) -> IpAddr {
    prefix(address, 48)
}

fn prefix(address: IpAddr, bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(own) => IpAddr::V4(own),
        IpAddr::V6(own) => IpAddr::V6(Ipv6Addr::from_bits(
            own.to_bits() >> (128 - bits) << (128 - bits),
        )),
    }
}
