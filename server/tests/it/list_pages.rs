//! Lists: filtered before they are cut, and none ends where a page does.

use crate::{
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Browser, Socket, TestApp, client::problem},
};
use orderline_domain::ids::ThreadId;
use orderline_protocol::{
    http::OrderList,
    page::{MAX_PAGE_SIZE, Page, PageCursor},
    problem::Code,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::BTreeSet;

/// Rows of each list, more than two of the largest pages.
const ROWS: usize = 450;

/// Every item of a list, a page at a time.
async fn all(browser: &Browser, path: &str, limit: u32) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let page: Page<Value> = browser.read(&format!("{path}?limit={limit}{after}")).await;
        assert!(
            page.items.len() <= usize::try_from(limit).expect("small"),
            "{path}"
        );
        items.extend(page.items);
        match page.next {
            Some(PageCursor(next)) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(conn)
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Makes copies of the one order that was placed in `thread`, each in a thread of its own, until there are [`ROWS`]; and
/// around each as many of everything else that is listed.
async fn fill(conn: &mut PgConnection, thread: ThreadId) {
    run(
        conn,
        &format!(
            "CREATE TEMP TABLE copies AS
                SELECT n, gen_random_uuid() AS thread_id, gen_random_uuid() AS offer_id,
                       gen_random_uuid() AS order_id, gen_random_uuid() AS call_id,
                       gen_random_uuid() AS recording_id
                  FROM generate_series(1, {ROWS} - 1) AS n;
             INSERT INTO threads (thread_id, vendor_id, title, created_at, last_at, head_hash)
                SELECT c.thread_id, t.vendor_id, t.title, t.created_at,
                       -- Many threads of one moment: their ids decide.
                       t.last_at - make_interval(secs => c.n / 10), t.head_hash
                  FROM copies c, threads t WHERE t.thread_id = '{thread}';
             INSERT INTO thread_people (thread_id, user_id, vendor_id, role)
                SELECT c.thread_id, p.user_id, p.vendor_id, p.role
                  FROM copies c, thread_people p WHERE p.thread_id = '{thread}';
             INSERT INTO offers (offer_id, vendor_id, thread_id, state, version, draft, draft_version, revisions,
                                 closed_at, created_at)
                SELECT c.offer_id, o.vendor_id, c.thread_id, o.state, o.version, o.draft, o.draft_version,
                       o.revisions, o.closed_at, o.created_at
                  FROM copies c, offers o WHERE o.thread_id = '{thread}';
             INSERT INTO offer_revisions (offer_id, number, vendor_id, content, hash, made_at, made_by)
                SELECT c.offer_id, r.number, r.vendor_id, r.content, r.hash, r.made_at, r.made_by
                  FROM copies c, offer_revisions r JOIN offers o USING (offer_id) WHERE o.thread_id = '{thread}';
             INSERT INTO orders (order_id, vendor_id, thread_id, offer_id, number, revision, state, state_body,
                                 basis, proof, total, currency, placed_at, placed_by)
                SELECT c.order_id, o.vendor_id, c.thread_id, c.offer_id, o.number + c.n, o.revision, o.state,
                       o.state_body, o.basis, o.proof, o.total, o.currency, o.placed_at, o.placed_by
                  FROM copies c, orders o WHERE o.thread_id = '{thread}';
             INSERT INTO calls (call_id, vendor_id, thread_id, state, state_body, caller_id, callee_id,
                                ringing_since, rings_until, started_at, ended_at, duration_ms, end_reason, node_id,
                                node_url, lease_until, policy, policy_version, language, wording, wording_hash,
                                kept_days, contractual_partner, record_when, may_refuse)
                SELECT c.call_id, t.vendor_id, '{thread}', 'ended', '{{\"state\": \"ended\"}}', s.user_id, b.user_id,
                       now(), now(), now(), now() - make_interval(secs => c.n / 10), 1, 'hung_up_by_buyer',
                       gen_random_uuid(), '', now(), 'DE', 1, 'en', '', sha256(''), 1, '',
                       'contract_talk', true
                  FROM copies c, threads t,
                       (SELECT user_id FROM thread_people
                         WHERE thread_id = '{thread}' AND role = 'seller') s,
                       (SELECT user_id FROM thread_people
                         WHERE thread_id = '{thread}' AND role = 'buyer') b
                 WHERE t.thread_id = '{thread}';
             INSERT INTO recordings (recording_id, vendor_id, call_id, thread_id, wrapped_key, phase, opened_at)
                SELECT c.recording_id, l.vendor_id, l.call_id, l.thread_id, '', 'empty', l.ended_at
                  FROM copies c JOIN calls l USING (call_id);
             INSERT INTO access_log (access_id, vendor_id, recording_id, user_id, role, at, what, reason)
                SELECT gen_random_uuid(), r.vendor_id, r.recording_id, l.caller_id, 'seller', r.opened_at, 'opened', 'a dispute'
                  FROM copies c, recordings r JOIN calls l USING (call_id)
                 WHERE r.recording_id = (SELECT recording_id FROM copies WHERE n = 1);
             INSERT INTO mails (mail_id, vendor_id, user_id, kind, about, to_name, to_address, subject, text,
                                queued_at)
                SELECT gen_random_uuid(), l.vendor_id, l.caller_id, 'test', l.call_id, '', '', '', '', l.ended_at
                  FROM copies c JOIN calls l USING (call_id);
             INSERT INTO contractual_partners (partner_id, vendor_id, name, terms_of, terms_version)
                SELECT gen_random_uuid(), t.vendor_id, 'Partner ' || c.n, 'Partner', '2026-05'
                  FROM copies c, threads t WHERE t.thread_id = '{thread}';
             INSERT INTO call_backs (call_back_id, vendor_id, thread_id, reason, state, state_body, due_at, opened_at)
                SELECT gen_random_uuid(), t.vendor_id, t.thread_id, 'requested', 'open', '{{\"state\": \"open\"}}',
                       t.last_at, t.last_at
                  FROM copies c JOIN threads t USING (thread_id);
             INSERT INTO appointments (appointment_id, vendor_id, thread_id, state, state_body, sequence, starts_at,
                                       minutes, created_at, changed_at)
                SELECT gen_random_uuid(), t.vendor_id, t.thread_id, 'confirmed',
                       jsonb_build_object('state', 'confirmed', 'at', t.last_at,
                                          'by', jsonb_build_object('user', p.user_id, 'side', 'seller')),
                       0, t.last_at + interval '1 day', 30, t.last_at, t.last_at
                  FROM copies c JOIN threads t USING (thread_id) JOIN thread_people p USING (thread_id)
                  WHERE p.role = 'seller';
             INSERT INTO people (user_id, name, created_at) SELECT c.call_id, 'Jana', now() FROM copies c;
             INSERT INTO vendor_people (vendor_id, user_id, since)
                SELECT t.vendor_id, c.call_id, now() FROM copies c, threads t WHERE t.thread_id = '{thread}';
             INSERT INTO customers (vendor_id, customer_id, user_id, created_at, kind, name, language, search_key)
                SELECT t.vendor_id, c.call_id, c.call_id, t.created_at - make_interval(secs => c.n / 10), 'person',
                       'Jana', 'en', 'jana'
                  FROM copies c, threads t WHERE t.thread_id = '{thread}';
             INSERT INTO customer_moves (vendor_id, move_id, at, by_id, by_role, moved, is_more, asked)
                SELECT t.vendor_id, c.call_id, t.last_at - make_interval(secs => c.n / 10), c.call_id, 'admin', 1, false,
                       sha256('')
                  FROM copies c, threads t WHERE t.thread_id = '{thread}';
             INSERT INTO customers_moved (vendor_id, customer_id, move_id)
                SELECT t.vendor_id, p.user_id, c.call_id
                  FROM copies c, threads t JOIN thread_people p USING (thread_id)
                 WHERE t.thread_id = '{thread}' AND p.role = 'buyer';
             INSERT INTO vendor_log (vendor_id, entry_id, at, by_id, by_role, change)
                SELECT t.vendor_id, c.call_id, t.last_at - make_interval(secs => c.n / 10), c.call_id, 'admin',
                       '{{\"stepped\": {{\"step\": \"restore\", \"reason\": \"Paid\"}}}}'
                  FROM copies c, threads t WHERE t.thread_id = '{thread}';"
        ),
    )
    .await;
}

/// One order, and everything else as often as [`ROWS`] or one less.
pub(crate) async fn scene() -> (TestApp, ThreadId) {
    let app = TestApp::start_with(&["--demo"]).await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let shelf = Shelf::fill(&app, shop).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut seller, _) = Socket::hello(&seller, &[]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[]).await;
    let shown = show(&mut seller, thread, &complete(&app, &shelf.one_time)).await;
    confirm(&mut buyer, &shown).await;
    place(&mut seller, &shown).await;
    fill(&mut app.database.connect().await, thread).await;
    (app, thread)
}

/// Every list, page by page: nothing lost, nothing twice, whatever the size of a page; in the order of the largest.
#[tokio::test]
async fn every_list_is_read_to_its_end_a_page_at_a_time() {
    let (app, thread) = scene().await;
    let shop = &app.shops.ours;
    let mut conn = app.database.connect().await;
    let logged: uuid::Uuid = sqlx::query_scalar("SELECT recording_id FROM access_log LIMIT 1")
        .fetch_one(&mut conn)
        .await
        .expect("a recording");
    let buyer = shop.user("buyer");
    let lists = [
        ("seller", "/api/threads".to_owned(), "/thread", ROWS),
        ("support", "/api/threads".to_owned(), "/thread", ROWS),
        ("buyer", "/api/account/threads".to_owned(), "/thread", ROWS),
        ("seller", "/api/orders".to_owned(), "/order", ROWS),
        ("support", "/api/orders".to_owned(), "/order", ROWS),
        (
            "compliance",
            "/api/recordings".to_owned(),
            "/recording",
            ROWS - 1,
        ),
        (
            "compliance",
            format!("/api/recordings/{logged}/log"),
            "",
            ROWS - 1,
        ),
        ("seller", "/api/mailbox".to_owned(), "/mail", ROWS - 1),
        (
            "seller",
            "/api/call-backs".to_owned(),
            "/call_back",
            ROWS - 1,
        ),
        (
            "seller",
            "/api/appointments".to_owned(),
            "/appointment",
            ROWS - 1,
        ),
        (
            "seller",
            format!("/api/threads/{thread}/outcomes"),
            "/call",
            ROWS - 1,
        ),
        // And the shop's own two.
        ("seller", "/api/customers".to_owned(), "/customer", ROWS + 1),
        ("admin", "/api/customers".to_owned(), "/customer", ROWS + 1),
        (
            "seller",
            format!("/api/customers/{buyer}/moves"),
            "",
            ROWS - 1,
        ),
        (
            "seller",
            format!("/api/customers/{buyer}/threads"),
            "/thread",
            ROWS,
        ),
        ("admin", "/api/partners".to_owned(), "/id", ROWS),
        ("admin", "/api/vendor/log".to_owned(), "/by/user", ROWS - 1),
    ];
    for (person, path, id, count) in lists {
        let browser = app.sign_in(&shop.email(person)).await;
        let whole = all(&browser, &path, MAX_PAGE_SIZE).await;
        assert_eq!(whole.len(), count, "{path} of {person}");
        assert_eq!(all(&browser, &path, 70).await, whole, "{path} of {person}");
        // A log's lines carry no id.
        if !id.is_empty() {
            let ids: BTreeSet<String> = whole
                .iter()
                .map(|it| it.pointer(id).map(Value::to_string).unwrap_or_default())
                .collect();
            assert_eq!(ids.len(), count, "{path} of {person}");
        }
        let bad = problem(browser.get(&format!("{path}?after=nonsense")).await).await;
        assert_eq!(bad.code, Code::Invalid, "{path}");
        assert_eq!(bad.fields[0].field, "after");
    }
    app.stop().await;
}

/// A seller whose orders are older than the vendor's newest page of them has them all the same.
#[tokio::test]
async fn a_sellers_old_orders_are_found_behind_the_vendors_newest() {
    let (app, thread) = scene().await;
    let shop = &app.shops.ours;
    let mut conn = app.database.connect().await;
    // All but the oldest are a colleague's now.
    run(
        &mut conn,
        &format!(
            "UPDATE thread_people SET user_id = '{}' WHERE user_id = '{}' AND thread_id <> '{thread}'",
            shop.user("seller2"),
            shop.user("seller"),
        ),
    )
    .await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let own: OrderList = seller.read("/api/orders").await;
    let threads: Vec<ThreadId> = own.items.iter().map(|it| it.thread).collect();
    assert_eq!((threads, own.next), (vec![thread], None));
    app.stop().await;
}
