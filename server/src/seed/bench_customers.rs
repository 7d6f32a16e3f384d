//! Many customers for the demo shop: what searches are measured among.

use crate::{
    app::App,
    failure::Failure,
    store::{
        people::persons,
        seed::{
            self,
            customers::{ManyCustomers, knows_address, write},
        },
    },
};
use orderline_domain::{
    customer::record::{Customer, CustomerData, Kind},
    ids::UserId,
};

/// Most customers that the shop is given.
pub const MAX_CUSTOMERS: u32 = 1_000_000;
/// Customers that are written by one statement.
const AT_ONCE: u16 = 5_000;
const FIRST_NAMES: [&str; 40] = [
    "Anna", "Jana", "Mara", "Piet", "Noor", "Zoë", "Lena", "Max", "Paul", "Karl", "Inês", "Olga",
    "Petra", "Hans", "Fritz", "Emil", "Clara", "Marie", "Sophie", "Jonas", "Ahmed", "Fatima",
    "Ivan", "Nadja", "Luca", "Giulia", "Pierre", "Chloé", "Andrei", "Ioana", "João", "Sofia",
    "Björn", "Astrid", "Kofi", "Ama", "Wei", "Mei", "Ravi", "Priya",
];
const BEGINNINGS: [&str; 30] = [
    "Zimmer", "Hoff", "Schnei", "Bau", "Rich", "Wal", "Ber", "Lind", "Stein", "Gold", "Silber",
    "Kreuz", "Wein", "Acker", "Brau", "Feld", "Grün", "Holz", "Kirsch", "Lang", "Mühl", "Nieder",
    "Ober", "Rosen", "Sander", "Tann", "Vogel", "Wester", "Winter", "Sommer",
];
const ENDINGS: [&str; 25] = [
    "mann", "meier", "der", "er", "bach", "berg", "feld", "stein", "hof", "hausen", "wald",
    "brandt", "kamp", "ling", "ert", "nagel", "thal", "born", "horn", "beck", "dorf", "gruber",
    "huber", "lein", "sen",
];

/// The customer of this number: always the same.
pub fn customer(number: u32) -> CustomerData {
    let pick = |of: &[&'static str], at: u32| of[usize::try_from(at).unwrap_or(0) % of.len()];
    let first = pick(&FIRST_NAMES, number);
    let last = format!(
        "{}{}",
        pick(&BEGINNINGS, number / 40),
        pick(&ENDINGS, number / 1_200)
    );
    let is_company = number.is_multiple_of(3);
    CustomerData {
        kind: if is_company {
            Kind::Company
        } else {
            Kind::Person
        },
        name: format!("{first} {last}"),
        company: is_company.then(|| format!("{last} & {} GmbH", pick(&BEGINNINGS, number / 7))),
        email: Some(format!("customer{number}@bench.example")),
        phone: Some(format!("+4930{:07}", 1_000_000 + number)),
        ..CustomerData::default()
    }
}

/// Writes so many customers of the shop that `like` works for, where the first is not there yet.
pub async fn customers(app: &App, like: &str, count: u32) -> Result<(), Failure> {
    let nobody = || Failure::Internal("the demo shop has no people".into());
    let mut tx = app.store.begin_unscoped().await?;
    let like = persons::credentials(&mut tx, like)
        .await?
        .ok_or_else(nobody)?;
    tx.roll_back().await?;
    let mut tx = app.store.begin_jobs().await?;
    let vendor = seed::vendor_of(&mut tx, like.user)
        .await?
        .ok_or_else(nobody)?;
    if knows_address(&mut tx, "customer0@bench.example").await? {
        return Ok(());
    }
    let at = app.clock.now();
    let count = count.min(MAX_CUSTOMERS);
    for begin in (0..count).step_by(usize::from(AT_ONCE)) {
        let mut many = ManyCustomers::default();
        for number in begin..count.min(begin + u32::from(AT_ONCE)) {
            let record = Customer::new(&customer(number));
            let record = record.map_err(|wrong| Failure::Internal(format!("{wrong:?}")))?;
            many.push(UserId::from_uuid(app.entropy.uuid(at)), &record);
        }
        write(&mut tx, vendor, &many, at).await?;
    }
    tx.commit().await?;
    Ok(())
}
