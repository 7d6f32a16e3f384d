//! The reverse proxies that stand before the web server.

use super::{ConfigError, ServeArgs};
use axum_client_ip::ClientIpSource;
use ipnet::IpNet;
use std::net::IpAddr;

/// Networks larger than this are no proxies.
const MIN_PREFIX_V4: u8 = 8;
const MIN_PREFIX_V6: u8 = 16;

/// Who may say where a request comes from, and in which header.
#[derive(Clone, Debug)]
pub struct Proxies {
    networks: Vec<IpNet>,
    pub source: ClientIpSource,
}

impl Proxies {
    pub(super) fn read(args: &ServeArgs) -> Result<Self, ConfigError> {
        let source = match args.client_header.as_deref() {
            None => ClientIpSource::RightmostXForwardedFor,
            Some(name) => {
                if args.trusted_proxies.is_empty() {
                    return Err(bad(
                        "client-header",
                        "anybody could write it: name the proxies with --trusted-proxies",
                    ));
                }
                source(name).ok_or_else(|| {
                    bad(
                        "client-header",
                        "must be x-forwarded-for, forwarded, x-real-ip or cf-connecting-ip",
                    )
                })?
            }
        };
        let networks = args.trusted_proxies.iter().map(|text| network(text));
        Ok(Self {
            networks: networks.collect::<Result<_, _>>()?,
            source,
        })
    }

    /// Whether this peer is one of them.
    pub fn trust(&self, peer: IpAddr) -> bool {
        self.networks.iter().any(|it| it.contains(&peer))
    }

    /// Whether any stands before this server.
    pub fn any(&self) -> bool {
        !self.networks.is_empty()
    }
}

fn source(name: &str) -> Option<ClientIpSource> {
    match name.to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Some(ClientIpSource::RightmostXForwardedFor),
        "forwarded" => Some(ClientIpSource::RightmostForwarded),
        "x-real-ip" => Some(ClientIpSource::XRealIp),
        "cf-connecting-ip" => Some(ClientIpSource::CfConnectingIp),
        _ => None,
    }
}

fn network(text: &str) -> Result<IpNet, ConfigError> {
    let text = text.trim();
    let network: IpNet = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| {
            bad(
                "trusted-proxies",
                "must be addresses or networks such as 10.0.0.0/24",
            )
        })?;
    let least = match network {
        IpNet::V4(_) => MIN_PREFIX_V4,
        IpNet::V6(_) => MIN_PREFIX_V6,
    };
    if network.prefix_len() < least {
        return Err(bad(
            "trusted-proxies",
            "half the world is no proxy: whoever is in it could write any address",
        ));
    }
    Ok(network)
}

fn bad(name: &'static str, what: &str) -> ConfigError {
    ConfigError::Bad {
        name,
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_networks_that_can_be_proxies_are_taken() {
        for good in [
            "127.0.0.1",
            "10.0.0.0/24",
            "::1",
            "fd00::/64",
            " 192.0.2.7 ",
        ] {
            assert!(network(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "*",
            "0.0.0.0/0",
            "::/0",
            "0.0.0.0/1",
            "10.0.0.0/33",
            "proxy",
            "10.0.0.1:80",
        ] {
            assert!(network(bad).is_err(), "{bad}");
        }
        assert!(source("X-Real-IP").is_some());
        assert!(source("user-agent").is_none());
    }
}
