//! What the buyer is told before a call is recorded: the wording that is in force, exactly as it is hashed.

use super::Failure;
use crate::store::{Tx, partners};
use orderline_domain::{call_mode::RecordWhen, consent::PolicyRef, digest::Digest};
use orderline_protocol::{problem::Code, view::RecordingNotice};

/// One policy's wording in one language. A wording never changes under its version: a new text is a new one.
struct Wording {
    policy: &'static str,
    version: u32,
    language: &'static str,
    text: &'static str,
    kept_days: u32,
}

/// The wording in force. Ten years: the retention of commercial records in Germany.
const IN_FORCE: Wording = Wording {
    policy: "DE",
    version: 1,
    language: "en",
    text: include_str!("../../locales/policy/de-1.en.txt"),
    kept_days: 3_650,
};

/// The notice for a call of the vendor that this transaction is scoped to, and its wording's hash.
pub async fn notice(tx: &mut Tx) -> Result<(RecordingNotice, Digest), Failure> {
    let partner = partners::contractual_partner(tx)
        .await?
        .ok_or(Code::NotFound)?;
    let wording = IN_FORCE.text.trim();
    let hash = Digest::of(wording.as_bytes());
    let notice = RecordingNotice {
        policy: IN_FORCE.policy.to_owned(),
        version: IN_FORCE.version,
        language: IN_FORCE.language.to_owned(),
        wording: wording.to_owned(),
        wording_hash: hash.to_string(),
        kept_days: IN_FORCE.kept_days,
        when: RecordWhen::FirstSecond,
        may_refuse: false,
        contractual_partner: partner,
    };
    Ok((notice, hash))
}

/// The wording that a call's notice showed, as the thread refers to it.
pub fn reference(notice: &RecordingNotice) -> PolicyRef {
    PolicyRef::to_wording(
        &notice.policy,
        notice.version,
        &notice.language,
        &notice.wording,
    )
}
