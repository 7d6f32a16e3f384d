//! The vendor's own policies: every version that ever held, with its wordings. Rows are only ever added.

use super::{StoreError, Tx, call::unsigned, people::persons};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use orderline_domain::{
    call::mode::RecordWhen,
    ids::{UserId, VendorId},
    people::{person::Person, roles::Role},
    policy::{PolicyRules, PolicyScope, ProposedPolicy, Terms, Wording},
};
use uuid::Uuid;

/// Two edits that began from the same version: the second is refused by this constraint.
pub const VERSION_ONCE: &str = "policies_version";
/// Versions in one history, the newest.
const MAX_VERSIONS: i64 = 100;
/// Policies of one vendor: every country, and elsewhere.
const MAX_POLICIES: i64 = 300;

/// One version of a policy.
#[derive(Clone, Debug)]
pub struct StoredPolicy {
    pub scope: PolicyScope,
    pub version: u32,
    pub terms: Terms,
    pub changed_at: Timestamp,
    pub changed_by: Person,
}

/// A version about to be written.
#[derive(Debug)]
pub struct NewPolicy<'a> {
    pub vendor: VendorId,
    pub scope: PolicyScope,
    pub version: u32,
    pub terms: &'a Terms,
    pub at: Timestamp,
    pub by: UserId,
    pub by_role: Role,
}

/// Which versions to read.
#[derive(Clone, Copy, Debug)]
enum Which {
    /// Of one policy, newest first.
    All(PolicyScope),
    /// The one in force, of one policy.
    Latest(PolicyScope),
    /// The one in force, of every policy.
    LatestOfAll,
}

/// Writes a version; [`VERSION_ONCE`] refuses one that is there.
pub async fn insert(tx: &mut Tx, new: &NewPolicy<'_>) -> Result<(), StoreError> {
    let rules = new.terms.rules();
    let number = |column, value: u32| {
        i32::try_from(value)
            .map_err(|e| StoreError::corrupt("policies", column, new.scope.name(), e))
    };
    let version = number("version", new.version)?;
    sqlx::query!(
        "INSERT INTO policies (vendor_id, scope, version, record_when, may_refuse, written_acceptance, kept_days,
                               source, changed_at, changed_by, changed_as)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.vendor.as_uuid(),
        new.scope.name(),
        version,
        rules.record.name(),
        rules.may_refuse,
        rules.written_acceptance,
        number("kept_days", rules.kept_days)?,
        rules.source,
        new.at.to_sqlx(),
        new.by.as_uuid(),
        new.by_role.name()
    )
    .execute(tx.conn())
    .await?;
    for wording in new.terms.wordings() {
        sqlx::query!(
            "INSERT INTO policy_wordings (vendor_id, scope, version, language, wording) VALUES ($1, $2, $3, $4, $5)",
            new.vendor.as_uuid(),
            new.scope.name(),
            version,
            wording.language,
            wording.text
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The vendor's own version in force for these buyers, if there is one.
pub async fn latest(tx: &mut Tx, scope: PolicyScope) -> Result<Option<StoredPolicy>, StoreError> {
    Ok(select(tx, Which::Latest(scope)).await?.pop())
}

/// The vendor's own versions in force, in the order of their names.
pub async fn latest_of_all(tx: &mut Tx) -> Result<Vec<StoredPolicy>, StoreError> {
    select(tx, Which::LatestOfAll).await
}

/// The vendor's own versions of one policy, newest first.
pub async fn versions(tx: &mut Tx, scope: PolicyScope) -> Result<Vec<StoredPolicy>, StoreError> {
    select(tx, Which::All(scope)).await
}

async fn select(tx: &mut Tx, which: Which) -> Result<Vec<StoredPolicy>, StoreError> {
    let (scope, latest, limit) = match &which {
        Which::All(scope) => (Some(scope.name()), false, MAX_VERSIONS),
        Which::Latest(scope) => (Some(scope.name()), true, 1),
        Which::LatestOfAll => (None, true, MAX_POLICIES),
    };
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT p.scope, p.version, p.record_when, p.may_refuse, p.written_acceptance, p.kept_days, p.source,
                  p.changed_at AS "changed_at: _", u.user_id, u.name, p.changed_as AS role,
                  ARRAY(SELECT w.language FROM policy_wordings w
                         WHERE w.scope = p.scope AND w.version = p.version ORDER BY w.language) AS "languages!",
                  ARRAY(SELECT w.wording FROM policy_wordings w
                         WHERE w.scope = p.scope AND w.version = p.version ORDER BY w.language) AS "wordings!"
             FROM policies p JOIN people u ON u.user_id = p.changed_by
            WHERE ($1::text IS NULL OR p.scope = $1)
              AND (NOT $2 OR p.version = (SELECT max(l.version) FROM policies l WHERE l.scope = p.scope))
            ORDER BY p.scope, p.version DESC LIMIT $3"#,
        scope,
        latest,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(StoredPolicy::try_from).collect()
}

struct Row {
    scope: String,
    version: i32,
    record_when: String,
    may_refuse: bool,
    written_acceptance: bool,
    kept_days: i32,
    source: String,
    changed_at: jiff_sqlx::Timestamp,
    user_id: Uuid,
    name: String,
    role: String,
    languages: Vec<String>,
    wordings: Vec<String>,
}

impl TryFrom<Row> for StoredPolicy {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = format!("{} {}", row.scope, row.version);
        let fault = |column, what: String| StoreError::corrupt("policies", column, &id, what);
        let wordings = row
            .languages
            .into_iter()
            .zip(row.wordings)
            .map(|(language, text)| Wording { language, text })
            .collect();
        let rules = PolicyRules {
            record: RecordWhen::from_name(&row.record_when)
                .ok_or_else(|| fault("record_when", "no moment of that name".into()))?,
            may_refuse: row.may_refuse,
            written_acceptance: row.written_acceptance,
            kept_days: unsigned("policies", "kept_days", &id, row.kept_days)?,
            source: row.source,
        };
        Ok(Self {
            scope: row
                .scope
                .parse()
                .map_err(|e: orderline_domain::policy::NoScope| fault("scope", e.to_string()))?,
            version: unsigned("policies", "version", &id, row.version)?,
            terms: Terms::try_from(ProposedPolicy { rules, wordings })
                .map_err(|e| fault("wordings", e))?,
            changed_at: row.changed_at.to_jiff(),
            changed_by: Person {
                user: UserId::from_uuid(row.user_id),
                role: persons::role("policies", row.user_id, &row.role)?,
                name: row.name,
            },
        })
    }
}
