//! `orderline init`: the first page from the command line.

use crate::support::{PASSWORD, TestApp, TestDatabase, client::Browser, try_start};
use clap::Parser as _;
use orderline_domain::people::roles::Role;
use orderline_protocol::{http::Me, platform::SetupView};
use orderline_server::{
    config::{Cli, Doing},
    init::init,
};
use serde_json::json;
use std::{fs, path::Path};

async fn asked(database: &TestDatabase, data: &Path, options: &[String]) -> anyhow::Result<String> {
    let mut args = vec![
        "orderline".to_owned(),
        "init".to_owned(),
        format!("--data={}", data.display()),
        format!("--database-url={}", database.url),
    ];
    args.extend_from_slice(options);
    let cli = Cli::try_parse_from(args).expect("the options are known");
    let Doing::Init(args) = cli.doing else {
        panic!("init was asked for")
    };
    init(*args).await
}

fn answers() -> serde_json::Value {
    json!({
        "name": "Orderline",
        "entity": {
            "name": "Orderline Platform GmbH",
            "address": "Hafenstraße 1\n20457 Hamburg",
            "country": "DE",
            "terms": "These terms hold."
        },
        "admin": { "name": "Ada", "email": "Ada@Platform.example" }
    })
}

/// P1: an empty database is set up by a file of answers and a password's file; its admin signs in; asked again, nothing
/// is changed, whatever the answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_init_sets_an_empty_installation_up_once() {
    let database = TestDatabase::create().await;
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answers.json");
    fs::write(&file, answers().to_string()).expect("written");
    let secret = folder.path().join("password");
    fs::write(&secret, format!("{PASSWORD}\nnot this\n")).expect("written");
    let options = [
        format!("--answers={}", file.display()),
        format!("--password-file={}", secret.display()),
    ];
    let words = asked(&database, data.path(), &options).await;
    let words = words.expect("it is set up");
    assert!(words.contains("is set up"), "{words}");

    let server = try_start(&database, data.path(), &[]).await;
    let server = server.expect("it starts");
    assert_eq!(server.setup, None, "no page waits");
    let mut browser = Browser::new(server.addr);
    browser.sign_in("ada@platform.example", PASSWORD).await;
    let me: Me = browser.read("/api/session").await;
    assert_eq!(me.person.role, Role::PlatformAdmin);
    let view: SetupView = browser.read("/api/setup").await;
    assert!(view.set_up);
    server.stop().await.expect("it stops");

    let other = [options[0].clone(), "--name=Another".to_owned()];
    let words = asked(&database, data.path(), &other).await;
    let words = words.expect("nothing is asked");
    assert!(words.contains("Nothing was changed"), "{words}");
    let mut conn = database.connect().await;
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM platform")
        .fetch_all(&mut conn)
        .await
        .expect("rows");
    assert_eq!(names, ["Orderline"]);
    drop(conn);
    database.remove().await;
}

/// Options count more than the file (here TOML); what is missing or wrong is named field by field, and nothing is half
/// done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_init_names_what_is_missing_and_what_is_wrong() {
    let database = TestDatabase::create().await;
    let data = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let none = asked(&database, data.path(), &["--name=Orderline".to_owned()]).await;
    let words = format!("{:#}", none.expect_err("nobody is there to be asked"));
    for field in [
        "entity.name",
        "entity.terms",
        "admin.email",
        "admin.password",
    ] {
        assert!(words.contains(field), "{words}");
    }
    assert!(!words.contains(" name,"), "{words}");

    let file = folder.path().join("answers.toml");
    let toml = "name = \"From the file\"\n[entity]\nname = \"E\"\naddress = \"A\"\nterms = \"T\"\n\
                country = \"Germany\"\n[admin]\nname = \"Ada\"\nemail = \"ada\"\npassword = \"short\"\n";
    fs::write(&file, toml).expect("written");
    let wrong = [
        format!("--answers={}", file.display()),
        "--name=".to_owned(),
    ];
    let refused = asked(&database, data.path(), &wrong).await;
    let words = format!("{:#}", refused.expect_err("three fields are wrong"));
    for field in [
        "  name: ",
        "entity.country: ",
        "admin.email: ",
        "admin.password: ",
    ] {
        assert!(words.contains(field), "{words}");
    }
    assert!(
        !words.contains("short\n"),
        "no password is repeated: {words}"
    );
    let misread = folder.path().join("other.toml");
    fs::write(&misread, "nmae = \"x\"\n").expect("written");
    let wrong = [format!("--answers={}", misread.display())];
    let words = asked(&database, data.path(), &wrong).await;
    let words = format!("{:#}", words.expect_err("a field that there is not"));
    assert!(words.contains("nmae"), "{words}");

    let server = try_start(&database, data.path(), &[]).await;
    let server = server.expect("it starts");
    assert!(server.setup.is_some(), "the page still waits");
    server.stop().await.expect("it stops");
    database.remove().await;
}

/// One server a data folder: beside a running one nothing is set up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_init_beside_a_running_server_says_so() {
    let app = TestApp::start().await;
    let refused = asked(&app.database, app.data.path(), &[]).await;
    let words = format!("{:#}", refused.expect_err("the folder is taken"));
    assert!(words.contains("another server"), "{words}");
    app.stop().await;
}
