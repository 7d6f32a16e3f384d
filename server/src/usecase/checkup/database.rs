//! The database: whether it answers, and what is wrong with it.

use crate::store::{
    Store, StoreError,
    checkup::{self, Look, SetUp},
};
use orderline_domain::checkup::{Finding, Part, Symptom};

/// Reads what it is like, or says why it cannot be read. Before it was set up there is nothing to read.
pub(super) async fn read(store: &Store, login: Option<&str>) -> Result<Look, Finding> {
    if let Some(login) = login {
        match checkup::set_up(login)
            .await
            .map_err(|error| silent(&error))?
        {
            SetUp::Ready => {}
            SetUp::MayMakeRoles => return Err(found(Symptom::DatabaseNew)),
            SetUp::RolesMissing => return Err(found(Symptom::DatabaseNoRole)),
            SetUp::ExtensionMissing(name) => {
                return Err(found(Symptom::DatabaseNoExtension).with("extension", &name));
            }
            SetUp::MayNotMigrate => return Err(found(Symptom::DatabaseMayNotMigrate)),
        }
    }
    store.look().await.map_err(|error| silent(&error))
}

fn silent(error: &StoreError) -> Finding {
    found(Symptom::DatabaseUnreachable).with("detail", error)
}

fn found(symptom: Symptom) -> Finding {
    Finding::new(Part::Database, symptom)
}
