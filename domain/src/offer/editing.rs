//! Who edits a draft: one person at a time, with a take-over that everybody sees.

use crate::ids::UserId;
use jiff::{SignedDuration, Timestamp};

/// How long an editor keeps the draft after the last change.
pub const EDITOR_LEASE: SignedDuration = SignedDuration::from_secs(10);

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
    fn x6_one_editor_at_a_time_until_the_lease_ends_or_the_draft_is_taken_over() {
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
