//! The policy that holds for a buyer: the vendor's own where it has one, else the built-in one; and what the buyer
//! is told under it, exactly as it is hashed.

use crate::{
    failure::Failure,
    store::{
        Tx,
        catalogue::partners,
        people::users,
        policy::{self, StoredPolicy},
    },
};
use jiff::Timestamp;
use orderline_domain::{
    digest::Digest,
    ids::{ThreadId, UserId},
    policy::{
        BUILT_IN_VERSION, COMMON_LANGUAGE, PolicyRules, PolicyScope, ProposedPolicy, Terms,
        Wording, consent::PolicyRef, defaults_for,
    },
};
use orderline_protocol::{
    problem::Code,
    view::{Person, RecordingNotice},
};

/// The built-in wordings of version 1, by language. A file never changes once it was shown: a new text is a new
/// version.
const WORDINGS: [(&str, &str); 7] = [
    ("de", include_str!("../../../locales/policy/1.de.txt")),
    ("en", include_str!("../../../locales/policy/1.en.txt")),
    ("fr", include_str!("../../../locales/policy/1.fr.txt")),
    ("it", include_str!("../../../locales/policy/1.it.txt")),
    ("pt", include_str!("../../../locales/policy/1.pt.txt")),
    ("pt-BR", include_str!("../../../locales/policy/1.pt-BR.txt")),
    ("ro", include_str!("../../../locales/policy/1.ro.txt")),
];

/// A policy as it holds now, or held.
#[derive(Clone, Debug)]
pub struct Policy {
    pub scope: PolicyScope,
    pub version: u32,
    pub terms: Terms,
    /// None for a built-in one.
    pub changed: Option<(Timestamp, Person)>,
}

impl Policy {
    pub const fn rules(&self) -> &PolicyRules {
        self.terms.rules()
    }
}

impl From<StoredPolicy> for Policy {
    fn from(stored: StoredPolicy) -> Self {
        Self {
            scope: stored.scope,
            version: stored.version,
            terms: stored.terms,
            changed: Some((stored.changed_at, stored.changed_by)),
        }
    }
}

/// What holds for these buyers where the vendor has decided nothing else.
pub fn built_in(scope: PolicyScope) -> Result<Policy, Failure> {
    let spoken: &[&str] = match scope.country() {
        Some("DE" | "AT") => &["de"],
        Some("CH") => &["de", "fr", "it"],
        Some("FR") => &["fr"],
        Some("IT") => &["it"],
        Some("PT") => &["pt"],
        Some("BR") => &["pt-BR"],
        Some("RO") => &["ro"],
        _ => &[],
    };
    let wordings = WORDINGS
        .iter()
        .filter(|(language, _)| *language == COMMON_LANGUAGE || spoken.contains(language))
        .map(|(language, text)| Wording {
            language: (*language).to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    let proposed = ProposedPolicy {
        rules: defaults_for(scope),
        wordings,
    };
    let terms = Terms::try_from(proposed)
        .map_err(|error| Failure::Internal(format!("a built-in policy: {error}")))?;
    Ok(Policy {
        scope,
        version: BUILT_IN_VERSION,
        terms,
        changed: None,
    })
}

/// What holds now for buyers of this country, in the vendor that the transaction is scoped to. A country without a
/// policy of its own, built in or made by the vendor, falls under the one for everywhere else.
pub async fn in_force(tx: &mut Tx, scope: PolicyScope) -> Result<Policy, Failure> {
    if let Some(stored) = policy::latest(tx, scope).await? {
        return Ok(stored.into());
    }
    let known = scope.has_default();
    if !known && let Some(stored) = policy::latest(tx, PolicyScope::Elsewhere).await? {
        return Ok(stored.into());
    }
    built_in(if known { scope } else { PolicyScope::Elsewhere })
}

/// The policy that concerns this buyer in this thread, and the language they read.
pub async fn of_buyer(
    tx: &mut Tx,
    thread: ThreadId,
    buyer: UserId,
) -> Result<(Policy, String), Failure> {
    let home = users::home(tx, buyer, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let scope = PolicyScope::of(home.country.as_deref());
    Ok((in_force(tx, scope).await?, home.language))
}

/// The notice for a call with this buyer in this thread, and its wording's hash.
pub async fn notice(
    tx: &mut Tx,
    thread: ThreadId,
    buyer: UserId,
) -> Result<(RecordingNotice, Digest), Failure> {
    let partner = partners::contractual_partner(tx)
        .await?
        .ok_or(Code::NotFound)?;
    let (policy, language) = of_buyer(tx, thread, buyer).await?;
    let wording = policy.terms.wording_for(&language);
    let hash = wording.hash();
    let rules = policy.rules();
    let notice = RecordingNotice {
        policy: policy.scope.name().to_owned(),
        version: policy.version,
        language: wording.language.clone(),
        wording: wording.text.clone(),
        wording_hash: hash.to_string(),
        kept_days: rules.kept_days,
        when: rules.record,
        may_refuse: rules.may_refuse,
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
