//! A synthetic browser that reaches the relay over TCP alone, as one behind a strict firewall.

use super::Browser;
use crate::{
    MediaError,
    engine::Output,
    node::frames::{Incoming, Outgoing},
};
use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Instant,
};

/// A browser and its connection.
pub struct TcpBrowser {
    pub browser: Browser,
    stream: TcpStream,
    /// Where its connection believes to be sending to.
    relay: SocketAddr,
    incoming: Incoming,
    outgoing: Outgoing,
}

impl TcpBrowser {
    /// Connects to the relay's TCP port and makes the browser's offer. `relay` is the relay's UDP address, by which
    /// the browser's core knows it.
    ///
    /// # Errors
    /// The socket's, or the offer's.
    pub fn new(
        now: Instant,
        port: SocketAddr,
        relay: SocketAddr,
        seed: u64,
    ) -> Result<(Self, String), MediaError> {
        let stream = TcpStream::connect(port)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let (browser, offer) = Browser::new(now, stream.local_addr()?, seed)?;
        Ok((
            Self {
                browser,
                stream,
                relay,
                incoming: Incoming::default(),
                outgoing: Outgoing::default(),
            },
            offer,
        ))
    }

    /// Sends what waits, reads what came; everything that is not a datagram goes to `seen`.
    ///
    /// # Errors
    /// When the relay closed the connection, or sent what cannot be read.
    pub fn turn(&mut self, now: Instant, mut seen: impl FnMut(Output)) -> io::Result<()> {
        let mut scratch = [0; 16 * 1024];
        match self.stream.read(&mut scratch) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => self.incoming.push(&scratch[..length]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        while let Some(datagram) = self
            .incoming
            .next()
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?
        {
            self.browser.handle(now, self.relay, &datagram);
            self.flush(&mut seen);
        }
        if self.browser.poll_timeout().is_some_and(|at| at <= now) {
            self.browser.handle_timeout(now);
        }
        self.flush(&mut seen);
        while let Some(front) = self.outgoing.front() {
            match self.stream.write(front) {
                Ok(count) => self.outgoing.written(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn flush(&mut self, seen: &mut impl FnMut(Output)) {
        while let Some(output) = self.browser.poll() {
            match output {
                // What is too much is lost, as on any line.
                Output::Transmit { bytes, .. } => drop(self.outgoing.push(&bytes)),
                output => seen(output),
            }
        }
    }
}
