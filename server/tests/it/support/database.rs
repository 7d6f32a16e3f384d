//! One fresh database a test.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

/// A database that exists as long as its test.
pub(crate) struct TestDatabase {
    pub name: String,
    /// Of the superuser.
    pub url: String,
    server: String,
}

impl TestDatabase {
    /// Creates an empty database. Fails loudly when there is no Postgres to create it on.
    pub(crate) async fn create() -> Self {
        let server = std::env::var("ORDERLINE_TEST_DATABASE_URL")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:43555/postgres".to_owned());
        let name = format!("orderline_test_{}", super::fresh_uuid().simple());
        let mut conn = PgConnection::connect(&server).await.unwrap_or_else(|error| {
            panic!(
                "these tests need a Postgres superuser in ORDERLINE_TEST_DATABASE_URL (`cargo xtask test` \
                 starts one): {error}"
            )
        });
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut conn)
            .await
            .expect("a database is created");
        conn.close().await.expect("the connection closes");
        let mut url = url::Url::parse(&server).expect("the test database's URL");
        url.set_path(&name);
        Self {
            name,
            url: url.into(),
            server,
        }
    }

    /// Removes the database.
    pub(crate) async fn remove(self) {
        let mut conn = PgConnection::connect(&self.server)
            .await
            .expect("Postgres answers");
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut conn)
            .await
            .expect("the database is removed");
    }

    /// A connection of the superuser, for looking behind the server.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url)
            .await
            .expect("Postgres answers")
    }

    /// The jobs that wait or were given up, but those of some kinds.
    pub(crate) async fn jobs_left(&self, conn: &mut PgConnection, but: &[&str]) -> Vec<String> {
        let but: Vec<String> = but.iter().map(ToString::to_string).collect();
        sqlx::query_scalar(
            "SELECT concat_ws(' ', kind, CASE WHEN failed_at IS NULL THEN 'waits' ELSE 'was given up' END,
                              'after', attempts, last_error)
               FROM jobs WHERE NOT kind = ANY($1) ORDER BY 1",
        )
        .bind(but)
        .fetch_all(conn)
        .await
        .expect("jobs are read")
    }

    /// How many jobs were to be done by now.
    pub(crate) async fn jobs_due(&self, conn: &mut PgConnection, now: jiff::Timestamp) -> i64 {
        sqlx::query_scalar(
            "SELECT count(*) FROM jobs WHERE failed_at IS NULL AND run_at <= to_timestamp($1)",
        )
        .bind(now.as_duration().as_secs_f64())
        .fetch_one(conn)
        .await
        .expect("jobs are counted")
    }

    /// Cuts every connection of the server's roles; answers how many there were.
    pub(crate) async fn cut_connections(&self) -> i64 {
        let mut conn = self.connect().await;
        let row = sqlx::query(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name LIKE 'orderline_%'",
        )
        .fetch_one(&mut conn)
        .await
        .expect("connections are cut");
        row.get(0)
    }
}
