//! A chat message, in one statement: the message is sealed onto the thread's head as this node knows it, and the
//! store takes it only if that is still the head. Threads seldom have two writers at the same moment; when they
//! do, the loser learns the new head and seals again.

use crate::{
    app::App,
    auth,
    hub::Published,
    store::thread::messages::{self, Appended, Key, NewMessage, Standing},
    usecase::{Actor, Failure, call::rules, command::known_result, words::complaint},
};
use orderline_domain::{
    digest::{Digest, canonical},
    ids::{CommandId, ThreadId, VendorId},
    people::roles::Action,
    thread::{
        EventBody, MessageText,
        chain::{self, Salt},
        contact,
    },
};
use orderline_protocol::{problem::Code, socket::CommandResult, view::EventView};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How often a message is sealed again because somebody else wrote first.
const MAX_SEALS: u32 = 32;
/// Heads that are remembered; past it the memory starts anew.
const MAX_REMEMBERED: usize = 20_000;

/// Where threads stood when this node last wrote into them. May be stale: the store has the last word.
#[derive(Debug, Default)]
pub struct Heads(Mutex<HashMap<ThreadId, (VendorId, Arc<Standing>)>>);

impl Heads {
    fn get(&self, vendor: VendorId, thread: ThreadId) -> Option<Arc<Standing>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&thread)
            .filter(|(owner, _)| *owner == vendor)
            .map(|(_, standing)| Arc::clone(standing))
    }

    fn put(&self, vendor: VendorId, standing: Arc<Standing>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(standing.head.thread, (vendor, standing));
    }
}

/// Writes a message into a thread and tells its people (X11: acknowledged only once it is durable).
pub async fn send_message(
    app: &App,
    actor: &Actor,
    command: CommandId,
    thread: ThreadId,
    text: &str,
    body_hash: Digest,
) -> Result<CommandResult, Failure> {
    auth::within(actor, thread)?;
    let text = MessageText::new(text).map_err(|bad| complaint("text", bad))?;
    if !contact::kinds(text.as_str()).is_empty() {
        let mut tx = app.store.begin(actor.scope()).await?;
        rules::check_contact(&mut tx, "text", text.as_str()).await?;
    }
    let body = EventBody::MessageSent { text };
    let key = Key {
        vendor: actor.vendor,
        thread,
        user: actor.user,
        command,
        body_hash,
    };
    let mut known = app.heads.get(actor.vendor, thread);
    for _ in 0..MAX_SEALS {
        let appended = match &known {
            Some(standing) => {
                auth::authorise_people(actor, Action::SendMessage, &standing.people)?;
                match seal_and_append(app, actor, key, standing, &body).await? {
                    Ok(result) => return Ok(result),
                    Err(appended) => appended,
                }
            }
            None => messages::append(&app.store, key, None).await?,
        };
        match appended {
            Appended::Done => return Err(Failure::Internal("nothing was to be written".into())),
            Appended::Known(remembered) => {
                return known_result(app, actor, &remembered, body_hash).await;
            }
            Appended::Missing => return Err(Code::NotFound.into()),
            Appended::Closed(people) => {
                auth::authorise_people(actor, Action::SendMessage, &people)?;
                return Err(Code::ThreadClosed.into());
            }
            Appended::Moved(standing) => {
                let standing = Arc::new(standing);
                app.heads.put(actor.vendor, Arc::clone(&standing));
                known = Some(standing);
            }
        }
    }
    Err(Code::Unavailable.into())
}

/// Tries once. The inner error is what the store said instead of taking the message.
async fn seal_and_append(
    app: &App,
    actor: &Actor,
    key: Key,
    standing: &Standing,
    body: &EventBody,
) -> Result<Result<CommandResult, Appended>, Failure> {
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let at = app.clock.now().max(standing.last_at);
    let salt = Salt::from_bytes(app.entropy.bytes32());
    let sealed = chain::seal(standing.head, actor.author(), at, body, salt)
        .map_err(|error| internal(&error))?;
    let envelope = canonical(&sealed.envelope).map_err(|error| internal(&error))?;
    let seq = i64::try_from(sealed.head.seq).map_err(|error| internal(&error))?;
    let result = CommandResult::Done {
        thread: key.thread,
        seq,
    };
    let text = serde_json::to_string(&result).map_err(|error| internal(&error))?;
    let message = NewMessage {
        head: standing.head,
        sealed: &sealed,
        envelope: &envelope,
        result: &text,
    };
    match messages::append(&app.store, key, Some(&message)).await? {
        Appended::Done => {}
        other => return Ok(Err(other)),
    }
    let next = Standing {
        head: sealed.head,
        last_at: sealed.envelope.at,
        people: standing.people.clone(),
    };
    app.heads.put(actor.vendor, Arc::new(next));
    app.hub.publish(&[Published {
        thread: key.thread,
        people: standing.people.clone(),
        event: EventView {
            seq,
            at: sealed.envelope.at,
            author: Some(actor.user),
            command: Some(key.command),
            body: body.clone(),
        },
    }]);
    Ok(Ok(result))
}
