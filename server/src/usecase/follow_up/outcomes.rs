//! What came of a call, noted by the seller for the vendor's own people (X13): every version stays.

use crate::{
    auth,
    failure::Failure,
    page::Wanted,
    store::{
        call,
        follow_up::outcomes::{self, NewOutcome, VERSION_ONCE},
    },
    usecase::{Cx, Query, follow_up::call_backs},
};
use orderline_domain::{
    call::CallState,
    field::FieldError,
    follow_up::outcome::Noted,
    ids::{CallId, ThreadId},
    people::roles::{Action, Relation},
    text::{self, OutcomeNote},
};
use orderline_protocol::{
    around::{OutcomeList, OutcomeWish},
    problem::Code,
    socket::CommandResult,
};

/// Notes what came of a call. `after` is the version that was read: what a colleague has written since is not
/// passed over.
pub async fn note(
    cx: &mut Cx<'_>,
    call: CallId,
    after: i64,
    wish: &OutcomeWish,
) -> Result<CommandResult, Failure> {
    let record = call::find(&mut cx.tx, call).await?.ok_or(Code::NotFound)?;
    auth::authorise_in_thread(&mut cx.tx, cx.actor, Action::NoteOutcome, record.thread).await?;
    let spoke = matches!(&record.state, CallState::Ended(ended) if ended.started_at.is_some());
    if !spoke {
        return Err(Code::Conflict.into());
    }
    let noted = checked(cx, wish)?;
    if outcomes::last_version(&mut cx.tx, call).await? != after {
        return Err(Code::Conflict.into());
    }
    let version = after + 1;
    let new = NewOutcome {
        call,
        vendor: cx.actor.vendor,
        version,
        noted: &noted,
        by: cx.actor.user,
        at: cx.now,
    };
    outcomes::insert(&mut cx.tx, &new)
        .await
        .map_err(|error| match error {
            error if error.is_constraint(VERSION_ONCE) => Failure::from(Code::Conflict),
            error => error.into(),
        })?;
    let signal = call_backs::after_outcome(cx, record.thread, noted.outcome).await?;
    cx.news.signals.push(signal);
    Ok(CommandResult::Saved { version })
}

fn checked(cx: &Cx<'_>, wish: &OutcomeWish) -> Result<Noted, Failure> {
    wish.outcome.check(cx.now).map_err(FieldError::from)?;
    Ok(Noted {
        outcome: wish.outcome,
        note: text::optional("note", wish.note.as_deref(), OutcomeNote::new)?,
    })
}

/// The calls of a thread in which the two spoke, with what was noted after them. For a buyer there is no such
/// list.
pub async fn of_thread(
    query: &mut Query<'_>,
    thread: ThreadId,
    wanted: &Wanted,
) -> Result<OutcomeList, Failure> {
    if !auth::may(query.actor, Action::ReadOutcome, Relation::Own) {
        return Err(Code::NotFound.into());
    }
    auth::authorise_in_thread(&mut query.tx, query.actor, Action::ReadOutcome, thread).await?;
    let noted = outcomes::of_thread(&mut query.tx, thread, wanted).await?;
    Ok(noted.page(Into::into))
}
