//! A synthetic browser on a real UDP socket. Many of them share one thread: see [`wait`].

use super::Browser;
use crate::{MediaError, engine::Output};
use bytes::BytesMut;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    io,
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

/// Longer than any datagram of a browser.
const LONGEST: usize = 2_048;
/// Datagrams read in one turn, so that one busy browser does not hold up the others.
const BATCH: usize = 64;

/// A browser and its socket.
pub struct UdpBrowser {
    pub browser: Browser,
    socket: UdpSocket,
    scratch: Box<[u8; LONGEST]>,
}

impl UdpBrowser {
    /// Binds a port of 127.0.0.1 and makes the browser's offer, with room for a third person as a page's has it.
    ///
    /// # Errors
    /// The socket's, or the offer's.
    pub fn new(now: Instant, seed: u64) -> Result<(Self, String), MediaError> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        let (browser, offer) = Browser::with_room(now, socket.local_addr()?, seed, true)?;
        let scratch = Box::new([0; LONGEST]);
        Ok((
            Self {
                browser,
                socket,
                scratch,
            },
            offer,
        ))
    }

    /// # Errors
    /// The socket's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Sends what waits, reads what came; everything that is not a datagram goes to `seen`.
    pub fn turn(&mut self, now: Instant, mut seen: impl FnMut(Output)) {
        for _ in 0..BATCH {
            self.flush(&mut seen);
            let Ok((length, source)) = self.socket.recv_from(self.scratch.as_mut_slice()) else {
                break;
            };
            self.browser
                .handle(now, source, BytesMut::from(&self.scratch[..length]));
        }
        if self.browser.poll_timeout().is_some_and(|at| at <= now) {
            self.browser.handle_timeout(now);
        }
        self.flush(&mut seen);
    }

    fn flush(&mut self, seen: &mut impl FnMut(Output)) {
        while let Some(output) = self.browser.poll() {
            match output {
                // UDP promises nothing: what the kernel does not take is lost on the way.
                Output::Transmit { dest, bytes } => drop(self.socket.send_to(&bytes, dest)),
                output => seen(output),
            }
        }
    }
}

/// Sleeps until one of the browsers has something to read or do, for at most `longest`.
pub fn wait(browsers: &mut [UdpBrowser], longest: Duration) {
    let now = Instant::now();
    let timers = browsers
        .iter_mut()
        .filter_map(|browser| browser.browser.poll_timeout());
    let until = timers
        .min()
        .map_or(longest, |at| at.saturating_duration_since(now).min(longest));
    // Never less than a millisecond: a browser's timers are no finer.
    let timeout = Timespec::try_from(until.max(Duration::from_millis(1))).ok();
    let mut watched: Vec<_> = browsers
        .iter()
        .map(|browser| PollFd::new(&browser.socket, PollFlags::IN))
        .collect();
    // An interrupted wait is a short one.
    let _ = poll(&mut watched, timeout.as_ref());
}
