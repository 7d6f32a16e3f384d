//! TURN with a wrong secret, and TURN that is not there.

use super::{assert_found, found, without_database};
use crate::support::coturn;
use orderline_domain::checkup::{Part, Symptom};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_turn_with_another_secret_or_without_an_answer_is_found() {
    let (turn, _data) = coturn::start().await;
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
