//! The policy that holds for a buyer: the vendor's own where it has one, else the built-in one; and what the buyer
//! is told under it, exactly as it is hashed.

use crate::{
    failure::Failure,
    store::{
        Tx,
        catalogue::partners,
        people::persons,
        policy::{self, StoredPolicy},
    },
    texts,
};
use jiff::Timestamp;
use orderline_domain::{
    call::notice::RecordingNotice,
    ids::{ThreadId, UserId},
    people::person::Person,
    policy::{
        BUILT_IN_VERSION, PolicyRules, PolicyScope, ProposedPolicy, Terms, country_of,
        defaults_for, stricter,
    },
};
use orderline_protocol::problem::Code;

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
    let proposed = ProposedPolicy {
        rules: defaults_for(scope),
        wordings: texts::wordings(),
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
    let home = persons::home(tx, buyer, thread)
        .await?
        .ok_or(Code::NotFound)?;
    let country = country_of(home.country.as_deref(), home.typed_country.as_deref());
    let scope = PolicyScope::of(country.as_deref());
    Ok((in_force(tx, scope).await?, home.language))
}

/// The policy that decides about an order for an address in this country: never a milder one than the buyer's own
/// country has.
pub async fn of_order(
    tx: &mut Tx,
    thread: ThreadId,
    buyer: Option<UserId>,
    typed: &str,
) -> Result<Policy, Failure> {
    let in_address = in_force(tx, PolicyScope::of(Some(typed))).await?;
    let own = match own_country(tx, thread, buyer).await? {
        Some(country) => Some(in_force(tx, PolicyScope::of(Some(&country))).await?),
        None => None,
    };
    Ok(stricter(in_address, own, Policy::rules))
}

/// The country that a buyer is known to live in, whatever an offer says.
pub async fn own_country(
    tx: &mut Tx,
    thread: ThreadId,
    buyer: Option<UserId>,
) -> Result<Option<String>, Failure> {
    let Some(buyer) = buyer else { return Ok(None) };
    let home = persons::home(tx, buyer, thread).await?;
    Ok(home.and_then(|home| home.country))
}

/// The notice for a call with this buyer in this thread.
pub async fn notice(
    tx: &mut Tx,
    thread: ThreadId,
    buyer: UserId,
) -> Result<RecordingNotice, Failure> {
    let partner = partners::contractual_partner(tx)
        .await?
        .ok_or(Code::NotFound)?;
    let (policy, language) = of_buyer(tx, thread, buyer).await?;
    let wording = policy.terms.wording_for(&language);
    let rules = policy.rules();
    Ok(RecordingNotice {
        policy: policy.scope.name().to_owned(),
        version: policy.version,
        language: wording.language.clone(),
        wording: wording.text.clone(),
        wording_hash: wording.hash(),
        kept_days: rules.kept_days,
        when: rules.record,
        may_refuse: rules.may_refuse,
        contractual_partner: partner,
    })
}
