//! Moves of many customers, and of those whom somebody leaves behind.

use super::{assign, path, these};
use crate::{
    customers::{add, complaints, found, guest, wish},
    support::{Browser, TestApp, client::problem, fresh_uuid},
};
use orderline_domain::{
    customer::assigned::MAX_TICKED,
    ids::{CustomerId, CustomerMoveId, UserId},
    people::roles::Role,
};
use orderline_protocol::{
    customer::{
        CustomerMoves, CustomerView, CustomersMoved, Found, MoveCustomers, RepView, Reps, Which,
    },
    people::{ChangeRole, RoleStep},
    problem::Code,
};

/// A move of all that a list finds.
fn all(q: Option<&str>, from: Option<&str>, rep: Option<UserId>) -> MoveCustomers {
    MoveCustomers {
        move_id: CustomerMoveId::from_uuid(fresh_uuid()),
        which: Which::Found(Found {
            q: q.map(str::to_owned),
            rep: from.map(str::to_owned),
        }),
        rep,
    }
}

const fn moved(moved: i64) -> CustomersMoved {
    CustomersMoved {
        moved,
        is_more: false,
    }
}

async fn holder(browser: &Browser, user: UserId) -> RepView {
    let reps: Reps = browser.read("/api/customers/reps").await;
    let mut reps = reps.reps.into_iter();
    reps.find(|it| it.rep.user == user).expect("a holder")
}

#[tokio::test]
async fn ox2_customers_are_moved_in_bulk() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let (rep, seller) = (shop.user("rep"), shop.user("seller"));
    let admin = app.sign_in(&shop.email("admin")).await;
    let mut customers = Vec::new();
    for name in ["Ada Nord", "Bo Nord", "Cleo Süd"] {
        customers.push(add(&admin, &wish(guest(name))).await.customer);
    }

    let ticked = these(&customers[..2], Some(rep));
    assert_eq!(assign(&admin, &ticked).await, moved(2));
    // Sent twice, it is done once, and the answer is the same.
    assert_eq!(assign(&admin, &ticked).await, moved(2));
    let other = MoveCustomers {
        rep: None,
        ..ticked.clone()
    };
    let refused = problem(admin.post("/api/customers/moves", &other).await).await;
    assert_eq!(refused.code, Code::CommandReused);
    // Who is there already is not moved again.
    assert_eq!(
        assign(&admin, &these(&customers, Some(rep))).await,
        moved(1)
    );

    // All that a search finds, and all of one rep.
    assert_eq!(
        assign(&admin, &all(Some("nord"), None, Some(seller))).await,
        moved(2)
    );
    let of_rep = rep.to_string();
    assert_eq!(
        assign(&admin, &all(None, Some(&of_rep), None)).await,
        moved(1)
    );
    let list = found(&app.sign_in(&shop.email("rep")).await, "").await;
    assert_eq!(list, Vec::<String>::new());
    // The shop's own two and the one whom nobody has.
    assert_eq!(
        assign(&admin, &all(None, Some("nobody"), Some(rep))).await,
        moved(3)
    );
    // What is close to a search is shown, never moved.
    assert_eq!(
        assign(&admin, &all(Some("ada norrd"), None, Some(rep))).await,
        moved(0)
    );

    // Each change stands with the customer, the newest first, with who did it.
    let first: CustomerMoves = admin.read(&format!("{}/moves", path(customers[0]))).await;
    let lines: Vec<_> = first
        .items
        .iter()
        .map(|it| {
            (
                &it.by.name[..],
                it.by.role,
                it.from.as_deref(),
                it.to.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("admin", Role::Admin, Some("rep"), Some("seller")),
            ("admin", Role::Admin, None, Some("rep")),
        ]
    );
    app.stop().await;
}

#[tokio::test]
async fn ox2_what_is_wrong_with_a_move_is_said() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let admin = app.sign_in(&shop.email("admin")).await;
    for nobody in [
        // Who does not sell, and who sells elsewhere.
        shop.user("buyer"),
        shop.user("support"),
        app.shops.other.user("seller"),
    ] {
        let refused = problem(
            admin
                .post("/api/customers/moves", &these(&[], Some(nobody)))
                .await,
        )
        .await;
        assert_eq!(complaints(&refused), [("rep", "unknown")]);
    }
    let many = vec![CustomerId::from_uuid(fresh_uuid()); MAX_TICKED + 1];
    let refused = problem(
        admin
            .post("/api/customers/moves", &these(&many, None))
            .await,
    )
    .await;
    assert_eq!(complaints(&refused), [("which", "out_of_range")]);
    let refused = problem(
        admin
            .post("/api/customers/moves", &all(None, Some("everybody"), None))
            .await,
    )
    .await;
    assert_eq!(complaints(&refused), [("rep", "invalid")]);
    // Another vendor's customers are not there to be moved.
    let there = app.sign_in(&app.shops.other.email("admin")).await;
    let theirs = add(&there, &wish(guest("Zoë"))).await;
    let moved_none = assign(&admin, &these(&[theirs.customer], Some(shop.user("rep")))).await;
    assert_eq!(moved_none, moved(0));
    let kept: CustomerView = there.read(&path(theirs.customer)).await;
    assert_eq!(kept.rep, None);
    app.stop().await;
}

/// Whoever leaves is still listed with how many customers they hold, until these are moved; nobody gets more.
#[tokio::test]
async fn ox2_customers_of_somebody_who_leaves_are_moved() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let rep = shop.user("rep");
    let admin = app.sign_in(&shop.email("admin")).await;
    let of = rep.to_string();
    assert_eq!(
        assign(&admin, &all(None, Some("nobody"), Some(rep))).await,
        moved(2)
    );
    let before = holder(&admin, rep).await;
    assert_eq!((before.customers, before.is_active), (2, true));

    let role = format!("/api/people/{rep}/roles/rep");
    for step in [RoleStep::Suspend, RoleStep::Remove] {
        let done = admin.post(&role, &ChangeRole { step }).await;
        assert!(done.status().is_success());
        let left = holder(&admin, rep).await;
        assert_eq!((left.customers, left.is_active), (2, false), "{step:?}");
        let wrong = problem(
            admin
                .post("/api/customers/moves", &these(&[], Some(rep)))
                .await,
        )
        .await;
        assert_eq!(wrong.code, Code::Invalid);
    }
    let seller = shop.user("seller");
    assert_eq!(
        assign(&admin, &all(None, Some(&of), Some(seller))).await,
        moved(2)
    );
    let reps: Reps = admin.read("/api/customers/reps").await;
    let names: Vec<_> = reps
        .reps
        .iter()
        .map(|it| (&it.rep.name[..], it.customers))
        .collect();
    assert_eq!(names, [("seller", 2), ("seller2", 0)]);
    app.stop().await;
}
