//! The router: takes packets from every host and gives each to the host that it is for, when its time has
//! come.

use super::{
    capture::Capture,
    line::{Conditions, Line},
    space::host_of,
};
use anyhow::{Result, ensure};
use serde::Serialize;
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    net::Ipv4Addr,
    os::unix::net::UnixDatagram,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

/// What may wait for the router itself.
pub const QUEUE: usize = 4_096;
/// Packets on their way at once; beyond it they are lost, as in any router.
const UNDER_WAY: usize = 20_000;
/// Largest packet.
const PACKET: usize = 2_048;
/// How long the router sleeps at most.
const NAP: Duration = Duration::from_secs(1);
const IPV4_HEADER: usize = 20;
const UDP: u8 = 17;

/// What the router is told.
pub enum Told {
    Packet {
        from: usize,
        bytes: Vec<u8>,
    },
    /// Changes the line from (`up`) or to the host.
    Line {
        host: usize,
        up: bool,
        conditions: Conditions,
    },
    /// Asks for what has passed so far.
    Count(SyncSender<Vec<Passed>>),
    /// Begins to write down what passes a host's interface, or ends it; says whether all was written.
    Capture {
        begin: Option<Capture>,
        answer: SyncSender<Result<()>>,
    },
    Stop,
}

/// What has passed from one host to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passed {
    pub from: usize,
    pub to: usize,
    pub packets: u64,
    pub bytes: u64,
    pub lost: u64,
    /// UDP payload that RFC 7983 takes for SRTP, sent straight from host to host, lost or not.
    pub media_bytes: u64,
    /// The same inside TURN's channels.
    pub channel_bytes: u64,
}

/// A packet on its way; ordered by time, then by order of coming.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct UnderWay {
    due: Duration,
    number: u64,
    to: usize,
    bytes: Vec<u8>,
}

/// The router's state. One thread owns it.
pub struct Router {
    wires: Vec<Arc<UnixDatagram>>,
    up: Vec<Line>,
    down: Vec<Line>,
    passed: Vec<Passed>,
    under_way: BinaryHeap<Reverse<UnderWay>>,
    number: u64,
    /// A packet that could not be written down ends the capture, and is said at its end.
    capture: Option<Result<Capture>>,
}

impl Router {
    pub fn new(wires: Vec<Arc<UnixDatagram>>, seed: u64) -> Self {
        let hosts = wires.len();
        let lines = |salt: u64| {
            (0u64..)
                .take(hosts)
                .map(|at| Line::new(seed.wrapping_mul(1_000).wrapping_add(at * 2 + salt)))
                .collect()
        };
        let passed = (0..hosts * hosts)
            .map(|at| Passed {
                from: at / hosts,
                to: at % hosts,
                ..Passed::default()
            })
            .collect();
        Self {
            up: lines(0),
            down: lines(1),
            passed,
            under_way: BinaryHeap::new(),
            number: 0,
            wires,
            capture: None,
        }
    }

    /// Routes until it is told to stop.
    pub fn run(mut self, told: &Receiver<Told>) {
        let begun = Instant::now();
        loop {
            let now = begun.elapsed();
            self.deliver(now);
            let nap = self
                .under_way
                .peek()
                .map_or(NAP, |next| next.0.due.saturating_sub(now).min(NAP));
            match told.recv_timeout(nap) {
                Ok(Told::Packet { from, bytes }) => self.route(begun.elapsed(), from, bytes),
                Ok(Told::Line {
                    host,
                    up,
                    conditions,
                }) => {
                    let lines = if up { &mut self.up } else { &mut self.down };
                    if let Some(line) = lines.get_mut(host) {
                        line.set(conditions);
                    }
                }
                // Whoever asked may have gone.
                Ok(Told::Count(answer)) => drop(answer.try_send(self.passed.clone())),
                Ok(Told::Capture { begin, answer }) => {
                    let ended = self.capture.take().map_or(Ok(()), |it| it?.end());
                    self.capture = begin.map(Ok);
                    drop(answer.try_send(ended));
                }
                Ok(Told::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn route(&mut self, now: Duration, from: usize, bytes: Vec<u8>) {
        let hosts = self.wires.len();
        let to = destination(&bytes)
            .and_then(host_of)
            .filter(|to| *to < hosts);
        self.write_down(now, [Some(from), to], &bytes);
        let Some(to) = to else {
            return;
        };
        let passed = &mut self.passed[from * hosts + to];
        match first_of_udp(&bytes) {
            Some((128..=191, payload)) => passed.media_bytes += payload,
            Some((64..=79, payload)) => passed.channel_bytes += payload,
            _ => {}
        }
        let due = self.up[from]
            .pass(now, bytes.len())
            .and_then(|at| self.down[to].pass(at, bytes.len()))
            .filter(|_| self.under_way.len() < UNDER_WAY);
        let Some(due) = due else {
            passed.lost += 1;
            return;
        };
        passed.packets += 1;
        passed.bytes += u64::try_from(bytes.len()).unwrap_or(0);
        self.number += 1;
        self.under_way.push(Reverse(UnderWay {
            due,
            number: self.number,
            to,
            bytes,
        }));
    }

    fn write_down(&mut self, now: Duration, ends: [Option<usize>; 2], bytes: &[u8]) {
        if let Some(Ok(capture)) = &mut self.capture
            && ends.contains(&Some(capture.host))
            && let Err(error) = capture.note(now, bytes)
        {
            self.capture = Some(Err(error));
        }
    }

    fn deliver(&mut self, now: Duration) {
        while self.under_way.peek().is_some_and(|next| next.0.due <= now) {
            let Some(Reverse(next)) = self.under_way.pop() else {
                return;
            };
            if let Err(error) = self.wires[next.to].send(&next.bytes) {
                // A host whose queue is full loses packets, as any does.
                eprintln!("lab: a packet was not delivered: {error}");
            }
        }
    }
}

/// Reads a host's wire and tells the router, in a thread of its own, until either is gone.
///
/// # Errors
/// When no thread can be started.
pub fn read(from: usize, wire: Arc<UnixDatagram>, router: SyncSender<Told>) -> Result<()> {
    ensure!(from < usize::from(u8::MAX), "too many hosts");
    thread::Builder::new()
        .name(format!("host {from}"))
        .spawn(move || {
            let mut packet = vec![0; PACKET];
            while let Ok(read) = wire.recv(&mut packet) {
                let bytes = packet[..read].to_vec();
                if router.send(Told::Packet { from, bytes }).is_err() {
                    return;
                }
            }
        })?;
    Ok(())
}

fn destination(packet: &[u8]) -> Option<Ipv4Addr> {
    let header = packet.get(..IPV4_HEADER)?;
    (header[0] >> 4 == 4).then(|| Ipv4Addr::new(header[16], header[17], header[18], header[19]))
}

/// The first byte of a UDP packet's payload, which tells protocols that share a port apart, and its length.
fn first_of_udp(packet: &[u8]) -> Option<(u8, u64)> {
    let header = packet.get(..IPV4_HEADER)?;
    let payload = packet.get(usize::from(header[0] & 0xf) * 4 + 8..)?;
    let first = *payload.first()?;
    (header[9] == UDP).then(|| (first, u64::try_from(payload.len()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn udp(payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0; IPV4_HEADER + 8];
        packet[0] = 0x45;
        packet[9] = UDP;
        packet[16..20].copy_from_slice(&[10, 77, 2, 2]);
        packet.extend_from_slice(payload);
        packet
    }

    #[test]
    fn a_packet_is_read_as_far_as_it_goes() {
        let packet = udp(&[0x80, 1, 2]);
        assert_eq!(destination(&packet), Some(Ipv4Addr::new(10, 77, 2, 2)));
        assert_eq!(first_of_udp(&packet), Some((0x80, 3)));
        for short in 0..packet.len() - 3 {
            assert_eq!(first_of_udp(&packet[..short]), None);
        }
        assert_eq!(destination(&packet[..10]), None);
        let mut six = packet;
        six[0] = 0x60;
        assert_eq!(destination(&six), None);
    }
}
