//! An admin wants work to be done now.

use crate::{
    auth,
    failure::Failure,
    store::{
        job_runs, jobs, mail,
        recording::{damage, files},
    },
    usecase::{AfterCommit, Cx, mail::MAIL, recording::segments::RENDER},
};
use orderline_domain::{
    ids::RecordingId,
    people::roles::{Action, Relation},
};
use orderline_protocol::{problem::Code, socket::CommandResult, system::JobRef};

/// Makes a scheduled job or a piece of queued work due, also one that was given up.
pub async fn run_again(cx: &mut Cx<'_>, work: &JobRef) -> Result<CommandResult, Failure> {
    if cx.actor.only_thread.is_some() {
        return Err(Code::NotFound.into());
    }
    auth::authorise(cx.actor, Action::RunJob, Relation::Own)?;
    let name = match work {
        JobRef::Job { name } => {
            if !job_runs::ask(&mut cx.tx, name, cx.now).await? {
                return Err(Code::NotFound.into());
            }
            name.clone()
        }
        JobRef::Queued { job } => {
            let (kind, subject) = jobs::again(&mut cx.tx, *job, cx.now)
                .await?
                .ok_or(Code::Conflict)?;
            match kind.as_str() {
                MAIL => {
                    mail::requeue(&mut cx.tx, subject).await?;
                }
                RENDER => {
                    let recording = RecordingId::from_uuid(subject);
                    damage::forgive(&mut cx.tx, recording).await?;
                    files::again(&mut cx.tx, recording).await?;
                }
                _ => {}
            }
            kind
        }
    };
    cx.news.after.push(AfterCommit::Job(name));
    Ok(CommandResult::Saved { version: 0 })
}
