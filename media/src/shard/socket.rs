//! The node's one UDP socket.

use super::{
    core::{MAX_DATAGRAM, Transmit},
    tcp,
};
use bytes::BytesMut;
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    os::fd::{AsFd, BorrowedFd},
};

/// Asked of the kernel in each direction: half a second of a hundred calls. It may grant less.
const BUFFER: usize = 8 << 20;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 128;

pub(super) struct Port {
    socket: UdpSocket,
    /// An IPv6 socket writes IPv4 addresses in its own way.
    mapped: bool,
    /// One byte longer than the longest datagram, so that longer ones show.
    scratch: Box<[u8; MAX_DATAGRAM + 1]>,
}

impl Port {
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
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
            mapped: address.is_ipv6(),
            scratch,
        })
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// The next datagram, `None` when there is none.
    pub fn receive(&mut self) -> Option<(SocketAddr, BytesMut)> {
        // Errors reported here belong to datagrams sent earlier (a closed port at the other end); the next
        // call has the next datagram. Their number is bounded by what was sent.
        loop {
            match self.socket.recv_from(self.scratch.as_mut_slice()) {
                Ok((length, source)) => {
                    let source = SocketAddr::new(source.ip().to_canonical(), source.port());
                    // An address that stands for a TCP connection can only be a lie here.
                    if tcp::number(source).is_some() {
                        continue;
                    }
                    return Some((source, BytesMut::from(&self.scratch[..length])));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    /// Sends datagrams in their order; how many of them the kernel did not take.
    pub fn send_all(&self, transmits: &[Transmit]) -> u64 {
        transmits.iter().filter(|one| !self.send(one)).count() as u64
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
