//! The mail server, broken in each way.

use super::{assert_found, found, without_database};
use crate::mail::sink::Sink;
use orderline_domain::checkup::{Part, Symptom};

const FROM: &str = "--mail-from=Orderline <no-reply@orderline.example>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_a_mail_server_without_tls_or_login_is_found_and_a_mail_goes_only_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut sink = Sink::start(folder.path(), &[]).await;
    let authority = format!("--smtp-authority-file={}", sink.authority.display());
    let url = |scheme: &str, password: &str| {
        format!(
            "--smtp-url={scheme}://orderline:{password}@localhost:{}",
            sink.port
        )
    };
    let (right, wrong) = (url("smtp", "s3cret%40%25"), url("smtp", "wrong"));
    // TLS from the first byte, where the server speaks it after a greeting.
    let other_port = url("smtps", "s3cret%40%25");

    let report = without_database(&[&right, &authority, FROM]).await;
    assert_found(&report, Part::Mail, Symptom::MailGood);
    let report = without_database(&[&wrong, &authority, FROM]).await;
    assert_found(&report, Part::Mail, Symptom::MailLogin);
    assert!(!report.text().contains("wrong"), "{}", report.text());
    let report = without_database(&[&other_port, &authority, FROM]).await;
    let finding = found(&report, Part::Mail);
    assert!(
        matches!(finding.symptom, Symptom::MailTls | Symptom::MailUnreachable),
        "{finding:?}"
    );
    // The authority of another server.
    let other = Sink::start(elsewhere.path(), &[]).await;
    let others = format!("--smtp-authority-file={}", other.authority.display());
    let report = without_database(&[&right, &others, FROM]).await;
    assert_found(&report, Part::Mail, Symptom::MailTls);
    let report = without_database(&[&right, &authority, "--mail-from=nobody"]).await;
    assert_found(&report, Part::Mail, Symptom::MailSettings);
    let away = "--smtp-url=smtp+plain://localhost:1";
    let report = without_database(&[away, FROM]).await;
    assert_found(&report, Part::Mail, Symptom::MailUnreachable);

    let send = "--send-to=operator@shop.example";
    let report = without_database(&[&right, &authority, FROM, send]).await;
    assert_found(&report, Part::Mail, Symptom::MailSent);
    // It is the first that ever came: nothing was sent before.
    let mail = sink.next().await;
    assert_eq!(mail["to"], serde_json::json!(["operator@shop.example"]));
}
