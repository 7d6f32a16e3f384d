//! One call's task: owns its room, carries the room's effects out.

use super::{
    events::{Effect, Input, NewLeg, RelayUse},
    notes::{Note, Notes},
    own::Own,
    quality::Timeline,
    room::Room,
};
use crate::{
    failure::Failure,
    live::calls::{Join, Joined, Message},
    usecase::{Runner, recording::live::Heard},
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::{
    call::{Call, leg, mode::Route},
    clock::ClockPair,
    ids::{CallId, LegId, RecordingId},
};
use orderline_media::{JoinSpec, MediaError, MediaEvent, Micros, node::MediaNode};
use orderline_protocol::{
    call::{CallClientFrame, CallServerFrame},
    problem::Code,
};
use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use tokio::sync::mpsc;

/// Messages that wait for one call.
pub(super) const QUEUE: usize = 256;
/// How often a call looks at its deadlines, and tries again what failed.
const TICK: Duration = Duration::from_millis(250);

/// Runs a call until it is over or the process stops.
pub(super) async fn run(
    run: Runner,
    media: MediaNode,
    record: Call,
    queue: mpsc::Sender<Message>,
    mut inbox: mpsc::Receiver<Message>,
) -> CallId {
    let call = record.call;
    let mut actor = CallActor {
        notes: Notes::begin(run.clone(), record.vendor, call),
        own: Own {
            run,
            vendor: record.vendor,
            call,
        },
        media,
        queue: queue.downgrade(),
        room: Room::new(record.clone()),
        sockets: HashMap::new(),
        wanted: RelayUse::Off,
        running: RelayUse::Off,
        moved: None,
        finished: false,
        timeline: Timeline::default(),
    };
    drop(queue);
    actor.take(Input::Changed(Box::new(record))).await;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !actor.finished {
        tokio::select! {
            message = inbox.recv() => match message {
                Some(message) => actor.message(message).await,
                None => break,
            },
            _ = tick.tick() => {
                // Whoever came back while this task had to wait is not taken for gone.
                for _ in 0..QUEUE {
                    let Ok(message) = inbox.try_recv() else { break };
                    actor.message(message).await;
                }
                actor.use_relay().await;
                actor.keep_moved().await;
                actor.take(Input::Tick).await;
                actor.timeline.write(&actor.own.run, actor.room.call(), false).await;
            }
        }
    }
    actor
        .timeline
        .write(&actor.own.run, actor.room.call(), true)
        .await;
    actor.close().await;
    actor.notes.end().await;
    inbox.close();
    while let Ok(message) = inbox.try_recv() {
        if let Message::Join(join) = message {
            join.refuse(Code::CallOver.into());
        }
    }
    call
}

struct CallActor {
    own: Own,
    media: MediaNode,
    /// For the sockets that join; weak, so that the desk alone keeps the task alive.
    queue: mpsc::WeakSender<Message>,
    room: Room,
    sockets: HashMap<LegId, mpsc::Sender<CallServerFrame>>,
    /// What the relay is to do for the call, and what it does.
    wanted: RelayUse,
    running: RelayUse,
    /// A span that is not saved yet.
    moved: Option<(Option<RecordingId>, Timestamp)>,
    finished: bool,
    timeline: Timeline,
    notes: Notes,
}

impl CallActor {
    async fn message(&mut self, message: Message) {
        match message {
            Message::Changed(record) => self.take(Input::Changed(record)).await,
            Message::Join(join) => self.join(join).await,
            Message::Frame { leg, frame } => self.frame(leg, frame).await,
            Message::Here(user) => self.take(Input::Here { user }).await,
            Message::SocketGone { leg } => self.socket_gone(leg).await,
            Message::SessionOver { leg } => {
                // The media side says that the leg has closed, as for any other.
                self.remove_leg(leg).await;
                self.socket_gone(leg).await;
            }
            Message::Media(event) => self.media_event(event).await,
            Message::Cut => {
                let call = self.room.call().call;
                match self.media.cut_recording(call).await {
                    Ok(()) | Err(MediaError::UnknownCall) => {}
                    Err(error) => {
                        tracing::warn!(%error, call.id = %call, "a segment cannot be cut");
                    }
                }
            }
            Message::Version(version) => {
                if version != Some(self.room.call().version) {
                    self.read_again().await;
                }
            }
            Message::Stop => self.finished = true,
        }
    }

    async fn socket_gone(&mut self, leg: LegId) {
        self.sockets.remove(&leg);
        let route = self.room.route_of(leg);
        self.take(Input::SocketGone { leg }).await;
        // Of the others the media side says when they end.
        if route == Some(Route::Private) {
            self.closed(leg, self.own.run.env.clock.now()).await;
        }
    }

    async fn closed(&mut self, leg: LegId, last_packet: Timestamp) {
        let at = self.own.run.env.clock.now();
        let note = Note::Closed {
            leg,
            last_packet,
            at,
        };
        self.notes.take(note).await;
    }

    async fn frame(&mut self, leg: LegId, frame: CallClientFrame) {
        match frame {
            CallClientFrame::Media { media } => self.take(Input::Media { leg, media }).await,
            CallClientFrame::Leaving => self.take(Input::Leaving { leg }).await,
            CallClientFrame::HangUp => {
                let Some(user) = self.room.user_of(leg) else {
                    return;
                };
                match self.own.hang_up(user).await {
                    Ok(Some(record)) => self.take(Input::Changed(Box::new(record))).await,
                    Ok(None) => {}
                    Err(failure) => self.complain("hanging up", &failure),
                }
            }
            CallClientFrame::Ping { n } => self.send(leg, CallServerFrame::Pong { n }),
            CallClientFrame::Private { pair, body } => {
                self.take(Input::Signal { leg, pair, body }).await;
            }
            CallClientFrame::Link { up } => {
                self.take(Input::Link { leg, up }).await;
                if up {
                    let at = self.own.run.env.clock.now();
                    self.notes.take(Note::Connected { leg, at }).await;
                }
            }
            CallClientFrame::Quality { sample } => {
                if let Some(seat) = self.room.seat_of(leg) {
                    let at = self.now();
                    self.timeline.take(seat, sample.into(), at);
                    let level = sample.level;
                    self.take(Input::Quality { leg, level }).await;
                }
            }
            CallClientFrame::Join { .. } => {
                self.send(
                    leg,
                    CallServerFrame::Refused {
                        problem: Code::Conflict.into(),
                    },
                );
            }
        }
    }

    async fn join(&mut self, join: Join) {
        let route = if join.sdp.is_some() {
            Route::Relay
        } else {
            Route::Private
        };
        if let Err(code) = self.room.may_join(route) {
            return join.refuse(code.into());
        }
        if route == Route::Relay && self.running == RelayUse::Off {
            return join.refuse(Code::Unavailable.into());
        }
        let record = self.room.call().clone();
        let Some((seat, _)) = record.party(join.user) else {
            return join.refuse(Code::NotFound.into());
        };
        let leg = LegId::from_uuid(self.own.run.env.entropy.uuid(self.own.run.env.clock.now()));
        let sdp = match join.sdp {
            None => None,
            Some(offer_sdp) => {
                let spec = JoinSpec {
                    call: record.call,
                    leg,
                    seat,
                    lane: record.lane_of(seat),
                    offer_sdp,
                };
                match self.media.join(spec).await {
                    Ok(sdp) => Some(sdp),
                    Err(error) => {
                        // Says what the offer lacked, never the offer.
                        tracing::warn!(%error, call.id = %record.call, "a participant cannot join");
                        // A socket that has gone needs no answer.
                        let _ = join.reply.send(Err(refusal(&error).into()));
                        return;
                    }
                }
            }
        };
        let Some(queue) = self.queue.upgrade() else {
            return;
        };
        if join.reply.send(Ok(Joined { leg, call: queue })).is_err() {
            self.remove_leg(leg).await;
            return;
        }
        self.sockets.insert(leg, join.frames);
        self.take(Input::Joined(Box::new(NewLeg {
            seat,
            leg,
            epoch: record.epoch,
            sdp,
            ice: self
                .own
                .run
                .env
                .turn
                .servers(join.user, self.own.run.env.clock.now()),
            relay_only: self.own.run.env.turn.only(),
            media: join.media,
        })))
        .await;
        let new = leg::NewLeg {
            leg,
            user: join.user,
            route,
            at: self.own.run.env.clock.now(),
        };
        let call = Box::new(record);
        self.notes.take(Note::Opened { call, leg: new }).await;
    }

    async fn media_event(&mut self, event: MediaEvent) {
        match event {
            MediaEvent::LegConnected { leg, at, .. } => {
                self.take(Input::LegConnected { leg }).await;
                let at = self.wall(at);
                self.notes.take(Note::Connected { leg, at }).await;
            }
            MediaEvent::LegBack { leg, .. } => self.take(Input::LegBack { leg }).await,
            MediaEvent::LegSilent {
                leg,
                last_packet_at,
                ..
            } => {
                let last_packet = self.pair(last_packet_at);
                self.take(Input::LegSilent { leg, last_packet }).await;
            }
            MediaEvent::LegClosed {
                leg,
                last_packet_at,
                ..
            } => {
                let last_packet = self.pair(last_packet_at);
                self.take(Input::LegClosed { leg, last_packet }).await;
                self.closed(leg, last_packet.wall).await;
            }
            MediaEvent::TrackRecorded {
                call,
                recording,
                track,
                at,
            } => {
                let heard = Heard {
                    call,
                    recording,
                    track,
                    at: self.wall(at),
                };
                match self.own.heard(heard).await {
                    Ok(Some(record)) => self.take(Input::Changed(Box::new(record))).await,
                    Ok(None) => {}
                    Err(failure) => self.complain("noting a track", &failure),
                }
            }
            MediaEvent::SegmentReady(_)
            | MediaEvent::RecordingClosed { .. }
            | MediaEvent::Trouble { .. } => {}
        }
    }

    /// Steps the room and carries its effects out, those included that the effects lead to.
    async fn take(&mut self, input: Input) {
        let at = self.now();
        let mut effects = VecDeque::from(self.room.step(input, at));
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Send { leg, frame } => self.send(leg, frame),
                Effect::CloseSocket { leg } => {
                    self.sockets.remove(&leg);
                }
                Effect::RemoveLeg { leg } => self.remove_leg(leg).await,
                Effect::Relay(wanted) => {
                    self.wanted = wanted;
                    self.use_relay().await;
                }
                Effect::Moved { recording, at } => {
                    self.moved = Some((recording, at.wall));
                    self.keep_moved().await;
                }
                Effect::RefusedSignal => {
                    metrics::counter!("orderline_call_signals_refused").increment(1);
                }
                Effect::Step(step) => {
                    match self.own.step(step).await {
                        Ok(Some(record)) if record.version > self.room.call().version => {
                            let at = self.now();
                            effects.extend(self.room.step(Input::Changed(Box::new(record)), at));
                        }
                        Ok(_) => {}
                        // The next tick asks again.
                        Err(failure) => self.complain("saving a step", &failure),
                    }
                }
                Effect::Finish => self.finished = true,
            }
        }
    }

    /// Brings the relay and the recorder to what the call needs; what fails is tried again at the next tick.
    async fn use_relay(&mut self) {
        if self.running == self.wanted || self.finished {
            return;
        }
        let call = self.room.call();
        let call_id = call.call;
        let done = match (self.running, self.wanted) {
            (_, RelayUse::Off) => match self.media.end_call(call_id).await {
                Ok(()) | Err(MediaError::UnknownCall) => Ok(()),
                Err(error) => Err(error.to_string()),
            },
            (running, RelayUse::On { recording }) => {
                match self.own.media_spec(call, recording).await {
                    Ok(spec) if running == RelayUse::Off => self.media.create_call(spec).await,
                    Ok(spec) => self.media.record(spec).await,
                    Err(failure) => {
                        self.complain("opening a recording", &failure);
                        return;
                    }
                }
                .map_err(|error| error.to_string())
            }
        };
        match done {
            Ok(()) => self.running = self.wanted,
            Err(error) => {
                tracing::error!(error, call.id = %call_id, "the relay cannot do what a call needs yet");
            }
        }
    }

    /// Saves the span that began; what fails is tried again at the next tick.
    async fn keep_moved(&mut self) {
        let Some((recording, at)) = self.moved else {
            return;
        };
        match self.own.moved(recording, at).await {
            Ok(()) => self.moved = None,
            Err(failure) => self.complain("saving a span", &failure),
        }
    }

    async fn read_again(&mut self) {
        let call = self.own.call;
        match self.own.read().await {
            Ok(Some(record)) if record.node != self.own.run.env.node => {
                tracing::warn!(call.id = %call, "another node has taken this call over");
                self.finished = true;
            }
            Ok(Some(record)) => self.take(Input::Changed(Box::new(record))).await,
            Ok(None) => self.finished = true,
            Err(failure) => self.complain("reading the call", &failure),
        }
    }

    async fn remove_leg(&mut self, leg: LegId) {
        let call = self.room.call().call;
        match self.media.leave(call, leg).await {
            Ok(()) | Err(MediaError::UnknownLeg | MediaError::UnknownCall) => {}
            Err(error) => tracing::warn!(%error, call.id = %call, "a leg cannot be removed"),
        }
    }

    async fn close(&mut self) {
        self.sockets.clear();
        if self.running != RelayUse::Off {
            let call = self.room.call().call;
            match self.media.end_call(call).await {
                Ok(()) | Err(MediaError::UnknownCall) => {}
                Err(error) => {
                    tracing::warn!(%error, call.id = %call, "a call's media cannot be ended");
                }
            }
        }
    }

    /// A socket that does not take its frames is closed; its page comes back with a new ticket.
    fn send(&mut self, leg: LegId, frame: CallServerFrame) {
        if let Some(socket) = self.sockets.get(&leg)
            && socket.try_send(frame).is_err()
        {
            self.sockets.remove(&leg);
        }
    }

    fn complain(&self, what: &'static str, failure: &Failure) {
        tracing::warn!(error = %failure, call.id = %self.room.call().call, what, "a call's task");
    }

    /// Both clocks of this process.
    fn now(&self) -> ClockPair {
        self.own.run.env.clock.pair(self.own.run.env.node)
    }

    fn wall(&self, at: Micros) -> Timestamp {
        i64::try_from(at)
            .ok()
            .and_then(|at| Timestamp::from_microsecond(at).ok())
            .unwrap_or(self.own.run.env.clock.now())
    }

    /// A moment of the media side on both of this process's clocks.
    fn pair(&self, at: Micros) -> ClockPair {
        let now = self.now();
        let wall = self.wall(at).min(now.wall);
        let back: SignedDuration = now.wall.duration_since(wall);
        let back = u64::try_from(back.as_millis()).unwrap_or(0);
        ClockPair {
            node: now.node,
            monotonic_ms: now.monotonic_ms.saturating_sub(back),
            wall,
        }
    }
}

const fn refusal(error: &MediaError) -> Code {
    match error {
        MediaError::BadOffer(_) => Code::Malformed,
        MediaError::UnknownCall | MediaError::UnknownLeg => Code::CallOver,
        MediaError::Full(_) | MediaError::Stopped | MediaError::Io(_) => Code::Unavailable,
    }
}
