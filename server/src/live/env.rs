//! What use cases are handed beside their transaction.

use super::{
    Appends, CallDesk, Clock, DraftDesk, Entropy, Hub, PeopleCache, Refusals, Sessions, SetupDesk,
    SignInDesk, TurnDesk, Turns,
};
use crate::{
    blob, config::Config, failure::Failure, health::Health, supervisor::Supervisor, wakes::Wakes,
};
use orderline_domain::ids::NodeId;
use orderline_protocol::problem::Problem;
use std::{ops::Deref, sync::Arc};

/// Time, randomness, settings and what lives in memory. Cheap to clone; the fields are reached through it directly.
///
/// There is no store in it: a use case has the transaction that it was given and cannot begin another. This compiles:
///
/// ```no_run
/// fn beside(env: &orderline_server::live::Env) {
///     let _ = env.clock.now();
/// }
/// ```
///
/// And this does not:
///
/// ```compile_fail
/// fn another_connection(env: &orderline_server::live::Env) {
///     let _ = env.store.begin_jobs();
/// }
/// ```
#[derive(Clone)]
pub struct Env(Arc<EnvParts>);

/// See [`Env`].
pub struct EnvParts {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub entropy: Entropy,
    /// This process; fences what an earlier one left behind.
    pub node: NodeId,
    /// The port of its web server.
    pub port: u16,
    /// How browsers reach this node, such as `http://localhost:8080`; without a slash at the end.
    pub node_url: String,
    pub keys: Keys,
    pub hub: Hub,
    /// The tasks of this process.
    pub supervisor: Supervisor,
    pub health: Health,
    pub sign_in: SignInDesk,
    /// Opens the page on which the installation is set up.
    pub setup: SetupDesk,
    /// The sessions that this node's sockets live by.
    pub sessions: Sessions,
    /// What was refused for want of rights, and is not written yet.
    pub refusals: Refusals,
    /// Whose request's turn it is.
    pub turns: Turns,
    pub people: PeopleCache,
    /// The one way by which chat messages enter threads.
    pub appends: Appends,
    /// The drafts that are typed through this node.
    pub drafts: DraftDesk,
    /// The calls that this node relays.
    pub calls: CallDesk,
    /// A word to the jobs of this node that there is work.
    pub wakes: Wakes,
    /// What helps browsers to meet in strict networks.
    pub turn: TurnDesk,
}

/// The installation's own keys.
#[derive(Debug)]
pub struct Keys {
    pub master: blob::MasterKey,
}

impl Env {
    pub fn new(parts: EnvParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Logs a failure that nobody is told of.
    pub fn log(&self, failure: &Failure) {
        failure.log(&self.reference());
    }

    /// What the user is told of a failure. A fault on our side is logged under the reference that they are told.
    pub fn explain(&self, failure: Failure) -> Problem {
        let reference = self.reference();
        failure.log(&reference);
        failure.into_problem(&reference)
    }

    fn reference(&self) -> String {
        self.entropy.uuid(self.clock.now()).to_string()
    }
}

impl Deref for Env {
    type Target = EnvParts;

    fn deref(&self) -> &EnvParts {
        &self.0
    }
}
