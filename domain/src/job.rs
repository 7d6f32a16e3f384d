//! Jobs: when they are due, how often they are tried, and how long the installation keeps what nobody needs any more.

use crate::{backoff::Backoff, ids::VendorId};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// Work after a commit that a node has taken from the queue.
#[derive(Clone, Debug)]
pub struct Taken {
    pub id: Uuid,
    /// Whose work it is; none: a person's account's.
    pub vendor: Option<VendorId>,
    pub kind: String,
    /// What the work is about.
    pub subject: Uuid,
    /// Counts this attempt too.
    pub attempts: i32,
}

/// When a job is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// This long after its last run.
    Every(Duration),
    /// Once a day at this time, UTC.
    DailyAt { hour: i8, minute: i8 },
}

impl Schedule {
    /// When it is due after a run that ended at `at`.
    pub fn next_after(self, at: Timestamp) -> Timestamp {
        match self {
            Self::Every(pause) => later(at, pause),
            Self::DailyAt { hour, minute } => daily(at, hour, minute).unwrap_or(Timestamp::MAX),
        }
    }
}

/// The first moment after `at` at which the clock shows this time, UTC.
fn daily(at: Timestamp, hour: i8, minute: i8) -> Option<Timestamp> {
    let today = at.to_zoned(TimeZone::UTC).date();
    let on = |day: jiff::civil::Date| {
        let moment = day.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC);
        moment.ok().map(|moment| moment.timestamp())
    };
    match on(today) {
        Some(moment) if moment > at => Some(moment),
        _ => on(today.tomorrow().ok()?),
    }
}

/// `at` moved forward, at most to the end of time.
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// As operators read it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(pause) => write!(f, "every {pause:?}"),
            Self::DailyAt { hour, minute } => write!(f, "daily at {hour:02}:{minute:02} UTC"),
        }
    }
}

/// What follows on a failed run of something that has no end: a minute at most between two attempts.
pub const SWEEP: Backoff = Backoff::endless(Duration::from_secs(1), Duration::from_mins(1));
/// A mail that the other side does not take now: half an hour between the last attempts, some four hours in all.
pub const MAIL: Backoff =
    Backoff::endless(Duration::from_secs(5), Duration::from_mins(30)).up_to(14);
/// A text message holds a code that lives for minutes, or a link whose reader is waiting.
pub const TEXT_MESSAGE: Backoff =
    Backoff::endless(Duration::from_secs(2), Duration::from_mins(1)).up_to(7);
/// A recording whose storage does not answer waits as long as that takes.
pub const RENDER: Backoff = Backoff::endless(Duration::from_secs(1), Duration::from_mins(1));
/// A stored segment that is missing or changed is read again this often, about a minute in all, before it counts as
/// damaged: a store may be of two minds for a moment.
pub const DAMAGED: Backoff =
    Backoff::endless(Duration::from_secs(2), Duration::from_secs(20)).up_to(6);
/// A segment in the spool that cannot be stored now.
pub const UPLOAD: Backoff = Backoff::endless(Duration::from_millis(250), Duration::from_secs(30));

/// A segment that cannot be read from the spool, or is refused for what it is: some three minutes.
pub const UPLOAD_HOPELESS: Backoff = UPLOAD.up_to(14);

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long the reply to a command is remembered: a page that was away this long no longer sends it again.
pub const COMMANDS_KEPT: SignedDuration = DAY.saturating_mul(30);
/// How long a mail is kept after it was handed over or given up.
pub const MAILS_KEPT: SignedDuration = DAY.saturating_mul(90);
/// How long a text message's row is kept; its words are gone once it was handed over.
pub const TEXT_MESSAGES_KEPT: SignedDuration = DAY.saturating_mul(30);
/// How long the measurements of a call's lines are kept.
pub const QUALITY_KEPT: SignedDuration = DAY.saturating_mul(180);
/// How long a server process is remembered after it was last heard of.
pub const NODES_KEPT: SignedDuration = DAY.saturating_mul(30);
/// How long a join link is listed after it can no longer be used.
pub const LINKS_KEPT: SignedDuration = DAY.saturating_mul(90);
/// How long it is kept what happened at the doors of accounts.
pub const SECURITY_KEPT: SignedDuration = DAY.saturating_mul(365);
/// How long a session may be idle before it is over.
pub const SESSION_IDLE: SignedDuration = DAY.saturating_mul(30);
/// How long a session lasts, however much it is used.
pub const SESSION_LIVES: SignedDuration = DAY.saturating_mul(90);
/// For so long after a session got another token the one before is still taken: requests were on their way.
pub const OLD_TOKEN_LIVES: SignedDuration = SignedDuration::from_mins(1);
/// How long a job that was given up is shown.
pub const FAILED_JOBS_KEPT: SignedDuration = DAY.saturating_mul(30);
