//! One person, one sign-in, several roles at several vendors: in which a page acts it says with each request.

use crate::support::{
    Shops, Socket, TestApp,
    client::{Browser, problem},
    second_factor,
    socket::{self, command_id},
};
use orderline_domain::{ids::VendorId, people::roles::Role};
use orderline_protocol::{
    SOCKET_PROTOCOL,
    http::{Me, RecordingList, ThreadList},
    problem::Code,
    socket::{Command, CommandResult, ServerFrame},
};
use orderline_server::store::seed;
use reqwest::StatusCode;
use sqlx::Connection as _;
use tokio_tungstenite::{connect_async, tungstenite};

/// Our seller also finds recordings here, and sells and buys at the other vendor.
async fn scene() -> TestApp {
    let app = TestApp::start().await;
    let Shops { ours, other } = &app.shops;
    let (who, at) = (ours.user("seller"), app.clock.now());
    let mut tx = app.server.app.store.begin_jobs().await.expect("a store");
    for (vendor, role) in [
        (ours.vendor, Role::Compliance),
        (other.vendor, Role::Seller),
        (other.vendor, Role::Buyer),
    ] {
        seed::tie(&mut tx, vendor, (who, role), at)
            .await
            .expect("a role");
    }
    tx.commit().await.expect("committed");
    app
}

async fn refused(browser: &Browser, path: &str) -> Code {
    problem(browser.get(path).await).await.code
}

#[tokio::test]
async fn p3_one_sign_in_acts_in_each_of_several_roles_at_several_vendors() {
    let app = scene().await;
    let Shops { ours, other } = &app.shops;
    let browser = app.sign_in(&ours.email("seller")).await;

    // Without a wish it is the first role that was given; all of them are named.
    let first: Me = browser.read("/api/session").await;
    assert_eq!(
        (first.vendor, first.person.role),
        (Some(ours.vendor), Role::Seller)
    );
    let all: Vec<_> = first
        .capacities
        .iter()
        .map(|it| (it.vendor, it.role))
        .collect();
    let wanted = [
        (ours.vendor, Role::Seller),
        (ours.vendor, Role::Compliance),
        (other.vendor, Role::Seller),
        (other.vendor, Role::Buyer),
    ];
    assert_eq!(all.len(), wanted.len());
    assert!(
        wanted
            .iter()
            .all(|(vendor, role)| all.contains(&(Some(*vendor), *role))),
        "{all:?}"
    );

    // The same session acts in another at the next request, and is told so.
    for (vendor, role) in wanted {
        let me: Me = browser.acting(vendor, role).read("/api/session").await;
        assert_eq!((me.vendor, me.person.role), (Some(vendor), role));
        assert_eq!(me.person.user, ours.user("seller"));
    }

    // What each may do is that role's alone, at that vendor alone.
    let at_ours = browser.acting(ours.vendor, Role::Seller);
    let at_other = browser.acting(other.vendor, Role::Seller);
    let list: ThreadList = at_ours.read("/api/threads").await;
    assert_eq!(list.items.len(), 1);
    let list: ThreadList = at_other.read("/api/threads").await;
    assert!(
        list.items.is_empty(),
        "the other vendor's threads are theirs"
    );
    // What stands behind a second factor does so in that capacity alone.
    let compliance = browser.acting(ours.vendor, Role::Compliance);
    let code = refused(&compliance, "/api/recordings").await;
    assert_eq!(code, Code::SecondFactorNeeded);
    second_factor::add(&browser).await;
    let _: RecordingList = browser
        .acting(ours.vendor, Role::Compliance)
        .read("/api/recordings")
        .await;
    for seller in [&at_ours, &at_other] {
        let code = refused(seller, "/api/recordings").await;
        assert_eq!(code, Code::NotAllowed);
    }
    let thread = format!("/api/threads/{}", ours.thread);
    assert_eq!(refused(&at_other, &thread).await, Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn what_somebody_is_not_they_cannot_act_as() {
    let app = scene().await;
    let Shops { ours, other } = &app.shops;
    let browser = app.sign_in(&ours.email("seller")).await;
    let nowhere = VendorId::from_uuid(uuid::Uuid::nil());
    for (vendor, role) in [
        (ours.vendor, Role::Admin),
        (other.vendor, Role::Compliance),
        (nowhere, Role::Seller),
    ] {
        let page = browser.acting(vendor, role);
        assert_eq!(refused(&page, "/api/session").await, Code::NotFound);
    }
    let long = "x".repeat(4_000);
    let chief = format!("{}.chief", ours.vendor);
    let nothing = format!("{}.", ours.vendor);
    for unreadable in ["", "seller", &chief, &nothing, &long] {
        let path = format!("/api/session?as={unreadable}");
        assert_eq!(refused(&browser, &path).await, Code::NotFound, "{path}");
    }
    // Twice is no wish that can be understood.
    let seller = browser.acting(ours.vendor, Role::Seller);
    let twice = refused(&seller, "/api/session?as=x").await;
    assert_eq!(twice, Code::Malformed);
    // Nor does a wish open anything to whoever is not signed in.
    let stranger = app.browser().acting(ours.vendor, Role::Seller);
    let code = refused(&stranger, "/api/session").await;
    assert_eq!(code, Code::SignInNeeded);
    app.stop().await;
}

/// A role that is suspended is nothing any more, at once; the others stay.
#[tokio::test]
async fn a_suspended_role_opens_nothing() {
    let app = scene().await;
    let Shops { ours, other } = &app.shops;
    let browser = app.sign_in(&ours.email("seller")).await;
    let mut conn = app.database.connect().await;
    sqlx::query(
        "UPDATE memberships SET suspended_at = now() WHERE user_id = $1 AND vendor_id = $2",
    )
    .bind(ours.user("seller").as_uuid())
    .bind(ours.vendor.as_uuid())
    .execute(&mut conn)
    .await
    .expect("suspended");
    let seller = browser.acting(ours.vendor, Role::Seller);
    assert_eq!(refused(&seller, "/api/session").await, Code::NotFound);
    let left: Me = browser.read("/api/session").await;
    assert_eq!(
        (left.vendor, left.person.role),
        (Some(other.vendor), Role::Seller)
    );
    drop(conn);
    app.stop().await;
}

/// A page hears what concerns the vendor that it acts at, and nothing of the other's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_hears_of_its_own_vendor_alone() {
    let app = scene().await;
    let Shops { ours, other } = &app.shops;
    let person = app.sign_in(&ours.email("seller")).await;
    let (mut here, _) = Socket::hello(&person.acting(ours.vendor, Role::Seller), &[]).await;
    let (mut there, _) = Socket::hello(&person.acting(other.vendor, Role::Seller), &[]).await;
    let hub = &app.server.app.hub;
    assert!(hub.is_online(ours.vendor, ours.user("seller")));
    assert!(hub.is_online(other.vendor, ours.user("seller")));

    let buyer = app.sign_in(&ours.email("buyer")).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[]).await;
    buyer.say(ours.thread, "for our seller alone").await;
    let _ = here.event(ours.thread).await;
    // Its own answers come, in order: what was said before would have come before them.
    let body = Command::SendMessage {
        thread: other.thread,
        text: "nobody of theirs".to_owned(),
    };
    let refused = there.command(command_id(), body).await;
    assert!(
        matches!(refused, CommandResult::Failed { .. }),
        "{refused:?}"
    );
    let strange = there
        .passed_over()
        .find(|frame| matches!(frame, ServerFrame::Event { thread, .. } if *thread == ours.thread));
    assert!(strange.is_none(), "{strange:?}");

    // A socket in a capacity that nobody has is not opened.
    let nobody = person.acting(other.vendor, Role::Admin);
    let request = socket::request(&nobody, "/ws", SOCKET_PROTOCOL);
    let refused = connect_async(request).await.expect_err("no socket");
    let tungstenite::Error::Http(answer) = refused else {
        panic!("{refused}")
    };
    assert_eq!(answer.status(), StatusCode::NOT_FOUND.as_u16());
    app.stop().await;
}

/// In the database itself, as the application's role: a vendor's transaction reads the people who have to do with the
/// vendor and changes none of them; a person's own reaches them alone, at whichever vendor.
#[tokio::test]
async fn people_are_changed_by_themselves_alone_whatever_is_asked() {
    let app = TestApp::start().await;
    let Shops { ours, other } = &app.shops;
    let mut conn = app.database.connect().await;
    let who = ours.user("seller").to_string();
    let (here, there) = (ours.vendor.to_string(), other.vendor.to_string());
    // One connection for all of them, as a pool hands it on.
    for (vendor, person, seen, changed) in [
        ("", "", 0, 0),
        (here.as_str(), "", 8, 0),
        ("", who.as_str(), 1, 1),
        (here.as_str(), who.as_str(), 8, 1),
        // At a vendor that has nothing to do with them they see themselves beside its people.
        (there.as_str(), who.as_str(), 9, 1),
    ] {
        let mut tx = conn.begin().await.expect("a transaction");
        sqlx::query("SET LOCAL ROLE orderline_app")
            .execute(&mut *tx)
            .await
            .expect("the role");
        sqlx::query(
            "SELECT set_config('orderline.vendor', $1, true), set_config('orderline.person', $2, true)",
        )
        .bind(vendor)
        .bind(person)
        .execute(&mut *tx)
        .await
        .expect("the scope");
        let count: i64 = sqlx::query_scalar("SELECT count(user_id) FROM people")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        let done = sqlx::query("UPDATE people SET name = 'somebody else'")
            .execute(&mut *tx)
            .await
            .expect("an answer");
        let scope = format!("vendor {vendor:?}, person {person:?}");
        assert_eq!((count, done.rows_affected()), (seen, changed), "{scope}");
        tx.rollback().await.expect("rolled back");
    }
    drop(conn);
    app.stop().await;
}
