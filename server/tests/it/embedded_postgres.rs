//! The private Postgres of a single machine, on the Postgres that is installed here: without one these fail.

use orderline_domain::backoff::Backoff;
use orderline_server::{embedded::postgres::EmbeddedPostgres, supervisor::Supervisor};
use sqlx::{Connection, PgConnection};
use std::error::Error;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error>>;

/// A data directory that root's other account can reach, as one in a home directory may not be.
fn data_dir() -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

async fn number(url: &str, query: &'static str) -> Result<i64, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    let number = sqlx::query_scalar(query).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(number)
}

async fn execute(url: &str, statement: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(statement).execute(&mut connection).await?;
    connection.close().await
}

/// The postmaster's process id, as written in its cluster.
fn postmaster(data: &Path) -> Result<String, Box<dyn Error>> {
    let text = std::fs::read_to_string(data.join("postgres/data/postmaster.pid"))?;
    Ok(text
        .lines()
        .next()
        .ok_or("the file is empty")?
        .trim()
        .to_owned())
}

async fn until<T>(mut attempt: impl AsyncFnMut() -> Option<T>) -> Result<T, Box<dyn Error>> {
    let wait = async {
        loop {
            if let Some(found) = attempt().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    Ok(tokio::time::timeout(Duration::from_mins(1), wait).await?)
}

async fn answers_and_stops(postgres: EmbeddedPostgres) -> Outcome {
    assert_eq!(
        number(&postgres.superuser_url(), "SELECT 1::bigint").await?,
        1
    );
    postgres.stop().await?;
    Ok(())
}

#[tokio::test]
async fn keeps_what_is_written_over_a_stop_and_syncs_it() -> Outcome {
    let data = data_dir()?;
    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    execute(
        &postgres.superuser_url(),
        "CREATE TABLE kept AS SELECT 7::bigint AS n",
    )
    .await?;
    execute(&postgres.superuser_url(), "CREATE ROLE reader LOGIN").await?;
    execute(&postgres.superuser_url(), "GRANT SELECT ON kept TO reader").await?;
    let safe = "SELECT count(*) FROM pg_settings WHERE (name, setting) IN (('fsync', 'on'), ('synchronous_commit', 'on'), \
                ('full_page_writes', 'on'), ('listen_addresses', ''), ('data_checksums', 'on'))";
    assert_eq!(number(&postgres.superuser_url(), safe).await?, 5);
    postgres.stop().await?;
    assert!(!data.path().join("postgres/data/postmaster.pid").exists());

    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    assert_eq!(
        number(&postgres.url("reader", "postgres"), "SELECT n FROM kept").await?,
        7
    );
    postgres.stop().await?;
    Ok(())
}

#[tokio::test]
async fn the_next_start_takes_over_what_a_killed_server_left() -> Outcome {
    let data = data_dir()?;
    // A server that is killed tells its Postgres nothing: its runtime is gone between two moments.
    let path = data.path().to_owned();
    let (url, pid) = std::thread::spawn(move || -> Result<_, String> {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        let postgres = runtime
            .block_on(EmbeddedPostgres::start(&path, &Supervisor::default()))
            .map_err(|error| error.to_string())?;
        let url = postgres.superuser_url();
        runtime
            .block_on(execute(&url, "CREATE TABLE kept AS SELECT 7::bigint AS n"))
            .map_err(|error| error.to_string())?;
        runtime.shutdown_background();
        Ok((url, postmaster(&path).map_err(|error| error.to_string())?))
    })
    .join()
    .map_err(|_| "the first server panicked")??;
    assert_eq!(
        number(&url, "SELECT n FROM kept").await?,
        7,
        "it runs on without its server"
    );

    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    assert_eq!(postmaster(data.path())?, pid);
    assert_eq!(
        number(&postgres.superuser_url(), "SELECT n FROM kept").await?,
        7
    );
    postgres.stop().await?;
    assert!(!Path::new("/proc").join(&pid).join("exe").exists());
    Ok(())
}

#[tokio::test]
async fn a_postgres_that_dies_is_started_again() -> Outcome {
    let data = data_dir()?;
    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    execute(
        &postgres.superuser_url(),
        "CREATE TABLE kept AS SELECT 7::bigint AS n",
    )
    .await?;
    let first = postmaster(data.path())?;
    assert!(
        Command::new("kill")
            .args(["-9", &first])
            .status()?
            .success()
    );
    let url = postgres.superuser_url();
    let found = until(async || {
        let fresh = postmaster(data.path()).is_ok_and(|pid| pid != first);
        if fresh {
            number(&url, "SELECT n FROM kept").await.ok()
        } else {
            None
        }
    })
    .await?;
    assert_eq!(found, 7);
    postgres.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_state_file_that_names_somebody_else_does_not_block() -> Outcome {
    let data = data_dir()?;
    EmbeddedPostgres::start(data.path(), &Supervisor::default())
        .await?
        .stop()
        .await?;
    let state = data.path().join("postgres/data/postmaster.pid");
    // Process 1 is always there and never a Postgres of ours.
    std::fs::write(
        &state,
        "1\n/elsewhere\n1\n5432\n/elsewhere\n\n0 0\nready   \n",
    )?;
    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    answers_and_stops(postgres).await
}

#[tokio::test]
async fn a_data_directory_that_is_far_down_gets_a_short_socket() -> Outcome {
    let data = data_dir()?;
    let deep = data.path().join("a-long-name-for-a-folder".repeat(5));
    let postgres = EmbeddedPostgres::start(&deep, &Supervisor::default()).await?;
    answers_and_stops(postgres).await
}

#[tokio::test]
async fn a_data_directory_that_only_its_owner_enters_works_for_root_too() -> Outcome {
    // A temporary folder is its owner's alone, and root lends Postgres another account.
    let data = tempfile::tempdir()?;
    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::default()).await?;
    assert_eq!(
        number(&postgres.superuser_url(), "SELECT 1::bigint").await?,
        1
    );
    postgres.stop().await?;
    if let Ok(elsewhere) = std::fs::read_link(data.path().join("postgres")) {
        assert!(elsewhere.join("data/PG_VERSION").is_file());
        std::fs::remove_dir_all(elsewhere)?;
    }
    Ok(())
}

/// The database fails to start more often than it was once given up after, and comes up as soon as it can.
#[tokio::test]
async fn a_postgres_that_cannot_start_is_tried_until_it_can() -> Outcome {
    const FAULT: &str = "shared_preload_libraries = 'orderline_missing'\n";
    const STARTS: usize = 7;
    let data = data_dir()?;
    let quick = Backoff::endless(Duration::from_millis(5), Duration::from_millis(20));
    let postgres = EmbeddedPostgres::start(data.path(), &Supervisor::new(quick)).await?;
    let up = postgres.up();
    let cluster = data.path().join("postgres/data");
    let settings = cluster.join("postgresql.auto.conf");
    let sound = std::fs::read_to_string(&settings)?;
    std::fs::write(&settings, format!("{sound}{FAULT}"))?;
    let first = postmaster(data.path())?;
    assert!(
        Command::new("kill")
            .args(["-9", &first])
            .status()?
            .success()
    );
    until(async || {
        let said = std::fs::read_to_string(data.path().join("postgres/postgres.log")).ok()?;
        let refused = said
            .matches("could not access file \"orderline_missing\"")
            .count();
        (refused >= STARTS).then_some(())
    })
    .await?;
    assert!(!up.load(Ordering::Relaxed), "it says that it is down");
    std::fs::write(&settings, sound)?;
    until(async || up.load(Ordering::Relaxed).then_some(())).await?;
    answers_and_stops(postgres).await
}

/// Without its keeper nobody would start it again: the process ends.
#[tokio::test]
async fn without_its_keeper_the_process_ends() -> Outcome {
    let data = data_dir()?;
    let supervisor = Supervisor::default();
    let postgres = EmbeddedPostgres::start(data.path(), &supervisor).await?;
    let pid = postmaster(data.path())?;
    assert!(supervisor.inject_panic("postgres"));
    assert_eq!(supervisor.fatal().await, "postgres");
    assert!(postgres.stop().await.is_err(), "nobody stops it");
    Command::new("kill").args(["-INT", &pid]).status()?;
    until(async || (!Path::new("/proc").join(&pid).join("exe").exists()).then_some(())).await
}
