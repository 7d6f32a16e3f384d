//! The vendor's records of who buys, and threads that begin with them (P4, P5): what is kept, who may, what is found,
//! that nobody learns who has an account, and that a guest comes in by a link.

use crate::{
    join_links::{ask, code, entered, token},
    offer_support::refused,
    support::{Browser, Shops, Socket, TestApp, client::problem, fresh_uuid, socket},
};
use orderline_domain::{
    customer::record::{CustomerData, Kind},
    ids::{CustomerId, ThreadId},
    thread::join_link::Channel,
};
use orderline_protocol::{
    customer::{AddCustomer, CustomerList, CustomerThreads, CustomerView, EditCustomer},
    http::{Me, ThreadList},
    problem::{Code, Problem},
    socket::{Command, CommandResult},
    thread::ThreadSummary,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

pub(crate) fn noor() -> CustomerData {
    CustomerData {
        name: "Noor Haddad".to_owned(),
        email: Some("Noor@Haddad.example".to_owned()),
        phone: Some("0341/123456".to_owned()),
        language: "de".to_owned(),
        country: Some("de".to_owned()),
        notes: Some("Calls after six.".to_owned()),
        may_be_called: true,
        ..CustomerData::default()
    }
}

pub(crate) fn guest(name: &str) -> CustomerData {
    CustomerData {
        name: name.to_owned(),
        ..CustomerData::default()
    }
}

pub(crate) fn wish(data: CustomerData) -> AddCustomer {
    AddCustomer {
        customer: CustomerId::from_uuid(fresh_uuid()),
        data,
    }
}

pub(crate) async fn add(browser: &Browser, wish: &AddCustomer) -> CustomerView {
    let answer = browser.post("/api/customers", wish).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.expect("a customer")
}

pub(crate) async fn edit(browser: &Browser, from: &CustomerView, data: CustomerData) -> Response {
    let wish = EditCustomer {
        data,
        version: from.version,
    };
    browser
        .request(Method::PUT, &format!("/api/customers/{}", from.customer))
        .json(&wish)
        .send()
        .await
        .expect("an answer")
}

/// A thread with a customer, and the seller's page that shows it.
pub(crate) async fn opened(seller: &Browser, customer: CustomerId) -> (ThreadId, Socket) {
    let opened: ThreadSummary = open(seller, customer, "A question")
        .await
        .json()
        .await
        .expect("a thread");
    let (socket, _) = Socket::hello(seller, &[(opened.thread, 0)]).await;
    (opened.thread, socket)
}

pub(crate) fn complaints(problem: &Problem) -> Vec<(&str, &str)> {
    let fields = problem.fields.iter();
    fields
        .map(|it| (it.field.as_str(), it.code.as_str()))
        .collect()
}

pub(crate) async fn found(browser: &Browser, begins: &str) -> Vec<String> {
    let answer = browser
        .request(Method::GET, "/api/customers")
        .query(&[("q", begins)])
        .send()
        .await
        .expect("an answer");
    let list: CustomerList = answer.json().await.expect("a list");
    list.items.into_iter().map(|it| it.name).collect()
}

pub(crate) async fn open(seller: &Browser, customer: CustomerId, title: &str) -> Response {
    let thread = ThreadId::from_uuid(fresh_uuid());
    let wish = json!({ "thread": thread, "customer": customer, "title": title });
    seller.post("/api/threads", &wish).await
}

#[tokio::test]
async fn p4_a_customer_is_kept_as_the_vendors_record() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let wish = wish(noor());
    let added = add(&seller, &wish).await;
    let kept = CustomerData {
        phone: Some("+49341123456".to_owned()),
        country: Some("DE".to_owned()),
        ..noor()
    };
    assert_eq!((&added.data, added.version), (&kept, 1));
    assert_eq!(added.consent_at, Some(added.created_at));

    // Sent twice, it is there once; also when both arrive at the same moment.
    assert_eq!(add(&seller, &wish).await, added);
    let twice = self::wish(guest("Zoë"));
    let (one, two) = tokio::join!(add(&seller, &twice), add(&seller, &twice));
    assert_eq!(one, two);
    let mut conn = app.database.connect().await;
    let guests: i64 = sqlx::query_scalar("SELECT count(*) FROM people WHERE name = 'Zoë'")
        .fetch_one(&mut conn)
        .await
        .expect("a count");
    assert_eq!(guests, 1, "nobody is left over");

    // A colleague and the admin see and change the same record.
    let admin = app.sign_in(&app.shops.ours.email("admin")).await;
    let path = format!("/api/customers/{}", added.customer);
    assert_eq!(admin.read::<CustomerView>(&path).await, added);
    let company = CustomerData {
        kind: Kind::Company,
        company: Some("Haddad GmbH".to_owned()),
        may_be_called: false,
        ..kept
    };
    let saved: CustomerView = edit(&admin, &added, company.clone())
        .await
        .json()
        .await
        .expect("saved");
    assert_eq!((&saved.data, saved.version), (&company, 2));
    assert_eq!(saved.consent_at, None);

    // Whoever looked at the record before that is told so.
    let late = problem(edit(&seller, &added, company.clone()).await).await;
    assert_eq!(late.code, Code::Conflict);
    // The address says who it is.
    let other = CustomerData {
        email: Some("other@haddad.example".to_owned()),
        ..company
    };
    let fixed = problem(edit(&seller, &saved, other).await).await;
    assert_eq!(complaints(&fixed), [("email", "fixed")]);
    drop(conn);
    app.stop().await;
}

#[tokio::test]
async fn p4_what_is_wrong_is_said_at_its_field() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let bad = CustomerData {
        kind: Kind::Company,
        name: " ".to_owned(),
        company: None,
        email: Some("noor".to_owned()),
        phone: Some("0341 123456".to_owned()),
        language: "German".to_owned(),
        country: Some("XX".to_owned()),
        notes: Some("x".repeat(2_001)),
        ..CustomerData::default()
    };
    let refused = problem(seller.post("/api/customers", &wish(bad)).await).await;
    assert_eq!(refused.code, Code::Invalid);
    assert_eq!(
        complaints(&refused),
        [
            ("name", "required"),
            ("company", "required"),
            ("email", "email"),
            ("language", "invalid"),
            ("country", "invalid"),
            ("notes", "too_long"),
            ("phone", "phone"),
        ]
    );
    // Whom this vendor has already, by the address alone.
    add(&seller, &wish(noor())).await;
    let again = CustomerData {
        email: Some("noor@HADDAD.example".to_owned()),
        ..guest("Somebody else")
    };
    let refused = problem(seller.post("/api/customers", &wish(again)).await).await;
    assert_eq!(complaints(&refused), [("email", "taken")]);
    let list = problem(
        seller
            .get(&format!("/api/customers?q={}", "x".repeat(101)))
            .await,
    )
    .await;
    assert_eq!(complaints(&list), [("q", "too_long")]);
    app.stop().await;
}

/// Sellers and admins; who reviews finds people by their threads, and buyers find nobody.
#[tokio::test]
async fn who_may_see_and_keep_customers() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let known = format!("/api/customers/{}", shop.user("buyer"));
    for (person, may) in [
        ("seller", true),
        ("seller2", true),
        ("admin", true),
        ("buyer", false),
        ("compliance", false),
        ("support", false),
    ] {
        let browser = app.sign_in(&shop.email(person)).await;
        let status = if may { 200 } else { 403 };
        for path in ["/api/customers", &known, &format!("{known}/threads")] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status().as_u16(), status, "{person} {path}");
        }
        let added = browser
            .post("/api/customers", &wish(guest("Somebody")))
            .await;
        let status = if may { 201 } else { 403 };
        assert_eq!(added.status().as_u16(), status, "{person}");
    }
    // Nor does whoever is not signed in.
    let stranger = app.browser().get("/api/customers").await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[tokio::test]
async fn ox2_a_customer_is_found_by_list_and_search() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    for data in [
        noor(),
        guest("Zoë"),
        guest("Özlem_Ay"),
        CustomerData {
            kind: Kind::Company,
            company: Some("Nordwind AG".to_owned()),
            ..guest("Piet")
        },
    ] {
        add(&seller, &wish(data)).await;
    }
    let all = ["Piet", "Özlem_Ay", "Zoë", "Noor Haddad", "buyer2", "buyer"];
    let mut newest = found(&seller, "").await;
    // The shop's own two are of one moment.
    newest[4..].sort_by(|a, b| b.cmp(a));
    assert_eq!(newest, all);
    for (begins, names) in [
        ("no", &["Piet", "Noor Haddad"][..]),
        ("NOOR H", &["Noor Haddad"]),
        ("noor@h", &["Noor Haddad"]),
        ("nordwind", &["Piet"]),
        ("öz", &["Özlem_Ay"]),
        ("ÖZLEM_", &["Özlem_Ay"]),
        ("ZOË", &["Zoë"]),
        ("addad", &["Noor Haddad"]),
        ("%", &[]),
        ("_", &["Özlem_Ay"]),
        ("\u{10ffff}", &[]),
    ] {
        assert_eq!(found(&seller, begins).await, names, "{begins}");
    }
    app.stop().await;
}

/// One person is a customer of two vendors, each with a record of its own; neither learns of the other, nor whether
/// there is an account behind an address.
#[tokio::test]
async fn p4_vendors_keep_their_records_apart() {
    let app = TestApp::start().await;
    let Shops { ours, other } = &app.shops;
    let here = app.sign_in(&ours.email("seller")).await;
    let there = app.sign_in(&other.email("seller")).await;
    let first = add(&here, &wish(noor())).await;
    let renamed = CustomerData {
        name: "N. Haddad".to_owned(),
        phone: None,
        ..noor()
    };
    let second = add(&there, &wish(renamed)).await;
    assert_eq!(second.data.name, "N. Haddad");
    let mut conn = app.database.connect().await;
    let people: Vec<(String, bool, bool)> = sqlx::query_as(
        "SELECT p.name, p.email_given, p.password_hash IS NULL FROM people p
          WHERE p.email = 'noor@haddad.example' AND 2 = (SELECT count(*) FROM customers c WHERE c.user_id = p.user_id)",
    )
    .fetch_all(&mut conn)
    .await
    .expect("people");
    assert_eq!(people, [("Noor Haddad".to_owned(), true, true)]);

    // Another vendor's customer is not there, to read, to change or to open a thread with.
    let path = format!("/api/customers/{}", second.customer);
    for path in [path.clone(), format!("{path}/threads")] {
        assert_eq!(problem(here.get(&path).await).await.code, Code::NotFound);
    }
    let refused = problem(edit(&here, &second, noor()).await).await;
    assert_eq!(refused.code, Code::NotFound);
    let refused = problem(open(&here, second.customer, "A question").await).await;
    assert_eq!(complaints(&refused), [("customer", "unknown")]);
    // What is close to it here is another record.
    assert_eq!(found(&here, "n. haddad").await, ["Noor Haddad"]);
    // The same id names another record there.
    let same = AddCustomer {
        customer: first.customer,
        data: guest("Somebody there"),
    };
    assert_eq!(add(&there, &same).await.data.name, "Somebody there");

    // Behind this address there is an account, and the answer does not tell: not the name, not by what it says.
    let taken = CustomerData {
        name: "Whoever".to_owned(),
        email: Some(other.email("buyer")),
        ..CustomerData::default()
    };
    let tied = add(&here, &wish(taken)).await;
    assert_eq!(tied.data.name, "Whoever");
    let opened: ThreadSummary = open(&here, tied.customer, "A question")
        .await
        .json()
        .await
        .expect("a thread");
    let names: Vec<&str> = opened.people.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["seller", "Whoever"]);
    // The account is as it was, and has one more place to buy at.
    let buyer = app.sign_in(&other.email("buyer")).await;
    let me: Me = buyer.read("/api/session").await;
    assert_eq!(me.person.name, "buyer");
    let vendors: Vec<_> = me.capacities.iter().map(|it| it.vendor).collect();
    assert_eq!(vendors, [Some(other.vendor), Some(ours.vendor)]);
    drop(conn);
    app.stop().await;
}

#[tokio::test]
async fn p5_a_seller_opens_a_thread_with_a_customer() {
    let app = TestApp::start().await;
    let shop = &app.shops.ours;
    let seller = app.sign_in(&shop.email("seller")).await;
    let customer = add(&seller, &wish(guest("Zoë"))).await;
    let untitled = problem(open(&seller, customer.customer, " ").await).await;
    assert_eq!(complaints(&untitled), [("title", "required")]);
    let nobody = CustomerId::from_uuid(fresh_uuid());
    let unknown = problem(open(&seller, nobody, "A question").await).await;
    assert_eq!(complaints(&unknown), [("customer", "unknown")]);

    let opened: ThreadSummary = open(&seller, customer.customer, "Coaching for teams")
        .await
        .json()
        .await
        .expect("a thread");
    let list: ThreadList = seller.read("/api/threads").await;
    assert!(list.items.iter().any(|it| it.thread == opened.thread));
    // It stands on the customer's page: of whoever takes part in it, and of nobody else.
    let path = format!("/api/customers/{}/threads", customer.customer);
    let theirs: CustomerThreads = seller.read(&path).await;
    let titles: Vec<&str> = theirs.items.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Coaching for teams"]);
    for person in ["seller2", "admin"] {
        let other = app.sign_in(&shop.email(person)).await;
        let none: CustomerThreads = other.read(&path).await;
        assert!(none.items.is_empty(), "{person}");
    }
    let known: CustomerList = seller.read("/api/customers?q=zo").await;
    assert!(known.items[0].last_contact.is_some());
    // Who has no mailbox is not written to.
    let (mut socket, _) = Socket::hello(&seller, &[]).await;
    let by_mail = Command::SendJoinLink {
        thread: opened.thread,
        channel: Channel::Mail,
        phone: None,
    };
    let problem = refused(&mut socket, by_mail).await;
    assert_eq!(problem.code, Code::ChannelMissing);
    app.stop().await;
}

/// No account, no password: a number, and a link to it. The guest reads and writes in the thread, and sees nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p5_a_customer_without_an_account_joins_by_a_link() {
    let app = TestApp::start_with(&["--demo"]).await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let customer = add(&seller, &wish(guest("Zoë"))).await;
    let (thread, mut selling) = opened(&seller, customer.customer).await;
    let link = Command::SendJoinLink {
        thread,
        channel: Channel::Sms,
        phone: Some("+49 341 123456".to_owned()),
    };
    let sent = selling.command(socket::command_id(), link).await;
    assert!(matches!(sent, CommandResult::Done { .. }), "{sent:?}");

    let token = token(&app, 1).await;
    let zoe = app.browser();
    ask(&zoe, "code", &json!({ "token": token })).await;
    let zoe = entered(zoe, &token, &code(&app, 1).await).await;
    let me: Me = zoe.read("/api/session").await;
    assert_eq!(
        (me.person.name.as_str(), me.only_thread),
        ("Zoë", Some(thread))
    );
    let (mut buying, _) = Socket::hello(&zoe, &[(thread, 0)]).await;
    let seq = buying.say(thread, "Here I am").await;
    loop {
        let event = selling.event(thread).await;
        if event.seq == seq {
            break;
        }
    }
    assert_eq!(
        zoe.get("/api/customers").await.status(),
        StatusCode::FORBIDDEN
    );
    app.stop().await;
}
