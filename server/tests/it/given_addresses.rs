//! An address that a vendor wrote down for a customer is the vendor's word (P5): what its holder may do, and how they show
//! that they are who they are.

use crate::{
    customers::{add, noor, opened, wish},
    join_links::{ask, entered},
    offer_support::{self, Shelf, complete, refused, show},
    support::{Browser, Socket, TestApp, client::problem, socket},
};
use orderline_domain::{ids::ThreadId, people::proof::Proof, thread::join_link::Channel};
use orderline_protocol::{
    http::{Me, ProofView},
    problem::Code,
    socket::{Command, CommandResult},
};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;

/// Noor, whom the seller wrote down, comes into a thread of hers by a link to the address that was given for her.
async fn noor_joins(app: &TestApp) -> (ThreadId, Socket, Browser) {
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let customer = add(&seller, &wish(noor())).await;
    let (thread, mut selling) = opened(&seller, customer.customer).await;
    let link = Command::SendJoinLink {
        thread,
        channel: Channel::Mail,
        phone: None,
    };
    let sent = selling.command(socket::command_id(), link).await;
    assert!(matches!(sent, CommandResult::Done { .. }), "{sent:?}");
    let text = mail(app, "join_link").await;
    assert!(text.contains("Noor Haddad"), "{text}");
    let (_, after) = text.split_once("/j#").expect("a link");
    let token: String = after.chars().take(64).collect();
    let guest = app.browser();
    ask(&guest, "code", &json!({ "token": token })).await;
    let code = code_in(&mail(app, "join_code").await);
    let guest = entered(guest, &token, &code).await;
    (thread, selling, guest)
}

/// The six digits in a mail.
pub(crate) fn code_in(text: &str) -> String {
    let line = text.lines().find(|line| line.trim().len() == 6);
    line.expect("a code").trim().to_owned()
}

/// A mailbox that the vendor named is the vendor's word: who comes by it chats and is called, and binds nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_does_not_vouch_for_the_address_that_it_gave() {
    let app = TestApp::start_with(&["--demo"]).await;
    let shelf = Shelf::fill(&app, &app.shops.ours).await;
    let (thread, mut selling, noor) = noor_joins(&app).await;
    let me: Me = noor.read("/api/session").await;
    let given = Proof::LinkToGivenContact {
        channel: Channel::Mail,
    };
    assert_eq!(me.proof, given);
    let proof: ProofView = noor.read("/api/session/proof").await;
    assert_eq!(proof.hint, None);
    assert!(proof.asks_address);
    let code = noor.post("/api/session/proof/code", &json!({})).await;
    assert_eq!(problem(code).await.fields[0].field, "email");

    let shown = show(&mut selling, thread, &complete(&app, &shelf.one_time)).await;
    let (mut buying, _) = Socket::hello(&noor, &[(thread, 0)]).await;
    let confirm = Command::ConfirmOffer {
        offer: shown.offer,
        hash: shown.shown.as_ref().expect("shown").hash.clone(),
    };
    let refused = refused(&mut buying, confirm).await;
    assert_eq!(refused.code, Code::ProofNeeded);

    // An address that she types herself is her own word. The account's stays, and whoever reads that hears of it.
    let typed = json!({ "email": "Elsewhere@noor.example" });
    let sent = noor.post("/api/session/proof/code", &typed).await;
    assert_eq!(sent.status(), StatusCode::OK);
    assert_eq!(
        addressee(&app, "proof_code").await,
        "elsewhere@noor.example"
    );
    let code = code_in(&mail(&app, "proof_code").await);
    let other = json!({ "email": "noor@haddad.example", "code": code });
    let wrong = problem(noor.post("/api/session/proof", &other).await).await;
    assert_eq!(wrong.fields[0].code, "wrong_code");
    let right = json!({ "email": "elsewhere@noor.example", "code": code });
    let proven: ProofView = answered(noor.post("/api/session/proof", &right).await).await;
    let by_typed = Proof::CodeToTypedContact {
        channel: Channel::Mail,
    };
    assert_eq!(proven.proof, by_typed);
    assert_eq!(
        addressee(&app, "another_address").await,
        "noor@haddad.example"
    );
    assert!(
        mail(&app, "another_address")
            .await
            .contains("e…@noor.example")
    );
    let (mut buying, _) = Socket::hello(&noor, &[(thread, 0)]).await;
    let confirmed = offer_support::confirm(&mut buying, &shown).await;
    assert_eq!(confirmed.confirmed.expect("confirmed").proof, by_typed);
    app.stop().await;
}

/// Who types the address that the vendor gave holds that mailbox: from then on it is the account's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_buyer_proves_the_address_that_was_given_for_them() {
    let app = TestApp::start_with(&["--demo"]).await;
    let (_, _, guest) = noor_joins(&app).await;
    let email = wish(noor()).data.email;
    let sent = guest
        .post("/api/session/proof/code", &json!({ "email": email }))
        .await;
    assert_eq!(sent.status(), StatusCode::OK);
    let code = code_in(&mail(&app, "proof_code").await);
    let right = json!({ "email": email, "code": code });
    let proven: ProofView = answered(guest.post("/api/session/proof", &right).await).await;
    assert_eq!(
        proven.proof,
        Proof::CodeToOwnContact {
            channel: Channel::Mail
        }
    );
    // It is theirs: another link to it is proof enough by itself.
    assert!(!proven.asks_address && proven.hint.is_some());
    app.stop().await;
}

/// Where the mail of this kind goes.
pub(crate) async fn addressee(app: &TestApp, kind: &str) -> String {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar("SELECT to_address FROM mails WHERE kind = $1")
        .bind(kind)
        .fetch_one(&mut conn)
        .await
        .expect("a mail")
}

async fn answered<T: DeserializeOwned>(response: Response) -> T {
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.expect("an answer")
}

/// The words of the one mail of this kind: the mailbox is of somebody who cannot sign in.
pub(crate) async fn mail(app: &TestApp, kind: &str) -> String {
    let mut conn = app.database.connect().await;
    sqlx::query_scalar("SELECT text FROM mails WHERE kind = $1")
        .bind(kind)
        .fetch_one(&mut conn)
        .await
        .expect("a mail")
}
