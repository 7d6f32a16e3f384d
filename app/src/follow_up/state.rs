//! What is planned before calls, noted after them and still to be done.

use crate::{
    api,
    load::Load,
    locale::zone,
    realtime::{News, Sending, use_command},
    thread::state::workspace::Workspace,
};
use jiff::Timestamp;
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    follow_up::appointment::REMIND_BEFORE,
    ids::{AppointmentId, ThreadId},
    people::roles::{Action, Relation, allowed},
    thread::EventBody,
};
use orderline_protocol::{
    around::{AppointmentPhase, AppointmentView, CallBackView},
    socket::{Command, ServerSignal},
};
use std::time::Duration;

/// How often "soon" and "due" are looked at.
const TICK: Duration = Duration::from_secs(10);
/// Reminders that were closed by hand; more are forgotten.
const MAX_CLOSED: usize = 100;

/// The store. Cheap to copy.
#[derive(Clone, Copy)]
pub struct FollowUps {
    pub workspace: Workspace,
    /// Planned calls of this person's threads, the next first.
    pub planned: RwSignal<Vec<AppointmentView>>,
    pub planned_load: RwSignal<Load>,
    /// Calls that this seller has still to make.
    pub to_call: RwSignal<Vec<CallBackView>>,
    pub to_call_load: RwSignal<Load>,
    /// Grows when a call of some thread was over or noted.
    pub calls_changed: RwSignal<u64>,
    /// Grows when a link of some thread was sent, used or taken back.
    pub links_changed: RwSignal<u64>,
    now: RwSignal<Timestamp>,
    closed: RwSignal<Vec<(AppointmentId, i64)>>,
}

impl FollowUps {
    /// The store of the signed-in person.
    pub fn new(workspace: &Workspace) -> Self {
        let follow_ups = Self {
            workspace: *workspace,
            planned: RwSignal::new(Vec::new()),
            planned_load: RwSignal::new(Load::Loading),
            to_call: RwSignal::new(Vec::new()),
            to_call_load: RwSignal::new(Load::Loading),
            calls_changed: RwSignal::new(0),
            links_changed: RwSignal::new(0),
            now: RwSignal::new(workspace.client.now()),
            closed: RwSignal::new(Vec::new()),
        };
        workspace.client.listen(move |news| follow_ups.hear(news));
        set_interval(
            move || follow_ups.now.set(follow_ups.workspace.client.now()),
            TICK,
        );
        if let Some(zone) = zone::own() {
            spawn_local(async move {
                // Without it the other side sees no second clock; nothing else is lost.
                let _ = api::follow_up::keep_zone(zone).await;
            });
        }
        follow_ups
    }

    /// The store that the page runs in.
    pub fn here() -> Self {
        expect_context::<Self>()
    }

    /// The time, moving every few seconds.
    pub fn now(self) -> Signal<Timestamp> {
        self.now.into()
    }

    fn keeps_call_backs(self) -> bool {
        let role = self.workspace.session.role();
        allowed(role, Action::KeepCallBacks, Relation::Own)
    }

    /// The planned calls of a thread.
    pub fn of_thread(self, thread: ThreadId) -> Memo<Vec<AppointmentView>> {
        Memo::new(move |_| {
            let now = self.now.get();
            self.planned.with(|all| {
                all.iter()
                    .filter(|it| it.thread == thread && it.slot.ends_at() > now)
                    .cloned()
                    .collect()
            })
        })
    }

    /// The planned call that begins in a few minutes, or has just begun, unless its reminder was closed.
    pub fn soon(self) -> Memo<Option<AppointmentView>> {
        Memo::new(move |_| {
            let now = self.now.get();
            let closed = self.closed.get();
            self.planned.with(|all| {
                all.iter()
                    .find(|it| {
                        it.phase == AppointmentPhase::Confirmed
                            && it.slot.remind_at() <= now
                            && now < begun(it)
                            && !closed.contains(&(it.appointment, it.version))
                    })
                    .cloned()
            })
        })
    }

    /// Closes a reminder.
    pub fn close(self, it: &AppointmentView) {
        let key = (it.appointment, it.version);
        self.closed.update(|closed| {
            if closed.len() >= MAX_CLOSED {
                closed.remove(0);
            }
            closed.push(key);
        });
    }

    /// Fetches the planned calls (again).
    pub fn fetch_planned(self) {
        spawn_local(async move {
            match api::follow_up::upcoming().await {
                Ok(planned) => {
                    self.planned.set(planned);
                    self.planned_load.set(Load::Ready);
                }
                Err(failure) => self.planned_load.set(Load::Failed(failure)),
            }
        });
    }

    /// Fetches the calls still to be made (again).
    pub fn fetch_to_call(self) {
        if !self.keeps_call_backs() {
            return;
        }
        spawn_local(async move {
            match api::follow_up::call_backs().await {
                Ok(to_call) => {
                    self.to_call.set(to_call);
                    self.to_call_load.set(Load::Ready);
                }
                Err(failure) => self.to_call_load.set(Load::Failed(failure)),
            }
        });
    }

    /// Sends a command; what it was decided on is fetched again when the server refuses it.
    pub fn send(self, sending: Sending, command: Command, then: impl FnOnce() + 'static) {
        sending.send(command, move |came| {
            if came.is_some() {
                then();
            } else {
                self.fetch_planned();
                self.fetch_to_call();
            }
        });
    }

    /// A way to send for the component that asks.
    pub fn use_command(self) -> Sending {
        use_command(self.workspace.client)
    }

    fn hear(self, news: &News) {
        match news {
            News::Welcome { .. } => {
                self.now.set(self.workspace.client.now());
                self.fetch_planned();
                self.fetch_to_call();
            }
            News::Event { event, .. } => match &event.body {
                EventBody::AppointmentChanged { .. } => self.fetch_planned(),
                // A closed thread has nothing planned and nobody waits in it.
                EventBody::ThreadClosed | EventBody::ThreadReopened => {
                    self.fetch_planned();
                    self.fetch_to_call();
                }
                EventBody::JoinLinkChanged { .. } | EventBody::Undelivered { .. } => {
                    self.links_changed.update(|n| *n += 1);
                }
                EventBody::CallEnded { .. } => {
                    self.calls_changed.update(|n| *n += 1);
                    self.fetch_to_call();
                }
                EventBody::CallRequested { .. }
                | EventBody::CallRequestAnswered { .. }
                | EventBody::CallMissed { .. }
                | EventBody::CallBusy { .. }
                | EventBody::CallDeclined { .. }
                | EventBody::CallStarted { .. } => self.fetch_to_call(),
                _ => {}
            },
            News::Signal(ServerSignal::Reminder { .. }) => {
                self.now.set(self.workspace.client.now());
                self.fetch_planned();
            }
            News::Signal(ServerSignal::CallBacks) => {
                self.calls_changed.update(|n| *n += 1);
                self.fetch_to_call();
            }
            News::Signal(_) | News::State(_) | News::Snapshot(_) | News::Refetch { .. } => {}
        }
    }
}

/// Until when a call counts as just begun.
fn begun(it: &AppointmentView) -> Timestamp {
    it.slot
        .starts_at
        .saturating_add(REMIND_BEFORE)
        .unwrap_or(Timestamp::MAX)
}
