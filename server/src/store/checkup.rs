//! What the database is like: read for the installation's own people, through the connections that everything else uses.

use super::{Store, StoreError, Tx, master_key::Known};
use orderline_domain::{
    checkup::{DatabaseFacts, Denied, MigrationFacts, RoleFacts},
    ids::NodeId,
};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::collections::BTreeMap;

/// One right that each role lives by. A database that was copied without its grants has none of them.
const LIVES_BY: [(&str, &str, &str); 4] = [
    ("orderline_app", "threads", "SELECT"),
    ("orderline_app", "events", "SELECT"),
    ("orderline_jobs", "jobs", "SELECT"),
    ("orderline_platform", "vendors", "SELECT"),
];
/// What the server's connections are, one a pool.
const ROLES: [&str; 3] = ["orderline_app", "orderline_jobs", "orderline_platform"];

/// What the migrations need beside the roles.
const EXTENSIONS: [&str; 2] = ["pg_trgm", "btree_gin"];

/// What was read.
#[derive(Clone, Debug)]
pub struct Look {
    pub facts: DatabaseFacts,
    /// Of the master key; only where every migration was applied.
    pub key: Option<Known>,
    /// The server processes that are remembered; `None` where they could not be read.
    pub nodes: Option<Vec<NodeId>>,
}

/// What a login may do that sets the database up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// The roles are there, and it may apply migrations.
    Ready,
    /// Roles are missing, and it may make them.
    MayMakeRoles,
    /// Roles are missing, and it may not make them.
    RolesMissing,
    /// The owner's role is not its own, or may not create tables.
    MayNotMigrate,
    /// The named extension is missing, and it may not make it.
    ExtensionMissing(String),
}

/// Asks a login what it may do; the login that `migrate` uses.
pub async fn set_up(url: &str) -> Result<SetUp, StoreError> {
    let mut conn = PgConnection::connect(url).await?;
    let found = rights(&mut conn).await;
    conn.close().await?;
    found
}

/// The same steps as `set_up_roles`, each as good as done or within the login's rights.
async fn rights(conn: &mut PgConnection) -> Result<SetUp, StoreError> {
    // A schema's right is given on by whoever has it with the grant option, as its owner does.
    let me = sqlx::query!(
        r#"SELECT r.rolsuper OR r.rolcreaterole AS "makes_roles!",
                  r.rolsuper OR (r.rolcreaterole AND current_setting('server_version_num')::int < 160000) AS "joins!",
                  (SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)) AS "roles!",
                  (SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)
                      AND pg_has_role(current_user, oid, 'MEMBER')) AS "member!",
                  has_schema_privilege(current_user, 'public', 'CREATE WITH GRANT OPTION')
                      OR coalesce((SELECT has_schema_privilege(oid, 'public', 'CREATE') FROM pg_roles
                                    WHERE rolname = 'orderline_owner'), false) AS "creates!"
             FROM pg_roles r WHERE r.rolname = current_user"#,
        &["orderline_owner", ROLES[0], ROLES[1], ROLES[2]].map(str::to_owned) as &[String]
    )
    .fetch_one(&mut *conn)
    .await?;
    let are_there = me.roles == 4;
    if !are_there && !me.makes_roles {
        return Ok(SetUp::RolesMissing);
    }
    // Up to Postgres 15 who may make roles may also become a member of those that others made.
    if !me.creates || (are_there && me.member < 4 && !me.joins) {
        return Ok(SetUp::MayNotMigrate);
    }
    // Who may create in a database may make its trusted extensions; others are a superuser's.
    let missing = sqlx::query_scalar!(
        r#"SELECT wanted AS "name!" FROM unnest($1::text[]) wanted
            WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = wanted)
              AND NOT EXISTS (SELECT FROM pg_available_extension_versions v
                               WHERE v.name = wanted
                                 AND ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                                      OR v.trusted AND has_database_privilege(current_database(), 'CREATE')))
            LIMIT 1"#,
        &EXTENSIONS.map(str::to_owned) as &[String]
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(match missing {
        Some(name) => SetUp::ExtensionMissing(name),
        None if are_there => SetUp::Ready,
        None => SetUp::MayMakeRoles,
    })
}

impl Store {
    /// Reads what the database is like.
    pub async fn look(&self) -> Result<Look, StoreError> {
        let mut roles = Vec::new();
        for pool in [&self.app, &self.jobs, &self.platform] {
            roles.push(role(pool).await?);
        }
        let mut tx = self.begin_jobs().await?;
        let version = sqlx::query_scalar!(
            r#"SELECT current_setting('server_version_num')::integer / 10000 AS "version!""#
        )
        .fetch_one(tx.conn())
        .await?;
        let migrations = MigrationFacts {
            ours: super::migrate::ours(),
            applied: applied(&mut tx).await?,
        };
        let mut look = Look {
            facts: DatabaseFacts {
                version,
                roles,
                migrations,
                ..DatabaseFacts::default()
            },
            key: None,
            nodes: None,
        };
        if look.facts.migrations.ours == look.facts.migrations.applied {
            look.facts.unguarded = unguarded(&mut tx).await?;
            look.facts.denied = denied(&mut tx).await?;
            // Without its rights the jobs' role can read none of the rest.
            if look.facts.denied.is_empty() {
                look.key = Some(super::master_key::known(&mut tx).await?);
                look.nodes = Some(super::nodes::all_ids(&mut tx).await?);
            }
        }
        tx.roll_back().await?;
        Ok(look)
    }
}

async fn role(pool: &PgPool) -> Result<RoleFacts, StoreError> {
    let row = sqlx::query!(
        r#"SELECT rolname::text AS "name!", rolsuper OR rolbypassrls AS "bypasses!"
             FROM pg_roles WHERE rolname = current_user"#
    )
    .fetch_one(pool)
    .await?;
    Ok(RoleFacts {
        name: row.name,
        bypasses: row.bypasses,
    })
}

async fn applied(tx: &mut Tx) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    let there = sqlx::query_scalar!(
        r#"SELECT to_regprocedure('public.applied_migrations()') IS NOT NULL AS "there!""#
    )
    .fetch_one(tx.conn())
    .await?;
    if !there {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query!(
        r#"SELECT version AS "version!", checksum AS "checksum!" FROM applied_migrations()"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.version, row.checksum))
        .collect())
}

/// Tables with a vendor's rows on which row-level security does not hold for everybody.
async fn unguarded(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let tables = sqlx::query_scalar!(
        r#"SELECT c.relname::text AS "table!" FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
              AND EXISTS (SELECT FROM pg_attribute a
                           WHERE a.attrelid = c.oid AND a.attname = 'vendor_id' AND NOT a.attisdropped)
            ORDER BY 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(tables)
}

async fn denied(tx: &mut Tx) -> Result<Vec<Denied>, StoreError> {
    let mut denied = Vec::new();
    for (role, table, right) in LIVES_BY {
        let may = sqlx::query_scalar!(
            r#"SELECT coalesce(has_table_privilege($1, to_regclass($2), $3), false) AS "may!""#,
            role,
            table,
            right
        )
        .fetch_one(tx.conn())
        .await?;
        if !may {
            denied.push(Denied {
                role: role.to_owned(),
                table: table.to_owned(),
            });
        }
    }
    Ok(denied)
}
