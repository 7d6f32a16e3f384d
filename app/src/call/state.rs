//! The calls of this person: what rings, what runs, and this tab's part in it.

use super::{
    engine::{
        driver::Driver,
        machine::{Line, Over, Shown},
        memory,
        sound::{self, Ringing, Tone},
    },
    hand_over::state::HandOvers,
    talk::state::{Talk, TalkNews},
};
use crate::{locale::problem_text, realtime::News, thread::state::workspace::Workspace};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    ids::{CallId, ThreadId},
    people::side::Side,
};
use orderline_protocol::{
    call::{CallPhase, CallView},
    hand_over::HandOverStep,
    problem::Problem,
    socket::{Answer, Command, CommandResult, ServerSignal, TalkStep},
};
use std::{collections::BTreeMap, time::Duration};

/// How long the line about an ended call stays when nobody closes it.
const ENDED_SHOWN: Duration = Duration::from_secs(12);
/// How often durations and countdowns are drawn anew.
const CLOCK: Duration = Duration::from_millis(500);
/// Live calls held at a time; a person has one, rarely two.
const MAX_CALLS: usize = 50;

/// The shared store. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Calls {
    pub workspace: Workspace,
    pub driver: Driver,
    live: RwSignal<BTreeMap<CallId, CallView>>,
    /// The call that was over last: news of it that come late do not bring it back.
    over: StoredValue<Option<CallId>>,
    /// The call that ended last, as long as its line is shown.
    ended: RwSignal<Option<CallView>>,
    /// What went wrong with the last wish, in words.
    problem: RwSignal<Option<String>>,
    /// A wish is on its way.
    busy: RwSignal<bool>,
    now: RwSignal<jiff::Timestamp>,
    ringing: StoredValue<Option<Ringing>, LocalStorage>,
    talk: Talk,
    hand_overs: HandOvers,
}

impl Calls {
    /// The store of this page; hears every call from now on.
    pub fn new(workspace: &Workspace) -> Self {
        let calls = Self {
            workspace: *workspace,
            driver: Driver::new(workspace.client),
            live: RwSignal::new(BTreeMap::new()),
            over: StoredValue::new(None),
            ended: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            now: RwSignal::new(workspace.client.now()),
            ringing: StoredValue::new_local(None),
            talk: Talk::new(),
            hand_overs: HandOvers::new(),
        };
        workspace.client.listen(move |news| calls.hear(news));
        // The clock runs only while something is counted: an idle page draws nothing.
        set_interval(
            move || {
                let counts = calls.live.with_untracked(|live| !live.is_empty())
                    || calls.hand_overs.is_open();
                if counts {
                    calls.now.set(calls.workspace.client.now());
                }
            },
            CLOCK,
        );
        calls.sound_changes();
        calls.say_refusals();
        calls.talk.watch(calls.mine(), calls.is_seller());
        calls
    }

    /// The store that the page runs in.
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// The server's time, moving while a call lives.
    pub fn now(self) -> Signal<jiff::Timestamp> {
        self.now.into()
    }

    /// The live call of a thread.
    pub fn of_thread(self, thread: ThreadId) -> Memo<Option<CallView>> {
        Memo::new(move |_| {
            self.live
                .with(|live| live.values().find(|call| call.thread == thread).cloned())
        })
    }

    /// The call that rings for this person.
    pub fn incoming(self) -> Memo<Option<CallView>> {
        let me = self.workspace.session.user();
        Memo::new(move |_| {
            self.live.with(|live| {
                live.values()
                    .find(|call| call.callee.user == me && call.phase == CallPhase::Ringing)
                    .cloned()
            })
        })
    }

    /// This tab's part, unless it is over.
    pub fn mine(self) -> Memo<Option<Shown>> {
        let shown = self.driver.shown();
        Memo::new(move |_| {
            shown
                .get()
                .filter(|shown| !matches!(shown.line, Line::Over(_)))
        })
    }

    /// Whether this page is in a call.
    pub fn runs_here(self) -> Signal<bool> {
        let mine = self.mine();
        Signal::derive(move || mine.with(Option::is_some))
    }

    /// The call that ended last, for its line.
    pub fn ended(self) -> RwSignal<Option<CallView>> {
        self.ended
    }

    /// What went wrong, in words.
    pub fn problem(self) -> RwSignal<Option<String>> {
        self.problem
    }

    /// Whether a wish is on its way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Rings the buyer of this thread.
    pub fn start(self, thread: ThreadId) {
        self.wish(Command::StartCall { thread }, move |call| {
            if call.phase.is_live() {
                self.driver.enter(call);
            }
        });
    }

    /// Accepts a ringing call and takes part here. `agreed` tells whether the person agrees to the recording that
    /// they were asked for.
    pub fn accept(self, call: &CallView, agreed: bool) {
        let answer = Answer::Accept {
            wording_hash: agreed.then(|| call.notice.wording_hash.clone()),
            language: agreed.then(|| call.notice.language.clone()),
        };
        self.wish(
            Command::AnswerCall {
                call: call.call,
                answer,
            },
            move |call| {
                if call.phase.is_live() {
                    self.driver.enter(call);
                }
            },
        );
    }

    /// A step towards a recording, or back.
    pub fn talk(self, call: CallId, step: TalkStep) {
        self.talk.took(&step);
        self.wish(Command::ContractTalk { call, step }, |_| {});
    }

    /// Agrees to be recorded in the words that were read.
    pub fn agree(self, call: &CallView) {
        let step = TalkStep::Accept {
            wording_hash: call.notice.wording_hash.clone(),
            language: call.notice.language.clone(),
        };
        self.talk(call.call, step);
    }

    /// What the other side decided about the recording, and who it is; until it is put away.
    pub fn talk_news(self) -> RwSignal<Option<(TalkNews, String)>> {
        self.talk.news
    }

    /// Declines a ringing call, perhaps with a reason and a time that would suit better.
    pub fn decline(self, call: CallId, reason: Option<String>, call_at: Option<jiff::Timestamp>) {
        self.wish(
            Command::AnswerCall {
                call,
                answer: Answer::Decline { reason, call_at },
            },
            |_| {},
        );
    }

    /// Ends a call, or takes it back while it rings.
    pub fn hang_up(self, call: CallId) {
        if self.driver.current() == Some(call) {
            self.driver.hang_up();
        } else {
            self.wish(Command::HangUp { call }, |_| {});
        }
    }

    /// Brings a call that runs in another tab, or that this page has left, into this one.
    pub fn join_here(self, call: CallView) {
        self.driver.enter(call);
    }

    /// A step of a hand-over. Whoever accepts takes part here.
    pub fn hand_over(self, call: CallId, step: HandOverStep) {
        let accepts = step == HandOverStep::Accept;
        self.wish(Command::HandOver { call, step }, move |call| {
            if accepts && call.phase.is_live() {
                self.driver.enter(call);
            }
        });
    }

    /// What colleagues ask of each other.
    pub const fn hand_overs(self) -> HandOvers {
        self.hand_overs
    }

    pub(super) fn wish(self, command: Command, then: impl FnOnce(CallView) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.ended.set(None);
        let reply = self.workspace.client.send_command(command);
        spawn_local(async move {
            match reply.await {
                CommandResult::Call { call } => {
                    self.take(&call);
                    then(*call);
                }
                CommandResult::Failed { problem } => self.failed(problem),
                // Not the answer to a call's command; its news comes all the same.
                CommandResult::Done { .. }
                | CommandResult::Offer { .. }
                | CommandResult::Order { .. }
                | CommandResult::Policy { .. }
                | CommandResult::Saved { .. } => {}
            }
            self.busy.set(false);
        });
    }

    fn failed(self, problem: Problem) {
        self.problem
            .set(Some(problem_text(&crate::api::Failure::Problem(problem))));
    }

    fn hear(self, news: &News) {
        match news {
            News::Welcome { calls } => {
                self.welcome(calls);
                if self.is_seller() {
                    self.hand_overs.fetch();
                }
            }
            News::Signal(ServerSignal::Call { call }) => self.take(call),
            // The thread's last call: that one of long ago is over is no news.
            News::State(state) => {
                if let Some(call) = state.call.as_ref().filter(|call| self.is_news(call)) {
                    self.take(call);
                }
            }
            News::Signal(ServerSignal::HandOver { hand_over }) => {
                self.hand_overs.take((**hand_over).clone());
            }
            News::Snapshot(snapshot) => {
                if let Some(call) = &snapshot.call {
                    self.take(call);
                }
            }
            News::Signal(_) | News::Event { .. } | News::Refetch { .. } => {}
        }
    }

    fn welcome(self, calls: &[CallView]) {
        self.now.set(self.workspace.client.now());
        let live = calls
            .iter()
            .take(MAX_CALLS)
            .map(|call| (call.call, call.clone()))
            .collect();
        self.live.set(live);
        let current = self.driver.current();
        for call in calls {
            self.driver.news(call.clone());
        }
        if current.is_some_and(|current| calls.iter().all(|call| call.call != current)) {
            self.driver.gone();
        }
        if current.is_none()
            && let Some(remembered) = memory::remembered()
        {
            match calls.iter().find(|call| call.call == remembered) {
                Some(call) => self.driver.enter(call.clone()),
                None => memory::forget(),
            }
        }
    }

    /// Whether a call that was missed lives, or was known to live.
    fn is_news(self, call: &CallView) -> bool {
        call.phase.is_live()
            || self
                .live
                .with_untracked(|live| live.contains_key(&call.call))
    }

    fn take(self, call: &CallView) {
        let known = self
            .live
            .with_untracked(|live| live.get(&call.call).cloned());
        if known
            .as_ref()
            .is_some_and(|known| known.version > call.version)
            || self.over.get_value() == Some(call.call)
        {
            return;
        }
        let here = self.driver.current() == Some(call.call);
        if call.phase.is_live() {
            self.live.update(|live| {
                if live.len() < MAX_CALLS || live.contains_key(&call.call) {
                    live.insert(call.call, call.clone());
                }
            });
            self.now.set(self.workspace.client.now());
        } else {
            self.live.update(|live| {
                live.remove(&call.call);
            });
            self.over.set_value(Some(call.call));
            let called = call.caller.user == self.workspace.session.user();
            let missed =
                matches!(call.phase, CallPhase::NoAnswer | CallPhase::Cancelled) && !called;
            let over_here = self.driver.shown().with_untracked(|shown| {
                shown
                    .as_ref()
                    .is_some_and(|shown| shown.call.call == call.call)
            });
            let own = called || call.callee.user == self.workspace.session.user();
            if here
                || over_here
                || (own && (missed || (called && known.is_some())))
                || call.phase == CallPhase::Busy
            {
                self.show_ended(call.clone());
            }
        }
        self.driver.news(call.clone());
    }

    fn show_ended(self, call: CallView) {
        let id = call.call;
        self.ended.set(Some(call));
        set_timeout(
            move || {
                if self
                    .ended
                    .with_untracked(|held| held.as_ref().is_some_and(|held| held.call == id))
                {
                    self.ended.set(None);
                }
            },
            ENDED_SHOWN,
        );
    }

    /// A way into the call that is closed for good is said in words.
    fn say_refusals(self) {
        let shown = self.driver.shown();
        let refused = Memo::new(move |_| {
            shown.with(|shown| match shown.as_ref().map(|shown| &shown.line) {
                Some(Line::Over(Over::Refused(problem))) => Some(problem.clone()),
                _ => None,
            })
        });
        Effect::new(move |_| {
            if let Some(problem) = refused.get() {
                self.failed(problem);
            }
        });
    }

    /// Rings while it rings, and says by a tone that the call began or ended.
    fn sound_changes(self) {
        let incoming = self.incoming();
        let asked = self.hand_overs.incoming(self.workspace.session.user());
        let mine = self.mine();
        let tone = Memo::new(move |_| {
            if incoming.with(Option::is_some) || asked.with(Option::is_some) {
                Some(Tone::Ring)
            } else {
                mine.with(|mine| mine.as_ref().is_some_and(|mine| mine.line == Line::Ringing))
                    .then_some(Tone::Ringback)
            }
        });
        Effect::new(move |_| {
            let wanted = tone.get();
            self.ringing.set_value(wanted.and_then(Ringing::start));
        });
        let connected = Memo::new(move |_| {
            mine.with(|mine| mine.as_ref().map(|mine| mine.line == Line::Connected))
        });
        Effect::new(move |before: Option<Option<bool>>| {
            let now = connected.get();
            match (before.flatten(), now) {
                (Some(false), Some(true)) => sound::play(Tone::Joined),
                (Some(true), None) => sound::play(Tone::Ended),
                _ => {}
            }
            now
        });
    }

    /// Whether this person is the seller of their threads.
    pub fn is_seller(self) -> bool {
        Side::of(self.workspace.session.role()) == Side::Seller
    }
}
