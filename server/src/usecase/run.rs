//! The three runners: of commands, of queries, of jobs. They alone begin a transaction, commit it, try again and
//! publish what came of it (ADR 14). A use case has what its context holds, and no store.

use super::{
    contact_gate,
    news::{News, Told},
};
use crate::{
    actor::{Actor, Scope, Steward},
    auth,
    failure::Failure,
    live::Env,
    spans,
    store::{
        Store, StoreError, Tx,
        thread::events::{NewEvent, append_event},
        wakes::{self, Listener},
    },
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId, VendorId},
    thread::{Author, EventBody},
};
use orderline_protocol::problem::Code;
use tracing::Instrument as _;
use uuid::Uuid;

/// How often something that may be repeated is tried while connections are being lost.
pub const MAX_ATTEMPTS: u32 = 6;

/// Tries again when a connection was lost under it; for what may happen twice.
pub async fn again<T, F>(mut step: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut attempt = 1;
    loop {
        match step().await {
            Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

/// Runs use cases, each in a transaction of its own. Cheap to clone.
#[derive(Clone)]
pub struct Runner {
    pub env: Env,
    store: Store,
}

/// What a command works with.
pub struct Cx<'a> {
    pub tx: Tx,
    pub env: &'a Env,
    pub actor: &'a Actor,
    /// The id that the client gave it; requests over HTTP that repeat by themselves have none.
    pub command: Option<CommandId>,
    pub now: Timestamp,
    /// What is told once it is committed.
    pub news: News,
}

/// What a query works with. Nothing of it is committed.
pub struct Query<'a> {
    pub tx: Tx,
    pub env: &'a Env,
    pub actor: &'a Actor,
}

/// What the server does by itself works with.
pub struct JobCx<'a> {
    pub tx: Tx,
    pub env: &'a Env,
    pub now: Timestamp,
    /// What is told once it is committed.
    pub news: News,
}

/// What one of the platform's own people works with: the platform's tables, and of vendors what is listed for it.
pub struct PlatformCx<'a> {
    pub tx: Tx,
    pub env: &'a Env,
    pub steward: &'a Steward,
    pub now: Timestamp,
    /// What is told once it is committed.
    pub news: News,
}

/// Whose rows a job sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every vendor's, in the jobs' role.
    Everyone,
    /// This vendor's, perhaps together with what is a person's own.
    Scope(Scope),
    /// What is this person's own, of no vendor.
    Person(UserId),
    /// Nobody's: the functions alone that find out who somebody is.
    Nobody,
}

impl From<VendorId> for Reach {
    fn from(vendor: VendorId) -> Self {
        Self::Scope(vendor.into())
    }
}

impl Runner {
    /// Runs use cases on this store.
    pub const fn new(env: Env, store: Store) -> Self {
        Self { env, store }
    }

    /// Reads. When a connection is lost under the reading it is read again.
    pub async fn query<'e, T>(
        &'e self,
        actor: &'e Actor,
        ask: impl for<'c> Fn(&'c mut Query<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = spans::query(&ask, || self.id());
        self.read(actor, ask).instrument(span).await
    }

    async fn read<'e, T>(
        &'e self,
        actor: &'e Actor,
        ask: impl for<'c> Fn(&'c mut Query<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut attempt = 1;
        loop {
            let answer = match self.store.begin(actor.scope()).await {
                Ok(tx) => {
                    let mut query = Query {
                        tx,
                        env: &self.env,
                        actor,
                    };
                    ask(&mut query).await
                }
                Err(error) => Err(error.into()),
            };
            match answer {
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => attempt += 1,
                answer => return answer,
            }
        }
    }

    /// Carries out what an actor asks for without an id, because asked twice it does no more than once. Tried again
    /// until the commit was begun.
    pub async fn act<'e, T>(
        &'e self,
        actor: &'e Actor,
        work: impl for<'c> Fn(&'c mut Cx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = spans::act(&work, || self.id());
        self.act_within(actor, work).instrument(span).await
    }

    async fn act_within<'e, T>(
        &'e self,
        actor: &'e Actor,
        work: impl for<'c> Fn(&'c mut Cx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut attempt = 1;
        loop {
            let done = match self.command_cx(actor, None).await {
                Ok(mut cx) => match cx.require_open() {
                    Ok(()) => work(&mut cx).await.map(|answer| (cx, answer)),
                    Err(shut) => Err(shut.into()),
                },
                Err(failure) => Err(failure),
            };
            match done {
                Ok((cx, answer)) => {
                    cx.tx.commit().await?;
                    cx.news.publish(&self.env);
                    return Ok(answer);
                }
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => attempt += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Carries out what somebody of the platform's asks for, which asked twice does no more than once. Tried again until
    /// the commit was begun.
    pub async fn steward<'e, T>(
        &'e self,
        steward: &'e Steward,
        work: impl for<'c> Fn(&'c mut PlatformCx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = spans::act(&work, || self.id());
        self.steward_within(steward, work).instrument(span).await
    }

    async fn steward_within<'e, T>(
        &'e self,
        steward: &'e Steward,
        work: impl for<'c> Fn(&'c mut PlatformCx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut attempt = 1;
        loop {
            let done = match self.store.begin_platform(steward.user).await {
                Ok(tx) => {
                    let mut cx = PlatformCx {
                        tx,
                        env: &self.env,
                        steward,
                        now: self.env.clock.now(),
                        news: News::default(),
                    };
                    work(&mut cx).await.map(|answer| (cx, answer))
                }
                Err(error) => Err(error.into()),
            };
            match done {
                Ok((cx, answer)) => {
                    cx.tx.commit().await?;
                    cx.news.publish(&self.env);
                    return Ok(answer);
                }
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => attempt += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Takes a step that nobody asked for, or that somebody asks for before it is known who they are. It is not tried
    /// again: whoever takes steps by themselves comes back.
    pub async fn job<'e, T>(
        &'e self,
        reach: impl Into<Reach>,
        work: impl for<'c> FnOnce(&'c mut JobCx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = spans::job(&work, || self.id());
        self.step(reach.into(), work).instrument(span).await
    }

    async fn step<'e, T>(
        &'e self,
        reach: Reach,
        work: impl for<'c> FnOnce(&'c mut JobCx<'e>) -> BoxFuture<'c, Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let tx = match reach {
            Reach::Everyone => self.store.begin_jobs().await?,
            Reach::Scope(scope) => self.store.begin(scope).await?,
            Reach::Person(person) => self.store.begin_personal(person).await?,
            Reach::Nobody => self.store.begin_unscoped().await?,
        };
        let mut cx = JobCx {
            tx,
            env: &self.env,
            now: self.env.clock.now(),
            news: News::default(),
        };
        let answer = work(&mut cx).await?;
        cx.tx.commit().await?;
        cx.news.publish(&self.env);
        Ok(answer)
    }

    fn id(&self) -> Uuid {
        self.env.entropy.uuid(self.env.clock.now())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// What the other nodes on this database write and signal, from now on.
    pub async fn listen(&self) -> Result<Listener, StoreError> {
        self.store.listen(self.env.node).await
    }

    /// Tells the other nodes on this database.
    pub async fn tell_nodes(&self, texts: &[String]) -> Result<(), StoreError> {
        wakes::tell(&self.store, self.env.node, texts).await
    }

    pub(super) async fn command_cx<'e>(
        &'e self,
        actor: &'e Actor,
        command: Option<CommandId>,
    ) -> Result<Cx<'e>, Failure> {
        Ok(Cx {
            tx: self.store.begin(actor.scope()).await?,
            env: &self.env,
            actor,
            command,
            now: self.env.clock.now(),
            news: News::default(),
        })
    }
}

impl Cx<'_> {
    /// Refuses what would change anything at a vendor that does not work.
    pub(super) fn require_open(&self) -> Result<(), Code> {
        auth::require_open(self.actor.role, self.tx.shut())
    }

    /// Appends an event to a thread: the actor said or did it, by this command.
    pub async fn tell(&mut self, thread: ThreadId, body: &EventBody) -> Result<Told, Failure> {
        let body = contact_gate::passed(&mut self.tx, body).await?;
        let new = NewEvent {
            thread,
            author: self.actor.author(),
            command: self.command,
            at: self.now,
            salt: self.env.entropy.bytes32(),
            body,
        };
        let published = append_event(&mut self.tx, new).await?;
        Ok(self.news.event(published))
    }
}

impl JobCx<'_> {
    /// Appends an event to a thread: the server did it by itself.
    pub async fn tell_as_system(
        &mut self,
        thread: ThreadId,
        body: &EventBody,
    ) -> Result<Told, Failure> {
        self.tell_as(Author::System, thread, body).await
    }

    /// Appends an event to a thread that somebody did without a command.
    pub async fn tell_as(
        &mut self,
        author: Author,
        thread: ThreadId,
        body: &EventBody,
    ) -> Result<Told, Failure> {
        let body = contact_gate::passed(&mut self.tx, body).await?;
        let new = NewEvent {
            thread,
            author,
            command: None,
            at: self.now,
            salt: self.env.entropy.bytes32(),
            body,
        };
        let published = append_event(&mut self.tx, new).await?;
        Ok(self.news.event(published))
    }
}
