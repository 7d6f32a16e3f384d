//! ICE over TCP (RFC 6544) for networks that carry no UDP: one listening port, framed datagrams. The node's state
//! knows nothing of it: a connection looks to it like a peer at an address of its own, from a range that no network
//! uses.

use super::{
    admission::admits,
    core::{MAX_DATAGRAM, Transmit},
    frames::{Incoming, Outgoing},
    stun,
};
use bytes::BytesMut;
use orderline_domain::network::{network, site};
use rustix::event::epoll;
use std::{
    collections::HashMap,
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
    time::{Duration, Instant},
};

/// Connections of a node.
const MAX_CONNECTIONS: usize = 2_048;
/// Connections from one network: everybody behind one office's router, or one IPv6 host with all its addresses.
const MAX_PER_NETWORK: usize = 64;
/// Connections from one IPv6 site, however many networks it has.
const MAX_PER_SITE: usize = 256;
/// Connections taken at once, before anything else gets its turn.
const ACCEPTS: usize = 32;
/// A connection that has not sent a binding request by then is closed.
const GREETING: Duration = Duration::from_secs(10);
/// One that has been quiet for so long is closed: a browser checks its path every few seconds.
const QUIET: Duration = Duration::from_secs(40);
/// How often the two above are looked after.
const SWEEP: Duration = Duration::from_secs(2);
/// Bytes read from one connection before the others get their turn.
const READ: usize = 16 * 1024;

/// The first address of a range reserved for ever (RFC 1112, section 4).
const RANGE_V4: u32 = 0xf000_0000;
/// The discard-only prefix (RFC 6666).
const RANGE_V6: u128 = 0x0100 << 112;
/// Every stand-in has this port.
const STAND_IN_PORT: u16 = 9;

/// The address that stands for a connection inside the node.
fn stand_in(number: u32, v4: bool) -> SocketAddr {
    let ip = if v4 {
        IpAddr::V4(Ipv4Addr::from_bits(RANGE_V4 | (number & 0x0fff_ffff)))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(RANGE_V6 | u128::from(number)))
    };
    SocketAddr::new(ip, STAND_IN_PORT)
}

/// The connection that an address stands for.
pub(super) fn number(address: SocketAddr) -> Option<u32> {
    match address.ip() {
        IpAddr::V4(ip) if ip.to_bits() >= RANGE_V4 => Some(ip.to_bits() & 0x0fff_ffff),
        IpAddr::V6(ip) if ip.to_bits() >> 64 == RANGE_V6 >> 64 => {
            u32::try_from(ip.to_bits() & u128::from(u32::MAX)).ok()
        }
        _ => None,
    }
}

/// Whether one more from this address may come to those that are there.
fn has_room(there: impl Iterator<Item = IpAddr>, from: IpAddr) -> bool {
    let (mut all, mut near, mut beside) = (0, 0, 0);
    for other in there {
        all += 1;
        near += usize::from(network(other) == network(from));
        beside += usize::from(site(other) == site(from));
    }
    all < MAX_CONNECTIONS && near < MAX_PER_NETWORK && beside < MAX_PER_SITE
}

struct Connection {
    stream: TcpStream,
    from: IpAddr,
    incoming: Incoming,
    outgoing: Outgoing,
    /// It waits for room to write.
    blocked: bool,
    greeted: bool,
    heard: Instant,
}

/// The listening port.
pub(super) struct Listening {
    pub listener: TcpListener,
    /// Whether stand-ins are of version 4, as the node's own candidates are.
    pub v4: bool,
    /// The only addresses that connections are taken from; `None`: from anywhere.
    pub only_from: Option<Vec<IpAddr>>,
}

/// The listening port and its connections.
pub(super) struct Tcp {
    listening: Listening,
    epoll: Arc<OwnedFd>,
    connections: HashMap<u32, Connection>,
    next: u32,
    next_sweep: Option<Instant>,
    scratch: Box<[u8; READ]>,
}

impl Tcp {
    /// Connections are watched by `epoll`, under their numbers.
    pub(crate) fn new(listening: Listening, epoll: Arc<OwnedFd>) -> Self {
        Self {
            listening,
            epoll,
            connections: HashMap::new(),
            next: 0,
            next_sweep: None,
            scratch: Box::new([0; READ]),
        }
    }

    /// Takes new connections.
    pub(crate) fn accept(&mut self, now: Instant) {
        for _ in 0..ACCEPTS {
            let Ok((stream, source)) = self.listening.listener.accept() else {
                return;
            };
            let from = source.ip().to_canonical();
            if !admits(self.listening.only_from.as_deref(), from) {
                continue;
            }
            if !has_room(self.connections.values().map(|it| it.from), from) {
                continue;
            }
            if stream.set_nonblocking(true).is_err() {
                continue;
            }
            // Without it small packets would wait for others; a socket that refuses is merely slow.
            let _ = stream.set_nodelay(true);
            self.next = self.next.wrapping_add(1) & 0x0fff_ffff;
            let number = self.next;
            if self.connections.contains_key(&number) || self.watch(&stream, number).is_err() {
                continue;
            }
            self.next_sweep.get_or_insert(now + SWEEP);
            self.connections.insert(
                number,
                Connection {
                    stream,
                    from,
                    incoming: Incoming::default(),
                    outgoing: Outgoing::default(),
                    blocked: false,
                    greeted: false,
                    heard: now,
                },
            );
        }
    }

    fn watch(&self, stream: &TcpStream, number: u32) -> io::Result<()> {
        let data = epoll::EventData::new_u64(u64::from(number));
        epoll::add(&*self.epoll, stream, data, epoll::EventFlags::IN)?;
        Ok(())
    }

    /// Reads what a connection has, and writes what waited for room.
    pub(crate) fn ready(
        &mut self,
        now: Instant,
        number: u32,
        mut take: impl FnMut(SocketAddr, BytesMut),
    ) {
        let source = stand_in(number, self.listening.v4);
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let mut open = connection.write().is_ok();
        match connection.stream.read(self.scratch.as_mut_slice()) {
            Ok(0) => open = false,
            Ok(length) => {
                connection.incoming.push(&self.scratch[..length]);
                open &= connection.take(now, |datagram| take(source, datagram));
            }
            Err(error) if is_patience(&error) => {}
            Err(_) => open = false,
        }
        self.settle(number, open);
    }

    /// Sends a datagram to the connection that `transmit.dest` stands for; `false` when it is lost.
    pub(crate) fn send(&mut self, number: u32, transmit: &Transmit) -> bool {
        let Some(connection) = self.connections.get_mut(&number) else {
            return false;
        };
        let sent =
            transmit.bytes.len() <= MAX_DATAGRAM && connection.outgoing.push(&transmit.bytes);
        let open = connection.write().is_ok();
        self.settle(number, open);
        sent && open
    }

    /// Watches for room to write while something waits for it, and forgets a connection that is gone.
    fn settle(&mut self, number: u32, open: bool) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let waits = connection.outgoing.front().is_some();
        let watched = if waits == connection.blocked {
            Ok(())
        } else {
            connection.blocked = waits;
            let mut flags = epoll::EventFlags::IN;
            flags.set(epoll::EventFlags::OUT, waits);
            let data = epoll::EventData::new_u64(u64::from(number));
            epoll::modify(&*self.epoll, connection.stream.as_fd(), data, flags)
        };
        if !open || watched.is_err() {
            // Closing takes it out of the watched ones.
            self.connections.remove(&number);
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.next_sweep
    }

    /// Closes those that never greeted or have fallen silent.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.next_sweep.is_none_or(|next| next > now) {
            return;
        }
        self.connections.retain(|_, connection| {
            let patience = if connection.greeted { QUIET } else { GREETING };
            now.saturating_duration_since(connection.heard) < patience
        });
        self.next_sweep = (!self.connections.is_empty()).then(|| now + SWEEP);
    }
}

impl Connection {
    /// Hands over every whole datagram; `false` when the peer does not speak our language. Until it has sent a
    /// binding request, it may send nothing else.
    fn take(&mut self, now: Instant, mut take: impl FnMut(BytesMut)) -> bool {
        loop {
            match self.incoming.next() {
                Ok(Some(datagram)) => {
                    self.greeted |= stun::request(&datagram).is_some();
                    if !self.greeted {
                        return false;
                    }
                    self.heard = now;
                    take(datagram);
                }
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Writes as much as there is room for.
    fn write(&mut self) -> io::Result<()> {
        while let Some(front) = self.outgoing.front() {
            match self.stream.write(front) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.outgoing.written(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn is_patience(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_with_many_addresses_leaves_room_for_others() {
        let host = |n: usize| IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8 << 96 | n as u128));
        let crowd = || (0..MAX_PER_NETWORK).map(host);
        assert!(has_room(crowd().skip(1), host(99_999)));
        assert!(!has_room(crowd(), host(99_999)));
        assert!(has_room(
            crowd(),
            "2001:db8:1::1".parse().expect("an address")
        ));
        assert!(has_room(crowd(), "192.0.2.1".parse().expect("an address")));
        let networks =
            |n: usize| IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8 << 96 | (n as u128) << 64));
        let site = || (0..MAX_PER_SITE).map(networks);
        assert!(!has_room(site(), networks(9_999)));
        assert!(has_room(
            site(),
            "2001:db8:1::1".parse().expect("an address")
        ));
    }

    #[test]
    fn stand_ins_are_found_again_and_nobody_else_is_one() {
        for number_in in [0, 1, 77, 0x0fff_ffff] {
            for v4 in [true, false] {
                assert_eq!(number(stand_in(number_in, v4)), Some(number_in));
            }
        }
        for other in [
            "192.0.2.1:9",
            "[2001:db8::1]:9",
            "239.255.255.255:9",
            "[::1]:9",
        ] {
            assert_eq!(number(other.parse().expect("an address")), None);
        }
    }
}
