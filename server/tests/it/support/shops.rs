//! Two shops: ours, and another one that must never be seen from ours.

use orderline_domain::{
    catalogue::product::Contracting,
    ids::{PartnerId, ThreadId, UserId, VendorId, VendorPlanId},
    money::Currency,
    people::roles::Role,
    vendor::{VendorData, plan::VendorPlan},
};
use orderline_server::{
    app::App,
    store::{
        catalogue::partners,
        people::persons::NewPerson,
        platform,
        seed::{self, NewUser},
        thread::{self, NewThread},
        vendor::plans,
    },
    usecase::people::sign_in::hash_password,
};
use std::{collections::BTreeMap, sync::OnceLock};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The two shops.
pub(crate) struct Shops {
    pub ours: Shop,
    pub other: Shop,
}

/// One shop: its people by the first part of their addresses, and one thread between seller and buyer.
pub(crate) struct Shop {
    pub vendor: VendorId,
    /// `seller`, `seller2`, `rep`, `buyer`, `buyer2`, `compliance`, `support`, `admin`.
    pub people: BTreeMap<&'static str, UserId>,
    /// Between `seller` and `buyer`.
    pub thread: ThreadId,
    host: &'static str,
}

impl Shop {
    /// The address that this person signs in with.
    pub(crate) fn email(&self, person: &str) -> String {
        format!("{person}@{}", self.host)
    }

    /// The person's id.
    pub(crate) fn user(&self, person: &str) -> UserId {
        self.people[person]
    }
}

const PEOPLE: [(&str, Role); 8] = [
    ("seller", Role::Seller),
    ("seller2", Role::Seller),
    ("rep", Role::Rep),
    ("buyer", Role::Buyer),
    ("buyer2", Role::Buyer),
    ("compliance", Role::Compliance),
    ("support", Role::Support),
    ("admin", Role::Admin),
];

impl Shops {
    /// Writes both into the server's database.
    pub(crate) async fn write(app: &App) -> Self {
        Self {
            ours: shop(app, "ours.example").await,
            other: shop(app, "other.example").await,
        }
    }
}

async fn shop(app: &App, host: &'static str) -> Shop {
    // One hash for everybody: it costs tens of milliseconds.
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(|| hash_password(PASSWORD).expect("a hash"));
    let now = app.clock.now();
    let vendor = VendorId::from_uuid(app.entropy.uuid(now));
    let mut tx = app.store.begin_jobs().await.expect("the store answers");
    let data = VendorData {
        name: host.to_owned(),
        currency: Currency::EUR,
        country: "DE".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let plan = VendorPlanId::from_uuid(app.entropy.uuid(now));
    let new = plans::add(&mut tx, plan, &VendorPlan::first(), now).await;
    assert!(new.expect("a plan"));
    let made = platform::add_vendor(&mut tx, (vendor, plan), &data, now).await;
    assert!(made.expect("a vendor"));
    let contracting = Contracting {
        contractual_partner: "Orderline Platform Ltd.".to_owned(),
        terms_of: "Orderline Platform GmbH".to_owned(),
        terms_version: "2026-05".to_owned(),
    };
    let partner = PartnerId::from_uuid(app.entropy.uuid(now));
    partners::keep(&mut tx, vendor, partner, &contracting)
        .await
        .expect("a partner");
    let mut people = BTreeMap::new();
    for (name, role) in PEOPLE {
        let user = UserId::from_uuid(app.entropy.uuid(now));
        let new = NewUser {
            person: NewPerson {
                user,
                email: &format!("{name}@{host}"),
                name,
                // Calls with our buyers are recorded from the first second.
                country: (role == Role::Buyer).then_some("US"),
                password_hash: hash,
            },
            vendor,
            role,
            at: now,
        };
        seed::user(&mut tx, &new).await.expect("a person");
        people.insert(name, user);
    }
    let thread = ThreadId::from_uuid(app.entropy.uuid(now));
    let new = NewThread {
        thread,
        vendor,
        title: "A question",
        people: &[
            (people["seller"], Role::Seller),
            (people["buyer"], Role::Buyer),
        ],
        at: now,
    };
    assert!(thread::open(&mut tx, &new).await.expect("a thread"));
    tx.commit().await.expect("committed");
    Shop {
        vendor,
        people,
        thread,
        host,
    }
}
