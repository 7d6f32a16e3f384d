//! A synthetic browser on a real UDP socket. Many of them share one thread: see [`wait`].

use super::Browser;
use crate::{MediaError, engine::Output};
use nix::{
    cmsg_space,
    sys::{
        socket::{
            ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, setsockopt,
            sockopt::ReceiveTimestampns,
        },
        time::TimeSpec,
    },
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{
    io::{self, IoSliceMut},
    net::{SocketAddr, SocketAddrV4, UdpSocket},
    os::fd::AsRawFd as _,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Longer than any datagram of a browser.
const LONGEST: usize = 2_048;
/// Datagrams read in one turn, so that one busy browser does not hold up the others.
const BATCH: usize = 64;

/// Payload types of what a synthetic browser offers: VP8, and its RTX.
const VP8: u8 = 96;
const RTX: u8 = 97;

/// A lossy network: media is lost in both directions, at random from a seed.
pub struct Losses {
    percent: u32,
    random: StdRng,
    /// Video packets that were lost, retransmissions too.
    pub lost: u64,
    /// Video packets that either side retransmitted, lost or not.
    pub retransmitted: u64,
}

impl Losses {
    pub fn new(percent: u32, seed: u64) -> Self {
        Self {
            percent,
            random: StdRng::seed_from_u64(seed),
            lost: 0,
            retransmitted: 0,
        }
    }

    /// Nothing is lost any more; retransmissions are counted still.
    pub fn stop(&mut self) {
        self.percent = 0;
    }

    /// Whether this datagram is lost.
    fn takes(&mut self, datagram: &[u8]) -> bool {
        let &[128..192, kind, ..] = datagram else {
            return false;
        };
        // RTCP's types lie beyond all payload types in use (RFC 5761).
        let kind = if (192..224).contains(&kind) {
            0
        } else {
            kind & 0x7f
        };
        self.retransmitted += u64::from(kind == RTX);
        let lost = self.random.random_range(0..100) < self.percent;
        self.lost += u64::from(lost && matches!(kind, VP8 | RTX));
        lost
    }
}

/// A datagram in the scratch buffer.
struct Came {
    length: usize,
    source: SocketAddr,
    /// When the kernel received it.
    at: Option<SystemTime>,
}

/// A browser and its socket.
pub struct UdpBrowser {
    pub browser: Browser,
    /// What the network loses, if it is a lossy one.
    pub losses: Option<Losses>,
    socket: UdpSocket,
    scratch: Box<[u8; LONGEST]>,
    /// Room for the kernel's timestamp of a datagram.
    control: Vec<u8>,
}

impl UdpBrowser {
    /// Binds a port of 127.0.0.1 and makes the browser's offer, with room for a third person as a page's has it.
    ///
    /// # Errors
    /// The socket's, or the offer's.
    pub fn new(now: Instant, seed: u64) -> Result<(Self, String), MediaError> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        setsockopt(&socket, ReceiveTimestampns, &true).map_err(io::Error::from)?;
        let (browser, offer) = Browser::with_room(now, socket.local_addr()?, seed, true)?;
        let scratch = Box::new([0; LONGEST]);
        Ok((
            Self {
                browser,
                losses: None,
                socket,
                scratch,
                control: cmsg_space!(TimeSpec),
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
        self.turn_timed(now, |_, output| seen(output));
    }

    /// The same; `seen` is told when the kernel received the datagram, where one was the cause.
    pub fn turn_timed(&mut self, now: Instant, mut seen: impl FnMut(Option<SystemTime>, Output)) {
        let mut received = None;
        for _ in 0..BATCH {
            self.flush(|output| seen(received, output));
            let Some(came) = self.receive() else { break };
            received = came.at;
            let datagram = &self.scratch[..came.length];
            if lost(&mut self.losses, datagram) {
                continue;
            }
            self.browser.handle(now, came.source, datagram);
        }
        if self.browser.poll_timeout().is_some_and(|at| at <= now) {
            self.browser.handle_timeout(now);
        }
        self.flush(|output| seen(None, output));
    }

    /// Says the next 20 ms at once; answers their number and when they were sent.
    pub fn speak_at_once(
        &mut self,
        now: Instant,
        mut seen: impl FnMut(Output),
    ) -> (u32, SystemTime) {
        self.flush(&mut seen);
        let number = self.browser.speak(now);
        let sent = SystemTime::now();
        self.flush(seen);
        (number, sent)
    }

    fn receive(&mut self) -> Option<Came> {
        let mut parts = [IoSliceMut::new(self.scratch.as_mut_slice())];
        let (socket, control) = (self.socket.as_raw_fd(), self.control.as_mut_slice());
        let came = recvmsg::<SockaddrIn>(socket, &mut parts, Some(control), MsgFlags::empty());
        let came = came.ok()?;
        let mut notes = came.cmsgs().ok()?;
        let at = notes.find_map(|note| match note {
            ControlMessageOwned::ScmTimestampns(at) => Some(UNIX_EPOCH + Duration::from(at)),
            _ => None,
        });
        Some(Came {
            length: came.bytes,
            source: SocketAddrV4::from(came.address?).into(),
            at,
        })
    }

    fn flush(&mut self, mut seen: impl FnMut(Output)) {
        while let Some(output) = self.browser.poll() {
            match output {
                Output::Transmit { bytes, .. } if lost(&mut self.losses, &bytes) => {}
                // UDP promises nothing: what the kernel does not take is lost on the way.
                Output::Transmit { dest, bytes } => drop(self.socket.send_to(&bytes, dest)),
                output => seen(output),
            }
        }
    }
}

fn lost(losses: &mut Option<Losses>, datagram: &[u8]) -> bool {
    losses.as_mut().is_some_and(|losses| losses.takes(datagram))
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
