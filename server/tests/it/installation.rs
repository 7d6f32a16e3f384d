//! An installation from nothing: set up once, vendors made, their people invited.

use crate::support::{
    PASSWORD, Socket, TestApp,
    client::{Browser, problem, session_cookie},
    fresh_uuid, second_factor,
};
use orderline_domain::{
    ids::VendorId,
    people::{invitation::PeopleStep, roles::Role},
};
use orderline_protocol::{
    http::Me,
    people::{InvitationList, InvitationView, InvitedView, MemberList, PeopleLog},
    platform::{SetupView, VendorList, VendorView},
    problem::{Code, Problem},
    socket::ByeReason,
};
use orderline_server::seed::DEMO_PASSWORD;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

fn platform(token: &str) -> Value {
    json!({
        "token": token,
        "platform": {
            "name": "Orderline",
            "entity": {
                "name": "Orderline Platform GmbH",
                "address": "Hafenstraße 1\n20457 Hamburg",
                "country": "DE",
                "terms": "These terms hold."
            },
            "admin": { "name": "Ada", "email": "Ada@Platform.example", "password": PASSWORD }
        }
    })
}

fn named(problem: &Problem) -> Vec<(&str, &str)> {
    let fields = problem.fields.iter();
    fields
        .map(|it| (it.field.as_str(), it.code.as_str()))
        .collect()
}

/// What a browser holds that was signed in by this answer, and who that is.
async fn signed_in(mut browser: Browser, answer: Response) -> (Browser, Me) {
    assert_eq!(answer.status(), StatusCode::OK);
    browser.cookie = Some(session_cookie(&answer).0);
    (browser, answer.json().await.expect("who is signed in"))
}

#[tokio::test]
async fn p1_the_first_page_sets_the_installation_up_with_the_printed_token_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let view: SetupView = browser.read("/api/setup").await;
    assert!(!view.set_up);
    let page = app.server.setup.clone().expect("a page that waits");
    let (address, token) = page.split_once('#').expect("a token behind #");
    assert_eq!(address, format!("{}/setup", app.server.url()));

    // Without the printed token nobody sets anything up, and what is missing is named all at once.
    for bad in ["", "0", &"0".repeat(64), &token[..62]] {
        let refused = browser.post("/api/setup", &platform(bad)).await;
        assert_eq!(problem(refused).await.code, Code::BadTicket, "{bad}");
    }
    let mut empty = platform(token);
    empty["platform"]["name"] = json!("");
    empty["platform"]["entity"]["country"] = json!("Germany");
    empty["platform"]["admin"]["password"] = json!("password");
    let refused = problem(browser.post("/api/setup", &empty).await).await;
    let wrong = [
        ("name", "required"),
        ("entity.country", "unknown"),
        ("admin.password", "too_short"),
    ];
    assert_eq!(named(&refused), wrong);
    let view: SetupView = browser.read("/api/setup").await;
    assert!(!view.set_up, "nothing is half done");

    // The address of somebody who has an account already is not taken over.
    let mut known = platform(token);
    known["platform"]["admin"]["email"] = json!(app.shops.ours.email("seller"));
    let refused = problem(browser.post("/api/setup", &known).await).await;
    assert_eq!(named(&refused), [("admin.email", "taken")]);

    let answer = browser.post("/api/setup", &platform(token)).await;
    let (_, me) = signed_in(browser.clone(), answer).await;
    assert_eq!(
        (me.vendor, me.person.role, me.vendor_name.as_str()),
        (None, Role::PlatformAdmin, "Orderline")
    );
    let again = browser.post("/api/setup", &platform(token)).await;
    assert_eq!(problem(again).await.code, Code::BadTicket);
    let view: SetupView = browser.read("/api/setup").await;
    assert!(view.set_up);
    // The admin signs in like anybody else, and what is a vendor's does not exist for them.
    let admin = app.sign_in("ada@platform.example").await;
    for path in ["/api/threads", "/api/people", "/api/recordings"] {
        let refused = problem(admin.get(path).await).await;
        assert_eq!(refused.code, Code::NotFound, "{path}");
    }
    let app = app.restart().await;
    assert_eq!(app.server.setup, None, "no page waits any more");
    app.stop().await;
}

/// The demo's platform admin.
async fn platform_admin(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser
        .sign_in("platform@orderline.example", DEMO_PASSWORD)
        .await;
    browser
}

fn vendor_wish(vendor: uuid::Uuid, name: &str) -> Value {
    json!({
        "vendor": vendor,
        "data": { "name": name, "currency": "EUR", "country": "AT", "time_zone": "Europe/Vienna" }
    })
}

async fn make_vendor(admin: &Browser, name: &str) -> VendorId {
    let answer = admin
        .post("/api/platform/vendors", &vendor_wish(fresh_uuid(), name))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let made: VendorView = answer.json().await.expect("a vendor");
    made.vendor
}

pub(crate) fn wish(email: &str, role: Role) -> Value {
    json!({ "invitation": fresh_uuid(), "email": email, "name": "Somebody New", "role": role })
}

/// The token in the last invitation that went to this address.
pub(crate) async fn token(app: &TestApp, email: &str) -> String {
    let mut conn = app.database.connect().await;
    let text: String = sqlx::query_scalar(
        "SELECT text FROM mails WHERE kind = 'invitation' AND to_address = $1
          ORDER BY queued_at DESC LIMIT 1",
    )
    .bind(email)
    .fetch_one(&mut conn)
    .await
    .expect("a mail");
    let (_, behind) = text.split_once("/i#").expect("a link");
    behind.chars().take_while(char::is_ascii_hexdigit).collect()
}

async fn look(app: &TestApp, token: &str) -> InvitedView {
    let body = json!({ "token": token });
    let answer = app.browser().post("/api/invitation/look", &body).await;
    answer.json().await.expect("where it leads")
}

pub(crate) async fn take(browser: &Browser, token: &str, password: &str) -> Response {
    let body = json!({ "token": token, "name": "Nora Neu", "password": password });
    browser.post("/api/invitation/take", &body).await
}

/// A vendor of its own with an admin who came by invitation.
async fn vendor_with_admin(app: &TestApp) -> (VendorId, Browser) {
    let platform = platform_admin(app).await;
    let vendor = make_vendor(&platform, "Südwind Reisen").await;
    let path = format!("/api/platform/vendors/{vendor}/invitations");
    let answer = platform
        .post(&path, &wish("nora@suedwind.example", Role::Admin))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let token = token(app, "nora@suedwind.example").await;
    let answer = take(&app.browser(), &token, PASSWORD).await;
    let (admin, _) = signed_in(app.browser(), answer).await;
    (vendor, admin)
}

#[tokio::test]
async fn p2_the_platform_makes_a_vendor_and_invites_its_first_admin() {
    let app = TestApp::start_with(&["--demo"]).await;
    let platform = platform_admin(&app).await;
    let id = fresh_uuid();
    let path = "/api/platform/vendors";
    let made: VendorView = platform
        .post(path, &vendor_wish(id, " Südwind Reisen "))
        .await
        .json()
        .await
        .expect("a vendor");
    assert_eq!(
        (made.name.as_str(), made.country.as_str()),
        ("Südwind Reisen", "AT")
    );
    // Sent twice it is made once; the same id for another one is refused.
    let again: VendorView = platform
        .post(path, &vendor_wish(id, "Südwind Reisen"))
        .await
        .json()
        .await
        .expect("the same");
    assert_eq!(again, made);
    let other = platform.post(path, &vendor_wish(id, "Another")).await;
    assert_eq!(problem(other).await.code, Code::CommandReused);
    let bad = json!({ "vendor": fresh_uuid(), "data":
        { "name": "", "currency": "EURO", "country": "XX", "time_zone": "Vienna" } });
    let refused = problem(platform.post(path, &bad).await).await;
    let wrong = [
        ("name", "required"),
        ("currency", "unknown"),
        ("country", "unknown"),
        ("time_zone", "unknown"),
    ];
    assert_eq!(named(&refused), wrong);
    let all: VendorList = platform.read(path).await;
    assert_eq!(all.items[0], made, "the newest first");

    // The platform invites a vendor's admin, and nobody else there.
    let ask = format!("{path}/{id}/invitations");
    let refused = problem(
        platform
            .post(&ask, &wish("s@suedwind.example", Role::Seller))
            .await,
    )
    .await;
    assert_eq!(named(&refused), [("role", "not_allowed")]);
    let nowhere = format!("{path}/{}/invitations", fresh_uuid());
    let refused = platform
        .post(&nowhere, &wish("s@suedwind.example", Role::Admin))
        .await;
    assert_eq!(problem(refused).await.code, Code::NotFound);

    let invited = wish("Nora@Suedwind.example", Role::Admin);
    let first: InvitationView = platform
        .post(&ask, &invited)
        .await
        .json()
        .await
        .expect("one");
    let twice: InvitationView = platform
        .post(&ask, &invited)
        .await
        .json()
        .await
        .expect("one");
    assert_eq!(
        (first.invitation, first.email.as_str()),
        (twice.invitation, "nora@suedwind.example")
    );
    let token = token(&app, "nora@suedwind.example").await;
    let seen = look(&app, &token).await;
    assert_eq!(
        (seen.vendor_name.as_str(), seen.role, seen.has_account),
        ("Südwind Reisen", Role::Admin, false)
    );
    for weak in ["", "short", "nora@suedwind.example", "aaaaaaaaaaaa"] {
        let refused = problem(take(&app.browser(), &token, weak).await).await;
        assert_eq!(refused.fields[0].field, "password", "{weak}");
    }
    let answer = take(&app.browser(), &token, PASSWORD).await;
    let (_, me) = signed_in(app.browser(), answer).await;
    assert_eq!(
        (me.vendor, me.person.role),
        (Some(made.vendor), Role::Admin)
    );
    assert_eq!(me.person.name, "Nora Neu");
    // It works once, and the account is an account like any other.
    let used = take(&app.browser(), &token, PASSWORD).await;
    assert_eq!(problem(used).await.code, Code::BadTicket);
    app.sign_in("nora@suedwind.example").await;
    app.stop().await;
}

#[tokio::test]
async fn p3_a_vendors_admin_invites_people_and_an_account_gets_another_role_by_its_own_password() {
    let app = TestApp::start_with(&["--demo"]).await;
    let ours = &app.shops.ours;
    let (vendor, admin) = vendor_with_admin(&app).await;
    let mails = ours.email("seller");
    let answer = admin
        .post("/api/people/invitations", &wish(&mails, Role::Seller))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    // Invited twice to the same, it is said; to something else it is another invitation.
    let refused = admin
        .post("/api/people/invitations", &wish(&mails, Role::Seller))
        .await;
    assert_eq!(named(&problem(refused).await), [("email", "taken")]);

    let token = token(&app, &mails).await;
    let seen = look(&app, &token).await;
    assert!(seen.has_account);
    // The mailbox alone does not open somebody's account.
    let refused = problem(take(&app.browser(), &token, "not the password at all").await).await;
    assert_eq!(named(&refused), [("password", "wrong_password")]);
    let answer = take(&app.browser(), &token, PASSWORD).await;
    let (browser, me) = signed_in(app.browser(), answer).await;
    assert_eq!((me.vendor, me.person.role), (Some(vendor), Role::Seller));
    assert_eq!(me.person.name, "seller", "an account keeps its own name");
    assert_eq!(me.capacities.len(), 2);
    let at_ours = browser.acting(ours.vendor, Role::Seller);
    let me: Me = at_ours.read("/api/session").await;
    assert_eq!(me.vendor, Some(ours.vendor));

    // Who has the role already is not invited to it again.
    let refused = admin
        .post("/api/people/invitations", &wish(&mails, Role::Seller))
        .await;
    assert_eq!(named(&problem(refused).await), [("email", "taken")]);
    // The page shows who works here, and the log what was changed, by whom.
    let members: MemberList = admin.read("/api/people").await;
    let roles: Vec<_> = members.items.iter().map(|it| it.person.role).collect();
    assert_eq!(roles, [Role::Seller, Role::Admin]);
    let log: PeopleLog = admin.read("/api/people/log").await;
    let steps: Vec<_> = log
        .items
        .iter()
        .map(|it| (it.change.what, it.change.role, it.by.role))
        .collect();
    assert_eq!(
        steps,
        [
            (PeopleStep::Joined, Role::Seller, Role::Seller),
            (PeopleStep::Invited, Role::Seller, Role::Admin),
            (PeopleStep::Joined, Role::Admin, Role::Admin),
            (PeopleStep::Invited, Role::Admin, Role::PlatformAdmin),
        ]
    );
    // Sellers neither read nor change any of it; another vendor's admin sees nothing of it.
    let seller = browser.acting(vendor, Role::Seller);
    for path in ["/api/people", "/api/people/log", "/api/people/invitations"] {
        assert_eq!(problem(seller.get(path).await).await.code, Code::NotAllowed);
    }
    let theirs = app.sign_in(&ours.email("admin")).await;
    let members: MemberList = theirs.read("/api/people").await;
    assert!(members.items.iter().all(|it| it.person.name != "Nora Neu"));
    app.stop().await;
}

#[tokio::test]
async fn p3_an_invitation_runs_out_is_sent_again_and_taken_back() {
    let app = TestApp::start_with(&["--demo"]).await;
    let (_, admin) = vendor_with_admin(&app).await;
    let email = "felix@suedwind.example";
    let sent = admin
        .post("/api/people/invitations", &wish(email, Role::Seller))
        .await;
    let sent: InvitationView = sent.json().await.expect("an invitation");
    let first = token(&app, email).await;

    app.pass(Duration::from_hours(8 * 24)).await;
    let late = take(&app.browser(), &first, PASSWORD).await;
    assert_eq!(problem(late).await.code, Code::BadTicket);
    let waiting: InvitationList = admin.read("/api/people/invitations").await;
    assert!(waiting.items[0].is_over);

    // Sent again it holds again, by another link; who looked at an older state is told so.
    second_factor::password_again(&admin).await;
    let path = format!("/api/people/invitations/{}", sent.invitation);
    let again = json!({ "step": "send_again", "version": sent.version });
    let answer = admin.post(&path, &again).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let stale = admin.post(&path, &again).await;
    assert_eq!(problem(stale).await.code, Code::Conflict);
    let second = token(&app, email).await;
    assert_ne!(first, second);
    let old = take(&app.browser(), &first, PASSWORD).await;
    assert_eq!(problem(old).await.code, Code::BadTicket);

    let back = json!({ "step": "revoke", "version": sent.version + 1 });
    let answer = admin.post(&path, &back).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let gone = take(&app.browser(), &second, PASSWORD).await;
    assert_eq!(problem(gone).await.code, Code::BadTicket);
    let waiting: InvitationList = admin.read("/api/people/invitations").await;
    assert!(waiting.items.is_empty());
    // Another vendor's invitation does not exist.
    let theirs = app.sign_in(&app.shops.ours.email("admin")).await;
    let strange = theirs.post(&path, &back).await;
    assert_eq!(problem(strange).await.code, Code::NotFound);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_suspension_ends_sessions_and_sockets_at_once_and_removal_keeps_the_history() {
    let app = TestApp::start().await;
    let ours = &app.shops.ours;
    let admin = app.sign_in(&ours.email("admin")).await;
    let seller = app.sign_in(&ours.email("seller")).await;
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    socket.say(ours.thread, "written by the seller").await;
    let path = format!("/api/people/{}/roles/seller", ours.user("seller"));
    let step = |step: &str| json!({ "step": step });

    let answer = admin.post(&path, &step("suspend")).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(socket.bye().await, ByeReason::SignedOut);
    let out = problem(seller.get("/api/threads").await).await;
    assert_eq!(out.code, Code::SignInNeeded);
    // Nothing is left to sign in to.
    let answer = app
        .browser()
        .try_sign_in(&ours.email("seller"), PASSWORD)
        .await;
    assert_eq!(problem(answer).await.code, Code::SignInNeeded);
    let twice = admin.post(&path, &step("suspend")).await;
    assert_eq!(problem(twice).await.code, Code::Conflict);

    let answer = admin.post(&path, &step("restore")).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    app.sign_in(&ours.email("seller")).await;
    let answer = admin.post(&path, &step("remove")).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let gone = admin.post(&path, &step("restore")).await;
    assert_eq!(problem(gone).await.code, Code::NotFound);
    // What was written stays readable under the name.
    let buyer = app.sign_in(&ours.email("buyer")).await;
    let thread: Value = buyer.read(&format!("/api/threads/{}", ours.thread)).await;
    assert!(thread.to_string().contains("written by the seller"));
    assert!(thread.to_string().contains("\"name\":\"seller\""));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p3_two_admins_who_remove_each_other_leave_one() {
    let app = TestApp::start_with(&["--demo"]).await;
    let ours = &app.shops.ours;
    let one = app.sign_in(&ours.email("admin")).await;
    // The last one stays, whoever asks.
    let own = format!("/api/people/{}/roles/admin", ours.user("admin"));
    for step in ["remove", "suspend"] {
        let refused = one.post(&own, &json!({ "step": step })).await;
        assert_eq!(problem(refused).await.code, Code::LastAdmin, "{step}");
    }
    let email = ours.email("seller");
    one.post("/api/people/invitations", &wish(&email, Role::Admin))
        .await;
    let answer = take(&app.browser(), &token(&app, &email).await, PASSWORD).await;
    let (other, me) = signed_in(app.browser(), answer).await;
    let other = other.acting(ours.vendor, Role::Admin);
    let theirs = format!("/api/people/{}/roles/admin", me.person.user);
    let remove = json!({ "step": "remove" });
    let (first, second) = tokio::join!(one.post(&theirs, &remove), other.post(&own, &remove));
    let done = [first.status(), second.status()];
    let gone = done
        .iter()
        .filter(|it| **it == StatusCode::NO_CONTENT)
        .count();
    assert_eq!(gone, 1, "{done:?}");
    let mut conn = app.database.connect().await;
    let left: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM memberships WHERE vendor_id = $1 AND role = 'admin'",
    )
    .bind(ours.vendor.as_uuid())
    .fetch_one(&mut conn)
    .await
    .expect("a count");
    assert_eq!(left, 1);
    drop(conn);
    app.stop().await;
}

/// Where no mail goes out nobody is invited, and the page says why.
#[tokio::test]
async fn without_mail_nobody_is_invited() {
    let app = TestApp::start().await;
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let refused = admin
        .post(
            "/api/people/invitations",
            &wish("x@ours.example", Role::Seller),
        )
        .await;
    assert_eq!(problem(refused).await.code, Code::ChannelMissing);
    let bad =
        json!({ "invitation": fresh_uuid(), "email": "nobody", "name": " ", "role": "seller" });
    let refused = problem(admin.post("/api/people/invitations", &bad).await).await;
    assert_eq!(named(&refused), [("email", "email"), ("name", "required")]);
    app.stop().await;
}
