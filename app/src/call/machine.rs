//! One tab's part in one call, as a pure reducer: [`Machine::step`] takes what happened and gives what to do. It
//! knows no browser, no clock and no randomness.
//!
//! Each connection to the relay is a *leg* with a number. What comes from a leg that is no longer the newest
//! changes nothing, so late answers of an abandoned attempt do no harm. A new leg is made before the old one is
//! let go: as long as the old one still carries sound, the sound goes on.

pub use super::steps::{Effect, Input, Line, Link, Microphone, Over, Shown};

use orderline_domain::ids::CallId;
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame, MediaState, PeerView},
    http::CallTicket,
    problem::{Code, Problem},
    view::{CallPhase, CallView},
};

/// A leg that does not carry media within this time is given up, in milliseconds.
pub const LEG_MS: u64 = 12_000;
/// `disconnected` is often over by itself; after this time a new leg is made, in milliseconds.
pub const SHAKY_MS: u64 = 2_500;
/// Silence of the signalling socket after which a Ping is sent, in milliseconds.
pub const PING_AFTER_MS: u64 = 8_000;
/// Silence of the signalling socket after which the leg is given up, in milliseconds.
pub const SILENT_MS: u64 = 16_000;
/// The longest wait between two legs, in milliseconds. The server holds a broken call for 30 s.
pub const LONGEST_WAIT_MS: u64 = 4_000;

struct Leg {
    number: u32,
    since: u64,
    ticket: Option<CallTicket>,
    offer: Option<String>,
    opening: bool,
    joined: bool,
    link: Link,
    shaky_since: Option<u64>,
    heard: u64,
    pinged: bool,
}

enum Phase {
    Out,
    /// The call still rings.
    Preparing,
    Leg(Leg),
    Waiting {
        until: u64,
    },
    Over(Over),
}

/// The machine's whole state.
pub struct Machine {
    phase: Phase,
    call: Option<CallView>,
    peer: Option<PeerView>,
    media: MediaState,
    microphone: Microphone,
    /// The number of the newest leg.
    legs: u32,
    /// A leg before the newest that may still carry sound.
    carrying: Option<u32>,
    was_connected: bool,
    attempts: u32,
    pings: u64,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            phase: Phase::Out,
            call: None,
            peer: None,
            media: MediaState::default(),
            microphone: Microphone::Asking,
            legs: 0,
            carrying: None,
            was_connected: false,
            attempts: 0,
            pings: 0,
        }
    }
}

impl Machine {
    /// The call that this tab is in, over or not.
    pub fn call(&self) -> Option<CallId> {
        self.call.as_ref().map(|call| call.call)
    }

    /// Whether this tab is in a call that is not over.
    pub const fn is_in(&self) -> bool {
        !matches!(self.phase, Phase::Out | Phase::Over(_))
    }

    /// What is drawn; `None` outside of any call.
    pub fn shown(&self) -> Option<Shown> {
        let call = self.call.clone()?;
        let line = match &self.phase {
            Phase::Out => return None,
            Phase::Over(over) => Line::Over(over.clone()),
            _ if call.phase == CallPhase::Ringing => Line::Ringing,
            Phase::Leg(leg) if leg.link == Link::Connected && leg.joined => Line::Connected,
            Phase::Leg(_) | Phase::Waiting { .. } if self.was_connected => Line::Reconnecting,
            Phase::Preparing | Phase::Leg(_) | Phase::Waiting { .. } => Line::Connecting,
        };
        Some(Shown {
            call,
            line,
            peer: self.peer.clone(),
            media: self.media,
            microphone: self.microphone,
        })
    }

    /// Takes what happened at `now` (milliseconds of a steady clock); `random` is any number.
    pub fn step(&mut self, now: u64, random: u64, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Enter(call) => self.enter(now, *call, &mut out),
            Input::Microphone(microphone) => self.microphone = microphone,
            Input::Media(media) => self.media(media, &mut out),
            Input::Ticket { leg, result } => self.ticket(now, random, leg, result, &mut out),
            Input::Offer { leg, sdp } => self.offer(now, random, leg, sdp, &mut out),
            Input::SocketOpened { leg } => self.opened(leg, &mut out),
            Input::SocketClosed { leg } => {
                if self.leg(leg).is_some() {
                    self.fail(now, random, &mut out);
                }
            }
            Input::Frame { leg, frame } => {
                if let Some(current) = self.leg(leg) {
                    current.heard = now;
                    current.pinged = false;
                    self.frame(now, random, leg, *frame, &mut out);
                }
            }
            Input::Link { leg, link } => self.link(now, random, leg, link, &mut out),
            Input::News(call) => self.news(now, *call, &mut out),
            Input::Gone => {
                if self.is_in() {
                    self.over(Over::Ended(None), &mut out);
                }
            }
            Input::HangUp => self.hang_up(&mut out),
            Input::Leaving => self.leaving(&mut out),
            Input::Woken => self.woken(now, &mut out),
            Input::Tick => self.tick(now, random, &mut out),
        }
        out
    }

    fn enter(&mut self, now: u64, call: CallView, out: &mut Vec<Effect>) {
        if self.is_in() {
            return;
        }
        let legs = self.legs;
        *self = Self {
            legs,
            ..Self::default()
        };
        out.push(Effect::Remember { call: call.call });
        self.call = Some(call);
        self.phase = Phase::Preparing;
        out.push(Effect::AskMicrophone);
        self.go_on(now, out);
    }

    /// Begins the first leg once the call was accepted. The microphone may come later: who has to think about the
    /// browser's question hears the other side meanwhile.
    fn go_on(&mut self, now: u64, out: &mut Vec<Effect>) {
        let accepted = self
            .call
            .as_ref()
            .is_some_and(|call| call.phase.is_live() && call.phase != CallPhase::Ringing);
        if matches!(self.phase, Phase::Preparing) && accepted {
            self.begin(now, out);
        }
    }

    fn begin(&mut self, now: u64, out: &mut Vec<Effect>) {
        let Some(call) = self.call() else { return };
        self.legs += 1;
        let number = self.legs;
        self.phase = Phase::Leg(Leg {
            number,
            since: now,
            ticket: None,
            offer: None,
            opening: false,
            joined: false,
            link: Link::Connecting,
            shaky_since: None,
            heard: now,
            pinged: false,
        });
        out.push(Effect::FetchTicket { leg: number, call });
        out.push(Effect::MakePeer { leg: number });
    }

    fn media(&mut self, media: MediaState, out: &mut Vec<Effect>) {
        if self.media == media {
            return;
        }
        self.media = media;
        if let Phase::Leg(leg) = &self.phase
            && leg.joined
        {
            out.push(Effect::Send {
                leg: leg.number,
                frame: CallClientFrame::Media { media },
            });
        }
    }

    fn ticket(
        &mut self,
        now: u64,
        random: u64,
        leg: u32,
        result: Result<CallTicket, Option<Problem>>,
        out: &mut Vec<Effect>,
    ) {
        let Some(current) = self.leg(leg) else { return };
        match result {
            Ok(ticket) => {
                current.ticket = Some(ticket);
                self.open_when_ready(out);
            }
            Err(problem) => self.refused(now, random, problem, out),
        }
    }

    fn offer(
        &mut self,
        now: u64,
        random: u64,
        leg: u32,
        sdp: Option<String>,
        out: &mut Vec<Effect>,
    ) {
        let Some(current) = self.leg(leg) else { return };
        current.offer = sdp;
        if current.offer.is_some() {
            self.open_when_ready(out);
        } else {
            self.fail(now, random, out);
        }
    }

    fn open_when_ready(&mut self, out: &mut Vec<Effect>) {
        if let Phase::Leg(leg) = &mut self.phase
            && let (Some(ticket), true, false) = (&leg.ticket, leg.offer.is_some(), leg.opening)
        {
            leg.opening = true;
            out.push(Effect::OpenSocket {
                leg: leg.number,
                url: ticket.url.clone(),
            });
        }
    }

    fn opened(&mut self, leg: u32, out: &mut Vec<Effect>) {
        let media = self.media;
        let Some(current) = self.leg(leg) else { return };
        if let (Some(ticket), Some(sdp)) = (&current.ticket, current.offer.take()) {
            let frame = CallClientFrame::Join {
                ticket: ticket.ticket.clone(),
                sdp: Some(sdp),
                media,
            };
            out.push(Effect::Send { leg, frame });
        }
    }

    fn frame(
        &mut self,
        now: u64,
        random: u64,
        leg: u32,
        frame: CallServerFrame,
        out: &mut Vec<Effect>,
    ) {
        match frame {
            CallServerFrame::Joined { sdp, call, .. } => {
                if let Some(sdp) = sdp {
                    out.push(Effect::SetAnswer { leg, sdp });
                }
                let media = self.media;
                if let Some(current) = self.leg(leg) {
                    current.joined = true;
                    // What changed while the Join was on its way.
                    out.push(Effect::Send {
                        leg,
                        frame: CallClientFrame::Media { media },
                    });
                }
                self.news(now, *call, out);
            }
            CallServerFrame::Peer { peer } => self.peer = Some(peer),
            CallServerFrame::Call { call } => self.news(now, *call, out),
            CallServerFrame::Replaced => self.over(Over::Elsewhere, out),
            CallServerFrame::Refused { problem } => self.refused(now, random, Some(problem), out),
            CallServerFrame::Ended { reason } => self.over(Over::Ended(Some(reason)), out),
            // This page makes no private legs, so nothing of theirs comes.
            CallServerFrame::Pair { .. }
            | CallServerFrame::Private { .. }
            | CallServerFrame::Moved { .. }
            | CallServerFrame::Pong { .. } => {}
        }
    }

    fn link(&mut self, now: u64, random: u64, leg: u32, link: Link, out: &mut Vec<Effect>) {
        let Some(current) = self.leg(leg) else { return };
        current.link = link;
        match link {
            Link::Connecting => {}
            Link::Connected => {
                current.shaky_since = None;
                self.attempts = 0;
                self.was_connected = true;
                out.push(Effect::Present { leg });
                if let Some(old) = self.carrying.take() {
                    out.push(Effect::DropLeg { leg: old });
                }
            }
            Link::Disconnected => {
                current.shaky_since.get_or_insert(now);
            }
            Link::Failed => self.fail(now, random, out),
        }
    }

    fn news(&mut self, now: u64, call: CallView, out: &mut Vec<Effect>) {
        let newer = self
            .call
            .as_ref()
            .is_some_and(|held| held.call == call.call && held.version <= call.version);
        if !newer {
            return;
        }
        let (live, reason) = (call.phase.is_live(), call.end_reason);
        self.call = Some(call);
        if live {
            self.go_on(now, out);
        } else if self.is_in() {
            self.over(Over::Ended(reason), out);
        } else if let Phase::Over(Over::Ended(held)) = &mut self.phase {
            *held = held.or(reason);
        }
    }

    fn hang_up(&mut self, out: &mut Vec<Effect>) {
        if let (true, Some(call)) = (self.is_in(), self.call()) {
            out.push(Effect::HangUp { call });
            self.over(Over::Ended(None), out);
        }
    }

    fn leaving(&self, out: &mut Vec<Effect>) {
        if let Phase::Leg(leg) = &self.phase
            && leg.joined
        {
            out.push(Effect::Send {
                leg: leg.number,
                frame: CallClientFrame::Leaving,
            });
        }
    }

    fn woken(&mut self, now: u64, out: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::Waiting { .. } => self.begin(now, out),
            Phase::Leg(leg) if leg.joined => {
                // The socket may have died meanwhile; the missing Pong soon says so.
                leg.heard = leg
                    .heard
                    .max(now.saturating_sub(SILENT_MS - PING_AFTER_MS / 2));
                leg.pinged = true;
                self.pings += 1;
                out.push(Effect::Send {
                    leg: leg.number,
                    frame: CallClientFrame::Ping { n: self.pings },
                });
            }
            Phase::Out | Phase::Preparing | Phase::Leg(_) | Phase::Over(_) => {}
        }
    }

    fn tick(&mut self, now: u64, random: u64, out: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::Waiting { until } if now >= *until => self.begin(now, out),
            Phase::Leg(leg) => {
                let never = leg.link == Link::Connecting && now.saturating_sub(leg.since) >= LEG_MS;
                let shaky = leg
                    .shaky_since
                    .is_some_and(|since| now.saturating_sub(since) >= SHAKY_MS);
                let silence = now.saturating_sub(leg.heard);
                if never || shaky || (leg.joined && silence >= SILENT_MS) {
                    self.fail(now, random, out);
                } else if leg.joined && !leg.pinged && silence >= PING_AFTER_MS {
                    leg.pinged = true;
                    self.pings += 1;
                    out.push(Effect::Send {
                        leg: leg.number,
                        frame: CallClientFrame::Ping { n: self.pings },
                    });
                }
            }
            Phase::Out | Phase::Preparing | Phase::Waiting { .. } | Phase::Over(_) => {}
        }
    }

    fn refused(&mut self, now: u64, random: u64, problem: Option<Problem>, out: &mut Vec<Effect>) {
        match problem {
            Some(problem) if problem.code == Code::CallOver => self.over(Over::Ended(None), out),
            Some(problem)
                if matches!(
                    problem.code,
                    Code::NotFound
                        | Code::NotAllowed
                        | Code::SignInNeeded
                        | Code::Malformed
                        | Code::VersionMismatch
                ) =>
            {
                self.over(Over::Refused(problem), out);
            }
            Some(_) | None => self.fail(now, random, out),
        }
    }

    /// Gives the newest leg up and makes another one soon. A leg whose media still flow is kept until the next
    /// one carries them.
    fn fail(&mut self, now: u64, random: u64, out: &mut Vec<Effect>) {
        let Phase::Leg(leg) = &self.phase else { return };
        let (number, carries) = (leg.number, leg.link == Link::Connected);
        if carries {
            if let Some(old) = self.carrying.replace(number) {
                out.push(Effect::DropLeg { leg: old });
            }
        } else {
            out.push(Effect::DropLeg { leg: number });
        }
        let wait = wait_ms(self.attempts, random);
        self.attempts = self.attempts.saturating_add(1);
        if wait == 0 {
            self.begin(now, out);
        } else {
            self.phase = Phase::Waiting {
                until: now.saturating_add(wait),
            };
        }
    }

    fn over(&mut self, over: Over, out: &mut Vec<Effect>) {
        if let Phase::Leg(leg) = &self.phase {
            out.push(Effect::DropLeg { leg: leg.number });
        }
        if let Some(old) = self.carrying.take() {
            out.push(Effect::DropLeg { leg: old });
        }
        self.media = MediaState::default();
        self.phase = Phase::Over(over);
        out.push(Effect::ReleaseDevices);
        out.push(Effect::Forget);
    }

    fn leg(&mut self, number: u32) -> Option<&mut Leg> {
        match &mut self.phase {
            Phase::Leg(leg) if leg.number == number => Some(leg),
            _ => None,
        }
    }
}

/// The wait before the next leg: none the first time, then doubling from half a second, with some jitter.
fn wait_ms(attempts: u32, random: u64) -> u64 {
    if attempts == 0 {
        return 0;
    }
    let full = (500_u64 << (attempts - 1).min(8)).min(LONGEST_WAIT_MS);
    full / 2 + random % (full / 2 + 1)
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
