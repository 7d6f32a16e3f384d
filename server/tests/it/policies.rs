//! Policies by country on real Postgres (X8): what is built in, who may read and edit, that versions stay, that
//! consent given before stays, and that another vendor sees nothing of it.

use crate::support::{Browser, Socket, TestApp, socket::command_id};
use orderline_domain::{
    call::mode::RecordWhen,
    policy::{PolicyScope, ProposedPolicy, Wording},
    thread::EventBody,
};
use orderline_protocol::{
    call::CallView,
    policy::{PolicyHistory, PolicyList, PolicyView},
    problem::{Code, Problem},
    socket::{Command, CommandResult},
};
use reqwest::StatusCode;

async fn socket(app: &TestApp, person: &str) -> (Browser, Socket) {
    let browser = app.sign_in(&app.shops.ours.email(person)).await;
    let (socket, _) = Socket::hello(&browser, &[]).await;
    (browser, socket)
}

fn proposed(policy: &PolicyView) -> ProposedPolicy {
    ProposedPolicy {
        rules: policy.rules.clone(),
        wordings: policy
            .wordings
            .iter()
            .map(|it| it.wording.clone())
            .collect(),
    }
}

fn edit(policy: &PolicyView, change: impl FnOnce(&mut ProposedPolicy)) -> Command {
    let mut next = proposed(policy);
    change(&mut next);
    Command::EditPolicy {
        scope: policy.scope,
        from: policy.version,
        policy: next,
    }
}

async fn saved(socket: &mut Socket, body: Command) -> PolicyView {
    match socket.command(command_id(), body).await {
        CommandResult::Policy { policy } => *policy,
        other => panic!("not saved: {other:?}"),
    }
}

async fn refused(socket: &mut Socket, body: Command) -> Problem {
    match socket.command(command_id(), body).await {
        CommandResult::Failed { problem } => problem,
        other => panic!("not refused: {other:?}"),
    }
}

async fn listed(browser: &Browser, name: &str) -> PolicyView {
    let list: PolicyList = browser.read("/api/policies").await;
    let found = list.policies.into_iter().find(|it| it.scope.name() == name);
    found.expect("the policy is in the list")
}

/// What a version says in a language.
fn said(policy: &PolicyView, language: &str) -> String {
    let mut all = policy.wordings.iter().map(|it| &it.wording);
    let found = all.find(|it| it.language == language);
    found.expect("a wording").text.clone()
}

/// What is proposed to say in English.
fn english(policy: &mut ProposedPolicy) -> &mut Wording {
    let mut all = policy.wordings.iter_mut();
    all.find(|it| it.language == "en").expect("English")
}

async fn ring(app: &TestApp, seller: &mut Socket) -> CallView {
    let thread = app.shops.ours.thread;
    match seller
        .command(command_id(), Command::StartCall { thread })
        .await
    {
        CommandResult::Call { call } => *call,
        other => panic!("no call: {other:?}"),
    }
}

async fn live_in(app: &TestApp, person: &str, country: Option<&str>) {
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE people SET country = $2 WHERE user_id = $1")
        .bind(app.shops.ours.user(person).as_uuid())
        .bind(country)
        .execute(&mut conn)
        .await
        .expect("moved");
}

/// Each role at the doors, and the buyer of a thread at the policy that concerns them.
#[tokio::test]
async fn who_may_read_and_edit_policies() {
    let app = TestApp::start().await;
    let thread = app.shops.ours.thread;
    let table = [
        ("seller", 200, 200, Some(Code::NotAllowed)),
        ("seller2", 200, 404, Some(Code::NotAllowed)),
        ("buyer", 403, 200, Some(Code::NotAllowed)),
        ("buyer2", 403, 404, Some(Code::NotAllowed)),
        ("compliance", 200, 200, Some(Code::NotAllowed)),
        ("support", 200, 200, Some(Code::NotAllowed)),
        ("admin", 200, 404, None),
    ];
    let (admin, _) = socket(&app, "admin").await;
    let spain = listed(&admin, "elsewhere").await;
    for (person, lists, of_thread, edits) in table {
        let (browser, mut socket) = socket(&app, person).await;
        let status = async |path: String| browser.get(&path).await.status().as_u16();
        assert_eq!(status("/api/policies".into()).await, lists, "{person}");
        assert_eq!(status("/api/policies/FR".into()).await, lists, "{person}");
        let path = format!("/api/threads/{thread}/policy");
        assert_eq!(status(path).await, of_thread, "{person}");
        let body = Command::EditPolicy {
            scope: PolicyScope::of(Some("ES")),
            from: 1,
            policy: proposed(&spain),
        };
        let answer = match socket.command(command_id(), body).await {
            CommandResult::Failed { problem } => Some(problem.code),
            _ => None,
        };
        assert_eq!(answer, edits, "{person}");
    }
    let nothing = admin.get("/api/policies/Atlantis").await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}

/// X8: what is built in is there with its sources, and the policy of a thread is the one of its buyer's country.
#[tokio::test]
async fn x8_built_in_policies_hold_until_somebody_edits() {
    let app = TestApp::start().await;
    let (seller, _) = socket(&app, "seller").await;
    let list: PolicyList = seller.read("/api/policies").await;
    let names: Vec<&str> = list.policies.iter().map(|it| it.scope.name()).collect();
    let countries = ["AT", "BR", "CH", "DE", "FR", "GB", "IT", "PT", "RO", "US"];
    assert_eq!(names, [countries.as_slice(), &["elsewhere"]].concat());
    for policy in &list.policies {
        assert_eq!((policy.version, &policy.changed), (1, &None));
        assert!(!policy.rules.source.is_empty());
        assert!(policy.wordings.iter().any(|it| it.wording.language == "en"));
    }
    let path = format!("/api/threads/{}/policy", app.shops.ours.thread);
    for (country, scope) in [
        (Some("FR"), "FR"),
        (Some("DE"), "DE"),
        (Some("NO"), "elsewhere"),
        (None, "elsewhere"),
    ] {
        live_in(&app, "buyer", country).await;
        let policy: PolicyView = seller.read(&path).await;
        assert_eq!(policy.scope.name(), scope, "{country:?}");
    }
    app.stop().await;
}

/// An edit is a new version with a name and a time; the versions before can be read for good; of two edits that
/// began from the same version the second is told so.
#[tokio::test]
async fn an_edit_makes_a_version_and_changes_none() {
    let app = TestApp::start().await;
    let (browser, mut admin) = socket(&app, "admin").await;
    let before = listed(&browser, "FR").await;
    let longer = |it: &mut ProposedPolicy| {
        it.rules.kept_days = 3_650;
        english(it).text = "  Nouveau texte.\r\nDeux lignes. ".to_owned();
    };
    let second = saved(&mut admin, edit(&before, longer)).await;
    assert_eq!((second.version, second.rules.kept_days), (2, 3_650));
    assert_eq!(said(&second, "en"), "Nouveau texte.\nDeux lignes.");
    assert_eq!(said(&second, "fr"), said(&before, "fr"));
    let changed = second.changed.as_ref().expect("somebody");
    assert_eq!(changed.by.name, "admin");

    let stale = refused(&mut admin, edit(&before, |it| it.rules.kept_days = 1)).await;
    assert_eq!(stale.code, Code::Conflict);
    let wrong = refused(&mut admin, edit(&second, |it| it.rules.kept_days = 0)).await;
    assert_eq!(wrong.code, Code::Invalid);
    assert_eq!(wrong.fields[0].field, "kept_days");
    saved(&mut admin, edit(&second, |it| it.rules.kept_days = 7)).await;

    let history: PolicyHistory = browser.read("/api/policies/FR").await;
    let kept: Vec<(u32, u32)> = history
        .versions
        .iter()
        .map(|it| (it.version, it.rules.kept_days))
        .collect();
    assert_eq!(kept, [(3, 7), (2, 3_650), (1, before.rules.kept_days)]);
    assert_eq!(history.versions[1], second);
    assert_eq!(history.versions[2], before);

    let mut conn = app.database.connect().await;
    for forbidden in [
        "UPDATE policies SET kept_days = 1",
        "DELETE FROM policies",
        "UPDATE policy_wordings SET wording = 'other'",
        "DELETE FROM policy_wordings",
    ] {
        use sqlx::Connection as _;
        let mut tx = conn.begin().await.expect("a transaction");
        sqlx::query("SET LOCAL ROLE orderline_app")
            .execute(&mut *tx)
            .await
            .expect("the role");
        let done = sqlx::query(forbidden).execute(&mut *tx).await;
        assert!(done.is_err(), "{forbidden}");
        tx.rollback().await.expect("rolled back");
    }
    drop(conn);
    app.stop().await;
}

/// The same edit sent twice is one version.
#[tokio::test]
async fn an_edit_repeated_is_one_version() {
    let app = TestApp::start().await;
    let (browser, mut admin) = socket(&app, "admin").await;
    let before = listed(&browser, "DE").await;
    let id = command_id();
    let body = edit(&before, |it| it.rules.kept_days = 30);
    let first = admin.command(id, body.clone()).await;
    assert!(matches!(first, CommandResult::Policy { .. }), "{first:?}");
    assert_eq!(admin.command(id, body).await, first);
    let history: PolicyHistory = browser.read("/api/policies/DE").await;
    assert_eq!(history.versions.len(), 2);
    app.stop().await;
}

/// What a call was born under stays with it, and so does the consent, whatever holds by then.
#[tokio::test]
async fn new_versions_do_not_change_calls_and_consents_before() {
    let app = TestApp::start().await;
    let thread = app.shops.ours.thread;
    let (browser, mut admin) = socket(&app, "admin").await;
    let before = listed(&browser, "US").await;
    let (_, mut seller) = socket(&app, "seller").await;
    let (_, mut buyer) = socket(&app, "buyer").await;
    let call = ring(&app, &mut seller).await;
    assert_eq!(
        (call.notice.policy.as_str(), call.notice.version),
        ("US", 1)
    );
    assert_eq!(call.notice.wording, said(&before, "en"));

    // The policy changes while it rings: the buyer still answers to what they read.
    let other = |it: &mut ProposedPolicy| english(it).text = "Another wording.".to_owned();
    saved(&mut admin, edit(&before, other)).await;
    let answer = Command::AnswerCall {
        call: call.call,
        answer: orderline_protocol::socket::Answer::Accept {
            wording_hash: Some(call.notice.wording_hash.clone()),
            language: Some(call.notice.language.clone()),
        },
    };
    let answered = buyer.command(command_id(), answer).await;
    assert!(
        matches!(answered, CommandResult::Call { .. }),
        "{answered:?}"
    );
    let hang_up = Command::HangUp { call: call.call };
    buyer.command(command_id(), hang_up).await;

    let next = ring(&app, &mut seller).await;
    assert_eq!(next.notice.version, 2);
    assert_eq!(next.notice.wording, "Another wording.");

    let page: orderline_protocol::http::EventPage = browser_of(&app, "seller")
        .await
        .read(&format!("/api/threads/{thread}/events"))
        .await;
    let consent = page.events.iter().find_map(|event| match &event.body {
        EventBody::ConsentGiven { policy, .. } => Some(policy.clone()),
        _ => None,
    });
    let consent = consent.expect("a consent");
    assert_eq!((consent.policy.as_str(), consent.version), ("US", 1));
    let history: PolicyHistory = browser.read("/api/policies/US").await;
    let first = history.versions.last().expect("the first version");
    assert!(consent.is_of(&said(first, "en")));
    app.stop().await;
}

async fn browser_of(app: &TestApp, person: &str) -> Browser {
    app.sign_in(&app.shops.ours.email(person)).await
}

/// One vendor's edits are nobody else's business.
#[tokio::test]
async fn another_vendor_sees_nothing_of_an_edit() {
    let app = TestApp::start().await;
    let (browser, mut admin) = socket(&app, "admin").await;
    let before = listed(&browser, "DE").await;
    let never = |it: &mut ProposedPolicy| it.rules.record = RecordWhen::Never;
    saved(&mut admin, edit(&before, never)).await;
    assert_eq!(listed(&browser, "DE").await.rules.record, RecordWhen::Never);
    let other = app.sign_in(&app.shops.other.email("admin")).await;
    assert_eq!(listed(&other, "DE").await, before);
    let history: PolicyHistory = other.read("/api/policies/DE").await;
    assert_eq!(history.versions, [before]);
    let path = format!("/api/threads/{}/policy", app.shops.ours.thread);
    let seller = app.sign_in(&app.shops.other.email("seller")).await;
    assert_eq!(seller.get(&path).await.status(), StatusCode::NOT_FOUND);
    app.stop().await;
}
