//! A command that a person sends by hand: never twice at once, and what the server says against it stays until the next.

use super::Client;
use crate::{api::Failure, locale::problem_text};
use leptos::{prelude::*, task::spawn_local};
use orderline_protocol::{
    problem::Problem,
    socket::{Command, CommandResult},
};

/// One form's or button's way to the server. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sending {
    client: Client,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

/// A way to send commands that lives as long as the component that asks for it.
pub fn use_command(client: Client) -> Sending {
    Sending {
        client,
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
    }
}

impl Sending {
    /// Whether a command is on its way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What the server said against the last command.
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.problem.into()
    }

    /// The same in words.
    pub fn words(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.problem
                .get()
                .map(|problem| problem_text(&Failure::Problem(problem)))
        })
    }

    /// Sends, unless one is on its way. `then` gets what came of it, or nothing when it was refused; by then the
    /// component may be gone.
    pub fn send(self, command: Command, then: impl FnOnce(Option<CommandResult>) + 'static) {
        self.send_boxed(command, Box::new(then));
    }

    /// Not generic, so that it is compiled once.
    fn send_boxed(self, command: Command, then: Box<dyn FnOnce(Option<CommandResult>)>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let reply = self.client.send_command(command);
        spawn_local(async move {
            let came = match reply.await {
                CommandResult::Failed { problem } => {
                    self.problem.try_set(Some(problem));
                    None
                }
                result => Some(result),
            };
            self.busy.try_set(false);
            then(came);
        });
    }
}
