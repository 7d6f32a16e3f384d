//! Work beside the requests: by schedule, under a lease, out of a queue; what ran and what failed, and who may see it.

use crate::{
    call_support::Page,
    support::{TestApp, eventually},
};
use axum::{Form, Router, extract::State, http::StatusCode, routing::post};
use futures::FutureExt as _;
use jiff::SignedDuration;
use orderline_domain::{
    call::{
        quality::{LineLevel, Point, Sample},
        seat::Seat,
    },
    ids::CallId,
    thread::{EventBody, join_link::Channel, outreach::Outreach},
};
use orderline_protocol::{
    join::{JoinLinkList, JoinLinkPhase},
    problem::Code,
    socket::{Command, CommandResult},
    system::{JobRef, JobView, JobsView},
};
use orderline_server::{
    app::App,
    store::call::quality,
    usecase::{
        Reach,
        jobs::runs::{self, Claim, Run},
    },
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

const DAY: Duration = Duration::from_hours(24);

/// A job as an admin sees it.
async fn job(admin: &Page, name: &str) -> JobView {
    let all: JobsView = admin.browser.read("/api/jobs").await;
    let found = all.jobs.into_iter().find(|it| it.name == name);
    found.expect("a job of this name")
}

async fn run(page: &mut Page, name: &str) -> CommandResult {
    let work = JobRef::Job {
        name: name.to_owned(),
    };
    let id = crate::support::socket::command_id();
    page.socket.command(id, Command::RunJob { work }).await
}

/// Rows of these tables whose time can be over.
async fn kept(app: &TestApp) -> BTreeMap<&'static str, i64> {
    let mut conn = app.database.connect().await;
    let mut kept = BTreeMap::new();
    for table in [
        "call_quality",
        "commands",
        "join_links",
        "mails",
        "security_log",
        "sessions",
        "text_messages",
    ] {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count: i64 = sqlx::query_scalar(query)
            .fetch_one(&mut conn)
            .await
            .expect("a count");
        kept.insert(table, count);
    }
    // The server that runs is not forgotten.
    let running = app.server.app.env.node.as_uuid();
    let others: i64 = sqlx::query_scalar("SELECT count(*) FROM nodes WHERE node_id <> $1")
        .bind(running)
        .fetch_one(&mut conn)
        .await
        .expect("a count");
    kept.insert("nodes", others);
    kept
}

/// Everything that has a lifetime is there until it is over, and gone after the next night.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_needs_any_more_is_ended_at_night() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let mut seller = Page::open(&app, shop, "seller").await;
    let call = seller.ring(shop.thread).await.call;
    measure(&app, call).await;
    seller.call(Command::HangUp { call }).await;
    let phone = Some("+49 341 123456".to_owned());
    let link = Command::SendJoinLink {
        thread: shop.thread,
        channel: Channel::Sms,
        phone,
    };
    seller.done(link).await;
    server_of_yesterday(&app).await;
    eventually("mail and text message are handed over", async || {
        let mut conn = app.database.connect().await;
        let left = app.database.jobs_left(&mut conn, &[]).await;
        left.is_empty().then_some(())
    })
    .await;
    let before = kept(&app).await;
    assert!(before.values().all(|count| *count > 0), "{before:?}");

    let ran = async || {
        let mut conn = app.database.connect().await;
        let at: Option<String> =
            sqlx::query_scalar("SELECT last_done::text FROM job_runs WHERE name = 'housekeeping'")
                .fetch_one(&mut conn)
                .await
                .expect("its row");
        at
    };
    assert_eq!(ran().await, None, "the night has not come");
    app.clock.advance(DAY);
    let first = eventually("the first night", async || ran().await).await;
    let after_one = kept(&app).await;
    // The session of somebody who is let into one thread lives for hours; nobody has one here.
    assert_eq!(after_one, before, "nothing of this is a day old and over");
    app.clock.advance(DAY * 400);
    eventually("another night", async || {
        (ran().await.as_ref() != Some(&first)).then_some(())
    })
    .await;
    eventually("all of it is gone", async || {
        let kept = kept(&app).await;
        kept.values().all(|count| *count == 0).then_some(())
    })
    .await;
    app.stop().await;
}

/// A server process that ran once.
async fn server_of_yesterday(app: &TestApp) {
    let mut conn = app.database.connect().await;
    let row = "INSERT INTO nodes SELECT gen_random_uuid(), public_url, version, started_at, seen_at FROM nodes";
    sqlx::query(row).execute(&mut conn).await.expect("a row");
}

/// What a page measures of a call.
async fn measure(app: &TestApp, call: CallId) {
    let core = &app.server.app;
    let sample = Sample {
        level: LineLevel::Good,
        loss_in: 0,
        loss_out: 0,
        concealed: 0,
        rtt_ms: 20,
        jitter_ms: 1,
        bits_in: 30_000,
        bits_out: 30_000,
        available_out: None,
        frozen_ms: 0,
        picture_held: false,
    };
    let point = Point {
        at: core.clock.now(),
        seat: Seat::SELLER,
        sample,
    };
    let vendor = app.shops.ours.vendor;
    let mut tx = core.store.begin(vendor).await.expect("the store answers");
    let kept = quality::keep(&mut tx, vendor, call, &[point]).await;
    kept.expect("kept");
    tx.commit().await.expect("committed");
}

/// An admin sees that a job fails and why, in words that give nothing away; mended, it runs again when asked to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_is_seen_and_run_again() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let mut admin = Page::open(&app, shop, "admin").await;
    eventually("it has run once", async || {
        job(&admin, "acceptances").await.last_done.map(drop)
    })
    .await;
    let mut conn = app.database.connect().await;
    let right = |word: &str| {
        format!(
            "{word} SELECT ON order_acceptances {} orderline_jobs",
            if word == "GRANT" { "TO" } else { "FROM" }
        )
    };
    sqlx::query(sqlx::AssertSqlSafe(right("REVOKE")))
        .execute(&mut conn)
        .await
        .expect("revoked");
    assert!(matches!(
        run(&mut admin, "acceptances").await,
        CommandResult::Saved { .. }
    ));
    let failed = eventually("it fails again and again", async || {
        let job = job(&admin, "acceptances").await;
        (job.failures >= 2).then_some(job)
    })
    .await;
    assert_eq!(
        failed.error.as_deref(),
        Some("a fault on our side; the log says more")
    );
    sqlx::query(sqlx::AssertSqlSafe(right("GRANT")))
        .execute(&mut conn)
        .await
        .expect("granted");
    assert!(matches!(
        run(&mut admin, "acceptances").await,
        CommandResult::Saved { .. }
    ));
    let mended = eventually("it is well again", async || {
        let job = job(&admin, "acceptances").await;
        (job.failures == 0).then_some(job)
    })
    .await;
    assert!(mended.error.is_none() && mended.next_due > mended.last_end);

    // Of what looks for work by itself nothing can be asked, nor of what there is not.
    for unknown in ["mail", "no such job"] {
        let CommandResult::Failed { problem } = run(&mut admin, unknown).await else {
            panic!("{unknown} was run")
        };
        assert_eq!(problem.code, Code::NotFound);
    }
    for person in ["seller", "buyer", "support", "compliance"] {
        let mut page = Page::open(&app, shop, person).await;
        let status = page.browser.get("/api/jobs").await.status();
        assert_eq!(status, reqwest::StatusCode::FORBIDDEN, "{person}");
        let CommandResult::Failed { problem } = run(&mut page, "acceptances").await else {
            panic!("{person} ran a job")
        };
        assert_eq!(problem.code, Code::NotAllowed, "{person}");
    }
    app.stop().await;
}

/// What one node runs, no other runs meanwhile; when it dies in it, another goes on after the lease.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_belongs_to_one_node_at_a_time() {
    let app = TestApp::start_with(&["--several-nodes"]).await;
    let (other, _data) = app.second().await;
    let (one, two) = (&app.server.app, &other.app);
    let mut conn = app.database.connect().await;
    sqlx::query("INSERT INTO job_runs (name, schedule, next_due) VALUES ('tried', 'never', now())")
        .execute(&mut conn)
        .await
        .expect("written");
    let claim = async |app: &App| {
        let claim = app
            .run
            .job(Reach::Everyone, |cx| runs::claim(cx, "tried").boxed());
        claim.await.expect("the store answers")
    };
    app.clock.advance(Duration::from_secs(1));
    assert!(matches!(claim(one).await, Claim::Taken { failures: 0 }));
    assert!(matches!(claim(two).await, Claim::NotDue { .. }));
    assert!(
        matches!(claim(one).await, Claim::Taken { .. }),
        "its own lease is renewed"
    );
    let start = one.clock.now();
    let failed = Run {
        start,
        failures: 1,
        error: Some("why".to_owned()),
        next_due: Some(start),
    };
    one.run
        .job(Reach::Everyone, |cx| {
            runs::note(cx, "tried", &failed).boxed()
        })
        .await
        .expect("noted");
    assert!(matches!(claim(two).await, Claim::Taken { failures: 1 }));
    let Claim::NotDue { until } = claim(one).await else {
        panic!("two nodes run one job")
    };
    assert!(until.duration_since(start) > SignedDuration::from_mins(1));
    app.clock.advance(Duration::from_mins(6));
    assert!(
        matches!(claim(one).await, Claim::Taken { .. }),
        "the other node died in it"
    );
    other.stop().await.expect("the second node stops");
    app.stop().await;
}

#[derive(Clone, Default)]
struct Provider {
    works: Arc<AtomicBool>,
    taken: Arc<Mutex<Vec<String>>>,
}

async fn take(
    State(provider): State<Provider>,
    Form(form): Form<BTreeMap<String, String>>,
) -> StatusCode {
    if form["To"].ends_with("99") {
        return StatusCode::BAD_REQUEST;
    }
    if !provider.works.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    provider
        .taken
        .lock()
        .expect("unpoisoned")
        .push(form["Body"].clone());
    StatusCode::CREATED
}

/// A text message outlives the process that queued it and the provider's outage, comes once, and is forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_message_outlives_process_and_outage() {
    let provider = Provider::default();
    let routes = Router::new()
        .route("/2010-04-01/Accounts/AC1/Messages.json", post(take))
        .with_state(provider.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("--sms-url=http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let options = [
        url.as_str(),
        "--sms-account=AC1",
        "--sms-token=s3cret",
        "--sms-from=Orderline",
    ];
    let app = TestApp::start_with(&options).await;
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    let link = |phone: &str| Command::SendJoinLink {
        thread: app.shops.ours.thread,
        channel: Channel::Sms,
        phone: Some(phone.to_owned()),
    };
    seller.done(link("+49 341 123456")).await;
    let waits = eventually("it waits for its next attempt", async || {
        let mut conn = app.database.connect().await;
        let left = app.database.jobs_left(&mut conn, &[]).await;
        left.iter().find(|job| job.contains("after 1 ")).cloned()
    })
    .await;
    assert!(
        waits.contains("status 503") && !waits.contains("123456"),
        "{waits}"
    );
    drop(seller);
    let app = app.restart().await;
    provider.works.store(true, Ordering::Relaxed);
    app.clock.advance(Duration::from_mins(2));
    let text = eventually("it is handed over", async || {
        provider.taken.lock().expect("unpoisoned").first().cloned()
    })
    .await;
    let (_, token) = text.split_once("/j#").expect("a link");
    let token: String = token.chars().take(64).collect();
    eventually("nothing here holds it any more", async || {
        let mut conn = app.database.connect().await;
        let held: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM text_messages t WHERE t::text LIKE '%' || $1 || '%' OR state = 'queued'",
        )
        .bind(&token)
        .fetch_one(&mut conn)
        .await
        .ok()?;
        (held == 0).then_some(())
    })
    .await;
    assert_eq!(provider.taken.lock().expect("unpoisoned").len(), 1);

    // One that is refused for good is given up at once, and the seller's list says so.
    let mut seller = Page::open(&app, &app.shops.ours, "seller").await;
    seller
        .done(Command::SendJoinLink {
            thread: app.shops.ours.thread,
            channel: Channel::Sms,
            phone: Some("+49 341 123499".to_owned()),
        })
        .await;
    let told = seller.told("undelivered").await;
    let EventBody::Undelivered {
        what,
        channel,
        hint,
        ..
    } = told.body
    else {
        panic!("not told")
    };
    assert_eq!(
        (what, channel, hint.as_str()),
        (Outreach::JoinLink, Channel::Sms, "…99")
    );
    let path = format!("/api/threads/{}/join-links", app.shops.ours.thread);
    let phases = eventually("it is seen as failed", async || {
        let list: JoinLinkList = seller.browser.read(&path).await;
        let phases: Vec<JoinLinkPhase> = list.links.iter().map(|it| it.phase).collect();
        phases.contains(&JoinLinkPhase::Failed).then_some(phases)
    })
    .await;
    assert_eq!(phases, [JoinLinkPhase::Failed, JoinLinkPhase::Sent]);
    let admin = Page::open(&app, &app.shops.ours, "admin").await;
    let seen: JobsView = admin.browser.read("/api/jobs").await;
    assert!(
        seen.queued
            .iter()
            .all(|it| it.failed_at.is_some() && !it.repeatable),
        "{seen:?}"
    );
    assert_eq!(seen.queued.len(), 1);
    app.stop_leaving(&["text_message"]).await;
}
