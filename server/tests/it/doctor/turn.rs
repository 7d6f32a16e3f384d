//! TURN with a wrong secret, and TURN that is not there.

use super::{assert_found, found, without_database};
use crate::support::eventually;
use orderline_domain::checkup::{Part, Symptom};
use orderline_server::{config::OwnTurn, embedded::coturn::EmbeddedTurn};
use std::{
    fs::Permissions, net::SocketAddr, os::unix::fs::PermissionsExt as _, sync::atomic::Ordering,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_turn_with_another_secret_or_without_an_answer_is_found() {
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
    let plain: Vec<&str> = turn
        .urls
        .iter()
        .map(String::as_str)
        .filter(|it| it.starts_with("turn:"))
        .collect();
    let urls = format!("--turn-url={}", plain.join(","));
    let right = format!("--turn-secret={}", turn.secret.reveal());

    let report = without_database(&[&urls, &right]).await;
    assert_found(&report, Part::Turn, Symptom::TurnGood);
    let report = without_database(&[&urls, "--turn-secret=another"]).await;
    assert_found(&report, Part::Turn, Symptom::TurnRefused);
    assert_eq!(found(&report, Part::Turn).params["code"], "401");
    turn.stop().await;

    let away = "--turn-url=turn:127.0.0.1:1?transport=tcp";
    let report = without_database(&[away, &right]).await;
    assert_found(&report, Part::Turn, Symptom::TurnSilent);
    let tls = "--turn-url=turns:turn.example:5349";
    let report = without_database(&[tls, &right]).await;
    assert_found(&report, Part::Turn, Symptom::TurnUntried);
}
