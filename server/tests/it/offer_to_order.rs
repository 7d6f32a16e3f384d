//! From draft to order on real Postgres: once, exact, and with the product untouched.

use crate::{
    offer_support::{Shelf, complete, confirm, order_now, place, refused, show, today},
    support::{Socket, TestApp, socket::command_id},
};
use orderline_domain::{
    ids::ThreadId,
    offer::{plan::Interval, revision::PaymentMethod},
    order::{ContractBasis, OrderState},
    thread::EventBody,
};
use orderline_protocol::{
    problem::Code,
    socket::{ClientFrame, ClientSignal, Command, CommandResult, ServerFrame, ServerSignal},
    thread::ThreadSnapshot,
};

struct Scene {
    app: TestApp,
    shelf: Shelf,
    thread: ThreadId,
    seller: Socket,
    buyer: Socket,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let thread = app.shops.ours.thread;
    let seller = app.sign_in("seller@ours.example").await;
    let buyer = app.sign_in("buyer@ours.example").await;
    let (seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let (buyer, _) = Socket::hello(&buyer, &[(thread, 0)]).await;
    Scene {
        app,
        shelf,
        thread,
        seller,
        buyer,
    }
}

/// The rows of products and plans as text, to be compared byte by byte.
async fn shelf_rows(app: &TestApp) -> Vec<String> {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar(
        "SELECT p::text FROM products p UNION ALL SELECT l::text FROM plans l ORDER BY 1",
    )
    .fetch_all(&mut conn)
    .await
    .expect("rows")
}

/// B5, CC1: terms of this order alone, confirmed and ordered; the product's rows stay as they were.
#[tokio::test]
async fn b5_cc1_a_tailored_offer_becomes_an_order_and_leaves_the_product_alone() {
    let mut it = scene().await;
    let before = shelf_rows(&it.app).await;
    let mut draft = complete(&it.app, &it.shelf.instalments);
    draft.amount = "2280.01".to_owned();
    draft.payments = "4".to_owned();
    draft.interval = Some(Interval::Month);

    let shown = show(&mut it.seller, it.thread, &draft).await;
    let revised = it.buyer.event(it.thread).await;
    assert!(
        matches!(revised.body, EventBody::OfferRevised { number: 1, .. }),
        "{revised:?}"
    );
    let confirmed = confirm(&mut it.buyer, &shown).await;
    assert_eq!(confirmed.confirmed.as_ref().map(|it| it.number), Some(1));
    let order = place(&mut it.seller, &shown).await;

    let amounts: Vec<String> = order
        .schedule
        .payments
        .iter()
        .map(|it| it.amount.amount().to_string())
        .collect();
    assert_eq!(amounts.len(), 4);
    assert_eq!(order.total.amount().to_string(), "2280.01");
    let sum: rust_decimal::Decimal = order
        .schedule
        .payments
        .iter()
        .map(|it| it.amount.amount())
        .sum();
    assert_eq!(sum, order.total.amount());
    assert_eq!(shelf_rows(&it.app).await, before);

    let mut conn = it.app.database.connect().await;
    let stored: rust_decimal::Decimal =
        sqlx::query_scalar("SELECT sum(amount) FROM order_payments")
            .fetch_one(&mut conn)
            .await
            .expect("a sum");
    assert_eq!(stored, order.total.amount());
    drop(conn);
    it.app.stop().await;
}

/// X2: without a recorded call the contract waits for a written confirmation.
#[tokio::test]
async fn x2_without_a_recording_the_order_awaits_a_written_confirmation() {
    let mut it = scene().await;
    let draft = complete(&it.app, &it.shelf.one_time);
    let shown = show(&mut it.seller, it.thread, &draft).await;
    confirm(&mut it.buyer, &shown).await;
    let order = place(&mut it.seller, &shown).await;
    assert_eq!(order.basis, ContractBasis::WrittenConfirmation);
    assert_eq!(order.state, OrderState::AwaitingWrittenConfirmation);
    it.app.stop().await;
}

/// The button pressed twenty times at once, each press a command of its own: one order.
#[tokio::test]
async fn however_often_order_now_is_pressed_the_order_exists_once() {
    let mut it = scene().await;
    let draft = complete(&it.app, &it.shelf.one_time);
    let shown = show(&mut it.seller, it.thread, &draft).await;
    confirm(&mut it.buyer, &shown).await;

    let run = it.app.server.app.run.clone();
    let actor = orderline_server::actor::Actor {
        user: it.app.shops.ours.user("seller"),
        vendor: it.app.shops.ours.vendor,
        role: orderline_domain::people::roles::Role::Seller,
        name: "seller".to_owned(),
        session: orderline_domain::ids::SessionId::from_uuid(uuid::Uuid::new_v4()),
        only_thread: None,
        until: None,
        assurance: orderline_domain::people::assurance::Assurance {
            proof: orderline_domain::people::proof::Proof::Password,
            second_factor: false,
            fresh: true,
        },
    };
    let presses = (0..20).map(|_| {
        let (run, actor, body) = (run.clone(), actor.clone(), order_now(&shown));
        tokio::spawn(async move { run.command(&actor, command_id(), body).await })
    });
    let mut numbers = std::collections::BTreeSet::new();
    for press in presses.collect::<Vec<_>>() {
        match press.await.expect("no panic") {
            CommandResult::Order { order } => numbers.insert(order.number),
            other => panic!("no order: {other:?}"),
        };
    }
    assert_eq!(numbers.len(), 1);
    let mut conn = it.app.database.connect().await;
    let (orders, events): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM events WHERE kind = 'order_placed')",
    )
    .fetch_one(&mut conn)
    .await
    .expect("counts");
    assert_eq!((orders, events), (1, 1));
    drop(conn);
    drop((run, actor));
    it.app.stop().await;
}

/// X6: only the revision that is being shown can be confirmed, and only what was confirmed can be ordered.
#[tokio::test]
async fn x6_a_stale_revision_is_neither_confirmed_nor_ordered() {
    let mut it = scene().await;
    let mut draft = complete(&it.app, &it.shelf.one_time);
    let first = show(&mut it.seller, it.thread, &draft).await;
    draft.quantity = "2".to_owned();
    draft.version += 1;
    let second = show(&mut it.seller, it.thread, &draft).await;
    let stale = first.shown.as_ref().expect("shown").hash.clone();
    let body = Command::ConfirmOffer {
        offer: first.offer,
        hash: stale,
    };
    assert_eq!(refused(&mut it.buyer, body).await.code, Code::StaleRevision);
    assert_eq!(
        refused(&mut it.seller, order_now(&second)).await.code,
        Code::StaleRevision
    );

    confirm(&mut it.buyer, &second).await;
    assert_eq!(
        refused(&mut it.seller, order_now(&first)).await.code,
        Code::StaleRevision
    );
    // A newer revision takes the confirmation back.
    draft.quantity = "3".to_owned();
    let third = show(&mut it.seller, it.thread, &draft).await;
    assert!(third.confirmed.is_none());
    assert_eq!(
        refused(&mut it.seller, order_now(&third)).await.code,
        Code::StaleRevision
    );
    let garbage = Command::ConfirmOffer {
        offer: third.offer,
        hash: "nonsense".to_owned(),
    };
    assert_eq!(
        refused(&mut it.buyer, garbage).await.code,
        Code::StaleRevision
    );
    it.app.stop().await;
}

/// CC4, CC5, CC6: what cannot be offered is refused at its field, and nothing is written.
#[tokio::test]
async fn cc4_cc5_cc6_what_cannot_be_offered_is_refused_at_its_field() {
    let mut it = scene().await;
    let thread = it.thread;
    let mut draft = complete(&it.app, &it.shelf.subscription);
    draft.method = Some(PaymentMethod::Invoice);
    let problem = refused(&mut it.seller, Command::ShowOffer { thread, draft }).await;
    assert_eq!(problem.code, Code::Invalid);
    assert_eq!(problem.fields[0].field, "method");

    let mut draft = complete(&it.app, &it.shelf.one_time);
    draft.buyer.address.city.clear();
    draft.payments = "x".to_owned();
    let problem = refused(&mut it.seller, Command::ShowOffer { thread, draft }).await;
    let fields: Vec<&str> = problem.fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["payments", "buyer.address.city"]);

    let draft = complete(&it.app, &it.shelf.inactive_plan);
    let problem = refused(&mut it.seller, Command::ShowOffer { thread, draft }).await;
    assert_eq!(problem.code, Code::ProductInactive);

    let mut draft = complete(&it.app, &it.shelf.one_time);
    draft.first_due = today(&it.app).yesterday().expect("a day").to_string();
    let problem = refused(&mut it.seller, Command::ShowOffer { thread, draft }).await;
    assert_eq!(problem.fields[0].field, "first_due");

    let mut conn = it.app.database.connect().await;
    let revisions: i64 = sqlx::query_scalar("SELECT count(*) FROM offer_revisions")
        .fetch_one(&mut conn)
        .await
        .expect("a count");
    assert_eq!(revisions, 0);
    drop(conn);
    it.app.stop().await;
}

/// CC6: a product that was taken off the shelf after the confirmation is not sold any more.
#[tokio::test]
async fn cc6_a_product_that_became_inactive_is_not_ordered() {
    let mut it = scene().await;
    let draft = complete(&it.app, &it.shelf.one_time);
    let shown = show(&mut it.seller, it.thread, &draft).await;
    confirm(&mut it.buyer, &shown).await;
    let mut conn = it.app.database.connect().await;
    sqlx::query("UPDATE products SET active = false")
        .execute(&mut conn)
        .await
        .expect("an update");
    assert_eq!(
        refused(&mut it.seller, order_now(&shown)).await.code,
        Code::ProductInactive
    );
    sqlx::query("UPDATE products SET active = true")
        .execute(&mut conn)
        .await
        .expect("an update");
    place(&mut it.seller, &shown).await;
    drop(conn);
    it.app.stop().await;
}

/// The buyer may live anywhere: no country is refused, as far as vendors restrict none.
#[tokio::test]
async fn no_country_is_too_far_for_a_phone_sale() {
    let mut it = scene().await;
    let mut draft = complete(&it.app, &it.shelf.one_time);
    draft.buyer.address.country = "BR".to_owned();
    let shown = show(&mut it.seller, it.thread, &draft).await;
    confirm(&mut it.buyer, &shown).await;
    place(&mut it.seller, &shown).await;
    it.app.stop().await;
}

/// Who may do which step, and that another shop's offer does not exist.
#[tokio::test]
async fn only_the_seller_shows_and_orders_and_only_the_buyer_confirms() {
    let mut it = scene().await;
    let thread = it.thread;
    let draft = complete(&it.app, &it.shelf.one_time);
    let by_buyer = Command::ShowOffer {
        thread,
        draft: draft.clone(),
    };
    assert_eq!(
        refused(&mut it.buyer, by_buyer).await.code,
        Code::NotAllowed
    );
    let shown = show(&mut it.seller, thread, &draft).await;
    let hash = shown.shown.as_ref().expect("shown").hash.clone();
    let by_seller = Command::ConfirmOffer {
        offer: shown.offer,
        hash,
    };
    assert_eq!(
        refused(&mut it.seller, by_seller.clone()).await.code,
        Code::NotAllowed
    );
    confirm(&mut it.buyer, &shown).await;
    assert_eq!(
        refused(&mut it.buyer, order_now(&shown)).await.code,
        Code::NotAllowed
    );

    for stranger in [
        "seller@other.example",
        "seller2@ours.example",
        "buyer@other.example",
    ] {
        let browser = it.app.sign_in(stranger).await;
        let (mut socket, _) = Socket::hello(&browser, &[]).await;
        for body in [
            order_now(&shown),
            by_seller.clone(),
            Command::ShowOffer {
                thread,
                draft: draft.clone(),
            },
        ] {
            assert_eq!(
                refused(&mut socket, body).await.code,
                Code::NotFound,
                "{stranger}"
            );
        }
    }
    it.app.stop().await;
}

/// X6: the buyer sees the draft as the seller types, and what is reloaded is the newest.
#[tokio::test]
async fn x6_the_draft_is_seen_live_and_survives_a_reload() {
    let mut it = scene().await;
    let thread = it.thread;
    let mut draft = complete(&it.app, &it.shelf.one_time);
    for quantity in 1..=5_u32 {
        draft.version = u64::from(quantity);
        draft.quantity = quantity.to_string();
        let signal = ClientSignal::Draft {
            thread,
            draft: draft.clone(),
            take_over: false,
        };
        it.seller.send(&ClientFrame::Signal { signal }).await;
    }
    let seen = it
        .buyer
        .wait(|frame| match frame {
            ServerFrame::Signal {
                signal: ServerSignal::Draft { draft, .. },
            } if draft.version == 5 => Some(draft.clone()),
            _ => None,
        })
        .await;
    assert_eq!(seen, draft);
    let browser = it.app.sign_in("buyer@ours.example").await;
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    assert_eq!(snapshot.offer.expect("an offer").draft, draft);

    let Scene { app, .. } = it;
    let app = app.restart().await;
    let browser = app.sign_in("buyer@ours.example").await;
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;
    assert_eq!(snapshot.offer.expect("an offer").draft, draft);
    app.stop().await;
}
