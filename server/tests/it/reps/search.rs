//! What is found, and by which index.

use super::{assign, these};
use crate::{
    customers::{add, found, guest, noor, wish},
    offer_support::{Shelf, complete, confirm, place, show},
    support::{Socket, TestApp},
};
use orderline_domain::{customer::record::CustomerData, ids::VendorId};
use sqlx::{AssertSqlSafe, PgConnection};

#[tokio::test]
async fn p4_a_search_forgives_typing_errors() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    for data in [
        noor(),
        guest("Jana Meier"),
        guest("Piet König"),
        CustomerData {
            company: Some("Zimmermann & Söhne".to_owned()),
            ..guest("Ada")
        },
    ] {
        add(&seller, &wish(data)).await;
    }
    for (typed, name) in [
        // As it is, in any part and any sequence.
        ("haddad noor", "Noor Haddad"),
        ("@haddad", "Noor Haddad"),
        // A letter too few, too many, another one, two that changed places; in the company and the address too.
        ("noor hadad", "Noor Haddad"),
        ("nooor haddad", "Noor Haddad"),
        ("jana maier", "Jana Meier"),
        ("meyer", "Jana Meier"),
        ("konig", "Piet König"),
        ("zimmerman", "Ada"),
        ("zimermann", "Ada"),
        ("noor@hadad.exmaple", "Noor Haddad"),
        // A phone number as one dials it here, there, or reads it.
        ("0341 123456", "Noor Haddad"),
        ("+49 341/123-456", "Noor Haddad"),
        ("0049341123456", "Noor Haddad"),
    ] {
        assert_eq!(
            found(&seller, typed).await.first().map(String::as_str),
            Some(name),
            "{typed}"
        );
    }
    for nothing in ["xylophon", "%%%%", "____", "99999999", "qqq"] {
        assert_eq!(
            found(&seller, nothing).await,
            Vec::<String>::new(),
            "{nothing}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn p4_a_customer_is_found_by_the_number_of_an_order() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let shelf = Shelf::fill(&app, shop).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let buyer = app.sign_in(&shop.email("buyer")).await;
    let (mut selling, _) = Socket::hello(&seller, &[]).await;
    let (mut buying, _) = Socket::hello(&buyer, &[]).await;
    let shown = show(&mut selling, shop.thread, &complete(&app, &shelf.one_time)).await;
    confirm(&mut buying, &shown).await;
    let order = place(&mut selling, &shown).await;
    let number = order.number;
    assert_eq!(found(&seller, &number).await, ["buyer"]);
    // Not for a rep who does not have them, nor elsewhere.
    for other in [shop.email("rep"), app.shops.other.email("seller")] {
        let other = app.sign_in(&other).await;
        assert_eq!(found(&other, &number).await, Vec::<String>::new());
    }
    app.stop().await;
}

/// What the application's role finds for this vendor (none: of whoever), in a transaction that is left open.
async fn ask(conn: &mut PgConnection, scope: &str, (terms, close): (&str, &str)) -> usize {
    let begin = format!("BEGIN; SET LOCAL ROLE orderline_app; {scope}");
    run(conn, &begin).await;
    sqlx::query(
        "SELECT * FROM find_customers($1, NULL, $2, 0.45, NULL, NULL, false, false, NULL, NULL, NULL, 51)",
    )
    .bind([terms])
    .bind(close)
    .fetch_all(conn)
    .await
    .expect("a search")
    .len()
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(conn)
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
}

fn of(vendor: VendorId) -> String {
    format!("SELECT set_config('orderline.vendor', '{vendor}', true);")
}

/// As the application's role: another vendor's customers never come, whatever is looked for; nor does anybody without a
/// vendor, or where a link let somebody into one thread. Nor are they there to be read or moved.
#[tokio::test]
async fn p4_a_search_stays_in_its_vendor() {
    let app = TestApp::start().await;
    let (ours, other) = (&app.shops.ours, &app.shops.other);
    let there = app.sign_in(&other.email("admin")).await;
    let noor = add(&there, &wish(noor())).await;
    let to_rep = these(&[noor.customer], Some(other.user("rep")));
    assert_eq!(assign(&there, &to_rep).await.moved, 1);
    let mut conn = app.database.connect().await;
    let in_thread = format!(
        "{} SELECT set_config('orderline.thread', '{}', true);",
        of(other.vendor),
        other.thread
    );
    for words in [("%noor%", "noor"), ("%no such%", "nor hadad")] {
        for (scope, count) in [
            (of(other.vendor), 1),
            (of(ours.vendor), 0),
            (String::new(), 0),
            (in_thread.clone(), 0),
        ] {
            assert_eq!(
                ask(&mut conn, &scope, words).await,
                count,
                "{words:?} {scope}"
            );
            run(&mut conn, "ROLLBACK").await;
        }
    }
    ask(&mut conn, &of(ours.vendor), ("", "")).await;
    let moved = sqlx::query("UPDATE customers SET rep_id = NULL WHERE name = 'Noor Haddad'")
        .execute(&mut conn)
        .await
        .expect("no row is seen");
    assert_eq!(moved.rows_affected(), 0);
    let tables: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM customer_moves) + (SELECT count(*) FROM customers_moved)",
    )
    .fetch_one(&mut conn)
    .await
    .expect("a count");
    assert_eq!(tables, 0);
    drop(conn);
    app.stop().await;
}

/// With many customers a search goes by the index, although the application's role asks.
#[tokio::test]
async fn p4_a_search_uses_its_index() {
    let app = TestApp::start().await;
    let vendor = app.shops.ours.vendor;
    let mut conn = app.database.connect().await;
    let fill = format!(
        "CREATE TEMP TABLE many AS SELECT gen_random_uuid() AS id, md5(n::text) AS name FROM generate_series(1, 20000) n;
         INSERT INTO people (user_id, name, created_at) SELECT id, name, now() FROM many;
         INSERT INTO vendor_people (vendor_id, user_id, since) SELECT '{vendor}', id, now() FROM many;
         INSERT INTO customers (vendor_id, customer_id, user_id, created_at, kind, name, language, search_key)
            SELECT '{vendor}', id, id, now(), 'person', name, 'en', name FROM many;
         ANALYZE customers"
    );
    run(&mut conn, &fill).await;
    for (words, scans) in [(("%4c8f2b%", "4c8f2b"), 1), (("%no such%", "no such"), 2)] {
        ask(&mut conn, &of(vendor), words).await;
        let counted: i64 =
            sqlx::query_scalar("SELECT pg_stat_get_xact_numscans('customers_by_key'::regclass)")
                .fetch_one(&mut conn)
                .await
                .expect("a count");
        assert!(counted >= scans, "{words:?}: {counted}");
        run(&mut conn, "ROLLBACK").await;
    }
    drop(conn);
    app.stop().await;
}
