//! The line, looked at once a second while a connection carries the call: judged, told to the other side, and what
//! is sent fitted to it.

use super::{Driver, Inner};
use crate::{
    browser,
    call::engine::{
        devices::Track,
        jitter_buffer::JitterBufferTarget,
        liveness::DeadPeerDetector,
        machine::Input,
        quality::{self, Counters, Judge, Plan, Sending},
    },
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::call::quality::LineLevel;
use orderline_protocol::{call::CallClientFrame, quality::QualitySample};
use std::{cell::RefCell, rc::Rc};

/// From one look to the next, in milliseconds of the driver's own tick.
const EVERY_MS: u64 = 1_000;
/// The same while nothing comes.
const SOON_MS: u64 = 500;
/// How often the server is told when nothing changes, in milliseconds.
const TELL_EVERY_MS: u64 = 5_000;

/// What the page shows of the line.
#[derive(Clone, Copy)]
pub struct LineShown {
    /// The last second; nothing before the first.
    pub sample: RwSignal<Option<QualitySample>>,
    pub level: RwSignal<LineLevel>,
    /// The own camera is paused so that the sound gets through.
    pub paused: RwSignal<bool>,
}

#[derive(Default)]
struct Seen {
    /// The connection that was counted, by its number.
    peer: Option<u32>,
    before: Option<Counters>,
    looked_at: u64,
    liveness: DeadPeerDetector,
    judge: Judge,
    sending: Sending,
    plan: Option<Plan>,
    jitter_buffer: JitterBufferTarget,
    /// The target that is set now.
    target_ms: Option<u32>,
    /// What happened since the server was told last: the worst of it.
    worst: Option<QualitySample>,
    told: Option<(u64, LineLevel)>,
}

/// Looks at the line.
pub struct Watch {
    pub line: LineShown,
    seen: RefCell<Seen>,
}

impl Watch {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self {
            line: LineShown {
                sample: RwSignal::new(None),
                level: RwSignal::new(LineLevel::Good),
                paused: RwSignal::new(false),
            },
            seen: RefCell::default(),
        }
    }

    /// Forgets the call.
    pub fn stop(&self) {
        self.seen.take();
        self.line.sample.set(None);
        self.line.level.set(LineLevel::Good);
        self.line.paused.set(false);
    }
}

impl Driver {
    /// How the line is.
    pub fn line(self) -> LineShown {
        self.inner().watch.line
    }
}

impl Inner {
    /// Looks at the line if it is time.
    pub(super) fn look_at_line(self: &Rc<Self>) {
        let now = browser::steady_ms();
        let Some((number, counting)) = self.counting(now) else {
            return;
        };
        {
            let mut seen = self.watch.seen.borrow_mut();
            let every = if seen.liveness.is_quiet() {
                SOON_MS
            } else {
                EVERY_MS
            };
            if now.saturating_sub(seen.looked_at) < every {
                return;
            }
            seen.looked_at = now;
            if seen.peer != Some(number) {
                // Another connection counts from zero, and has its senders as the browser made them.
                seen.peer = Some(number);
                seen.before = None;
                seen.liveness = DeadPeerDetector::default();
                seen.plan = None;
                seen.target_ms = None;
            }
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            if let Some(counted) = counting.await {
                inner.counted(number, counted);
            }
        });
    }

    fn counted(self: &Rc<Self>, number: u32, counted: Counters) {
        let devices = self.devices.borrow();
        let camera = devices.track(Track::Camera).is_some();
        let screen = devices.track(Track::Screen).is_some();
        drop(devices);
        let mut seen = self.watch.seen.borrow_mut();
        if seen.peer != Some(number) {
            return;
        }
        let dead = seen.liveness.update(counted.at_ms, counted.came());
        let quiet = seen.liveness.is_quiet();
        drop(seen);
        if dead || !quiet {
            self.step(Input::Silence { peer: number, dead });
        }
        let theirs = self.theirs();
        let mut seen = self.watch.seen.borrow_mut();
        let before = seen.before.replace(counted);
        let Some(mut sample) = before.and_then(|before| quality::between(&before, &counted)) else {
            return;
        };
        let plan = seen.sending.take(&sample, camera, screen);
        sample.level = seen.judge.take(&sample);
        sample.picture_held = camera && plan.holds_back();
        let target_ms = seen.jitter_buffer.update(&sample, theirs);
        let new_target = seen.target_ms.replace(target_ms) != Some(target_ms);
        let new_plan = seen.plan.replace(plan) != Some(plan);
        let frame = seen.telling(sample, counted.at_ms);
        drop(seen);
        if new_plan {
            self.apply_plan(&plan);
        }
        if new_target {
            self.set_jitter_buffer_target(target_ms);
        }
        let paused = camera && plan.camera.is_none();
        if self.devices.borrow_mut().pause_camera(paused) {
            self.watch.line.paused.set(paused);
            self.media_changed();
        }
        self.watch.line.sample.set(Some(sample));
        if self.watch.line.level.get_untracked() != sample.level {
            self.watch.line.level.set(sample.level);
        }
        if let Some(frame) = frame {
            self.tell_server(&frame);
        }
    }

    /// How the worst line of the others is.
    fn theirs(&self) -> LineLevel {
        self.shown.with_untracked(|shown| {
            let others = shown.iter().flat_map(|it| [&it.peer, &it.second]);
            let lines = others.filter_map(|other| other.as_ref()?.line);
            lines.max().unwrap_or_default()
        })
    }

    /// Takes the paused picture up again; what the line bears shows soon.
    pub(super) fn unpause_camera(self: &Rc<Self>) {
        let mut seen = self.watch.seen.borrow_mut();
        seen.sending.try_again();
        seen.plan = None;
        drop(seen);
        self.devices.borrow_mut().pause_camera(false);
        self.watch.line.paused.set(false);
        self.media_changed();
    }
}

impl Seen {
    /// What the server is to hear now: the worst of the last seconds, at once when the level changes.
    fn telling(&mut self, sample: QualitySample, now: u64) -> Option<CallClientFrame> {
        let worst = self.worst.map_or(sample, |worst| QualitySample {
            loss_in: worst.loss_in.max(sample.loss_in),
            loss_out: worst.loss_out.max(sample.loss_out),
            concealed: worst.concealed.max(sample.concealed),
            rtt_ms: worst.rtt_ms.max(sample.rtt_ms),
            jitter_ms: worst.jitter_ms.max(sample.jitter_ms),
            frozen_ms: worst.frozen_ms.saturating_add(sample.frozen_ms),
            ..sample
        });
        let due = self.told.is_none_or(|(at, level)| {
            level != sample.level || now.saturating_sub(at) >= TELL_EVERY_MS
        });
        if !due {
            self.worst = Some(worst);
            return None;
        }
        self.worst = None;
        self.told = Some((now, sample.level));
        Some(CallClientFrame::Quality { sample: worst })
    }
}
