//! Customers that leave in a file, and come in from one.

use crate::{
    customers::{add, complaints, found, guest, noor, wish},
    support::{Browser, TestApp, client::problem, fresh_uuid},
};
use orderline_domain::{
    customer::{record::CustomerData, sheet::MAX_ROWS},
    ids::CustomerImportId,
};
use orderline_protocol::{
    customer::{CustomerView, CustomersImported, ImportCustomers, ImportFile, ImportPreview},
    page::MAX_PAGE_SIZE,
    problem::Code,
};
use reqwest::StatusCode;
use serde_json::json;
use std::fmt::Write as _;

fn import(csv: &str) -> ImportCustomers {
    ImportCustomers {
        import: CustomerImportId::from_uuid(fresh_uuid()),
        csv: csv.to_owned(),
    }
}

async fn look(browser: &Browser, csv: &str) -> ImportPreview {
    let wish = ImportFile {
        csv: csv.to_owned(),
    };
    let answer = browser.post("/api/customers/imports/look", &wish).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("a preview")
}

async fn take(browser: &Browser, wish: &ImportCustomers) -> CustomersImported {
    let answer = browser.post("/api/customers/imports", wish).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.expect("what came of it")
}

async fn exported(browser: &Browser, narrowed: &serde_json::Value) -> String {
    let answer = browser.post("/api/customers/export", narrowed).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let bytes = answer.bytes().await.expect("a file");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[tokio::test]
async fn p4_customers_come_in_from_a_file_once() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    add(&seller, &wish(noor())).await;
    let file = "Name;E-Mail;email;kind;may_be_called\n\
                Noor;x;noor@HADDAD.example;;\n\
                Zoë;x;zoe@x.example;person;yes\n\
                Zoë again;x;ZOE@x.example;;\n\
                ;x;nobody;club;\n\
                Piet;x;piet;;\n\
                \"Fleur, again\";x;;;no\n";
    let seen = look(&seller, file).await;
    assert_eq!((seen.new, seen.known, seen.wrong), (2, 2, 2));
    assert_eq!(seen.unknown, ["E-Mail"]);
    let told: Vec<(i64, Vec<(&str, &str)>)> = seen
        .rows
        .iter()
        .map(|row| {
            let fields = row.fields.iter();
            let fields = fields.map(|it| (it.field.as_str(), it.code.as_str()));
            (row.row, fields.collect())
        })
        .collect();
    assert_eq!(
        told,
        [
            (5, vec![("kind", "invalid")]),
            (6, vec![("email", "email")]),
        ]
    );
    assert_eq!(
        found(&seller, "zoë").await,
        Vec::<String>::new(),
        "looked at, not taken"
    );

    let wish = import(file);
    let came = take(&seller, &wish).await;
    let wanted = CustomersImported {
        added: 2,
        known: 2,
        wrong: 2,
    };
    assert_eq!(came, wanted);
    assert_eq!(take(&seller, &wish).await, came, "sent twice");
    assert_eq!(found(&seller, "zoë").await, ["Zoë"]);
    assert_eq!(found(&seller, "fleur").await, ["Fleur, again"]);
    let other = ImportCustomers {
        csv: "name\nPiet\n".to_owned(),
        ..wish
    };
    let second = seller.post("/api/customers/imports", &other).await;
    assert_eq!(problem(second).await.code, Code::CommandReused);

    // What a rep brings is theirs.
    let rep = app.sign_in(&app.shops.ours.email("rep")).await;
    take(&rep, &import("name\nSanne\n")).await;
    assert_eq!(found(&rep, "").await, ["Sanne"]);
    // A buyer brings nobody.
    let buyer = app.sign_in(&app.shops.ours.email("buyer")).await;
    let refused = buyer.post("/api/customers/imports", &import(file)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn p4_what_is_no_table_of_customers_is_refused_whole() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let mut long = "name\n".to_owned();
    for number in 0..=MAX_ROWS {
        writeln!(long, "Somebody {number}").expect("memory");
    }
    for (csv, wrong) in [
        ("", ("name", "required")),
        ("email\nx@x.example\n", ("name", "required")),
        ("name,name\nA,B\n", ("file", "invalid")),
        ("name\nJ\u{fffd}rgen\n", ("file", "invalid")),
        (long.as_str(), ("file", "out_of_range")),
    ] {
        let answer = seller.post("/api/customers/imports", &import(csv)).await;
        assert_eq!(complaints(&problem(answer).await), [wrong]);
    }
    app.stop().await;
}

/// What is exported can be imported, and no spreadsheet takes a cell for a formula.
#[tokio::test]
async fn p4_customers_leave_in_a_file_that_can_come_in_again() {
    let app = TestApp::start().await;
    let ours = app.sign_in(&app.shops.ours.email("seller")).await;
    let other = app.sign_in(&app.shops.other.email("seller")).await;
    let data = CustomerData {
        company: Some("=cmd|'/c calc'!A1".to_owned()),
        vat_id: Some("DE136695976".to_owned()),
        group: Some("@home".to_owned()),
        notes: Some("-2 %, \"always\"\n+ thanks".to_owned()),
        ..noor()
    };
    add(&ours, &wish(data)).await;
    let file = exported(&ours, &json!({ "q": "haddad" })).await;
    assert!(
        file.starts_with("\u{feff}kind,name,company,email,phone,language,country,vat_id,"),
        "{file}"
    );
    assert!(
        file.contains("'=cmd") && file.contains("'+49341123456"),
        "{file}"
    );

    let came = take(&other, &import(&file)).await;
    assert_eq!((came.added, came.wrong), (1, 0));
    assert_eq!(exported(&other, &json!({ "q": "haddad" })).await, file);

    // Many pages, each customer once; a rep's file holds theirs alone.
    let count = usize::try_from(MAX_PAGE_SIZE).expect("small") + 20;
    let mut many = "name\n".to_owned();
    for number in 0..count {
        writeln!(many, "Guest {number}").expect("memory");
    }
    let rep = app.sign_in(&app.shops.ours.email("rep")).await;
    take(&rep, &import(&many)).await;
    let file = exported(&rep, &json!({})).await;
    assert_eq!(file.lines().count(), count + 1);
    assert_eq!(file.matches("Guest ").count(), count);
    let all = exported(&ours, &json!({ "rep": "nobody" })).await;
    assert!(all.contains("Noor Haddad") && !all.contains("Guest "));
    // Who reviews has no customers to take away.
    let support = app.sign_in(&app.shops.ours.email("support")).await;
    let refused = support.post("/api/customers/export", &json!({})).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    app.stop().await;
}

#[tokio::test]
async fn p4_a_fresh_proof_is_asked_for_before_customers_leave() {
    let app = TestApp::start().await;
    let seller = app.sign_in(&app.shops.ours.email("seller")).await;
    let added: CustomerView = add(&seller, &wish(guest("Zoë"))).await;
    assert_eq!(added.data.name, "Zoë");
    app.pass(crate::second_factor::PAST_FRESH).await;
    let stale = seller.post("/api/customers/export", &json!({})).await;
    assert_eq!(problem(stale).await.code, Code::FreshProofNeeded);
    app.stop().await;
}
