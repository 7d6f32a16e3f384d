//! What readers make of events that are newer than they, that were erased, or that somebody changed in the database.

use crate::support::{Socket, TestApp};
use orderline_domain::{
    digest::{Digest, canonical},
    ids::ThreadId,
    thread::{
        Author, EventBody,
        chain::{self, Envelope, Salt, commitment, verify},
    },
};
use orderline_protocol::{
    http::ThreadList,
    thread::{EventView, ThreadSnapshot},
};
use orderline_server::store::thread::events;
use serde_json::json;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

/// Appends an event of a kind that this program does not know, as a newer node would. Answers its body.
async fn write_unknown(conn: &mut PgConnection, thread: ThreadId) -> Vec<u8> {
    let row = sqlx::query(
        "SELECT last_seq, last_at, head_hash, vendor_id FROM threads WHERE thread_id = $1",
    )
    .bind(thread.as_uuid())
    .fetch_one(&mut *conn)
    .await
    .expect("the thread");
    let seq: i64 = row.get::<i64, _>("last_seq") + 1;
    let head: Vec<u8> = row.get("head_hash");
    let body = canonical(&json!({"type": "parcel_sent", "boxes": [1, 2.5]})).expect("canonical");
    let salt = Salt::from_bytes([9; 32]);
    let at: jiff_sqlx::Timestamp = row.get("last_at");
    let envelope = Envelope {
        thread,
        seq: u64::try_from(seq).expect("a number"),
        kind: "parcel_sent".to_owned(),
        author: Author::System,
        at: at.to_jiff(),
        prev_hash: Digest::from_bytes(head.try_into().expect("32 bytes")),
        body_commitment: commitment(&salt, &body),
    };
    let bytes = canonical(&envelope).expect("canonical");
    let hash = Digest::of(&bytes);
    sqlx::query(
        "WITH written AS (
            INSERT INTO events (thread_id, seq, vendor_id, at, kind, envelope, hash, body, salt)
            VALUES ($1, $2, $3, $4, 'parcel_sent', $5, $6, $7, $8))
         UPDATE threads SET last_seq = $2, head_hash = $6 WHERE thread_id = $1",
    )
    .bind(thread.as_uuid())
    .bind(seq)
    .bind(row.get::<uuid::Uuid, _>("vendor_id"))
    .bind(at)
    .bind(bytes)
    .bind(hash.as_bytes().as_slice())
    .bind(body.clone())
    .bind(salt.as_bytes().as_slice())
    .execute(conn)
    .await
    .expect("written");
    body
}

/// The thread's whole chain, verified.
async fn report(app: &TestApp, thread: ThreadId) -> chain::ChainReport {
    let mut tx = app
        .server
        .app
        .store
        .begin(app.shops.ours.vendor)
        .await
        .expect("the store");
    let all = events::evidence(&mut tx, thread, 0, 100)
        .await
        .expect("evidence");
    let all = all.iter().map(|it| {
        (
            &it.envelope,
            it.body.as_ref().map(|(body, salt)| (body.as_slice(), salt)),
        )
    });
    verify(thread, all).expect("the chain holds")
}

/// A kind of the future costs no reader anything but its words.
#[tokio::test]
async fn an_event_of_a_kind_of_the_future_is_kept_delivered_and_verified() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let browser = app.sign_in(&shop.email("seller")).await;
    let (mut seller, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    seller.say(thread, "before").await;
    let body = write_unknown(&mut app.database.connect().await, thread).await;

    let list: ThreadList = browser.read("/api/threads").await;
    let newest = list.items[0]
        .last
        .as_ref()
        .map(|it| it.body.kind().to_owned());
    assert_eq!(newest.as_deref(), Some("parcel_sent"));
    assert_eq!(seller.say(thread, "after").await, 3);
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    assert_eq!(snapshot.seq, 3);
    assert_eq!(
        canonical(&snapshot.events[1].body).expect("canonical"),
        body
    );
    let (mut again, _) = Socket::hello(&browser, &[(thread, 1)]).await;
    for (socket, seq) in [(&mut again, 2), (&mut seller, 1)] {
        assert_eq!(socket.event(thread).await.seq, seq);
    }
    assert_eq!(again.event(thread).await.seq, 3);
    assert_eq!(seller.event(thread).await.body.kind(), "parcel_sent");
    assert_eq!(report(&app, thread).await.verified, 3);
    app.stop().await;
}

/// An erased body is erased for everybody, and the chain still holds.
#[tokio::test]
async fn an_erased_body_is_read_as_erased_by_everybody() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let (mut buyer, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    buyer.say(thread, "my address").await;
    buyer.say(thread, "and my number").await;
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE events SET body = NULL, salt = NULL WHERE thread_id = $1")
        .bind(thread.as_uuid())
        .execute(&mut conn)
        .await
        .expect("erased");
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    let list: ThreadList = browser.read("/api/threads").await;
    let (mut again, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    let mut found = snapshot.events;
    found.extend(list.items[0].last.clone());
    found.push(again.event(thread).await);
    found.push(again.event(thread).await);
    assert_eq!(found.len(), 5);
    for event in found {
        let kind = "message_sent".to_owned();
        assert_eq!(event.body, EventBody::Erased { kind });
        assert_eq!(event.author, Some(shop.user("buyer")));
    }
    let report = report(&app, thread).await;
    assert_eq!((report.verified, report.erased), (0, 2));
    app.stop().await;
}

/// What somebody changes in the database is never shown as what was said, whoever they say did it and when.
#[tokio::test]
async fn a_changed_event_shows_as_changed_with_the_author_and_time_of_its_envelope() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let (mut buyer, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    let other = format!("'{}'::uuid", shop.user("seller"));
    let changes = [
        "body = convert_to(replace(convert_from(body, 'UTF8'), 'six', 'two'), 'UTF8')".to_owned(),
        "salt = hash".to_owned(),
        format!("author_id = {other}"),
        "author_id = NULL".to_owned(),
        "at = at - interval '1 day'".to_owned(),
        "kind = 'call_summarised'".to_owned(),
        "hash = sha256(hash)".to_owned(),
        "envelope = convert_to(replace(convert_from(envelope, 'UTF8'), 'buyer', 'seller'), 'UTF8')"
            .to_owned(),
    ];
    for _ in &changes {
        buyer.say(thread, "six payments").await;
    }
    buyer.say(thread, "untouched").await;
    let path = format!("/api/threads/{thread}");
    let before: ThreadSnapshot = browser.read(&path).await;
    let mut conn = app.database.connect().await;
    for (at, change) in changes.iter().enumerate() {
        let sql = format!(
            "UPDATE events SET {change} WHERE thread_id = $1 AND seq = {}",
            at + 1
        );
        let done = sqlx::query(AssertSqlSafe(sql))
            .bind(thread.as_uuid())
            .execute(&mut conn)
            .await;
        assert_eq!(done.expect("changed").rows_affected(), 1, "{change}");
    }
    let after: ThreadSnapshot = browser.read(&path).await;
    let (mut again, _) = Socket::hello(&browser, &[(thread, 0)]).await;
    for (at, change) in changes.iter().enumerate() {
        let shown = &after.events[at];
        let kind = "message_sent".to_owned();
        let expected = EventView {
            body: EventBody::Tampered { kind },
            ..before.events[at].clone()
        };
        assert_eq!(*shown, expected, "{change}");
        assert_eq!(again.event(thread).await, expected, "{change}");
    }
    assert_eq!(after.events.last(), before.events.last());
    app.stop().await;
}
