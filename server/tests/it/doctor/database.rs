//! The database, broken in each way.

use super::{assert_found, beside, found, look};
use crate::support::{TestApp, fresh_uuid};
use orderline_domain::checkup::{Part, Symptom, bounds::LOOK};
use sqlx::AssertSqlSafe;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

async fn run(app: &TestApp, sql: &str) {
    let mut conn = app.database.connect().await;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut conn)
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// A login of its own on the test's cluster, and the address that it enters by.
struct Login {
    name: String,
    url: String,
}

impl Login {
    async fn make(app: &TestApp, rights: &str) -> Self {
        let name = format!("doctor_{}", fresh_uuid().simple());
        run(app, &format!("CREATE ROLE {name} LOGIN {rights}")).await;
        let mut url = url::Url::parse(&app.database.url).expect("an address");
        url.set_username(&name).expect("a user");
        Self {
            name,
            url: url.into(),
        }
    }

    async fn drop(self, app: &TestApp) {
        run(app, &format!("DROP ROLE {}", self.name)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_role_that_bypasses_row_level_security_is_found() {
    let app = TestApp::start().await;
    let login = Login::make(&app, "BYPASSRLS IN ROLE orderline_app").await;
    let option = format!("--database-app-url={}", login.url);
    let report = beside(&app, &[&option]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseBypasses);
    assert_eq!(found(&report, Part::Database).params["role"], login.name);
    assert!(report.is_broken());
    login.drop(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_missing_grants_and_unguarded_tables_are_found() {
    let app = TestApp::start().await;
    run(&app, "REVOKE SELECT ON threads FROM orderline_app").await;
    let report = beside(&app, &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseDenied);
    assert_eq!(found(&report, Part::Database).params["table"], "threads");
    run(&app, "GRANT SELECT ON threads TO orderline_app").await;

    run(&app, "ALTER TABLE orders NO FORCE ROW LEVEL SECURITY").await;
    let report = beside(&app, &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseUnguarded);
    assert_eq!(found(&report, Part::Database).params["table"], "orders");
    run(&app, "ALTER TABLE orders FORCE ROW LEVEL SECURITY").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_migrations_of_another_release_are_found() {
    let app = TestApp::start().await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of tomorrow', true, '\\x00', 0)";
    run(&app, newer).await;
    let report = beside(&app, &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseAhead);
    run(&app, "DELETE FROM _sqlx_migrations WHERE version = 9999").await;

    let other = "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 1";
    run(&app, other).await;
    let report = beside(&app, &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseChanged);

    let older =
        "DELETE FROM _sqlx_migrations WHERE version >= (SELECT max(version) FROM _sqlx_migrations);
                 DELETE FROM _sqlx_migrations WHERE version = 1";
    run(&app, older).await;
    let report = beside(&app, &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseBehind);
    assert_eq!(found(&report, Part::Database).params["missing"], "2");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_login_that_may_not_migrate_is_found() {
    let app = TestApp::start().await;
    let login = Login::make(&app, "").await;
    let report = look(&login.url, app.data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseMayNotMigrate);
    login.drop(&app).await;
    app.stop().await;
}

/// Who may make roles may not therefore do the rest of what a set-up needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_login_without_the_schemas_right_or_an_extension_is_found() {
    let app = TestApp::start().await;
    let members = "orderline_owner, orderline_app, orderline_jobs, orderline_platform";
    let login = Login::make(&app, &format!("CREATEROLE IN ROLE {members}")).await;
    let report = look(&login.url, app.data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseGood);

    run(&app, "REVOKE CREATE ON SCHEMA public FROM orderline_owner").await;
    let report = look(&login.url, app.data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseMayNotMigrate);
    run(&app, "GRANT CREATE ON SCHEMA public TO orderline_owner").await;

    run(&app, "DROP EXTENSION pg_trgm CASCADE").await;
    let report = look(&login.url, app.data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseNoExtension);
    let missing = &found(&report, Part::Database).params["extension"];
    assert_eq!(missing, "pg_trgm");
    login.drop(&app).await;
    app.stop().await;
}

/// Whatever the database does, the others are looked at, and nothing hangs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_database_that_is_away_or_hangs_holds_nobody_up() {
    let data = tempfile::tempdir().expect("a folder");
    let report = look("postgres://127.0.0.1:1/none", data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::DatabaseUnreachable);
    assert_found(&report, Part::Disk, Symptom::DiskGood);

    // It takes the connection and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let begun = Instant::now();
    let url = format!("postgres://somebody@127.0.0.1:{port}/none");
    let report = look(&url, data.path(), &[]).await;
    assert_found(&report, Part::Database, Symptom::NotInTime);
    assert_found(&report, Part::Disk, Symptom::DiskGood);
    assert!(begun.elapsed() < LOOK + Duration::from_secs(5));
}
