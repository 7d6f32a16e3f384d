//! How a server starts.

use crate::support::{TestApp, try_start};
use orderline_server::config::{Cli, Config, Doing};
use std::fs::File;

/// An earlier process that was killed a moment ago may still hold the data folder: the next one waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_right_after_a_kill_waits_for_the_data_folder() {
    let (database, _, data) = TestApp::start().await.abandon().await;
    let held = File::options()
        .write(true)
        .open(data.path().join("lock"))
        .expect("the lock");
    held.try_lock().expect("nobody holds it");
    let mut start = Box::pin(try_start(&database, data.path(), &[]));
    assert!(futures::poll!(&mut start).is_pending(), "it waits");
    drop(held);
    let server = start.await.expect("it starts once the folder is free");
    server.stop().await.expect("it stops");
    database.remove().await;
}

/// The demo asks nobody for a password: it is this machine's alone, calls included.
#[test]
fn the_demos_calls_are_this_machines_alone() {
    use clap::Parser as _;
    let cli = Cli::try_parse_from(["orderline", "serve", "--demo"]).expect("options");
    let Doing::Serve(args) = cli.doing else {
        panic!("serve was asked for")
    };
    let config = Config::try_from(*args).expect("settings");
    let only = config.media.only_from.expect("not from anywhere");
    assert_eq!(only, config.media.announce, "its own addresses");
    assert!(only.iter().any(std::net::IpAddr::is_loopback));
}
