//! Ends what nobody needs any more: each thing after the lifetime that `domain::job` gives it. In small portions, so
//! that nobody waits for it.

use crate::{
    failure::Failure,
    store::{
        Tx,
        call::{parts, quality},
        commands, jobs, mail, nodes, outward,
        people::{account_links, email_changes, passkeys, refusals, security, sessions},
        text_messages,
        thread::join_links,
    },
    usecase::JobCx,
};
use jiff::{SignedDuration, Timestamp};
use orderline_domain::job::{
    COMMANDS_KEPT, FAILED_JOBS_KEPT, LINKS_KEPT, MAILS_KEPT, NODES_KEPT, QUALITY_KEPT,
    SECURITY_KEPT, SESSION_IDLE, TEXT_MESSAGES_KEPT,
};

/// Rows of a kind that one transaction ends.
pub const PORTION: i64 = 1_000;

/// How many rows one portion ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub commands: u64,
    pub mails: u64,
    pub text_messages: u64,
    pub quality: u64,
    pub sessions: u64,
    pub tickets: u64,
    pub links: u64,
    pub failed_jobs: u64,
    pub budgets: u64,
    pub security: u64,
    pub nodes: u64,
}

impl Ended {
    /// Whether there may be more.
    pub fn is_full(&self) -> bool {
        let full = PORTION.unsigned_abs();
        let counts = [
            self.commands,
            self.mails,
            self.text_messages,
            self.quality,
            self.sessions,
            self.tickets,
            self.links,
            self.failed_jobs,
            self.budgets,
            self.security,
            self.nodes,
        ];
        counts.into_iter().any(|count| count >= full)
    }
}

/// Ends one portion of everything whose time is over.
pub async fn portion(cx: &mut JobCx<'_>) -> Result<Ended, Failure> {
    let now = cx.now;
    let tx = &mut cx.tx;
    let ended = Ended {
        commands: commands::forget(tx, before(now, COMMANDS_KEPT), PORTION).await?,
        mails: mail::forget(tx, before(now, MAILS_KEPT), PORTION).await?,
        text_messages: text_messages::forget(tx, before(now, TEXT_MESSAGES_KEPT), PORTION).await?,
        quality: quality::forget(tx, before(now, QUALITY_KEPT), PORTION).await?,
        sessions: ended_sessions(tx, now).await?,
        tickets: parts::drop_expired_tickets(tx, now, PORTION).await?,
        links: join_links::forget(tx, before(now, LINKS_KEPT), PORTION).await?
            + account_links::forget(tx, before(now, LINKS_KEPT), PORTION).await?
            + email_changes::forget(tx, before(now, LINKS_KEPT), PORTION).await?
            + passkeys::forget(tx, now, PORTION).await?,
        failed_jobs: jobs::forget_failed(tx, before(now, FAILED_JOBS_KEPT), PORTION).await?,
        budgets: outward::forget(tx, now, PORTION).await?,
        security: security::forget(tx, before(now, SECURITY_KEPT), PORTION).await?
            + refusals::forget(tx, before(now, SECURITY_KEPT), PORTION).await?,
        nodes: nodes::forget(tx, before(now, NODES_KEPT), cx.env.node, PORTION).await?,
    };
    Ok(ended)
}

async fn ended_sessions(tx: &mut Tx, now: Timestamp) -> Result<u64, Failure> {
    Ok(sessions::forget(tx, now, before(now, SESSION_IDLE), PORTION).await?)
}

fn before(now: Timestamp, kept: SignedDuration) -> Timestamp {
    now.saturating_sub(kept).unwrap_or(Timestamp::MIN)
}
