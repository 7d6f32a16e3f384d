//! Our own coturn, by itself.

use super::eventually;
use orderline_server::{config::OwnTurn, embedded::coturn::EmbeddedTurn};
use std::{
    fs::Permissions, net::SocketAddr, os::unix::fs::PermissionsExt as _, sync::atomic::Ordering,
};
use tempfile::TempDir;

/// Starts it on a free port of this machine and waits until it answers; its files lie in the folder.
pub(crate) async fn start() -> (EmbeddedTurn, TempDir) {
    let loopback = [127, 0, 0, 1].into();
    let config = OwnTurn {
        listen: SocketAddr::new(loopback, 0),
        tls_port: 0,
        host: None,
        tls: None,
        demo: true,
    };
    // Open to the account that coturn gets where this runs as root.
    let open = Permissions::from_mode(0o711);
    let data = tempfile::Builder::new().permissions(open).tempdir();
    let data = data.expect("a folder");
    let turn = EmbeddedTurn::start(data.path(), &config, &[loopback]).await;
    let turn = turn.expect("it starts").expect("coturn is installed");
    eventually("it answers", async || {
        turn.up().load(Ordering::Relaxed).then_some(())
    })
    .await;
    (turn, data)
}
