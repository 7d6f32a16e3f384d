//! Writing a batch, or one thread alone: sealed, stored, told, answered; and what is left of it to do.

use super::{
    Pending, Reply, Tools,
    queue::{Care, Run},
};
use crate::{
    spans,
    store::{
        StoreError,
        commands::Remembered,
        thread::{
            events::Published,
            messages::{self, Appended, NotWritten, Standing},
        },
    },
};
use orderline_domain::{
    ids::{CommandId, ThreadId, UserId},
    thread::{
        chain::{self, Salt},
        event::Event,
    },
};
use orderline_protocol::socket::CommandResult;
use std::collections::HashMap;
use tracing::Instrument as _;

/// A run of a batch.
pub(super) struct Work {
    pub run: Run<Pending>,
    /// Where the thread stood when this node last looked.
    pub standing: Option<Standing>,
}

/// What has ended.
pub(super) struct Ended {
    /// Whether it was the batch.
    pub shared: bool,
    /// Whether it wrote nothing, because nobody knew where its threads stand.
    pub only_asked: bool,
    /// The database's trouble, if it kept everything from being written.
    pub failure: Option<StoreError>,
    pub left: Vec<Left>,
}

/// What is left of a run.
pub(super) struct Left {
    pub thread: ThreadId,
    /// Where the thread stands, as far as it is known.
    pub standing: Option<Standing>,
    /// Messages that wait again.
    pub messages: Vec<Pending>,
    pub care: Care,
}

/// Messages of a run, sealed one onto the other.
struct Sealed {
    onto: Standing,
    messages: Vec<messages::NewMessage>,
}

/// Writes the runs of a batch in one transaction. Those that cannot be written now are left.
pub(super) async fn write_batch(tools: Tools, batch: Vec<Work>) -> Ended {
    let (runs, sealed): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|Work { mut run, standing }| {
            let sealed = standing.map(|onto| seal(&tools, &mut run, onto));
            (run, sealed)
        })
        .unzip();
    let wanted = runs.iter().zip(&sealed);
    let wanted: Vec<_> = wanted
        .map(|(run, sealed)| wanted_of(run, sealed.as_ref()))
        .collect();
    let only_asked = wanted.iter().all(|run| run.onto.is_none());
    let span = spans::appends(tools.entropy.uuid(tools.clock.now()), wanted.len());
    let appended = tools.store.append(&wanted).instrument(span).await;
    let mut ended = Ended {
        shared: true,
        only_asked,
        failure: None,
        left: Vec::with_capacity(runs.len()),
    };
    match appended {
        Ok(appended) => {
            let outcomes = runs.into_iter().zip(sealed).zip(appended);
            ended.left.extend(
                outcomes.map(|((run, sealed), appended)| match (appended, sealed) {
                    (Appended::Written, Some(sealed)) => written(&tools, run, sealed),
                    (Appended::Written, None) => again(run, None, Care::Locked),
                    (Appended::Not { because, known }, sealed) => {
                        let onto = sealed.map(|it| it.onto);
                        not_written(run, onto.as_ref(), because, known)
                    }
                }),
            );
        }
        Err(error) if error.is_transient() => {
            // It may have been written: who comes again is told so by the store.
            ended.left.extend(runs.into_iter().map(|run| {
                let care = run.care;
                again(run, None, care)
            }));
            ended.failure = Some(error);
        }
        Err(error) => {
            tracing::warn!(%error, "a batch of messages is written thread by thread");
            ended
                .left
                .extend(runs.into_iter().map(|run| again(run, None, Care::Locked)));
        }
    }
    ended
}

/// Writes a run in a transaction of its own, with the thread's row locked.
pub(super) async fn write_alone(tools: Tools, mut run: Run<Pending>) -> Ended {
    let span = spans::appends(tools.entropy.uuid(tools.clock.now()), 1);
    let locked = lock_and_append(&tools, &mut run).instrument(span).await;
    let (failure, left) = match locked {
        Ok(Locked::Written(sealed)) => (None, written(&tools, run, sealed)),
        Ok(Locked::Not {
            onto,
            because,
            known,
        }) => (None, not_written(run, onto.as_ref(), because, known)),
        Err(error) if error.is_transient() => {
            let care = run.care;
            (Some(error), again(run, None, care))
        }
        Err(error) if run.messages.len() > 1 => {
            tracing::warn!(%error, "messages of a thread are written one by one");
            (None, again(run, None, Care::Single))
        }
        Err(error) => {
            let (thread, mut messages) = (run.thread, run.messages);
            if let Some(pending) = messages.pop() {
                pending.answer(Reply::Failed(error));
            }
            let left = Left {
                thread,
                standing: None,
                messages,
                care: Care::default(),
            };
            (None, left)
        }
    };
    Ended {
        shared: false,
        only_asked: false,
        failure,
        left: vec![left],
    }
}

enum Locked {
    Written(Sealed),
    Not {
        onto: Option<Standing>,
        because: NotWritten,
        known: HashMap<(UserId, CommandId), Remembered>,
    },
}

async fn lock_and_append(tools: &Tools, run: &mut Run<Pending>) -> Result<Locked, StoreError> {
    let (mut tx, standing) = tools.store.begin_append(run.vendor, run.thread).await?;
    let sealed = standing.map(|onto| seal(tools, run, onto));
    let appended = tx.append(&wanted_of(run, sealed.as_ref())).await?;
    match (appended, sealed) {
        (Appended::Written, Some(sealed)) => {
            tx.commit().await?;
            Ok(Locked::Written(sealed))
        }
        (Appended::Written, None) => {
            let what = "a run without messages was written";
            Err(StoreError::corrupt(
                "append_messages",
                "outcome",
                run.thread,
                what,
            ))
        }
        (Appended::Not { because, known }, sealed) => {
            tx.roll_back().await?;
            Ok(Locked::Not {
                onto: sealed.map(|it| it.onto),
                because,
                known,
            })
        }
    }
}

/// A run as the store takes it; with nothing to write it asks where the thread stands.
fn wanted_of<'a>(run: &Run<Pending>, sealed: Option<&'a Sealed>) -> messages::Run<'a> {
    let sealed = sealed.filter(|it| !it.messages.is_empty());
    messages::Run {
        vendor: run.vendor,
        thread: run.thread,
        onto: sealed.map(|it| it.onto.head),
        messages: sealed.map_or(&[], |it| it.messages.as_slice()),
    }
}

/// Seals a run's messages one onto the other. One that has no canonical form is answered and leaves the run.
fn seal(tools: &Tools, run: &mut Run<Pending>, onto: Standing) -> Sealed {
    let now = tools.clock.now();
    let (mut head, mut last_at) = (onto.head, onto.last_at);
    let mut messages = Vec::with_capacity(run.messages.len());
    let mut kept = Vec::with_capacity(run.messages.len());
    for pending in run.messages.drain(..) {
        let message = &pending.message;
        let at = now.max(last_at);
        let salt = Salt::from_bytes(tools.entropy.bytes32());
        match sealed(message, head, at, salt) {
            Ok(new) => {
                (head, last_at) = (new.sealed.head, new.sealed.envelope.at);
                messages.push(new);
                kept.push(pending);
            }
            Err(error) => pending.answer(Reply::Failed(error)),
        }
    }
    run.messages = kept;
    Sealed { onto, messages }
}

fn sealed(
    message: &super::NewMessage,
    head: chain::Head,
    at: jiff::Timestamp,
    salt: Salt,
) -> Result<messages::NewMessage, StoreError> {
    let thread = message.thread;
    let sealed = chain::seal(head, message.author, at, &message.body, salt)
        .map_err(|error| StoreError::corrupt("events", "body", thread, error))?;
    let result = CommandResult::Done {
        thread,
        seq: number(&sealed),
    };
    let result = serde_json::to_string(&result)
        .map_err(|error| StoreError::corrupt("commands", "result", message.command, error))?;
    Ok(messages::NewMessage {
        author: message.user,
        command: message.command,
        body_hash: message.body_hash,
        sealed,
        result,
    })
}

/// An event's number, as it travels.
fn number(sealed: &chain::Sealed) -> i64 {
    i64::try_from(sealed.head.seq).unwrap_or(i64::MAX)
}

/// Tells everybody of a run that is durable, in its order, then answers.
fn written(tools: &Tools, run: Run<Pending>, sealed: Sealed) -> Left {
    let mut standing = sealed.onto;
    for (pending, new) in run.messages.into_iter().zip(sealed.messages) {
        let seq = number(&new.sealed);
        (standing.head, standing.last_at) = (new.sealed.head, new.sealed.envelope.at);
        let Pending { message, reply, .. } = pending;
        tools.hub.publish(&[Published {
            vendor: run.vendor,
            thread: run.thread,
            people: standing.people.to_vec(),
            event: Event {
                seq,
                at: new.sealed.envelope.at,
                author: Some(message.user),
                command: Some(message.command),
                body: message.body,
            },
        }]);
        // Whoever asked may be gone, and finds the message in the thread.
        reply.send(Reply::Done { seq }).ok();
    }
    Left {
        thread: run.thread,
        standing: Some(standing),
        messages: Vec::new(),
        care: Care::default(),
    }
}

/// Answers what can be answered; the rest waits again.
fn not_written(
    run: Run<Pending>,
    onto: Option<&Standing>,
    because: NotWritten,
    mut known: HashMap<(UserId, CommandId), Remembered>,
) -> Left {
    let repeated = !known.is_empty();
    let mut messages = Vec::new();
    for pending in run.messages {
        let key = (pending.message.user, pending.message.command);
        match (known.remove(&key), &because) {
            (Some(remembered), _) => pending.answer(Reply::Known(remembered)),
            (None, NotWritten::Standing(_)) => messages.push(pending),
            (None, NotWritten::Closed) => pending.answer(Reply::Closed),
            (None, NotWritten::Shut(shut)) => pending.answer(Reply::Shut(*shut)),
            (None, NotWritten::Missing) => pending.answer(Reply::Missing),
        }
    }
    let standing = match because {
        NotWritten::Standing(standing) => Some(standing),
        NotWritten::Closed | NotWritten::Shut(_) | NotWritten::Missing => None,
    };
    let care = match (onto, &standing) {
        // It was only asked where the thread stands, or the others go on without what was known.
        (None, _) | (_, None) => run.care,
        _ if repeated => run.care,
        // Somebody holds the row, or wrote first once more.
        (Some(onto), Some(standing)) if onto.head == standing.head => Care::Locked,
        _ if run.care == Care::Together => Care::Again,
        _ => Care::Locked,
    };
    Left {
        thread: run.thread,
        standing,
        messages,
        care,
    }
}

/// A run that waits again as it was.
fn again(run: Run<Pending>, standing: Option<Standing>, care: Care) -> Left {
    Left {
        thread: run.thread,
        standing,
        messages: run.messages,
        care,
    }
}
