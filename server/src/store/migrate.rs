//! Roles and migrations.

use sqlx::{
    AssertSqlSafe, Connection, PgConnection, migrate::Migrator, postgres::PgConnectOptions,
};
use std::{collections::BTreeMap, str::FromStr};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Why the database could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("the database cannot be prepared: {0}")]
    Database(#[from] sqlx::Error),
    #[error("a migration cannot be applied: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// Serialises set-up between nodes and test processes that share a cluster ("orderlin" in ASCII).
const SET_UP_LOCK: i64 = 0x6f72_6465_726c_696e;

/// Roles that only exist to hold rights: nobody signs in as them unless an operator says so. Every step is left
/// out where it is done already, so that a plain member of the roles gets through as well; a step that another
/// database of the cluster takes at the same time is as good as taken.
const CREATE_ROLES: &str = "
    DO $$
    DECLARE r text;
    BEGIN
        FOREACH r IN ARRAY ARRAY['orderline_owner', 'orderline_app', 'orderline_jobs', 'orderline_platform'] LOOP
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', r);
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
            IF NOT pg_has_role(current_user, r, 'MEMBER') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', r);
            END IF;
            IF NOT has_schema_privilege(r, 'public', 'USAGE') THEN
                EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', r);
            END IF;
        END LOOP;
        IF NOT has_schema_privilege('orderline_owner', 'public', 'CREATE') THEN
            GRANT CREATE ON SCHEMA public TO orderline_owner;
        END IF;
        -- For the search of customers; both come with Postgres.
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
    END
    $$;";

/// Creates the four roles where they are missing and gives them their place in the schema. Needs a login that
/// may create roles; an operator who does not want that runs `docs/roles.sql` once by hand.
pub async fn set_up_roles(url: &str) -> Result<(), MigrateError> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::query!("SELECT pg_advisory_lock($1)", SET_UP_LOCK)
        .fetch_one(&mut conn)
        .await?;
    sqlx::raw_sql(AssertSqlSafe(CREATE_ROLES))
        .execute(&mut conn)
        .await?;
    // Closing gives the lock back.
    conn.close().await?;
    Ok(())
}

/// Applies what is missing of `migrations/`, as the owner role.
pub async fn migrate(url: &str) -> Result<(), MigrateError> {
    let options = PgConnectOptions::from_str(url)?.options([("role", "orderline_owner")]);
    let mut conn = PgConnection::connect_with(&options).await?;
    MIGRATIONS.run(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// The migrations that this program brings, by version, with their checksums.
pub(super) fn ours() -> BTreeMap<i64, Vec<u8>> {
    let all = MIGRATIONS.iter();
    all.map(|it| (it.version, it.checksum.to_vec())).collect()
}

/// Creates a database where it is missing; `url` is of a login that may.
pub async fn create_database(url: &str, name: &str) -> Result<(), MigrateError> {
    let mut conn = PgConnection::connect(url).await?;
    let there = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS "there!""#,
        name
    )
    .fetch_one(&mut conn)
    .await?;
    if !there {
        // A name cannot be a parameter here.
        let quoted = name.replace('"', "\"\"");
        let create = format!("CREATE DATABASE \"{quoted}\" ENCODING 'UTF8' TEMPLATE template0");
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&mut conn)
            .await?;
    }
    conn.close().await?;
    Ok(())
}

/// The same address with another database.
pub fn with_database(url: &str, name: &str) -> Result<String, MigrateError> {
    let mut url = url::Url::parse(url).map_err(|error| sqlx::Error::Configuration(error.into()))?;
    url.set_path(name);
    Ok(url.into())
}
