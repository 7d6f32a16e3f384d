//! Whether an order needs acceptance in writing is not chosen by the country that a seller types: the buyer's own
//! counts too, and whoever looks at the offer learns of it.

use crate::call_support::running;
use crate::offer_support::{Shelf, complete, confirm, order_now, place, refused, show};
use crate::support::{Browser, Socket, TestApp, socket::command_id};
use orderline_domain::{
    ids::ThreadId,
    offer::draft::Draft,
    order::{ContractBasis, OrderState},
    policy::ProposedPolicy,
};
use orderline_protocol::{
    offer::OfferView,
    order::AcceptancePage,
    policy::PolicyList,
    problem::Code,
    socket::{Command, CommandResult, ServerFrame},
    thread::{StateView, ThreadSnapshot},
};

/// The buyer of our shop moves.
async fn live_in(app: &TestApp, country: &str) {
    let mut conn = app.database.connect().await;
    sqlx::query("UPDATE people SET country = $2 WHERE user_id = $1")
        .bind(app.shops.ours.user("buyer").as_uuid())
        .bind(country)
        .execute(&mut conn)
        .await
        .expect("moved");
}

fn typed(app: &TestApp, shelf: &Shelf, country: &str) -> Draft {
    let mut draft = complete(app, &shelf.one_time);
    country.clone_into(&mut draft.buyer.address.country);
    draft
}

fn told(offer: &OfferView) -> (bool, Option<&str>) {
    (offer.in_writing, offer.own_country.as_deref())
}

/// The whole talk is recorded, which would be enough in the country that is typed; the buyer lives where it is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stricter_of_two_countries_decides() {
    let app = TestApp::start().await;
    let mut run = running(&app).await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    live_in(&app, "FR").await;
    let draft = typed(&app, &shelf, "US");
    let offer = show(&mut run.seller.socket, run.thread, &draft).await;
    assert_eq!(told(&offer), (true, Some("FR")));
    confirm(&mut run.buyer.socket, &offer).await;
    let order = place(&mut run.seller.socket, &offer).await;
    assert_eq!(order.basis, ContractBasis::WrittenConfirmation);
    assert_eq!(order.state, OrderState::AwaitingWrittenConfirmation);
    let path = format!("/api/orders/{}/acceptance", order.order);
    let page: AcceptancePage = run.buyer.browser.read(&path).await;
    assert_eq!(page.policy, "FR", "the policy that made it wait");
    run.seller.call(Command::HangUp { call: run.call }).await;
    run.seller.told("recording_stored").await;
    app.stop().await;
}

/// The other way round the typed country is the stricter one.
#[tokio::test]
async fn a_typed_country_is_never_made_milder() {
    let app = TestApp::start().await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let thread = app.shops.ours.thread;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    for (own, country, in_writing) in [
        ("US", "FR", true),
        ("FR", "FR", true),
        ("GB", "US", false),
        ("ZZ", "US", true),
        ("US", "ZW", true),
    ] {
        live_in(&app, own).await;
        let offer = show(&mut seller, thread, &typed(&app, &shelf, country)).await;
        let other = Some(own).filter(|own| *own != country);
        assert_eq!(told(&offer), (in_writing, other), "{own} {country}");
    }
    app.stop().await;
}

/// Another country makes another revision: what was confirmed before is not ordered.
#[tokio::test]
async fn a_change_of_country_asks_the_buyer_again() {
    let app = TestApp::start().await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let thread = app.shops.ours.thread;
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let (mut buyer, _) = Socket::hello(&buyer, &[(thread, 0)]).await;
    live_in(&app, "FR").await;
    let before = show(&mut seller, thread, &typed(&app, &shelf, "FR")).await;
    assert_eq!(told(&before), (true, None));
    confirm(&mut buyer, &before).await;
    let after = show(&mut seller, thread, &typed(&app, &shelf, "US")).await;
    assert_eq!(after.confirmed, None, "nothing of the new one is confirmed");
    assert_eq!(told(&after), (true, Some("FR")));
    for stale in [order_now(&before), order_now(&after)] {
        let refused = refused(&mut seller, stale).await;
        assert_eq!(refused.code, Code::StaleRevision);
    }
    confirm(&mut buyer, &after).await;
    let order = place(&mut seller, &after).await;
    assert_eq!(order.state, OrderState::AwaitingWrittenConfirmation);
    app.stop().await;
}

async fn offer_missed(browser: &Browser, thread: ThreadId, held: i64) -> (OfferView, i64) {
    let (mut socket, _) = Socket::hello_at(browser, &[(thread, 0, held)]).await;
    let state: StateView = socket
        .wait(|frame| match frame {
            ServerFrame::State { state } => Some((**state).clone()),
            _ => None,
        })
        .await;
    (state.offer.expect("an offer"), state.version)
}

/// Neither the buyer's own country nor a policy is an event; a page that was away has what follows from them.
#[tokio::test]
async fn a_page_that_was_away_learns_that_an_order_needs_writing() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let thread = shop.thread;
    let shelf = Shelf::fill(&app, shop).await;
    let browser = app.sign_in(&shop.email("buyer")).await;
    let seller = app.sign_in(&shop.email("seller")).await;
    let (mut seller, _) = Socket::hello(&seller, &[(thread, 0)]).await;
    let offer = show(&mut seller, thread, &typed(&app, &shelf, "US")).await;
    assert_eq!(told(&offer), (false, None));
    let snapshot: ThreadSnapshot = browser.read(&format!("/api/threads/{thread}")).await;

    live_in(&app, "FR").await;
    let (offer, held) = offer_missed(&browser, thread, snapshot.version).await;
    assert_eq!(told(&offer), (true, Some("FR")));
    live_in(&app, "US").await;
    let (offer, held) = offer_missed(&browser, thread, held).await;
    assert_eq!(told(&offer), (false, None));

    // One who is there hears of the policy at once, one who is away when they come back.
    let (mut here, _) = Socket::hello_at(&browser, &[(thread, 0, held)]).await;
    let admin = app.sign_in(&shop.email("admin")).await;
    let policies: PolicyList = admin.read("/api/policies").await;
    let policy = policies
        .policies
        .into_iter()
        .find(|it| it.scope.name() == "US");
    let policy = policy.expect("a policy");
    let mut rules = policy.rules.clone();
    rules.written_acceptance = true;
    let edit = Command::EditPolicy {
        scope: policy.scope,
        from: policy.version,
        policy: ProposedPolicy {
            rules,
            wordings: policy.wordings.into_iter().map(|it| it.wording).collect(),
        },
    };
    let (mut admin, _) = Socket::hello(&admin, &[]).await;
    let saved = admin.command(command_id(), edit).await;
    assert!(matches!(saved, CommandResult::Policy { .. }), "{saved:?}");
    let (offer, _) = offer_missed(&browser, thread, held).await;
    assert_eq!(told(&offer), (true, None));
    let state = here
        .wait(|frame| match frame {
            ServerFrame::State { state } => Some((**state).clone()),
            _ => None,
        })
        .await;
    assert!(state.offer.is_some_and(|offer| offer.in_writing));
    app.stop().await;
}
