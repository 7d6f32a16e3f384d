//! Who answers a new question.

use crate::ids::UserId;

/// A seller who can answer: active, and at work for the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub seller: UserId,
    /// Threads in which they sell that are not closed.
    pub open_threads: i64,
}

/// The seller whom the vendor has named, as long as they can answer; else the one with the fewest open threads, and of
/// several the one who has been known longest. Nobody answers themselves.
pub fn who_answers(
    named: Option<UserId>,
    sellers: &[Candidate],
    asker: Option<UserId>,
) -> Option<UserId> {
    let others = || sellers.iter().filter(|it| Some(it.seller) != asker);
    let chosen = others().find(|it| Some(it.seller) == named);
    chosen
        .or_else(|| others().min_by_key(|it| (it.open_threads, it.seller)))
        .map(|it| it.seller)
}
