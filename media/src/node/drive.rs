//! Between connections and relays: what one says, done to the others.

use super::{
    core::{Core, MAX_EVENTS, Transmit},
    deadlines::Timer,
};
use crate::{
    MediaEvent,
    engine::Output,
    record::{Tap, TapPacket},
    relay::{Action, Relay},
    rtp::{RtpIn, TrackKey},
};
use orderline_domain::ids::{CallId, LegId};
use std::time::{Duration, Instant};

/// No timer fires again sooner: a connection that always wants to be woken at once must not take the thread.
const LEAST_SLEEP: Duration = Duration::from_millis(1);

impl Core {
    /// Reads everything that a connection has to say and sends what it wants sent.
    pub(super) fn drive(&mut self, now: Instant, leg: LegId) {
        self.read(now, leg);
        // Nothing is left to be flushed afterwards.
        self.dirty.remove(&leg);
        while let Some(peer) = self.peers.get_mut(leg) {
            match peer.engine.poll_transmit() {
                Some(Output::Transmit { dest, bytes }) => {
                    self.transmits.push(Transmit { dest, bytes });
                }
                // It broke.
                Some(_) => {
                    let call = peer.call;
                    self.with_relay(now, call, |relay, actions| relay.remove(leg, actions));
                }
                None => return self.set_timer(now, leg),
            }
        }
        self.deadlines.set(Timer::Leg(leg), None);
    }

    /// Asks a connection when it wants to be woken, if that has changed: to ask costs as much as a packet.
    pub(super) fn set_timer(&mut self, now: Instant, leg: LegId) {
        let Some(peer) = self.peers.get_mut(leg) else {
            return;
        };
        if peer.engine.take_timer_moved() || std::mem::take(&mut peer.timers_moved) {
            let next = peer.engine.poll_timeout();
            let next = next.map(|next| next.max(now + LEAST_SLEEP));
            self.deadlines.set(Timer::Leg(leg), next);
        }
    }

    /// Reads everything that a connection has to say.
    pub(super) fn read(&mut self, now: Instant, leg: LegId) {
        while let Some(peer) = self.peers.get_mut(leg) {
            let (call, seat) = (peer.call, peer.seat);
            let Some(output) = peer.engine.poll_read() else {
                break;
            };
            match output {
                Output::Transmit { dest, bytes } => self.transmits.push(Transmit { dest, bytes }),
                Output::Rtp(rtp) => self.rtp(now, call, leg, rtp),
                Output::SenderReport {
                    kind,
                    ssrc,
                    ntp,
                    rtp_time,
                } => {
                    if let Some(call) = self.calls.get(&call)
                        && let Some(tapped) = &call.tap
                    {
                        let track = TrackKey { seat, kind };
                        tapped.tap.offer(Tap::SenderReport {
                            track,
                            ssrc,
                            ntp,
                            rtp_time,
                            arrival: call.clock.at(now),
                        });
                    }
                }
                Output::KeyframeRequested(line) => {
                    self.with_relay(now, call, |relay, actions| {
                        relay.keyframe_requested(now, leg, line, actions);
                    });
                }
                Output::LossReport(report) => {
                    self.with_relay(now, call, |relay, actions| {
                        relay.loss_report(leg, report, actions);
                    });
                }
                Output::Remb(bits_per_second) => {
                    self.with_relay(now, call, |relay, actions| {
                        relay.remb(leg, bits_per_second, actions);
                    });
                }
                Output::Connected => {
                    let at = self.calls.get(&call).map(|call| call.clock.at(now));
                    self.push_event(at.map(|at| MediaEvent::LegConnected { call, leg, at }));
                    self.with_relay(now, call, |relay, actions| {
                        relay.connected(now, leg, actions);
                    });
                }
                Output::Closed => {
                    self.with_relay(now, call, |relay, actions| relay.remove(leg, actions));
                }
            }
        }
    }

    fn rtp(&mut self, now: Instant, call_id: CallId, leg: LegId, rtp: RtpIn) {
        let Some(Some(track)) = self.with_relay(now, call_id, |relay, actions| {
            relay.rtp(now, leg, &rtp, actions)
        }) else {
            self.stats.duplicates += 1;
            return;
        };
        let Some(call) = self.calls.get_mut(&call_id) else {
            return;
        };
        let Some(tapped) = &mut call.tap else {
            return;
        };
        let arrival = call.clock.at(now);
        tapped.tap.offer(Tap::Rtp(TapPacket {
            seat: track.seat,
            arrival,
            rtp,
        }));
        if tapped.heard.insert(track) {
            let recording = tapped.recording;
            self.push_event(Some(MediaEvent::TrackRecorded {
                call: call_id,
                recording,
                track,
                at: arrival,
            }));
        }
    }

    /// Asks the recorders which pictures need a key frame.
    pub(super) fn ask_taps(&mut self, now: Instant) {
        let mut wanted = Vec::new();
        for (call, state) in &self.calls {
            if let Some(tapped) = &state.tap {
                wanted.extend(tapped.tap.keyframes_wanted().map(|wanted| (*call, wanted)));
            }
        }
        for (call, (track, need)) in wanted {
            self.with_relay(now, call, |relay, actions| {
                relay.recorder_needs_keyframe(now, track, need, actions);
            });
        }
    }

    /// Runs one step of a call's relay and does what it asks. `None` when there is no such call.
    pub(super) fn with_relay<T>(
        &mut self,
        now: Instant,
        call: CallId,
        step: impl FnOnce(&mut Relay, &mut Vec<Action>) -> T,
    ) -> Option<T> {
        let mut actions = std::mem::take(&mut self.actions);
        let state = self.calls.get_mut(&call)?;
        let result = step(&mut state.relay, &mut actions);
        let next = state
            .relay
            .poll_timeout()
            .map(|next| next.max(now + LEAST_SLEEP));
        self.deadlines.set_no_later(Timer::Call(call), next);
        for action in actions.drain(..) {
            self.act(now, call, action);
        }
        self.actions = actions;
        Some(result)
    }

    fn act(&mut self, now: Instant, call: CallId, action: Action) {
        // Of a call that has just ended nothing is told.
        let at = |core: &Self, moment| Some(core.calls.get(&call)?.clock.at(moment));
        match action {
            Action::Forward { to, rtp } => {
                if let Some(peer) = self.peers.get_mut(to) {
                    peer.engine.write_rtp(now, rtp);
                    self.dirty.insert(to);
                    self.stats.forwarded += 1;
                }
            }
            Action::RequestKeyframe { leg, kind } => {
                if let Some(peer) = self.peers.get_mut(leg) {
                    peer.engine.request_keyframe(kind);
                    self.dirty.insert(leg);
                    self.stats.keyframe_requests += 1;
                }
            }
            Action::LimitBitrate {
                leg,
                bits_per_second,
            } => {
                if let Some(peer) = self.peers.get_mut(leg) {
                    peer.engine.send_remb(bits_per_second);
                    self.dirty.insert(leg);
                }
            }
            Action::Closed { leg, last_heard } => {
                if let Some(mut peer) = self.peers.remove(leg) {
                    self.stats.feedback += peer.engine.feedback_stats();
                    peer.engine.close();
                    while let Some(output) = peer.engine.poll() {
                        if let Output::Transmit { dest, bytes } = output {
                            self.transmits.push(Transmit { dest, bytes });
                        }
                    }
                }
                self.dirty.remove(&leg);
                self.deadlines.set(Timer::Leg(leg), None);
                self.push_event(
                    at(self, last_heard).map(|last_packet_at| MediaEvent::LegClosed {
                        call,
                        leg,
                        last_packet_at,
                    }),
                );
            }
            Action::Silent { leg, last_heard } => {
                self.push_event(
                    at(self, last_heard).map(|last_packet_at| MediaEvent::LegSilent {
                        call,
                        leg,
                        last_packet_at,
                    }),
                );
            }
            Action::Back { leg } => {
                self.push_event(at(self, now).map(|at| MediaEvent::LegBack { call, leg, at }));
            }
        }
    }

    fn push_event(&mut self, event: Option<MediaEvent>) {
        let Some(event) = event else { return };
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
            self.stats.events_lost += 1;
        }
        self.events.push_back(event);
    }
}
