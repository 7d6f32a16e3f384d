//! The node's one UDP socket.

use super::{
    admission::admits,
    core::{MAX_DATAGRAM, Transmit},
    tcp,
};
use nix::{
    errno::Errno,
    sys::socket::{ControlMessage, MsgFlags, SockaddrStorage, sendmsg},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io::{self, IoSlice},
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    os::fd::{AsFd, AsRawFd as _, BorrowedFd},
};

/// Asked of the kernel in each direction: half a second of a hundred calls. It may grant less.
const BUFFER: usize = 8 << 20;

/// Datagrams given to the kernel at once: less than 64 KiB at any length of ours.
const MAX_RUN: usize = 31;
/// Connections that wait to be accepted.
const BACKLOG: i32 = 128;

pub(super) struct Port {
    socket: UdpSocket,
    /// The kernel splits several datagrams given at once.
    segments: bool,
    /// An IPv6 socket writes IPv4 addresses in its own way.
    mapped: bool,
    only_from: Option<Vec<IpAddr>>,
    /// One byte longer than the longest datagram, so that longer ones show.
    scratch: Box<[u8; MAX_DATAGRAM + 1]>,
}

impl Port {
    /// Whatever comes from elsewhere than `only_from`, where that is given, is dropped.
    pub(crate) fn bind(address: SocketAddr, only_from: Option<Vec<IpAddr>>) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        if address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        // The kernel's own limits stand above ours.
        let _ = socket.set_recv_buffer_size(BUFFER);
        let _ = socket.set_send_buffer_size(BUFFER);
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let scratch = Box::new([0; MAX_DATAGRAM + 1]);
        Ok(Self {
            socket: socket.into(),
            segments: true,
            mapped: address.is_ipv6(),
            only_from,
            scratch,
        })
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The next datagram, `None` when there is none.
    pub(crate) fn receive(&mut self) -> Option<(SocketAddr, &[u8])> {
        // Errors reported here belong to datagrams sent earlier (a closed port at the other end); the next
        // call has the next datagram. Their number is bounded by what was sent.
        let (length, source) = loop {
            match self.socket.recv_from(self.scratch.as_mut_slice()) {
                Ok((length, source)) => {
                    let source = SocketAddr::new(source.ip().to_canonical(), source.port());
                    // An address that stands for a TCP connection can only be a lie here.
                    if tcp::number(source).is_none()
                        && admits(self.only_from.as_deref(), source.ip())
                    {
                        break (length, source);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        };
        Some((source, &self.scratch[..length]))
    }

    /// Sends datagrams in their order; how many of them the kernel did not take. Those of one picture have one length
    /// and one destination: the kernel takes them in one call and splits them as late as it can.
    pub(crate) fn send_all(&mut self, transmits: &[Transmit]) -> u64 {
        let (mut rest, mut failed) = (transmits, 0);
        while let Some(first) = rest.first() {
            let run = if self.segments { run_length(rest) } else { 1 };
            let (now, later) = rest.split_at(run);
            rest = later;
            if run > 1 {
                match self.send_run(now, first) {
                    Ok(()) => continue,
                    Err(Errno::EAGAIN | Errno::ENOBUFS | Errno::ECONNREFUSED) => {}
                    // The way out cannot do it.
                    Err(_) => self.segments = false,
                }
            }
            failed += now.iter().filter(|one| !self.send(one)).count() as u64;
        }
        failed
    }

    fn send_run(&self, run: &[Transmit], first: &Transmit) -> nix::Result<()> {
        let size = u16::try_from(first.bytes.len()).map_err(|_| Errno::EMSGSIZE)?;
        let parts: Vec<IoSlice<'_>> = run.iter().map(|one| IoSlice::new(&one.bytes)).collect();
        let dest = SockaddrStorage::from(self.address(first.dest));
        let segments = [ControlMessage::UdpGsoSegments(&size)];
        let flags = MsgFlags::empty();
        sendmsg(
            self.socket.as_raw_fd(),
            &parts,
            &segments,
            flags,
            Some(&dest),
        )
        .map(drop)
    }

    /// Sends one datagram; `false` when the kernel did not take it.
    fn send(&self, transmit: &Transmit) -> bool {
        self.socket
            .send_to(&transmit.bytes, self.address(transmit.dest))
            .is_ok()
    }

    fn address(&self, dest: SocketAddr) -> SocketAddr {
        match dest.ip() {
            IpAddr::V4(ip) if self.mapped => {
                SocketAddr::new(ip.to_ipv6_mapped().into(), dest.port())
            }
            _ => dest,
        }
    }
}

/// How many of the first datagrams can go in one call: one destination, one length, of which only the last may fall
/// short.
fn run_length(transmits: &[Transmit]) -> usize {
    let Some(first) = transmits.first() else {
        return 0;
    };
    let size = first.bytes.len();
    let mut length = 1;
    for one in transmits.iter().take(MAX_RUN).skip(1) {
        if one.dest != first.dest || one.bytes.len() > size || one.bytes.is_empty() {
            break;
        }
        length += 1;
        if one.bytes.len() < size {
            break;
        }
    }
    length
}

/// The node's listening TCP port.
pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    // A node that starts again finds its port taken by connections that are closing.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BytesMut;

    fn transmit(port: u16, length: usize) -> Transmit {
        Transmit {
            dest: SocketAddr::from(([127, 0, 0, 1], port)),
            bytes: BytesMut::zeroed(length),
        }
    }

    #[test]
    fn a_run_has_one_destination_and_one_length() {
        let lengths = |all: &[(u16, usize)]| -> Vec<usize> {
            let transmits: Vec<_> = all
                .iter()
                .map(|(port, length)| transmit(*port, *length))
                .collect();
            let (mut rest, mut runs) = (transmits.as_slice(), Vec::new());
            while !rest.is_empty() {
                let run = run_length(rest);
                runs.push(run);
                rest = &rest[run..];
            }
            runs
        };
        assert_eq!(
            lengths(&[(1, 9), (1, 9), (1, 4), (1, 4), (2, 4)]),
            [3, 1, 1]
        );
        assert_eq!(lengths(&[(1, 4), (1, 9), (2, 9), (2, 9)]), [1, 1, 2]);
        assert_eq!(lengths(&[(1, 1_200); 70]), [31, 31, 8]);
    }

    /// Whatever way they go, all of them arrive, whole and in order.
    #[test]
    fn runs_and_single_datagrams_arrive_in_order() {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let (mut from, mut to) = (
            Port::bind(loopback, None).expect("a port"),
            Port::bind(loopback, None).expect("a port"),
        );
        let port = to.local_addr().expect("an address").port();
        let mut transmits = Vec::new();
        for (number, length) in (0_u8..).zip([1_100, 1_100, 1_100, 700, 30, 1_100, 1_100]) {
            let mut one = transmit(port, length);
            one.bytes.fill(number);
            transmits.push(one);
        }
        for segments in [true, false] {
            from.segments = segments;
            assert_eq!(from.send_all(&transmits), 0);
            for sent in &transmits {
                let (_, got) = to.receive().expect("it is there");
                assert_eq!(got, &sent.bytes[..]);
            }
        }
        assert!(to.receive().is_none());
    }

    /// Only what comes from an address that is named reaches the node.
    #[test]
    fn what_comes_from_elsewhere_is_dropped() {
        let named = IpAddr::from([127, 0, 0, 2]);
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut to = Port::bind(loopback, Some(vec![named])).expect("a port");
        let port = to.local_addr().expect("an address");
        for (source, word) in [([127, 0, 0, 1], b"other"), ([127, 0, 0, 2], b"named")] {
            let from = UdpSocket::bind(SocketAddr::from((source, 0))).expect("a socket");
            from.send_to(word, port).expect("sent");
        }
        let (source, got) = to.receive().expect("it is there");
        assert_eq!((source.ip(), got), (named, &b"named"[..]));
        assert!(to.receive().is_none());
    }
}
