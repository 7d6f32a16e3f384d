//! The text of coturn's settings.

use crate::config::TlsFiles;
use std::{
    fmt::Write as _,
    net::{IpAddr, SocketAddr},
    path::Path,
};

/// Its log's name inside its folder.
pub(super) const LOG_FILE: &str = "turn.log";
/// The database's name inside its folder.
pub(super) const DATABASE: &str = "turn.db";
/// Allocations that one person may have at once: several tabs, each with a connection over UDP, TCP and TLS, and new
/// ones beside the old while a call changes networks.
const ALLOCATIONS_EACH: u32 = 36;
/// Allocations in all.
const ALLOCATIONS: u32 = 3_000;
/// Bytes per second and direction of one allocation: a camera and a screen at their best, and half as much again.
const BYTES_PER_SECOND_EACH: u32 = 1_000_000;
/// Bytes per second of all allocations together.
const BYTES_PER_SECOND: u32 = 1_000_000_000;
/// Seconds after which a client must prove itself with a new nonce.
const NONCE_SECONDS: u32 = 600;
/// Threads that relay.
const THREADS: u32 = 2;

/// What is not the public internet, and what would lead to it under another name: the special-purpose registries of
/// IPv4 and IPv6.
const NOT_PUBLIC: &[&str] = &[
    "0.0.0.0-0.255.255.255",
    "10.0.0.0-10.255.255.255",
    "100.64.0.0-100.127.255.255",
    "169.254.0.0-169.254.255.255",
    "172.16.0.0-172.31.255.255",
    "192.0.0.0-192.0.0.255",
    "192.0.2.0-192.0.2.255",
    "192.88.99.0-192.88.99.255",
    "192.168.0.0-192.168.255.255",
    "198.18.0.0-198.19.255.255",
    "198.51.100.0-198.51.100.255",
    "203.0.113.0-203.0.113.255",
    "240.0.0.0-255.255.255.255",
    "::ffff:0.0.0.0-::ffff:255.255.255.255",
    "64:ff9b::-64:ff9b::ffff:ffff",
    "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::-100::ffff:ffff:ffff:ffff",
    "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];
/// This machine itself, when nobody was to be let through to it.
const LOOPBACK: &[&str] = &["127.0.0.0-127.255.255.255", "::1"];

/// What is different from one installation to the next.
pub(super) struct Settings<'a> {
    pub home: &'a Path,
    pub listen: SocketAddr,
    pub tls: Option<(&'a TlsFiles, u16)>,
    /// Our address as others see it, where a router translates.
    pub outside: Option<IpAddr>,
    pub secret: &'a str,
    /// Addresses of our own media.
    pub media: &'a [IpAddr],
    pub loopback_peers: bool,
}

impl Settings<'_> {
    /// The file's text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let ip = self.listen.ip();
        let mut line = |words: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{words}");
        };
        line(&format!("listening-ip={ip}"));
        line(&format!("listening-port={}", self.listen.port()));
        line(&format!("relay-ip={ip}"));
        if let Some(outside) = self.outside {
            line(&format!("external-ip={outside}/{ip}"));
        }
        match &self.tls {
            Some((files, port)) => {
                line(&format!("tls-listening-port={port}"));
                line(&format!("cert={}", files.cert.display()));
                line(&format!("pkey={}", files.key.display()));
                line("no-tlsv1");
                line("no-tlsv1_1");
            }
            None => line("no-tls"),
        }
        line("no-dtls");
        line("use-auth-secret");
        line(&format!("static-auth-secret={}", self.secret));
        line("realm=orderline");
        line(&format!("stale-nonce={NONCE_SECONDS}"));
        line(&format!("user-quota={ALLOCATIONS_EACH}"));
        line(&format!("total-quota={ALLOCATIONS}"));
        line(&format!("max-bps={BYTES_PER_SECOND_EACH}"));
        line(&format!("bps-capacity={BYTES_PER_SECOND}"));
        line(&format!("relay-threads={THREADS}"));
        // Media is UDP: nobody gets to a web server or database by our hand.
        line("no-tcp-relay");
        line("no-multicast-peers");
        if self.loopback_peers {
            line("allow-loopback-peers");
        }
        // What is allowed goes before what is denied. Our own address is in it: two browsers that both hide behind
        // TURN meet there.
        for allowed in self.media.iter().chain([&ip]) {
            if !allowed.is_loopback() && !allowed.is_unspecified() {
                line(&format!("allowed-peer-ip={allowed}"));
            }
        }
        let loopback: &[&str] = if self.loopback_peers { &[] } else { LOOPBACK };
        for denied in NOT_PUBLIC.iter().chain(loopback) {
            line(&format!("denied-peer-ip={denied}"));
        }
        line("no-cli");
        line("no-rfc5780");
        line("no-stun-backward-compatibility");
        line("no-software-attribute");
        line("fingerprint");
        line("no-dynamic-ip-list");
        line("no-dynamic-realms");
        line("no-auth-pings");
        line("no-stdout-log");
        line("simple-log");
        for (name, file) in [
            ("log-file", LOG_FILE),
            ("pidfile", "turn.pid"),
            ("userdb", DATABASE),
        ] {
            line(&format!("{name}={}", self.home.join(file).display()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(listen: &str, media: &[IpAddr], loopback_peers: bool) -> Vec<String> {
        let settings = Settings {
            home: Path::new("/data/turn"),
            listen: SocketAddr::new(listen.parse().unwrap_or([127, 0, 0, 1].into()), 3478),
            tls: None,
            outside: None,
            secret: "00",
            media,
            loopback_peers,
        };
        settings.text().lines().map(str::to_owned).collect()
    }

    #[test]
    fn of_private_addresses_only_our_media_is_reached() {
        let lines = text("10.1.2.3", &[[10, 9, 9, 9].into()], false);
        let allowed: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("allowed-peer-ip"))
            .collect();
        assert_eq!(
            allowed,
            ["allowed-peer-ip=10.9.9.9", "allowed-peer-ip=10.1.2.3"]
        );
        for range in [
            "10.0.0.0-",
            "127.0.0.0-",
            "::1",
            "fc00::-",
            "::ffff:0.0.0.0-",
        ] {
            let denied = format!("denied-peer-ip={range}");
            assert!(
                lines.iter().any(|line| line.starts_with(&denied)),
                "{range}"
            );
        }
        assert!(!lines.iter().any(|line| line == "allow-loopback-peers"));
    }

    #[test]
    fn loopback_is_reached_where_it_was_asked_for_and_never_as_our_media() {
        let demo = text("127.0.0.1", &[[127, 0, 0, 1].into()], true);
        assert!(demo.iter().any(|line| line == "allow-loopback-peers"));
        assert!(!demo.iter().any(|line| line.contains("127.0.0.0-")));
        let public = text("127.0.0.1", &[[127, 0, 0, 1].into()], false);
        assert!(!public.iter().any(|line| line.starts_with("allow")));
        assert!(public.iter().any(|line| line.contains("127.0.0.0-")));
    }
}
