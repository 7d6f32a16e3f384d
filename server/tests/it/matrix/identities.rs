//! Everybody who may ask.

use crate::{
    call_support::Page,
    session_ends,
    support::{Browser, TestApp, shops::Shop},
};
use orderline_server::seed::DEMO_PASSWORD;

/// Somebody who asks.
pub(super) struct Identity {
    /// As the file names them.
    pub name: &'static str,
    pub browser: Browser,
    /// Whether they can open the workspace's socket at all.
    pub has_socket: bool,
}

async fn at(app: &TestApp, shop: &Shop, people: &[(&'static str, &'static str)]) -> Vec<Identity> {
    let mut all = Vec::new();
    for (name, person) in people {
        all.push(Identity {
            name,
            browser: app.sign_in(&shop.email(person)).await,
            has_socket: true,
        });
    }
    all
}

/// `seller` and `buyer` share the thread, `seller2` and `buyer2` are of the same vendor, and so is `rep`, to whom no customer is assigned; the `foreign` of another one;
/// `link` came into the thread by a link; `over` was signed out.
pub(super) async fn all(app: &TestApp) -> Vec<Identity> {
    let ours = [
        ("seller", "seller"),
        ("seller2", "seller2"),
        ("rep", "rep"),
        ("buyer", "buyer"),
        ("buyer2", "buyer2"),
        ("compliance", "compliance"),
        ("support", "support"),
        ("admin", "admin"),
    ];
    let others = [
        ("foreign_seller", "seller"),
        ("foreign_buyer", "buyer"),
        ("foreign_compliance", "compliance"),
        ("foreign_support", "support"),
        ("foreign_admin", "admin"),
    ];
    let mut all = vec![Identity {
        name: "nobody",
        browser: app.browser(),
        has_socket: false,
    }];
    let over = app.sign_in(&app.shops.ours.email("admin")).await;
    over.delete("/api/session").await;
    all.push(Identity {
        name: "over",
        browser: over,
        has_socket: false,
    });
    all.extend(at(app, &app.shops.ours, &ours).await);
    all.extend(at(app, &app.shops.other, &others).await);
    let mut seller = Page::open(app, &app.shops.ours, "seller").await;
    let (guest, _) = session_ends::guest(app, &mut seller, 1).await;
    all.push(Identity {
        name: "link",
        browser: guest,
        has_socket: true,
    });
    for (name, email) in [
        ("platform", "platform@orderline.example"),
        ("platform_support", "support@orderline.example"),
        ("platform_compliance", "compliance@orderline.example"),
    ] {
        let mut browser = app.browser();
        browser.sign_in(email, DEMO_PASSWORD).await;
        all.push(Identity {
            name,
            browser,
            has_socket: false,
        });
    }
    all
}
