use orderline_domain::network::{network, site};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

proptest! {
    #[test]
    fn a_host_stays_in_its_network_whatever_address_it_takes(bits: u128, host: u64, v4: u32) {
        let one = IpAddr::V6(Ipv6Addr::from_bits(bits | 1 << 127));
        let other = IpAddr::V6(Ipv6Addr::from_bits((bits | 1 << 127) >> 64 << 64 | u128::from(host)));
        prop_assert_eq!(network(one), network(other));
        prop_assert_eq!(site(one), site(other));
        prop_assert_eq!(network(network(one)), network(one));
        prop_assert_eq!(site(network(one)), site(one));
        let four = Ipv4Addr::from_bits(v4);
        prop_assert_eq!(network(IpAddr::V4(four)), IpAddr::V4(four));
        prop_assert_eq!(network(IpAddr::V6(four.to_ipv6_mapped())), IpAddr::V4(four));
    }
}

#[test]
fn neighbours_are_told_apart() {
    let at = |text: &str| text.parse::<IpAddr>().unwrap();
    assert_ne!(
        network(at("2001:db8:0:1::1")),
        network(at("2001:db8:0:2::1"))
    );
    assert_eq!(site(at("2001:db8:0:1::1")), site(at("2001:db8:0:2::1")));
    assert_ne!(site(at("2001:db8:0::1")), site(at("2001:db8:1::1")));
    assert_ne!(network(at("198.51.100.7")), network(at("198.51.100.8")));
}
