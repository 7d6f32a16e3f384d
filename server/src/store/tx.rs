//! Scoped transactions.

use super::{Store, StoreError, statement::Statement};
use crate::actor::Scope;
use orderline_domain::{
    ids::{UserId, VendorId},
    vendor::state::Shut,
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::{fmt::Display, panic::Location};

/// A transaction in one role and, for the application's, one vendor. Dropped without commit it rolls back.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    vendor: Option<VendorId>,
    shut: Option<Shut>,
}

impl Store {
    /// Begins a transaction that sees this vendor's rows only, and of its threads perhaps one only.
    pub async fn begin(&self, scope: impl Into<Scope>) -> Result<Tx, StoreError> {
        Tx::begin(&self.app, scope.into()).await
    }

    /// Begins a transaction before a vendor is known: it sees no rows, and may call the look-up functions.
    pub async fn begin_unscoped(&self) -> Result<Tx, StoreError> {
        Ok(Tx {
            inner: self.app.begin().await?,
            vendor: None,
            shut: None,
        })
    }

    /// Begins a transaction that sees what is this person's own, of no vendor.
    pub(crate) async fn begin_personal(&self, person: UserId) -> Result<Tx, StoreError> {
        let mut tx = self.begin_unscoped().await?;
        sqlx::query!(
            "SELECT set_config('orderline.person', $1, true)",
            person.to_string()
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(tx)
    }

    /// Begins a transaction of the platform's role, for one of the platform's people.
    pub(crate) async fn begin_platform(&self, person: UserId) -> Result<Tx, StoreError> {
        let mut tx = Tx {
            inner: self.platform.begin().await?,
            vendor: None,
            shut: None,
        };
        sqlx::query!(
            "SELECT set_config('orderline.person', $1, true)",
            person.to_string()
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(tx)
    }

    /// Begins a transaction of the jobs' role, which sees every vendor's rows.
    pub async fn begin_jobs(&self) -> Result<Tx, StoreError> {
        Ok(Tx {
            inner: self.jobs.begin().await?,
            vendor: None,
            shut: None,
        })
    }
}

impl Tx {
    /// Begins a transaction of the application's role on one of these connections.
    pub(in crate::store) async fn begin(pool: &PgPool, scope: Scope) -> Result<Self, StoreError> {
        let mut inner = pool.begin().await?;
        let entered = sqlx::query!(
            "SELECT set_config('orderline.vendor', $1, true) AS vendor,
                    set_config('orderline.person', $2, true) AS person, vendor_shut($3) AS shut",
            scope.vendor.to_string(),
            scope.person.map(|it| it.to_string()).unwrap_or_default(),
            scope.vendor.as_uuid()
        )
        .fetch_one(&mut *inner)
        .await?;
        if let Some(thread) = scope.only_thread {
            sqlx::query!(
                "SELECT set_config('orderline.thread', $1, true)",
                thread.to_string()
            )
            .fetch_one(&mut *inner)
            .await?;
        }
        Ok(Self {
            inner,
            vendor: Some(scope.vendor),
            shut: read_shut("vendors", scope.vendor, entered.shut.as_deref())?,
        })
    }

    /// Goes on in this vendor's scope, for what a person does at once with all that is theirs. Whether the vendor works is
    /// not asked.
    pub(crate) async fn enter(&mut self, vendor: VendorId) -> Result<(), StoreError> {
        sqlx::query!(
            "SELECT set_config('orderline.vendor', $1, true)",
            vendor.to_string()
        )
        .fetch_one(self.conn())
        .await?;
        self.vendor = Some(vendor);
        Ok(())
    }

    /// Lets transactions that name the same thing come one after the other, each until it ends.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_turn(&mut self, of: impl Display) -> Result<(), StoreError> {
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            of.to_string()
        )
        .fetch_one(self.conn())
        .await?;
        Ok(())
    }

    /// The connection, for one of the store's own statements.
    #[track_caller]
    pub(in crate::store) fn conn(&mut self) -> Statement<'_> {
        Statement::new(&mut self.inner, Location::caller())
    }

    /// The connection itself, for what several kinds of callers share.
    pub(in crate::store) fn connection(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    /// The vendor that this transaction is scoped to; `None` for jobs.
    pub const fn vendor(&self) -> Option<VendorId> {
        self.vendor
    }

    /// How that vendor did not work when the transaction began; `None` where it works.
    pub const fn shut(&self) -> Option<Shut> {
        self.shut
    }

    /// Makes everything durable. When this fails with [`StoreError::Unavailable`] it is not known whether it
    /// was: repeat the command with its id.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit().await?)
    }

    /// Undoes everything now rather than when the connection is next used.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }
}

/// How a vendor does not work, as it is stored.
pub(in crate::store) fn read_shut(
    table: &'static str,
    vendor: VendorId,
    name: Option<&str>,
) -> Result<Option<Shut>, StoreError> {
    name.map(|name| {
        Shut::from_name(name)
            .ok_or_else(|| StoreError::corrupt(table, "state", vendor, "no state of that name"))
    })
    .transpose()
}
