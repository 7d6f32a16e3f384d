//! Compliance finds recordings, opens them with a reason, plays them with seeking; nobody else does, and every
//! access is in the log.

use crate::call_support::running;
use crate::support::{Browser, TestApp, client::problem, eventually};
use orderline_protocol::{
    http::{AccessLog, RecordingList},
    problem::Code,
    recording::{MarkView, PlayView, RecordingPhase},
    socket::Command,
};
use reqwest::{Method, StatusCode, header};

async fn found(browser: &Browser, query: &str) -> RecordingList {
    browser.read(&format!("/api/recordings{query}")).await
}

/// B6: found, opened with a reason, played with ranges, logged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(
    clippy::too_many_lines,
    reason = "one recording, from its call to its log"
)]
async fn b6_a_recording_is_found_played_and_logged() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut run = running(&app).await;
    let compliance = app.sign_in(&shop.email("compliance")).await;
    let live = found(&compliance, "").await;
    assert_eq!(live.items[0].phase, RecordingPhase::Recording);
    run.seller.socket.say(shop.thread, "between us").await;
    run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.told("recording_stored").await;

    let list = found(&compliance, "").await;
    let row = list.items[0].clone();
    assert_eq!((row.call, row.phase), (run.call, RecordingPhase::Ready));
    assert!(row.segments_stored >= 1 && row.duration_ms.is_some());
    assert_eq!(found(&compliance, "?q=BUYE").await, list);
    assert_eq!(
        found(&compliance, "?from=2020-01-01&to=2100-01-01").await,
        list
    );
    for nothing in [
        "?q=nobody%25",
        "?order=99999",
        "?to=2020-01-01",
        "?from=2100-01-01",
    ] {
        assert!(
            found(&compliance, nothing).await.items.is_empty(),
            "{nothing}"
        );
    }
    let other = app.sign_in(&app.shops.other.email("compliance")).await;
    assert!(found(&other, "").await.items.is_empty());
    assert_eq!(
        problem(compliance.get("/api/recordings?from=yesterday").await)
            .await
            .code,
        Code::Malformed
    );

    let plays = format!("/api/recordings/{}/plays", row.recording);
    let short = compliance
        .post(&plays, &serde_json::json!({"reason": "  x "}))
        .await;
    assert_eq!(problem(short).await.fields[0].field, "reason");
    let response = compliance
        .post(&plays, &serde_json::json!({"reason": "A dispute"}))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    let play: PlayView = response.json().await.expect("a play");
    assert!(
        play.marks
            .iter()
            .any(|mark| mark.event.body.kind() == "call_started"),
        "{:?}",
        play.marks
    );
    // What people write to each other is no mark, whoever may read the thread.
    let wrote = |mark: &&MarkView| mark.event.body.kind() == "message_sent";
    assert_eq!(play.marks.iter().find(wrote), None);
    assert_eq!(play.waveform.len(), 2);
    let audio = play
        .tracks
        .iter()
        .find(|track| track.kind == "audio")
        .expect("sound");
    assert_eq!((audio.name.as_str(), audio.seat), ("audio.webm", None));

    let whole = compliance.get(&audio.url).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(
        whole.headers()[header::CONTENT_TYPE],
        "audio/webm; codecs=opus"
    );
    assert_eq!(whole.headers()[header::ACCEPT_RANGES], "bytes");
    let whole = whole.bytes().await.expect("a body");
    assert!(whole.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]), "not WebM");
    let request = compliance
        .request(Method::GET, &audio.url)
        .header(header::RANGE, "bytes=100-299");
    let part = request.send().await.expect("an answer");
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        part.headers()[header::CONTENT_RANGE],
        format!("bytes 100-299/{}", whole.len()).as_str()
    );
    assert_eq!(part.bytes().await.expect("a body"), whole.slice(100..300));
    let request = compliance
        .request(Method::GET, &audio.url)
        .header(header::RANGE, "bytes=999999999-");
    assert_eq!(
        request.send().await.expect("an answer").status(),
        StatusCode::RANGE_NOT_SATISFIABLE
    );

    let log: AccessLog = compliance
        .read(&format!("/api/recordings/{}/log", row.recording))
        .await;
    let lines: Vec<_> = log
        .items
        .iter()
        .map(|it| (it.what.as_str(), it.reason.as_str()))
        .collect();
    assert_eq!(
        lines,
        [("played audio.webm", "A dispute"), ("opened", "A dispute")]
    );
    assert_eq!(log.items[0].who.user, shop.user("compliance"));
    app.stop().await;
}

/// No other role finds, opens or plays a recording, and an opening is nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_gets_a_recording() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut run = running(&app).await;
    run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.told("recording_stored").await;
    let compliance = app.sign_in(&shop.email("compliance")).await;
    let row = found(&compliance, "").await.items.remove(0);
    let plays = format!("/api/recordings/{}/plays", row.recording);
    let reason = serde_json::json!({"reason": "A dispute"});
    let play: PlayView = compliance
        .post(&plays, &reason)
        .await
        .json()
        .await
        .expect("a play");
    let url = &play.tracks[0].url;
    for (shop, person) in [
        (shop, "seller"),
        (shop, "buyer"),
        (shop, "support"),
        (shop, "admin"),
        (&app.shops.other, "compliance"),
    ] {
        let browser = app.sign_in(&shop.email(person)).await;
        assert!(
            !browser.post(&plays, &reason).await.status().is_success(),
            "{person}"
        );
        assert!(!browser.get(url).await.status().is_success(), "{person}");
    }
    let no_play = url.replace(|c: char| c.is_ascii_digit(), "0");
    assert!(!compliance.get(&no_play).await.status().is_success());
    assert_eq!(
        app.browser().get(url).await.status(),
        StatusCode::UNAUTHORIZED
    );
    app.stop().await;
}

/// A call whose media never met leaves an empty recording, said as such.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_without_packets_is_empty() {
    let app = TestApp::start().await;
    let (mut seller, _buyer, call) = crate::call_support::accepted(&app).await;
    seller.call(Command::HangUp { call: call.call }).await;
    let compliance = app.sign_in(&app.shops.ours.email("compliance")).await;
    let row = eventually("the recording is settled", async || {
        let row = found(&compliance, "").await.items.remove(0);
        (row.phase == RecordingPhase::Empty).then_some(row)
    })
    .await;
    assert_eq!(row.call, call.call);
    app.stop().await;
}

/// A player that holds a part of a file gets the rest of the same file, or all of another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changed_is_sent_whole() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.told("recording_stored").await;
    let compliance = app.sign_in(&app.shops.ours.email("compliance")).await;
    let row = found(&compliance, "").await.items.remove(0);
    let plays = format!("/api/recordings/{}/plays", row.recording);
    let reason = serde_json::json!({"reason": "A dispute"});
    let play = compliance.post(&plays, &reason).await;
    let play: PlayView = play.json().await.expect("a play");
    let url = &play.tracks[0].url;
    let ask = async |wanted: &[(header::HeaderName, &str)]| {
        let mut request = compliance.request(Method::GET, url);
        for (name, value) in wanted {
            request = request.header(name, *value);
        }
        request.send().await.expect("an answer")
    };

    let whole = ask(&[]).await;
    let tag = whole.headers()[header::ETAG]
        .to_str()
        .expect("a tag")
        .to_owned();
    let whole = whole.bytes().await.expect("a body");
    assert!(
        tag.starts_with('"') && tag.ends_with('"'),
        "a strong tag: {tag}"
    );
    let again = ask(&[(header::RANGE, "bytes=0-9")]).await;
    assert_eq!(again.headers()[header::ETAG], tag.as_str());
    assert_eq!(again.status(), StatusCode::PARTIAL_CONTENT);

    let part = ask(&[(header::RANGE, "bytes=100-299"), (header::IF_RANGE, &tag)]).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.expect("a body"), whole.slice(100..300));
    let weak = format!("W/{tag}");
    for known in ["\"another\"", &weak, "Wed, 21 Oct 2026 07:28:00 GMT"] {
        let all = ask(&[(header::RANGE, "bytes=100-299"), (header::IF_RANGE, known)]).await;
        assert_eq!(all.status(), StatusCode::OK, "{known}");
        assert_eq!(all.headers().get(header::CONTENT_RANGE), None, "{known}");
        assert_eq!(all.bytes().await.expect("a body"), whole, "{known}");
    }
    // Outside of the file, but of another file: all of it, and no refusal.
    let all = ask(&[
        (header::RANGE, "bytes=999999999-"),
        (header::IF_RANGE, "\"another\""),
    ])
    .await;
    assert_eq!(all.status(), StatusCode::OK);

    let known = format!("\"another\", {tag}");
    for known in [tag.as_str(), &weak, &known, "*"] {
        let same = ask(&[(header::IF_NONE_MATCH, known), (header::RANGE, "bytes=0-9")]).await;
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(same.headers()[header::ETAG], tag.as_str());
        assert!(same.bytes().await.expect("no body").is_empty());
    }
    let other = ask(&[(header::IF_NONE_MATCH, "\"another\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
    let other = ask(&[(header::IF_MATCH, "\"another\"")]).await;
    assert_eq!(other.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        ask(&[(header::IF_MATCH, &tag)]).await.status(),
        StatusCode::OK
    );

    let head = compliance
        .request(Method::HEAD, url)
        .send()
        .await
        .expect("an answer");
    assert_eq!(head.headers()[header::ETAG], tag.as_str());
    app.stop().await;
}
