//! Who may do what, through HTTP and the socket; and that vendors never see each other.

use crate::{
    offer_support::Shelf,
    support::{Browser, Socket, TestApp, client::problem, socket::command_id},
};
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    http::{Catalogue, ThreadList},
    problem::Code,
    socket::{Command, CommandResult},
    thread::ThreadSummary,
};
use reqwest::StatusCode;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

const OK: u16 = 200;
const NOT_FOUND: u16 = 404;
const NOT_ALLOWED: u16 = 403;
const INVALID: u16 = 422;

/// What each role meets at the doors that it must not pass.
#[tokio::test]
async fn each_role_sees_what_is_its_business() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    // person, threads in the list, the thread, the catalogue, opening a thread, writing into the thread
    let table = [
        ("seller", 1, OK, OK, 201, None),
        ("seller2", 0, NOT_FOUND, OK, 201, Some(Code::NotFound)),
        // The buyer is nobody whom the rep knows.
        ("rep", 0, NOT_FOUND, OK, INVALID, Some(Code::NotFound)),
        ("buyer", 1, OK, OK, NOT_ALLOWED, None),
        (
            "buyer2",
            0,
            NOT_FOUND,
            OK,
            NOT_ALLOWED,
            Some(Code::NotFound),
        ),
        (
            "compliance",
            1,
            OK,
            NOT_ALLOWED,
            NOT_ALLOWED,
            Some(Code::NotAllowed),
        ),
        (
            "support",
            1,
            OK,
            NOT_ALLOWED,
            NOT_ALLOWED,
            Some(Code::NotAllowed),
        ),
        ("admin", 0, NOT_FOUND, OK, NOT_ALLOWED, Some(Code::NotFound)),
    ];
    for (person, _, reads, catalogue, _, _) in table {
        let browser = app.sign_in(&shop.email(person)).await;
        let status = async |path: String| browser.get(&path).await.status().as_u16();
        assert_eq!(
            status(format!("/api/threads/{thread}")).await,
            reads,
            "{person}"
        );
        assert_eq!(
            status(format!("/api/threads/{thread}/events")).await,
            reads,
            "{person}"
        );
        assert_eq!(
            status("/api/catalogue".to_owned()).await,
            catalogue,
            "{person}"
        );
    }
    for (person, listed, ..) in table {
        let browser = app.sign_in(&shop.email(person)).await;
        let list: ThreadList = browser.read("/api/threads").await;
        assert_eq!(list.items.len(), listed, "{person}");
    }
    for (person, .., writes) in table {
        let browser = app.sign_in(&shop.email(person)).await;
        let (mut socket, _) = Socket::hello(&browser, &[]).await;
        let text = "hello".to_owned();
        let body = Command::SendMessage { thread, text };
        let refused = match socket.command(command_id(), body).await {
            CommandResult::Failed { problem } => Some(problem.code),
            _ => None,
        };
        assert_eq!(refused, writes, "{person}");
    }
    for (person, .., opens, _) in table {
        let browser = app.sign_in(&shop.email(person)).await;
        let status = open(
            &browser,
            ThreadId::from_uuid(crate::support::fresh_uuid()),
            shop.user("buyer"),
        )
        .await
        .status();
        assert_eq!(status.as_u16(), opens, "{person}");
    }
    app.stop().await;
}

async fn open(
    browser: &Browser,
    thread: ThreadId,
    buyer: orderline_domain::ids::UserId,
) -> reqwest::Response {
    let wish = json!({"thread": thread, "customer": buyer, "title": "Another question"});
    browser.post("/api/threads", &wish).await
}

#[tokio::test]
async fn a_seller_opens_a_thread_once_and_with_their_own_buyers_only() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let thread = ThreadId::from_uuid(crate::support::fresh_uuid());
    let first: ThreadSummary = open(&seller, thread, shop.user("buyer2"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!((first.thread, first.people.len()), (thread, 2));
    let again = open(&seller, thread, shop.user("buyer2")).await;
    assert_eq!(again.json::<ThreadSummary>().await.unwrap(), first);
    for buyer in [app.shops.other.user("buyer"), shop.user("support")] {
        let refused = problem(
            open(
                &seller,
                ThreadId::from_uuid(crate::support::fresh_uuid()),
                buyer,
            )
            .await,
        )
        .await;
        assert_eq!(refused.code, Code::Invalid);
        assert_eq!(refused.fields[0].field, "customer");
    }
    // Another vendor's thread id is taken, but nothing of it shows.
    let taken = open(&seller, app.shops.other.thread, shop.user("buyer")).await;
    assert_eq!(taken.status(), StatusCode::NOT_FOUND);
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    assert_eq!(socket.say(thread, "hello").await, 1);
    app.stop().await;
}

#[tokio::test]
async fn another_vendor_does_not_exist() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    Shelf::fill(&app, ours).await;
    for (person, threads) in [
        ("seller", 1),
        ("buyer", 1),
        ("compliance", 1),
        ("support", 1),
        ("admin", 0),
    ] {
        let browser = app.sign_in(&other.email(person)).await;
        let path = format!("/api/threads/{}", ours.thread);
        assert_eq!(
            browser.get(&path).await.status(),
            StatusCode::NOT_FOUND,
            "{person}"
        );
        let list: ThreadList = browser.read("/api/threads").await;
        let listed: Vec<ThreadId> = list.items.iter().map(|it| it.thread).collect();
        assert_eq!(listed, [other.thread][..threads], "{person}");
    }
    for (shop, empty) in [(ours, false), (other, true)] {
        let seller = app.sign_in(&shop.email("seller")).await;
        let catalogue: Catalogue = seller.read("/api/catalogue").await;
        assert_eq!(catalogue.products.is_empty(), empty);
    }
    app.stop().await;
}

/// So that the whole can be cut by vendor later: each table's key begins with its vendor, and whatever must be unique is
/// so within one. Beyond that are secrets alone, by which it is found out whose they are, addresses of accounts and of
/// vendors' pages, and the ids that pages give to threads and visits.
#[tokio::test]
async fn every_vendors_table_can_be_cut_by_vendor() {
    let app = TestApp::start().await;
    let mut conn = app.database.connect().await;
    let across: Vec<(String, String)> = sqlx::query_as(
        "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text
           FROM pg_index i
           JOIN pg_attribute v ON v.attrelid = i.indrelid AND v.attname = 'vendor_id'
          WHERE i.indrelid::regclass::text NOT LIKE 'pg_%' AND i.indisunique
            AND i.indkey[0] <> v.attnum ORDER BY 1, 2",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let across: Vec<_> = across.into_iter().map(|(_, index)| index).collect();
    assert_eq!(
        across,
        [
            "invitations_token_key",
            // Queues, soon forgotten: what concerns a person's account stands in them without a vendor.
            "jobs_pkey",
            "join_links_token_key",
            "mails_pkey",
            // A session is a person's, whatever its link's vendor.
            "sessions_old_token_hash_key",
            "sessions_pkey",
            "sessions_token_hash_key",
            "threads_by_id",
            // The public address of a vendor's page.
            "vendor_pages_slug_key",
            // A platform's person looks into vendors: the id is found before the vendor is known.
            "visits_by_id"
        ]
    );
    let keyless: Vec<String> = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'public' AND c.relkind = 'r'
            AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(keyless, Vec::<String>::new());
    app.stop().await;
}

/// The database itself keeps vendors apart, whatever the server asks.
#[tokio::test]
async fn the_applications_role_sees_one_vendor_at_a_time() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let actor = app.actor("seller").await;
    let body = Command::SendMessage {
        thread: ours.thread,
        text: "ours alone".to_owned(),
    };
    let run = &app.server.app.run;
    run.command(&actor, command_id(), body).await;

    let mut conn = app.database.connect().await;
    // Every table but the nodes' and the migrations' own has a vendor, and none is left open.
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> '_sqlx_migrations'
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.columns
          WHERE table_schema = 'public' AND column_name = 'vendor_id' ORDER BY 1",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(tables.len() > 8, "{tables:?}");

    for (scope, own) in [(None, 0), (Some(other.vendor), 0), (Some(ours.vendor), 1)] {
        let mut tx = conn.begin().await.unwrap();
        sqlx::query("SET LOCAL ROLE orderline_app")
            .execute(&mut *tx)
            .await
            .unwrap();
        if let Some(vendor) = scope {
            sqlx::query("SELECT set_config('orderline.vendor', $1, true)")
                .bind(vendor.to_string())
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        for table in &tables {
            if !may_read(&mut tx, table).await {
                continue;
            }
            let count = |condition: &str| {
                format!("SELECT count(*) FROM {table} WHERE vendor_id {condition} $1")
            };
            let foreign: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count("<>")))
                .bind(scope.unwrap_or(ours.vendor).as_uuid())
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            assert_eq!(foreign, 0, "{table} shows another vendor's rows");
            let mine: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count("=")))
                .bind(ours.vendor.as_uuid())
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            if own == 0 {
                assert_eq!(mine, 0, "{table} shows our rows under {scope:?}");
            } else if [
                "threads",
                "events",
                "vendor_people",
                "customers",
                "commands",
            ]
            .contains(&table.as_str())
            {
                assert!(mine > 0, "{table} hides our own rows");
            }
        }
        tx.rollback().await.unwrap();
    }

    // A row cannot be moved to, or written for, another vendor.
    let mut tx = conn.begin().await.unwrap();
    sqlx::query("SET LOCAL ROLE orderline_app")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("SELECT set_config('orderline.vendor', $1, true)")
        .bind(ours.vendor.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
    let moved = sqlx::query("UPDATE threads SET vendor_id = $1")
        .bind(other.vendor.as_uuid())
        .execute(&mut *tx)
        .await;
    assert!(moved.is_err());
    tx.rollback().await.unwrap();
    app.stop().await;
}

/// The application owns nothing and cannot change what was said.
#[tokio::test]
async fn the_applications_role_cannot_rewrite_what_was_said() {
    let app = TestApp::start().await;
    let mut conn = app.database.connect().await;
    for forbidden in [
        "UPDATE events SET body = NULL, salt = NULL",
        "DELETE FROM events",
        "DELETE FROM threads",
        "SELECT password_hash FROM people",
        "UPDATE commands SET result = ''",
        "DROP TABLE events",
        "ALTER TABLE events DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (x int)",
        "SELECT * FROM nodes",
    ] {
        let mut tx = conn.begin().await.unwrap();
        sqlx::query("SET LOCAL ROLE orderline_app")
            .execute(&mut *tx)
            .await
            .unwrap();
        let done = sqlx::query(forbidden).execute(&mut *tx).await;
        assert!(done.is_err(), "{forbidden}");
        tx.rollback().await.unwrap();
    }
    app.stop().await;
}

async fn may_read(conn: &mut PgConnection, table: &str) -> bool {
    sqlx::query_scalar("SELECT has_any_column_privilege(current_user, $1, 'SELECT')")
        .bind(table)
        .fetch_one(conn)
        .await
        .unwrap()
}
