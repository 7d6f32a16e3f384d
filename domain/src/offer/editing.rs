//! Who edits a draft: one person at a time, with a take-over that everybody sees.

use crate::ids::UserId;
use jiff::{SignedDuration, Timestamp};

/// How long an editor keeps the draft after the last change.
pub const EDITOR_LEASE: SignedDuration = SignedDuration::from_secs(10);

/// How far ahead of the clock a draft's version may be, in milliseconds: pages count by their own clocks, and some of
/// them are wrong.
pub const MAX_AHEAD_MS: u64 = 24 * 3_600 * 1_000;

/// The version that a draft has after a change that names one; `None` where the change is older than the draft. It is
/// never so far ahead that nobody could change the draft after it.
pub fn version_after(held: u64, named: u64, now: Timestamp) -> Option<u64> {
    let now = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let furthest = now.saturating_add(MAX_AHEAD_MS).max(held.saturating_add(1));
    (named > held).then(|| named.min(furthest))
}

/// The last change of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastEdit {
    pub by: UserId,
    pub at: Timestamp,
}

/// Whether `who` may change the draft now: nobody else has lately, or it is taken over by intent.
pub fn may_edit(last: Option<LastEdit>, who: UserId, now: Timestamp, take_over: bool) -> bool {
    last.is_none_or(|last| {
        last.by == who || take_over || now.duration_since(last.at) >= EDITOR_LEASE
    })
}

#[cfg(test)]
mod tests {
    use crate::offer::editing::*;
    use uuid::Uuid;

    #[test]
    fn no_version_freezes_a_draft() {
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        let after = version_after(7, u64::MAX, now).unwrap();
        assert_eq!(after, 1_800_000_000_000 + MAX_AHEAD_MS);
        let next = version_after(after, after + 1, now).unwrap();
        assert_eq!(next, after + 1);
        assert_eq!(version_after(next, u64::MAX, now), Some(next + 1));
        assert_eq!(version_after(7, 7, now), None);
        assert_eq!(version_after(7, 8, now), Some(8));
    }

    #[test]
    fn one_editor_at_a_time_until_the_lease_ends_or_the_draft_is_taken_over() {
        let (mara, ben) = (
            UserId::from_uuid(Uuid::from_u128(1)),
            UserId::from_uuid(Uuid::from_u128(2)),
        );
        let at = Timestamp::UNIX_EPOCH;
        let last = Some(LastEdit { by: mara, at });
        assert!(may_edit(None, ben, at, false));
        assert!(may_edit(last, mara, at, false));
        assert!(!may_edit(
            last,
            ben,
            at + SignedDuration::from_millis(9_999),
            false
        ));
        assert!(may_edit(last, ben, at, true));
        assert!(may_edit(last, ben, at + EDITOR_LEASE, false));
    }
}
