//! One tab's part in one call, as a pure reducer: [`Machine::step`] takes what happened and gives what to do. It
//! knows no browser, no clock and no randomness.
//!
//! The media take one [`Way`]: to the other browser while the call is private, to the relay while it is recorded.
//! When the call's mode changes, the next way is made beside the one that carries. Once the server says that both
//! sides' media flow there, it is presented, and the former one is let go a moment later: the other side may still
//! be listening to it.

pub use super::steps::{Effect, Input, Kind, Line, Link, Microphone, Over, Safety, Shown};

use super::{
    leg::{Carrying, Cx, Shared},
    others::Others,
    private::Keys,
    way::Way,
};
use orderline_domain::{call::mode::Route, ids::CallId};
use orderline_protocol::{
    call::{CallClientFrame, CallPhase, CallServerFrame, CallView, MediaState, ModeView},
    problem::{Code, Problem},
};

/// How long a former connection goes on after the next one is presented, in milliseconds.
pub const RETIRE_MS: u64 = 1_500;
/// Former connections that are let go at a time.
const MAX_RETIRING: usize = 2;

enum Phase {
    Out,
    /// The call still rings.
    Preparing,
    In {
        main: Box<Way>,
        /// The way that is being made for the call's new mode.
        next: Option<Box<Way>>,
    },
    Over(Over),
}

/// The machine's whole state.
pub struct Machine {
    phase: Phase,
    call: Option<CallView>,
    others: Others,
    microphone: Microphone,
    shared: Shared,
    /// The connection that is heard and seen.
    presented: Option<u32>,
    retiring: Vec<(u64, Carrying)>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            phase: Phase::Out,
            call: None,
            others: Others::default(),
            microphone: Microphone::Asking,
            shared: Shared::default(),
            presented: None,
            retiring: Vec::new(),
        }
    }
}

/// What one step is given besides the input.
#[derive(Clone, Copy)]
struct Now {
    at: u64,
    random: u128,
}

/// The way that the media of a call in this mode take.
const fn route(mode: ModeView) -> Route {
    match mode {
        ModeView::Private | ModeView::Asked { .. } => Route::Private,
        ModeView::Recorded { .. } => Route::Relay,
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
        let (mut moving, mut relay_only) = (false, false);
        let line = match &self.phase {
            Phase::Out => return None,
            Phase::Over(over) => Line::Over(over.clone()),
            _ if call.phase == CallPhase::Ringing => Line::Ringing,
            Phase::Preparing => Line::Connecting,
            Phase::In { main, next } => {
                moving = next.is_some() || main.hold;
                relay_only = main.relay_only();
                let goes_on = main.is_carried() && (main.hold || main.route == Route::Private);
                if main.connected().is_some() || goes_on {
                    Line::Connected
                } else if self.shared.was_connected {
                    Line::Reconnecting
                } else {
                    Line::Connecting
                }
            }
        };
        let (peer, second) = self.others.shown(&call);
        Some(Shown {
            call,
            line,
            peer,
            second,
            media: self.shared.media,
            microphone: self.microphone,
            safety: self.shared.safety,
            moving,
            relay_only,
        })
    }

    /// Takes what happened at `at` (milliseconds of a steady clock); `random` is any number, and nobody can guess it.
    pub fn step(&mut self, at: u64, random: u128, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        let now = Now { at, random };
        match input {
            Input::Enter(call) => self.enter(now, *call, &mut out),
            Input::Microphone(microphone) => self.microphone = microphone,
            Input::Media(media) => self.media(media, &mut out),
            Input::Identity(found) => {
                if let (Some(found), None) = (found, &self.shared.keys) {
                    self.shared.keys = Some(Keys::new(found, random.to_le_bytes()));
                }
                self.ways(now, &mut out, |way, _, cx| way.open_when_ready(cx));
            }
            Input::Ticket { leg, result } => match result {
                Ok(ticket) => self.leg(now, leg, &mut out, |way, _, cx| way.ticket(ticket, cx)),
                Err(problem) => {
                    if self.knows_leg(leg) {
                        self.refused(now, leg, problem, &mut out);
                    }
                }
            },
            Input::Described { peer, sdp } => self.ways(now, &mut out, |way, retry, cx| {
                way.described(peer, sdp.clone(), retry, cx);
            }),
            Input::RemoteSet { peer, found } => self.ways(now, &mut out, |way, retry, cx| {
                way.remote_set(peer, found, retry, cx);
            }),
            Input::Gathered { peer, candidate } => self.ways(now, &mut out, |way, _, cx| {
                way.gathered(peer, candidate.clone(), cx);
            }),
            Input::SocketOpened { leg } => {
                self.leg(now, leg, &mut out, |way, _, cx| way.opened(cx));
            }
            Input::SocketClosed { leg } => self.fail(now, leg, &mut out),
            Input::Frame { leg, frame } => {
                if self.knows_leg(leg) {
                    self.frame(now, leg, *frame, &mut out);
                }
            }
            Input::Link { peer, link } => {
                self.ways(now, &mut out, |way, retry, cx| {
                    way.link(peer, link, retry, cx);
                });
            }
            Input::Silence { peer, dead } => self.ways(now, &mut out, |way, retry, cx| {
                way.silence(peer, dead, cx.now);
                way.tick(retry, cx);
            }),
            Input::Addresses => self.ways(now, &mut out, |way, retry, cx| {
                if way.route == Route::Private {
                    way.fail(retry, cx);
                }
            }),
            Input::News(call) => self.news(now, *call, &mut out),
            Input::Gone => {
                if self.is_in() {
                    self.over(Over::Ended(None), &mut out);
                }
            }
            Input::HangUp => self.hang_up(&mut out),
            Input::Leaving => self.tell_all(&CallClientFrame::Leaving, &mut out),
            Input::Woken => self.ways(now, &mut out, |way, _, cx| way.woken(cx)),
            Input::Tick => {
                self.ways(now, &mut out, Way::tick);
                self.retire(at, &mut out);
            }
        }
        self.settle(now, &mut out);
        out
    }

    fn enter(&mut self, now: Now, call: CallView, out: &mut Vec<Effect>) {
        if self.is_in() {
            return;
        }
        for (_, former) in self.retiring.drain(..) {
            former.drop(out);
        }
        let numbers = self.shared.numbers;
        *self = Self::default();
        self.shared.numbers = numbers;
        self.shared.call = Some(call.call);
        out.push(Effect::Remember { call: call.call });
        self.call = Some(call);
        self.phase = Phase::Preparing;
        out.push(Effect::AskMicrophone);
        out.push(Effect::MakeIdentity);
        self.go_on(now, out);
    }

    /// Begins the first leg once the call was accepted, and another way when the call's mode wants one. The
    /// microphone may come later: who has to think about the browser's question hears the other side meanwhile.
    fn go_on(&mut self, now: Now, out: &mut Vec<Effect>) {
        let Some(call) = &self.call else { return };
        if !call.phase.is_live() || call.phase == CallPhase::Ringing {
            return;
        }
        let wanted = route(call.mode);
        let mut cx = Cx {
            now: now.at,
            random: now.random,
            shared: &mut self.shared,
            out,
        };
        match &mut self.phase {
            Phase::Preparing => {
                let main = Box::new(Way::begin(wanted, false, &mut cx));
                self.phase = Phase::In { main, next: None };
            }
            Phase::In { main, next } if main.route == wanted => {
                // Back before anything moved.
                if let Some(carrying) = next.take().and_then(|next| next.end(cx.out)) {
                    carrying.drop(cx.out);
                }
            }
            Phase::In { next, .. } => {
                if next.is_none() {
                    *next = Some(Box::new(Way::begin(wanted, true, &mut cx)));
                }
            }
            Phase::Out | Phase::Over(_) => {}
        }
    }

    /// Does something with each way. It is told whether it should try again when it fails: not while another way is
    /// being made in its place.
    fn ways(
        &mut self,
        now: Now,
        out: &mut Vec<Effect>,
        mut work: impl FnMut(&mut Way, bool, &mut Cx<'_>),
    ) {
        let mut cx = Cx {
            now: now.at,
            random: now.random,
            shared: &mut self.shared,
            out,
        };
        if let Phase::In { main, next } = &mut self.phase {
            work(main, next.is_none(), &mut cx);
            if let Some(next) = next {
                work(next, true, &mut cx);
            }
        }
    }

    /// Does something with the way whose newest leg this is.
    fn leg(
        &mut self,
        now: Now,
        leg: u32,
        out: &mut Vec<Effect>,
        work: impl FnOnce(&mut Way, bool, &mut Cx<'_>),
    ) {
        let mut work = Some(work);
        self.ways(now, out, |way, retry, cx| {
            if way.has_leg(leg)
                && let Some(work) = work.take()
            {
                work(way, retry, cx);
            }
        });
    }

    fn knows_leg(&self, leg: u32) -> bool {
        match &self.phase {
            Phase::In { main, next } => {
                main.has_leg(leg) || next.as_ref().is_some_and(|next| next.has_leg(leg))
            }
            Phase::Out | Phase::Preparing | Phase::Over(_) => false,
        }
    }

    fn fail(&mut self, now: Now, leg: u32, out: &mut Vec<Effect>) {
        self.leg(now, leg, out, Way::fail);
    }

    fn media(&mut self, media: MediaState, out: &mut Vec<Effect>) {
        if self.shared.media != media {
            self.shared.media = media;
            self.tell_all(&CallClientFrame::Media { media }, out);
        }
    }

    fn tell_all(&self, frame: &CallClientFrame, out: &mut Vec<Effect>) {
        if let Phase::In { main, next } = &self.phase {
            let ways = std::iter::once(main).chain(next);
            out.extend(
                ways.filter_map(|way| way.joined_leg())
                    .map(|leg| Effect::Send {
                        leg,
                        frame: frame.clone(),
                    }),
            );
        }
    }

    fn frame(&mut self, now: Now, leg: u32, frame: CallServerFrame, out: &mut Vec<Effect>) {
        self.leg(now, leg, out, |way, _, cx| way.heard(cx.now));
        match frame {
            CallServerFrame::Joined {
                sdp,
                ice,
                relay_only,
                call,
                ..
            } => {
                self.leg(now, leg, out, |way, _, cx| {
                    way.joined(sdp, ice, relay_only, cx);
                });
                self.news(now, *call, out);
            }
            CallServerFrame::Pair { pair, initiator } => {
                self.leg(now, leg, out, |way, _, cx| way.pair(pair, initiator, cx));
            }
            CallServerFrame::Private { pair, body } => {
                self.leg(now, leg, out, |way, _, cx| way.signal(pair, body, cx));
            }
            CallServerFrame::Moved { route } => self.moved(route, out),
            CallServerFrame::Peer { peer } => self.others.take(peer),
            CallServerFrame::Call { call } => self.news(now, *call, out),
            CallServerFrame::Replaced => self.over(Over::Elsewhere, out),
            CallServerFrame::Left => self.over(Over::Left, out),
            CallServerFrame::Refused { problem } => self.refused(now, leg, Some(problem), out),
            CallServerFrame::Ended { reason } => self.over(Over::Ended(Some(reason)), out),
            CallServerFrame::Pong { .. } => {}
        }
    }

    /// Both sides' media flow this way now.
    fn moved(&mut self, route: Route, out: &mut Vec<Effect>) {
        let Phase::In { main, next } = &mut self.phase else {
            return;
        };
        if next.as_ref().is_some_and(|next| next.route == route) {
            promote(main, next, out);
        }
        if main.route == route {
            main.hold = false;
        }
    }

    /// Brings into order what follows from everything before: which way is the main one, and what is heard.
    fn settle(&mut self, now: Now, out: &mut Vec<Effect>) {
        let Phase::In { main, next } = &mut self.phase else {
            return;
        };
        // The former way is over before the new one is agreed on: there is nothing to wait for.
        let over = !main.sounds() || main.has_given_up();
        let up = main.hold && next.as_ref().is_some_and(|next| next.connected().is_some());
        if next.is_some() && (over || up) {
            promote(main, next, out);
        }
        if main.hold && !main.is_carried() {
            main.hold = false;
        }
        main.tell_link(out);
        if let Some(next) = next {
            next.tell_link(out);
        }
        if let Some(peer) = main.connected().filter(|_| !main.hold) {
            if self.presented != Some(peer) {
                self.presented = Some(peer);
                out.push(Effect::Present { peer });
            }
            if let Some(former) = main.take_carrying() {
                self.retiring.push((now.at + RETIRE_MS, former));
                if self.retiring.len() > MAX_RETIRING {
                    self.retiring.remove(0).1.drop(out);
                }
            }
        }
    }

    fn retire(&mut self, at: u64, out: &mut Vec<Effect>) {
        self.retiring.retain(|(until, former)| {
            let stays = at < *until;
            if !stays {
                former.drop(out);
            }
            stays
        });
    }

    fn news(&mut self, now: Now, call: CallView, out: &mut Vec<Effect>) {
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

    fn refused(&mut self, now: Now, leg: u32, problem: Option<Problem>, out: &mut Vec<Effect>) {
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
            Some(_) | None => self.fail(now, leg, out),
        }
    }

    fn over(&mut self, over: Over, out: &mut Vec<Effect>) {
        if let Phase::In { main, next } = std::mem::replace(&mut self.phase, Phase::Over(over)) {
            let ways = std::iter::once(main).chain(next);
            for carrying in ways.filter_map(|way| way.end(out)).collect::<Vec<_>>() {
                carrying.drop(out);
            }
        }
        for (_, former) in self.retiring.drain(..) {
            former.drop(out);
        }
        self.shared.media = MediaState::default();
        self.presented = None;
        out.push(Effect::ReleaseDevices);
        out.push(Effect::Forget);
    }
}

/// The next way becomes the main one and carries the former one's sound on until it has its own.
fn promote(main: &mut Box<Way>, next: &mut Option<Box<Way>>, out: &mut Vec<Effect>) {
    if let Some(next) = next.take() {
        let former = std::mem::replace(main, next);
        if let Some(carrying) = former.end(out) {
            main.carry(carrying, out);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

#[cfg(test)]
mod moving_tests;

#[cfg(test)]
mod leak_tests;
