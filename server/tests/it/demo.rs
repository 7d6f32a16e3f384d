//! The demo lets anybody in, so that only this machine reaches it; and no version that a page names freezes a draft.

use crate::{
    offer_support::{Shelf, complete, show},
    support::{Socket, TestApp},
};
use clap::Parser as _;
use orderline_protocol::socket::{ClientFrame, ClientSignal, ServerFrame, ServerSignal};
use orderline_server::config::{Cli, Config, ConfigError, Doing};
use reqwest::{Method, StatusCode, header};

fn read(options: &[&str]) -> Result<Config, ConfigError> {
    let args = ["orderline", "serve"]
        .into_iter()
        .chain(options.iter().copied());
    let Doing::Serve(args) = Cli::try_parse_from(args).expect("known options").doing else {
        panic!("serve was asked for")
    };
    Config::try_from(*args)
}

#[test]
fn the_demo_is_this_machines_alone() {
    assert!(read(&["--demo"]).is_ok());
    for bad in ["--public-url=https://shop.example", "--listen=0.0.0.0:8080"] {
        assert!(read(&["--demo", bad]).is_err(), "{bad}");
    }
    assert!(read(&["--demo", "--public-url=http://localhost:9000"]).is_ok());
}

#[tokio::test]
async fn the_demo_answers_its_own_names_alone() {
    let app = TestApp::start_with(&["--demo"]).await;
    let port = app.server.addr.port();
    let asked = async |host: String| {
        let request = app.browser().request(Method::GET, "/api/site");
        let answer = request.header(header::HOST, host).send().await;
        answer.expect("an answer").status()
    };
    for own in [
        "localhost",
        "seller.localhost",
        "127.0.0.1",
        "[::1]",
        "LOCALHOST.",
    ] {
        assert_eq!(
            asked(format!("{own}:{port}")).await,
            StatusCode::OK,
            "{own}"
        );
    }
    for other in [
        "evil.example",
        "localhost.evil.example",
        "192.0.2.7",
        "notlocalhost",
    ] {
        assert_eq!(
            asked(format!("{other}:{port}")).await,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
    app.stop().await;
}

/// A page names the last version that there is; the next change of another still counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_version_that_a_page_names_freezes_a_draft() {
    let app = TestApp::start().await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let thread = app.shops.ours.thread;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[(thread, 0)]).await;
    let mut draft = complete(&app, &shelf.one_time);
    let mut seen = 0;
    for (version, quantity) in [
        (Some(u64::MAX), 2),
        (None, 3),
        (Some(u64::MAX), 4),
        (None, 5),
    ] {
        draft.version = version.unwrap_or(seen + 1);
        draft.quantity = quantity.to_string();
        let signal = ClientSignal::Draft {
            thread,
            draft: draft.clone(),
            take_over: false,
        };
        seller.send(&ClientFrame::Signal { signal }).await;
        let got = buyer
            .wait(|frame| match frame {
                ServerFrame::Signal {
                    signal: ServerSignal::Draft { draft, .. },
                } => Some(draft.clone()),
                _ => None,
            })
            .await;
        assert_eq!(got.quantity, quantity.to_string());
        assert!(got.version > seen && got.version < u64::MAX / 2);
        seen = got.version;
    }
    draft.version = u64::MAX;
    let shown = show(&mut seller, thread, &draft).await;
    assert!(shown.draft.version < u64::MAX / 2);
    app.stop().await;
}
