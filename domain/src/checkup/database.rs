//! What is wrong with a database, from what was read of it.

use super::{Finding, Part, Symptom, bounds::LEAST_POSTGRES};
use std::collections::BTreeMap;

/// What was read of a database, as the server's own connections see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// The major version.
    pub version: i32,
    /// Who the server's connections are.
    pub roles: Vec<RoleFacts>,
    /// Tables of vendors' rows on which row-level security is not forced.
    pub unguarded: Vec<String>,
    pub denied: Vec<Denied>,
    pub migrations: MigrationFacts,
}

/// Who a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleFacts {
    pub name: String,
    /// Row-level security does not hold for it.
    pub bypasses: bool,
}

/// A right that a role lives by and does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    pub role: String,
    pub table: String,
}

/// Migrations by version, with their checksums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationFacts {
    /// What this program brings.
    pub ours: BTreeMap<i64, Vec<u8>>,
    /// What was applied.
    pub applied: BTreeMap<i64, Vec<u8>>,
}

impl DatabaseFacts {
    /// The worst of what is wrong, or that nothing is.
    pub fn judge(&self) -> Finding {
        let found = |symptom| Finding::new(Part::Database, symptom).with("version", &self.version);
        if self.version < LEAST_POSTGRES {
            return found(Symptom::DatabaseOld).with("least", &LEAST_POSTGRES);
        }
        if let Some(role) = self.roles.iter().find(|it| it.bypasses) {
            return found(Symptom::DatabaseBypasses).with("role", &role.name);
        }
        let MigrationFacts { ours, applied } = &self.migrations;
        if let Some(version) = applied.keys().find(|it| !ours.contains_key(it)) {
            return found(Symptom::DatabaseAhead).with("migration", version);
        }
        let changed = |(version, sum): &(&i64, &Vec<u8>)| ours.get(version) != Some(*sum);
        if let Some((version, _)) = applied.iter().find(changed) {
            return found(Symptom::DatabaseChanged).with("migration", version);
        }
        if applied.len() < ours.len() {
            let missing = ours.len() - applied.len();
            return found(Symptom::DatabaseBehind).with("missing", &missing);
        }
        if let Some(table) = self.unguarded.first() {
            return found(Symptom::DatabaseUnguarded).with("table", table);
        }
        if let Some(it) = self.denied.first() {
            return found(Symptom::DatabaseDenied)
                .with("role", &it.role)
                .with("table", &it.table);
        }
        found(Symptom::DatabaseGood)
    }
}
