//! The demo shop: one vendor with people, products and a few conversations, written into an empty database.

pub mod bench;
pub mod bench_customers;
mod conversations;
mod products;

use crate::{
    app::App,
    failure::Failure,
    store::{
        self, Tx,
        people::persons::{self, NewPerson},
        platform,
        seed::NewUser,
        thread::{self, NewThread},
        vendor::plans,
    },
    usecase::{people::sign_in, platform::setup},
};
use orderline_domain::{
    ids::{ThreadId, UserId, VendorId, VendorPlanId},
    money::Currency,
    people::roles::Role,
    platform::{ProposedAdmin, ProposedEntity, ProposedPlatform},
    thread::Author,
    vendor::VendorData,
};
use std::collections::HashMap;

/// The password of all demo people. It protects nothing: demo mode lets everybody on this machine in anyway.
pub const DEMO_PASSWORD: &str = "orderline-demo";
/// The demo platform's terms.
const TERMS: &str = "These are the terms of a demonstration. Nothing is sold and nothing is owed.";
const SECOND_VENDOR: &str = "Südwind Reisen";
const VENDOR: &str = "Nordlicht Akademie";

/// Address, name, role and country.
const PEOPLE: [(&str, &str, Role, &str); 10] = [
    ("mara@nordlicht.example", "Mara König", Role::Seller, "DE"),
    ("piet@nordlicht.example", "Piet Jansen", Role::Seller, "DE"),
    ("karla@nordlicht.example", "Karla Brandt", Role::Rep, "DE"),
    ("jana@lind.example", "Jana Lind", Role::Buyer, "DE"),
    ("felix@weber.example", "Felix Weber", Role::Buyer, "AT"),
    ("ines@carvalho.example", "Inês Carvalho", Role::Buyer, "PT"),
    (
        "camille@moreau.example",
        "Camille Moreau",
        Role::Buyer,
        "FR",
    ),
    (
        "compliance@nordlicht.example",
        "Tomas Albrecht",
        Role::Compliance,
        "DE",
    ),
    (
        "support@nordlicht.example",
        "Noor Haddad",
        Role::Support,
        "DE",
    ),
    ("admin@nordlicht.example", "Birte Sommer", Role::Admin, "DE"),
];

/// Who of the platform's looks into its vendors.
const STEWARDS: [(&str, &str, Role); 2] = [
    (
        "support@orderline.example",
        "Hanne Vik",
        Role::PlatformSupport,
    ),
    (
        "compliance@orderline.example",
        "Rui Salgado",
        Role::PlatformCompliance,
    ),
];

/// Whose platform the demo shop is on.
fn platform() -> ProposedPlatform {
    ProposedPlatform {
        name: "Orderline".to_owned(),
        entity: ProposedEntity {
            name: "Orderline Platform GmbH".to_owned(),
            address: "Hafenstraße 12\n20457 Hamburg".to_owned(),
            country: "DE".to_owned(),
            terms: TERMS.to_owned(),
        },
        admin: ProposedAdmin {
            name: "Ole Brandt".to_owned(),
            email: "platform@orderline.example".to_owned(),
            password: DEMO_PASSWORD.to_owned(),
        },
    }
}

/// The plan that the platform was set up with, which allows everything.
async fn first_plan(tx: &mut Tx) -> Result<VendorPlanId, Failure> {
    let first = plans::first(tx).await?;
    first.ok_or_else(|| Failure::Internal("a platform has a first plan".into()))
}

/// Somebody who sells for two vendors, and keeps the recordings of one of them.
async fn second_vendor(
    app: &App,
    tx: &mut Tx,
    (first, hash): (VendorId, &str),
) -> Result<(), Failure> {
    let now = app.clock.now();
    let vendor = VendorId::from_uuid(app.entropy.uuid(now));
    let data = VendorData {
        name: SECOND_VENDOR.to_owned(),
        currency: Currency::EUR,
        country: "AT".to_owned(),
        time_zone: "Europe/Vienna".to_owned(),
    };
    let plan = first_plan(tx).await?;
    platform::add_vendor(tx, (vendor, plan), &data, now).await?;
    let user = UserId::from_uuid(app.entropy.uuid(now));
    let new = NewUser {
        person: NewPerson {
            user,
            email: "lena@vogt.example",
            name: "Lena Vogt",
            country: Some("AT"),
            password_hash: hash,
        },
        vendor: first,
        role: Role::Seller,
        at: now,
    };
    store::seed::user(tx, &new).await?;
    for (vendor, role) in [(vendor, Role::Seller), (first, Role::Compliance)] {
        // In the sequence of the list that is chosen from.
        let later = now + jiff::SignedDuration::from_secs(1);
        store::seed::tie(tx, vendor, (user, role), later).await?;
    }
    Ok(())
}

/// Writes the demo shop if there is no vendor at all; `false` when there is one.
pub async fn demo(app: &App) -> Result<bool, Failure> {
    let mut tx = app.store.begin_jobs().await?;
    if !store::seed::is_empty(&mut tx).await? {
        return Ok(false);
    }
    tx.roll_back().await?;
    if !setup::is_set_up(&app.run).await? {
        setup::establish(&app.run, &platform()).await?;
    }
    let mut tx = app.store.begin_jobs().await?;
    let now = app.clock.now();
    let hash = tokio::task::spawn_blocking(|| sign_in::hash_password(DEMO_PASSWORD))
        .await
        .map_err(|error| Failure::Internal(error.to_string()))??;
    let vendor = VendorId::from_uuid(app.entropy.uuid(now));
    let data = VendorData {
        name: VENDOR.to_owned(),
        currency: Currency::EUR,
        country: "DE".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let plan = first_plan(&mut tx).await?;
    platform::add_vendor(&mut tx, (vendor, plan), &data, now).await?;
    let mut people: HashMap<&str, (UserId, Role)> = HashMap::new();
    for (email, name, role, country) in PEOPLE {
        let user = UserId::from_uuid(app.entropy.uuid(now));
        let new = NewUser {
            person: NewPerson {
                user,
                email,
                name,
                country: Some(country),
                password_hash: &hash,
            },
            vendor,
            role,
            at: now,
        };
        store::seed::user(&mut tx, &new).await?;
        people.insert(email, (user, role));
    }
    for (email, name, role) in STEWARDS {
        let user = UserId::from_uuid(app.entropy.uuid(now));
        let new = NewPerson {
            user,
            email,
            name,
            country: None,
            password_hash: &hash,
        };
        persons::add(&mut tx, &new, now).await?;
        platform::grant(&mut tx, user, role, now).await?;
    }
    products::write(app, &mut tx, vendor, now).await?;
    second_vendor(app, &mut tx, (vendor, &hash)).await?;
    for conversation in &conversations::ALL {
        let thread = ThreadId::from_uuid(app.entropy.uuid(now));
        let pair = [conversation.seller, conversation.buyer].map(|email| people[email]);
        let new = NewThread {
            thread,
            vendor,
            title: conversation.title,
            people: &pair,
            at: conversation.begins(now),
        };
        thread::open(&mut tx, &new).await?;
        for (number, (email, text)) in conversation.messages.iter().enumerate() {
            let (user, role) = people[email];
            let author = Author::User { user, role };
            conversations::say(
                app,
                &mut tx,
                thread,
                author,
                conversation.at(now, number),
                text,
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}
